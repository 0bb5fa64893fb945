/*
 * remind: what is to be told by now. An activity with reminders of its own is
 * told at these; one without, when it begins or is due (what is of a whole
 * day: when that day's work begins).
 */
#ifndef CRM_CRM_CALENDAR_REMIND_H
#define CRM_CRM_CALENDAR_REMIND_H

#include "crm/calendar/occur.h"
#include "crm/calendar/told.h"
#include "crm/calendar/who.h"

struct reminder {
	const struct occurrence *o;
	int64_t moment; /* the earliest that was not told */
};

struct reminders {
	struct reminder *v; /* by moment */
	size_t n, cap;
	struct occurrences all;
};

/*
 * What is to be told to these people of all that rings before now + within
 * seconds: what was not told, and either is still to come or rang since it was
 * last looked at (at most a week ago). It is noted in told, which the caller
 * writes when it has been told. again: also what was told, but only what is
 * still to come.
 */
int remind_find(struct calendar *cal, const struct who *who, int64_t now,
    int64_t within, bool again, struct told *told, struct reminders *out,
    struct err *e);
void reminders_release(struct reminders *r);

#endif
