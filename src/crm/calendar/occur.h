/*
 * occur: what takes place when. A row of act is one occurrence, or, where it
 * repeats, as many as its rule gives in a window, each with what is different
 * in it ("exceptions", item.h). Rows come from the index; the file of a series
 * is not opened, since its row says it all (repeat, zone, exceptions).
 */
#ifndef CRM_CRM_CALENDAR_OCCUR_H
#define CRM_CRM_CALENDAR_OCCUR_H

#include "crm/calendar/calendar.h"

struct occurrence {
	uint64_t id;
	const struct span *value; /* the row by field of act, as it is then */
	struct span key; /* which of a series, as in exceptions; "" of none */
	int64_t from, to; /* instants; the same for what takes no time. Whole
			     days: local midnights, to is behind the last */
	bool day;	  /* takes whole days, or is due some time on a day */
	bool copy;	  /* person's part in a meeting of another's calendar */
	size_t person;	  /* in whose calendar it is; index in cal->person */
};

enum occur_what {
	OCCUR_EVENTS = 1 << 0,
	OCCUR_TASKS = 1 << 1, /* by when they are due; without a due: none */
	OCCUR_NOTES = 1 << 2,
	OCCUR_DONE = 1 << 3,	  /* also what is done */
	OCCUR_CANCELLED = 1 << 4, /* also what is called off */
	OCCUR_ARCHIVE = 1 << 5,	  /* look into archives, too */
	OCCUR_ONCE = 1 << 6, /* a meeting of several persons once, its master's */
};

struct occurrences {
	struct occurrence *v; /* by from, then to, then id, then key */
	size_t n, cap;
	struct buf flaws; /* lines to say: files that cannot be read */
	struct arena arena;
	bool more; /* a series had more than 10,000 in the window */
};

/*
 * All that touches [from, to) of these persons (indexes in cal->person; n 0:
 * everybody's). A moment that is the end of one and the start of the window is
 * no touch, but what takes no time is at its moment.
 */
int occur_collect(struct calendar *cal, const size_t *person, size_t n,
    int64_t from, int64_t to, unsigned what, struct occurrences *out,
    struct err *e);
void occurrences_release(struct occurrences *o);

/*
 * The line of "exceptions" for one occurrence of a series changed: sets, for
 * the occurrence at key, field=value pairs (nfield of them), or where nfield
 * is 0 takes it out ("-"). Appends the whole new cell to out.
 */
int exceptions_set(struct calendar *cal, const struct span *value,
    struct span key, const char *const *field, const struct span *set,
    size_t nfield, struct buf *out, struct err *e);

/*
 * The key of the occurrence of a series that a person means: a day or time
 * (cell form) of it, or "" for the next that is not over. ERR_NOENT with the
 * nearest ones where there is none.
 */
int occur_key(struct calendar *cal, const struct span *value,
    struct span when, char key[32], struct err *e);

#endif
