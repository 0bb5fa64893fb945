/* crm-order show: an order as people read it; its instalments as rows. */
#include <stdio.h>

#include "cmd/list_impl.h"
#include "cmd/order.h"
#include "cmd/quote.h"
#include "cmd/rows.h"
#include "cmd/sheet.h"

/* --- instalments --------------------------------------------------------- */

static const struct emit_column part_columns[] = {
	{ .name = "id", .type = F_ID },
	{ .name = "part", .type = F_INT },
	{ .name = "name" },
	{ .name = "due", .type = F_DATE },
	{ .name = "amount", .type = F_MONEY },
	{ .name = "paid", .type = F_MONEY },
	{ .name = "unpaid", .type = F_MONEY },
	{ .name = "currency", .type = F_CURRENCY },
};
enum { PART_COLUMNS = sizeof part_columns / sizeof *part_columns };

static void
part_cells(struct arena *a, const struct order *o, size_t i, struct span *cell)
{
	const struct order_part *p = &o->part[i];
	int exponent = o->doc.exponent;

	cell[0] = record_get(&o->doc.r, "id");
	cell[1] = record_get(&p->r, "position");
	cell[2] = record_get(&p->r, "name");
	cell[3] = record_get(&p->r, "due");
	cell[4] = dec_span(a, p->amount, exponent);
	cell[5] = dec_span(a, p->paid, exponent);
	cell[6] = dec_span(a, p->amount - p->paid, exponent);
	cell[7] = o->doc.currency;
}

int
order_print_parts(struct call *c, const struct order *o)
{
	struct rows rows = { .col = part_columns, .ncols = PART_COLUMNS,
		.none = "it has no instalments" };
	struct span cell[PART_COLUMNS];
	int r;

	for (size_t i = 0; i < o->nparts; i++) {
		part_cells(&rows.arena, o, i, cell);
		rows_add(&rows, cell);
	}
	r = rows_print(c, &rows);
	rows_release(&rows);
	return r;
}

/* Of an instalment whose day nobody knows before the delivery. */
static struct span
after_delivery(struct order *o, const struct terms *terms, int64_t n)
{
	if (n >= 1 && (size_t)n <= terms->n &&
	    terms->term[n - 1].days)
		return arena_printf(&o->doc.arena, "delivery +%d",
		    (int)terms->term[n - 1].days);
	return span("at delivery");
}

static int
show_parts(struct call *c, struct order *o)
{
	struct sheet t = { .c = c };
	struct span cell[PART_COLUMNS];
	struct terms terms = { 0 };
	struct err ignored = { 0 };

	/* what its terms say is only told besides */
	if (doc_terms(&c->s, &o->doc, &terms, &ignored))
		terms.n = 0;
	err_release(&ignored);
	if (o->nparts == 0)
		return 0;
	if (sheet_open(&t, "to be paid", NULL, part_columns + 1,
		PART_COLUMNS - 2))
		return -1;
	for (size_t i = 0; i < o->nparts; i++) {
		part_cells(&o->doc.arena, o, i, cell);
		if (!cell[3].n)
			cell[3] = after_delivery(
			    o, &terms, o->part[i].position);
		if (sheet_row(&t, cell + 1, PART_COLUMNS - 2))
			return -1;
	}
	return sheet_close(&t);
}

/* --- payments and deliveries --------------------------------------------- */

static int
show_payments(struct call *c, struct order *o)
{
	static const struct emit_column col[] = {
		{ .name = "date", .type = F_DATE },
		{ .name = "paid", .type = F_MONEY },
		{ .name = "method" },
		{ .name = "reference", .main = true },
	};
	struct sheet t = { .c = c };

	if (o->npayments == 0)
		return 0;
	if (sheet_open(&t, "payments", NULL, col, 4))
		return -1;
	for (size_t i = 0; i < o->npayments; i++) {
		const struct record *r = &o->payment[i];
		int64_t units = 0;
		struct span cell[4];

		(void)order_payment_units(r, o->doc.exponent, &units);
		cell[0] = record_get(r, "date");
		cell[1] = dec_span(&o->doc.arena, units, o->doc.exponent);
		cell[2] = record_get(r, "method");
		cell[3] = record_get(r, "reference");
		if (sheet_row(&t, cell, 4))
			return -1;
	}
	return sheet_close(&t);
}

/* The place of a line, by its id, and what it is called. */
static void
name_line(
    struct order *o, struct span id, struct span *place, struct span *called)
{
	for (size_t i = 0; i < o->doc.nlines; i++) {
		const struct record *r = &o->doc.line[i].r;

		if (!span_eq(record_get(r, "id"), id))
			continue;
		*place = arena_printf(&o->doc.arena, "%zu", i + 1);
		*called = record_get(r, "sku");
		if (!called->n)
			*called = record_get(r, "name");
	}
}

