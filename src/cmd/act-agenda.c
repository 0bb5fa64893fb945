/*
 * crm-act agenda: what takes place on the days of one person, or of many.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cmd/agenda.h"
#include "cmd/cli.h"
#include "cmd/emit_impl.h"
#include "cmd/verbs.h"
#include "crm/calendar/item.h"
#include "crm/calendar/who.h"
#include "store/id.h"

enum { LINES = 4, NOT_GIVEN = INT32_MIN };

static const char *user, *team;
static int64_t days = NOT_GIVEN, lines = NOT_GIVEN;
static bool week, month, tasks, no_tasks;

const struct opt opts_agenda[] = {
	{ "days", 0, OPT_INT, "N", "so many days (7)", &days },
	{ "week", 0, OPT_FLAG, NULL, "the week of the day", &week },
	{ "month", 0, OPT_FLAG, NULL, "the month of the day", &month },
	{ "lines", 0, OPT_INT, "N", "of a day in a month (4)", &lines },
	{ "user", 0, OPT_STR, "WHO",
	    "whose: ana,bo, team:Sales, under:me, all", &user },
	{ "team", 0, OPT_STR, "TEAM", "of all in a team, or under:me",
	    &team },
	{ "tasks", 0, OPT_FLAG, NULL, "tasks and nothing else", &tasks },
	{ "no-tasks", 0, OPT_FLAG, NULL, "no tasks", &no_tasks },
	{ 0 },
};

/* Whoever asks for those under somebody wants to see that person, too. */
static int
add_heads(struct call *c, struct calendar *cal, struct span list,
    struct who *w)
{
	while (list.n) {
		struct span one = span_trim(span_cut(&list, ','));
		struct span head = one;

		if (span_ieqs(span_cut(&head, ':'), "under") &&
		    who_add(cal, head, w, &c->err))
			return -1;
	}
	return 0;
}

static int
whose(struct call *c, struct calendar *cal, struct who *w)
{
	struct buf b = { 0 };
	struct span t = span(team);
	int r;

	if (user)
		buf_adds(&b, user);
	if (team)
		buf_addf(&b, "%s%s%s", user ? "," : "",
		    span_istarts(t, span("under:")) ||
			    span_ieqs(t, "all")
			? ""
			: "team:",
		    team);
	if (!b.n)
		buf_adds(&b, "me");
	r = add_heads(c, cal, buf_span(&b), w);
	if (r == 0)
		r = who_add(cal, buf_span(&b), w, &c->err);
	buf_release(&b);
	return r;
}

static int
options(struct call *c)
{
	if (week + month + (days != NOT_GIVEN) > 1)
		return err_set(&c->err, ERR_USAGE,
		    "--days, --week and --month exclude each other");
	if (tasks && no_tasks)
		return err_set(&c->err, ERR_USAGE,
		    "--tasks and --no-tasks exclude each other");
	if (days != NOT_GIVEN && (days < 1 || days > AGENDA_DAYS_MAX))
		return err_set(&c->err, ERR_USAGE,
		    "--days: 1 to %d are possible", AGENDA_DAYS_MAX);
	if (lines != NOT_GIVEN && (lines < 1 || lines > 100))
		return err_set(
		    &c->err, ERR_USAGE, "--lines: 1 to 100 are possible");
	if (c->argc > 1)
		return err_set(&c->err, ERR_USAGE,
		    "'%s': one word says when: a day, a period such as "
		    "next-week, or A..B", c->argv[1]);
	return 0;
}

static void
title(const struct calendar *cal, const struct who *w, struct buf *out)
{
	if (team && !user) {
		buf_adds(out, team);
		return;
	}
	for (size_t i = 0; i < w->n && i < 3; i++) {
		const struct person *p = &cal->person[w->v[i]];

		buf_addf(out, "%s%.*s", i ? ", " : "",
		    SPANF(p->name.n ? p->name : p->folder));
	}
	if (w->n > 3)
		buf_addf(out, " and %zu more", w->n - 3);
}

/* --- rows ---------------------------------------------------------------- */

static const struct emit_column columns[] = {
	{ .name = "id", .type = F_ID },
	{ .name = "start", .type = F_WHEN },
	{ .name = "end", .type = F_WHEN },
	{ .name = "user", .type = F_TEXT },
	{ .name = "type", .type = F_TEXT },
	{ .name = "subject", .type = F_TEXT, .main = true },
	{ .name = "account", .type = F_TEXT },
	{ .name = "opp", .type = F_TEXT },
	{ .name = "where", .type = F_TEXT },
	{ .name = "key", .type = F_TEXT },
	{ .name = "conflict", .type = F_BOOL },
	{ .name = "state", .type = F_TEXT },
};
enum { NCOLUMNS = sizeof columns / sizeof *columns };

