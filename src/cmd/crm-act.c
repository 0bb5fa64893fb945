/*
 * crm-act call, meet, visit, task, note, and every other type of activity of
 * config/activities.csv: one line of words becomes an activity.
 *
 *	crm-act call RECORD [when] [duration] ["subject"] [field=value ...]
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cmd/act-words.h"
#include "cmd/act.h"
#include "cmd/verbs.h"
#include "crm/change/attend.h"
#include "crm/own.h"
#include "store/id.h"

enum { O_REMIND, O_OWNER, O_WHERE, O_REPEAT, O_PURPOSE, O_OUTCOME, O_RESULT,
	O_CHANNEL, O_DIRECTION, O_PRIORITY, O_CAMPAIGN, O_NOTE };

static struct act_option given[] = {
	[O_REMIND] = { "remind", NULL },
	[O_OWNER] = { "owner", NULL },
	[O_WHERE] = { "where", NULL },
	[O_REPEAT] = { "repeat", NULL },
	[O_PURPOSE] = { "purpose", NULL },
	[O_OUTCOME] = { "outcome", NULL },
	[O_RESULT] = { "result", NULL },
	[O_CHANNEL] = { "channel", NULL },
	[O_DIRECTION] = { "direction", NULL },
	[O_PRIORITY] = { "priority", NULL },
	[O_CAMPAIGN] = { "campaign", NULL },
	[O_NOTE] = { "note", NULL },
	{ 0 },
};
static struct opt_list with;
static bool private, invite;

const struct opt opts_plan[] = {
	{ "remind", 0, OPT_STR, "LIST", "remind so long before: 15m, 2h, 1d",
	    &given[O_REMIND].value },
	{ "owner", 0, OPT_STR, "USER", "in whose calendar (yours)",
	    &given[O_OWNER].value },
	{ "where", 0, OPT_STR, "PLACE", "the place", &given[O_WHERE].value },
	{ "with", 0, OPT_LIST, "WHO",
	    "invite: addresses, contacts, users, by commas", &with },
	{ "repeat", 0, OPT_STR, "RULE", "weekly:6, monthly:2027-06-30, ...",
	    &given[O_REPEAT].value },
	{ "purpose", 0, OPT_STR, "WORD", "what it is to reach",
	    &given[O_PURPOSE].value },
	{ "outcome", 0, OPT_STR, "WORD", "how it went: it is done",
	    &given[O_OUTCOME].value },
	{ "result", 0, OPT_STR, "TEXT", "what came of it: it is done",
	    &given[O_RESULT].value },
	{ "channel", 0, OPT_STR, "WORD",
	    "phone, mail, chat, social, sms, post, ...",
	    &given[O_CHANNEL].value },
	{ "direction", 0, OPT_STR, "WORD", "in or out",
	    &given[O_DIRECTION].value },
	{ "priority", 0, OPT_STR, "N", "1 (highest) to 9",
	    &given[O_PRIORITY].value },
	{ "campaign", 0, OPT_STR, "NAME", "the campaign it belongs to",
	    &given[O_CAMPAIGN].value },
	{ "note", 0, OPT_STR, "TEXT", "anything else", &given[O_NOTE].value },
	{ "private", 0, OPT_FLAG, NULL, "others see only that you are busy",
	    &private },
	{ "invite", 0, OPT_FLAG, NULL, "print the mail that invites them",
	    &invite },
	{ 0 },
};

static int
no_type(struct call *c, const struct calendar *cal, const char *name)
{
	struct buf known = { 0 };

	for (size_t i = 0; i < cal->nactivities; i++)
		buf_addf(&known, "%s%.*s", i ? ", " : "",
		    SPANF(cal->activity[i].type));
	err_set(&c->err, ERR_USAGE,
	    "'%s' is no verb (crm-act --help lists them) and no type of "
	    "activity (config/activities.csv has: %s)", name,
	    known.n ? known.p : "none");
	buf_release(&known);
	return -1;
}

/* --- the record ---------------------------------------------------------- */