/* A row of deliveries/ each; what came back is below 0. */
static int
show_deliveries(struct call *c, struct order *o)
{
	enum { DATE, LINE, WHAT, QUANTITY, SERIAL, CARRIER, TRACKING, ID, N };
	static const struct emit_column col[] = {
		[DATE] = { .name = "date", .type = F_DATE },
		[LINE] = { .name = "line", .type = F_INT },
		[WHAT] = { .name = "what", .main = true },
		[QUANTITY] = { .name = "quantity", .type = F_DECIMAL,
		    .main = true },
		[SERIAL] = { .name = "serial" },
		[CARRIER] = { .name = "carrier" },
		[TRACKING] = { .name = "tracking", .main = true },
		[ID] = { .name = "id", .type = F_ID, .main = true },
	};
	struct sheet t = { .c = c };

	if (o->ndeliveries == 0)
		return 0;
	if (sheet_open(&t, "deliveries", NULL, col, N))
		return -1;
	for (size_t i = 0; i < o->ndeliveries; i++) {
		const struct record *r = &o->delivery[i];
		struct span cell[N] = {
			[DATE] = record_get(r, "date"),
			[QUANTITY] = record_get(r, "quantity"),
			[SERIAL] = record_get(r, "serial"),
			[CARRIER] = record_get(r, "carrier"),
			[TRACKING] = record_get(r, "tracking"),
			[ID] = record_get(r, "id"),
		};

		name_line(o, record_get(r, "line"), &cell[LINE], &cell[WHAT]);
		if (span_eqs(record_get(r, "kind"), "return"))
			cell[QUANTITY] = arena_printf(&o->doc.arena, "-%.*s",
			    SPANF(cell[QUANTITY]));
		if (sheet_row(&t, cell, N))
			return -1;
	}
	return sheet_close(&t);
}

static struct span
quantity(struct order *o, int64_t n)
{
	struct buf b = { 0 };
	struct span s;

	if (n == 0)
		return span("");
	order_quantity(&b, n);
	s = arena_span(&o->doc.arena, buf_span(&b));
	buf_release(&b);
	return s;
}

enum { SHOWN_NET = 6, SHOWN_DELIVERED, SHOWN_RETURNED };

static void
shown_cells(void *ctx, size_t i, struct span *cell)
{
	struct order *o = ctx;

	cell[SHOWN_NET] = record_get(&o->doc.line[i].r, "amount");
	cell[SHOWN_DELIVERED] = quantity(o, o->line[i].delivered);
	cell[SHOWN_RETURNED] = quantity(o, o->line[i].returned);
}

static int
show_lines(struct call *c, struct order *o)
{
	static const struct emit_column col[] = {
		{ .name = "#", .type = F_INT },
		{ .name = "sku", .main = true, .keep = 8 },
		{ .name = "name", .main = true },
		{ .name = "quantity", .type = F_DECIMAL },
		{ .name = "unit" },
		{ .name = "price", .type = F_DECIMAL },
		[SHOWN_NET] = { .name = "net", .type = F_MONEY, .main = true },
		[SHOWN_DELIVERED] = { .name = "delivered", .type = F_DECIMAL },
		[SHOWN_RETURNED] = { .name = "returned", .type = F_DECIMAL },
	};

	return doc_show_lines(c, &o->doc, col, sizeof col / sizeof *col,
	    shown_cells, o);
}

/* --- all of it ----------------------------------------------------------- */

static int
show_left(struct call *c, const struct order *o)
{
	struct buf b = { 0 };
	int r;

	buf_addc(&b, '\n');
	order_left(o, &b);
	buf_addc(&b, '\n');
	r = emit_prose(buf_span(&b), &c->err);
	buf_release(&b);
	return r;
}

/* Taxes as they were may be gone; what was agreed stands in it all the same. */
static int
show_sums(struct call *c, struct doc *d)
{
	struct err why = { 0 };

	if (d->nlines == 0)
		return doc_show_issued(c, d);
	if (doc_compute(&c->s, d, &why) == 0)
		return doc_show_sums(c, d);
	cli_say(c, "its sums cannot be shown: %s", why.msg);
	err_release(&why);
	return 0;
}

int
order_show(struct call *c, uint64_t id)
{
	struct order o;
	int r = order_load(&c->s, NULL, id, &o, &c->err);

	if (r)
		return r < 0
		    ? -1
		    : err_set(&c->err, ERR_NOENT, "no such order");
	r = show_record(c, id, false) || show_lines(c, &o) ||
		show_sums(c, &o.doc) || show_parts(c, &o) ||
		show_payments(c, &o) || show_deliveries(c, &o) ||
		quote_print_changed(c, &o.doc.r) ||
		show_left(c, &o)
	    ? -1
	    : 0;
	order_release(&o);
	return r;
}
