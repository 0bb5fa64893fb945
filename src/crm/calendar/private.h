/*
 * private: what others see of an activity that is private: that the time of
 * its owner is taken, and no more. It is of the owner, of guests who are
 * users, and of nobody else. The files say all of it to whoever can read them.
 */
#ifndef CRM_CRM_CALENDAR_PRIVATE_H
#define CRM_CRM_CALENDAR_PRIVATE_H

#include "crm/calendar/calendar.h"

#define PRIVATE_SUBJECT "(private)"

/* Is a row to be hidden from a person ((size_t)-1: nobody in particular)? */
bool private_hidden(
    const struct calendar *cal, size_t reader, const struct span *value);

/*
 * Takes what is hidden out of the rows of a folder (path, for messages): CSV
 * as cal_read() gives it. What is left of a row is its id, owner and times,
 * with PRIVATE_SUBJECT and no type.
 */
int private_mask(const struct calendar *cal, const char *path, size_t reader,
    struct buf *text, struct err *e);

#endif
