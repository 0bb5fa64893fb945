#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/query_priv.h"
#include "store/id.h"

static size_t
hash_slot(uint64_t id, size_t nslots)
{
	/* Fibonacci hashing: the high bits of the product are well mixed. */
	return (size_t)((id * 0x9e3779b97f4a7c15u) >> 20) & (nslots - 1);
}

const struct span *
jtable_get(const struct jtable *t, uint64_t id)
{
	size_t i;

	if (id == 0 || t->nslots == 0)
		return NULL;
	i = hash_slot(id, t->nslots);
	while (t->key[i] != id) {
		if (t->key[i] == 0)
			return NULL;
		i = (i + 1) & (t->nslots - 1);
	}
	return t->cell + t->row[i] * t->stride;
}

const struct span *
jtable_find(const struct jtable *t, struct span id)
{
	return jtable_get(t, id_pack_canonical(id));
}

static void
jtable_empty(struct jtable *t)
{
	for (size_t i = 0; i < t->narenas; i++)
		arena_release(&t->arena[i]);
	free(t->arena);
	free(t->key);
	free(t->row);
	free(t->cell);
	free(t->id);
	t->arena = NULL;
	t->key = NULL;
	t->row = NULL;
	t->cell = NULL;
	t->id = NULL;
	t->narenas = t->nslots = t->nrows = t->row_cap = 0;
	t->full = false;
}

void
jtable_free(struct jtable *t)
{
	if (!t)
		return;
	jtable_empty(t);
	free(t->want.name);
	free(t);
}

/* The first of several rows with one id counts, as anywhere else. */
static void
jtable_index(struct jtable *t)
{
	size_t nslots = 16, i;

	while (nslots < 2 * t->nrows)
		nslots *= 2;
	free(t->key);
	free(t->row);
	t->key = xcalloc(nslots, sizeof *t->key);
	t->row = xcalloc(nslots, sizeof *t->row);
	t->nslots = nslots;
	for (size_t k = 0; k < t->nrows; k++) {
		if (t->id[k] == 0)
			continue;
		i = hash_slot(t->id[k], nslots);
		while (t->key[i] && t->key[i] != t->id[k])
			i = (i + 1) & (nslots - 1);
		if (t->key[i] == t->id[k])
			continue;
		t->key[i] = t->id[k];
		t->row[i] = (uint32_t)k;
	}
}

/* What one thread has loaded. */
struct part {
	struct arena arena;
	struct span *cell;
	uint64_t *id, *seq;
	size_t nrows, cap;
};

struct loader {
	struct jtable *t;
	struct part **part;
	size_t nparts, cap;
};

static void *
part_begin(void *ctx, struct err *e)
{
	struct loader *l = ctx;

	(void)e;
	GROW(l->part, l->nparts, l->cap);
	l->part[l->nparts] = xcalloc(1, sizeof **l->part);
	return l->part[l->nparts++];
}

static int
part_row(void *state, const struct row *r, struct err *e)
{
	struct part *p = state;
	size_t n = r->q->want.n;
	struct span *cell;

	(void)e;
	if (p->nrows == p->cap) {
		p->cap = p->cap ? p->cap * 2 : 256;
		p->id = xreallocarray(p->id, p->cap, sizeof *p->id);
		p->cell = xreallocarray(p->cell, p->cap, n * sizeof *p->cell);
	}
	cell = p->cell + p->nrows * n;
	p->id[p->nrows++] = id_pack_canonical(r->cell[0]);
	for (size_t i = 0; i < n; i++)
		cell[i] = r->cell[i].n ? arena_span(&p->arena, r->cell[i])
				       : span_n("", 0);
	return 0;
}

static void
part_free(struct part *p)
{
	arena_release(&p->arena);
	free(p->cell);
	free(p->id);
	free(p);
}

/* Moves the rows of a part into the table. */
static void
jtable_take(struct jtable *t, struct part *p)
{
	size_t n = t->nrows + p->nrows, w = t->stride;

	if (p->nrows) {
		t->cell = xreallocarray(t->cell, n, w * sizeof *t->cell);
		t->id = xreallocarray(t->id, n, sizeof *t->id);
		memcpy(t->cell + t->nrows * w, p->cell,
		    p->nrows * w * sizeof *t->cell);
		memcpy(t->id + t->nrows, p->id, p->nrows * sizeof *t->id);
		t->nrows = n;
	}
	t->arena = xreallocarray(t->arena, t->narenas + 1, sizeof *t->arena);
	t->arena[t->narenas++] = p->arena;
	memset(&p->arena, 0, sizeof p->arena);
}

static int
load_query(struct jtable *t, struct query *q, struct loader *l, struct err *e)
{
	struct sink sink = { .begin = part_begin, .row = part_row, .ctx = l };
	struct path *p;

	for (size_t i = 0; i < t->want.n; i++) {
		if (query_path(q, t->want.name[i], false, &p, e) < 0)
			return -1;
	}
	return query_run(q, &sink, e);
}

/* Of the ids those that the table does not have yet, to out. */
static size_t
unknown_ids(const struct jtable *t, const uint64_t *id, size_t n, uint64_t *out)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		if (id[i] && id_letter(id[i]) == t->ent->letter &&
		    !jtable_get(t, id[i]))
			out[k++] = id[i];
	}
	return k;
}

int
jtable_load(struct jtable *t, struct session *s, const uint64_t *id, size_t n,
    bool all, struct err *e)
{
	struct loader l = { .t = t };
	struct query *q;
	uint64_t *want = NULL;
	int rc = -1;

	if (t->stride != t->want.n || (all && !t->full))
		jtable_empty(t);
	if (t->full)
		return 0;
	t->stride = t->want.n;
	q = query_new(s, t->ent);
	if (!all) {
		want = xcalloc(n ? n : 1, sizeof *want);
		n = unknown_ids(t, id, n, want);
		query_ids(q, want, n);
	}
	if (!all && n == 0)
		rc = 0;
	else if (load_query(t, q, &l, e) == 0)
		rc = 0;
	for (size_t i = 0; i < l.nparts; i++) {
		if (rc == 0)
			jtable_take(t, l.part[i]);
		part_free(l.part[i]);
	}
	if (rc == 0) {
		jtable_index(t);
		t->full = all;
	}
	free(l.part);
	free(want);
	query_free(q);
	return rc;
}
