/* The starts of what repeats: rules and dates merged, exceptions left out. */
#include "store/ical_impl.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strmap.h"

#define RULES_MAX 32
#define SKIP_MAX 200000 /* starts that may be passed over, of one rule */
#define REFUSED_MAX 10	/* rules that are stopped before none is tried */

/* Dates of other kinds and gaps of the clock differ by less than this. */
#define MARGIN (2 * DAY_SECONDS)

/* What is left of one rule, or of RDATE. */
struct source {
	struct rule rule;
	struct walk walk;
	struct lib_iter *it;
	struct own_iter *own;
	struct child *child;
	int64_t until; /* the last instant */
	const struct ical_time **list;
	size_t n;
	bool has;
	struct ical_time t; /* the next start */
	int64_t at;	    /* its instant */
};

struct expansion {
	const struct ical_rule *r;
	int64_t from, to;
	struct source *source; /* one for each rule, and one for RDATE */
	size_t n;
	int64_t *not_at; /* EXDATE: instants, and days */
	int32_t *not_on;
	size_t nnot_at, nnot_on;
	size_t skipped;
};

/* Rules that were stopped once are not tried again. */
static struct strmap refused;

void
refused_release(void)
{
	for (size_t i = 0; i < refused.n; i++)
		free((char *)refused.entry[i].key.p);
	strmap_release(&refused);
}

static int
endless(const struct rule *rule, struct err *e)
{
	struct span text = span(rule->text);
	bool added = false;

	if (strmap_get(&refused, text) == (size_t)-1)
		strmap_add(&refused, span_n(span_dup(text), text.n), 0, &added);
	return err_set(e, ERR_DATA,
	    "repetition '%.200s': it takes too long to find when", rule->text);
}

static int
too_many(struct err *e, const struct rule *rule)
{
	return err_set(e, ERR_DATA,
	    "repetition '%.200s': it has too many starts before those that are "
	    "asked for",
	    rule->text);
}

/* The last wall time that UNTIL allows; in `until` the last instant. */
static int64_t
until_wall(
    const struct ical_time *start, const struct rule *rule, int64_t *until)
{
	int64_t wall = ical_wall(&rule->until);
	struct ical_time t;

	if (rule->until.kind == ICAL_DATE || start->kind == ICAL_DATE)
		return rule->until.day * DAY_SECONDS + DAY_SECONDS - 1;
	if (rule->until.kind == ICAL_FLOATING)
		return wall;
	*until = wall;
	t = ical_from_instant(wall, start);
	return ical_wall(&t) + MARGIN;
}

static int
open_rule(struct source *s, const struct expansion *x, struct span text,
    struct err *e)
{
	const struct ical_time *start = &x->r->start;
	struct ical_time t;
	int64_t wall;

	if (rule_parse(text, &s->rule, e) < 0)
		return -1;
	s->until = INT64_MAX;
	s->walk.rule = &s->rule;
	s->walk.start = ical_wall(start);
	s->walk.is_date = start->kind == ICAL_DATE;
	t = ical_from_instant(x->from, start);
	s->walk.from = ical_wall(&t) - MARGIN;
	t = ical_from_instant(x->to, start);
	s->walk.until = ical_wall(&t) + MARGIN;
	if (s->rule.parts & (1u << PART_UNTIL)) {
		wall = until_wall(start, &s->rule, &s->until);
		if (wall < s->walk.until)
			s->walk.until = wall;
	}
	if (s->walk.until < s->walk.start)
		return 0;
	if (s->rule.way == WAY_LIB)
		s->it = lib_iter(&s->walk);
	if (s->rule.way == WAY_OWN)
		s->own = own_iter(&s->walk);
	if (s->rule.way != WAY_CHILD)
		return 0;
	if (refused.n >= REFUSED_MAX ||
	    strmap_get(&refused, span(s->rule.text)) != (size_t)-1)
		return endless(&s->rule, e);
	s->child = child_start(&s->walk, e);
	return s->child ? 0 : -1;
}

/* The next wall time: 1, 0 at the end, -1. */
static int
next_wall(struct source *s, int64_t *wall, struct err *e)
{
	int result = 0;

	if (s->it)
		return lib_next(s->it, wall);
	if (s->own)
		result = own_next(s->own, wall);
	if (s->child)
		result = child_next(s->child, wall);
	return result < 0 ? endless(&s->rule, e) : result;
}

/*
 * What is asked for every hour has no start in the hour that is skipped: it
 * would be that of the next.
 */
static bool
is_skipped(const struct source *s, const struct ical_time *t)
{
	struct ical_time real;

	if (s->rule.freq <= FREQ_DAILY)
		return false;
	real = ical_from_instant(ical_instant(t), t);
	return ical_wall(&real) != ical_wall(t);
}

