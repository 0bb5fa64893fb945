/*
 * The occurrences of one row.
 */
#include "crm/calendar/occur.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "crm/calendar/item_impl.h"
#include "crm/calendar/occur_impl.h"
#include "crm/calendar/series.h"
#include "store/id.h"

#define DAY 86400
#define MARGIN (2 * DAY) /* clocks change, and days begin elsewhere */
enum { RULES_MAX = 32 };

/* A series at work. */
struct series {
	struct calendar *cal;
	const struct occur_row *row;
	struct occurrences *out;
	int64_t from, to;
	struct ical_time start;
	int64_t at; /* of the start */
	struct series_lines lines;
	struct ical_time *date; /* RDATEs, then EXDATEs */
	struct span rrule[RULES_MAX];
	struct buf counted; /* a rule whose COUNT is one less */
	struct ical_rule rule;
	int64_t early, late; /* of what takes place, behind its key */
	struct err *e;
	bool failed;
};

static int64_t
midnight(struct span day, int plus)
{
	int32_t d = 0;

	date_parse(day, &d);
	return clock_instant(d + plus, 0);
}

bool
occur_times(struct calendar *cal, enum item_kind kind,
    const struct span *value, int64_t *from, int64_t *to, bool *day)
{
	struct span start =
	    act_cell(cal, value, kind == ITEM_TASK ? "due" : "start");
	struct span end = kind == ITEM_EVENT ? act_cell(cal, value, "end")
					     : span("");
	bool timed;

	if (!start.n || !when_parse(start, from, &timed))
		return false;
	*day = !timed;
	*to = *from;
	if (*day) {
		if (end.n != 10 || span_cmp(end, start) < 0)
			end = start;
		*to = midnight(end, 1);
	} else if (end.n && when_parse(end, to, &timed)) {
		if (!timed)
			*to = midnight(end, 1);
		if (*to < *from)
			*to = *from;
	}
	return true;
}

static bool
touches(int64_t from, int64_t to, int64_t window, int64_t end)
{
	return from == to ? from >= window && from < end
			  : from < end && to > window;
}

static void
add(struct series *s, const struct span *value, struct span key)
{
	struct occurrences *o = s->out;
	struct occurrence x = { .value = value, .key = key,
		.kind = s->row->kind, .copy = s->row->copy,
		.person = s->row->person };

	if (!occur_times(s->cal, x.kind, value, &x.from, &x.to, &x.day) ||
	    !touches(x.from, x.to, s->from, s->to))
		return;
	x.id = id_pack(act_cell(s->cal, value, "id"));
	GROW(o->v, o->n, o->cap);
	o->v[o->n++] = x;
}

static struct span *
new_row(struct series *s)
{
	return arena_alloc(
	    &s->out->arena, (s->cal->act->nfields + 1) * sizeof(struct span));
}

/* --- from one occurrence on ---------------------------------------------- */

/* The line "KEY+" that holds at an occurrence: the last before it. */
static const struct series_line *
following(const struct series *s, struct span key)
{
	const struct series_line *best = NULL;

	for (size_t i = 0; i < s->lines.n; i++) {
		const struct series_line *l = &s->lines.v[i];

		if (l->following && span_cmp(l->key, key) <= 0)
			best = l;
	}
	return best;
}

/* A time as far behind `to` as it is behind `from`, by the clock on the wall. */
static struct span
moved(struct series *s, struct span cell, struct span from, struct span to)
{
	struct ical_time t, a, b;
	int64_t sec;
	char text[21];

	if (!item_time_of(cell, &s->start, &t) ||
	    !item_time_of(from, &s->start, &a) ||
	    !item_time_of(to, &s->start, &b))
		return cell;
	sec = t.sec + (int64_t)b.sec - a.sec;
	t.day += b.day - a.day;
	if (t.kind != ICAL_DATE) {
		t.day += (int32_t)(sec / DAY) - (sec % DAY < 0);
		t.sec = (int32_t)(sec % DAY + (sec % DAY < 0 ? DAY : 0));
	}
	item_cell_of(&t, text);
	return arena_span(&s->out->arena, span(text));
}

