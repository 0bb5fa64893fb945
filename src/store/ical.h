/*
 * ical: what iCalendar says of times: zones and repetition (RFC 5545 §3.3.5,
 * §3.3.10, §3.6.5). libical is asked about rules, by ical_lib.c alone; it is
 * loaded (dlopen) when the first rule is met, since it costs 1.4 ms and most
 * commands meet none. Zones are read from the tz database here, which is right
 * for gaps, folds and all years. Nothing here writes a file.
 *
 * Not thread-safe but where said.
 */
#ifndef CRM_STORE_ICAL_H
#define CRM_STORE_ICAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

enum ical_kind {
	ICAL_DATE,     /* a day: VALUE=DATE */
	ICAL_FLOATING, /* a wall time of wherever one is: the store's zone */
	ICAL_UTC,
	ICAL_ZONED, /* a wall time of zone */
};

/* A DATE or DATE-TIME as written. */
struct ical_time {
	enum ical_kind kind;
	int32_t day;		      /* since 1970-01-01 */
	int32_t sec;		      /* of the day, 0..86399; 0 for a date */
	const struct ical_zone *zone; /* ICAL_ZONED */
};

/*
 * Parses 20261121, 20261121T140000 or ...Z; a leap second is the second
 * before. zone, where not NULL, is that of TZID. False: it is neither.
 */
bool ical_time_parse(
    struct span value, const struct ical_zone *zone, struct ical_time *out);
/* The same form, NUL-terminated. */
void ical_time_format(const struct ical_time *t, char out[20]);
/*
 * Its instant; a date is the local midnight of the store's zone. A wall time
 * that a change of the clock skips is as long after it as it stands behind
 * the gap's start (02:30 is 03:30); one that is there twice is the first,
 * as clock_instant() has it.
 */
int64_t ical_instant(const struct ical_time *t);
/* The same moment in the form of `like` (kind and zone), from an instant. */
struct ical_time ical_from_instant(int64_t t, const struct ical_time *like);

/*
 * The zone of a TZID: a name of the tz database (also behind a prefix such as
 * /freeassociation.sourceforge.net/), a Windows name ("W. Europe Standard
 * Time", ical_windows.c), or, where vtimezone is not empty (the text
 * BEGIN:VTIMEZONE..END:VTIMEZONE), what that says when the name is unknown.
 * Kept until ical_end(); the same name and text give the same zone. NULL with
 * e set (ERR_DATA, one line, no file) where neither tells. Names are limited
 * to printable ASCII without ".."; nothing outside the tz database is opened.
 */
const struct ical_zone *ical_zone(
    struct span tzid, struct span vtimezone, struct err *e);
const char *ical_zone_name(const struct ical_zone *z);
/*
 * A VTIMEZONE for a zone of the tz database, from the year on in which `from`
 * lies, TZID as its plain name, lines ended as crlf says, each folded.
 * Appends to out.
 */
struct buf;
int ical_vtimezone(struct buf *out, const struct ical_zone *z, int64_t from,
    bool crlf, struct err *e);

/* What repeats. Lists may be NULL. */
struct ical_rule {
	struct ical_time start;	  /* DTSTART (of a task without one: DUE) */
	const struct span *rrule; /* values as written */
	size_t nrrule;
	const struct ical_time *rdate, *exdate;
	size_t nrdate, nexdate;
};

/*
 * Calls fn with each start in order, from the first whose instant is >= from
 * to the last < to, at most `most` of them, none twice. fn returns 0, or 1 for
 * enough. *more (may be NULL) tells that `most` ended it. A start is as the
 * rule has it: its wall time may be in a gap, ical_instant() tells when it is;
 * below a day, those in a gap are left out. With a rule, the start itself is
 * one where the rule says so; RDATEs are passed as written. An EXDATE that is
 * a day excludes all that starts on it. COUNT is counted from the start, also
 * where the window begins later; UNTIL as a day includes all of it.
 *
 * Bounded whatever the rule says: libical 3.0 steps through what it gets right
 * (days to years, BYDAY, BYMONTH, BYMONTHDAY), we through the rest with a
 * budget of work (a fraction of a second), and RSCALE and SKIP are left to
 * libical in a child with limits of CPU time (1 s) and memory. Rules that
 * exceed it, and those that are none, are ERR_DATA, one line, naming the rule.
 */
typedef int ical_start_fn(void *ctx, const struct ical_time *t);
int ical_expand(const struct ical_rule *r, int64_t from, int64_t to,
    size_t most, ical_start_fn *fn, void *ctx, bool *more, struct err *e);

/* Checks a rule's text as entry does: 0, or ERR_DATA. Thread-safe: no. */
int ical_rule_check(struct span rrule, struct err *e);

/* A duration (§3.3.6), PT15M, -P1D, P2W: seconds. False: it is none. */
bool ical_duration(struct span value, int64_t *seconds);

void ical_end(void);

#endif
