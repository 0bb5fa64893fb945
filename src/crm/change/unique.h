/*
 * unique: fields flagged FIELD_UNIQUE hold a value in one record only, in the
 * store and among what one command changes.
 */
#ifndef CRM_CRM_CHANGE_UNIQUE_H
#define CRM_CRM_CHANGE_UNIQUE_H

#include "crm/change/change.h"

/*
 * Looks for another record with the same (folded) value of each unique field
 * that after changes; ERR_DUPLICATE names it.
 */
int unique_check(struct changes *c, const struct record *before,
    const struct record *after, struct err *e);

/*
 * Another record with the same value of its field f, which has one; *who 0:
 * none. What was asked last is kept, so that giving a value that was found to
 * be free does not read the store again.
 */
int unique_holder(struct changes *c, const struct record *r,
    const struct field *f, uint64_t *who, struct err *e);

/* after was written, and has its id: its values are taken from here on. */
void unique_take(struct changes *c, const struct record *before,
    const struct record *after);

void unique_free(struct unique *u);

#endif
