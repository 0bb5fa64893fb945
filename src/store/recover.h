/*
 * recover: finishes or undoes what a killed writer left.
 */
#ifndef CRM_STORE_RECOVER_H
#define CRM_STORE_RECOVER_H

#include "store/place.h"

/*
 * Under the writers' lock, without the readers'. Where HEAD has the journal's
 * commit the work tree and index are brought to it; else nothing has happened
 * yet. May itself be killed anywhere and done again. ERR_BUSY where another
 * program holds git's index, or a reader does not end, until the deadline.
 */
int recover(struct place *p, int64_t deadline, struct err *e);

struct journal;
struct repo;

/* Appends the commit to the reflogs of the journal's ref and of HEAD. */
int write_reflogs(
    struct place *p, struct repo *r, const struct journal *j, struct err *e);

#endif
