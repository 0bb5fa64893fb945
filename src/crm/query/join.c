#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/query/query_impl.h"
#include "store/id.h"

static size_t
hash(const struct jtable *t, uint64_t id)
{
	/* Fibonacci hashing: the high bits of the product are well mixed. */
	return (size_t)((id * 0x9e3779b97f4a7c15u) >> 24) & (t->nhash - 1);
}

static const struct span *
jtable_get(const struct jtable *t, uint64_t id)
{
	size_t h;

	if (id == 0 || t->nhash == 0)
		return NULL;
	h = hash(t, id);
	for (uint32_t i = t->first[h]; i < t->first[h + 1]; i++) {
		if (t->id[i] == id)
			return t->cell + i * t->stride;
	}
	return NULL;
}

/* Three steps, each with the memory that the one before has asked for. */
void
jtable_lookup(const struct jtable *t, const uint64_t *id, size_t n,
    const struct span **cell)
{
	for (size_t i = 0; i < n; i++)
		__builtin_prefetch(&t->first[hash(t, id[i])]);
	for (size_t i = 0; i < n; i++)
		__builtin_prefetch(&t->id[t->first[hash(t, id[i])]]);
	for (size_t i = 0; i < n; i++) {
		cell[i] = jtable_get(t, id[i]);
		if (!cell[i])
			continue;
		__builtin_prefetch(cell[i]);
		__builtin_prefetch(cell[i] + t->stride - 1);
	}
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
	free(t->first);
	free(t->cell);
	free(t->id);
	free(t->seq);
	t->arena = NULL;
	t->first = NULL;
	t->cell = NULL;
	t->id = t->seq = NULL;
	t->narenas = t->nhash = t->nrows = 0;
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

/* Rows with one id: the first in the store counts, whoever read it. */
static void
settle(struct jtable *t, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++) {
		for (uint32_t k = i + 1; k < to; k++) {
			if (!t->id[i] || t->id[i] != t->id[k])
				continue;
			if (t->seq[k] < t->seq[i]) {
				t->seq[i] = t->seq[k];
				memcpy(t->cell + i * t->stride,
				    t->cell + k * t->stride,
				    t->stride * sizeof *t->cell);
			}
			t->id[k] = 0;
		}
	}
}

/* What one thread has loaded. */
enum { DICT = 512 };
struct part {
	struct arena arena;
	struct span *cell;
	uint64_t *id, *seq;
	size_t nrows, cap;
	bool id_text;
	struct dict {
		struct span slot[2 * DICT];
		size_t n;
	} * dict; /* of each column */
};

/* Makes room for n rows in hash order. first[h] is where h's begin. */
static void
count(struct jtable *t, struct part *const *part, size_t nparts)
{
	size_t n = 0;

	for (size_t i = 0; i < nparts; i++)
		n += part[i]->nrows;
	for (t->nhash = 16; t->nhash < n; t->nhash *= 2)
		;
	t->first = xcalloc(t->nhash + 2, sizeof *t->first);
	t->id = xcalloc(n + 1, sizeof *t->id);
	t->seq = xcalloc(n + 1, sizeof *t->seq);
	t->cell = xcalloc(n * t->stride + 1, sizeof *t->cell);
	t->nrows = n;
	/* Counted one further on: filling then moves each to its place. */
	for (size_t i = 0; i < nparts; i++) {
		for (size_t k = 0; k < part[i]->nrows; k++)
			t->first[hash(t, part[i]->id[k]) + 2]++;
	}
	for (size_t h = 2; h <= t->nhash + 1; h++)
		t->first[h] += t->first[h - 1];
}

static void
fill(struct jtable *t, const struct part *p)
{
	for (size_t k = 0; k < p->nrows; k++) {
		uint32_t at = t->first[hash(t, p->id[k]) + 1]++;

		t->id[at] = p->id[k];
		t->seq[at] = p->seq[k];
		memcpy(t->cell + at * t->stride, p->cell + k * t->stride,
		    t->stride * sizeof *t->cell);
	}
}

