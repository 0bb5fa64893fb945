#include "crm/calendar/agenda.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "crm/calendar/item.h"
#include "crm/calendar/private.h"
#include "crm/change/resolve.h"
#include "store/id.h"

#define DAY 86400
#define MARGIN (2 * DAY) /* midnights of other zones */
/* conflicts: n events at one time have n * n of them */
enum { YEARS_LATE = 5, CONFLICTS_KEPT = 1000 };

/* --- the zone ------------------------------------------------------------ */

/* The process's zone as it was, to go back to. */
static int
zone_set(const char *zone, char **was, struct err *e)
{
	const char *old = getenv("TZ");

	if (was)
		*was = old ? xstrdup(old) : NULL;
	return clock_zone(zone, e);
}

static void
zone_back(char *was)
{
	if (was)
		setenv("TZ", was, 1);
	else
		unsetenv("TZ");
	clock_zone(NULL, NULL);
	free(was);
}

/* The days of a word: from a day on, or those of a period. */
static int
days_of(struct agenda *a, const struct agenda_query *q,
    const struct date_ctx *dates, struct err *e)
{
	struct date_range p = { a->today, a->today, true, true };
	enum date_unit unit;

	a->days = q->days ? q->days : AGENDA_DAYS;
	if (q->day.n && date_period(q->day, dates, &p, &unit, e))
		return -1;
	a->first = p.has_from ? p.from : p.to;
	if (p.has_from && p.has_to && p.from == p.to)
		return 0;
	if (!p.has_from || !p.has_to || p.to - p.from >= AGENDA_DAYS_MAX)
		return err_set(e, ERR_USAGE,
		    "'%.*s' has no end, or more than %d days", SPANF(q->day),
		    AGENDA_DAYS_MAX);
	if (q->days || q->unit != UNIT_DAY)
		return err_set(e, ERR_USAGE,
		    "'%.*s' says already which days; leave --days, --week "
		    "and --month out, or give one day", SPANF(q->day));
	a->days = p.to - p.from + 1;
	return 0;
}

/* First day and number of days, in the reader's zone. */
static int
window(struct agenda *a, const struct agenda_query *q, struct err *e)
{
	struct date_ctx dates = a->cal->s->dates;

	a->now = clock_now();
	a->today = dates.today = clock_day(a->now, NULL);
	if (days_of(a, q, &dates, e))
		return -1;
	if (q->unit != UNIT_DAY) {
		int32_t last = date_bucket_end(a->first, q->unit, 1);

		a->first = date_bucket(a->first, q->unit, 1);
		a->days = (int)(last - a->first) + 1;
	}
	a->from = clock_instant(a->first, 0);
	a->to = clock_instant(a->first + a->days, 0);
	return 0;
}

/* --- what is there ------------------------------------------------------- */

/*
 * Rows are read, and floating times understood, in the store's zone: the index
 * holds them so. Only then days are moved to the reader's.
 */
static int
collect(struct agenda *a, const struct agenda_query *q, struct err *e)
{
	unsigned what = q->what;

	if (a->from < a->now)
		what |= OCCUR_ARCHIVE;
	if (occur_collect(a->cal, q->person, q->npersons, a->from - MARGIN,
		a->to + MARGIN, what, &a->occur, e))
		return -1;
	if (!(what & OCCUR_TASKS) || a->today < a->first ||
	    a->today >= a->first + a->days)
		return 0;
	return occur_collect(a->cal, q->person, q->npersons,
	    a->from - YEARS_LATE * 366LL * DAY, a->from + MARGIN, OCCUR_TASKS,
	    &a->before, e);
}

static bool
touches(const struct occurrence *o, int64_t from, int64_t to)
{
	return o->from == o->to ? o->from >= from && o->from < to
				: o->from < to && o->to > from;
}

bool
agenda_is_on(const struct agenda_item *x, int32_t day)
{
	return day >= x->first && day <= x->last;
}

struct span
agenda_person(const struct agenda *a, size_t person)
{
	const struct person *p = person < a->cal->npersons
		? &a->cal->person[person]
		: NULL;

	return !p ? span("") : p->name.n ? p->name : p->folder;
}

/* --- what is shown ------------------------------------------------------- */

