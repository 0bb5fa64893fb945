#include "crm/settings.h"

#include <string.h>

#include "base/money.h"
#include "crm/change/hook.h"
#include "crm/session.h"

/* By section, as in crmrc.sample. */
static const struct setting known[] = {
	{ "core.currency", SET_CURRENCY, NULL,
	    "the base currency: default of new amounts, and of totals", false,
	    0, 0 },
	{ "core.timezone", SET_ZONE, NULL,
	    "decides days, buckets and as-of; unset: this machine's zone",
	    false, 0, 0 },
	{ "core.fiscal-year-start", SET_INT, "1",
	    "month in which the fiscal year starts, 1 to 12", false, 1, 12 },
	{ "core.lock-wait", SET_INT, "10", "seconds to wait for another writer",
	    false, 0, 3600 },
	{ "core.default-pipeline", SET_TEXT, NULL,
	    "pipeline of deals without one; unset: the first in "
	    "config/stages.csv",
	    false, 0, 0 },
	{ "calendar.archive-days", SET_INT, "90",
	    "activities closed for so many days go to their person's archive; "
	    "0: never",
	    false, 0, 36500 },
	{ "calendar.archive-batch", SET_INT, "200",
	    "they go when there are more than so many of them", false,
	    0, 1000000 },
	{ "calendar.archive-format", SET_TEXT, "plain", "plain or gz", false,
	    0, 0 },
	{ "calendar.work-start", SET_TEXT, "09:00",
	    "when a working day begins, for free slots", false, 0, 0 },
	{ "calendar.work-end", SET_TEXT, "18:00", "when it ends", false, 0,
	    0 },
	{ "calendar.work-days", SET_TEXT, "mon,tue,wed,thu,fri",
	    "days on which people work", false, 0, 0 },
	{ "calendar.holidays", SET_TEXT, NULL,
	    "an .ics file of the store with days on which nobody works", false,
	    0, 0 },
	{ "calendar.*.work-start", SET_TEXT, NULL,
	    "when the working day of one person, by login, begins", false, 0, 0 },
	{ "calendar.*.work-end", SET_TEXT, NULL, "when theirs ends", false, 0,
	    0 },
	{ "calendar.*.work-days", SET_TEXT, NULL, "their working days", false,
	    0, 0 },
	{ "phone.country", SET_TEXT, NULL,
	    "where telephone numbers without a country are: DE, or a calling "
	    "code",
	    false, 0, 0 },
	{ "mail.leads", SET_TEXT, NULL,
	    "addresses, a,b: mail to them from people who are not known makes "
	    "leads",
	    false, 0, 0 },
	{ "mail.sendmail", SET_PROGRAM, NULL,
	    "sends mail: run with -t -i, the mail on its stdin; unset: none",
	    true, 0, 0 },
	{ "mail.timeout", SET_INT, "60", "seconds that it may take", true, 1,
	    3600 },
	{ "doc.warn-size", SET_INT, "10",
	    "megabytes from which a document is said to be large", false, 1,
	    100 },
	{ "doc.opener", SET_PROGRAM, NULL,
	    "opens documents, for crm doc open --run; unset: xdg-open", true,
	    0, 0 },
	{ "phone.extensions", SET_TEXT, NULL,
	    "numbers within the house, such as 2??,3??; unset: those of up to "
	    "five digits",
	    false, 0, 0 },
	{ "company.name", SET_TEXT, NULL,
	    "who we are, as it stands on quotes and orders", false, 0, 0 },
	{ "company.address", SET_TEXT, NULL,
	    "where we are; \\n between its lines", false, 0, 0 },
	{ "company.phone", SET_TEXT, NULL, "our telephone number", false, 0,
	    0 },
	{ "company.email", SET_TEXT, NULL, "our address for mail", false, 0,
	    0 },
	{ "company.website", SET_TEXT, NULL, "our website", false, 0, 0 },
	{ "company.tax-id", SET_TEXT, NULL, "our tax number", false, 0, 0 },
	{ "company.registration", SET_TEXT, NULL,
	    "our number in a register of companies, for electronic invoices",
	    false, 0, 0 },
	{ "company.endpoint", SET_TEXT, NULL,
	    "where we take electronic invoices: 0088:7300010000001", false, 0,
	    0 },
	{ "company.country", SET_TEXT, NULL,
	    "our country for electronic invoices, two letters: DE", false, 0,
	    0 },
	{ "company.bank", SET_TEXT, NULL,
	    "where we are paid; \\n between its lines", false, 0, 0 },
	{ "company.logo", SET_TEXT, NULL,
	    "a picture in the store (PNG; for HTML JPEG or SVG, too)", false,
	    0, 0 },
	{ "quote.language", SET_TEXT, "en",
	    "language of documents that have none of their own", false, 0,
	    0 },
	{ "quote.tax-class", SET_TEXT, NULL,
	    "tax class in config/taxes.csv of what names none; unset: exempt",
	    false, 0, 0 },
	{ "quote.instalment-days", SET_INT, "30",
	    "days between the parts of payment terms such as 30/30/40", false,
	    1, 3650 },
	{ "quote.valid-days", SET_INT, "30",
	    "days for which a new quote holds; 0: it has no end", false, 0,
	    3650 },
	{ "quote.followup-days", SET_INT, "7",
	    "days after which one that was sent is followed up; 0: never",
	    false, 0, 3650 },
	{ "quote.tax", SET_TEXT, "exclusive",
	    "how new quotes treat taxes: exclusive, inclusive or none", false,
	    0, 0 },
	{ "quote.rounding", SET_TEXT, "line",
	    "new quotes are rounded by line or by document", false, 0, 0 },
	{ "quote.halves", SET_TEXT, "half-up",
	    "where new quotes round to: half-up, half-even, half-down, up, "
	    "down",
	    false, 0, 0 },
	{ "quote.cash", SET_TEXT, NULL,
	    "the smallest coin: what is payable is rounded to it", false, 0,
	    0 },
	{ "quote.terms", SET_TEXT, NULL,
	    "payment terms of new quotes; unset: cash", false, 0, 0 },
	{ "quote.number", SET_TEXT, "Q{year}-{n:4}",
	    "numbers of quotes; {n:4} is the counter, {year} begins it anew",
	    false, 0, 0 },
	{ "order.number", SET_TEXT, "R{year}-{n:4}",
	    "numbers of orders", false, 0, 0 },
	{ "number.remote", SET_TEXT, NULL,
	    "the remote at which numbers are taken, or none; unset: the "
	    "branch's, else origin",
	    false, 0, 0 },
	{ "number.timeout", SET_INT, "30",
	    "seconds to wait for that remote", false, 1, 3600 },
	{ "quote.discount-limit", SET_TEXT, NULL,
	    "percent of discount above which a quote needs approval, for "
	    "users without a limit of their own",
	    false, 0, 0 },
	{ "quote.approval", SET_TEXT, "order",
	    "what is refused without approval: order, or issue as well", false,
	    0, 0 },
	{ "label.*", SET_TEXT, NULL,
	    "what your company calls a kind of record, such as opp = deal",
	    false, 0, 0 },
	{ "view.*.entity", SET_TEXT, NULL,
	    "a saved view, used as @name: of these records", false, 0, 0 },
	{ "view.*.filter", SET_TEXT, NULL, "which of them, see crm-filter(7)",
	    false, 0, 0 },
	{ "view.*.columns", SET_TEXT, NULL, "its columns, a,b,c", false, 0, 0 },
	{ "view.*.sort", SET_TEXT, NULL, "its order, such as amount-,name",
	    false, 0, 0 },
	{ "report.*.*", SET_TEXT, NULL,
	    "a report of your own, or a change of a built-in one, see "
	    "crm-report(1)",
	    false, 0, 0 },
	{ "select.*.*", SET_TEXT, NULL,
	    "what a report reads: [select \"NAME.part\"]", false, 0, 0 },
	{ "column.*.*", SET_TEXT, NULL,
	    "a computed column of a report, or its label", false, 0, 0 },
	{ "by.*.*", SET_TEXT, NULL,
	    "paths of --by for the parts of a report", false, 0, 0 },
	{ "user.login", SET_TEXT, NULL,
	    "who I am in config/users.csv; unset: my login on this machine",
	    true, 0, 0 },
	{ "user.name", SET_TEXT, NULL, "my name; unset: git's user.name", true,
	    0, 0 },
	{ "user.email", SET_TEXT, NULL, "my address; unset: git's user.email",
	    true, 0, 0 },
	{ "ui.pager", SET_PROGRAM, NULL,
	    "shows what is longer than the terminal; unset: $PAGER, else less",
	    true, 0, 0 },
	{ "ui.color", SET_COLOR, "auto", "auto, always or never", true, 0, 0 },
	{ "ui.editor", SET_PROGRAM, NULL,
	    "for crm edit; unset: $VISUAL, else $EDITOR, else vi", true, 0, 0 },
	{ "calendar.dates", SET_TEXT,
	    "contact.birthday:yearly, order.delivery, order.installation, "
	    "order.maintenance",
	    "days of records that crm-act dates lists, such as "
	    "account.contract_end", false, 0, 0 },
	{ "remind.command", SET_PROGRAM, NULL,
	    "told on stdin what crm-act remind and overdue --escalate tell", true,
	    0, 0 },
	{ "hook.timeout", SET_INT, "30",
	    "seconds that a program around a change may take", true, 1, 3600 },
	{ "hook.*", SET_PROGRAM, NULL,
	    "a program run around every change, see crm-hooks(5)", true, 0, 0 },
	{ "hook.*.*", SET_PROGRAM, NULL, "the same for one kind of record",
	    true, 0, 0 },
};

