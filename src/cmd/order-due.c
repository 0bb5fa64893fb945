/*
 * crm-order due: what is to be paid, of all orders. What was paid of an order
 * goes to its instalments in the order in which they are due, so later ones
 * need not be known.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/money.h"
#include "cmd/quote.h"
#include "cmd/rows.h"
#include "cmd/verbs.h"
#include "crm/query/query.h"
#include "crm/trade/order.h"
#include "store/id.h"

static const char *within;

const struct opt opts_order_due[] = {
	{ "within", 0, OPT_STR, "DAYS", "look so many days ahead (0)",
	    &within },
	{ 0 },
};

static const struct emit_column columns[] = {
	{ .name = "id", .type = F_ID },
	{ .name = "number", .main = true, .whole = true },
	{ .name = "account", .main = true },
	{ .name = "owner", .spare = true },
	{ .name = "part", .type = F_INT, .spare = true },
	{ .name = "due", .type = F_DATE, .main = true },
	{ .name = "amount", .type = F_MONEY, .spare = true },
	{ .name = "unpaid", .type = F_MONEY, .main = true },
	{ .name = "currency", .type = F_CURRENCY },
	{ .name = "days", .label = "days late", .type = F_INT },
};
enum { COLUMNS = sizeof columns / sizeof *columns };

struct part {
	uint64_t order;
	int32_t due;
	int64_t position, amount, unpaid;
	int exponent;
	struct span currency;
};

struct paid {
	uint64_t order;
	int64_t units;
};

struct dues {
	struct call *c;
	struct part *part;
	size_t nparts, part_cap;
	struct paid *paid;
	size_t npaid, paid_cap;
	struct rows rows;
	struct arena arena;
};

/* --- reading ------------------------------------------------------------- */

static int
read_rows(struct call *c, const char *entity, char *const *word, size_t nwords,
    const char *const *name, size_t n, query_row_fn *fn, void *ctx)
{
	struct query *q = query_new(
	    &c->s, schema_entity(&c->s.schema, span(entity)));
	struct path *path[8];
	bool label[8] = { false };
	int r = -1;

	if (nwords && query_filter(q, word, nwords, &c->err))
		goto out;
	for (size_t i = 0; i < n; i++) {
		label[i] = strcmp(name[i], "account") == 0 ||
		    strcmp(name[i], "owner") == 0;
		if (query_path(
			q, span(name[i]), label[i], &path[i], &c->err))
			goto out;
	}
	r = query_stream(q, path, label, n, fn, ctx, &c->err);
out:
	query_free(q);
	return r;
}

static int
exponent_of(const struct dues *d, struct span currency)
{
	int x = currency_exponent(
	    currency.n ? currency : span(d->c->s.currency));

	return x < 0 ? 2 : x;
}

/* query_row_fn: order, position, due, amount, currency */
static int
take_part(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct dues *d = ctx;
	struct part p = { .order = id_pack_canonical(cell[0]) };

	(void)n;
	(void)e;
	p.exponent = exponent_of(d, cell[4]);
	(void)span_int(cell[1], &p.position);
	if (!date_parse(cell[2], &p.due) ||
	    !dec_units(cell[3], p.exponent, &p.amount))
		return 0;
	p.currency = arena_span(&d->arena, cell[4]);
	GROW(d->part, d->nparts, d->part_cap);
	d->part[d->nparts++] = p;
	return 0;
}

/* query_row_fn: order, kind, amount, currency */
static int
take_paid(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct dues *d = ctx;
	struct paid p = { .order = id_pack_canonical(cell[0]) };

	(void)n;
	(void)e;
	if (!dec_units(cell[2], exponent_of(d, cell[3]), &p.units))
		return 0;
	if (span_eqs(cell[1], "refund"))
		p.units = -p.units;
	GROW(d->paid, d->npaid, d->paid_cap);
	d->paid[d->npaid++] = p;
	return 0;
}

/* --- what is due of each ------------------------------------------------- */

static int
part_cmp(const void *a, const void *b)
{
	const struct part *x = a, *y = b;

	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	if (x->due != y->due)
		return x->due < y->due ? -1 : 1;
	return (x->position > y->position) - (x->position < y->position);
}

static int
paid_cmp(const void *a, const void *b)
{
	const struct paid *x = a, *y = b;

	return (x->order > y->order) - (x->order < y->order);
}

