/*
 * Walking through the rules that libical 3.0 gets wrong or does not return
 * from: BYSETPOS, BYWEEKNO, BYYEARDAY, frequencies below a day with BY parts.
 * Each period (a year, a month, ... an hour, a second) has its set of times,
 * of which BYSETPOS chooses; periods that can have none are passed over by
 * whole minutes, hours and days. A budget of work bounds the rest.
 */
#include "store/ical_walk.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"

#define BUDGET 3000000 /* days and times looked at, in one call */
#define SET_MAX 200000	/* times in one period */

static const int64_t unit_of[FREQS] = {
	[FREQ_HOURLY] = 3600, [FREQ_MINUTELY] = 60, [FREQ_SECONDLY] = 1
};

static bool
marked(const struct marks *m, int v, int back)
{
	return m->front[v] || (back > 0 && m->back[back]);
}

/* --- days ---------------------------------------------------------------- */

static int32_t
civil(int y, int m, int d)
{
	int32_t day = 0;

	date_from_civil(y, m, d, &day);
	return day;
}

/* The first day of a year's week 1: that with 4 January. */
static int32_t
first_week(const struct own_iter *it, int y)
{
	int32_t day = civil(y, 1, 4);

	return day - (date_weekday(day) - it->wkst + 7) % 7;
}

static int
week_year(const struct own_iter *it, int32_t day, int y)
{
	if (y > 1 && day < first_week(it, y))
		return y - 1;
	return y < 9999 && day >= first_week(it, y + 1) ? y + 1 : y;
}

static bool
week_ok(const struct own_iter *it, int32_t day, int y)
{
	int weeks;

	y = week_year(it, day, y);
	if (y >= 9999)
		return false;
	weeks = (first_week(it, y + 1) - first_week(it, y)) / 7;
	y = (day - first_week(it, y)) / 7 + 1;
	return marked(&it->week, y, weeks - y + 1);
}

static bool
day_ok(struct own_iter *it, int32_t day)
{
	int freq = it->w->rule->freq, y, m, d, wd, at, len, yday, ylen, mlen;

	it->spent++;
	date_civil(day, &y, &m, &d);
	if (it->month.any && !it->month.front[m])
		return false;
	mlen = date_bucket_end(day, UNIT_MONTH, 1) - day + d;
	if (it->mday.any && !marked(&it->mday, d, mlen - d + 1))
		return false;
	yday = day - civil(y, 1, 1) + 1;
	ylen = civil(y, 12, 31) - civil(y, 1, 1) + 1;
	if (it->yday.any && !marked(&it->yday, yday, ylen - yday + 1))
		return false;
	if (it->week.any && !week_ok(it, day, y))
		return false;
	if (!it->byday)
		return true;
	wd = date_weekday(day);
	if (it->weekday[wd])
		return true;
	if (!it->ordinals)
		return false;
	if (freq > FREQ_MONTHLY || it->week.any)
		return memchr(it->nth[wd], 1, 54) ||
		       memchr(it->nth_back[wd], 1, 54);
	at = freq == FREQ_YEARLY && !it->month.any ? yday : d;
	len = freq == FREQ_YEARLY && !it->month.any ? ylen : mlen;
	return it->nth[wd][(at - 1) / 7 + 1] ||
	       it->nth_back[wd][(len - at) / 7 + 1];
}

/* --- the set of a period ------------------------------------------------- */

static void
add(struct own_iter *it, int64_t wall)
{
	it->spent++;
	if (it->n >= SET_MAX) {
		it->full = true;
		return;
	}
	GROW(it->set, it->n, it->cap);
	it->set[it->n++] = wall;
}

static void
add_seconds(struct own_iter *it, int64_t minute)
{
	for (int s = 0; s < 60 && !it->full; s++)
		if (it->second.front[s])
			add(it, minute + s);
}

static void
add_minutes(struct own_iter *it, int64_t hour)
{
	for (int m = 0; m < 60; m++)
		if (it->minute.front[m])
			add_seconds(it, hour + m * 60);
}

static void
add_day(struct own_iter *it, int32_t day)
{
	if (!day_ok(it, day))
		return;
	for (int h = 0; h < 24; h++)
		if (it->hour.front[h])
			add_minutes(it, day * DAY_SECONDS + h * 3600);
}

/* Leaves those of the set that BYSETPOS names. */
static void
choose(struct own_iter *it)
{
	int64_t *old = it->set;
	size_t n = it->n;

	if (!it->nsetpos || !n)
		return;
	it->set = NULL;
	it->n = it->cap = 0;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < it->nsetpos; j++) {
			int64_t pos = it->setpos[j];

			if (pos == (int64_t)i + 1 ||
			    pos == (int64_t)i - (int64_t)n) {
				add(it, old[i]);
				break;
			}
		}
	free(old);
}

