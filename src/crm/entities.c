#include "crm/entities.h"

#include "crm/entities_impl.h"

/* Of all that activities are about. */
#define ACTS                                                               \
	T("next_act", F_WHEN, VIR | ASK), T("last_act", F_WHEN, VIR | ASK)

static const struct field account_fields[] = {
	ID,
	S("name", F_TEXT, REQ | NAM | COL,
	    "account;account name;company;company name;organisation;"
	    "organization;customer;client"),
	C("kind", "company;person", 0, "company", "account kind"),
	R("parent", "account", 0,
	    "parent account;subsidiary of;member of;parent company"),
	R("owner", "user", COL, "account owner;sales rep;assigned to;agent"),
	C("type", "prospect;customer;partner;supplier;competitor;other", COL,
	    NULL, "account type;customer type"),
	S("sector", F_TEXT, COL, "industry;branch;line of business"),
	S("interest", F_TEXT, RAR, "specialty;interests"),
	S("employees", F_INT, 0, "number of employees;no of employees;size"),
	S("revenue", F_DECIMAL, 0, "annual revenue;turnover"),
	S("founded", F_INT, RAR, "year established;founded year;year founded"),
	C("potential", "low;medium;high", 0, NULL, "purchase potential"),
	C("source", "@sources", 0, NULL, "lead source;origin;account source"),
	R("campaign", "campaign", RAR, NULL),
	S("products", F_TAGS, RAR, "preferred products;preferences"),
	S("phone", F_PHONE, 0, "telephone;phone number;mobile;main phone"),
	S("email", F_EMAIL, NAM, "e-mail;mail;email address"),
	S("website", F_URL, NAM, "web site;url;domain;homepage;"
				 "company domain name"),
	S("street", F_TEXT, 0, "address;billing street;street address"),
	S("postcode", F_TEXT, 0, "zip;zip code;postal code;billing code"),
	S("city", F_TEXT, 0, "town;billing city"),
	S("region", F_TEXT, 0, "state;province;county;billing state"),
	S("country", F_TEXT, COL, "country name;billing country"),
	TAIL,
	ACTS,
};

static const struct field contact_fields[] = {
	ID,
	S("name", F_TEXT, REQ | NAM | COL,
	    "full name;contact;contact name;last name"),
	S("first_name", F_TEXT, RAR, "first name;given name;forename"),
	R("account", "account", COL,
	    "account name;company;company name;account id"),
	S("role", F_TEXT, COL, "title;job title;position;function"),
	S("department", F_TEXT, RAR, NULL),
	R("owner", "user", 0, "contact owner;assigned to"),
	S("phone", F_PHONE, COL, "telephone;phone number;work phone"),
	S("mobile", F_PHONE, 0, "cell;mobile phone;cell phone"),
	S("email", F_EMAIL, NAM | COL, "e-mail;mail;email address"),
	C("prefers", "phone;email;sms;post;chat;visit", RAR, NULL,
	    "preferred channel"),
	C("source", "@sources", 0, NULL, "lead source;origin"),
	R("campaign", "campaign", RAR, NULL),
	S("birthday", F_DATE, RAR, "date of birth;birth date"),
	S("street", F_TEXT, 0, "address;mailing street"),
	S("postcode", F_TEXT, 0, "zip;zip code;postal code"),
	S("city", F_TEXT, 0, "town"),
	S("region", F_TEXT, 0, "state;province"),
	S("country", F_TEXT, 0, "country name"),
	TAIL,
	ACTS,
};

