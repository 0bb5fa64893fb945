/* Step 2 of a price: discounts, vouchers, gifts. */
#include <string.h>

#include "base/mem.h"
#include "crm/trade/price_impl.h"
#include "store/id.h"

/* --- does it apply? ------------------------------------------------------ */

static bool
was_given(const struct discount *d, const struct price_request *r)
{
	for (size_t i = 0; i < r->nvouchers; i++)
		if (span_ieq(d->voucher, r->voucher[i]))
			return true;
	return !d->voucher.n;
}

/* Does it hold that day? */
static bool
in_season(const struct discount *d, int32_t day)
{
	int y, m, n;

	date_civil(day, &y, &m, &n);
	return d->active && price_valid(d->from, d->to, day) &&
	    (!d->months || d->months & 1u << m);
}

static int
order_day(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct pricer *p = ctx;
	int32_t day = DATE_NONE;

	(void)n;
	(void)e;
	if (span_eqs(cell[0], "cancelled"))
		return 0;
	(void)date_parse(cell[1], &day);
	GROW(p->order, p->norders, p->order_cap);
	p->order[p->norders++] = day;
	return 0;
}

/* The orders of an account before a day, cancelled ones left out. */
static int
orders_before(struct pricer *p, uint64_t account, int32_t day, int64_t *n,
    struct err *e)
{
	struct query *q;
	struct path *path[2];
	const bool label[2] = { false, false };
	char word[24] = "account:", *words = word;
	int r = -1;

	*n = 0;
	if (!account)
		return 0;
	if (p->account != account) {
		p->norders = 0;
		id_unpack(account, word + strlen(word));
		q = query_new(
		    p->s, schema_entity(&p->s->schema, span("order")));
		if (query_filter(q, &words, 1, e) == 0 &&
		    query_path(q, span("state"), false, &path[0], e) == 0 &&
		    query_path(q, span("date"), false, &path[1], e) == 0)
			r = query_stream(q, path, label, 2, order_day, p, e);
		query_free(q);
		if (r)
			return -1;
		p->account = account;
	}
	for (size_t i = 0; i < p->norders; i++)
		*n += p->order[i] < day;
	return 0;
}

/* Is it meant for this customer? */
static int
for_customer(struct pricer *p, struct discount *d,
    const struct price_request *r, bool *yes, struct err *e)
{
	int64_t orders = 0;

	if (price_selects(p->s, &d->customers, r->account, yes, e))
		return -1;
	if (!*yes || d->min_orders < 0)
		return 0;
	if (orders_before(p, r->account, r->day, &orders, e))
		return -1;
	*yes = orders >= d->min_orders;
	return 0;
}

/* --- vouchers ------------------------------------------------------------ */

static int
take_codes(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct pricer *p = ctx;
	struct span rest = cell[0];

	(void)n;
	(void)e;
	while (rest.n) {
		GROW(p->used, p->nused, p->used_cap);
		p->used[p->nused++] =
		    arena_span(&p->arena, span_cut(&rest, ';'));
	}
	return 0;
}

/* How often a code was taken: in quotes that were accepted or ordered. */
static int
times_used(struct pricer *p, struct span code, int64_t *n, struct err *e)
{
	static char word[] = "state:accepted,ordered";
	char *words = word;
	const bool label = false;
	struct path *path;
	struct query *q;
	int r = -1;

	*n = 0;
	if (!p->used_read) {
		q = query_new(
		    p->s, schema_entity(&p->s->schema, span("quote")));
		if (query_filter(q, &words, 1, e) == 0 &&
		    query_path(q, span("vouchers"), false, &path, e) == 0)
			r = query_stream(q, &path, &label, 1, take_codes, p, e);
		query_free(q);
		if (r)
			return -1;
		p->used_read = true;
	}
	for (size_t i = 0; i < p->nused; i++)
		*n += span_ieq(p->used[i], code);
	return 0;
}

static int
check_voucher(struct pricer *p, const struct price_request *r,
    struct discount *d, struct span code, struct err *e)
{
	int64_t used;
	bool yes;

