/*
 * trust: nothing that came with a store is run unless the person trusted it as
 * it is. Trust is a hash of the file's content and its path, one a line in
 * $XDG_DATA_HOME/crm/trusted (or ~/.local/share/crm/trusted); a changed file
 * must be trusted anew. Programs outside the store are the person's own, but
 * for those that a link in the store leads to.
 */
#ifndef CRM_CRM_TRUST_H
#define CRM_CRM_TRUST_H

#include "base/err.h"
#include "crm/session.h"

/*
 * May program be run? ERR_PERM, saying how to trust it, where not. *image is 0
 * where it is the person's own, to be run by its path, else a copy of what was
 * found trusted, to be run in its place (struct spawn) and closed.
 */
int trust_open(
    struct session *s, const char *program, int *image, struct err *e);

/* Records (or withdraws) the trust in a file as it now is. */
int trust_add(const char *program, struct err *e);
int trust_remove(const char *program, struct err *e);

#endif
