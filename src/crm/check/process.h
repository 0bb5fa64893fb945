/*
 * process: tables of config/ that say more than their cells do: what deals need
 * for a stage, payment terms, taxes. Whoever checks such a table by its cells
 * asks here as well.
 */
#ifndef CRM_CRM_CHECK_PROCESS_H
#define CRM_CRM_CHECK_PROCESS_H

#include "base/err.h"
#include "crm/session.h"

/*
 * Reads the table at path as the commands do that need it. ERR_DATA with file
 * and line where they would refuse it; 0 for every other file.
 */
int process_check(struct session *s, const char *path, struct err *e);

#endif
