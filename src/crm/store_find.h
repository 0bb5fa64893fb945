/*
 * store_find: where the store is, and whether a crmrc is that of a store which
 * we can read.
 */
#ifndef CRM_CRM_STORE_FIND_H
#define CRM_CRM_STORE_FIND_H

#include "base/err.h"
#include "base/span.h"

/*
 * The absolute path of the store (caller frees), or NULL: at dir, or, where
 * dir is NULL, at $CRM_DIR, else at the nearest folder upwards from here, else
 * at ~/crm.
 */
char *store_find(const char *dir, struct err *e);

/* Checks the first line of a store's crmrc. */
int store_check_format(struct span crmrc, struct err *e);

/* Path of the person's crmrc (caller frees), or NULL where there is no home. */
char *store_person_rc(void);

#endif