static int
advance(struct source *s, struct expansion *x, struct err *e)
{
	const struct ical_time *start = &x->r->start;
	int64_t wall, at, last = s->has ? s->at : INT64_MIN;
	struct ical_time t;
	int result;

	s->has = false;
	if (!s->rule.parts) {
		if (!s->n)
			return 0;
		s->t = **s->list++;
		s->n--;
		s->at = ical_instant(&s->t);
		s->has = true;
		return 0;
	}
	while ((result = next_wall(s, &wall, e)) > 0) {
		if (wall > s->walk.until)
			return 0;
		if (wall < s->walk.start)
			continue;
		t = ical_from_wall(wall, start);
		at = ical_instant(&t);
		if (at > s->until)
			return 0;
		if (at >= x->from && at > last && !is_skipped(s, &t)) {
			s->t = t;
			s->at = at;
			s->has = true;
			return 0;
		}
		if (++x->skipped > SKIP_MAX)
			return too_many(e, &s->rule);
	}
	return result;
}

static int
by_instant(const void *a, const void *b)
{
	int64_t x = ical_instant(*(const struct ical_time *const *)a);
	int64_t y = ical_instant(*(const struct ical_time *const *)b);

	return (x > y) - (x < y);
}

/* RDATE, and the start itself where there is no rule. */
static void
open_dates(struct source *s, const struct expansion *x)
{
	const struct ical_rule *r = x->r;

	s->list = xcalloc(r->nrdate + 1, sizeof(struct ical_time *));
	for (size_t i = 0; i < r->nrdate; i++)
		s->list[s->n++] = &r->rdate[i];
	if (!r->nrrule)
		s->list[s->n++] = &r->start;
	qsort(s->list, s->n, sizeof *s->list, by_instant);
}

static int
cmp64(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int
cmp32(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return (x > y) - (x < y);
}

/* A day excludes what begins on it, since many programs write it so. */
static void
open_exceptions(struct expansion *x)
{
	const struct ical_rule *r = x->r;

	x->not_at = xcalloc(r->nexdate + 1, sizeof *x->not_at);
	x->not_on = xcalloc(r->nexdate + 1, sizeof *x->not_on);
	for (size_t i = 0; i < r->nexdate; i++) {
		const struct ical_time *t = &r->exdate[i];

		if (t->kind == ICAL_DATE || r->start.kind == ICAL_DATE)
			x->not_on[x->nnot_on++] = t->day;
		else
			x->not_at[x->nnot_at++] = ical_instant(t);
	}
	qsort(x->not_at, x->nnot_at, sizeof *x->not_at, cmp64);
	qsort(x->not_on, x->nnot_on, sizeof *x->not_on, cmp32);
}

static bool
is_exception(const struct expansion *x, const struct source *s)
{
	return bsearch(&s->t.day, x->not_on, x->nnot_on, sizeof *x->not_on,
		   cmp32) ||
	       bsearch(&s->at, x->not_at, x->nnot_at, sizeof *x->not_at, cmp64);
}

static struct source *
earliest(struct expansion *x)
{
	struct source *best = NULL;

	for (size_t i = 0; i < x->n; i++)
		if (x->source[i].has && (!best || x->source[i].at < best->at))
			best = &x->source[i];
	return best;
}

static int
merge(struct expansion *x, size_t most, ical_start_fn *fn, void *ctx,
    bool *more, struct err *e)
{
	bool any = false, take;
	struct source *s;
	int64_t last = 0;

	while ((s = earliest(x)) && s->at < x->to) {
		take = s->at >= x->from && !(any && s->at == last) &&
		       !is_exception(x, s);
		if (take && most-- == 0) {
			*more = true;
			return 0;
		}
		if (take && fn(ctx, &s->t))
			return 0;
		if (!take && s->rule.parts && ++x->skipped > SKIP_MAX)
			return too_many(e, &s->rule);
		any |= take;
		last = take ? s->at : last;
		if (advance(s, x, e) < 0)
			return -1;
	}
	return 0;
}

static void
expansion_release(struct expansion *x, struct source *dates)
{
	free(dates->list);
	for (size_t i = 0; i < x->r->nrrule && i < x->n; i++) {
		lib_iter_free(x->source[i].it);
		own_free(x->source[i].own);
		child_free(x->source[i].child);
	}
	free(x->source);
	free(x->not_at);
	free(x->not_on);
}

int
ical_expand(const struct ical_rule *r, int64_t from, int64_t to, size_t most,
    ical_start_fn *fn, void *ctx, bool *more, struct err *e)
{
	struct expansion x = { .r = r, .from = from, .to = to };
	struct source dates = { 0 };
	bool left = false;
	int result = 0;

	if (more)
		*more = false;
	if (r->nrrule > RULES_MAX)
		return err_set(
		    e, ERR_DATA, "it repeats by more than %d rules", RULES_MAX);
	if (from >= to)
		return 0;
	x.n = r->nrrule + 1;
	x.source = xcalloc(x.n, sizeof *x.source);
	open_dates(&dates, &x);
	x.source[x.n - 1] = dates;
	open_exceptions(&x);
	for (size_t i = 0; i < r->nrrule && result == 0; i++)
		result = open_rule(&x.source[i], &x, r->rrule[i], e);
	for (size_t i = 0; i < x.n && result == 0; i++)
		result = advance(&x.source[i], &x, e);
	if (result == 0)
		result = merge(&x, most, fn, ctx, &left, e);
	if (more)
		*more = left;
	expansion_release(&x, &dates);
	return result;
}
