#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/query/query_impl.h"
#include "crm/trade/totals.h"
#include "store/id.h"

/*
 * Computed fields of quotes and orders. What is no draft has its totals in its
 * own fields; else, and for what nobody is told, its lines are added up, once
 * in a query and only where it is asked for (totals.h).
 */

/* What a query has added up of the documents of one entity. */
struct query_totals {
	struct entity *ent;
	struct totals *totals;
	struct query_totals *next;
};

void
query_totals_free(struct query *q)
{
	while (q->totals) {
		struct query_totals *x = q->totals;

		q->totals = x->next;
		totals_free(x->totals);
		free(x);
	}
}

static struct query_totals *
totals_of(const struct query *q, const struct entity *ent)
{
	struct query_totals *x = q->totals;

	while (x && x->ent != ent)
		x = x->next;
	return x;
}

/* The same, made where it is new, for all that its paths ask for. */
static struct query_totals *
totals_for(struct query *q, struct entity *ent)
{
	struct query_totals *x = totals_of(q, ent);
	unsigned what = 0;

	if (x)
		return x;
	for (size_t i = 0; i < q->npaths; i++)
		if (q->path[i]->virt && q->path[i]->node->ent == ent)
			what |= q->path[i]->virt->totals;
	x = xcalloc(1, sizeof *x);
	x->ent = ent;
	x->totals = totals_new(q->s, ent, what);
	x->next = q->totals;
	q->totals = x;
	return x;
}

bool
query_totals_late(const struct query *q)
{
	for (size_t i = 0; i < q->npaths; i++)
		if (q->path[i]->virt && q->path[i]->virt->totals &&
		    !q->path[i]->early)
			return true;
	return false;
}

/* The documents of the joined rows that are loaded. */
static int
joined(struct query_totals *x, const struct jtable *t, struct err *e)
{
	return totals_add(x->totals, t->full ? NULL : t->id, t->nrows, e);
}

int
query_totals(struct query *q, const struct span *const *row, size_t n,
    bool early_only, struct err *e)
{
	uint64_t *id = NULL;
	int r = 0;

	for (size_t i = 0; r == 0 && i < q->npaths; i++) {
		struct path *p = q->path[i];
		struct query_totals *x;

		if (!p->virt || !p->virt->totals || (early_only && !p->early))
			continue;
		x = totals_for(q, p->node->ent);
		if (p->node->table) {
			r = joined(x, p->node->table, e);
		} else if (row) {
			id = xreallocarray(id, n + 1, sizeof *id);
			for (size_t k = 0; k < n; k++)
				id[k] = id_pack_canonical(row[k][p->dep[0]]);
			r = totals_add(x->totals, id, n, e);
		} else {
			r = totals_add(x->totals, q->has_ids ? q->id : NULL,
			    q->nids, e);
		}
	}
	free(id);
	return r;
}

static const struct total *
find(struct qthread *t, const struct path *p, const struct span *cell)
{
	struct query_totals *x = totals_of(t->q, p->node->ent);

	return x ? totals_find(
		       x->totals, id_pack_canonical(cell[p->dep[0]]))
		 : NULL;
}

static struct span
text(struct qthread *t, const struct path *p, const struct span *cell)
{
	struct buf *b = &t->text[p->index];
	struct dec d;

	buf_reset(b);
	if (p->virt->dec(t, p, cell, &d) == 1)
		dec_format(b, d.value, d.scale);
	return buf_span(b);
}

static int
is(int64_t units, const struct total *x, struct dec *out)
{
	*out = (struct dec){ units, x->exponent };
	return 1;
}

/* dep: id, state, what was issued. */
static int
sum(struct qthread *t, const struct path *p, const struct span *cell,
    int64_t (*of)(const struct total *x), struct dec *out)
{
	struct span issued = cell[p->dep[2]];
	const struct total *x;

	if (!totals_stored(cell[p->dep[1]], issued)) {
		x = find(t, p, cell);
		if (x && x->known)
			return is(of(x), x, out);
	}
	return issued.n ? dec_parse(issued, out) ? 1 : -1 : 0;
}