#define NKNOWN (sizeof known / sizeof *known)

/* Names of programs elsewhere (git's, other tools'): said by name, so that
 * nobody thinks they do something here. */
static const char *const programs[] = { "core.pager", "core.editor",
	"core.sshcommand", "core.hookspath", "core.fsmonitor", "core.askpass" };

/*
 * section.key or section.sub.key, where sub may have dots. The parts of a
 * pattern have none.
 */
static bool
matches(const char *pattern, const char *key)
{
	const char *p = strchr(pattern, '.'), *k = strchr(key, '.');
	const char *plast = strrchr(pattern, '.'), *klast = strrchr(key, '.');

	if (!k || p - pattern != k - key ||
	    memcmp(pattern, key, (size_t)(k - key)) != 0 ||
	    (p == plast) != (k == klast))
		return false;
	return strcmp(plast, ".*") == 0 || strcmp(plast, klast) == 0;
}

static const struct setting *
setting_find(const char *key)
{
	for (size_t i = 0; i < NKNOWN; i++) {
		if (matches(known[i].key, key))
			return &known[i];
	}
	return NULL;
}

static int
unknown(const struct rc_entry *x, struct err *e)
{
	const char *near = NULL;
	int best = 4;

	for (size_t i = 0; i < NKNOWN; i++) {
		int d = span_distance(span(x->key), span(known[i].key), 3);

		if (d < best && !strchr(known[i].key, '*')) {
			best = d;
			near = known[i].key;
		}
	}
	if (near)
		return err_set(e, ERR_DATA,
		    "%s:%zu: there is no setting '%s'; did you mean '%s'?",
		    x->file, x->line, x->key, near);
	return err_set(e, ERR_DATA,
	    "%s:%zu: there is no setting '%s'; crm settings lists them",
	    x->file, x->line, x->key);
}

