/*
 * What must hold of an activity, and the row of act-links that it entails.
 */
#include <string.h>

#include "base/clock.h"
#include "crm/calendar/item.h"
#include "crm/calendar/private.h"
#include "crm/change/change_impl.h"
#include "crm/own.h"
#include "store/id.h"

/* --- what is filled in --------------------------------------------------- */

static void
fill(struct record *r, const char *field, struct span v)
{
	const struct field *f = entity_field(r->ent, span(field));

	if (f && !record_at(r, f).n && v.n)
		record_set(r, f, v);
}

/* The account, and the rest, of the records that an activity is linked to. */
static int
fill_links(struct changes *c, struct record *after, struct err *e)
{
	static const struct {
		const char *from, *field;
	} ways[] = { { "opp", "account" }, { "opp", "contact" },
		{ "contact", "account" } };

	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		struct span ref = record_get(after, ways[i].from);
		const struct entity *ent =
		    schema_entity(&c->s->schema, span(ways[i].from));
		struct record other;
		uint64_t id = ref.n ? id_pack(ref) : 0;
		int r;

		if (!id || record_get(after, ways[i].field).n)
			continue;
		r = change_load(c, ent, id, &other, e);
		if (r < 0)
			return -1;
		if (r == 0)
			fill(after, ways[i].field,
			    record_get(&other, ways[i].field));
	}
	return 0;
}

static struct span
now(struct changes *c)
{
	char at[21];

	instant_format(clock_now(), at);
	return arena_span(&c->arena, span(at));
}

/* A meeting that is said to begin takes as long as its kind does. */
static void
fill_end(struct changes *c, const struct activity *a, struct record *after)
{
	struct span start = record_get(after, "start");
	char at[21];
	int64_t t;
	bool timed;

	if (a->kind != ITEM_EVENT || !a->minutes || record_get(after, "end").n)
		return;
	if (!when_parse(start, &t, &timed) || !timed)
		return;
	instant_format(t + a->minutes * 60, at);
	fill(after, "end", arena_span(&c->arena, span(at)));
}

static int
fill_new(struct changes *c, const struct activity *a, struct record *after,
    unsigned how, struct err *e)
{
	fill(after, "state", span(a->kind == ITEM_NOTE ? "done" : "planned"));
	fill(after, "owner", change_user(c));
	fill(after, "channel", a->channel);
	if (a->kind == ITEM_NOTE)
		fill(after, "start", now(c));
	fill_end(c, a, after);
	return how & CHANGE_HISTORY ? 0 : fill_links(c, after, e);
}

/* --- what changes with the state ----------------------------------------- */

static bool
moved(const struct record *before, const struct record *after,
    const char *field)
{
	return !span_eq(record_get(before, field), record_get(after, field));
}

static void
state_moved(struct changes *c, const struct activity *a,
    const struct record *before, struct record *after)
{
	bool done = span_eqs(record_get(after, "state"), "done");

	if (done && !record_get(after, "completed").n &&
	    a->kind != ITEM_NOTE)
		record_put(after, "completed", now(c));
	if (!done && before && !moved(before, after, "completed"))
		record_put(after, "completed", span(""));
	if (a->kind == ITEM_TASK && done)
		record_put(after, "percent", span("100"));
	if (a->kind == ITEM_TASK && !done &&
	    span_eqs(record_get(after, "percent"), "100"))
		record_put(after, "percent", span(""));
}

/* What is put off takes as long as it did, unless its end is said, too. */
static void
start_moved(struct changes *c, const struct record *before,
    struct record *after)
{
	struct span old = record_get(before, "start");
	struct span new = record_get(after, "start");
	struct span end = record_get(after, "end");
	int64_t from, to, till;
	bool t1, t2, t3;
	char at[21];

	if (moved(before, after, "end") || !when_parse(old, &from, &t1) ||
	    !when_parse(new, &to, &t2) || !when_parse(end, &till, &t3) ||
	    t1 != t2 || t2 != t3)
		return;
	/* noon: a day may have 23 hours */
	if (t1)
		instant_format(till + to - from, at);
	else
		date_format(clock_day(till + to - from + 43200, NULL), at);
	record_put(after, "end", arena_span(&c->arena, span(at)));
}

