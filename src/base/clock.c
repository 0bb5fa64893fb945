#include "base/clock.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"

#define DAY_SECONDS 86400

/* 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z */
#define INSTANT_MIN (-62135596800)
#define INSTANT_MAX 253402300799

static bool
zone_name_ok(const char *zone)
{
	static const char ok[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "abcdefghijklmnopqrstuvwxyz"
				 "0123456789_+/-";

	return zone[0] != '/' && zone[strspn(zone, ok)] == '\0' &&
	       !strstr(zone, "..");
}

/* The C library takes an unknown name for UTC without a word, so look. */
static bool
zone_exists(const char *zone)
{
	const char *dir = getenv("TZDIR");
	char magic[4], *path;
	bool found = false;
	int fd;

	path =
	    xasprintf("%s/%s", dir && *dir ? dir : "/usr/share/zoneinfo", zone);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd >= 0) {
		found = read(fd, magic, sizeof magic) == sizeof magic &&
			memcmp(magic, "TZif", sizeof magic) == 0;
		close(fd);
	}
	free(path);
	return found;
}

int
clock_zone(const char *zone, struct err *e)
{
	if (zone && *zone) {
		/* UTC needs no table, and minimal systems have none. */
		if (!zone_name_ok(zone) ||
		    (strcmp(zone, "UTC") != 0 && !zone_exists(zone)))
			return err_set(e, ERR_DATA,
			    "unknown time zone '%s'; use a name of the tz "
			    "database such as Europe/Berlin",
			    zone);
		if (setenv("TZ", zone, 1) < 0)
			return err_errno(e, "time zone '%s'", zone);
	}
	tzset();
	return 0;
}

static bool
in_years(int64_t t)
{
	return t >= INSTANT_MIN && t <= INSTANT_MAX;
}

/* The value of CRM_NOW: 1 where it is set, 0 where not, -1 where wrong. */
static int
fixed_now(int64_t *t)
{
	struct span s = span_trim(span(getenv("CRM_NOW")));
	int32_t day;

	if (s.n == 0)
		return 0;
	if (s.p[0] == '@') {
		if (!span_int(span_n(s.p + 1, s.n - 1), t))
			return -1;
		return in_years(*t) ? 1 : -1;
	}
	if (date_parse(s, &day)) {
		*t = clock_instant(day, 0);
		return in_years(*t) ? 1 : -1;
	}
	return instant_parse(s, t) ? 1 : -1;
}

int
clock_init(struct err *e)
{
	int64_t t;

	tzset();
	if (fixed_now(&t) < 0)
		return err_set(e, ERR_USAGE,
		    "CRM_NOW: '%s' not understood; write it as 2026-11-21, "
		    "2026-11-21T18:55:39Z or @1795287339",
		    getenv("CRM_NOW"));
	return 0;
}

int64_t
clock_now(void)
{
	int64_t t;

	return fixed_now(&t) > 0 ? t : clock_machine();
}

int64_t
clock_machine(void)
{
	return (int64_t)time(NULL);
}

/* Seconds east of UTC at that instant. */
static int64_t
offset_seconds(const struct clock_zone *z, int64_t instant)
{
	time_t t = (time_t)instant;
	struct tm tm;

	if (z)
		return z->offset(z, instant);
	return localtime_r(&t, &tm) ? tm.tm_gmtoff : 0;
}

int
clock_offset(int64_t instant)
{
	return (int)(offset_seconds(NULL, instant) / 60);
}

/* Days and seconds of the day, rounded down also before 1970. */
static int64_t
split(int64_t t, int *seconds)
{
	int64_t day = t / DAY_SECONDS, rest = t % DAY_SECONDS;

	if (rest < 0) {
		rest += DAY_SECONDS;
		day--;
	}
	*seconds = (int)rest;
	return day;
}

static int32_t
wall_in(const struct clock_zone *z, int64_t instant, int *seconds)
{
	return (int32_t)split(instant + offset_seconds(z, instant), seconds);
}

int32_t
clock_wall(int64_t instant, int *seconds)
{
	return wall_in(NULL, instant, seconds);
}

int32_t
clock_day_in(const struct clock_zone *z, int64_t instant, int *minutes)
{
	int seconds;
	int32_t day = wall_in(z, instant, &seconds);

	if (minutes)
		*minutes = seconds / 60;
	return day;
}

int32_t
clock_day(int64_t instant, int *minutes)
{
	return clock_day_in(NULL, instant, minutes);
}

/*
 * mktime() leaves open what it answers in gaps and folds. So the offsets a
 * day before and a day after are tried; one that holds at the instant it
 * leads to is right. In a fold both are, and the one before comes first; in a
 * gap neither is, and the one before leads past the gap.
 */
int64_t
clock_at_in(const struct clock_zone *z, int32_t day, int seconds)
{
	int64_t wall = (int64_t)day * DAY_SECONDS + seconds;
	int64_t before = offset_seconds(z, wall - DAY_SECONDS);
	int64_t after = offset_seconds(z, wall + DAY_SECONDS);

	if (offset_seconds(z, wall - before) != before &&
	    offset_seconds(z, wall - after) == after)
		return wall - after;
	return wall - before;
}

int64_t
clock_at(int32_t day, int seconds)
{
	return clock_at_in(NULL, day, seconds);
}

int64_t
clock_instant(int32_t day, int minutes)
{
	return clock_at(day, minutes * 60);
}