static const struct field lead_fields[] = {
	ID,
	S("name", F_TEXT, REQ | NAM | COL,
	    "full name;lead;lead name;contact name;last name"),
	S("first_name", F_TEXT, RAR, "first name;given name;forename"),
	S("company", F_TEXT, COL | NAM, "account;account name;company name"),
	S("role", F_TEXT, RAR, "title;job title;position"),
	C("status", "new;contacted;qualified;unqualified;recycled;converted",
	    COL, "new", "lead status"),
	C("grade", "A;B;C;D;E;F", COL, NULL, NULL),
	R("owner", "user", COL, "lead owner;assigned to"),
	C("source", "@sources", COL, NULL, "lead source;origin"),
	R("campaign", "campaign", 0, "campaign id;campaign name"),
	C("channel", "phone;web;email;chat;mail;social;sms;visit;event;other",
	    0, NULL, NULL),
	S("phone", F_PHONE, 0, "telephone;phone number"),
	S("mobile", F_PHONE, RAR, "cell;mobile phone;cell phone"),
	S("email", F_EMAIL, NAM, "e-mail;mail;email address"),
	S("website", F_URL, RAR, "web site;url;domain"),
	S("street", F_TEXT, 0, "address;street address"),
	S("postcode", F_TEXT, 0, "zip;zip code;postal code"),
	S("city", F_TEXT, 0, "town"),
	S("region", F_TEXT, RAR, "state;province"),
	S("country", F_TEXT, 0, "country name"),
	S("sector", F_TEXT, 0, "industry"),
	S("needs", F_TEXT, 0, "interest;interests;product interest"),
	{ .name = "converted", .type = F_DATE,
	    .synonyms = "converted date;conversion date" },
	R("account", "account", RAR | AUT, NULL),
	R("contact", "contact", RAR | AUT, NULL),
	R("opp", "opp", RAR | AUT, NULL),
	TAIL,
	T("state", F_TEXT, VIR),
	ACTS,
};

static const struct field opp_fields[] = {
	ID,
	S("name", F_TEXT, REQ | NAM | COL,
	    "opportunity;opportunity name;deal;deal name;potential name;"
	    "project;project name"),
	R("account", "account", COL,
	    "account name;company;customer;client;account id"),
	R("contact", "contact", 0, "contact name;primary contact"),
	R("owner", "user", COL,
	    "opportunity owner;deal owner;potential owner;sales agent;"
	    "sales rep;assigned to"),
	S("pipeline", F_TEXT, 0, "sales pipeline"),
	S("stage", F_STAGE, REQ | COL, "deal stage;sales stage;status"),
	{ .name = "probability", .type = F_PERCENT,
	    .synonyms = "chance;win probability;probability (%)" },
	S("amount", F_MONEY, COL,
	    "value;deal value;close value;deal amount;expected amount"),
	S("currency", F_CURRENCY, COL, "currency code;deal currency"),
	S("type", F_TEXT, 0, "deal type;opportunity type"),
	R("product", "product", 0, "product name;product interest;item"),
	C("source", "@sources", 0, NULL, "lead source;origin;deal source"),
	R("campaign", "campaign", 0, "campaign id;campaign name"),
	R("lead", "lead", RAR, "lead id;leadid"),
	S("start", F_DATE, 0, "start date;engage date;opened;open date"),
	S("close", F_DATE, COL,
	    "close date;closing date;expected close;expected close date;"
	    "end date;closed"),
	S("hold_until", F_DATE, RAR, NULL),
	{ .name = "reason", .type = F_CHOICE, .choices = "@reasons",
	    .flags = 0, .synonyms = "loss reason;lost reason;reason lost" },
	S("competitor", F_TEXT, 0, "lost to;competitor name"),
	S("next", F_TEXT, RAR, "next step;next action"),
	TAIL,
	T("state", F_TEXT, VIR),
	T("weighted", F_MONEY, VIR),
	T("chance", F_PERCENT, VIR),
	ACTS,
};

static const struct field campaign_fields[] = {
	ID,
	S("name", F_TEXT, REQ | NAM | COL, "campaign;campaign name"),
	R("parent", "campaign", RAR, "plan;parent campaign"),
	C("type",
	    "trade show;tv ad;magazine;email;web;social;direct mail;"
	    "telephone;event;advertising;personal selling;sales promotion;"
	    "publicity;public relations;other",
	    COL, NULL, "campaign type"),
	C("status", "planned;active;done;cancelled", COL, "planned",
	    "campaign status"),
	R("owner", "user", COL, "campaign owner;assigned to"),
	C("source", "@sources", 0, NULL, NULL),
	S("start", F_DATE, COL, "start date;begins"),
	S("end", F_DATE, COL, "end date;ends"),
	S("budget", F_MONEY, COL, "budgeted cost;planned cost"),
	S("cost", F_MONEY, 0, "actual cost"),
	S("expected", F_MONEY, 0, "expected revenue"),
	T("currency", F_CURRENCY, 0),
	S("audience", F_TEXT, RAR, "target audience;target group"),
	TAIL,
};

