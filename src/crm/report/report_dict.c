#include "crm/report/report_dict.h"

#include <stdlib.h>

#include "base/mem.h"

static void
slots_grow(struct dict *d)
{
	struct dict_slot *old = d->slot;
	size_t n = d->nslots;

	d->nslots = n ? n * 2 : 256;
	d->slot = xcalloc(d->nslots, sizeof *d->slot);
	for (size_t i = 0; i < n; i++) {
		size_t k;

		if (!old[i].n)
			continue;
		k = spread(old[i].lo, old[i].hi, old[i].n) & (d->nslots - 1);
		while (d->slot[k].n)
			k = (k + 1) & (d->nslots - 1);
		d->slot[k] = old[i];
	}
	free(old);
}

static void
slot_add(struct dict *d, uint64_t lo, uint64_t hi, uint32_t n, uint32_t code)
{
	size_t k;

	if (d->used * 2 >= d->nslots)
		slots_grow(d);
	k = spread(lo, hi, n) & (d->nslots - 1);
	while (d->slot[k].n)
		k = (k + 1) & (d->nslots - 1);
	d->slot[k] = (struct dict_slot){ lo, hi, n, code };
	d->used++;
}

void
dict_remember(struct dict *d, struct span v, uint32_t code)
{
	uint64_t lo, hi;
	bool added;

	if (v.n > 16) {
		strmap_add(&d->raw, arena_span(&d->arena, v), code, &added);
		return;
	}
	words(v, &lo, &hi);
	slot_add(d, lo, hi, (uint32_t)v.n + 1, code);
}

uint32_t
dict_key(struct dict *d, struct span key, struct span label, bool *added)
{
	size_t at = strmap_get(&d->key, key);

	*added = at == (size_t)-1;
	if (!*added)
		return (uint32_t)at;
	GROW(d->code, d->n, d->cap);
	d->code[d->n].key = arena_span(&d->arena, key);
	d->code[d->n].label = arena_span(&d->arena, label);
	strmap_add(&d->key, d->code[d->n].key, d->n, added);
	return (uint32_t)d->n++;
}

void
dict_release(struct dict *d)
{
	free(d->slot);
	free(d->code);
	free(d->day);
	strmap_release(&d->raw);
	strmap_release(&d->key);
	arena_release(&d->arena);
	memset(d, 0, sizeof *d);
}

static void
pairs_grow(struct pairs *p)
{
	struct pairs old = *p;

	p->nslots = old.nslots ? old.nslots * 2 : 256;
	p->key = xcalloc(p->nslots, sizeof *p->key);
	p->val = xcalloc(p->nslots, sizeof *p->val);
	for (size_t i = 0; i < old.nslots; i++) {
		size_t k;

		if (!old.key[i])
			continue;
		k = spread(old.key[i], 0, 0) & (p->nslots - 1);
		while (p->key[k])
			k = (k + 1) & (p->nslots - 1);
		p->key[k] = old.key[i];
		p->val[k] = old.val[i];
	}
	free(old.key);
	free(old.val);
}

/* A pair that is large, or new. */
uint32_t
pairs_far(struct pairs *p, uint32_t a, uint32_t b, bool *added)
{
	uint64_t key = ((uint64_t)a << 32 | b) + 1;
	size_t k;

	*added = true;
	if (a < PAIR_A && b < PAIR_B) {
		if (!p->small)
			p->small = xcalloc(PAIR_A * PAIR_B, sizeof *p->small);
		p->small[a * PAIR_B + b] = (uint32_t)p->n + 1;
		return (uint32_t)p->n++;
	}
	if (p->nhashed * 2 >= p->nslots)
		pairs_grow(p);
	k = spread(key, 0, 0) & (p->nslots - 1);
	for (; p->key[k]; k = (k + 1) & (p->nslots - 1)) {
		if (p->key[k] == key) {
			*added = false;
			return p->val[k];
		}
	}
	p->nhashed++;
	p->key[k] = key;
	p->val[k] = (uint32_t)p->n;
	return (uint32_t)p->n++;
}

void
pairs_release(struct pairs *p)
{
	free(p->small);
	free(p->key);
	free(p->val);
	memset(p, 0, sizeof *p);
}

void
day_remember(struct dict *d, size_t at, uint32_t code)
{
	if (!d->day)
		d->day = xcalloc(DAY_YEARS * 16 * 32, sizeof *d->day);
	d->day[at] = code == NO_CODE ? NO_CODE : code + 1;
}
