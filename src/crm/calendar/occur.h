/*
 * occur: what takes place when. A row of act is one occurrence, or, where it
 * repeats, as many as its rule gives in a window, each with what is different
 * in it ("exceptions", item.h). Rows come from the index; the file of a series
 * is opened only where it defines a time zone that nobody else knows.
 *
 * The start of a series is its first occurrence, whatever its rule says (RFC
 * 5545 §3.8.5.3); what is overridden takes place, though it be excluded too.
 */
#ifndef CRM_CRM_CALENDAR_OCCUR_H
#define CRM_CRM_CALENDAR_OCCUR_H

#include "crm/calendar/calendar.h"

struct occurrence {
	uint64_t id;
	enum item_kind kind;
	const struct span *value; /* the row by field of act, as it is then; of
				     a series without repeat and exceptions */
	struct span key; /* which of a series, as in exceptions; "" of none */
	int64_t from, to; /* instants; the same for what takes no time. Whole
			     days: local midnights, to is behind the last */
	bool day;	  /* takes whole days, or is due some time on a day */
	bool copy;	  /* person's part in a meeting of another's calendar */
	size_t person;	  /* in whose calendar it is; index in cal->person;
			     (size_t)-1: of a folder that is nobody's */
};

enum occur_what {
	OCCUR_EVENTS = 1 << 0,
	OCCUR_TASKS = 1 << 1, /* by when they are due; without a due: none */
	OCCUR_NOTES = 1 << 2, /* at their start; without one: none */
	OCCUR_DONE = 1 << 3,	  /* also what is done */
	OCCUR_CANCELLED = 1 << 4, /* also what is called off */
	OCCUR_ARCHIVE = 1 << 5,	  /* look into archives, too */
	OCCUR_ONCE = 1 << 6, /* a meeting of several persons once, its master's
				where that is among them */
};

struct occurrences {
	struct occurrence *v; /* by from, then to, then id, then key, person */
	size_t n, cap;
	struct buf flaws; /* lines to say: files that cannot be read */
	struct arena arena;
	bool more; /* a series had more than 10,000 in the window */
};

/*
 * All that touches [from, to) of these persons (indexes in cal->person; n 0:
 * everybody's). A moment that is the end of one and the start of the window is
 * no touch, but what takes no time is at its moment. Only their folders are
 * read, and only rows that may touch are taken apart. A rule that is none, or
 * that takes too long, is a flaw, and the row is what it says itself.
 */
int occur_collect(struct calendar *cal, const size_t *person, size_t n,
    int64_t from, int64_t to, unsigned what, struct occurrences *out,
    struct err *e);
void occurrences_release(struct occurrences *o);

/*
 * The occurrences of one row (of act, by field; not one of an occurrence) that
 * touch [from, to), at most `most`, appended in that order. kind is what it
 * is, person whose. path is its file, or NULL. ERR_DATA: of its rule.
 */
struct occur_row {
	const struct span *value;
	enum item_kind kind;
	const char *path;
	size_t person;
	bool copy;
};
int occur_row(struct calendar *cal, const struct occur_row *row, int64_t from,
    int64_t to, size_t most, struct occurrences *out, struct err *e);

/* When a row takes place; false: nobody knows. */
bool occur_times(struct calendar *cal, enum item_kind kind,
    const struct span *value, int64_t *from, int64_t *to, bool *day);

/*
 * The line of "exceptions" for one occurrence of a series changed: sets, for
 * the occurrence at key, field=value pairs (nfield of them) beside those that
 * it has, or where nfield is 0 takes it out ("-"). value is the series' own
 * row. Appends the whole new cell to out. ERR_USAGE for a field that an
 * occurrence cannot have of its own.
 */
int exceptions_set(struct calendar *cal, const struct span *value,
    struct span key, const char *const *field, const struct span *set,
    size_t nfield, struct buf *out, struct err *e);

/*
 * The key of the occurrence of a series that a person means: when is a day or
 * an instant (cell form) on or at which it takes place, or its key; or "": the
 * next that is not over, of a task the first that is open, at most a year
 * back. value is the series' own row. ERR_NOENT with the nearest ones where
 * there is none.
 */
int occur_key(struct calendar *cal, const struct span *value,
    struct span when, char key[32], struct err *e);

#endif