static const struct field target_fields[] = {
	ID,
	{ .name = "period", .type = F_PERIOD, .flags = REQ | COL,
	    .synonyms = "quarter;month;year" },
	R("user", "user", COL, "owner;employee;sales rep;sales agent;person"),
	S("team", F_TEXT, COL, "sales team;office"),
	S("department", F_TEXT, COL, NULL),
	R("product", "product", COL, "product name"),
	S("amount", F_MONEY, REQ | COL, "target;quota;sales quota;goal"),
	S("currency", F_CURRENCY, COL, "currency code"),
	TAIL,
};

static const struct field user_fields[] = {
	ID,
	S("name", F_TEXT, REQ | NAM | COL,
	    "user;user name;full name;sales agent;employee;owner"),
	S("login", F_TEXT, NAM | UNQ | COL, "username;user id"),
	S("email", F_EMAIL, NAM | COL, "e-mail;mail;email address"),
	S("phone", F_PHONE, 0, "telephone;phone number;mobile"),
	R("manager", "user", COL, "reports to;supervisor;boss"),
	S("team", F_TEXT, COL, "sales team;office;regional office"),
	S("department", F_TEXT, COL, "dept"),
	S("role", F_TEXT, 0, "title;job title;profile"),
	S("zone", F_TEXT, RAR, "time zone;timezone"),
	S("discount_limit", F_PERCENT, RAR, "maximum discount"),
	{ .name = "active", .type = F_BOOL, .dflt = "yes",
	    .synonyms = "user active;enabled" },
	TAIL,
};

/*
 * An activity. Its file is iCalendar; crm/calendar/item.c says which property
 * each of these is.
 */
static const struct field act_fields[] = {
	ID,
	T("when", F_WHEN, VIR | COL),
	T("standing", F_TEXT, VIR | COL),
	C("type", "@activities", REQ | COL, NULL, "activity type;kind"),
	S("subject", F_TEXT, REQ | NAM | COL, "title;summary;task subject"),
	C("state", "planned;done;cancelled", 0, NULL, "status"),
	S("start", F_WHEN, 0, "start time;start date;begins;call start time;"
				"start datetime;from"),
	S("end", F_WHEN, 0, "end time;end date;ends;end datetime"),
	S("due", F_WHEN, 0, "due date;deadline"),
	S("completed", F_INSTANT, 0, "completed time;closed time;done"),
	R("owner", "user", COL,
	    "assigned to;host;task owner;call owner;event owner"),
	R("account", "account", COL, "account name;related to"),
	R("contact", "contact", 0, "contact name;who"),
	R("lead", "lead", 0, "lead name"),
	R("opp", "opp", COL, "deal;opportunity;potential"),
	R("campaign", "campaign", RAR, NULL),
	S("where", F_TEXT, 0, "location;venue;place"),
	S("with", F_TAGS, 0, "attendees;participants;guests"),
	{ .name = "replies", .type = F_TAGS, .flags = AUT | RAR },
	S("purpose", F_TEXT, 0, "objective;call purpose;agenda"),
	S("outcome", F_TEXT, 0, "call outcome;disposition"),
	S("result", F_NOTE, 0, "call result;report"),
	C("channel", "phone;mail;chat;social;sms;post;visit;web;other", 0,
	    NULL, NULL),
	C("direction", "in;out", 0, NULL, "call type;call direction"),
	S("number", F_PHONE, 0, "phone number;caller;dialled number"),
	S("minutes", F_INT, VIR, NULL),
	S("priority", F_INT, 0, NULL),
	S("percent", F_PERCENT, 0, "percent complete;progress"),
	S("repeat", F_TEXT, 0, "recurrence;rrule"),
	S("zone", F_TEXT, RAR, "time zone"),
	S("exceptions", F_NOTE, RAR, NULL),
	S("remind", F_TEXT, 0, "reminder;alarm"),
	S("private", F_BOOL, 0, NULL),
	S("busy", F_BOOL, RAR, "show as busy"),
	S("url", F_URL, 0, "link"),
	S("thread", F_TEXT, 0, NULL),
	S("message", F_TEXT, UNQ, "message id"),
	S("uid", F_TEXT, AUT, NULL),
	TAIL,
};