	if (!in_season(d, r->day))
		return err_set(e, ERR_USAGE,
		    "voucher %.*s is not valid on that day (%.*s)",
		    SPANF(code), SPANF(record_get(&d->r, "name")));
	if (for_customer(p, d, r, &yes, e))
		return -1;
	if (!yes)
		return err_set(e, ERR_USAGE,
		    "voucher %.*s is not for this customer (%.*s)",
		    SPANF(code), SPANF(record_get(&d->r, "name")));
	if (d->uses < 0)
		return 0;
	if (times_used(p, d->voucher, &used, e))
		return -1;
	if (used >= d->uses)
		return err_set(e, ERR_USAGE,
		    "voucher %.*s is used up: %lld of %lld (%.*s)",
		    SPANF(code), (long long)used, (long long)d->uses,
		    SPANF(record_get(&d->r, "name")));
	return 0;
}

int
price_vouchers(
    struct pricer *p, const struct price_request *r, struct err *e)
{
	for (size_t i = 0; i < r->nvouchers; i++) {
		struct discount *found = NULL;

		for (size_t k = 0; k < p->ndiscounts && !found; k++)
			if (p->discount[k].voucher.n &&
			    span_ieq(p->discount[k].voucher, r->voucher[i]))
				found = &p->discount[k];
		if (!found)
			return err_set(e, ERR_USAGE,
			    "there is no voucher '%.*s' (crm-discount list "
			    "voucher:%.*s)",
			    SPANF(r->voucher[i]), SPANF(r->voucher[i]));
		if (check_voucher(p, r, found, r->voucher[i], e))
			return -1;
	}
	return 0;
}

void
price_take(struct pricer *p, const struct price_request *r)
{
	for (size_t i = 0; i < r->nvouchers; i++) {
		GROW(p->used, p->nused, p->used_cap);
		p->used[p->nused++] = arena_span(&p->arena, r->voucher[i]);
	}
}

/* --- a line -------------------------------------------------------------- */

/* Are quantity and amount of the line large enough? */
static int
reached(struct pricing *g, const struct discount *d, bool *yes, struct err *e)
{
	struct dec q = g->r->quantity;
	int64_t need;
	int128 have;

	*yes = true;
	if (d->has_min) {
		int128 a = q.value, b = d->min.value;

		a *= price_ten(d->min.scale);
		b *= price_ten(q.scale);
		*yes = a >= b;
	}
	if (!*yes || !d->has_amount)
		return 0;
	if (price_exchange(g->p, d->min_amount, d->currency, g->r->currency,
		g->r->day, g->digits, &need, e))
		return -1;
	have = (int128)g->units * q.value;
	*yes = have >= (int128)need * price_ten(q.scale);
	return 0;
}

static int
applies(struct pricing *g, struct discount *d, const struct record *product,
    bool *yes, struct err *e)
{
	*yes = false;
	if (d->of_quote || !in_season(d, g->r->day) || !was_given(d, g->r))
		return 0;
	if (price_selects(g->p->s, &d->products, product->id, yes, e))
		return -1;
	if (*yes && for_customer(g->p, d, g->r, yes, e))
		return -1;
	return *yes ? reached(g, d, yes, e) : 0;
}

static void
take_percent(struct pricing *g, const struct discount *d)
{
	int64_t hundred = 100 * price_ten(d->value.scale);

	g->units = (int64_t)round_div(
	    (int128)g->units * (hundred - d->value.value), hundred);
	price_step_add(g, record_get(&d->r, "name"),
	    arena_printf(g->a, "-%.*s %%",
		SPANF(record_get(&d->r, "value"))));
}

static int
take_amount(struct pricing *g, const struct discount *d, struct err *e)
{
	int64_t off;

	if (price_exchange(g->p, d->value, d->currency, g->r->currency,
		g->r->day, g->digits, &off, e))
		return -1;
	if (d->kind == OFF_PRICE) {
		/* it makes nothing dearer */
		if (off >= g->units)
			return 0;
		g->units = off;
		price_step_add(g, record_get(&d->r, "name"), span("price"));
		return 0;
	}
	if (off > g->units)
		return err_set(e, ERR_USAGE,
		    "%.*s off is more than the price of %.*s; give the "
		    "discount a filter (products) or min_amount",
		    SPANF(dec_span(g->a, off, g->digits)),
		    SPANF(dec_span(g->a, g->units, g->digits)));
	g->units -= off;
	price_step_add(g, record_get(&d->r, "name"),
	    arena_printf(
		g->a, "-%.*s", SPANF(dec_span(g->a, off, g->digits))));
	return 0;
}

