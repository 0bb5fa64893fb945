#include "crm/trade/price.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/trade/doc_impl.h"
#include "crm/trade/price_impl.h"
#include "store/id.h"

static struct entity *
entity(const struct session *s, const char *name)
{
	return schema_entity(&s->schema, span(name));
}

/* --- the tables ---------------------------------------------------------- */

static int
rank_cmp(int64_t a, int64_t b, uint64_t x, uint64_t y)
{
	return a != b ? (a > b) - (a < b) : (x > y) - (x < y);
}

static int
book_cmp(const void *a, const void *b)
{
	const struct price_book *x = a, *y = b;

	return rank_cmp(x->rank, y->rank, x->r.id, y->r.id);
}

static int
discount_cmp(const void *a, const void *b)
{
	const struct discount *x = a, *y = b;

	return rank_cmp(x->rank, y->rank, x->r.id, y->r.id);
}

/* A filter in a cell; what is wrong with it is said with its place. */
static int
cell_filter(struct pricer *p, const struct record *r, const char *field,
    const char *of, struct price_select *out, struct err *e)
{
	return price_select_new(
		   p->s, entity(p->s, of), record_get(r, field), out, e)
	    ? err_prefix(e, "%s: ", field)
	    : 0;
}

static int
read_books(struct pricer *p, struct err *e)
{
	struct record *r;
	size_t n;

	if (doc_read(p->s, entity(p->s, "pricebook"), NULL, &p->arena, &r, &n,
		e))
		return -1;
	p->book = xcalloc(n + 1, sizeof *p->book);
	for (; p->nbooks < n; p->nbooks++) {
		struct price_book *b = &p->book[p->nbooks];

		b->r = r[p->nbooks];
		b->rank = NO_RANK;
		b->from = b->to = DATE_NONE;
		(void)span_int(record_get(&b->r, "rank"), &b->rank);
		(void)date_parse(record_get(&b->r, "from"), &b->from);
		(void)date_parse(record_get(&b->r, "to"), &b->to);
		if (cell_filter(p, &b->r, "customers", "account",
			&b->customers, e))
			return err_prefix(e, "price-books.csv: %.*s (%.*s): ",
			    SPANF(record_get(&b->r, "id")),
			    SPANF(record_get(&b->r, "name")));
	}
	if (n)
		qsort(p->book, n, sizeof *p->book, book_cmp);
	return 0;
}

static int
read_discounts(struct pricer *p, struct err *e)
{
	struct record *r;
	size_t n;

	if (doc_read(
		p->s, entity(p->s, "discount"), NULL, &p->arena, &r, &n, e))
		return -1;
	p->discount = xcalloc(n + 1, sizeof *p->discount);
	for (; p->ndiscounts < n; p->ndiscounts++) {
		struct discount *d = &p->discount[p->ndiscounts];

		if (discount_parse(p->s, &r[p->ndiscounts], d, e) ||
		    cell_filter(p, &d->r, "products", "product", &d->products,
			e) ||
		    cell_filter(p, &d->r, "customers", "account",
			&d->customers, e)) {
			/* its first filter may be there already */
			price_select_release(&d->products);
			if (e && e->code == ERR_USAGE)
				e->code = ERR_DATA;
			return err_prefix(e, "discounts.csv: %.*s (%.*s): ",
			    SPANF(record_get(&d->r, "id")),
			    SPANF(record_get(&d->r, "name")));
		}
	}
	if (n)
		qsort(p->discount, n, sizeof *p->discount, discount_cmp);
	return 0;
}

struct part_row {
	uint64_t of;
	size_t row;
	struct bundle_part part;
};

