/*
 * trust: nothing that came with a store is run unless the person trusted it as
 * it is. Trust is a hash of the file's content and its path, one a line in
 * $XDG_DATA_HOME/crm/trusted (or ~/.local/share/crm/trusted); a changed file
 * must be trusted anew. Programs outside the store are the person's own.
 */
#ifndef CRM_CRM_TRUST_H
#define CRM_CRM_TRUST_H

#include "base/err.h"
#include "crm/session.h"

/* 0 where program may be run; else ERR_PERM saying how to trust it. */
int trust_check(struct session *s, const char *program, struct err *e);

/* Records (or withdraws) the trust in a file as it now is. */
int trust_add(struct session *s, const char *program, struct err *e);
int trust_remove(struct session *s, const char *program, struct err *e);

#endif