/* --- what must hold ------------------------------------------------------ */

static bool
listed(struct span list, struct span v)
{
	while (list.n) {
		if (span_eq(span_trim(span_cut(&list, ';')), v))
			return true;
	}
	return false;
}

/* What its kind says must be known of one that is done. */
static int
check_reported(const struct activity *a, const struct record *after,
    struct err *e)
{
	struct span list = a->required;

	if (!span_eqs(record_get(after, "state"), "done"))
		return 0;
	while (list.n) {
		struct span field = span_trim(span_cut(&list, ';'));
		const struct field *f = entity_field(after->ent, field);

		if (f && !record_at(after, f).n)
			return err_set(e, ERR_USAGE,
			    "a %.*s that is done needs %.*s: "
			    "%.*s=... (config/activities.csv asks for it)",
			    SPANF(a->type), SPANF(field), SPANF(field));
	}
	return 0;
}

/* Where its kind lists words of a field, one of them. */
static int
check_word(const struct activity *a, const char *field, struct span words,
    const struct record *before, const struct record *after, struct err *e)
{
	struct span v = record_get(after, field);

	if (!v.n || !words.n || !moved(before, after, field) ||
	    listed(words, v))
		return 0;
	return err_set(e, ERR_USAGE,
	    "%s '%.*s' is none of a %.*s; there are: %.*s "
	    "(config/activities.csv)", field, SPANF(v), SPANF(a->type),
	    SPANF(words));
}

static int
check_times(const struct activity *a, const struct record *after,
    struct err *e)
{
	struct span start = record_get(after, "start");
	struct span end = record_get(after, "end");
	struct span due = record_get(after, "due");
	int64_t from = 0, to = 0;
	bool t1 = false, t2 = false;

	if (a->kind == ITEM_EVENT && !start.n)
		return err_set(e, ERR_USAGE,
		    "a %.*s needs a start, such as start='tomorrow 10:00'",
		    SPANF(a->type));
	if (a->kind != ITEM_EVENT && end.n)
		return err_set(e, ERR_USAGE, "a %.*s has no end%s",
		    SPANF(a->type),
		    a->kind == ITEM_TASK ? "; it has a due" : "");
	if (a->kind != ITEM_TASK && due.n)
		return err_set(e, ERR_USAGE,
		    "a %.*s has no due; it has a start", SPANF(a->type));
	if (start.n && end.n && when_parse(start, &from, &t1) &&
	    when_parse(end, &to, &t2) && (t1 != t2 || to < from))
		return err_set(e, ERR_USAGE,
		    t1 != t2 ? "start and end are both days, or both times"
			     : "it ends before it starts");
	return 0;
}

static int
check_repeat(struct changes *c, struct record *after, struct err *e)
{
	struct span repeat = record_get(after, "repeat");
	struct span start = record_get(after, "start");
	struct buf rule = { 0 };
	int r = 0;

	if (!repeat.n)
		return 0;
	if (!start.n)
		start = record_get(after, "due");
	if (!start.n)
		return err_set(e, ERR_USAGE,
		    "what repeats needs a start or a due");
	r = act_repeat(c->s, repeat, start, &rule, e);
	if (r == 0)
		record_put(after, "repeat",
		    arena_span(&c->arena, buf_span(&rule)));
	buf_release(&rule);
	/* ten o'clock stays ten o'clock when the clocks change */
	if (r == 0 && start.n > 10)
		fill(after, "zone",
		    span(*session_own_zone(c->s) ? session_own_zone(c->s)
						 : act_zone(c->s)));
	return r;
}

static int
check_remind(struct changes *c, struct record *after, struct err *e)
{
	struct span list = record_get(after, "remind");
	struct buf b = { 0 };
	int r = list.n ? act_remind(c->s, list, &b, e) : 0;

	if (list.n && r == 0)
		record_put(after, "remind",
		    arena_span(&c->arena, buf_span(&b)));
	buf_release(&b);
	return r;
}

static int
check_priority(const struct record *after, struct err *e)
{
	struct span v = record_get(after, "priority");

	return !v.n || (v.n == 1 && v.p[0] >= '1' && v.p[0] <= '9')
	    ? 0
	    : err_set(e, ERR_USAGE, "priority: 1 (highest) to 9, not '%.*s'",
		  SPANF(v));
}

