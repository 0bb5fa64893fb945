/*
 * hash: the name of some content: git's blob id, a hash that nobody forges by
 * accident or for fun (SHA-1 with collision detection). And names as the bytes
 * that git's files have for them.
 */
#ifndef CRM_STORE_HASH_H
#define CRM_STORE_HASH_H

#include "base/err.h"
#include "base/span.h"
#include "store/repo.h"

#define OID_RAW 20

int content_hash(struct span data, struct oid *out, struct err *e);

/*
 * The same name by plain SHA-1, many times as fast: to tell content from what
 * is known. Nothing is written under a name from here.
 */
void content_name(struct span data, struct oid *out);

/* id is not "". */
void oid_to_raw(unsigned char out[OID_RAW], const struct oid *id);
void oid_of_raw(struct oid *out, const unsigned char raw[OID_RAW]);

#endif
