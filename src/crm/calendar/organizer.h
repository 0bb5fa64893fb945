/*
 * organizer: who invited to a meeting, where that is none of our users.
 */
#ifndef CRM_CRM_CALENDAR_ORGANIZER_H
#define CRM_CRM_CALENDAR_ORGANIZER_H

#include "crm/calendar/item.h"

/*
 * Appends a line that the organizer does not know, where somebody else's
 * meeting is to take place at another time or place, or not at all: what is
 * said in iCalendar to move others is only for the organizer to say (RFC 5546
 * §2.1.1). Both are rows of the item. What is done of it is ours alone.
 */
void organizer_unaware(struct item *it, const struct span *before,
    const struct span *after, struct buf *out);

#endif
