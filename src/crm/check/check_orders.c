/*
 * What orders say of themselves: instalments that sum to what was agreed,
 * payments in their currency, no more delivered than was ordered or paid than
 * is owed. Commands see to that; two clones that are merged need not.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/check/check_impl.h"
#include "crm/query/query.h"
#include "store/id.h"

/* A sum by id: of instalments, payments, lines, deliveries. In millionths. */
struct tally {
	uint64_t id;
	int64_t sum;
	size_t n;
};

struct tallies {
	struct tally *v;
	size_t n, cap;
};

struct orders {
	struct check *c;
	struct entity *ent;
	struct tallies parts, paid, lines, out;
	struct tallies *to; /* of the rows at hand */
	const char *less;   /* the kind that is taken off */
};

/* --- reading ------------------------------------------------------------- */

static int
stream(struct check *c, const char *entity, const char *const *name, size_t n,
    query_row_fn *fn, void *ctx, struct err *e)
{
	struct query *q = query_new(
	    c->s, schema_entity(&c->s->schema, span(entity)));
	struct path *path[8];
	bool label[8] = { false };
	struct err bad = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++)
		r = query_path(q, span(name[i]), false, &path[i], &bad);
	/* what cannot be read was told by then */
	if (r == 0)
		r = query_stream(q, path, label, n, fn, ctx, e);
	else
		r = 0;
	err_release(&bad);
	query_free(q);
	return r < 0 ? -1 : 0;
}

/* query_row_fn: id, amount, kind */
static int
add_row(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct orders *o = ctx;
	struct tally t = { .id = id_pack_canonical(cell[0]), .n = 1 };

	(void)e;
	(void)dec_units(cell[1], 6, &t.sum);
	if (n > 2 && o->less && span_eqs(cell[2], o->less))
		t.sum = -t.sum;
	GROW(o->to->v, o->to->n, o->to->cap);
	o->to->v[o->to->n++] = t;
	return 0;
}

static int
tally_cmp(const void *a, const void *b)
{
	const struct tally *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

/* Sums rows by id. */
static int
tally(struct orders *o, const char *entity, const char *by,
    const char *amount, const char *kind, const char *less,
    struct tallies *to, struct err *e)
{
	const char *const name[] = { by, amount, kind };
	size_t k = 0;

	o->to = to;
	o->less = less;
	if (stream(o->c, entity, name, kind ? 3 : 2, add_row, o, e))
		return -1;
	if (to->n)
		qsort(to->v, to->n, sizeof *to->v, tally_cmp);
	for (size_t i = 0; i < to->n; i++) {
		if (i && to->v[i].id == to->v[k - 1].id) {
			to->v[k - 1].sum += to->v[i].sum;
			to->v[k - 1].n++;
		} else {
			to->v[k++] = to->v[i];
		}
	}
	to->n = k;
	return 0;
}

static const struct tally *
find(const struct tallies *t, uint64_t id)
{
	struct tally key = { .id = id };

	return t->n ? bsearch(&key, t->v, t->n, sizeof *t->v, tally_cmp)
		    : NULL;
}

/* --- findings ------------------------------------------------------------ */

static int
say(struct orders *o, const struct entity *ent, struct span id,
    enum check_level level, const char *what, struct err *e)
{
	char path[3][PATH_CAP];

	entity_paths(ent, id_pack_canonical(id), path);
	return check_say(o->c, path[0], 0, level, e, "%.*s: %s", SPANF(id),
	    what);
}

/* query_row_fn: id, issued_total, cash, quote, state */
static int
order_row(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct orders *o = ctx;
	uint64_t id = id_pack_canonical(cell[0]);
	const struct tally *parts = find(&o->parts, id);
	const struct tally *paid = find(&o->paid, id);
	int64_t total, cash = 0, off;

	(void)n;
	if (!dec_units(cell[1], 6, &total))
		return 0;
	(void)dec_units(cell[2], 6, &cash);
	off = parts ? parts->sum - total : 0;
	if (parts && (off < 0 ? -off : off) >= (cash > 0 ? cash : 1) &&
	    say(o, o->ent, cell[0], CHECK_ERROR,
		"its instalments do not sum to what was agreed", e))
		return -1;
	if (paid && paid->sum > (parts ? parts->sum : total) &&
	    say(o, o->ent, cell[0], CHECK_NOTE,
		"more is paid than is owed: crm-order pay --refund", e))
		return -1;
	if (paid && paid->sum < 0 &&
	    say(o, o->ent, cell[0], CHECK_NOTE,
		"more was given back than was paid", e))
		return -1;
	if (cell[3].n && !find(&o->lines, id))
		return say(o, o->ent, cell[0], CHECK_ERROR, "it has no lines",
		    e);
	return 0;
}

/* query_row_fn: id, quantity */
static int
line_row(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct orders *o = ctx;
	const struct tally *out = find(&o->out, id_pack_canonical(cell[0]));
	const struct entity *ent =
	    schema_entity(&o->c->s->schema, span("order-line"));
	int64_t ordered = 1000000;

	(void)n;
	(void)dec_units(cell[1], 6, &ordered);
	if (out && out->sum > ordered)
		return say(o, ent, cell[0], CHECK_NOTE,
		    "more of it is delivered than was ordered: crm-order "
		    "return", e);
	if (out && out->sum < 0)
		return say(o, ent, cell[0], CHECK_NOTE,
		    "more of it came back than was delivered", e);
	return 0;
}

/* query_row_fn: id, currency, order.currency */
static int
payment_row(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct orders *o = ctx;

	(void)n;
	if (!cell[1].n || !cell[2].n || span_eq(cell[1], cell[2]))
		return 0;
	return say(o, schema_entity(&o->c->s->schema, span("payment")),
	    cell[0], CHECK_ERROR, "is in another currency than its order", e);
}

int
check_orders(struct check *c, struct err *e)
{
	static const char *const of_order[] = { "id", "issued_total", "cash",
		"quote" };
	static const char *const of_line[] = { "id", "quantity" };
	static const char *const of_payment[] = { "id", "currency",
		"order.currency" };
	struct orders o = { .c = c,
		.ent = schema_entity(&c->s->schema, span("order")) };
	int r = tally(&o, "instalment", "order", "amount", NULL, NULL,
		    &o.parts, e) ||
		tally(&o, "payment", "order", "amount", "kind", "refund",
		    &o.paid, e) ||
		tally(&o, "order-line", "order", "quantity", NULL, NULL,
		    &o.lines, e) ||
		tally(&o, "delivery", "line", "quantity", "kind", "return",
		    &o.out, e) ||
		stream(c, "order", of_order, 4, order_row, &o, e) ||
		stream(c, "order-line", of_line, 2, line_row, &o, e) ||
		stream(c, "payment", of_payment, 3, payment_row, &o, e)
	    ? -1
	    : 0;

	free(o.parts.v);
	free(o.paid.v);
	free(o.lines.v);
	free(o.out.v);
	return r;
}
