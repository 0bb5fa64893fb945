#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/query/query_impl.h"
#include "store/id.h"

/* So many records are read from their own files, more by reading all. */
enum { FEW_IDS = 256, FEW_REFS = 4096 };

struct query *
query_new(struct session *s, struct entity *ent)
{
	struct query *q = xcalloc(1, sizeof *q);
	struct node *root = xcalloc(1, sizeof *root);

	q->s = s;
	if (!s->view)
		q->own_view = view_work(s->dirfd);
	q->view = s->view ? s->view : q->own_view;
	q->ent = ent;
	root->ent = ent;
	GROW(q->node, q->nnodes, q->node_cap);
	q->node[q->nnodes++] = root;
	return q;
}

void
query_unmask(struct query *q)
{
	q->unmasked = true;
}

void
query_free(struct query *q)
{
	if (!q)
		return;
	for (size_t i = 0; i < q->nfilters; i++)
		filter_free(q->filter[i]);
	for (size_t i = 0; i < q->npaths; i++) {
		free(q->path[i]->text);
		free(q->path[i]);
	}
	for (size_t i = 0; i < q->nnodes; i++)
		free(q->node[i]);
	for (size_t i = 0; i < q->ntables; i++)
		jtable_free(q->table[i]);
	if (q->own_view)
		view_free(q->own_view);
	act_near_free(q->acts);
	free(q->filter);
	free(q->path);
	free(q->node);
	free(q->table);
	free(q->want.name);
	free(q->id);
	free(q->other);
	query_totals_free(q);
	free(q);
}

int
query_config(struct query *q, struct err *e)
{
	return q->config ? 0 : session_config(q->s, &q->config, e);
}

static int
cmp_id(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static size_t
sort_ids(uint64_t *id, size_t n)
{
	size_t k = 0;

	qsort(id, n, sizeof *id, cmp_id);
	for (size_t i = 0; i < n; i++) {
		if (id[i] && (k == 0 || id[i] != id[k - 1]))
			id[k++] = id[i];
	}
	return k;
}

void
query_ids(struct query *q, const uint64_t *id, size_t n)
{
	free(q->id);
	q->id = xcalloc(n ? n : 1, sizeof *q->id);
	if (n)
		memcpy(q->id, id, n * sizeof *id);
	q->nids = sort_ids(q->id, n);
	q->has_ids = true;
	q->id_slot = columns_slot(&q->want, "id");
}

int
query_learn(struct query *q, struct err *e)
{
	enum { FEW = 8 };

	if (q->has_ids && q->nids <= FEW)
		return session_learn_of(q->s, q->ent, q->id, q->nids, e);
	return session_learn(q->s, q->ent, e);
}

bool
query_has_id(const struct query *q, const struct row *r)
{
	uint64_t id = id_pack_canonical(r->cell[q->id_slot]);
	size_t lo = 0, hi = q->nids;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (q->id[mid] < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return id != 0 && lo < q->nids && q->id[lo] == id;
}

bool
query_few(const struct query *q)
{
	return q->has_ids && q->nids <= FEW_IDS;
}

int
query_filter(struct query *q, char *const *word, size_t n, struct err *e)
{
	struct filter *f;
	const uint64_t *id;
	size_t nids;

	if (filter_parse(&f, q, word, n, e) < 0)
		return -1;
	GROW(q->filter, q->nfilters, q->filter_cap);
	q->filter[q->nfilters++] = f;
	if (!q->has_ids && filter_ids(f, &id, &nids))
		query_ids(q, id, nids);
	if (!q->other && filter_beside(f, &id, &nids)) {
		q->other = xcalloc(nids + 1, sizeof *q->other);
		memcpy(q->other, id, nids * sizeof *id);
		q->nothers = nids;
	}
	return 0;
}

bool
row_passes(const struct query *q, const struct row *r)
{
	for (size_t i = 0; i < q->nfilters; i++) {
		if (!filter_match(q->filter[i], r))
			return false;
	}
	return true;
}

static void
mark_used(struct query *q)
{
	for (size_t i = 0; i < q->npaths; i++) {
		struct node *n = q->path[i]->label;

		if (!n)
			n = q->path[i]->node;
		for (; n; n = n->parent)
			n->used = true;
	}
}

int
query_load(struct query *q, bool early_only, struct err *e)
{
	mark_used(q);
	for (size_t i = 1; i < q->nnodes; i++) {
		struct node *n = q->node[i];

		if (!(early_only ? n->early : n->used))
			continue;
		if (jtable_load(n->table, q->s, NULL, 0, true, e) < 0)
			return -1;
	}
	return query_totals(q, NULL, 0, early_only, e);
}

/* The cells that node n has for a row of the query, without a thread. */
static const struct span *
plain_cells(const struct node *n, const struct span *row)
{
	const struct span *up;

	if (!n->parent)
		return row;
	up = plain_cells(n->parent, row);
	return up ? jtable_find(n->table, up[n->ref]) : NULL;
}

int
query_load_for(
    struct query *q, const struct span *const *row, size_t n, struct err *e)
{
	uint64_t *id = xcalloc(n ? n : 1, sizeof *id);
	const struct span *cell;
	size_t k;
	int rc = 0;

	mark_used(q);
	/* A node follows its parent, whose records are there by then. */
	for (size_t i = 1; rc == 0 && i < q->nnodes; i++) {
		struct node *nd = q->node[i];

		if (!nd->used)
			continue;
		for (size_t j = k = 0; j < n; j++) {
			cell = plain_cells(nd->parent, row[j]);
			id[k] = cell ? id_pack_canonical(cell[nd->ref]) : 0;
			k += id[k] != 0;
		}
		k = sort_ids(id, k);
		rc = jtable_load(nd->table, q->s, id, k, k > FEW_REFS, e);
	}
	free(id);
	return rc ? rc : query_totals(q, row, n, false, e);
}

/* The rows of few records, before filters. */
struct sample {
	struct arena arena;
	const struct span **row;
	size_t n, cap;
};

static int
sample_row(void *state, const struct row *r, struct err *e)
{
	struct sample *s = state;
	size_t n = r->q->want.n;
	struct span *cell = arena_alloc(&s->arena, (n + 1) * sizeof *cell);

	(void)e;
	for (size_t i = 0; i < n; i++)
		cell[i] = arena_span(&s->arena, r->cell[i]);
	GROW(s->row, s->n, s->cap);
	s->row[s->n++] = cell;
	return 0;
}

/*
 * For few records their files are read twice: to see what they refer to, and
 * then with these other records at hand. The alternative is to load whole
 * entities.
 */
int
query_load_few(struct query *q, struct err *e)
{
	struct sample s = { 0 };
	struct sink sink = { .row = sample_row, .ctx = &s };
	struct scan_opt opt = { .all = true };
	int rc;

	if (q->nnodes == 1)
		return query_totals(q, NULL, 0, false, e);
	rc = query_scan(q, &sink, &opt, e);
	if (rc == 0)
		rc = query_load_for(q, s.row, s.n, e);
	free(s.row);
	arena_release(&s.arena);
	return rc;
}

int
query_run(struct query *q, const struct sink *sink, struct err *e)
{
	int rc;

	if (query_few(q))
		rc = query_load_few(q, e);
	else
		rc = query_load(q, false, e);
	return rc < 0 ? -1 : query_scan(q, sink, NULL, e);
}