static void
link_record(struct changes *ch, struct record *r, const struct about *a)
{
	for (int k = 0; a && k < ABOUT_KINDS; k++) {
		char id[ID_LEN + 1];

		if (!a->id[k])
			continue;
		id_unpack(a->id[k], id);
		act_put(ch, r, about_field((enum about_kind)k), span(id));
	}
}

static int
put_times(struct call *c, struct changes *ch, const struct plan *p,
    struct record *r)
{
	bool task = p->a->kind == ITEM_TASK;
	struct buf b = { 0 };
	int ret = 0;

	if (task && (p->when.minutes || p->when.days))
		return err_set(&c->err, ERR_USAGE,
		    "a %.*s takes no time: it is due; in half an hour is "
		    "+30min", SPANF(p->a->type));
	if (when_said(&p->when)) {
		ret = when_cell(
		    &p->when, session_own(&c->s), span(""), &b, &c->err);
		if (ret == 0)
			act_put(ch, r, task ? "due" : "start", buf_span(&b));
	}
	buf_reset(&b);
	if (ret == 0 && record_get(r, "start").n && !task) {
		ret = when_end(&p->when, session_own(&c->s),
		    record_get(r, "start"), &b, &c->err);
		if (ret == 0 && b.n)
			act_put(ch, r, "end", buf_span(&b));
	}
	buf_release(&b);
	return ret;
}

static void
put_instant(struct changes *ch, struct record *r, const char *field, int64_t t)
{
	char text[21];

	instant_format(t, text);
	act_put(ch, r, field, span(text));
}

/* What has an outcome took place: it is done, just now if nothing is said. */
static int
put_done(struct call *c, struct changes *ch, const struct plan *p,
    struct record *r)
{
	bool event = p->a->kind == ITEM_EVENT, timed;
	struct span when = record_get(r, event ? "start" : "due");
	struct span end = record_get(r, "end");
	int64_t now = clock_now(), t = now, minutes = p->a->minutes;

	if (p->a->kind == ITEM_NOTE || record_get(r, "state").n ||
	    (!record_get(r, "outcome").n && !record_get(r, "result").n))
		return 0;
	if (event && !when.n) {
		if (p->when.minutes)
			minutes = p->when.minutes;
		put_instant(ch, r, "start", now - minutes * 60);
		put_instant(ch, r, "end", now);
	} else if (event && when_parse(when, &t, &timed) && t > now) {
		return err_set(&c->err, ERR_USAGE,
		    "an outcome and a result are of what took place, and it "
		    "is planned; without a time it is now, or say when it "
		    "was");
	}
	/* when it ended, as far as it is over */
	if (event && when.n && !when_parse(end, &t, &timed) && timed)
		t += minutes * 60;
	act_put(ch, r, "state", span("done"));
	put_instant(ch, r, "completed", event && t < now ? t : now);
	return 0;
}

static int
put_subject(struct call *c, struct changes *ch, const struct plan *p,
    const struct about *a, struct record *r)
{
	const struct field *f = entity_field(r->ent, span("subject"));
	struct span made = p->subject;

	if (record_at(r, f).n)
		return 0;
	if (!made.n && a && p->a->kind != ITEM_NOTE)
		made = arena_printf(&ch->arena, "%.*s %s", SPANF(p->a->label),
		    a->name);
	if (!made.n)
		return err_set(&c->err, ERR_USAGE,
		    "what about? crm-act %.*s %s", SPANF(p->a->type),
		    p->a->kind == ITEM_TASK ? "\"send the offer\" fri"
		    : p->a->kind == ITEM_NOTE
			? "RECORD \"they moved\""
			: "RECORD fri 10:00 \"budget\"");
	if (memchr(made.p, '\n', made.n))
		return err_set(&c->err, ERR_DATA,
		    "the subject '%.*s ...' has several lines; it is one: "
		    "put the rest into --note",
		    (int)strcspn(made.p, "\n"), made.p);
	return assign_one(c, ch, r, span("subject"), made);
}