/* As many, as often as the quantity reaches min. */
static int
take_gift(struct pricing *g, const struct discount *d, struct err *e)
{
	struct dec q = g->r->quantity, min = d->min, each = d->gift_quantity;
	const struct record *product;
	struct price_gift *gift;
	int128 times;

	if (!d->has_min || !min.value)
		min = (struct dec){ 1, 0 };
	times = (int128)q.value * price_ten(min.scale) /
	    ((int128)min.value * price_ten(q.scale));
	if (times < 1)
		return 0;
	if (times > 1000000000000 / each.value)
		return err_set(e, ERR_USAGE, "so many gifts are too many");
	if (price_product(g->p, d->gift, &product, e))
		return -1;
	gift = &g->out->gift[g->out->ngifts++];
	gift->product = d->gift;
	gift->quantity.value = (int64_t)times * each.value;
	gift->quantity.scale = each.scale;
	gift->sku = arena_span(g->a, record_get(product, "sku"));
	gift->name = arena_span(g->a, record_get(product, "name"));
	gift->why = arena_span(g->a, record_get(&d->r, "name"));
	price_step_add(g, gift->why,
	    arena_printf(g->a, "%.*s %.*s free",
		SPANF(dec_span(g->a, gift->quantity.value, each.scale)),
		SPANF(gift->sku.n ? gift->sku : gift->name)));
	return 0;
}

int
price_discounts(
    struct pricing *g, const struct record *product, struct err *e)
{
	g->out->gift = arena_alloc(
	    g->a, (g->p->ndiscounts + 1) * sizeof *g->out->gift);
	for (size_t i = 0; i < g->p->ndiscounts; i++) {
		struct discount *d = &g->p->discount[i];
		bool yes = false;
		int r = applies(g, d, product, &yes, e);

		if (r == 0 && !yes)
			continue;
		if (r == 0 && d->kind == OFF_PERCENT)
			take_percent(g, d);
		else if (r == 0)
			r = d->kind == OFF_GIFT ? take_gift(g, d, e)
						: take_amount(g, d, e);
		if (r)
			return err_prefix(e, "discounts.csv: %.*s (%.*s): ",
			    SPANF(record_get(&d->r, "id")),
			    SPANF(record_get(&d->r, "name")));
		if (d->last)
			break;
	}
	return 0;
}

/* --- a quote ------------------------------------------------------------- */

static int
whole_applies(struct pricer *p, const struct price_request *r,
    struct discount *d, int64_t net, int exponent, bool *yes, struct err *e)
{
	int64_t need;

	*yes = false;
	if (!d->of_quote || !in_season(d, r->day) || !was_given(d, r))
		return 0;
	if (d->has_amount) {
		if (price_exchange(p, d->min_amount, d->currency, r->currency,
			r->day, exponent, &need, e))
			return -1;
		if (net < need)
			return 0;
	}
	return for_customer(p, d, r, yes, e);
}

int
price_quote_offs(struct pricer *p, const struct price_request *r,
    int64_t net, struct arena *a, struct quote_off **out, size_t *n,
    struct err *e)
{
	int exponent = currency_exponent(r->currency);
	struct quote_off *off =
	    arena_alloc(a, (p->ndiscounts + 1) * sizeof *off);

	*out = off;
	*n = 0;
	if (price_vouchers(p, r, e))
		return -1;
	for (size_t i = 0; i < p->ndiscounts; i++) {
		struct discount *d = &p->discount[i];
		struct quote_off *x = &off[*n];
		bool yes = false;
		int rc = whole_applies(p, r, d, net, exponent, &yes, e);

		if (rc == 0 && !yes)
			continue;
		x->name = arena_span(a, record_get(&d->r, "name"));
		x->percent = d->kind == OFF_PERCENT;
		x->value = d->value;
		if (rc == 0 && !x->percent) {
			rc = price_exchange(p, d->value, d->currency,
			    r->currency, r->day, exponent, &x->value.value, e);
			x->value.scale = exponent;
		}
		if (rc)
			return err_prefix(e, "discounts.csv: %.*s (%.*s): ",
			    SPANF(record_get(&d->r, "id")),
			    SPANF(record_get(&d->r, "name")));
		(*n)++;
		if (d->last)
			break;
	}
	return 0;
}
