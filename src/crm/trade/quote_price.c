/* What a product costs in a quote. */
#include <string.h>

#include "crm/config.h"
#include "crm/trade/quote_lines.h"

/* An amount in another currency, at the day's rates, in its digits. */
static int
exchange(struct changes *c, struct span from, struct span to, int32_t day,
    struct dec *d, struct err *e)
{
	const struct rate *a, *b;
	struct config *cf;
	int128 n, scale = 1;
	int exponent = currency_exponent(to), digits;

	if (!from.n || span_eq(from, to))
		return 0;
	if (session_config(c->s, &cf, e))
		return -1;
	a = config_rate(cf, from, day);
	b = config_rate(cf, to, day);
	if (!a || !b)
		return err_set(e, ERR_USAGE,
		    "there is no rate of %.*s in config/rates.csv, and the "
		    "price is in %.*s: give price=...",
		    SPANF(a ? to : from), SPANF(from));
	if (exponent < d->scale)
		exponent = d->scale;
	/* value * a / b, with `exponent` digits behind the point */
	n = (int128)d->value * a->rate.value;
	digits = d->scale + a->rate.scale - b->rate.scale - exponent;
	for (; digits < 0; digits++)
		n *= 10;
	for (; digits > 0; digits--)
		scale *= 10;
	d->value = (int64_t)round_div(n, scale * b->rate.value);
	d->scale = exponent;
	return 0;
}

int
quote_price(struct changes *c, const struct record *quote, uint64_t product,
    struct dec quantity, struct priced *out, struct err *e)
{
	struct span to = record_get(quote, "currency"), from, price, cost;
	int32_t day = c->s->dates.today;
	struct record p;
	int r = change_load(c,
	    schema_entity(&c->s->schema, span("product")), product, &p, e);

	(void)quantity;
	memset(out, 0, sizeof *out);
	if (r)
		return r < 0 ? -1 : err_set(e, ERR_NOENT, "no such product");
	(void)date_parse(record_get(quote, "priced"), &day);
	from = record_get(&p, "currency");
	out->sku = record_get(&p, "sku");
	out->name = record_get(&p, "name");
	out->unit = record_get(&p, "unit");
	out->tax = record_get(&p, "tax");
	(void)span_int(record_get(&p, "warranty"), &out->warranty);
	price = record_get(&p, "price");
	cost = record_get(&p, "cost");
	if (span_eqs(record_get(&p, "active"), "no"))
		return err_set(e, ERR_USAGE, "%.*s is not sold any more",
		    SPANF(out->name));
	if (!price.n || !dec_parse(price, &out->list))
		return err_set(e, ERR_USAGE,
		    "%.*s has no price: give price=...", SPANF(out->name));
	if (exchange(c, from, to, day, &out->list, e))
		return -1;
	out->price = out->list;
	out->has_cost = cost.n && dec_parse(cost, &out->cost);
	return out->has_cost ? exchange(c, from, to, day, &out->cost, e) : 0;
}
