/*
 * report_shape: what the reader asks of a finished report: some of its
 * columns, another order, the first few rows. The total stays last and is that
 * of all rows.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/money.h"
#include "crm/report/report.h"

#define SHAPE_COLUMNS 64

struct shape {
	const struct report_result *r;
	size_t col[SHAPE_COLUMNS]; /* which, in the order asked for */
	size_t ncols;
	size_t key[SHAPE_COLUMNS]; /* to sort by */
	bool descending[SHAPE_COLUMNS];
	size_t nkeys;
};

static int
column(const struct report_result *r, struct span name, size_t *out,
    struct err *e)
{
	for (size_t i = 0; i < r->ncols; i++)
		if (span_ieqs(name, r->col[i].name)) {
			*out = i;
			return 0;
		}
	err_set(e, ERR_USAGE, "the report has no column '%.*s'; it has",
	    SPANF(name));
	for (size_t i = 0; i < r->ncols; i++)
		err_suffix(e, "%s %s", i ? "," : "", r->col[i].name);
	return -1;
}

static int
parse(struct shape *s, const char *columns, const char *sort, struct err *e)
{
	struct span rest = span(columns);

	while (rest.n && s->ncols < SHAPE_COLUMNS) {
		struct span one = span_trim(span_cut(&rest, ','));

		if (one.n && column(s->r, one, &s->col[s->ncols++], e))
			return -1;
	}
	for (size_t i = 0; s->ncols == 0 && i < s->r->ncols &&
	    i < SHAPE_COLUMNS; i++)
		s->col[i] = i;
	if (s->ncols == 0)
		s->ncols = s->r->ncols;
	rest = span(sort);
	while (rest.n && s->nkeys < SHAPE_COLUMNS) {
		struct span one = span_trim(span_cut(&rest, ','));
		bool down = one.n > 1 && one.p[one.n - 1] == '-';

		if (one.n > 1 && (down || one.p[one.n - 1] == '+'))
			one.n--;
		if (!one.n)
			continue;
		if (column(s->r, one, &s->key[s->nkeys], e))
			return -1;
		s->descending[s->nkeys++] = down;
	}
	return 0;
}

static int
cell_cmp(struct span a, struct span b)
{
	struct dec x, y;

	if (dec_parse(a, &x) && dec_parse(b, &y))
		return dec_cmp(x, y);
	return span_cmp(a, b);
}

/* Empty cells come last whichever way; equal rows keep their order. */
static int
row_cmp(const void *pa, const void *pb, void *ctx)
{
	const struct shape *s = ctx;
	size_t a = *(const size_t *)pa, b = *(const size_t *)pb;

	for (size_t i = 0; i < s->nkeys; i++) {
		struct span x = s->r->cell[a * s->r->ncols + s->key[i]];
		struct span y = s->r->cell[b * s->r->ncols + s->key[i]];
		int c = x.n && y.n ? cell_cmp(x, y) : (x.n == 0) - (y.n == 0);

		if (c)
			return s->descending[i] && x.n && y.n ? -c : c;
	}
	return a < b ? -1 : a > b;
}

int
report_shape(struct report_result *r, const char *columns, const char *sort,
    size_t limit, struct err *e)
{
	struct shape s = { .r = r };
	size_t body = r->nrows - r->total, rows = body, *order;
	struct report_column col[SHAPE_COLUMNS];
	struct span *cell;

	if (parse(&s, columns ? columns : "", sort ? sort : "", e))
		return -1;
	order = xcalloc(r->nrows + 1, sizeof *order);
	for (size_t i = 0; i < body; i++)
		order[i] = i;
	if (s.nkeys)
		qsort_r(order, body, sizeof *order, row_cmp, &s);
	if (limit && limit < rows)
		rows = limit;
	if (r->total)
		order[rows++] = body;
	cell = arena_alloc(&r->arena, (rows * s.ncols + 1) * sizeof *cell);
	for (size_t i = 0; i < rows; i++)
		for (size_t k = 0; k < s.ncols; k++)
			cell[i * s.ncols + k] =
			    r->cell[order[i] * r->ncols + s.col[k]];
	for (size_t k = 0; k < s.ncols; k++)
		col[k] = r->col[s.col[k]];
	r->col = arena_alloc(&r->arena, (s.ncols + 1) * sizeof *r->col);
	memcpy(r->col, col, s.ncols * sizeof *col);
	r->cell = cell;
	r->ncols = s.ncols;
	r->nrows = rows;
	free(order);
	return 0;
}
