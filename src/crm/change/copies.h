/*
 * copies: a meeting of several users is in the calendar of each: its master is
 * its owner's, the others have a copy with the same UID and file name, and
 * X-CRM-OWNER to say whose it is. Copies follow their master.
 */
#ifndef CRM_CRM_CHANGE_COPIES_H
#define CRM_CRM_CHANGE_COPIES_H

#include "crm/change/change.h"

/*
 * Makes, changes and removes the copies of an item within c's transaction.
 * path is the file of its master, owner the folder of whose it is, with the
 * addresses that are invited and what they answered (who declined has no
 * copy), master the file's text; "" where the master is gone, or archived: then
 * there are no copies.
 */
int change_copies(struct changes *c, const char *path, struct span owner,
    struct span uid, struct span with, struct span replies,
    struct span master, struct err *e);

#endif
