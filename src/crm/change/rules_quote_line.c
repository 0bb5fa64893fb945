/*
 * What must hold of the lines of quotes, whichever way a change comes: that
 * they are those of a draft, that their numbers are such, and that list prices
 * are those of the tables.
 */
#include <string.h>

#include "crm/change/rules_impl.h"
#include "crm/trade/doc.h"
#include "crm/trade/quote_lines.h"
#include "store/id.h"

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

/* Is the list price of a line that has a product that of the tables? */
static int
check_list(struct changes *c, const struct record *quote,
    const struct record *before, const struct record *after, struct err *e)
{
	struct span list = record_get(after, "list");
	struct dec want, is = { 0, 0 };
	int r;

	if (!record_get(after, "product").n || (!list.n && !is_sold(after)) ||
	    (before && !record_differs(before, after, "list") &&
		!record_differs(before, after, "product") &&
		(list.n || !record_differs(before, after, "kind"))))
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

/* What is sold under a sku is the product that has it. */
static int
check_sku(struct changes *c, const struct record *after, struct err *e)
{
	struct span sku = record_get(after, "sku"), own;
	uint64_t id = id_pack(record_get(after, "product")), who;
	struct record product;
	int r = change_load(c,
	    schema_entity(&c->s->schema, span("product")), id, &product, e);

	if (r)
		return r < 0 ? -1 : 0; /* that it is none is said elsewhere */
	own = record_get(&product, "sku");
	if (span_ieq(sku, own))
		return 0;
	if (quote_sku(c, sku, &who, e))
		return -1;
	if (!own.n && !who)
		return 0;
	return err_set(e, ERR_PERM,
	    "sku: %.*s is %s, and the line is of %.*s; product=... makes it "
	    "one of another", SPANF(sku),
	    who ? "that of another product" : "that of no product",
	    SPANF(own.n ? own : record_get(&product, "name")));
}

/*
 * What has a product, or its sku, is measured by its list price: a line of
 * nobody's would be listed at whatever is asked.
 */
static int
check_product(struct changes *c, const struct record *before,
    const struct record *after, struct err *e)
{
	struct span sku = record_get(after, "sku");
	bool moved = sku.n &&
	    (record_differs(before, after, "sku") ||
		record_differs(before, after, "product"));
	uint64_t who;

	if (record_get(after, "product").n)
		return moved ? check_sku(c, after, e) : 0;
	if (before && record_get(before, "product").n)
		return err_set(e, ERR_PERM,
		    "product: a line stays with one; remove it, and add what "
		    "there is instead");
	if (!moved)
		return 0;
	if (quote_sku(c, sku, &who, e))
		return -1;
	return who ? err_set(e, ERR_PERM,
			 "sku: %.*s is that of a product; product=%.*s",
			 SPANF(sku), SPANF(sku))
		   : 0;
}

static int
check_amount(const struct record *r, const char *field, bool positive,
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

/* --- lines --------------------------------------------------------------- */

/* Does only `chosen` differ, which the customer decides, and what comes of it? */
static bool
only_chosen(const struct record *before, const struct record *after)
{
	static const char *const follows[] = { "chosen", "amount", "taxed",
		NULL };

	return before && after &&
	    !rule_changed(before, after, follows, FIELDS_BUT);
}

/* The quote of a line, whose lines may change; 1: it is not there. */
static int
open_quote(struct changes *c, const struct record *before,
    const struct record *after, unsigned how, struct record *quote,
    struct err *e)
{
	struct span ref = record_get(after ? after : before, "quote");
	uint64_t id = id_pack(ref);
	int r;

	if (before && after && record_differs(before, after, "quote"))
		return err_set(e, ERR_USAGE,
		    "quote: a line stays with its quote; remove it, and add "
		    "one to the other");
	if (!id)
		return 1; /* that it is required is said elsewhere */
	r = change_load(c, schema_entity(&c->s->schema, span("quote")), id,
	    quote, e);
	if (r == 1 && !(how & (CHANGE_HISTORY | CHANGE_UNDO | CHANGE_HAND)) &&
	    after)
		return err_set(e, ERR_NOENT, "no quote %.*s", SPANF(ref));
	if (r || rule_is_draft(quote) ||
	    ((how & (CHANGE_HISTORY | CHANGE_UNDO)) && !rule_quote_is_ours(quote)))
		return r;
	if ((how & (CHANGE_ISSUE | CHANGE_UNDO)) && only_chosen(before, after))
		return 0;
	return rule_quote_stays(quote, "what is in it", e);
}

static int
check_line(struct changes *c, const struct record *quote,
    const struct record *line, struct err *e)
{
	struct span kind = record_get(line, "kind");
	bool priced = !kind.n || span_eqs(kind, "item") ||
	    span_eqs(kind, "gift");

	if (check_amount(line, "quantity", true, e) ||
	    check_amount(line, "price", false, e) ||
	    check_amount(line, "cost", false, e))
		return -1;
	if (priced && !record_get(line, "price").n)
		return err_set(e, ERR_USAGE,
		    "price: what does one of it cost? price=...");
	if (span_eqs(kind, "discount") && !record_get(line, "discount").n)
		return err_set(e, ERR_USAGE,
		    "discount: of how much? discount=5%% or discount=100");
	if (span_eqs(record_get(line, "choice"), "alternative") &&
	    !record_get(line, "group").n)
		return err_set(e, ERR_USAGE,
		    "group: alternatives to each other have the same group=...");
	return doc_check_line(c->s, quote, line, e);
}

/*
 * How many there are of what came with a line follows from that: gifts, parts
 * of a bundle.
 */
static int
check_companion(const struct record *before, const struct record *after,
    struct err *e)
{
	struct span kind = record_get(before, "kind");
	bool gift = span_eqs(kind, "gift");

	if ((!gift && !span_eqs(kind, "part")) || !record_get(before, "of").n ||
	    !(record_differs(before, after, "quantity") ||
		record_differs(before, after, "kind") ||
		record_differs(before, after, "of")))
		return 0;
	if (!gift)
		return err_set(e, ERR_PERM,
		    "it is a part, and how many there are follows the bundle; "
		    "change the line of that, or crm-quote line rm it");
	return err_set(e, ERR_PERM,
	    "it is a gift, and its discount says how many (%.*s); change the "
	    "line that it comes with, or crm-quote line rm it",
	    SPANF(record_get(before, "why")));
}

int
rule_quote_line(struct changes *c, const struct record *before,
    struct record *after, unsigned how, struct err *e)
{
	struct record quote;
	struct span kind = record_get(after, "kind");
	int r = open_quote(c, before, after, how, &quote, e);

	if (r)
		return r < 0 ? -1 : 0;
	if (how & (CHANGE_HISTORY | CHANGE_UNDO))
		return 0;
	if (before && !(how & CHANGE_ISSUE) &&
	    check_companion(before, after, e))
		return -1;
	if (!(how & CHANGE_HAND)) {
		record_put(after, "currency", record_get(&quote, "currency"));
		if (!before && !record_get(after, "quantity").n &&
		    (!kind.n || span_eqs(kind, "item")))
			record_put(after, "quantity", span("1"));
	}
	if (!(how & CHANGE_ISSUE) &&
	    (check_product(c, before, after, e) ||
		check_list(c, &quote, before, after, e)))
		return -1;
	return check_line(c, &quote, after, e);
}

int
effect_quote_line(struct changes *c, const struct record *before,
    const struct record *after, unsigned how, struct err *e)
{
	struct record quote;

	if (after)
		return 0;
	return open_quote(c, before, NULL, how, &quote, e) < 0 ? -1 : 0;
}
