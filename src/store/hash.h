/*
 * hash: the name of some content: git's blob id, a hash that nobody forges by
 * accident or for fun (SHA-1 with collision detection).
 */
#ifndef CRM_STORE_HASH_H
#define CRM_STORE_HASH_H

#include "base/err.h"
#include "base/span.h"
#include "store/repo.h"

int content_hash(struct span data, struct oid *out, struct err *e);

#endif
