#include "crm/history/tdiff.h"

#include <stdlib.h>

#include "base/mem.h"

#define NONE ((size_t)-1)

/* A row's place in key order; key is what tables without ids sort by. */
struct item {
	uint64_t id;
	size_t row;
	char *key;
	size_t nkey;
};

struct items {
	struct item *v;
	size_t n;
};

void
table_row_key(struct table *t, size_t row, struct buf *out)
{
	const char *sep = "";

	if (t->ent->letter) {
		buf_addspan(out, table_cell(t, row, span("id")));
		return;
	}
	for (size_t f = 0; f < t->ent->nfields; f++) {
		const struct field *field = t->ent->field[f];

		if (!(field->flags & FIELD_KEY))
			continue;
		buf_adds(out, sep);
		buf_addspan(out, table_cell(t, row, span(field->name)));
		sep = "/";
	}
}

static int
by_key(const void *x, const void *y)
{
	const struct item *a = x, *b = y;
	int c;

	if (a->key) {
		c = span_cmp(span_n(a->key, a->nkey), span_n(b->key, b->nkey));
		if (c)
			return c;
	}
	return a->id < b->id ? -1 : a->id > b->id;
}

static void
items_of(struct table *t, struct items *out)
{
	bool sorted = true;

	out->v = xcalloc(t->nrows + 1, sizeof *out->v);
	out->n = 0;
	for (size_t i = 0; i < t->nrows; i++) {
		struct item *it = &out->v[out->n];

		if (t->row[i].removed)
			continue;
		it->id = t->row[i].id;
		it->row = i;
		if (!t->ent->letter) {
			struct buf key = { 0 };

			table_row_key(t, i, &key);
			it->nkey = key.n;
			it->key = buf_detach(&key);
		}
		sorted = sorted && (out->n == 0 || by_key(it - 1, it) <= 0);
		out->n++;
	}
	if (!sorted)
		qsort(out->v, out->n, sizeof *out->v, by_key);
}

static void
items_release(struct items *x)
{
	for (size_t i = 0; i < x->n; i++)
		free(x->v[i].key);
	free(x->v);
}

/* Which column of b stands for each column of a, and the reverse. */
struct columns {
	size_t *to_b, *to_a;
	bool same; /* the same columns in the same order */
};

static void
columns_of(const struct table *a, const struct table *b, struct columns *c)
{
	c->to_b = xcalloc(a->ncols + 1, sizeof *c->to_b);
	c->to_a = xcalloc(b->ncols + 1, sizeof *c->to_a);
	c->same = a->ncols == b->ncols;
	for (size_t i = 0; i < a->ncols; i++) {
		c->to_b[i] = table_col(b, a->col[i]);
		c->same = c->same && c->to_b[i] == i;
	}
	for (size_t i = 0; i < b->ncols; i++)
		c->to_a[i] = table_col(a, b->col[i]);
}

static void
columns_release(struct columns *c)
{
	free(c->to_b);
	free(c->to_a);
}

static struct span
cell_of(struct table *t, size_t row, size_t col)
{
	return row == NONE || col == NONE ? span("")
					  : table_cell_at(t, row, col);
}

static int
each_cell(const struct columns *c, struct table *a, size_t ra, struct table *b,
    size_t rb, tdiff_cell_fn *fn, void *ctx, struct err *e)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < b->ncols; i++) {
		struct span old = cell_of(a, ra, c->to_a[i]);
		struct span new = cell_of(b, rb, i);

		if (!span_eq(old, new))
			r = fn(ctx, b->col[i], old, new, e);
	}
	for (size_t i = 0; r == 0 && i < a->ncols; i++) {
		struct span old = cell_of(a, ra, i);

		if (c->to_b[i] == NONE && old.n)
			r = fn(ctx, a->col[i], old, span(""), e);
	}
	return r;
}

int
tdiff_cells(struct table *a, size_t ra, struct table *b, size_t rb,
    tdiff_cell_fn *fn, void *ctx, struct err *e)
{
	struct columns c;
	int r;

	columns_of(a, b, &c);
	r = each_cell(&c, a, ra, b, rb, fn, ctx, e);
	columns_release(&c);
	return r;
}

static int
stop(void *ctx, struct span column, struct span old, struct span new,
    struct err *e)
{
	(void)ctx, (void)column, (void)old, (void)new, (void)e;
	return 1;
}

static bool
rows_differ(const struct columns *c, struct table *a, size_t ra,
    struct table *b, size_t rb)
{
	struct span x = a->row[ra].raw, y = b->row[rb].raw;

	if (c->same && x.p && y.p && span_eq(x, y))
		return false;
	return each_cell(c, a, ra, b, rb, stop, NULL, NULL) != 0;
}

int
tdiff(struct table *a, struct table *b, tdiff_fn *fn, void *ctx, struct err *e)
{
	struct items x, y;
	struct columns c;
	size_t i = 0, k = 0;
	int r = 0;

	items_of(a, &x);
	items_of(b, &y);
	columns_of(a, b, &c);
	while (r == 0 && (i < x.n || k < y.n)) {
		int cmp = i == x.n   ? 1
			  : k == y.n ? -1
				     : by_key(&x.v[i], &y.v[k]);
		size_t ra = cmp <= 0 ? x.v[i++].row : NONE;
		size_t rb = cmp >= 0 ? y.v[k++].row : NONE;

		if (cmp || rows_differ(&c, a, ra, b, rb))
			r = fn(ctx, a, ra, b, rb, e);
	}
	columns_release(&c);
	items_release(&x);
	items_release(&y);
	return r;
}
