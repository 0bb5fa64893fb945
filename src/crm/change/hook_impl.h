/* hook_impl: what the files of hooks share: the lines that programs read. */
#ifndef CRM_CRM_CHANGE_HOOK_IMPL_H
#define CRM_CRM_CHANGE_HOOK_IMPL_H

#include "base/json.h"
#include "crm/change/hook.h"

/* An object of the fields that are filled; null for none. */
void hook_record(struct json *j, const struct record *r);

/*
 * Appends to the object of a record of that kind, whose closing brace is not
 * written yet, what belongs to it: lines of orders and of quotes, the order
 * and the line of deliveries, the order of payments.
 */
int hook_details(struct changes *c, struct span entity, uint64_t id,
    struct buf *out, struct err *e);

#endif