static void
allocate(struct dues *d)
{
	size_t k = 0;

	if (d->nparts)
		qsort(d->part, d->nparts, sizeof *d->part, part_cmp);
	if (d->npaid)
		qsort(d->paid, d->npaid, sizeof *d->paid, paid_cmp);
	for (size_t i = 0; i < d->nparts;) {
		uint64_t order = d->part[i].order;
		int64_t left = 0;

		while (k < d->npaid && d->paid[k].order < order)
			k++;
		for (; k < d->npaid && d->paid[k].order == order; k++)
			left += d->paid[k].units;
		for (; i < d->nparts && d->part[i].order == order; i++) {
			struct part *p = &d->part[i];
			int64_t own = left < p->amount ? left : p->amount;

			own = own > 0 ? own : 0;
			p->unpaid = p->amount - own;
			left -= own;
		}
	}
}

static const struct part *
parts_of(const struct dues *d, uint64_t order)
{
	size_t lo = 0, hi = d->nparts;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (d->part[mid].order < order)
			lo = mid + 1;
		else
			hi = mid;
	}
	return d->part + lo;
}

static struct span
number(struct arena *a, int64_t n)
{
	return arena_printf(a, "%lld", (long long)n);
}

/* query_row_fn: id, number, account, owner */
static int
take_order(void *ctx, const struct span *head, size_t n, struct err *e)
{
	struct dues *d = ctx;
	uint64_t order = id_pack_canonical(head[0]);
	struct span cell[COLUMNS];
	char day[11];

	(void)n;
	(void)e;
	for (const struct part *p = parts_of(d, order);
	     p < d->part + d->nparts && p->order == order; p++) {
		if (p->unpaid <= 0)
			continue;
		memcpy(cell, head, 4 * sizeof *cell);
		date_format(p->due, day);
		cell[4] = number(&d->arena, p->position);
		cell[5] = span(day);
		cell[6] = dec_span(&d->arena, p->amount, p->exponent);
		cell[7] = dec_span(&d->arena, p->unpaid, p->exponent);
		cell[8] = p->currency;
		cell[9] = p->due < d->c->s.dates.today
		    ? number(&d->arena, d->c->s.dates.today - p->due)
		    : span("");
		rows_add(&d->rows, cell);
	}
	return 0;
}

/* --- the verb ------------------------------------------------------------ */

static int
due_cmp(const void *a, const void *b)
{
	const struct span *x = a, *y = b;
	int r = span_cmp(x[5], y[5]);

	return r ? r : span_cmp(x[0], y[0]);
}

static int
find(struct dues *d, char *until)
{
	static const char *const of_part[] = { "order", "position", "due",
		"amount", "currency" };
	static const char *const of_payment[] = { "order", "kind", "amount",
		"currency" };
	static const char *const of_order[] = { "id", "number", "account",
		"owner" };
	static char not[] = "not", cancelled[] = "state:cancelled";
	struct call *c = d->c;
	char **word = xcalloc((size_t)c->argc + 2, sizeof *word);
	int r = -1;

	word[0] = not;
	word[1] = cancelled;
	for (int i = 0; i < c->argc; i++)
		word[i + 2] = c->argv[i];
	if (read_rows(
		c, "instalment", &until, 1, of_part, 5, take_part, d) == 0 &&
	    read_rows(c, "payment", NULL, 0, of_payment, 4, take_paid, d) ==
		0) {
		allocate(d);
		r = read_rows(c, "order", word, (size_t)c->argc + 2, of_order,
		    4, take_order, d);
	}
	free(word);
	return r;
}

int
verb_order_due(struct call *c)
{
	struct dues d = { .c = c,
		.rows = { .col = columns, .ncols = COLUMNS,
		    .none = "nothing is due" } };
	int64_t days = 0;
	char day[11], until[20];
	int r;

	if (within &&
	    (!span_int(span(within), &days) || days < 0 || days > 36500))
		return err_set(&c->err, ERR_USAGE,
		    "--within %s: a number of days", within);
	date_format(c->s.dates.today + (int32_t)days, day);
	snprintf(until, sizeof until, "due:..%s", day);
	r = find(&d, until);
	if (r == 0 && d.rows.ncells)
		qsort(d.rows.cell, d.rows.ncells / COLUMNS,
		    COLUMNS * sizeof *d.rows.cell, due_cmp);
	if (r == 0)
		r = rows_print(c, &d.rows);
	rows_release(&d.rows);
	free(d.part);
	free(d.paid);
	arena_release(&d.arena);
	return r;
}
