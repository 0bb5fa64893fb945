/*
 * invite: a meeting as an invitation (iTIP REQUEST, or CANCEL) in a mail, for
 * sendmail -t: multipart/alternative, the text and text/calendar. Of the item
 * only that goes out which the others need: what, when, where, who; neither
 * notes nor anything of the CRM's, nor our reminders.
 */
#ifndef CRM_CRM_CALENDAR_INVITE_H
#define CRM_CRM_CALENDAR_INVITE_H

#include "crm/calendar/calendar.h"

/*
 * Appends the mail. ERR_USAGE: nobody is invited; ERR_PERM: somebody else is
 * its organizer; ERR_DATA: its owner has no mail address, or an address is
 * none.
 */
int invite_mail(struct session *s, uint64_t id, bool cancel, struct buf *out,
    struct err *e);

/* Before it is written: could its row (by field of act) be sent so? */
int invite_check(
    const struct calendar *cal, const struct span *value, struct err *e);

#endif
