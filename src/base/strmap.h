/*
 * strmap: hash table from a byte string to a size_t. Keys are borrowed and
 * must outlive the map. Iteration order is insertion order (entry[0..n)).
 * Zero is a valid empty map.
 */
#ifndef CRM_BASE_STRMAP_H
#define CRM_BASE_STRMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct strmap_entry {
	struct span key;
	uint64_t hash;
	size_t value;
};

struct strmap {
	struct strmap_entry *entry;
	uint64_t *slot; /* upper half of the hash, index + 1; 0 is free */
	size_t n, cap, nslots;
};

/* The value, or (size_t)-1 where the key is absent. */
size_t strmap_get(const struct strmap *m, struct span key);

/*
 * Adds key with value unless it is there. Returns the entry (valid until the
 * next add) and sets *added.
 */
struct strmap_entry *strmap_add(
    struct strmap *m, struct span key, size_t value, bool *added);
void strmap_set(struct strmap *m, struct span key, size_t value);
void strmap_release(struct strmap *m);

#endif