/* "hook.pre-add", "hook.opp.pre-add": is the last part no event? */
static bool
is_lost_hook(const char *key)
{
	return strncmp(key, "hook.", 5) == 0 &&
	       strcmp(key, "hook.timeout") != 0 &&
	       !hook_is_event(strrchr(key, '.') + 1);
}

static int
no_event(const struct rc_entry *x, struct err *e)
{
	const char *name = strrchr(x->key, '.') + 1, *near = NULL, *known_event;
	int best = 4;

	for (size_t i = 0; (known_event = hook_event_at(i)) != NULL; i++) {
		int d = span_distance(span(name), span(known_event), 3);

		if (d < best) {
			best = d;
			near = known_event;
		}
	}
	err_set(e, ERR_DATA, "%s:%zu: hooks have no event '%s'", x->file,
	    x->line, name);
	if (near)
		return err_suffix(e, "; did you mean '%s'?", near);
	err_suffix(e, "; there are");
	for (size_t i = 0; (known_event = hook_event_at(i)) != NULL; i++)
		err_suffix(e, "%s %s", i ? "," : "", known_event);
	return -1;
}

static int
persons(const struct rc_entry *x, struct err *e)
{
	return err_set(e, ERR_DATA,
	    "%s:%zu: '%s' can only be set in your own crmrc "
	    "(~/.config/crm/crmrc), not in that of a store: programs and "
	    "persons are not the team's to choose",
	    x->file, x->line, x->key);
}

