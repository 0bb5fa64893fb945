/*
 * refs: who refers to records that a command removes. Rows that the command
 * itself removes, or points elsewhere, do not count.
 */
#ifndef CRM_CRM_CHANGE_REFS_H
#define CRM_CRM_CHANGE_REFS_H

#include "crm/change/change.h"

/* The record goes away; refs_check() will ask who refers to it. */
void refs_gone(struct changes *c, uint64_t id);

/*
 * ERR_PERM where a record refers to one of those gone. What was found in order
 * is not asked again.
 */
int refs_check(struct changes *c, struct err *e);

#endif
