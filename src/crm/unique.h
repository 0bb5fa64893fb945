/*
 * unique: fields flagged FIELD_UNIQUE hold a value in one record only.
 */
#ifndef CRM_CRM_UNIQUE_H
#define CRM_CRM_UNIQUE_H

#include "crm/change.h"

/*
 * Looks for another record with the same (folded) value of each unique field
 * that after changes; ERR_DUPLICATE names it.
 */
int unique_check(struct session *s, const struct record *before,
    const struct record *after, struct err *e);

#endif