static void
keep_arena(struct jtable *t, struct arena *a)
{
	t->arena = xreallocarray(t->arena, t->narenas + 1, sizeof *t->arena);
	t->arena[t->narenas++] = *a;
	memset(a, 0, sizeof *a);
}

/* The rows of the table, and then those of the parts, make the new table. */
static void
build(struct jtable *t, struct part **part, size_t nparts)
{
	struct part old = {
		.cell = t->cell, .id = t->id, .seq = t->seq, .nrows = t->nrows
	};
	struct part **all = xcalloc(nparts + 1, sizeof(struct part *));

	all[0] = &old;
	memcpy(all + 1, part, nparts * sizeof *part);
	free(t->first);
	count(t, all, nparts + 1);
	for (size_t i = 0; i <= nparts; i++)
		fill(t, all[i]);
	for (size_t h = 0; h < t->nhash; h++) {
		if (t->first[h + 1] - t->first[h] > 1)
			settle(t, t->first[h], t->first[h + 1]);
	}
	for (size_t i = 0; i < nparts; i++)
		keep_arena(t, &part[i]->arena);
	free(old.cell);
	free(old.id);
	free(old.seq);
	free(all);
}

struct loader {
	struct jtable *t;
	struct part **part;
	size_t nparts, cap;
};

static void *
part_begin(void *ctx, struct err *e)
{
	struct loader *l = ctx;
	struct part *p = xcalloc(1, sizeof *p);

	(void)e;
	p->id_text = l->t->id_text;
	p->dict = xcalloc(l->t->stride, sizeof *p->dict);
	GROW(l->part, l->nparts, l->cap);
	return l->part[l->nparts++] = p;
}

/*
 * A copy of v. Values that repeat (a sector, a country) are kept once, which
 * also keeps them in the cache when they are looked at; a column with too many
 * different ones is given up.
 */
static struct span
intern(struct part *p, size_t col, struct span v)
{
	struct dict *d = &p->dict[col];
	size_t i;

	if (v.n == 0)
		return span_n("", 0);
	if (d->n == DICT || v.n > 32)
		return arena_span(&p->arena, v);
	i = (size_t)span_hash(v) % (2 * DICT);
	while (d->slot[i].n) {
		if (span_eq(d->slot[i], v))
			return d->slot[i];
		i = (i + 1) % (2 * DICT);
	}
	d->n++;
	return d->slot[i] = arena_span(&p->arena, v);
}

static int
part_row(void *state, const struct row *r, struct err *e)
{
	struct part *p = state;
	size_t n = r->q->want.n;
	struct span *cell, none = { "", 0 };
	uint64_t id = id_pack_canonical(r->cell[0]);

	(void)e;
	if (id == 0)
		return 0;
	if (p->nrows == p->cap) {
		p->cap = p->cap ? p->cap * 2 : 256;
		p->id = xreallocarray(p->id, p->cap, sizeof *p->id);
		p->seq = xreallocarray(p->seq, p->cap, sizeof *p->seq);
		p->cell = xreallocarray(p->cell, p->cap, n * sizeof *p->cell);
	}
	cell = p->cell + p->nrows * n;
	p->seq[p->nrows] = r->seq;
	p->id[p->nrows++] = id;
	for (size_t i = 0; i < n; i++)
		cell[i] = intern(p, i, i || p->id_text ? r->cell[i] : none);
	return 0;
}

static void
part_free(struct part *p)
{
	arena_release(&p->arena);
	free(p->cell);
	free(p->id);
	free(p->seq);
	free(p->dict);
	free(p);
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
	int rc = 0;

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
	if (all || n)
		rc = load_query(t, q, &l, e);
	if (rc == 0 && l.nparts)
		build(t, l.part, l.nparts);
	if (rc == 0)
		t->full = all;
	for (size_t i = 0; i < l.nparts; i++)
		part_free(l.part[i]);
	free(l.part);
	free(want);
	query_free(q);
	return rc;
}
