/*
 * free: when several persons have time at once. Arithmetic only: what takes
 * their time, when they work and on which days is told, nothing is read.
 */
#ifndef CRM_CRM_CALENDAR_FREE_H
#define CRM_CRM_CALENDAR_FREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ical_zone; /* store/ical.h */

struct stretch {
	int64_t from, to; /* instants; to is behind the last second */
};

/* Grows; free v. */
struct stretches {
	struct stretch *v;
	size_t n, cap;
};
void stretch_add(struct stretches *s, int64_t from, int64_t to);

/*
 * A person works from begin to end (minutes of the day of their zone; an end
 * that is not behind begin is on the next day) on the days of the week that
 * are set (1 << 1 Monday .. 1 << 7 Sunday) and not among the days off. A night
 * belongs to the day on which it begins.
 */
struct free_person {
	const struct ical_zone *zone; /* NULL: the store's */
	int begin, end;
	unsigned weekdays;
	struct stretches busy; /* in any order, overlapping or not */
};

struct free_query {
	int64_t from, to; /* the window */
	int64_t least;	  /* seconds that a stretch must have */
	int64_t buffer;	  /* seconds kept between it and what takes time */
	int step; /* minutes, 1 to 1440: starts and ends lie on them, counted
		     from the store's midnight */
	const int32_t *off; /* days on which nobody works, in any zone */
	size_t noff;
};

/*
 * The longest stretches in which all n persons work and none is busy, in
 * order, none touching the next. The persons' busy lists get sorted.
 */
void free_find(const struct free_query *q, struct free_person *person,
    size_t n, struct stretches *out);

#endif
