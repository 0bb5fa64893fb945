/* What a zone's clocks show at an instant, and the way back. */
#include "store/ical_impl.h"

#include "base/date.h"

static int64_t
clamp(int64_t t)
{
	if (t < WALL_MIN)
		return WALL_MIN;
	return t > WALL_MAX ? WALL_MAX : t;
}

static int32_t
wall_day(int64_t wall)
{
	return (int32_t)(wall / DAY_SECONDS - (wall % DAY_SECONDS < 0));
}

int
tz_year(int64_t wall)
{
	int y, m, d;

	date_civil(wall_day(clamp(wall)), &y, &m, &d);
	return y;
}

int64_t
tz_day_wall(const struct tz_day *d, int year)
{
	int32_t first, day;
	bool leap;

	if (d->form != 'M') {
		date_from_civil(year, 1, 1, &first);
		leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
		day = first + d->day;
		if (d->form == 'J' && !(leap && d->day >= 60))
			day--;
		return day * DAY_SECONDS + d->sec;
	}
	date_from_civil(year, d->month, 1, &first);
	/* date_weekday() has Sunday as 7 */
	day = first + (d->day + 7 - date_weekday(first) % 7) % 7 +
	      7 * (d->week - 1);
	if (d->week == 5 && day > date_bucket_end(first, UNIT_MONTH, 1))
		day -= 7;
	return day * DAY_SECONDS + d->sec;
}

/* The changes that the rule makes in a year, in their order. */
static void
rule_year(const struct tz_rule *r, int year, struct tz_change c[2])
{
	struct tz_change begin = { .type = r->dst }, end = { .type = r->std };
	bool turned;

	begin.at = tz_day_wall(&r->begin, year) - r->std.off;
	end.at = tz_day_wall(&r->end, year) - r->dst.off;
	turned = end.at < begin.at;
	c[turned] = begin;
	c[!turned] = end;
}

/* The rule's last change at or before t, or its first one behind it. */
static bool
rule_near(
    const struct tz_rule *r, int64_t t, bool behind, struct tz_change *out)
{
	int year = tz_year(t), step = behind ? 1 : -1;
	struct tz_change c[2];

	if (!r->has_dst)
		return false;
	for (int y = year - step; y != year + 2 * step; y += step) {
		if (y < 1 || y > 9999)
			continue;
		rule_year(r, y, c);
		for (int i = 0; i < 2; i++) {
			*out = c[behind ? i : 1 - i];
			if (behind ? out->at > t : out->at <= t)
				return true;
		}
	}
	return false;
}

/* How many changes are at or before t. */
static size_t
passed(const struct ical_zone *z, int64_t t)
{
	size_t lo = 0, hi = z->n;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (z->change[mid].at <= t)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

struct tz_type
tz_at(const struct ical_zone *z, int64_t instant)
{
	size_t i = passed(z, instant);
	struct tz_change c;

	if (i < z->n || !z->rule.is)
		return i ? z->change[i - 1].type : z->first;
	if (rule_near(&z->rule, instant, false, &c))
		return c.type;
	return z->rule.std;
}

bool
tz_next(const struct ical_zone *z, int64_t t, struct tz_change *c)
{
	size_t i = passed(z, t);

	if (i < z->n) {
		*c = z->change[i];
		return true;
	}
	return z->rule.is && rule_near(&z->rule, t, true, c);
}

bool
tz_prev(const struct ical_zone *z, int64_t t, struct tz_change *c)
{
	size_t i = passed(z, t);

	if (i == z->n && z->rule.is && rule_near(&z->rule, t, false, c) &&
	    (!z->n || c->at > z->change[z->n - 1].at))
		return true;
	if (!i)
		return false;
	*c = z->change[i - 1];
	return true;
}

/*
 * The offsets a day before and a day after are tried, as clock_instant() does:
 * in a fold both hold and the one before comes first; in a gap neither does,
 * and the one before leads past it.
 */
int64_t
tz_instant(const struct ical_zone *z, int64_t wall)
{
	int32_t before = tz_at(z, wall - DAY_SECONDS).off;
	int32_t after = tz_at(z, wall + DAY_SECONDS).off;

	if (tz_at(z, wall - before).off != before &&
	    tz_at(z, wall - after).off == after)
		return wall - after;
	return wall - before;
}

bool
tz_skips(const struct ical_zone *z, int64_t wall)
{
	int64_t t = tz_instant(z, wall);

	return t + tz_at(z, t).off != wall;
}