static int
part_cmp(const void *a, const void *b)
{
	const struct part_row *x = a, *y = b;

	if (x->of != y->of)
		return x->of < y->of ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

static int
read_parts(struct pricer *p, struct err *e)
{
	struct part_row *row;
	struct record *r;
	size_t n;

	if (doc_read(
		p->s, entity(p->s, "bundle"), NULL, &p->arena, &r, &n, e))
		return -1;
	row = xcalloc(n + 1, sizeof *row);
	for (size_t i = 0; i < n; i++) {
		row[i].of = id_pack_canonical(record_get(&r[i], "bundle"));
		row[i].part.product =
		    id_pack_canonical(record_get(&r[i], "part"));
		row[i].row = i;
		if (!dec_parse(record_get(&r[i], "quantity"),
			&row[i].part.quantity))
			row[i].part.quantity = (struct dec){ 1, 0 };
	}
	if (n)
		qsort(row, n, sizeof *row, part_cmp);
	p->part = xcalloc(n + 1, sizeof *p->part);
	p->of = xcalloc(n + 1, sizeof *p->of);
	for (p->nparts = 0; p->nparts < n; p->nparts++) {
		p->part[p->nparts] = row[p->nparts].part;
		p->of[p->nparts] = row[p->nparts].of;
	}
	free(row);
	return 0;
}

int
pricer_new(struct session *s, struct pricer **out, struct err *e)
{
	struct pricer *p = xcalloc(1, sizeof *p);

	p->s = s;
	p->products.ent = entity(s, "product");
	p->products.by = "id";
	p->prices.ent = entity(s, "price");
	p->prices.by = "product";
	if (session_config(s, &p->config, e) || read_books(p, e) ||
	    read_discounts(p, e) || read_parts(p, e)) {
		pricer_free(p);
		return -1;
	}
	*out = p;
	return 0;
}

int
session_pricer(struct session *s, struct pricer **out, struct err *e)
{
	if (!s->pricer && pricer_new(s, &s->pricer, e))
		return -1;
	*out = s->pricer;
	return 0;
}

void
pricer_free(struct pricer *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->nbooks; i++)
		price_select_release(&p->book[i].customers);
	for (size_t i = 0; i < p->ndiscounts; i++) {
		price_select_release(&p->discount[i].products);
		price_select_release(&p->discount[i].customers);
	}
	free(p->products.group);
	free(p->prices.group);
	free(p->book);
	free(p->discount);
	free(p->part);
	free(p->of);
	free(p->order);
	free(p->used);
	arena_release(&p->arena);
	free(p);
}

/* --- a price ------------------------------------------------------------- */

int
price_product(struct pricer *p, uint64_t id, const struct record **out,
    struct err *e)
{
	char text[ID_LEN + 1];
	size_t n;

	if (price_rows_of(p, &p->products, id, out, &n, e))
		return -1;
	id_unpack(id, text);
	return n ? 0 : err_set(e, ERR_NOENT, "no product %s", text);
}

int
price_name(struct pricer *p, uint64_t product, struct span *sku,
    struct span *name, struct err *e)
{
	const struct record *r;

	if (price_product(p, product, &r, e))
		return -1;
	*sku = record_get(r, "sku");
	*name = record_get(r, "name");
	return 0;
}

void
price_step_add(struct pricing *g, struct span what, struct span how)
{
	struct price_step *old = g->out->step, *x;

	if (g->out->nsteps == g->cap) {
		g->cap = g->cap ? 2 * g->cap : 8;
		g->out->step =
		    arena_alloc(g->a, g->cap * sizeof *g->out->step);
		if (g->out->nsteps)
			memcpy(g->out->step, old,
			    g->out->nsteps * sizeof *old);
	}
	x = &g->out->step[g->out->nsteps++];
	x->what = arena_span(g->a, what);
	x->how = arena_span(g->a, how);
	x->price.value = g->units;
	x->price.scale = g->digits;
}

/* --- what it costs ------------------------------------------------------- */

static bool cost_of(struct pricing *g, const struct record *product,
    int depth, struct dec *out);

/* In the currency of the request; false where no rate leads to it. */
static bool
own_cost(struct pricing *g, const struct record *product, struct dec cost,
    struct dec *out)
{
	struct err none = { 0 };
	bool known;

	out->scale = cost.scale > g->exponent && cost.scale <= PRICE_DIGITS
	    ? cost.scale
	    : g->exponent;
	known = price_exchange(g->p, cost, record_get(product, "currency"),
		    g->r->currency, g->r->day, out->scale, &out->value,
		    &none) == 0;
	err_release(&none);
	return known;
}

/* n times cost in units of 10^-PRICE_DIGITS; false where it is too much. */
static bool
times(struct dec cost, struct dec n, int128 *out)
{
	int digits = cost.scale + n.scale - PRICE_DIGITS;
	int128 v = (int128)cost.value * n.value;

	if (digits < 0)
		return !__builtin_mul_overflow(
		    v, (int128)price_ten(-digits), out);
	if (digits > 18)
		return false;
	*out = round_div(v, price_ten(digits));
	return true;
}