/* The record of an activity, where the calendar's file has lost it. */
static const struct field act_link_fields[] = {
	ID,
	T("uid", F_TEXT, 0),
	R("account", "account", 0, NULL),
	R("contact", "contact", 0, NULL),
	R("lead", "lead", 0, NULL),
	R("opp", "opp", 0, NULL),
	R("campaign", "campaign", 0, NULL),
};

static const struct field activity_fields[] = {
	T("type", F_TEXT, KEY | REQ),
	T("label", F_TEXT, 0),
	C("kind", "event;task;note", REQ, "event", NULL),
	T("minutes", F_INT, 0),
	T("objectives", F_TEXT, 0),
	T("outcomes", F_TEXT, 0),
	T("required", F_TEXT, 0),
	C("channel", "phone;mail;chat;social;sms;post;visit;web;other", 0,
	    NULL, NULL),
};

static const struct field stage_change_fields[] = {
	ID,
	R("opp", "opp", REQ, NULL),
	T("from", F_TEXT, 0),
	T("to", F_TEXT, REQ),
	T("at", F_INSTANT, REQ),
	R("by", "user", 0, NULL),
};

static const struct field stage_fields[] = {
	T("pipeline", F_TEXT, KEY),
	T("stage", F_TEXT, KEY | REQ),
	T("label", F_TEXT, 0),
	C("state", "open;won;lost;hold;cancelled", REQ, "open", NULL),
	T("probability", F_PERCENT, 0),
};

static const struct field source_fields[] = {
	T("source", F_TEXT, KEY | REQ),
	T("label", F_TEXT, 0),
};

static const struct field reason_fields[] = {
	T("reason", F_TEXT, KEY | REQ),
	T("label", F_TEXT, 0),
	C("class", "competitor;price;no decision;disqualified;other", 0, NULL,
	    NULL),
};

static const struct field rate_fields[] = {
	T("currency", F_CURRENCY, KEY | REQ),
	T("date", F_DATE, KEY | REQ),
	T("rate", F_DECIMAL, REQ),
};

static const struct field field_fields[] = {
	T("entity", F_TEXT, KEY | REQ),
	T("field", F_TEXT, KEY | REQ),
	T("type", F_TEXT, 0),
	T("label", F_TEXT, 0),
	T("choices", F_TEXT, 0),
	T("default", F_TEXT, 0),
	T("required", F_BOOL, 0),
	T("stage", F_TEXT, 0),
	T("hidden", F_BOOL, 0),
};

static const struct field gate_fields[] = {
	T("pipeline", F_TEXT, KEY),
	T("stage", F_TEXT, KEY | REQ),
	T("of", F_TEXT, KEY | REQ),
	T("needs", F_TEXT, KEY),
	T("say", F_TEXT, 0),
};

static const struct field conflict_fields[] = {
	T("table", F_TEXT, KEY | REQ),
	T("id", F_TEXT, KEY | REQ),
	T("column", F_TEXT, KEY | REQ),
	T("base", F_TEXT, 0),
	T("ours", F_TEXT, 0),
	T("theirs", F_TEXT, 0),
};

/* What a manager was told of; who had it, and when. */
static const struct field escalation_fields[] = {
	T("manager", F_TEXT, KEY | REQ),
	T("act", F_TEXT, KEY | REQ),
	T("occurrence", F_TEXT, KEY),
	T("owner", F_TEXT, 0),
	T("at", F_INSTANT, 0),
};

