/*
 * agenda: the days of people: what takes place on each, as one person may see
 * it. Days are those of the reader's zone; private items of others show only
 * that time is taken; events of one person that overlap are conflicts.
 */
#ifndef CRM_CRM_CALENDAR_AGENDA_H
#define CRM_CRM_CALENDAR_AGENDA_H

#include "crm/calendar/occur.h"

enum { AGENDA_DAYS = 7, AGENDA_DAYS_MAX = 3660 };

struct agenda_item {
	struct occurrence o; /* times of whole days are the reader's */
	size_t *person;	     /* in whose calendars it is; npersons of them */
	size_t npersons;
	int32_t first, last; /* days */
	bool hidden;   /* private, of another */
	bool done, cancelled, overdue;
	bool conflict; /* somebody is at two places */
	/* what may be shown; "(private)" and nothing more where hidden */
	struct span type, subject, where;
	struct span about; /* names of its records, ", " between */
};

/* Two open events of one person at a time; indexes in item. */
struct agenda_conflict {
	size_t a, b, person;
};

struct agenda {
	struct calendar *cal;
	int32_t first, today; /* days */
	int days;
	int64_t from, to, now; /* instants */
	struct span zone; /* the reader's, where it is not the store's */
	struct agenda_item *item; /* by from; parts of one meeting are one */
	size_t n;
	struct agenda_item *late; /* tasks due before the window: only where
				     today is in it; the last of a series */
	size_t nlate;
	struct agenda_conflict *conflict; /* by time; at least 50 */
	size_t nconflicts;		  /* all of them */
	struct occurrences occur, before;
	struct strmap names; /* of records: id -> name */
	struct span *name;
	size_t nnames, name_cap;
	struct arena arena;
};

/* What is asked for. */
struct agenda_query {
	const size_t *person;
	size_t npersons;
	size_t reader; /* (size_t)-1: nobody's own */
	const char *zone; /* the reader's; "" or NULL: the store's */
	struct span day; /* word of a day or a period; empty: today */
	enum date_unit unit; /* UNIT_DAY, or the week or month of the day */
	int days; /* of UNIT_DAY, from a day on; 0: as many as the period has,
		     AGENDA_DAYS of a day */
	unsigned what;
	bool names; /* look names of records up */
};

/*
 * Fills out. From then on the process's zone is the reader's: times shown to
 * people are theirs. Flaws of files are in out->occur.flaws.
 */
int agenda_make(struct calendar *cal, const struct agenda_query *q,
    struct agenda *out, struct err *e);
void agenda_release(struct agenda *a);

/* Is the item on a day? */
bool agenda_is_on(const struct agenda_item *x, int32_t day);

/* The folder name or, if it has one, the name of a person; "" of nobody. */
struct span agenda_person(const struct agenda *a, size_t person);

#endif
