#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/query/query_sort.h"

/*
 * Lists. Rows are chosen with the joins that filters and sort keys need; what
 * the columns refer to is looked up for the rows that are left, so a list of
 * 20 names does not load 200,000 accounts.
 */

/* A row that is in so far: its keys and base cells, and their bytes. */
struct kept {
	uint64_t seq;
	struct sort_value *key;
	struct span *cell;
	char *mem; /* with a limit: one block, reused; else in the arena */
	size_t cap;
};

struct list {
	struct query *q;
	struct sort_spec *key;
	size_t nkeys, limit;
	struct kept *row; /* of all threads, in the end */
	size_t n, cap;
	struct result *out;
};

/* One thread's rows: with a limit a heap, the last in order on top. */
struct part {
	struct list *list;
	struct kept *row;
	size_t n, cap;
	struct sort_value *key; /* of the row at hand */
	struct buf *fold;
	struct arena arena;
};

static int
compare(const struct list *l, const struct kept *a, const struct kept *b)
{
	for (size_t i = 0; i < l->nkeys; i++) {
		int c = sort_compare(&l->key[i], &a->key[i], &b->key[i]);

		if (c)
			return c;
	}
	return (a->seq > b->seq) - (a->seq < b->seq);
}

static int
compare_rows(const void *a, const void *b, void *ctx)
{
	return compare(ctx, a, b);
}

static void *
part_begin(void *ctx, struct err *e)
{
	struct list *l = ctx;
	struct part *p = xcalloc(1, sizeof *p);

	(void)e;
	p->list = l;
	p->key = xcalloc(l->nkeys + 1, sizeof *p->key);
	p->fold = xcalloc(l->nkeys + 1, sizeof *p->fold);
	return p;
}

static char *
copy(char *to, struct span *out, struct span v)
{
	*out = span_n(to, v.n);
	if (v.n)
		memcpy(to, v.p, v.n);
	return to + v.n;
}

/* Puts the row at hand into k. */
static void
keep(struct part *p, struct kept *k, const struct row *r)
{
	size_t nk = p->list->nkeys, nc = r->q->want.n, size;
	char *to;

	size = nk * sizeof *k->key + nc * sizeof *k->cell;
	for (size_t i = 0; i < nk; i++)
		size += p->key[i].text.n;
	for (size_t i = 0; i < nc; i++)
		size += r->cell[i].n;
	if (p->list->limit == 0) {
		k->mem = arena_alloc(&p->arena, size);
	} else if (size > k->cap) {
		free(k->mem);
		k->cap = size * 2;
		k->mem = xmalloc(k->cap);
	}
	k->seq = r->seq;
	k->key = (void *)k->mem;
	k->cell = (void *)(k->mem + nk * sizeof *k->key);
	to = (char *)(k->cell + nc);
	for (size_t i = 0; i < nk; i++) {
		k->key[i] = p->key[i];
		to = copy(to, &k->key[i].text, p->key[i].text);
	}
	for (size_t i = 0; i < nc; i++)
		to = copy(to, &k->cell[i], r->cell[i]);
}

static void
swap(struct kept *a, struct kept *b)
{
	struct kept t = *a;

	*a = *b;
	*b = t;
}

