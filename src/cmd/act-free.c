/* crm-act free: when several people have time at once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cmd/rows.h"
#include "cmd/verbs.h"
#include "crm/calendar/free.h"
#include "crm/calendar/item.h"
#include "crm/calendar/occur.h"
#include "crm/calendar/who.h"
#include "crm/calendar/worktime.h"
#include "crm/own.h"
#include "store/ical.h"

#define DAY 86400
#define DAYS_AHEAD 5 /* working days that are looked at without a WHEN */
#define DAYS_MOST 366

static const char *begin, *end, *buffer;
static int64_t step = 15;

const struct opt opts_free[] = {
	{ "from", 0, OPT_STR, "TIME",
	    "from this time of day on, instead of when work starts", &begin },
	{ "to", 0, OPT_STR, "TIME", "to this time of day", &end },
	{ "step", 0, OPT_INT, "MINUTES", "slots begin and end on these: 15",
	    &step },
	{ "buffer", 0, OPT_STR, "DURATION",
	    "keep this free before and behind what is planned", &buffer },
	{ 0 },
};

struct finding {
	struct calendar *cal;
	struct who who;
	struct free_person *person; /* of who */
	struct free_query q;
	struct days_off off;
	struct stretches found;
};

static void
finding_release(struct finding *f)
{
	for (size_t i = 0; f->person && i < f->who.n; i++)
		free(f->person[i].busy.v);
	free(f->person);
	free(f->off.day);
	free(f->found.v);
	who_release(&f->who);
}

/* The words before the duration are people, those behind it say when. */
static int
take_words(struct call *c, struct finding *f, struct buf *when)
{
	int i = 0;

	while (i < c->argc && !act_duration(span(c->argv[i]), &f->q.least))
		i++;
	if (i == c->argc)
		return err_set(&c->err, ERR_USAGE,
		    "for how long? such as crm-act free ana,bo 45m fri");
	for (int k = 0; k < i; k++)
		if (who_add(f->cal, span(c->argv[k]), &f->who, &c->err))
			return -1;
	for (int k = i + 1; k < c->argc; k++)
		buf_addf(when, "%s%s", when->n ? " " : "", c->argv[k]);
	if (f->who.n == 0)
		return who_add(f->cal, span("me"), &f->who, &c->err);
	return 0;
}

static int
take_options(struct call *c, struct finding *f)
{
	int b = -1, t = -1;

	if (step < 1 || step > 1440)
		return err_set(&c->err, ERR_USAGE,
		    "--step is 1 to 1440 minutes");
	f->q.step = (int)step;
	if (buffer && !act_duration(span(buffer), &f->q.buffer))
		return err_set(&c->err, ERR_USAGE,
		    "--buffer is a duration such as 15m, not '%s'", buffer);
	if ((begin && !worktime_clock(span(begin), &b)) ||
	    (end && !worktime_clock(span(end), &t)))
		return err_set(&c->err, ERR_USAGE,
		    "--from and --to are times of day such as 9:00");
	if (begin && end && t <= b)
		return err_set(&c->err, ERR_USAGE,
		    "--to %s is not behind --from %s", end, begin);
	f->person = xcalloc(f->who.n, sizeof *f->person);
	for (size_t i = 0; i < f->who.n; i++) {
		struct free_person *p = &f->person[i];

		if (worktime_of(&c->s, &f->cal->person[f->who.v[i]], p,
			&c->err))
			return -1;
		p->begin = b >= 0 ? b : p->begin;
		p->end = t >= 0 ? t : p->end;
	}
	return 0;
}

/* A day on which the first of them works. */
static bool
is_working_day(const struct finding *f, int32_t day)
{
	for (size_t i = 0; i < f->off.n; i++) {
		if (f->off.day[i] == day)
			return false;
	}
	return f->person[0].weekdays >> date_weekday(day) & 1;
}

/* The days that are looked at, and those of them that are off. */
static int
take_when(struct call *c, struct finding *f, struct span when)
{
	const struct date_ctx *own = session_own(&c->s);
	int32_t today = own->today, last = today;
	struct date_range d = { .has_from = false };

	if (when.n && date_period(when, own, &d, NULL, &c->err))
		return -1;
	if (d.has_to && d.to < today)
		return err_set(&c->err, ERR_USAGE, "'%.*s' is past",
		    SPANF(when));
	if (!d.has_from || d.from < today)
		d.from = today;
	if (d.has_to && d.to - d.from >= DAYS_MOST)
		return err_set(&c->err, ERR_USAGE,
		    "'%.*s' is more than a year", SPANF(when));
	/* zones: what is a day here may be two elsewhere */
	if (worktime_off(&c->s, d.from - 2, d.from + DAYS_MOST + 2, &f->off,
		&c->err))
		return -1;
	if (!d.has_to) {
		last = d.from;
		for (int n = 0; last < d.from + DAYS_MOST; last++)
			if (is_working_day(f, last) && ++n == DAYS_AHEAD)
				break;
		d.to = last;
	}
	f->q.off = f->off.day;
	f->q.noff = f->off.n;
	f->q.from = clock_at_in(own->zone, d.from, 0);
	f->q.to = clock_at_in(own->zone, d.to + 1, 0);
	if (f->q.from < c->s.dates.now)
		f->q.from = c->s.dates.now;
	return 0;
}

