/*
 * copies: a meeting of several users is in the calendar of each: its master is
 * its owner's, the others have a copy with the same UID and file name, and
 * X-CRM-OWNER to say whose it is. Copies follow their master, but for their
 * reminders (VALARM), which are each person's own; a new copy begins with the
 * master's. One that another program gave another file name keeps it.
 */
#ifndef CRM_CRM_CHANGE_COPIES_H
#define CRM_CRM_CHANGE_COPIES_H

#include "crm/calendar/calendar.h"
#include "crm/session.h"
#include "store/txn.h"

/* A meeting as its copies are to be. */
struct copied {
	struct span uid;
	struct span owner; /* the folder of whose it is */
	struct span with, replies; /* fields of act; who declined has none */
	struct span master; /* the file's text; "": gone, or archived */
	bool fresh; /* it is new: there are no copies yet */
	bool ask;   /* nothing is written: would it be refused? */
};

/*
 * Makes, changes and removes the copies of an item within the transaction.
 * path is the file of its master. A file of a copy's name that cannot be read
 * is left alone.
 */
int change_copies(struct session *s, struct txn *txn, const char *path,
    const struct copied *m, struct err *e);

/*
 * Appends the logins of users who are invited to a meeting, come, and have no
 * copy of it, by ", ". Of m, master and fresh are not looked at.
 */
int copies_lacking(
    struct calendar *cal, const struct copied *m, struct buf *out,
    struct err *e);

#endif