static int
follow(struct series *s, const struct series_line *l, struct span key,
    struct span *v)
{
	if (series_row(
		s->cal, l, s->row->value, &s->out->arena, v, s->e))
		return -1;
	for (size_t i = 0; i < SERIES_TIMES; i++) {
		const struct field *f =
		    entity_field(s->cal->act, span(series_field[i]));

		if (v[f->index].n)
			v[f->index] = moved(s, v[f->index], l->key, key);
	}
	return 0;
}

/* --- the series ---------------------------------------------------------- */

static int
take(void *ctx, const struct ical_time *t)
{
	struct series *s = ctx;
	struct series_line plain = { 0 };
	const struct series_line *l;
	struct span *v = new_row(s);
	char text[21];
	int r;

	item_cell_of(t, text);
	plain.key = arena_span(&s->out->arena, span(text));
	plain.sets = span("");
	l = following(s, plain.key);
	r = l ? follow(s, l, plain.key, v)
	      : series_row(s->cal, &plain, s->row->value, &s->out->arena, v,
		    s->e);
	s->failed = r != 0;
	if (r == 0)
		add(s, v, plain.key);
	return r != 0;
}

/* A zone that only the file of the series defines. */
static const struct ical_zone *
own_zone(struct series *s, struct span name)
{
	struct err ignored = { 0 };
	struct ics doc = { 0 };
	struct buf data = { 0 };
	const struct ical_zone *z = NULL;

	if (s->row->path &&
	    session_read(s->cal->s, s->row->path, &data, &ignored) == 0 &&
	    ics_parse(&doc, s->row->path, &data, &ignored) == 0)
		z = item_zone_named(&doc, name);
	ics_release(&doc);
	buf_release(&data);
	err_release(&ignored);
	return z;
}

static bool
open_start(struct series *s)
{
	struct span start = act_cell(s->cal, s->row->value, "start");
	struct span zone = act_cell(s->cal, s->row->value, "zone");
	struct ical_time like = { .kind = ICAL_UTC };

	if (!start.n)
		start = act_cell(s->cal, s->row->value, "due");
	if (zone.n && start.n != 10) {
		like.zone = ical_zone(zone, span(""), NULL);
		if (!like.zone)
			like.zone = own_zone(s, zone);
		like.kind = like.zone ? ICAL_ZONED : ICAL_UTC;
	}
	if (!item_time_of(start, &like, &s->start))
		return false;
	s->at = ical_instant(&s->start);
	return true;
}

/* Dates that take place besides, and those that do not or are told apart. */
static void
open_dates(struct series *s)
{
	size_t n = 0, nrdate;

	s->date = xcalloc(2 * s->lines.n + 2, sizeof *s->date);
	s->date[n++] = s->start;
	for (size_t i = 0; i < s->lines.n; i++) {
		const struct series_line *l = &s->lines.v[i];

		if (l->extra && !l->sets.n)
			n += item_time_of(l->key, &s->start, &s->date[n]);
	}
	nrdate = n;
	for (size_t i = 0; i < s->lines.n; i++) {
		const struct series_line *l = &s->lines.v[i];

		if (!l->following && (!l->extra || l->sets.n))
			n += item_time_of(l->key, &s->start, &s->date[n]);
	}
	s->rule.rdate = s->date;
	s->rule.nrdate = nrdate;
	s->rule.exdate = s->date + nrdate;
	s->rule.nexdate = n - nrdate;
}

static int
note_first(void *ctx, const struct ical_time *t)
{
	*(int64_t *)ctx = ical_instant(t);
	return 1;
}

/*
 * COUNT counts the start; where the rule does not give it, one less is left
 * for the rule. False: none.
 */
