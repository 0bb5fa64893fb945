/* When several persons have time at once. */
#include "crm/calendar/free.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "store/ical.h"

void
stretch_add(struct stretches *s, int64_t from, int64_t to)
{
	if (from >= to)
		return;
	GROW(s->v, s->n, s->cap);
	s->v[s->n++] = (struct stretch){ from, to };
}

static int
by_from(const void *a, const void *b)
{
	const struct stretch *x = a, *y = b;

	return x->from < y->from ? -1 : x->from > y->from;
}

/* --- working time -------------------------------------------------------- */

/* The day that it is in a zone, and the instant of a minute of a day there. */
static int32_t
day_there(const struct ical_zone *z, int64_t t)
{
	struct ical_time like = { .kind = ICAL_ZONED, .zone = z };

	return z ? ical_from_instant(t, &like).day : clock_day(t, NULL);
}

static int64_t
instant_there(const struct ical_zone *z, int32_t day, int minutes)
{
	struct ical_time t = { .kind = ICAL_ZONED,
		.day = day + minutes / 1440, .sec = minutes % 1440 * 60,
		.zone = z };

	return z ? ical_instant(&t) : clock_instant(t.day, minutes % 1440);
}

static bool
works_on(const struct free_query *q, const struct free_person *p, int32_t day)
{
	for (size_t i = 0; i < q->noff; i++) {
		if (q->off[i] == day)
			return false;
	}
	return p->weekdays >> date_weekday(day) & 1;
}

/* From the day before: a night's work may reach into the window. */
static void
working(const struct free_query *q, const struct free_person *p,
    struct stretches *out)
{
	int32_t last = day_there(p->zone, q->to);
	int end = p->end > p->begin ? p->end : p->end + 1440;

	for (int32_t d = day_there(p->zone, q->from) - 1; d <= last; d++) {
		int64_t from, to;

		if (!works_on(q, p, d))
			continue;
		from = instant_there(p->zone, d, p->begin);
		to = instant_there(p->zone, d, end);
		if (out->n && from < out->v[out->n - 1].to)
			from = out->v[out->n - 1].to;
		stretch_add(out, from > q->from ? from : q->from,
		    to < q->to ? to : q->to);
	}
}

/* --- taking away --------------------------------------------------------- */

/* What is in both; each is in order. */
static void
both(const struct stretches *a, const struct stretches *b,
    struct stretches *out)
{
	size_t i = 0, k = 0;

	while (i < a->n && k < b->n) {
		const struct stretch *x = &a->v[i], *y = &b->v[k];

		stretch_add(out, x->from > y->from ? x->from : y->from,
		    x->to < y->to ? x->to : y->to);
		if (x->to < y->to)
			i++;
		else
			k++;
	}
}

/* What of the working time is not busy. */
static void
without(const struct stretches *work, struct stretches *busy, int64_t buffer,
    struct stretches *out)
{
	size_t first = 0;

	if (busy->n)
		qsort(busy->v, busy->n, sizeof *busy->v, by_from);
	for (size_t i = 0; i < work->n; i++) {
		int64_t from = work->v[i].from, to = work->v[i].to;

		/* one that ends early may be followed by one that does not */
		while (first < busy->n &&
		       busy->v[first].to + buffer <= from)
			first++;
		for (size_t k = first; k < busy->n; k++) {
			if (busy->v[k].from - buffer >= to)
				break;
			if (busy->v[k].to + buffer <= from)
				continue;
			stretch_add(out, from, busy->v[k].from - buffer);
			from = busy->v[k].to + buffer;
		}
		stretch_add(out, from, to);
	}
}

/* --- what is found ------------------------------------------------------- */

/* To the next step (down: the last) of the store's clock. */
static int64_t
on_step(int64_t t, int step, bool down)
{
	int seconds, unit = step * 60;

	clock_wall(t, &seconds);
	if (down)
		return t - seconds % unit;
	return t + (unit - seconds % unit) % unit;
}

/* Stretches that touch (midnight between two shifts) are one. */
static void
join(struct stretches *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++) {
		if (n && s->v[n - 1].to >= s->v[i].from)
			s->v[n - 1].to = s->v[i].to;
		else
			s->v[n++] = s->v[i];
	}
	s->n = n;
}

void
free_find(const struct free_query *q, struct free_person *person, size_t n,
    struct stretches *out)
{
	struct stretches common = { 0 };

	stretch_add(&common, q->from, q->to);
	for (size_t i = 0; i < n; i++) {
		struct stretches work = { 0 }, open = { 0 }, now = { 0 };

		working(q, &person[i], &work);
		without(&work, &person[i].busy, q->buffer, &open);
		join(&open);
		both(&common, &open, &now);
		free(work.v);
		free(open.v);
		free(common.v);
		common = now;
	}
	for (size_t i = 0; i < common.n; i++) {
		int64_t from = on_step(common.v[i].from, q->step, false);
		int64_t to = on_step(common.v[i].to, q->step, true);

		if (from < to && to - from >= q->least)
			stretch_add(out, from, to);
	}
	free(common.v);
}