static void
sift_up(struct part *p, size_t i)
{
	while (i && compare(p->list, &p->row[i], &p->row[(i - 1) / 2]) > 0) {
		swap(&p->row[i], &p->row[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
}

static void
sift_down(struct part *p)
{
	size_t i = 0, c;

	while ((c = 2 * i + 1) < p->n) {
		if (c + 1 < p->n &&
		    compare(p->list, &p->row[c + 1], &p->row[c]) > 0)
			c++;
		if (compare(p->list, &p->row[c], &p->row[i]) <= 0)
			return;
		swap(&p->row[i], &p->row[c]);
		i = c;
	}
}

/*
 * Computes the keys of a row; false where the full heap's last row comes
 * before it, which mostly the first key tells.
 */
static bool
is_in(struct part *p, const struct row *r)
{
	const struct list *l = p->list;
	bool full = l->limit && p->n == l->limit, tie = full;

	for (size_t i = 0; i < l->nkeys; i++) {
		sort_value(&l->key[i], r, &p->fold[i], &p->key[i]);
		if (tie) {
			int c = sort_compare(
			    &l->key[i], &p->key[i], &p->row[0].key[i]);

			if (c > 0)
				return false;
			tie = c == 0;
		}
	}
	return !tie || r->seq < p->row[0].seq;
}

static int
part_row(void *state, const struct row *r, struct err *e)
{
	struct part *p = state;
	size_t limit = p->list->limit;

	(void)e;
	if (!is_in(p, r))
		return 0;
	if (limit && p->n == limit) {
		keep(p, &p->row[0], r);
		sift_down(p);
		return 0;
	}
	GROW(p->row, p->n, p->cap);
	memset(&p->row[p->n], 0, sizeof *p->row);
	keep(p, &p->row[p->n++], r);
	if (limit)
		sift_up(p, p->n - 1);
	return 0;
}

static void
add_arena(struct result *out, struct arena *a)
{
	out->arena =
	    xreallocarray(out->arena, out->narenas + 1, sizeof *out->arena);
	out->arena[out->narenas++] = *a;
	memset(a, 0, sizeof *a);
}

static int
part_end(void *ctx, void *state, struct err *e)
{
	struct list *l = ctx;
	struct part *p = state;

	(void)e;
	for (size_t i = 0; i < p->n; i++) {
		GROW(l->row, l->n, l->cap);
		l->row[l->n++] = p->row[i];
	}
	add_arena(l->out, &p->arena);
	for (size_t i = 0; i < l->nkeys; i++)
		buf_release(&p->fold[i]);
	free(p->row);
	free(p->key);
	free(p->fold);
	free(p);
	return 0;
}

static int
list_load(struct list *l, struct err *e)
{
	const struct span **row = xcalloc(l->n + 1, sizeof *row);
	int rc;

	for (size_t i = 0; i < l->n; i++)
		row[i] = l->row[i].cell;
	rc = query_load_for(l->q, row, l->n, e);
	free(row);
	return rc;
}

/* The cells of the result; l's rows are in order and their joins loaded. */
static void
list_cells(
    struct list *l, struct path *const *col, const bool *label, size_t ncols)
{
	struct result *out = l->out;
	struct arena arena = { 0 };
	struct row r = { .q = l->q };
	struct qthread t;

	qthread_init(&t, l->q);
	r.scratch = &t;
	out->cell = xcalloc(l->n * ncols + 1, sizeof *out->cell);
	out->nrows = l->n;
	out->ncols = ncols;
	for (size_t i = 0; i < l->n; i++) {
		r.cell = l->row[i].cell;
		r.seq = i;
		for (size_t c = 0; c < ncols; c++) {
			bool name = label && label[c] && col[c]->label;
			struct span v = name ? path_label(col[c], &r)
					     : path_value(col[c], &r);

			/* In an arena of the result already? */
			if (l->limit || name || col[c]->head.slot == NO_SLOT)
				v = arena_span(&arena, v);
			out->cell[i * ncols + c] = v;
		}
	}
	qthread_release(&t);
	add_arena(out, &arena);
}

static int
list_bind(struct list *l, struct path *const *col, const bool *label,
    size_t ncols, const struct sort_key *sort, struct err *e)
{
	for (size_t i = 0; i < ncols; i++) {
		if (label && label[i])
			path_bind_label(l->q, col[i]);
	}
	for (size_t i = 0; i < l->nkeys; i++) {
		if (sort_bind(l->q, &sort[i], &l->key[i], e) < 0)
			return -1;
	}
	return 0;
}

static int
list_scan(struct list *l, struct err *e)
{
	struct sink sink = {
		.begin = part_begin, .row = part_row, .end = part_end, .ctx = l
	};
	struct scan_opt opt = { .early_only = true,
		.stop_after = l->nkeys ? 0 : l->limit };
	int rc = 0;

	if (query_few(l->q))
		rc = query_load_few(l->q, e);
	else
		rc = query_load(l->q, true, e);
	if (rc == 0)
		rc = query_scan(l->q, &sink, &opt, e);
	return rc;
}

int
query_rows(struct query *q, struct path *const *col, const bool *label,
    size_t ncols, const struct sort_key *sort, size_t nsort, size_t limit,
    struct result *out, struct err *e)
{
	struct list l = { .q = q, .nkeys = nsort, .limit = limit, .out = out };
	int rc = -1;

	memset(out, 0, sizeof *out);
	l.key = xcalloc(nsort + 1, sizeof *l.key);
	if (list_bind(&l, col, label, ncols, sort, e) < 0 ||
	    list_scan(&l, e) < 0)
		goto out;
	if (l.n)
		qsort_r(l.row, l.n, sizeof *l.row, compare_rows, &l);
	for (; limit && l.n > limit; l.n--)
		free(l.row[l.n - 1].mem);
	if (list_load(&l, e) < 0)
		goto out;
	list_cells(&l, col, label, ncols);
	rc = 0;
out:
	for (size_t i = 0; limit && i < l.n; i++)
		free(l.row[i].mem);
	free(l.row);
	free(l.key);
	if (rc < 0)
		result_release(out);
	return rc;
}

void
result_release(struct result *r)
{
	for (size_t i = 0; i < r->narenas; i++)
		arena_release(&r->arena[i]);
	free(r->arena);
	free(r->cell);
	memset(r, 0, sizeof *r);
}