/* The days of period k. False: it is behind the year 9998. */
static bool
period(const struct own_iter *it, int64_t k, int64_t *first, int64_t *last)
{
	int64_t step = k * it->interval, month;
	int32_t day;
	int y;

	switch (it->w->rule->freq) {
	case FREQ_YEARLY:
		if (it->y0 + step > 9998)
			return false;
		y = (int)(it->y0 + step);
		*first = it->week.any ? first_week(it, y) : civil(y, 1, 1);
		*last = (it->week.any ? first_week(it, y + 1)
				      : civil(y + 1, 1, 1)) -
			1;
		return true;
	case FREQ_MONTHLY:
		month = it->y0 * 12 + it->m0 - 1 + step;
		if (month / 12 > 9998)
			return false;
		day = civil((int)(month / 12), (int)(month % 12) + 1, 1);
		*first = day;
		*last = date_bucket_end(day, UNIT_MONTH, 1);
		return true;
	case FREQ_WEEKLY:
		*first = it->day0 -
			 (date_weekday(it->day0) - it->wkst + 7) % 7 + step * 7;
		*last = *first + 6;
		break;
	default:
		*first = *last = it->day0 + step;
	}
	return *last < WALL_MAX / DAY_SECONDS - 366;
}

/*
 * Below a day: the period's time, or where no period before `*next` can have
 * one, that.
 */
static bool
time_ok(struct own_iter *it, int64_t wall, int64_t *next)
{
	int freq = it->w->rule->freq;
	int32_t day = (int32_t)(wall / DAY_SECONDS - (wall % DAY_SECONDS < 0));
	int sec = (int)(wall - day * DAY_SECONDS);

	*next = (day + 1) * DAY_SECONDS;
	if (!day_ok(it, day))
		return false;
	*next = wall - sec % 3600 + 3600;
	if (it->hour.any && !it->hour.front[sec / 3600])
		return false;
	*next = wall - sec % 60 + 60;
	if (freq >= FREQ_MINUTELY && it->minute.any &&
	    !it->minute.front[sec / 60 % 60])
		return false;
	*next = wall + 1;
	return freq < FREQ_SECONDLY || !it->second.any ||
	       it->second.front[sec % 60];
}

static bool
fill_below_day(struct own_iter *it)
{
	int64_t unit = unit_of[it->w->rule->freq], step = unit * it->interval;
	int64_t start = it->w->start, first, wall, next;

	first = start - (start % unit + unit) % unit;
	wall = first + it->k * step;
	if (wall > it->w->until)
		return false;
	if (time_ok(it, wall, &next)) {
		it->k++;
		if (unit == 3600)
			add_minutes(it, wall);
		else if (unit == 60)
			add_seconds(it, wall);
		else
			add(it, wall);
		return true;
	}
	next = (next - first + step - 1) / step;
	it->k = next > it->k ? next : it->k + 1;
	return true;
}

/* The set of the next period. False: there is none. */
static bool
fill(struct own_iter *it)
{
	int64_t first, last;

	it->n = it->at = 0;
	if (it->w->rule->freq > FREQ_DAILY) {
		if (!fill_below_day(it))
			return false;
	} else {
		if (!period(it, it->k, &first, &last) ||
		    first * DAY_SECONDS > it->w->until)
			return false;
		it->k++;
		for (int64_t day = first; day <= last && !it->full; day++)
			add_day(it, (int32_t)day);
	}
	choose(it);
	return true;
}

/* The last period that begins at or before what is of interest. */
static int64_t
first_period(const struct own_iter *it)
{
	int64_t from = it->w->from, unit = unit_of[it->w->rule->freq];
	int64_t lo = 0, hi = 1, mid, first, last;

	if (it->count || from <= it->w->start)
		return 0;
	if (unit)
		return (from - it->w->start) / (unit * it->interval);
	while (period(it, hi, &first, &last) && first * DAY_SECONDS <= from)
		hi *= 2;
	while (hi - lo > 1) {
		mid = (lo + hi) / 2;
		if (period(it, mid, &first, &last) &&
		    first * DAY_SECONDS <= from)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

struct own_iter *
own_iter(const struct walk *w)
{
	struct own_iter *it = xcalloc(1, sizeof *it);

	it->w = w;
	it->interval = it->wkst = 1;
	it->count = w->rule->count;
	it->day0 =
	    (int32_t)(w->start / DAY_SECONDS - (w->start % DAY_SECONDS < 0));
	date_civil(it->day0, &it->y0, &it->m0, &it->d0);
	own_parts(it);
	/* A start that is no time of the rule counts in its calendar year. */
	if (w->rule->freq == FREQ_YEARLY && it->week.any &&
	    (it->interval == 1 || day_ok(it, it->day0)))
		it->y0 = week_year(it, it->day0, it->y0);
	it->k = first_period(it);
	return it;
}

int
own_next(struct own_iter *it, int64_t *wall)
{
	for (;;) {
		while (it->at < it->n) {
			*wall = it->set[it->at++];
			if (*wall < it->w->start)
				continue;
			if (it->w->rule->count && it->count-- == 0)
				return 0;
			return 1;
		}
		if (it->full || it->spent > BUDGET)
			return -1;
		if ((it->w->rule->count && !it->count) || !fill(it))
			return 0;
		if (it->full)
			return -1;
	}
}

void
own_free(struct own_iter *it)
{
	if (it)
		free(it->set);
	free(it);
}