/* A whole day is busy from midnight to midnight in the person's zone. */
static int64_t
midnight(const struct free_person *p, int64_t t)
{
	struct ical_time day = { .kind = ICAL_ZONED, .zone = p->zone,
		.day = clock_day(t, NULL) };

	return p->zone ? ical_instant(&day) : t;
}

static int
take_busy(struct call *c, struct finding *f)
{
	struct occurrences all = { 0 };
	struct free_query *q = &f->q;
	int r = occur_collect(f->cal, f->who.v, f->who.n,
	    q->from - q->buffer - DAY, q->to + q->buffer + DAY, OCCUR_EVENTS,
	    &all, &c->err);

	for (size_t i = 0; r == 0 && i < all.n; i++) {
		const struct occurrence *o = &all.v[i];

		if (span_eqs(act_cell(f->cal, o->value, "busy"), "no"))
			continue;
		for (size_t k = 0; k < f->who.n; k++) {
			struct free_person *p = &f->person[k];

			if (f->who.v[k] != o->person)
				continue;
			stretch_add(&p->busy,
			    o->day ? midnight(p, o->from) : o->from,
			    o->day ? midnight(p, o->to) : o->to);
		}
	}
	buf_addspan(&c->s.notes, buf_span(&all.flaws));
	occurrences_release(&all);
	return r;
}

/* "ana and bo have no free 10h on mon" */
static void
add_none(
    struct call *c, const struct finding *f, struct span when, struct buf *out)
{
	struct date_range d = { 0 };
	int i = 0;
	int64_t least;

	while (i < c->argc && !act_duration(span(c->argv[i]), &least))
		i++;
	for (size_t k = 0; k < f->who.n; k++)
		buf_addf(out, "%s%.*s",
		    !k			 ? ""
		    : k + 1 == f->who.n ? " and "
					 : ", ",
		    SPANF(f->cal->person[f->who.v[k]].folder));
	buf_addf(out, " %s no free %s", f->who.n > 1 ? "have" : "has",
	    c->argv[i]);
	if (!when.n) {
		buf_addf(out, " in %d working days", DAYS_AHEAD);
		return;
	}
	date_period(when, session_own(&c->s), &d, NULL, NULL);
	buf_addf(out, " %s %.*s",
	    d.has_from && d.has_to && d.from == d.to ? "on" : "in",
	    SPANF(when));
}

static int
print(struct call *c, struct finding *f, struct span when)
{
	static const struct emit_column col[] = {
		{ .name = "start", .type = F_WHEN },
		{ .name = "end", .type = F_WHEN },
		{ .name = "minutes", .type = F_INT },
		{ .name = "persons", .type = F_TAGS },
	};
	struct rows rows = { .col = col, .ncols = 4 };
	struct buf persons = { 0 }, none = { 0 };
	int r;

	for (size_t i = 0; i < f->who.n; i++)
		buf_addf(&persons, "%s%.*s", i ? ";" : "",
		    SPANF(f->cal->person[f->who.v[i]].folder));
	for (size_t i = 0; i < f->found.n; i++) {
		const struct stretch *s = &f->found.v[i];
		char from[21], to[21], minutes[24];

		instant_format(s->from, from);
		instant_format(s->to, to);
		snprintf(minutes, sizeof minutes, "%lld",
		    (long long)((s->to - s->from) / 60));
		rows_add(&rows,
		    (struct span[]){ span(from), span(to), span(minutes),
			buf_span(&persons) });
	}
	add_none(c, f, when, &none);
	rows.none = none.p;
	r = rows_print(c, &rows);
	rows_release(&rows);
	buf_release(&none);
	buf_release(&persons);
	return r;
}

int
verb_free(struct call *c)
{
	struct finding f = { 0 };
	struct buf when = { 0 };
	int r = -1;

	if (session_calendar(&c->s, &f.cal, &c->err) ||
	    take_words(c, &f, &when) || take_options(c, &f) ||
	    take_when(c, &f, buf_span(&when)) || take_busy(c, &f))
		goto out;
	free_find(&f.q, f.person, f.who.n, &f.found);
	r = print(c, &f, buf_span(&when));
out:
	finding_release(&f);
	buf_release(&when);
	return r;
}
