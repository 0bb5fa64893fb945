/*
 * price: what a product costs a customer on a day, and how that came about.
 *
 *	1. the price book: the one that was asked for, else of those that are
 *	   active, valid that day and meant for the customer, the one of the
 *	   lowest rank (without one: last; then by id): of those in the
 *	   currency, else of those from which rates lead to it. In it the price
 *	   of the product with the largest `min` that the quantity reaches, of
 *	   these that of the newest `from`; else that of its parent; else the
 *	   product's own price.
 *	2. discounts of scope line, by rank then id, each on what the one before
 *	   left, until one that is `last`. Those with a voucher count only where
 *	   it was given. One of kind price makes nothing dearer; one of kind
 *	   gift leaves the price and gives gift_quantity as often as the
 *	   quantity reaches min.
 *
 * A price in another currency is converted by the rates of the day. After each
 * step it is rounded (half up) to the digits of the price it began with, at
 * least those of the currency.
 */
#ifndef CRM_CRM_TRADE_PRICE_H
#define CRM_CRM_TRADE_PRICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/money.h"
#include "base/span.h"
#include "crm/change/change.h"
#include "crm/session.h"

/* The tables, read once for any number of prices. Freed by pricer_free(). */
struct pricer;

struct price_request {
	uint64_t product;
	struct dec quantity;
	uint64_t account;      /* 0: nobody is known */
	uint64_t book;	       /* 0: the one that fits */
	struct span currency;  /* upper case */
	int32_t day;
	const struct span *voucher; /* codes that were given */
	size_t nvouchers;
};

/* One step, for people: "autumn sale", "-10 %", what the price then is. */
struct price_step {
	struct span what, how;
	struct dec price;
};

struct price_gift {
	uint64_t product;
	struct dec quantity;
	struct span sku, name;
	struct span why; /* the discount's name */
};

struct priced {
	struct dec list;  /* after step 1, in the currency */
	struct dec price; /* after step 2 */
	struct dec cost;  /* of one, in the currency; scale 0 value 0: none */
	bool has_cost;
	struct span sku, name, unit, tax;
	int64_t warranty; /* months, 0: none */
	struct price_step *step;
	size_t nsteps;
	struct price_gift *gift;
	size_t ngifts;
};

int pricer_new(struct session *s, struct pricer **out, struct err *e);

/*
 * ERR_NOENT: no such product; ERR_USAGE: it has no price, is not active, or no
 * rate leads to the currency. Strings and arrays are of a.
 */
int price_of(struct pricer *p, const struct price_request *r,
    struct arena *a, struct priced *out, struct err *e);

/*
 * Discounts of scope quote that apply to a quote of this net amount (minor
 * units): by rank; value is percent or an amount of the currency. Those of
 * vouchers only where given. A voucher that is unknown, not valid, or used up
 * is ERR_USAGE.
 */
struct quote_off {
	struct span name;
	bool percent;
	struct dec value;
};
int price_quote_offs(struct pricer *p, const struct price_request *r,
    int64_t net, struct arena *a, struct quote_off **out, size_t *n,
    struct err *e);

/*
 * Is every code that was given one that counts? ERR_USAGE, as above. They are
 * used, too, by what price_take() was told of.
 */
int price_vouchers(
    struct pricer *p, const struct price_request *r, struct err *e);
void price_take(struct pricer *p, const struct price_request *r);

/* The parts of a bundle, in order; *n 0 where it is none. */
struct bundle_part {
	uint64_t product;
	struct dec quantity; /* in one bundle */
};
void price_parts(struct pricer *p, uint64_t product,
    const struct bundle_part **out, size_t *n);

/* What a product is called; ERR_NOENT. Valid as long as the pricer. */
int price_name(struct pricer *p, uint64_t product, struct span *sku,
    struct span *name, struct err *e);

/* "list 100.00 (Europe); autumn sale -10 % 90.00", for the field why. */
void price_why(const struct priced *p, struct buf *out);

void pricer_free(struct pricer *p);

/* The same for all of a session, made when first asked for. */
int session_pricer(struct session *s, struct pricer **out, struct err *e);

/*
 * Is a row of price books, prices, discounts or bundles what it can be, by
 * itself and (bundles) among those of the store? ERR_USAGE, or ERR_DATA for a
 * filter, "field: ...".
 */
int price_check(struct session *s, const struct record *r, struct err *e);

#endif
