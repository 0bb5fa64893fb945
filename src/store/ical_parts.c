/* The BY parts of a rule as sets, and what the start says where none does. */
#include "store/ical_walk.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"

static void
mark(struct marks *m, struct span list)
{
	int64_t v;

	m->any = true;
	while (list.n) {
		if (!span_int(span_cut(&list, ','), &v) || llabs(v) > 366)
			continue;
		if (v < 0)
			m->back[-v] = 1;
		else
			m->front[v] = 1;
	}
}

/* 1 Monday .. 7 Sunday of MO, TU; 0: it is none. */
static int
weekday_of(struct span s)
{
	static const char names[] = "MOTUWETHFRSASU";

	for (int i = 0; i < 7; i++)
		if (s.n == 2 && memcmp(s.p, names + 2 * i, 2) == 0)
			return i + 1;
	return 0;
}

static void
mark_days(struct own_iter *it, struct span list)
{
	it->byday = true;
	while (list.n) {
		struct span one = span_cut(&list, ',');
		int64_t n = 0;
		int wd;

		if (one.n < 2)
			continue;
		wd = weekday_of(span_n(one.p + one.n - 2, 2));
		one.n -= 2;
		if (one.n && (!span_int(one, &n) || !n || llabs(n) > 53))
			continue;
		if (n)
			it->ordinals = true;
		if (!n)
			it->weekday[wd] = 1;
		else if (n > 0)
			it->nth[wd][n] = 1;
		else
			it->nth_back[wd][-n] = 1;
	}
}

static void
add_setpos(struct own_iter *it, struct span list)
{
	int64_t v;

	while (list.n && it->nsetpos < 400)
		if (span_int(span_cut(&list, ','), &v) && llabs(v) <= 366)
			it->setpos[it->nsetpos++] = (int)v;
}

static void
take_parts(struct own_iter *it)
{
	struct span rest = span(it->w->rule->text);

	while (rest.n) {
		struct span v = span_cut(&rest, ';'), name = span_cut(&v, '=');
		struct marks *m = span_eqs(name, "BYSECOND")	 ? &it->second
				  : span_eqs(name, "BYMINUTE")	 ? &it->minute
				  : span_eqs(name, "BYHOUR")	 ? &it->hour
				  : span_eqs(name, "BYMONTHDAY") ? &it->mday
				  : span_eqs(name, "BYYEARDAY")	 ? &it->yday
				  : span_eqs(name, "BYWEEKNO")	 ? &it->week
				  : span_eqs(name, "BYMONTH")	 ? &it->month
								 : NULL;

		if (m)
			mark(m, v);
		else if (span_eqs(name, "BYDAY"))
			mark_days(it, v);
		else if (span_eqs(name, "BYSETPOS"))
			add_setpos(it, v);
		else if (span_eqs(name, "INTERVAL"))
			span_int(v, &it->interval);
		else if (span_eqs(name, "WKST"))
			it->wkst = weekday_of(v);
	}
}

static void
mark_one(struct marks *m, int v)
{
	if (m->any)
		return;
	m->any = true;
	m->front[v] = 1;
}

/* What the start says where the rule does not. */
static void
take_defaults(struct own_iter *it)
{
	const struct marks none = { 0 };
	int freq = it->w->rule->freq, sec;
	bool days = it->byday || it->mday.any || it->yday.any;

	sec = (int)(it->w->start - it->day0 * DAY_SECONDS);
	if (it->w->is_date)
		it->hour = it->minute = it->second = none;
	if (freq <= FREQ_DAILY)
		mark_one(&it->hour, sec / 3600);
	if (freq <= FREQ_HOURLY)
		mark_one(&it->minute, sec / 60 % 60);
	if (freq <= FREQ_MINUTELY)
		mark_one(&it->second, sec % 60);
	if (!days &&
	    (freq == FREQ_WEEKLY || (freq == FREQ_YEARLY && it->week.any))) {
		it->byday = true;
		it->weekday[date_weekday(it->day0)] = 1;
	} else if (!days && freq <= FREQ_MONTHLY) {
		mark_one(&it->mday, it->d0);
		if (freq == FREQ_YEARLY)
			mark_one(&it->month, it->m0);
	} else if (freq == FREQ_YEARLY && !it->byday && !it->yday.any &&
		   !it->week.any) {
		mark_one(&it->month, it->m0);
	}
}

void
own_parts(struct own_iter *it)
{
	take_parts(it);
	take_defaults(it);
}
