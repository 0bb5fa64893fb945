/*
 * What else must hold of quotes: that the numbers of lines are such, and that
 * list prices are those of the tables.
 */
#include <string.h>

#include "crm/change/change_impl.h"
#include "crm/trade/quote_lines.h"
#include "store/id.h"

static bool
differs(const struct record *a, const struct record *b, const char *field)
{
	return !span_eq(record_get(a, field), record_get(b, field));
}

/* --- list prices --------------------------------------------------------- */

/* 1: the tables have none. */
static int
list_price(struct changes *c, const struct record *quote,
    const struct record *line, struct dec *out, struct err *e)
{
	struct record bare = change_copy(c, quote);
	struct dec quantity = { 1, 0 };
	struct err none = { 0 };
	struct priced p;

	/* a list price goes by no voucher, and a gift's by one of it */
	record_put(&bare, "vouchers", span(""));
	if (!span_eqs(record_get(line, "kind"), "gift"))
		(void)dec_parse(record_get(line, "quantity"), &quantity);
	if (quote_price(c, &bare, id_pack(record_get(line, "product")),
		quantity, &p, &none)) {
		if (none.code != ERR_USAGE || !p.name.n) {
			*e = none;
			return -1;
		}
		err_release(&none);
		return 1;
	}
	*out = p.list;
	return 0;
}

static bool
is_sold(const struct record *line)
{
	struct span kind = record_get(line, "kind");

	return !kind.n || span_eqs(kind, "item") || span_eqs(kind, "gift");
}

int
rule_line_list(struct changes *c, const struct record *quote,
    const struct record *before, const struct record *after, struct err *e)
{
	struct span list = record_get(after, "list");
	struct dec want, is = { 0, 0 };
	int r;

	if (!record_get(after, "product").n || (!list.n && !is_sold(after)) ||
	    (before && !differs(before, after, "list") &&
		!differs(before, after, "product") &&
		(list.n || !differs(before, after, "kind"))))
		return 0;
	r = list_price(c, quote, after, &want, e);
	if (r < 0)
		return -1;
	/* what has no price of its own is listed at what is asked for it */
	if (r == 1 &&
	    (!list.n || !dec_parse(record_get(after, "price"), &want)))
		return 0;
	if (list.n && dec_parse(list, &is) && dec_cmp(is, want) == 0)
		return 0;
	return err_set(e, ERR_PERM,
	    "list: is what the tables of prices say of %.*s, which discounts "
	    "are measured by, and is not set by hand; give it another price= "
	    "or a discount=",
	    SPANF(record_get(after, record_get(after, "sku").n ? "sku"
							       : "product")));
}

int
rule_line_number(const struct record *r, const char *field, bool positive,
    struct err *e)
{
	struct span v = record_get(r, field);
	struct dec d;

	if (!v.n)
		return 0;
	if (!dec_parse(v, &d))
		return err_set(e, ERR_USAGE, "%s: '%.*s' is no number", field,
		    SPANF(v));
	if (positive ? d.value > 0 : d.value >= 0)
		return 0;
	return err_set(e, ERR_USAGE, "%s: %.*s is not %s", field, SPANF(v),
	    positive ? "above 0" : "0 or more");
}
