/*
 * save: what was edited by hand enters the history: tables, checked record by
 * record as any other change, the team's crmrc, rules of imports, templates
 * and the logo of documents.
 */
#ifndef CRM_CRM_HISTORY_SAVE_H
#define CRM_CRM_HISTORY_SAVE_H

#include <stddef.h>

#include "base/err.h"
#include "crm/change/change.h"

/*
 * Puts every file of the store that differs from what is committed, that is
 * new or gone; only those at or below file[0..n) where n is not 0. *found is
 * how many. The caller commits. ERR_NOENT for a file that is none of these,
 * ERR_DATA for what is not valid, ERR_BUSY for what is half staged.
 */
int save_edits(struct changes *c, char *const *file, size_t n, size_t *found,
    struct err *e);

#endif
