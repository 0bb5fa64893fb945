/* What is to be told by now. */
#include "crm/calendar/remind.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "crm/calendar/item.h"
#include "crm/calendar/worktime.h"

#define DAY 86400
#define MISSED (7 * DAY)  /* a run that long ago is not made up for */
#define AHEAD (366 * DAY) /* the longest that a reminder comes before */

struct finding {
	struct calendar *cal;
	int64_t now, till;
	bool again;
	struct told *told;
	struct reminders *out;
	int64_t *last; /* by person */
	int *begin;    /* minute at which the person's day begins */
};

/* One moment of an occurrence: is it to be told? */
static bool
is_due(struct finding *f, const struct occurrence *o, int64_t moment)
{
	bool to_come = o->day ? o->to > f->now : o->from > f->now;
	struct told_key k = { .folder = f->cal->person[o->person].folder,
		.id = o->id, .key = o->key, .moment = moment };

	if (moment > f->till ||
	    (!to_come && (f->again || moment <= f->last[o->person])) ||
	    (!f->again && told_has(f->told, &k)))
		return false;
	told_add(f->told, &k, o->to);
	return true;
}

static void
ring(struct finding *f, const struct occurrence *o, int64_t moment,
    int64_t *first)
{
	if (is_due(f, o, moment) && moment < *first)
		*first = moment;
}

static void
look_at(struct finding *f, const struct occurrence *o)
{
	struct span list = act_cell(f->cal, o->value, "remind");
	struct reminders *out = f->out;
	int64_t first = INT64_MAX, lead, at;

	if (!list.n)
		ring(f, o,
		    o->day ? clock_instant(clock_day(o->from, NULL),
				 f->begin[o->person])
			   : o->from, &first);
	while (list.n) {
		struct span one = span_trim(span_cut(&list, ';'));

		if (act_duration(one, &lead))
			ring(f, o, o->from - lead, &first);
		else if (instant_parse(one, &at))
			ring(f, o, at, &first);
	}
	if (first == INT64_MAX)
		return;
	GROW(out->v, out->n, out->cap);
	out->v[out->n++] = (struct reminder){ o, first };
}

static int
by_moment(const void *a, const void *b)
{
	const struct reminder *x = a, *y = b;

	if (x->moment != y->moment)
		return x->moment < y->moment ? -1 : 1;
	return x->o < y->o ? -1 : x->o > y->o;
}

/* When each was last looked at, and when their days begin. */
static int
prepare(struct finding *f, const struct who *who, int64_t *from, struct err *e)
{
	for (size_t i = 0; i < who->n; i++) {
		size_t p = who->v[i];
		struct span folder = f->cal->person[p].folder;
		struct free_person work = { 0 };

		if (worktime_of(f->cal->s, &f->cal->person[p], &work, e))
			return -1;
		f->begin[p] = work.begin;
		f->last[p] = told_last(f->told, folder, f->now);
		if (f->last[p] < f->now - MISSED)
			f->last[p] = f->now - MISSED;
		if (f->last[p] < *from)
			*from = f->last[p];
		told_now(f->told, folder, f->now);
	}
	return 0;
}

int
remind_find(struct calendar *cal, const struct who *who, int64_t now,
    int64_t within, bool again, struct told *told, struct reminders *out,
    struct err *e)
{
	struct finding f = { .cal = cal, .now = now, .till = now + within,
		.again = again, .told = told, .out = out };
	int64_t from = now;
	int r;

	f.last = xcalloc(cal->npersons + 1, sizeof *f.last);
	f.begin = xcalloc(cal->npersons + 1, sizeof *f.begin);
	r = prepare(&f, who, &from, e);
	if (r == 0)
		r = occur_collect(cal, who->v, who->n, from - DAY,
		    f.till + AHEAD, OCCUR_EVENTS | OCCUR_TASKS, &out->all, e);
	for (size_t i = 0; r == 0 && i < out->all.n; i++)
		look_at(&f, &out->all.v[i]);
	if (out->n)
		qsort(out->v, out->n, sizeof *out->v, by_moment);
	free(f.last);
	free(f.begin);
	return r;
}

void
reminders_release(struct reminders *r)
{
	free(r->v);
	occurrences_release(&r->all);
	memset(r, 0, sizeof *r);
}