#define SUM(field)                                                             \
	static int64_t of_##field(const struct total *x)                       \
	{                                                                      \
		return x->field;                                               \
	}                                                                      \
	static int field##_dec(struct qthread *t, const struct path *p,        \
	    const struct span *cell, struct dec *out)                          \
	{                                                                      \
		return sum(t, p, cell, of_##field, out);                       \
	}

SUM(net)
SUM(taxes)
SUM(total)

static int
margin_dec(struct qthread *t, const struct path *p, const struct span *cell,
    struct dec *out)
{
	const struct total *x = find(t, p, cell);

	return x && x->known && x->costs ? is(x->margin, x, out) : 0;
}

static int
off_dec(struct qthread *t, const struct path *p, const struct span *cell,
    struct dec *out)
{
	const struct total *x = find(t, p, cell);

	return x && x->known ? is(x->off, x, out) : 0;
}

static int
listed_dec(struct qthread *t, const struct path *p, const struct span *cell,
    struct dec *out)
{
	const struct total *x = find(t, p, cell);

	return x && x->known ? is(x->listed, x, out) : 0;
}

/*
 * What a document is less than its lines at list prices, in percent up to this,
 * to a decimal: what cents were rounded by makes no 5 % more than that.
 */
static const struct {
	int percent;
	const char *name;
} bands[] = { { 0, "0" }, { 5, "0-5" }, { 10, "5-10" }, { 20, "10-20" },
	{ 100, "20+" } };
#define BANDS "0;0-5;5-10;10-20;20+"

static struct span
band(struct qthread *t, const struct path *p, const struct span *cell)
{
	const struct total *x = find(t, p, cell);
	size_t i = 1, last = sizeof bands / sizeof *bands - 1;
	int128 less, tenths;

	if (!x || !x->known || x->listed <= 0)
		return span("");
	less = (int128)x->listed - x->sold;
	tenths = round_div(less * 1000, x->listed);
	while (i < last && tenths > 10 * bands[i].percent)
		i++;
	return span(bands[less > 0 ? i : 0].name);
}

/* Of a line. dep: list, price, quantity, currency, kind. */
static int
line_listed_dec(struct qthread *t, const struct path *p,
    const struct span *cell, struct dec *out)
{
	struct span kind = cell[p->dep[4]], code = cell[p->dep[3]];
	struct dec list, price, quantity;
	int exponent = currency_exponent(
	    code.n ? code : span(t->q->s->currency));
	int128 n, d = 1;

	if (kind.n && !span_eqs(kind, "item") && !span_eqs(kind, "gift"))
		return 0;
	if (!dec_parse(cell[p->dep[2]], &quantity) ||
	    !dec_parse(cell[p->dep[1]], &price))
		return 0;
	if (!dec_parse(cell[p->dep[0]], &list) || dec_cmp(list, price) < 0)
		list = price;
	if (exponent < 0)
		exponent = 2;
	n = (int128)list.value * quantity.value;
	for (int k = list.scale + quantity.scale; k < exponent; k++)
		n *= 10;
	for (int k = list.scale + quantity.scale; k > exponent; k--)
		d *= 10;
	n = round_div(n, d);
	if (n > INT64_MAX || n < -INT64_MAX)
		return -1;
	*out = (struct dec){ (int64_t)n, exponent };
	return 1;
}

static int
paid_dec(struct qthread *t, const struct path *p, const struct span *cell,
    struct dec *out)
{
	const struct total *x = find(t, p, cell);

	return x ? is(x->paid, x, out) : 0;
}

/* What of an order is yet to be paid. */
static int
owing_dec(struct qthread *t, const struct path *p, const struct span *cell,
    struct dec *out)
{
	const struct total *x = find(t, p, cell);
	struct dec all;
	int64_t units;
	int r = total_dec(t, p, cell, &all);

	if (!x || (r != 1 && !x->planned))
		return r < 0 ? -1 : 0;
	if (span_eqs(cell[p->dep[1]], "cancelled"))
		return is(-x->paid, x, out);
	/* instalments are what is payable: the total in whole coins */
	if (x->planned)
		units = x->payable;
	else if (dec_rescale(all, x->exponent, &units, NULL))
		return -1;
	return is(units - x->paid, x, out);
}

/* How an order stands: what is paid, and what should be. */
static struct span
order_standing(
    struct qthread *t, const struct path *p, const struct span *cell)
{
	struct span state = cell[p->dep[1]];
	const struct total *x = find(t, p, cell);
	struct dec owing;

	if (!x || span_eqs(state, "cancelled") ||
	    owing_dec(t, p, cell, &owing) != 1)
		return state;
	if (owing.value <= 0 && x->paid > 0)
		return span("paid");
	return x->due > x->paid ? span("overdue") : state;
}

/* Days before its end from which a quote is said to expire. */
enum { EXPIRING = 7 };

static struct span
quote_standing(
    struct qthread *t, const struct path *p, const struct span *cell)
{
	int32_t today = t->q->s->dates.today, day;
	struct span state = cell[p->dep[0]];

	if (!state.n)
		return span("draft");
	if (!span_eqs(state, "issued") && !span_eqs(state, "sent"))
		return state;
	if (date_parse(cell[p->dep[1]], &day) && day < today + EXPIRING)
		return span(day < today ? "expired" : "expiring");
	return date_parse(cell[p->dep[2]], &day) && day <= today
	    ? span("due")
	    : span("open");
}

static struct span
quote_approval(
    struct qthread *t, const struct path *p, const struct span *cell)
{
	const struct total *x = find(t, p, cell);

	if (!x || x->approval == APPROVAL_NOT_NEEDED)
		return span("");
	return span(x->approval == APPROVAL_GIVEN ? "given" : "missing");
}

#define QUOTE_STANDINGS                                                        \
	"draft;open;due;expiring;expired;accepted;rejected;superseded;ordered"
#define ORDER_STANDINGS                                                        \
	"confirmed;production;delivered;installed;overdue;paid;cancelled"

#define SUMS(e)                                                                \
	{ e, "net", { "id", "state", "issued_net" }, NULL, false, false, text, \
	    net_dec, TOTALS_SUMS, false },                                     \
	    { e, "taxes", { "id", "state", "issued_taxes" }, NULL, false,      \
		false, text, taxes_dec, TOTALS_SUMS, false },                  \
	    { e, "total", { "id", "state", "issued_total" }, NULL, false,      \
		false, text, total_dec, TOTALS_SUMS, false },                  \
	    { e, "margin", { "id" }, NULL, false, false, text, margin_dec,     \
		TOTALS_MARGIN, false },                                        \
	{ e, "off", { "id" }, NULL, false, false, text, off_dec,               \
	    TOTALS_MARGIN, false },                                            \
	{ e, "listed", { "id" }, NULL, false, false, text, listed_dec,         \
	    TOTALS_MARGIN, false },                                            \
	{                                                                      \
		e, "band", { "id" }, BANDS, false, false, band, NULL,          \
		    TOTALS_MARGIN, false                                       \
	}
#define LINES(e)                                                               \
	{                                                                      \
		e, "listed",                                                   \
		    { "list", "price", "quantity", "currency", "kind" }, NULL, \
		    false, false, text, line_listed_dec, 0, false              \
	}

static const struct virt table[] = {
	SUMS("quote"),
	{ "quote", "standing", { "state", "valid_until", "followup" },
	    QUOTE_STANDINGS, false, false, quote_standing, NULL, 0,
	    false },
	{ "quote", "approval", { "id" }, "missing;given", false, false,
	    quote_approval, NULL, TOTALS_APPROVAL, false },
	LINES("quote-line"),
	SUMS("order"),
	LINES("order-line"),
	{ "order", "paid", { "id" }, NULL, false, false, text, paid_dec,
	    TOTALS_PAID, false },
	{ "order", "owing", { "id", "state", "issued_total" }, NULL, false,
	    false, text, owing_dec, TOTALS_SUMS | TOTALS_PAID,
	    false },
	{ "order", "standing", { "id", "state", "issued_total" },
	    ORDER_STANDINGS, false, false, order_standing, NULL,
	    TOTALS_SUMS | TOTALS_PAID,
	    false },
};

const struct virt *
virt_trade(size_t *n)
{
	*n = sizeof table / sizeof *table;
	return table;
}
