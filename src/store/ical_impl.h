/*
 * What the files of ical share. A wall time is an int64_t: the seconds that
 * a clock in UTC would have counted since 1970 when it shows the same.
 */
#ifndef CRM_STORE_ICAL_IMPL_H
#define CRM_STORE_ICAL_IMPL_H

#include "store/ical.h"

#define DAY_SECONDS INT64_C(86400)
/* 0001-01-01T00:00:00 and 9999-12-31T23:59:59 */
#define WALL_MIN INT64_C(-62135596800)
#define WALL_MAX INT64_C(253402300799)

/* --- zones (ical_tz.c, ical_tzif.c) -------------------------------------- */

/* What clocks show: seconds east of UTC. */
struct tz_type {
	int32_t off;
	bool dst;
	char abbr[12];
};

/* From this instant on. */
struct tz_change {
	int64_t at;
	struct tz_type type;
};

/* A day of the year as the TZ variable names it, and a wall time. */
struct tz_day {
	char form; /* M: month, week (5 is the last), day (0 is Sunday);
		      J: 1..365 without 29 February; 0: 0..365 with it */
	int month, week, day;
	int32_t sec; /* may be negative, or more than a day */
};

/* What holds behind the last change. */
struct tz_rule {
	bool is, has_dst;
	struct tz_type std, dst;
	struct tz_day begin, end; /* of dst */
};

struct ical_zone {
	char *name;
	bool db; /* of the tz database */
	struct tz_type first;
	struct tz_change *change;
	size_t n, cap;
	struct tz_rule rule;
};

/* A name of the tz database: false where it has none such. z is zero. */
bool tzif_read(struct ical_zone *z, const char *name);
/* The content of a compiled zone. */
bool tzif_parse(struct ical_zone *z, struct span data);
/* The form of the TZ variable: CET-1CEST,M3.5.0,M10.5.0/3 */
bool tz_rule_parse(struct span s, struct tz_rule *r);

struct tz_type tz_at(const struct ical_zone *z, int64_t instant);
/* The first change behind an instant, and the last one at or before it. */
bool tz_next(const struct ical_zone *z, int64_t t, struct tz_change *c);
bool tz_prev(const struct ical_zone *z, int64_t t, struct tz_change *c);
/* When a day of the rule begins or ends in that year, as a wall time. */
int64_t tz_day_wall(const struct tz_day *d, int year);
int tz_year(int64_t wall);
int64_t tz_instant(const struct ical_zone *z, int64_t wall);
/* True where a change of the clock skips this wall time. */
bool tz_skips(const struct ical_zone *z, int64_t wall);

/* The name of the tz database for a Windows name, or NULL. */
const char *windows_zone(struct span name);
/* BEGIN:VTIMEZONE..END:VTIMEZONE. z is zero. */
int vtimezone_read(struct ical_zone *z, struct span text, struct err *e);

/* --- times --------------------------------------------------------------- */

int64_t ical_wall(const struct ical_time *t); /* as written */
struct ical_time ical_from_wall(int64_t wall, const struct ical_time *like);

/* --- rules --------------------------------------------------------------- */

enum rule_part {
	PART_FREQ,
	PART_INTERVAL,
	PART_COUNT,
	PART_UNTIL,
	PART_WKST,
	PART_RSCALE,
	PART_SKIP,
	PART_BYSECOND,
	PART_BYMINUTE,
	PART_BYHOUR,
	PART_BYDAY,
	PART_BYMONTHDAY,
	PART_BYYEARDAY,
	PART_BYWEEKNO,
	PART_BYMONTH,
	PART_BYSETPOS,
	PARTS
};

enum {
	FREQ_YEARLY,
	FREQ_MONTHLY,
	FREQ_WEEKLY,
	FREQ_DAILY,
	FREQ_HOURLY,
	FREQ_MINUTELY,
	FREQ_SECONDLY,
	FREQS
};

#define RULE_MAX 1024 /* bytes of a rule's text */

struct rule {
	char text[RULE_MAX + 1]; /* upper case, without UNTIL, for libical */
	unsigned parts;		 /* bits of enum rule_part */
	int freq;
	int64_t count; /* 0: none */
	struct ical_time until;
	enum rule_way { WAY_LIB, WAY_OWN, WAY_CHILD } way;
};

/* ERR_DATA names the rule. Loads libical. */
int rule_parse(struct span text, struct rule *r, struct err *e);

/* One rule's walk; at a time the ones of a child, or our own. */
struct walk {
	const struct rule *rule;
	int64_t start; /* wall times */
	bool is_date;
	int64_t from;  /* nothing before it is of interest */
	int64_t until; /* nor behind it */
};

/* In this process, by libical (ical_lib.c). NULL: there are none. */
struct lib_iter;
int lib_load(struct err *e);
bool lib_accepts(const char *rule);
struct lib_iter *lib_iter(const struct walk *w);
bool lib_next(struct lib_iter *it, int64_t *wall);
void lib_iter_free(struct lib_iter *it);

/* In this process, by ourselves (ical_walk.c). w outlives it. */
struct own_iter;
struct own_iter *own_iter(const struct walk *w);
/* 1, 0 at the end, -1 where it takes too long. */
int own_next(struct own_iter *it, int64_t *wall);
void own_free(struct own_iter *it);

/* In a child with limits (ical_child.c). */
struct child;
struct child *child_start(const struct walk *w, struct err *e);
/* 1, 0 at the end, -1 where it was stopped. */
int child_next(struct child *c, int64_t *wall);
void child_free(struct child *c);

void zones_release(void);
void refused_release(void);

#endif
