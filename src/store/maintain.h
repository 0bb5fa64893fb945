/*
 * maintain: how much lies loose in the object store; see txn_maintain().
 */
#ifndef CRM_STORE_MAINTAIN_H
#define CRM_STORE_MAINTAIN_H

#include <stdint.h>

#include "store/place.h"

/* Adds to the count in .git/crm/loose. Best effort; under the lock. */
void maintain_count(struct place *p, uint64_t bytes, uint64_t objects);

#endif
