/* A row of discounts.csv: what its cells say, and whether they agree. */
#include <string.h>

#include "crm/trade/price_impl.h"
#include "store/id.h"

static int
cell_dec(const struct record *r, const char *field, struct dec *out,
    bool *has, struct err *e)
{
	struct span v = record_get(r, field);

	*has = v.n > 0;
	if (!v.n)
		return 0;
	if (!dec_parse(v, out) || out->value < 0 ||
	    out->value > 1000000000000000 || out->scale > PRICE_DIGITS)
		return err_set(e, ERR_USAGE,
		    "%s: '%.*s' is no number from 0 on, with up to %d digits "
		    "behind the point",
		    field, SPANF(v), PRICE_DIGITS);
	return 0;
}

static int
cell_count(const struct record *r, const char *field, int64_t *out,
    struct err *e)
{
	struct span v = record_get(r, field);

	*out = -1;
	if (v.n && (!span_int(v, out) || *out < 0))
		return err_set(e, ERR_USAGE,
		    "%s: '%.*s' is no whole number from 0 on", field,
		    SPANF(v));
	return 0;
}

static int
cell_dates(const struct record *r, int32_t *from, int32_t *to, struct err *e)
{
	*from = *to = DATE_NONE;
	(void)date_parse(record_get(r, "from"), from);
	(void)date_parse(record_get(r, "to"), to);
	if (*from != DATE_NONE && *to != DATE_NONE && *from > *to)
		return err_set(e, ERR_USAGE, "to: it ends before it begins");
	return 0;
}

static int
cell_months(struct span v, unsigned *out, struct err *e)
{
	*out = 0;
	while (v.n) {
		struct span one = span_trim(span_cut(&v, ';'));
		int64_t m;

		if (!span_int(one, &m) || m < 1 || m > 12)
			return err_set(e, ERR_USAGE,
			    "months: '%.*s' is no month; they are 1 to 12, as "
			    "in 11;12", SPANF(one));
		*out |= 1u << m;
	}
	return 0;
}

static enum discount_kind
kind_of(struct span v)
{
	return span_eqs(v, "amount") ? OFF_AMOUNT
	    : span_eqs(v, "price")   ? OFF_PRICE
	    : span_eqs(v, "gift")    ? OFF_GIFT
				     : OFF_PERCENT;
}

/* Do kind, scope, value and gift agree? */
static int
check_kind(const struct discount *d, bool has_value, struct err *e)
{
	struct dec v = d->value;

	if (d->of_quote && d->kind != OFF_PERCENT && d->kind != OFF_AMOUNT)
		return err_set(e, ERR_USAGE,
		    "kind: of a whole quote (scope=quote) it is percent or "
		    "amount");
	if (d->of_quote && d->has_min)
		return err_set(e, ERR_USAGE,
		    "min: is a quantity of a line; of a whole quote it is "
		    "min_amount");
	if (d->kind == OFF_GIFT) {
		if (!d->gift)
			return err_set(e, ERR_USAGE,
			    "gift: which product is given away? gift=SKU");
		if (has_value)
			return err_set(e, ERR_USAGE,
			    "value: a gift has none; it has gift_quantity");
		return 0;
	}
	if (d->gift)
		return err_set(
		    e, ERR_USAGE, "gift: is for discounts of kind=gift");
	if (!has_value)
		return err_set(e, ERR_USAGE, "value: how much is it?");
	if (d->kind == OFF_PERCENT &&
	    (v.scale > 4 || v.value > 100 * price_ten(v.scale)))
		return err_set(e, ERR_USAGE,
		    "value: a percentage is 0 to 100, with up to 4 digits "
		    "behind the point");
	return 0;
}

int
discount_parse(struct session *s, const struct record *r,
    struct discount *d, struct err *e)
{
	bool has_value, has_gift;

	memset(d, 0, sizeof *d);
	d->r = *r;
	d->rank = NO_RANK;
	(void)span_int(record_get(r, "rank"), &d->rank);
	d->of_quote = span_eqs(record_get(r, "scope"), "quote");
	d->last = span_eqs(record_get(r, "last"), "yes");
	d->active = !span_eqs(record_get(r, "active"), "no");
	d->kind = kind_of(record_get(r, "kind"));
	d->voucher = record_get(r, "voucher");
	d->gift = id_pack_canonical(record_get(r, "gift"));
	d->gift_quantity = (struct dec){ 1, 0 };
	d->currency = record_get(r, "currency");
	if (!d->currency.n)
		d->currency = span(s->currency);
	if (cell_dec(r, "value", &d->value, &has_value, e) ||
	    cell_dec(r, "min", &d->min, &d->has_min, e) ||
	    cell_dec(r, "min_amount", &d->min_amount, &d->has_amount, e) ||
	    cell_dec(r, "gift_quantity", &d->gift_quantity, &has_gift, e) ||
	    cell_count(r, "min_orders", &d->min_orders, e) ||
	    cell_count(r, "uses", &d->uses, e) ||
	    cell_dates(r, &d->from, &d->to, e) ||
	    cell_months(record_get(r, "months"), &d->months, e))
		return -1;
	if (has_gift && (d->kind != OFF_GIFT || !d->gift_quantity.value))
		return err_set(e, ERR_USAGE,
		    "gift_quantity: is how many are given away, of kind=gift");
	return check_kind(d, has_value, e);
}
