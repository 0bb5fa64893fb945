#include "store/ical.h"

#include <ctype.h>
#include <string.h>

#include "base/clock.h"
#include "base/date.h"
#include "store/ical_impl.h"

/* Takes n digits off s; n is at most 8. */
static bool
digits(struct span *s, size_t n, int *v)
{
	if (s->n < n)
		return false;
	*v = 0;
	for (size_t i = 0; i < n; i++) {
		if (!isdigit((unsigned char)s->p[i]))
			return false;
		*v = *v * 10 + (s->p[i] - '0');
	}
	*s = span_n(s->p + n, s->n - n);
	return true;
}

bool
ical_time_parse(
    struct span s, const struct ical_zone *zone, struct ical_time *out)
{
	struct ical_time t = { .kind = ICAL_DATE };
	int y, m, d, h, min, sec;

	if (!digits(&s, 4, &y) || !digits(&s, 2, &m) || !digits(&s, 2, &d) ||
	    !date_from_civil(y, m, d, &t.day))
		return false;
	if (s.n == 0) {
		*out = t;
		return true;
	}
	if (*s.p != 'T')
		return false;
	s = span_n(s.p + 1, s.n - 1);
	if (!digits(&s, 2, &h) || !digits(&s, 2, &min) ||
	    !digits(&s, 2, &sec) || h > 23 || min > 59 || sec > 60)
		return false;
	t.sec = h * 3600 + min * 60 + (sec == 60 ? 59 : sec);
	if (span_eqs(s, "Z")) {
		t.kind = ICAL_UTC;
	} else if (s.n == 0) {
		t.kind = zone ? ICAL_ZONED : ICAL_FLOATING;
		t.zone = zone;
	} else {
		return false;
	}
	*out = t;
	return true;
}

static char *
put(char *p, int v, int n)
{
	for (int i = n - 1; i >= 0; i--, v /= 10)
		p[i] = (char)('0' + v % 10);
	return p + n;
}

void
ical_time_format(const struct ical_time *t, char out[20])
{
	char *p = out;
	int y, m, d;

	date_civil(t->day, &y, &m, &d);
	p = put(put(put(p, y, 4), m, 2), d, 2);
	if (t->kind != ICAL_DATE) {
		*p++ = 'T';
		p = put(p, t->sec / 3600, 2);
		p = put(p, t->sec / 60 % 60, 2);
		p = put(p, t->sec % 60, 2);
		if (t->kind == ICAL_UTC)
			*p++ = 'Z';
	}
	*p = '\0';
}

int64_t
ical_wall(const struct ical_time *t)
{
	return t->day * DAY_SECONDS + t->sec;
}

struct ical_time
ical_from_wall(int64_t wall, const struct ical_time *like)
{
	struct ical_time t = { .kind = like->kind, .zone = like->zone };
	int64_t sec;

	if (wall < WALL_MIN)
		wall = WALL_MIN;
	if (wall > WALL_MAX)
		wall = WALL_MAX;
	sec = wall % DAY_SECONDS;
	if (sec < 0)
		sec += DAY_SECONDS;
	t.day = (int32_t)((wall - sec) / DAY_SECONDS);
	t.sec = t.kind == ICAL_DATE ? 0 : (int32_t)sec;
	return t;
}

int64_t
ical_instant(const struct ical_time *t)
{
	switch (t->kind) {
	case ICAL_DATE:
		return clock_at(t->day, 0);
	case ICAL_FLOATING:
		return clock_at(t->day, t->sec);
	case ICAL_ZONED:
		return tz_instant(t->zone, ical_wall(t));
	case ICAL_UTC:
		break;
	}
	return ical_wall(t);
}

struct ical_time
ical_from_instant(int64_t t, const struct ical_time *like)
{
	int64_t wall = t;
	int sec;

	if (t < WALL_MIN)
		t = WALL_MIN;
	if (t > WALL_MAX)
		t = WALL_MAX;
	if (like->kind == ICAL_ZONED) {
		wall = t + tz_at(like->zone, t).off;
	} else if (like->kind != ICAL_UTC) {
		wall = clock_wall(t, &sec) * DAY_SECONDS;
		wall += sec;
	}
	return ical_from_wall(wall, like);
}

/* Takes a number and its unit, if it is one of those, off s. */
static bool
take_units(struct span *s, const char *units, const int64_t *seconds,
    int64_t *sum, const char **next)
{
	const char *unit;
	int64_t v = 0;
	size_t n = 0;

	while (n < s->n && n < 10 && isdigit((unsigned char)s->p[n]))
		v = v * 10 + (s->p[n++] - '0');
	if (n == 0 || n == s->n)
		return false;
	unit = strchr(*next, s->p[n]);
	if (!unit || !s->p[n])
		return false;
	*sum += v * seconds[unit - units];
	*next = unit + 1;
	*s = span_n(s->p + n + 1, s->n - n - 1);
	return true;
}

bool
ical_duration(struct span s, int64_t *seconds)
{
	static const char days[] = "WD", times[] = "HMS";
	static const int64_t day_sec[] = { 604800, 86400 };
	static const int64_t time_sec[] = { 3600, 60, 1 };
	const char *next = days;
	bool minus = false;
	int64_t sum = 0;

	if (s.n && (*s.p == '-' || *s.p == '+')) {
		minus = *s.p == '-';
		s = span_n(s.p + 1, s.n - 1);
	}
	if (s.n < 3 || *s.p != 'P')
		return false;
	s = span_n(s.p + 1, s.n - 1);
	while (s.n && *s.p != 'T')
		if (!take_units(&s, days, day_sec, &sum, &next))
			return false;
	if (s.n) {
		s = span_n(s.p + 1, s.n - 1);
		next = times;
		do {
			if (!take_units(&s, times, time_sec, &sum, &next))
				return false;
		} while (s.n);
	}
	*seconds = minus ? -sum : sum;
	return true;
}

void
ical_end(void)
{
	zones_release();
	refused_release();
}
