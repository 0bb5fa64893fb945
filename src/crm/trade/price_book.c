/* Step 1 of a price: books, quantities, currencies. */
#include <string.h>

#include "base/mem.h"
#include "crm/trade/price_impl.h"
#include "store/id.h"

/* A book is based on a book is based on a book. */
enum { CHAIN = 20 };

/* What fits the arithmetic behind it: 10^15 whole units, with all digits. */
#define UNITS_MAX ((int128)1000000000000000000)

int64_t
price_ten(int n)
{
	int64_t ten = 1;

	while (n-- > 0)
		ten *= 10;
	return ten;
}

/* --- currencies ---------------------------------------------------------- */

static const struct rate *
rate_of(const struct pricer *p, struct span currency, int32_t day)
{
	static const struct rate one = { .rate = { 1, 0 } };

	return currency.n ? config_rate(p->config, currency, day) : &one;
}

static int
no_rate(struct span missing, struct span from, struct span to, int32_t day,
    struct err *e)
{
	char text[11];

	date_format(day, text);
	return err_set(e, ERR_USAGE,
	    "no rate of %.*s on %s, to go from %.*s to %.*s: add a row to "
	    "config/rates.csv (currency,date,rate), or a price book in %.*s",
	    SPANF(missing), text, SPANF(from), SPANF(to), SPANF(to));
}

/* value * a / b with `digits` digits; scales are what each has. */
static int
scale_to(struct dec d, struct dec a, struct dec b, int digits, int64_t *units,
    struct err *e)
{
	int k = digits - d.scale - a.scale + b.scale;
	int128 n = (int128)d.value * a.value, div = b.value;
	bool over = false;

	for (; k > 0; k--)
		over |= __builtin_mul_overflow(n, (int128)10, &n);
	for (; k < 0; k++)
		over |= __builtin_mul_overflow(div, (int128)10, &div);
	if (!over) {
		n = round_div(n, div);
		over = n > UNITS_MAX || n < -UNITS_MAX;
	}
	if (over)
		return err_set(e, ERR_DATA, "the price is too large");
	*units = (int64_t)n;
	return 0;
}

int
price_exchange(struct pricer *p, struct dec d, struct span from,
    struct span to, int32_t day, int digits, int64_t *units, struct err *e)
{
	static const struct dec one = { 1, 0 };
	const struct rate *a, *b;

	if (!from.n)
		from = span(p->s->currency);
	if (!from.n || span_eq(from, to))
		return scale_to(d, one, one, digits, units, e);
	a = rate_of(p, from, day);
	b = rate_of(p, to, day);
	if (!a || !b)
		return no_rate(a ? to : from, from, to, day, e);
	return scale_to(d, a->rate, b->rate, digits, units, e);
}

/* --- books --------------------------------------------------------------- */

static struct price_book *
book_find(struct pricer *p, uint64_t id)
{
	for (size_t i = 0; i < p->nbooks; i++)
		if (p->book[i].r.id == id)
			return &p->book[i];
	return NULL;
}

static bool
book_in(const struct price_book *b, struct span currency)
{
	return span_eq(record_get(&b->r, "currency"), currency);
}

/*
 * The book for this customer: the first that fits of those in the currency,
 * else of those from which a rate leads to it. NULL: none.
 */
static int
book_for(struct pricing *g, const struct price_book **out, struct err *e)
{
	struct pricer *p = g->p;
	const struct price_request *r = g->r;

	*out = NULL;
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < p->nbooks; i++) {
			struct price_book *b = &p->book[i];
			struct span cur = record_get(&b->r, "currency");
			bool yes;

			if (book_in(b, r->currency) != (pass == 0) ||
			    span_eqs(record_get(&b->r, "active"), "no") ||
			    !price_valid(b->from, b->to, r->day) ||
			    (pass == 1 &&
				(!rate_of(p, cur, r->day) ||
				    !rate_of(p, r->currency, r->day))))
				continue;
			if (price_selects(
				p->s, &b->customers, r->account, &yes, e))
				return -1;
			if (yes) {
				*out = b;
				return 0;
			}
		}
	}
	return 0;
}

/* a < b, as numbers. */
static bool
less(struct dec a, struct dec b)
{
	int128 x = a.value, y = b.value;

	for (int i = a.scale; i < b.scale; i++)
		x *= 10;
	for (int i = b.scale; i < a.scale; i++)
		y *= 10;
	return x < y;
}

