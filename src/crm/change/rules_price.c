/*
 * What must hold of products and of the tables of prices, whichever way a
 * change comes.
 */
#include <string.h>

#include "crm/change/change_impl.h"
#include "crm/query/query.h"
#include "crm/trade/price.h"
#include "crm/trade/tax.h"
#include "store/id.h"

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

/* --- vouchers ------------------------------------------------------------ */

struct holders {
	struct span code;
	char first[ID_LEN + 1];
	size_t n;
};

static int
count_holder(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct holders *h = ctx;
	struct span rest = cell[1];

	(void)n;
	(void)e;
	while (rest.n)
		if (span_ieq(span_cut(&rest, ';'), h->code)) {
			if (h->n++ == 0)
				memcpy(h->first, cell[0].p,
				    cell[0].n < ID_LEN ? cell[0].n : ID_LEN);
			break;
		}
	return 0;
}

/* Quotes name a voucher by its code: without it they are neither priced nor
 * ordered any more. */
static int
check_holders(struct changes *c, struct span code, struct err *e)
{
	struct holders h = { .code = code };
	struct path *path[2];
	const bool label[2] = { false, false };
	struct query *q = query_new(
	    c->s, schema_entity(&c->s->schema, span("quote")));
	int r = -1;

	query_unmask(q);
	if (query_path(q, span("id"), false, &path[0], e) == 0 &&
	    query_path(q, span("vouchers"), false, &path[1], e) == 0)
		r = query_stream(q, path, label, 2, count_holder, &h, e);
	query_free(q);
	if (r || h.n == 0)
		return r;
	return err_set(e, ERR_PERM,
	    "voucher: %zu %s %.*s (%s%s), and go by it; to= says until which "
	    "day it is given", h.n, h.n == 1 ? "quote has" : "quotes have",
	    SPANF(code), h.first, h.n == 1 ? "" : " ...");
}

int
effect_discount(struct changes *c, const struct record *before,
    const struct record *after, unsigned how, struct err *e)
{
	struct span was = record_get(before, "voucher");

	if (!was.n || (how & CHANGE_FORCE) ||
	    (after && span_ieq(was, record_get(after, "voucher"))))
		return 0;
	return check_holders(c, was, e);
}

/* --- products ------------------------------------------------------------ */

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
