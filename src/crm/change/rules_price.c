/*
 * What must hold of products and of the tables of prices, whichever way a
 * change comes.
 */
#include <string.h>

#include "crm/change/change_impl.h"
#include "crm/trade/price.h"
#include "crm/trade/tax.h"

/*
 * A row of prices, price books, discounts or bundles. In a file that was
 * edited by hand it is asked of each row that differs.
 */
int
rule_price(struct changes *c, const struct record *before,
    struct record *after, unsigned how, struct err *e)
{
	struct span kind = record_get(after, "kind");

	if (how & CHANGE_UNDO)
		return 0;
	/* amounts stand beside their currency, as everywhere */
	if (!(how & CHANGE_HAND) && !record_get(after, "currency").n &&
	    (span_eqs(kind, "amount") || span_eqs(kind, "price")) &&
	    c->s->currency[0])
		record_put(after, "currency", span(c->s->currency));
	(void)before;
	return price_check(c->s, after, e);
}

static bool
below_zero(struct span v)
{
	struct dec d;

	return dec_parse(v, &d) && d.value < 0;
}

int
rule_product(struct changes *c, const struct record *before,
    struct record *after, unsigned how, struct err *e)
{
	static const char *const least[] = { "price", "cost", "warranty" };
	struct span tax = record_get(after, "tax");
	struct tax_class class;

	if (how & (CHANGE_UNDO | CHANGE_HISTORY))
		return 0;
	for (size_t i = 0; i < sizeof least / sizeof *least; i++)
		if (below_zero(record_get(after, least[i])) &&
		    !span_eq(record_get(before, least[i]),
			record_get(after, least[i])))
			return err_set(e, ERR_USAGE, "%s: is below 0",
			    least[i]);
	if (!tax.n || span_eq(record_get(before, "tax"), tax))
		return 0;
	return tax_class_of(c->s, tax, c->s->dates.today, &class, e)
	    ? err_prefix(e, "tax: ")
	    : 0;
}
