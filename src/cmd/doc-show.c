/* What quotes and orders show alike: their lines and their sums. */
#include <stdio.h>
#include <string.h>

#include "cmd/list_impl.h"
#include "cmd/quote.h"
#include "cmd/sheet.h"

/* A field of a line: quantities without zeros at the end, prices in cents. */
static struct span
line_cell(struct doc *d, size_t i, const char *field)
{
	const struct record *line = &d->line[i].r;
	struct span v = record_get(line, field);
	bool price = strcmp(field, "price") == 0;
	struct dec n;
	int scale;

	if (strcmp(field, "#") == 0)
		return arena_printf(&d->arena, "%zu", i + 1);
	if (strcmp(field, "name") == 0 &&
	    span_eqs(record_get(line, "kind"), "part"))
		return arena_printf(&d->arena, "  %.*s", SPANF(v));
	if ((price || strcmp(field, "quantity") == 0) && dec_parse(v, &n)) {
		int128 units = dec_trim(n, price ? d->exponent : 0, &scale);

		return dec_span(&d->arena, units, scale);
	}
	return v;
}

int
doc_show_lines(struct call *c, struct doc *d, const struct emit_column *col,
    size_t n, doc_cells_fn *cells, void *ctx)
{
	struct sheet t = { .c = c };
	struct span *cell;
	int r = 0;

	if (d->nlines == 0)
		return 0;
	if (sheet_open(&t, "lines", NULL, col, n))
		return -1;
	cell = arena_alloc(&d->arena, n * sizeof *cell);
	for (size_t i = 0; r == 0 && i < d->nlines; i++) {
		for (size_t k = 0; k < n; k++)
			cell[k] = line_cell(d, i, col[k].name);
		if (cells)
			cells(ctx, i, cell);
		r = sheet_row(&t, cell, n);
	}
	return r ? -1 : sheet_close(&t);
}

static int
sum_row(struct sheet *t, struct doc *d, struct span label, int64_t units)
{
	struct span cell[2] = { label, dec_span(&d->arena, units, d->exponent) };

	return sheet_row(t, cell, 2);
}

/* A tax with what it is charged on. */
static struct span
tax_label(struct doc *d, const struct calc_tax *x)
{
	const struct tax_class *k = &d->calc.taxes[x->tax];
	struct span name = k->n ? k->part[x->part].label
	    : k->reason.n	? k->reason
				: span("no tax");
	struct buf b = { 0 };
	struct span s;

	dec_format_grouped(&b, x->base, d->exponent);
	s = arena_printf(&d->arena, "%.*s of %s", SPANF(name), b.p);
	buf_release(&b);
	return s;
}

/* The discounts of the whole, each as it is called. */
static int
show_offs(struct sheet *t, struct doc *d)
{
	struct span own = record_get(&d->r, "discount");
	int r = 0;

	if (own.n)
		r = sum_row(t, d,
		    arena_printf(&d->arena, "discount %.*s", SPANF(own)),
		    -d->calc.off_each[0]);
	for (size_t i = 0; r == 0 && i < d->nlines; i++) {
		const struct doc_line *l = &d->line[i];

		if (l->off == NO_CALC || l->off >= 8)
			continue;
		r = sum_row(t, d,
		    arena_printf(&d->arena, "%.*s %.*s",
			SPANF(record_get(&l->r, "name")),
			SPANF(record_get(&l->r, "discount"))),
		    -d->calc.off_each[l->off]);
	}
	return r;
}

/* Does what was printed, elsewhere, say another total? */
static bool
issued_otherwise(struct doc *d, int64_t *units)
{
	struct err ignored = { 0 };
	struct dec total;
	bool other = dec_parse(record_get(&d->r, "issued_total"), &total) &&
	    dec_rescale(total, d->exponent, units, &ignored) == 0 &&
	    *units != d->calc.total && *units != d->calc.payable;

	err_release(&ignored);
	return other;
}

int
doc_show_sums(struct call *c, struct doc *d)
{
	struct emit_column col[] = { { .name = "sum", .main = true },
		{ .name = "amount", .type = F_MONEY } };
	const struct calc *k = &d->calc;
	struct sheet t = { .c = c };
	int64_t units;
	char unit[8];
	int r;

	snprintf(unit, sizeof unit, "%.*s", SPANF(d->currency));
	col[1].label = unit;
	if (sheet_open(&t, "sums", NULL, col, 2))
		return -1;
	r = sum_row(&t, d, span("subtotal"), k->subtotal);
	if (r == 0)
		r = show_offs(&t, d);
	if (r == 0 && k->shipping)
		r = sum_row(&t, d, span("shipping"), k->shipping);
	if (r == 0)
		r = sum_row(&t, d, span("net"), k->net);
	for (size_t i = 0; r == 0 && i < k->nsums; i++)
		r = sum_row(&t, d, tax_label(d, &k->sum[i]), k->sum[i].amount);
	if (r == 0 && k->adjustment)
		r = sum_row(&t, d, span("adjustment"), k->adjustment);
	if (r == 0)
		r = sum_row(&t, d, span("total"), k->total);
	if (r == 0 && k->payable != k->total)
		r = sum_row(&t, d, span("payable"), k->payable);
	if (r == 0 && issued_otherwise(d, &units))
		r = sum_row(&t, d, span("total as it came"), units);
	return r ? -1 : sheet_close(&t);
}

int
doc_show_issued(struct call *c, struct doc *d)
{
	static const char *const name[] = { "net", "taxes", "total" };
	static const struct emit_column col[] = { { .name = "sum",
						      .main = true },
		{ .name = "amount", .type = F_MONEY } };
	struct sheet t = { .c = c };

	if (!record_get(&d->r, "issued_total").n)
		return 0;
	if (sheet_open(&t, "sums, as they came; it has no lines", NULL, col, 2))
		return -1;
	for (size_t i = 0; i < 3; i++) {
		char field[24];
		struct span cell[2] = { span(name[i]), { "", 0 } };

		snprintf(field, sizeof field, "issued_%s", name[i]);
		cell[1] = record_get(&d->r, field);
		if (cell[1].n && sheet_row(&t, cell, 2))
			return -1;
	}
	return sheet_close(&t);
}
