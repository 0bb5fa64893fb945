/*
 * words: when something takes place and for how long, from the words of a
 * command line in any order: "fri 14:00", "tomorrow 10:00" as one word or two,
 * "10:00-11:30", "+15min", every date word, a stored time; 30m, 45min, 1h,
 * 1h30, 1.5h, 2d for how long; and, for what is moved, +1d or -30min.
 */
#ifndef CRM_CRM_CALENDAR_WORDS_H
#define CRM_CRM_CALENDAR_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/err.h"
#include "base/span.h"

/* What was said. Zero is: nothing. */
struct when_words {
	int32_t day;
	struct span time; /* "9:30", or empty; borrowed */
	int64_t instant;  /* a moment, said as one word */
	bool has_day, has_instant;
	int64_t minutes; /* how long, of hours and minutes; 0 */
	int days;	 /* how long, of days; 0 */
	int64_t shift;	 /* +2h, in seconds */
	int shift_n;	 /* +1d, +2w: so many units */
	enum date_unit shift_unit;
	bool has_shift;
};

/*
 * Takes a word: 1; 0 where it says nothing of the time; -1 where it does, but
 * not what can be used (a whole week, a second day), or seems misspelt.
 * With shifts, +1d and -30min are taken as such, else as from now.
 */
int when_word(struct when_words *w, const struct date_ctx *d,
    struct span word, bool shifts, struct err *e);

/* 1.5h and other quarters of an hour, as minutes. */
bool when_hours(struct span s, int64_t *minutes);

/* Is a moment or a day said? */
bool when_said(const struct when_words *w);

/*
 * The cell, appended: a day, or an instant. of, where not NULL, is the cell
 * that is moved: its day or its time of day stay where no other is said. A
 * time alone is today's. ERR_USAGE for a time that is none.
 */
int when_cell(const struct when_words *w, const struct date_ctx *d,
    struct span of, struct buf *out, struct err *e);

/*
 * The cell of a text that says when and nothing else, such as the value of an
 * option: "yesterday 14:00", "9:30"; appended.
 */
int when_text(const struct date_ctx *d, struct span text, struct buf *out,
    struct err *e);

/*
 * The cell so much later than start, appended: of whole days the last day.
 * Nothing is appended where no duration was said. ERR_USAGE for minutes of
 * whole days.
 */
int when_end(const struct when_words *w, const struct date_ctx *d,
    struct span start, struct buf *out, struct err *e);

/* A cell shifted by so much in local time; appended. */
void when_shift(const struct when_words *w, const struct date_ctx *d,
    struct span cell, struct buf *out);

#endif