static int
put_with(struct call *c, struct changes *ch, struct record *r)
{
	struct buf all = { 0 };
	int ret = 0;

	buf_addspan(&all, record_get(r, "with"));
	for (size_t i = 0; ret == 0 && i < with.n; i++)
		ret = attend_find(&c->s, span(with.v[i]), &all, &c->err);
	if (ret == 0 && all.n)
		ret = assign_one(c, ch, r, span("with"), buf_span(&all));
	buf_release(&all);
	return ret;
}

/* What is planned for the past was mostly meant as what happened. */
static void
say_past(struct call *c, struct plan *p, const struct record *r)
{
	struct span end = record_get(r, "end"), due = record_get(r, "due");
	struct span rest = p->a->required;
	struct buf how = { 0 };
	char id[ID_LEN + 1];
	int64_t t;
	bool timed;

	if (!end.n)
		end = due.n ? due : record_get(r, "start");
	if (p->past || record_get(r, "repeat").n ||
	    !span_eqs(record_get(r, "state"), "planned") ||
	    !when_parse(end, &t, &timed) ||
	    (timed ? t >= c->s.dates.now : clock_day(t, NULL) >= session_own(&c->s)->today))
		return;
	p->past = true;
	id_unpack(r->id, id);
	while (rest.n) {
		struct span field = span_trim(span_cut(&rest, ';'));

		buf_addf(&how, " %.*s=...", SPANF(field));
	}
	cli_say(c, "%s in the past, and open; what took place is entered "
		   "by crm-act done %s%s", due.n ? "due" : "planned",
	    c->dry_run || p->n > 1 ? "ID" : id, how.n ? how.p : "");
	buf_release(&how);
}

static int
plan_one(struct call *c, struct changes *ch, struct plan *p,
    const struct about *a)
{
	struct record empty = { .ent = c->ent }, r = change_copy(ch, &empty);

	act_put(ch, &r, "type", p->a->type);
	link_record(ch, &r, a);
	if (p->text.n)
		act_put(ch, &r, "note", buf_span(&p->text));
	if (private)
		act_put(ch, &r, "private", span("yes"));
	if (put_times(c, ch, p, &r) || act_assign(c, ch, &r, given) ||
	    put_with(c, ch, &r) ||
	    assign_words(c, ch, &r, p->assigned, p->nassigned) ||
	    put_subject(c, ch, p, a, &r) || put_done(c, ch, p, &r))
		return -1;
	if (p->a->kind == ITEM_EVENT && !record_get(&r, "start").n)
		return err_set(&c->err, ERR_USAGE,
		    "when? crm-act %.*s ... tomorrow 10:00; what took place "
		    "already takes --outcome or --result", SPANF(p->a->type));
	if (change_apply(
		ch, NULL, &r, c->force ? CHANGE_FORCE : 0, &c->err))
		return -1;
	act_tell(c, NULL, &r);
	say_past(c, p, &r);
	return 0;
}

int
verb_plan(struct call *c)
{
	struct changes *ch = NULL;
	struct plan p = { 0 };
	struct calendar *cal;
	int r = -1;

	if (session_calendar(&c->s, &cal, &c->err))
		return -1;
	p.a = calendar_activity(cal, span(c->cmd->name));
	if (!p.a)
		return no_type(c, cal, c->cmd->name);
	if (invite && !with.n)
		return err_set(&c->err, ERR_USAGE,
		    "--invite: whom? --with ada@example.org");
	if (plan_take_words(c, &p) || (p.from_stdin && plan_read_records(c, &p)) ||
	    (p.text_wanted && plan_read_text(c, &p)) || cli_changes(c, &ch))
		goto out;
	r = 0;
	for (size_t i = 0; r == 0 && i < p.n; i++)
		r = plan_one(c, ch, &p, &p.about[i]);
	if (r == 0 && !p.n && !p.from_stdin)
		r = plan_one(c, ch, &p, NULL);
	if (r == 0)
		r = invite ? act_commit_invite(c, ch, c->cmd->name)
			   : cli_commit(c, ch, c->cmd->name);
out:
	changes_close(ch);
	buf_release(&p.text);
	free(p.about);
	free(p.assigned);
	return r;
}