static bool
names_program(const char *key)
{
	for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
		if (strcmp(key, programs[i]) == 0)
			return true;
	}
	return strncmp(key, "hook.", 5) == 0;
}

static int
wrong(const struct rc_entry *x, const char *what, struct err *e)
{
	return err_set(e, ERR_DATA, "%s:%zu: %s is %s, not '%s'", x->file,
	    x->line, x->key, what, x->value);
}

static bool
is_one_of(struct span v, const char *const *name)
{
	for (; *name; name++) {
		if (span_ieqs(v, *name))
			return true;
	}
	return false;
}

static int
check_value(const struct setting *s, const struct rc_entry *x, struct err *e)
{
	static const char *const color[] = { "auto", "always", "never", NULL };
	struct span v = span(x->value);
	int64_t n;

	switch (s->type) {
	case SET_COLOR:
		return is_one_of(v, color)
			   ? 0
			   : wrong(x, "auto, always or never", e);
	case SET_CURRENCY:
		return currency_exponent(v) >= 0
			   ? 0
			   : wrong(x, "a currency such as EUR (ISO 4217)", e);
	case SET_INT:
		if (span_int(v, &n) && n >= s->min && n <= s->max)
			return 0;
		return err_set(e, ERR_DATA,
		    "%s:%zu: %s is a whole number from %d to %d, not '%s'",
		    x->file, x->line, x->key, s->min, s->max, x->value);
	case SET_ZONE:	  /* clock_zone() tells */
	case SET_PROGRAM: /* whoever runs it tells */
	case SET_TEXT:
		break;
	}
	return 0;
}

int
settings_check(const struct rc *rc, bool team, struct err *e)
{
	for (size_t i = 0; i < rc->n; i++) {
		const struct rc_entry *x = &rc->entry[i];
		const struct setting *s = setting_find(x->key);

		if (team && ((s && s->person) || names_program(x->key)))
			return persons(x, e);
		if (!s)
			return unknown(x, e);
		if (is_lost_hook(x->key))
			return no_event(x, e);
		if (check_value(s, x, e) < 0)
			return -1;
	}
	return 0;
}

/* The line that opens the section of key; '*' becomes a name to replace. */
static void
sample_section(struct buf *out, const char *key)
{
	const char *dot = strchr(key, '.'), *last = strrchr(key, '.');

	buf_addf(out, "\n[%.*s", (int)(dot - key), key);
	if (last != dot)
		buf_adds(out, " \"NAME\"");
	buf_adds(out, "]\n");
}

/* Length of what two settings of one section share: all but the last part. */
static size_t
head(const char *key)
{
	return (size_t)(strrchr(key, '.') - key);
}

void
settings_sample(struct buf *out)
{
	const char *last = "";

	buf_addf(out,
	    "# crm store, format %d\n"
	    "#\n"
	    "# Every setting, with its default. A team's crmrc is at the top "
	    "of its store and\n"
	    "# begins with the line above; a person's is "
	    "~/.config/crm/crmrc. See crmrc(5).\n",
	    STORE_FORMAT);
	for (size_t i = 0; i < NKNOWN; i++) {
		const struct setting *s = &known[i];
		size_t n = head(s->key);
		const char *name = s->key + n + 1;

		if (!last[0] || head(last) != n ||
		    strncmp(last, s->key, n) != 0)
			sample_section(out, s->key);
		last = s->key;
		buf_addf(out, "\t# %s%s\n\t# %s = %s\n", s->help,
		    s->person ? " (person's crmrc only)" : "",
		    strcmp(name, "*") == 0 ? "NAME" : name,
		    s->dflt ? s->dflt : "");
	}
}
