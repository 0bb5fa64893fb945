/* value_impl: what value.c and value_entry.c share. Not for others. */
#ifndef CRM_CRM_CHANGE_VALUE_IMPL_H
#define CRM_CRM_CHANGE_VALUE_IMPL_H

#include "crm/config.h"
#include "crm/change/value.h"

bool value_is_period(struct span v);

/*
 * The choices of a field; "@sources" are the keys of that table. room holds
 * those that are listed in the field itself.
 */
int value_choices(struct session *s, const struct field *f, struct keyset *out,
    struct span *room, size_t cap, struct err *e);
int value_unknown_choice(const struct field *f, struct span v,
    const struct keyset *k, struct err *e);
int value_check_stage(struct session *s, const struct field *f, struct span v,
    struct span pipeline, struct err *e);

#endif