static const struct field imported_fields[] = {
	T("digest", F_TEXT, KEY | REQ),
	T("entity", F_TEXT, KEY | REQ),
	T("file", F_TEXT, 0),
	T("rows", F_INT, 0),
	T("at", F_INSTANT, 0),
};

static const struct builtin builtin[] = {
	{ { .name = "account", .plural = "accounts", .path = "accounts",
	      .layout = LAYOUT_MONTHLY, .letter = 'A', .command = true },
	    FIELDS(account_fields) },
	{ { .name = "contact", .plural = "contacts", .path = "contacts",
	      .layout = LAYOUT_MONTHLY, .letter = 'C', .command = true },
	    FIELDS(contact_fields) },
	{ { .name = "lead", .plural = "leads", .path = "leads",
	      .layout = LAYOUT_MONTHLY, .letter = 'L', .command = true },
	    FIELDS(lead_fields) },
	{ { .name = "opp", .label = "opportunity", .plural = "opps",
	      .path = "opps", .layout = LAYOUT_MONTHLY, .letter = 'O',
	      .command = true, .dates = "start" },
	    FIELDS(opp_fields) },
	{ { .name = "campaign", .plural = "campaigns", .path = "campaigns",
	      .layout = LAYOUT_SINGLE, .letter = 'M', .command = true,
	      .dates = "start" },
	    FIELDS(campaign_fields) },
	{ { .name = "target", .plural = "targets", .path = "config/targets",
	      .layout = LAYOUT_SINGLE, .letter = 'T', .command = true },
	    FIELDS(target_fields) },
	{ { .name = "user", .plural = "users", .path = "config/users",
	      .layout = LAYOUT_SINGLE, .letter = 'U', .command = true },
	    FIELDS(user_fields) },
	{ { .name = "stage-change", .plural = "stage-changes",
	      .path = "stage-changes", .layout = LAYOUT_MONTHLY,
	      .letter = 'S', .append_only = true, .entailed = true },
	    FIELDS(stage_change_fields) },
	{ { .name = "act", .label = "activity", .plural = "acts",
	      .path = "calendar", .layout = LAYOUT_CALENDAR, .letter = 'E',
	      .command = true, .dates = "start" },
	    FIELDS(act_fields) },
	{ { .name = "act-link", .plural = "act-links", .path = "act-links",
	      .layout = LAYOUT_MONTHLY, .letter = 'E', .entailed = true },
	    FIELDS(act_link_fields) },
	{ { .name = "activity", .plural = "activities",
	      .path = "config/activities" },
	    FIELDS(activity_fields) },
	{ { .name = "stage", .plural = "stages", .path = "config/stages" },
	    FIELDS(stage_fields) },
	{ { .name = "gate", .plural = "gates", .path = "config/gates" },
	    FIELDS(gate_fields) },
	{ { .name = "source", .plural = "sources", .path = "config/sources" },
	    FIELDS(source_fields) },
	{ { .name = "reason", .plural = "reasons", .path = "config/reasons" },
	    FIELDS(reason_fields) },
	{ { .name = "rate", .plural = "rates", .path = "config/rates" },
	    FIELDS(rate_fields) },
	{ { .name = "field", .plural = "fields", .path = "config/fields" },
	    FIELDS(field_fields) },
	{ { .name = "conflict", .plural = "conflicts", .path = "conflicts",
	      .of_merges = true },
	    FIELDS(conflict_fields) },
	{ { .name = "escalation", .plural = "escalations",
	      .path = "escalations", .append_only = true },
	    FIELDS(escalation_fields) },
	{ { .name = "imported", .plural = "imported",
	      .path = "imports/imported", .append_only = true,
	      .entailed = true },
	    FIELDS(imported_fields) },
};

static void
add(struct schema *s, const struct builtin *b)
{
	struct entity e = b->ent;

	e.own = b->field;
	e.nown = b->n;
	schema_add(s, &e);
}

void
entities_builtin(struct schema *s)
{
	for (size_t i = 0; i < sizeof builtin / sizeof *builtin; i++)
		add(s, &builtin[i]);
	for (const struct builtin *b = builtin_trade; b->ent.name; b++)
		add(s, b);
}