/* What its parts cost together, if that is known of each. */
static bool
parts_cost(struct pricing *g, const struct record *product, int depth,
    struct dec *out)
{
	const struct bundle_part *part;
	int128 sum = 0, v;
	size_t n;

	price_parts(g->p, product->id, &part, &n);
	for (size_t i = 0; i < n; i++) {
		const struct record *r;
		struct err none = { 0 };
		struct dec cost;
		bool known = price_product(
				 g->p, part[i].product, &r, &none) == 0 &&
		    cost_of(g, r, depth - 1, &cost) &&
		    times(cost, part[i].quantity, &v);

		err_release(&none);
		if (!known || v > INT64_MAX - sum || v < 0)
			return false;
		sum += v;
	}
	out->value = (int64_t)sum;
	out->scale = PRICE_DIGITS;
	for (; out->scale > g->exponent && out->value % 10 == 0; out->scale--)
		out->value /= 10;
	return n > 0;
}

static bool
cost_of(struct pricing *g, const struct record *product, int depth,
    struct dec *out)
{
	struct dec cost;

	if (dec_parse(record_get(product, "cost"), &cost))
		return own_cost(g, product, cost, out);
	return depth > 0 && parts_cost(g, product, depth, out);
}

/*
 * What a line has of its product, but for the price. A cost that no rate leads
 * to is not known: it is inside only, and does not keep anyone from offering.
 */
static void
product_facts(struct pricing *g, const struct record *product)
{
	struct priced *out = g->out;

	out->sku = arena_span(g->a, record_get(product, "sku"));
	out->name = arena_span(g->a, record_get(product, "name"));
	out->unit = arena_span(g->a, record_get(product, "unit"));
	out->tax = arena_span(g->a, record_get(product, "tax"));
	(void)span_int(record_get(product, "warranty"), &out->warranty);
	out->has_cost = cost_of(g, product, BUNDLE_DEPTH, &out->cost);
}

static bool
is_quantity(struct dec q)
{
	return q.value > 0 && q.scale <= PRICE_DIGITS &&
	    q.value / price_ten(q.scale) <= 1000000000000;
}

int
price_of(struct pricer *p, const struct price_request *r, struct arena *a,
    struct priced *out, struct err *e)
{
	struct pricing g = { .p = p, .r = r, .a = a, .out = out };
	const struct record *product;

	memset(out, 0, sizeof *out);
	g.exponent = currency_exponent(r->currency);
	if (g.exponent < 0)
		return err_set(e, ERR_USAGE,
		    r->currency.n ? "'%.*s' is no currency of ISO 4217"
				  : "in which currency%.*s? give one, or set "
				    "core.currency in crmrc",
		    SPANF(r->currency));
	if (!is_quantity(r->quantity))
		return err_set(e, ERR_USAGE,
		    "a quantity is above 0, with up to %d digits behind the "
		    "point", PRICE_DIGITS);
	if (price_product(p, r->product, &product, e))
		return -1;
	product_facts(&g, product);
	if (span_eqs(record_get(product, "active"), "no"))
		return err_set(e, ERR_USAGE, "%.*s is not sold any more",
		    SPANF(out->name));
	if (price_vouchers(p, r, e) || price_list(&g, product, e))
		return -1;
	out->list.value = g.units;
	out->list.scale = g.digits;
	if (price_discounts(&g, product, e))
		return -1;
	out->price.value = g.units;
	out->price.scale = g.digits;
	return 0;
}

void
price_parts(struct pricer *p, uint64_t product,
    const struct bundle_part **out, size_t *n)
{
	size_t lo = 0, hi = p->nparts;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (p->of[mid] < product)
			lo = mid + 1;
		else
			hi = mid;
	}
	*out = p->part + lo;
	for (*n = 0; lo + *n < p->nparts && p->of[lo + *n] == product;)
		++*n;
}

void
price_why(const struct priced *p, struct buf *out)
{
	for (size_t i = 0; i < p->nsteps; i++) {
		const struct price_step *x = &p->step[i];

		if (i)
			buf_adds(out, "; ");
		if (i == 0)
			buf_adds(out, "list ");
		else
			buf_addf(out, "%.*s %.*s ", SPANF(x->what),
			    SPANF(x->how));
		dec_format(out, x->price.value, x->price.scale);
		if (i == 0)
			buf_addf(out, " (%.*s%s%.*s)", SPANF(x->what),
			    x->how.n ? ", " : "", SPANF(x->how));
	}
}
