/*
 * date: calendar dates and the one grammar of date words that entry, filters
 * and reports share; documented for users in crm-filter(7).
 *
 * A date is an int32_t of days since 1970-01-01, proleptic Gregorian, years
 * 1..9999. It has no zone and never shifts. An instant is an int64_t of
 * seconds since 1970-01-01T00:00:00Z.
 */
#ifndef CRM_BASE_DATE_H
#define CRM_BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

/* No day at all, where one may be absent. */
#define DATE_NONE INT32_MIN

enum date_unit { UNIT_DAY, UNIT_WEEK, UNIT_MONTH, UNIT_QUARTER, UNIT_YEAR };

struct clock_zone; /* base/clock.h */

/* What words are relative to. fiscal_month 1..12, week starts on Monday. */
struct date_ctx {
	const struct clock_zone *zone; /* of times of day; NULL: the
					  process's */
	int32_t today;
	int64_t now;	  /* the instant, for +15min and times */
	int fiscal_month; /* month in which the fiscal year starts; 0 is 1 */
};

/* Inclusive; an open end has its flag off. */
struct date_range {
	int32_t from, to;
	bool has_from, has_to;
};

bool date_from_civil(int y, int m, int d, int32_t *day); /* false: no such */
void date_civil(int32_t day, int *y, int *m, int *d);
int date_weekday(int32_t day); /* 1 Monday .. 7 Sunday, ISO 8601 */

/* Strict YYYY-MM-DD, the only form in store files. */
bool date_parse(struct span s, int32_t *day);
void date_format(int32_t day, char out[11]);
char *date_put2(char *p, int v); /* 0..99 as two digits; behind them */

/*
 * First day of the unit that holds day; quarters and years are those of the
 * fiscal year (fiscal_month 1: calendar). date_bucket_end is its last day.
 */
int32_t date_bucket(int32_t day, enum date_unit u, int fiscal_month);
int32_t date_bucket_end(int32_t day, enum date_unit u, int fiscal_month);
int32_t date_add(int32_t day, int n, enum date_unit u); /* months clamp: Jan
							   31 + 1 = Feb 28 */

/*
 * The name of the bucket that holds day: 2026-11-21, 2026-W47, 2026-11,
 * 2026-Q4, 2026. With a fiscal year that does not start in January quarters
 * and years are named FY2026-Q4 and FY2026, after the year in which the fiscal
 * year ends. out has room for 16 bytes.
 */
void date_bucket_name(
    int32_t day, enum date_unit u, int fiscal_month, char out[16]);

/*
 * A period: everything that names a stretch of days. 2026-11-21, 21.11.2026,
 * 21.11. (the next such day), 2026-11,
 * 2026-Q3, FY2027-Q1, FY2027, 2026-W40, 2026, today, yesterday, tomorrow,
 * mon..sun (the next such day, today included) and monday.., now, week, month,
 * quarter, year (the current one), last-week, next-quarter and the like,
 * sow/eow som/eom soq/eoq soy/eoy (start and end day of the current unit),
 * +2w, -30d, +3m, +1q, +1y (a day from today), each optionally followed by
 * +N or -N units ("eom+1w"), and A..B, A.., ..B of those (from the first day
 * of A to the last day of B; ending before it starts is an error). ASCII case
 * is ignored. 2026-Q3 is always the calendar's quarter. On failure e says what
 * was not understood, with ERR_USAGE. *unit (may be NULL) is the unit the word
 * names, e.g. UNIT_QUARTER for 2026-Q3, else UNIT_DAY.
 */
int date_period(struct span s, const struct date_ctx *c, struct date_range *out,
    enum date_unit *unit, struct err *e);

/*
 * One day, for entry: as date_period, but the result must be one day. A longer
 * period is refused with a message that names its first and last day.
 */
int date_entry(
    struct span s, const struct date_ctx *c, int32_t *day, struct err *e);

#endif