static bool
count_start(struct series *s, struct span *rule)
{
	struct ical_rule r = { .start = s->start, .rrule = rule, .nrrule = 1 };
	struct span rest = *rule, out = *rule;
	struct err ignored = { 0 };
	int64_t first = s->at, n = 0;
	bool left = true;

	while (rest.n) {
		struct span part = span_cut(&rest, ';'), name;

		name = span_cut(&part, '=');
		if (span_ieqs(name, "COUNT") && span_int(part, &n))
			out = part;
	}
	if (n > 0 && ical_expand(&r, s->at - MARGIN, s->at + 400LL * 366 * DAY,
			 1, note_first, &first, NULL, &ignored) == 0 &&
	    first != s->at) {
		buf_reset(&s->counted);
		buf_addf(&s->counted, "%.*s%lld%.*s",
		    (int)(out.p - rule->p), rule->p, (long long)n - 1,
		    (int)(rule->p + rule->n - out.p - out.n), out.p + out.n);
		*rule = buf_span(&s->counted);
		left = n > 1;
	}
	err_release(&ignored);
	return left;
}

static void
open_rules(struct series *s)
{
	struct span rest = act_cell(s->cal, s->row->value, "repeat");

	s->rule.start = s->start;
	s->rule.rrule = s->rrule;
	while (rest.n && s->rule.nrrule < RULES_MAX) {
		struct span one = span_cut(&rest, ' ');

		if (one.n)
			s->rrule[s->rule.nrrule++] = one;
	}
	if (s->rule.nrrule == 1 && !count_start(s, &s->rrule[0]))
		s->rule.nrrule = 0;
}

static void
reach(struct series *s, const struct span *value, int64_t key)
{
	int64_t from, to;
	bool day;

	if (!occur_times(s->cal, s->row->kind, value, &from, &to, &day))
		return;
	if (from - key < s->early)
		s->early = from - key;
	if (to - key > s->late)
		s->late = to - key;
}

/* How far from their keys occurrences lie. */
static int
open_reach(struct series *s)
{
	struct span *v;
	int64_t key;

	reach(s, s->row->value, s->at);
	for (size_t i = 0; i < s->lines.n; i++) {
		const struct series_line *l = &s->lines.v[i];

		if (!l->following || !when_parse(l->key, &key, NULL))
			continue;
		v = new_row(s);
		if (series_row(s->cal, l, s->row->value, &s->out->arena, v,
			s->e))
			return -1;
		reach(s, v, key);
	}
	return 0;
}

static int
expand(struct series *s, size_t most, struct err *e)
{
	bool more = false;
	int r;

	open_rules(s);
	open_dates(s);
	if (open_reach(s))
		return -1;
	r = ical_expand(&s->rule, s->from - s->late - MARGIN,
	    s->to - s->early + MARGIN, most, take, s, &more, e);
	s->out->more |= more;
	if (r || s->failed)
		return -1;
	for (size_t i = 0; i < s->lines.n; i++) {
		const struct series_line *l = &s->lines.v[i];
		struct span *v;

		if (l->out || l->following || (l->extra && !l->sets.n))
			continue;
		v = new_row(s);
		if (series_row(
			s->cal, l, s->row->value, &s->out->arena, v, e))
			return -1;
		add(s, v, l->key);
	}
	return 0;
}

static int
cmp_occurrence(const void *a, const void *b)
{
	const struct occurrence *x = a, *y = b;
	int c;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	if (x->to != y->to)
		return x->to < y->to ? -1 : 1;
	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	c = span_cmp(x->key, y->key);
	if (c == 0 && x->person != y->person)
		c = x->person < y->person ? -1 : 1;
	return c ? c : x->copy - y->copy;
}

void
occur_sort(struct occurrence *v, size_t n)
{
	if (n)
		qsort(v, n, sizeof *v, cmp_occurrence);
}

int
occur_row(struct calendar *cal, const struct occur_row *row, int64_t from,
    int64_t to, size_t most, struct occurrences *out, struct err *e)
{
	struct series s = { .cal = cal, .row = row, .out = out, .from = from,
		.to = to, .e = e };
	size_t before = out->n;
	int r = 0;

	series_lines(act_cell(cal, row->value, "exceptions"), &s.lines);
	if (!s.lines.n && !act_cell(cal, row->value, "repeat").n)
		add(&s, row->value, span(""));
	else if (open_start(&s))
		r = expand(&s, most, e);
	if (r)
		out->n = before;
	occur_sort(out->v + before, out->n - before);
	if (out->n - before > most)
		out->n = before + most;
	free(s.lines.v);
	free(s.date);
	buf_release(&s.counted);
	return r;
}
