/*
 * who: whose calendars are meant. "ana,bo" (logins, names, ids, "me"),
 * "team:Sales", "under:me" (all whose managers lead up to that person, who is
 * not one of them), "all"; any of them with commas between.
 */
#ifndef CRM_CRM_CALENDAR_WHO_H
#define CRM_CRM_CALENDAR_WHO_H

#include "crm/calendar/calendar.h"

/* Indexes in cal->person, in the order they are named, each once. */
struct who {
	size_t *v;
	size_t n, cap;
};

/*
 * Adds those that text names; teams and "all" are of people who are active.
 * ERR_USAGE or ERR_NOENT for what names nobody.
 */
int who_add(struct calendar *cal, struct span text, struct who *out,
    struct err *e);

/* The person who runs it; (size_t)-1 where config/users.csv has them not. */
size_t who_me(struct calendar *cal);

void who_release(struct who *w);

#endif
