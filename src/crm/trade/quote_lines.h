/*
 * quote_lines: lines of a quote being made or changed: what a product says of
 * them, what comes with it (parts of a bundle, gifts), and their order.
 */
#ifndef CRM_CRM_TRADE_QUOTE_LINES_H
#define CRM_CRM_TRADE_QUOTE_LINES_H

#include <stdint.h>

#include "base/err.h"
#include "crm/change/change.h"
#include "crm/trade/price.h"

/*
 * What a product costs in this quote: for its customer, in its currency, on
 * its day (priced), with its vouchers. Strings and arrays are of c's arena.
 */
int quote_price(struct changes *c, const struct record *quote,
    uint64_t product, struct dec quantity, struct priced *out, struct err *e);

/*
 * Do its vouchers count? On the day that prices are of, which for one that was
 * issued is that of issue. ERR_USAGE for one that is unknown, not valid, not
 * for its customer, or used up. c NULL: before the lock. take: they are used
 * for what else this command changes.
 */
int quote_vouchers(struct session *s, struct changes *c,
    const struct record *quote, bool take, struct err *e);

/*
 * Adds a line (line->id 0) behind the others. Where it names a product, what
 * it leaves open is filled from that: sku, name, unit, tax, list, price, cost,
 * why; and what comes with the product gets lines of its own.
 */
int quote_line_add(struct changes *c, const struct record *quote,
    struct record *line, struct err *e);

/*
 * Changes a line. A price that was that of the product becomes what it is at
 * the new quantity; one that was set by hand (why says so) stays, until price
 * is set to nothing. The sku of another product makes it a line of that.
 */
int quote_line_set(struct changes *c, const struct record *quote,
    const struct record *before, struct record *after, struct err *e);

/* The product that has this sku; *product 0: none has. */
int quote_sku(struct changes *c, struct span sku, uint64_t *product,
    struct err *e);

/* Has a line the price of its product, and nobody set it by hand? */
bool quote_by_table(const struct record *line);
/* Is it a discount of the whole that quote_offs() made? */
bool quote_by_rule(const struct record *line);

/*
 * The discounts of the whole that discounts.csv has for the quote, as lines of
 * kind discount: added, changed and removed. Those that people added stay.
 */
int quote_offs(
    struct changes *c, const struct record *quote, struct err *e);

/*
 * The lines of another quote, for one that is new, as somebody would enter
 * them: products by quantity, at what the tables have for this one; what comes
 * with them and discounts by rules come anew. ERR_USAGE, by place, where a
 * price or a discount was set by hand in another currency.
 */
int quote_like(struct changes *c, uint64_t from, const struct record *quote,
    struct err *e);

/* Its own, else that of the store, which may be none. */
struct span quote_currency(struct session *s, const struct record *quote);

/* Is what it says there an amount: not 0, and no share? */
bool quote_is_amount(const struct record *r, const char *field);
/* Has `is` the amount, or terms with amounts, that `was` has in that field? */
bool quote_keeps_amount(struct session *s, const struct record *was,
    const struct record *is, const char *field);

/*
 * The prices of its lines, what comes with them, and the discounts of the
 * whole, as the tables have them now; a line of which there is no price is
 * ERR_USAGE. Prices that were set by hand stay.
 */
int quote_reprice(
    struct changes *c, const struct record *quote, struct err *e);

/* Removes a line with what came with it. */
int quote_line_remove(
    struct changes *c, const struct record *line, struct err *e);

/*
 * A quote like the other: its next revision, a draft, with lines of its own.
 * what is given: number and revision of the new one.
 */
int quote_copy(struct changes *c, const struct record *quote,
    struct record *copy, struct err *e);

#endif