/*
 * Of the prices of a book for a product the one that holds: of the largest min
 * that is reached, and of these the newest.
 */
static const struct record *
price_in(const struct pricing *g, const struct record *price, size_t n,
    uint64_t book, struct dec *min)
{
	const struct record *best = NULL;
	int32_t since = DATE_NONE;

	for (size_t i = 0; i < n; i++) {
		int32_t from = DATE_NONE, to = DATE_NONE;
		struct dec m = { 0, 0 };

		if (id_pack_canonical(record_get(&price[i], "book")) != book)
			continue;
		(void)date_parse(record_get(&price[i], "from"), &from);
		(void)date_parse(record_get(&price[i], "to"), &to);
		(void)dec_parse(record_get(&price[i], "min"), &m);
		if (!price_valid(from, to, g->r->day) ||
		    less(g->r->quantity, m))
			continue;
		if (best &&
		    (less(m, *min) ||
			(!less(*min, m) &&
			    (from < since ||
				(from == since &&
				    price[i].id < best->id)))))
			continue;
		best = &price[i];
		*min = m;
		since = from;
	}
	return best;
}

/* --- the list price ------------------------------------------------------ */

/* A price as it stands in the store, taken over into the currency. */
static int
begin(struct pricing *g, struct dec d, struct span from, struct span what,
    struct span how, struct err *e)
{
	struct span to = g->r->currency;
	int64_t raw;

	if (d.scale > PRICE_DIGITS)
		return err_set(e, ERR_DATA,
		    "a price has at most %d digits behind its point",
		    PRICE_DIGITS);
	if (d.value < 0)
		return err_set(e, ERR_DATA, "the price is below 0");
	g->digits = d.scale > g->exponent ? d.scale : g->exponent;
	if (price_exchange(
		g->p, d, from, to, g->r->day, g->digits, &g->units, e))
		return -1;
	if (!from.n)
		from = span(g->p->s->currency);
	if (from.n && !span_eq(from, to)) {
		raw = g->units;
		g->units = d.value * price_ten(g->digits - d.scale);
		price_step_add(g, what,
		    how.n ? arena_printf(g->a, "%.*s, %.*s", SPANF(how),
				SPANF(from))
			  : from);
		g->units = raw;
		price_step_add(g,
		    arena_printf(g->a, "%.*s to %.*s", SPANF(from), SPANF(to)),
		    span("at the day's rates"));
	} else {
		price_step_add(g, what, how);
	}
	return 0;
}

static int
own_price(struct pricing *g, const struct record *product, struct err *e)
{
	struct dec d;

	if (!dec_parse(record_get(product, "price"), &d))
		return err_set(e, ERR_USAGE,
		    "%.*s has no price: give price=..., or crm-product set "
		    "%.*s price=...",
		    SPANF(record_get(product, "name")),
		    SPANF(record_get(product, "id")));
	return begin(g, d, record_get(product, "currency"), span("list price"),
	    span(""), e);
}

int
price_list(struct pricing *g, const struct record *product, struct err *e)
{
	const struct price_book *book;
	const struct record *price;
	size_t n;

	if (g->r->book) {
		book = book_find(g->p, g->r->book);
		if (!book)
			return err_set(e, ERR_NOENT, "no such price book");
	} else if (book_for(g, &book, e)) {
		return -1;
	}
	if (!book)
		return own_price(g, product, e);
	if (price_rows_of(g->p, &g->p->prices, product->id, &price, &n, e))
		return -1;
	for (int i = 0; book && i < CHAIN; i++) {
		struct dec min = { 0, 0 }, d;
		const struct record *x =
		    price_in(g, price, n, book->r.id, &min);

		if (x && dec_parse(record_get(x, "price"), &d))
			return begin(g, d, record_get(&book->r, "currency"),
			    record_get(&book->r, "name"),
			    min.value ? arena_printf(g->a, "from %.*s",
					    SPANF(dec_span(g->a, min.value,
						min.scale)))
				      : span(""),
			    e);
		book = book_find(g->p,
		    id_pack_canonical(record_get(&book->r, "parent")));
	}
	return own_price(g, product, e);
}