/* Another program's change: what it leaves to us is entailed, no more. */
static int
outside(struct changes *c, const struct activity *a,
    const struct record *before, struct record *after, struct err *e)
{
	static const char *const refs[] = { "opp", "contact" };
	bool linked = false;

	if (before && moved(before, after, "state"))
		state_moved(c, a, before, after);
	for (size_t i = 0; i < sizeof refs / sizeof *refs; i++)
		linked |= record_get(after, refs[i]).n &&
			  moved(before, after, refs[i]);
	return linked ? fill_links(c, after, e) : 0;
}

/*
 * Only its owner makes public what is private, or gives it away; and what
 * others read of it is not what it is.
 */
static int
check_private(struct changes *c, const struct record *before,
    const struct record *after, struct err *e)
{
	struct span owner = record_get(before, "owner");

	if (!span_eqs(record_get(before, "private"), "yes") ||
	    span_eq(owner, change_user(c)))
		return 0;
	if (!moved(before, after, "private") &&
	    !moved(before, after, "owner") &&
	    !(moved(before, after, "subject") &&
		span_eqs(record_get(after, "subject"), PRIVATE_SUBJECT)))
		return 0;
	return err_set(e, ERR_PERM,
	    "it is private; only its owner can give it away or say "
	    "private=no");
}

int
rule_act(struct changes *c, const struct record *before, struct record *after,
    unsigned how, struct err *e)
{
	struct calendar *cal;
	const struct activity *a;

	if (session_calendar(c->s, &cal, e))
		return -1;
	a = calendar_activity(cal, record_get(after, "type"));
	if (!a || (how & CHANGE_UNDO))
		return 0;
	if (how & CHANGE_OUTSIDE)
		return outside(c, a, before, after, e);
	/* it is what it is, in the file already, or as it was sent */
	if (how & (CHANGE_HAND | CHANGE_GIVEN))
		return 0;
	if (before && check_private(c, before, after, e))
		return -1;
	if (!before && fill_new(c, a, after, how, e))
		return -1;
	if (!before || moved(before, after, "state"))
		state_moved(c, a, before, after);
	if (before && moved(before, after, "start"))
		start_moved(c, before, after);
	if (check_times(a, after, e) ||
	    ((!before || moved(before, after, "repeat")) &&
		check_repeat(c, after, e)) ||
	    ((!before || moved(before, after, "remind")) &&
		check_remind(c, after, e)) ||
	    ((!before || moved(before, after, "priority")) &&
		check_priority(after, e)))
		return -1;
	if (how & (CHANGE_HISTORY | CHANGE_FORCE))
		return 0;
	if (check_word(a, "outcome", a->outcomes, before, after, e) ||
	    check_word(a, "purpose", a->objectives, before, after, e))
		return -1;
	return !before || moved(before, after, "state")
	    ? check_reported(a, after, e)
	    : 0;
}

/* --- the link ------------------------------------------------------------ */

int
effect_act(struct changes *c, const struct record *before,
    const struct record *after, unsigned how, struct err *e)
{
	static const char *const fields[] = { "account", "contact", "lead",
		"opp", "campaign" };
	const struct entity *link =
	    schema_entity(&c->s->schema, span("act-link"));
	struct record old, new;
	bool any = false;
	int r;

	(void)how;
	r = change_load(
	    c, link, after ? after->id : before->id, &old, e);
	if (r < 0)
		return -1;
	if (!after)
		return r ? 0 : change_apply(c, &old, NULL, CHANGE_CHECKED, e);
	new = (struct record){ .ent = link, .id = after->id,
		.n = link->nfields };
	new.value = arena_alloc(&c->arena, new.n * sizeof *new.value);
	if (r == 0)
		new = change_copy(c, &old);
	record_put(&new, "uid", record_get(after, "uid"));
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		struct span v = record_get(after, fields[i]);

		record_put(&new, fields[i], v);
		any |= v.n > 0;
	}
	if (!any)
		return r ? 0 : change_apply(c, &old, NULL, CHANGE_CHECKED, e);
	return change_apply(c, r ? NULL : &old, &new, CHANGE_CHECKED, e);
}
