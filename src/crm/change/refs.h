/*
 * refs: who refers to records that a command removes. Rows that the command
 * itself removes, or points elsewhere, do not count.
 */
#ifndef CRM_CRM_CHANGE_REFS_H
#define CRM_CRM_CHANGE_REFS_H

#include "crm/change/change.h"

/* The record goes away; changes_check() will ask who refers to it. */
void refs_gone(struct changes *c, uint64_t id);

#endif
