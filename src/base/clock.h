/*
 * clock: the only place that reads the time. CRM_NOW (or --now, which sets
 * it) replaces the clock: an ISO date, an ISO date-time with Z or an offset,
 * or @SECONDS. Zones are those of the system's tz database.
 */
#ifndef CRM_BASE_CLOCK_H
#define CRM_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/date.h"
#include "base/err.h"
#include "base/span.h"

/*
 * Sets the process's zone; "" or NULL leaves the system's (TZ or
 * /etc/localtime). Names are limited to [A-Za-z0-9_+/-] without "..". Fails
 * with ERR_DATA where the zone is not known. Not thread-safe; call at start.
 */
int clock_zone(const char *zone, struct err *e);

/* Checks CRM_NOW; fails with ERR_USAGE where it is not understood. */
int clock_init(struct err *e);
int64_t clock_now(void); /* seconds since 1970 UTC; constant in a process
			    once CRM_NOW is set, else the real time */

int64_t clock_machine(void); /* the real time, whatever CRM_NOW says */

/* A clock beside the process's: of a person elsewhere. */
struct clock_zone {
	const char *name;
	int (*offset)(const struct clock_zone *z, int64_t instant);
	const void *data; /* of offset(), which gives seconds east of UTC */
};

/* The same in a zone; NULL is the process's. */
int32_t clock_day_in(
    const struct clock_zone *z, int64_t instant, int *minutes);
int64_t clock_at_in(const struct clock_zone *z, int32_t day, int seconds);

/* The local day of an instant, and its minutes since local midnight. */
int32_t clock_day(int64_t instant, int *minutes);
int32_t clock_wall(int64_t instant, int *seconds); /* to the second */

/*
 * The instant of a local time. In a gap (spring) the later wall time is
 * taken, in a fold (autumn) the first of the two instants.
 */
int64_t clock_instant(int32_t day, int minutes);
int64_t clock_at(int32_t day, int seconds); /* to the second */

/* Minutes east of UTC at that instant. */
int clock_offset(int64_t instant);

/* 2026-11-21T18:55:39Z, the form in store files. */
void instant_format(int64_t t, char out[21]);

/* Appends the time in a zone for people: 2026-11-21 19:55. */
struct buf;
void instant_local(
    const struct clock_zone *z, int64_t t, struct buf *out);

/*
 * Store form: YYYY-MM-DDTHH:MM[:SS](Z|+HH:MM|-HH:MM), also with a blank for
 * the T. False where it is anything else.
 */
bool instant_parse(struct span s, int64_t *t);

/*
 * What is a day (its local midnight, *timed false) or an instant in store form;
 * timed may be NULL. False where it is neither.
 */
bool when_parse(struct span s, int64_t *t, bool *timed);

/* The same: its day and minutes (of a day 0) on the clock of a zone. */
bool when_wall(struct span s, const struct clock_zone *z, int32_t *day,
    int *minutes, bool *timed);

/*
 * Entry: a date word of date_entry(), optionally followed by a blank or T and
 * HH:MM; or +15min, +2h; or the store form. A date alone is its local
 * midnight and *timed is false. Local is what c->zone is.
 */
int instant_entry(struct span s, const struct date_ctx *c, int64_t *t,
    bool *timed, struct err *e);

/* Milliseconds on a clock that only runs forward: for waiting. */
int64_t clock_ms(void);

#endif