static struct span
name_of(struct agenda *a, struct span id)
{
	size_t at = strmap_get(&a->names, id);
	struct buf b = { 0 };
	struct err ignored = { 0 };

	if (at != (size_t)-1)
		return a->name[at];
	GROW(a->name, a->nnames, a->name_cap);
	resolve_name(a->cal->s, id_pack(id), &b, &ignored);
	a->name[a->nnames] = arena_span(&a->arena, buf_span(&b));
	strmap_set(&a->names, id, a->nnames);
	err_release(&ignored);
	buf_release(&b);
	return a->name[a->nnames++];
}

static void
about(struct agenda *a, struct agenda_item *x)
{
	static const char *const fields[] = { "contact", "lead", "account",
		"opp" };
	struct buf b = { 0 };

	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		struct span id = act_cell(a->cal, x->o.value, fields[i]);
		struct span name = id.n ? name_of(a, id) : span("");

		if (name.n)
			buf_addf(&b, "%s%.*s", b.n ? ", " : "", SPANF(name));
	}
	x->about = arena_span(&a->arena, buf_span(&b));
	buf_release(&b);
}

static bool
is_mine(const struct agenda_item *x, size_t reader)
{
	for (size_t i = 0; i < x->npersons; i++) {
		if (x->person[i] == reader)
			return true;
	}
	return false;
}

static void
show(struct agenda *a, const struct agenda_query *q, struct agenda_item *x)
{
	struct calendar *cal = a->cal;
	struct span state = act_cell(cal, x->o.value, "state");
	const struct activity *type =
	    calendar_activity(cal, act_cell(cal, x->o.value, "type"));
	size_t owner =
	    calendar_person(cal, act_cell(cal, x->o.value, "owner"));

	x->first = clock_day(x->o.from, NULL);
	x->last = x->o.to > x->o.from ? clock_day(x->o.to - 1, NULL)
				      : x->first;
	x->done = span_eqs(state, "done");
	x->cancelled = span_eqs(state, "cancelled");
	x->overdue = x->o.kind == ITEM_TASK && !x->done && !x->cancelled &&
		     (x->o.day ? x->o.to <= a->now : x->o.from < a->now);
	x->hidden = span_eqs(act_cell(cal, x->o.value, "private"), "yes") &&
		    (q->reader == (size_t)-1 ||
			(owner != q->reader && !is_mine(x, q->reader)));
	if (x->hidden) {
		x->subject = span(PRIVATE_SUBJECT);
		return;
	}
	x->type = type ? type->label : act_cell(cal, x->o.value, "type");
	x->subject = act_cell(cal, x->o.value, "subject");
	x->where = act_cell(cal, x->o.value, "where");
	if (q->names)
		about(a, x);
}

/* Whole days begin and end at the reader's midnights. */
static void
rezone(struct agenda *a, struct occurrence *o)
{
	if (o->day)
		occur_times(
		    a->cal, o->kind, o->value, &o->from, &o->to, &o->day);
}

static int
by_time(const void *x, const void *y)
{
	const struct occurrence *a = &((const struct agenda_item *)x)->o;
	const struct occurrence *b = &((const struct agenda_item *)y)->o;
	int c = (a->from > b->from) - (a->from < b->from);

	if (c == 0)
		c = b->day - a->day;
	if (c == 0)
		c = (a->to > b->to) - (a->to < b->to);
	if (c == 0)
		c = (a->id > b->id) - (a->id < b->id);
	return c ? c : span_cmp(a->key, b->key);
}

/* The parts of one meeting become one item. */
static void
fill(struct agenda *a, const struct agenda_query *q)
{
	struct strmap seen = { 0 };
	struct buf key = { 0 };

	a->item = xcalloc(a->occur.n + 1, sizeof *a->item);
	for (size_t i = 0; i < a->occur.n; i++) {
		struct occurrence *o = &a->occur.v[i];
		struct strmap_entry *m;
		struct agenda_item *x;
		bool added;

		rezone(a, o);
		if (!touches(o, a->from, a->to))
			continue;
		buf_reset(&key);
		buf_addf(&key, "%llx %lld %.*s", (unsigned long long)o->id,
		    (long long)o->from, SPANF(o->key));
		m = strmap_add(&seen, arena_span(&a->arena, buf_span(&key)),
		    a->n, &added);
		x = &a->item[m->value];
		if (added) {
			a->n++;
			x->o = *o;
			x->person = arena_alloc(
			    &a->arena, (q->npersons + 1) * sizeof *x->person);
		} else if (!o->copy) {
			x->o = *o; /* the master says what it is */
		}
		if (x->npersons <= q->npersons)
			x->person[x->npersons++] = o->person;
	}
	for (size_t i = 0; i < a->n; i++)
		show(a, q, &a->item[i]);
	qsort(a->item, a->n, sizeof *a->item, by_time);
	strmap_release(&seen);
	buf_release(&key);
}

