#include "base/strmap.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/*
 * Open addressing with linear probing, at most half full; nslots is a power
 * of two. The low bits of the hash choose the slot.
 */

static bool
matches(const struct strmap_entry *x, struct span key, uint64_t hash)
{
	return x->hash == hash && x->key.n == key.n &&
	       (key.n == 0 || memcmp(x->key.p, key.p, key.n) == 0);
}

/* The slot that holds key, or the free one where it belongs; nslots > 0. */
static size_t
find(const struct strmap *m, struct span key, uint64_t hash)
{
	size_t mask = m->nslots - 1, i = hash & mask;

	while (m->slot[i] && !matches(&m->entry[m->slot[i] - 1], key, hash))
		i = (i + 1) & mask;
	return i;
}

size_t
strmap_get(const struct strmap *m, struct span key)
{
	size_t i;

	if (m->n == 0)
		return (size_t)-1;
	i = m->slot[find(m, key, span_hash(key))];
	return i ? m->entry[i - 1].value : (size_t)-1;
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
		m->slot[i] = (uint32_t)(k + 1);
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
		return &m->entry[m->slot[i] - 1];
	GROW(m->entry, m->n, m->cap);
	x = &m->entry[m->n++];
	x->key = span_n(key.p, key.n);
	x->hash = hash;
	x->value = value;
	m->slot[i] = (uint32_t)m->n;
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