void
instant_format(int64_t t, char out[21])
{
	int seconds;
	char *p = out + 10;

	date_format((int32_t)split(t, &seconds), out);
	*p++ = 'T';
	p = date_put2(p, seconds / 3600);
	*p++ = ':';
	p = date_put2(p, seconds / 60 % 60);
	*p++ = ':';
	p = date_put2(p, seconds % 60);
	*p++ = 'Z';
	*p = '\0';
}

/* Takes two digits below limit off s. */
static bool
take2(struct span *s, int limit, int *v)
{
	if (s->n < 2 || s->p[0] < '0' || s->p[0] > '9' || s->p[1] < '0' ||
	    s->p[1] > '9')
		return false;
	*v = (s->p[0] - '0') * 10 + (s->p[1] - '0');
	*s = span_n(s->p + 2, s->n - 2);
	return *v < limit;
}

/* HH:MM, as minutes. */
static bool
take_time(struct span *s, int *minutes)
{
	int h, m;

	if (!take2(s, 24, &h) || !span_take(s, ':') || !take2(s, 60, &m))
		return false;
	*minutes = h * 60 + m;
	return true;
}

/* Z or +HH:MM, as minutes east. */
static bool
take_zone(struct span *s, int *east)
{
	bool west;

	*east = 0;
	if (span_take(s, 'Z'))
		return true;
	west = span_take(s, '-');
	if (!west && !span_take(s, '+'))
		return false;
	if (!take_time(s, east))
		return false;
	if (west)
		*east = -*east;
	return true;
}

bool
instant_parse(struct span s, int64_t *t)
{
	int minutes, seconds = 0, east;
	int64_t v;
	int32_t day;

	if (s.n < 11 || !date_parse(span_n(s.p, 10), &day))
		return false;
	s = span_n(s.p + 10, s.n - 10);
	if ((!span_take(&s, 'T') && !span_take(&s, ' ')) ||
	    !take_time(&s, &minutes))
		return false;
	if (span_take(&s, ':') && !take2(&s, 60, &seconds))
		return false;
	if (!take_zone(&s, &east) || s.n)
		return false;
	v = (int64_t)day * DAY_SECONDS + (minutes - east) * 60 + seconds;
	/* An offset can lead out of the years that have a date. */
	if (!in_years(v))
		return false;
	*t = v;
	return true;
}

/* +15min and +2h, as seconds. */
static bool
parse_delta(struct span s, int64_t *seconds)
{
	int64_t unit, n;

	if (s.n < 3 || (s.p[0] != '+' && s.p[0] != '-'))
		return false;
	if (s.n > 4 && span_ieqs(span_n(s.p + s.n - 3, 3), "min")) {
		unit = 60;
		s.n -= 3;
	} else if (s.p[s.n - 1] == 'h' || s.p[s.n - 1] == 'H') {
		unit = 3600;
		s.n--;
	} else {
		return false;
	}
	/* A thousand years of minutes, far from any overflow. */
	if (!span_int(s, &n) || n > 525600000 || n < -525600000)
		return false;
	*seconds = n * unit;
	return true;
}

/* Takes " 9:30" or "T09:30" off the end of s. */
static bool
cut_time(struct span *s, int *minutes)
{
	size_t i = s->n;
	char two[5] = "00:00";
	struct span time;

	while (i > 0 && ((s->p[i - 1] >= '0' && s->p[i - 1] <= '9') ||
			    s->p[i - 1] == ':'))
		i--;
	if (i < 2 || s->n - i < 4 || s->n - i > 5)
		return false;
	if (s->p[i - 1] != ' ' && s->p[i - 1] != 'T' && s->p[i - 1] != 't')
		return false;
	memcpy(two + 5 - (s->n - i), s->p + i, s->n - i);
	time = span_n(two, 5);
	if (!take_time(&time, minutes))
		return false;
	s->n = i - 1;
	return true;
}

void
instant_local(const struct clock_zone *z, int64_t t, struct buf *out)
{
	char day[11];
	int minutes;

	date_format(clock_day_in(z, t, &minutes), day);
	buf_addf(out, "%s %02d:%02d", day, minutes / 60, minutes % 60);
}

bool
when_parse(struct span s, int64_t *t, bool *timed)
{
	int32_t day;
	bool is_day = s.n == 10 && date_parse(s, &day);

	if (timed)
		*timed = !is_day;
	if (!is_day)
		return instant_parse(s, t);
	*t = clock_instant(day, 0);
	return true;
}

bool
when_wall(struct span s, const struct clock_zone *z, int32_t *day,
    int *minutes, bool *timed)
{
	int64_t t;

	*minutes = 0;
	*timed = !(s.n == 10 && date_parse(s, day));
	if (*timed && !instant_parse(s, &t))
		return false;
	if (*timed)
		*day = clock_day_in(z, t, minutes);
	return true;
}

int
instant_entry(struct span s, const struct date_ctx *c, int64_t *t, bool *timed,
    struct err *e)
{
	int minutes = 0;
	int64_t delta = 0, v = 0;
	struct span word;
	bool has_time;
	int32_t day;

	s = span_trim(s);
	has_time = true;
	if (span_ieqs(s, "now") || parse_delta(s, &delta)) {
		v = c->now + delta;
	} else if (!instant_parse(s, &v)) {
		word = s;
		has_time = cut_time(&word, &minutes);
		if (date_entry(word, c, &day, e) < 0)
			return -1;
		v = clock_at_in(c->zone, day, minutes * 60);
	}
	if (!in_years(v))
		return err_set(e, ERR_USAGE,
		    "time '%.*s' is outside the years 1 to 9999 of UTC",
		    SPANF(s));
	*t = v;
	*timed = has_time;
	return 0;
}

int64_t
clock_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}