/* Of what repeats, the last that is late stands for all. */
static void
fill_late(struct agenda *a, const struct agenda_query *q)
{
	struct strmap series = { 0 }; /* id -> index in late */

	a->late = xcalloc(a->before.n + 1, sizeof *a->late);
	for (size_t i = 0; i < a->before.n; i++) {
		struct occurrence *o = &a->before.v[i];
		struct span id = span_n((const char *)&o->id, sizeof o->id);
		size_t at = a->nlate;
		struct agenda_item *x;
		bool added;

		rezone(a, o);
		if (o->from >= a->from)
			continue;
		if (o->key.n)
			at = strmap_add(&series, id, at, &added)->value;
		x = &a->late[at];
		a->nlate += at == a->nlate;
		memset(x, 0, sizeof *x);
		x->o = *o;
		x->person = arena_alloc(&a->arena, sizeof *x->person);
		x->person[x->npersons++] = o->person;
		show(a, q, x);
	}
	qsort(a->late, a->nlate, sizeof *a->late, by_time);
	strmap_release(&series);
}

/* --- conflicts ----------------------------------------------------------- */

/* What is over and done is in nobody's way any more. */
static bool
takes_time(const struct agenda *a, const struct agenda_item *x)
{
	return x->o.kind == ITEM_EVENT && !x->o.day && x->o.to > x->o.from &&
	       !x->cancelled && !x->done &&
	       !span_eqs(act_cell(a->cal, x->o.value, "busy"), "no");
}

/* Items are by time: so are pairs by the later, and the earlier of each. */
static int
by_item(const void *x, const void *y)
{
	const struct agenda_conflict *p = x, *q = y;

	if (p->b != q->b)
		return p->b < q->b ? -1 : 1;
	if (p->a != q->a)
		return p->a < q->a ? -1 : 1;
	return (p->person > q->person) - (p->person < q->person);
}

static void
conflicts_of(struct agenda *a, size_t person)
{
	size_t *open = xcalloc(a->n + 1, sizeof *open), nopen = 0;

	for (size_t i = 0; i < a->n; i++) {
		struct agenda_item *x = &a->item[i];
		size_t kept = 0;

		if (!takes_time(a, x) || !is_mine(x, person))
			continue;
		for (size_t k = 0; k < nopen; k++) {
			struct agenda_item *y = &a->item[open[k]];

			if (y->o.to <= x->o.from)
				continue;
			open[kept++] = open[k];
			x->conflict = y->conflict = true;
			if (a->nconflicts++ < CONFLICTS_KEPT)
				a->conflict[a->nconflicts - 1] =
				    (struct agenda_conflict){ open[k], i,
					    person };
		}
		nopen = kept;
		open[nopen++] = i;
	}
	free(open);
}

int
agenda_make(struct calendar *cal, const struct agenda_query *q,
    struct agenda *out, struct err *e)
{
	char *was;
	int r;

	memset(out, 0, sizeof *out);
	out->cal = cal;
	if (q->zone && *q->zone && strcmp(q->zone, act_zone(cal->s)) != 0)
		out->zone = arena_span(&out->arena, span(q->zone));
	if (zone_set(q->zone, &was, e)) {
		free(was);
		return -1;
	}
	r = window(out, q, e);
	zone_back(was);
	if (r == 0)
		r = collect(out, q, e);
	if (r || zone_set(q->zone, NULL, e))
		return -1;
	fill(out, q);
	fill_late(out, q);
	out->conflict = xcalloc(CONFLICTS_KEPT, sizeof *out->conflict);
	for (size_t i = 0; i < q->npersons; i++)
		conflicts_of(out, q->person[i]);
	qsort(out->conflict,
	    out->nconflicts < CONFLICTS_KEPT ? out->nconflicts
					     : CONFLICTS_KEPT,
	    sizeof *out->conflict, by_item);
	return 0;
}

void
agenda_release(struct agenda *a)
{
	free(a->item);
	free(a->late);
	free(a->conflict);
	free(a->name);
	occurrences_release(&a->occur);
	occurrences_release(&a->before);
	strmap_release(&a->names);
	arena_release(&a->arena);
	memset(a, 0, sizeof *a);
}