/* Nothing but its times where it is another's and private: no id either. */
static int
put_row(struct call *c, struct emit *em, const struct agenda *a,
    const struct agenda_item *x, size_t person)
{
	static const char *const shown[] = { "account", "opp", "where" };
	const struct person *p = &a->cal->person[person];
	struct span cell[NCOLUMNS];
	const struct span *v = x->o.value;
	char id[ID_LEN + 1];

	for (int i = 0; i < NCOLUMNS; i++)
		cell[i] = span("");
	id_unpack(x->o.id, id);
	cell[1] = act_cell(
	    a->cal, v, x->o.kind == ITEM_TASK ? "due" : "start");
	cell[2] = x->o.kind == ITEM_EVENT ? act_cell(a->cal, v, "end")
					  : span("");
	cell[3] = p->login.n ? p->login : p->id;
	cell[5] = x->subject;
	cell[10] = span(x->conflict ? "yes" : "");
	cell[11] = act_cell(a->cal, v, "state");
	if (!x->hidden) {
		cell[0] = span(id);
		cell[4] = act_cell(a->cal, v, "type");
		for (int i = 0; i < 3; i++)
			cell[6 + i] = act_cell(a->cal, v, shown[i]);
		cell[9] = x->o.key;
	}
	return emit_row(em, cell, NCOLUMNS, &c->err);
}

/* A meeting of several is a row for each. */
static int
put_rows(struct call *c, const struct agenda *a, const struct emit_options *o)
{
	bool ids = emit_wants_ids(o);
	struct emit *em;
	int r = 0;

	if (emit_open(&em, o, columns, NCOLUMNS, &c->err))
		return -1;
	for (size_t i = 0; r == 0 && i < a->nlate + a->n; i++) {
		const struct agenda_item *x = i < a->nlate
			? &a->late[i]
			: &a->item[i - a->nlate];

		if (ids && x->hidden)
			continue;
		for (size_t k = 0; r == 0 && k < (ids ? 1 : x->npersons); k++)
			r = put_row(c, em, a, x, x->person[k]);
	}
	return emit_end(em, r, NULL, &c->err);
}

/* --- forms --------------------------------------------------------------- */

static int
put_form(struct call *c, const struct agenda *a, const struct who *w,
    int (*form)(const struct agenda_form *))
{
	struct buf out = { 0 }, name = { 0 };
	struct agenda_form f = { .a = a, .npersons = w->n,
		.width = emit_width(), .lines = lines != NOT_GIVEN ? (size_t)lines : LINES,
		.color = emit_has_color(), .month = month, .out = &out,
		.e = &c->err };
	int r;

	title(a->cal, w, &name);
	f.title = buf_span(&name);
	r = form(&f);
	if (r == 0)
		r = emit_text(buf_span(&out), &c->err);
	buf_release(&out);
	buf_release(&name);
	return r;
}

static int
put(struct call *c, const struct agenda *a, const struct who *w)
{
	struct emit_options o = { .format = c->format,
		.porcelain = c->porcelain };

	session_unlock(&c->s);
	if (c->format && strcmp(c->format, "html") == 0)
		return put_form(c, a, w, agenda_html);
	if (c->format && strcmp(c->format, "ics") == 0)
		return put_form(c, a, w, agenda_ics);
	if ((c->format && strcmp(c->format, "table") == 0 && !c->porcelain) ||
	    (!c->format && !emit_is_machine(&o)))
		return put_form(c, a, w, month ? agenda_month : agenda_text);
	return put_rows(c, a, &o);
}

int
verb_agenda(struct call *c)
{
	struct agenda_query q = { .days = days != NOT_GIVEN ? (int)days : 0,
		.unit = week ? UNIT_WEEK : month ? UNIT_MONTH : UNIT_DAY,
		.what = OCCUR_EVENTS | OCCUR_NOTES | OCCUR_TASKS | OCCUR_DONE };
	struct emit_options o = { .format = c->format,
		.porcelain = c->porcelain };
	struct calendar *cal;
	struct agenda a = { 0 };
	struct who w = { 0 };
	char *zone = NULL;
	int r = -1;

	if (options(c) || session_calendar(&c->s, &cal, &c->err) ||
	    whose(c, cal, &w))
		goto out;
	if (tasks)
		q.what = OCCUR_TASKS | OCCUR_DONE;
	if (no_tasks)
		q.what &= ~(unsigned)OCCUR_TASKS;
	q.person = w.v;
	q.npersons = w.n;
	q.reader = who_me(cal);
	q.day = c->argc ? span(c->argv[0]) : span("");
	q.names = !emit_is_machine(&o);
	if (q.reader != (size_t)-1)
		zone = span_dup(cal->person[q.reader].zone);
	q.zone = zone;
	if (agenda_make(cal, &q, &a, &c->err))
		goto out;
	calendar_flaws(cal, buf_span(&a.occur.flaws));
	r = put(c, &a, &w);
	if (r == 0 && c->fail_empty && a.n + a.nlate == 0)
		r = 1;
out:
	agenda_release(&a);
	who_release(&w);
	free(zone);
	return r;
}
