#include "base/strmap.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/*
 * Open addressing with linear probing, at most half full; nslots is a power
 * of two. The low bits of the hash choose the slot.
 */

/*
 * A slot has the upper half of the hash, so that an entry is looked at only
 * where it is most likely the right one: each look is a cache miss.
 */
static uint64_t
make_slot(uint64_t hash, size_t index)
{
	return (hash & ~(uint64_t)UINT32_MAX) | (index + 1);
}

static size_t
slot_index(uint64_t slot)
{
	return (size_t)(uint32_t)slot - 1;
}

static bool
matches(const struct strmap_entry *x, struct span key)
{
	return x->key.n == key.n &&
	       (key.n == 0 || memcmp(x->key.p, key.p, key.n) == 0);
}

/* The slot that holds key, or the free one where it belongs; nslots > 0. */
static size_t
find(const struct strmap *m, struct span key, uint64_t hash)
{
	size_t mask = m->nslots - 1, i = hash & mask;

	for (; m->slot[i]; i = (i + 1) & mask) {
		if ((m->slot[i] ^ hash) >> 32 == 0 &&
		    matches(&m->entry[slot_index(m->slot[i])], key))
			break;
	}
	return i;
}

size_t
strmap_get(const struct strmap *m, struct span key)
{
	uint64_t slot;

	if (m->n == 0)
		return (size_t)-1;
	slot = m->slot[find(m, key, span_hash(key))];
	return slot ? m->entry[slot_index(slot)].value : (size_t)-1;
}

static void
rehash(struct strmap *m)
{
	size_t nslots = m->nslots ? m->nslots * 2 : 32, mask = nslots - 1;

	free(m->slot);
	m->slot = xcalloc(nslots, sizeof *m->slot);
	m->nslots = nslots;
	for (size_t k = 0; k < m->n; k++) {
		size_t i = m->entry[k].hash & mask;

		while (m->slot[i])
			i = (i + 1) & mask;
		m->slot[i] = make_slot(m->entry[k].hash, k);
	}
}

struct strmap_entry *
strmap_add(struct strmap *m, struct span key, size_t value, bool *added)
{
	uint64_t hash = span_hash(key);
	struct strmap_entry *x;
	size_t i;

	if (m->n >= m->nslots / 2)
		rehash(m);
	i = find(m, key, hash);
	*added = m->slot[i] == 0;
	if (!*added)
		return &m->entry[slot_index(m->slot[i])];
	GROW(m->entry, m->n, m->cap);
	m->slot[i] = make_slot(hash, m->n);
	x = &m->entry[m->n++];
	x->key = span_n(key.p, key.n);
	x->hash = hash;
	x->value = value;
	return x;
}

void
strmap_set(struct strmap *m, struct span key, size_t value)
{
	bool added;

	strmap_add(m, key, value, &added)->value = value;
}

void
strmap_release(struct strmap *m)
{
	free(m->entry);
	free(m->slot);
	memset(m, 0, sizeof *m);
}
