/*
 * calc: what the lines of a quote or an order come to. Pure arithmetic: no
 * store, no settings, no binary floating point; crm-quote(7) has it in words.
 *
 * Lines are quantity x price less their own discount. What the whole is
 * discounted by is spread over the lines in proportion. Taxes are added to
 * that (exclusive), or are within it (inclusive). One of two ways of rounding:
 *
 *	by line		each line's amount, and each tax of each line, is
 *			rounded; totals are the sums of these
 *	by document	amounts are kept exact; the sum, and each tax of the sum
 *			of the lines that bear it, is rounded once, and then
 *			shared out among the lines
 *
 * Sharing out n units by weights: everyone gets his part rounded down, and the
 * units that are left go one each to the largest remainders, the first line
 * first. So whatever is printed beside each other adds up, to the last unit.
 */
#ifndef CRM_CRM_TRADE_CALC_H
#define CRM_CRM_TRADE_CALC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/money.h"
#include "base/span.h"

enum tax_mode { TAX_EXCLUSIVE, TAX_INCLUSIVE, TAX_NONE };
enum halves { HALF_UP, HALF_EVEN, HALF_DOWN, ALWAYS_UP, ALWAYS_DOWN };

/* Taxes that are charged together; a part may be on top of those before it. */
enum { TAX_PARTS = 4 };
struct tax_part {
	struct span name, label;
	struct dec rate; /* percent, 0 to 1000, at most 4 decimals */
	bool compound;
};
struct tax_class {
	struct span key, code, reason;
	struct tax_part part[TAX_PARTS];
	size_t n; /* 0: exempt, no tax at all */
};

/* A discount: a share, or an amount in minor units. Zero: none. */
struct off {
	bool percent;
	struct dec share; /* percent, 0..100, at most 4 decimals */
	int64_t amount;
};

/*
 * "10%", "12.5 %", "50", "50.00" to an off; "" is none. ERR_USAGE for what is
 * neither, negative, above 100 %, or finer than the currency.
 */
int off_parse(struct span s, int exponent, struct off *out, struct err *e);

struct calc_line {
	/* given */
	struct dec quantity; /* > 0, at most 6 decimals */
	struct dec price;    /* of one, >= 0, at most 6 decimals */
	struct off off;
	size_t tax;   /* index of its class in calc.taxes */
	bool counted; /* false: an option that was not chosen: amount and
			 taxes of its own, in no total */
	struct dec cost; /* of one; for the margin */
	/* found, in minor units */
	int64_t gross;	/* quantity x price, rounded */
	int64_t amount; /* less its own discount; what is printed */
	int64_t share;	/* of the discounts of the whole */
	int64_t net;	/* amount - share, without tax */
	int64_t taxed[TAX_PARTS];
};

/*
 * A row of the summary of taxes: a part of a class, and what it is on: the
 * sum of nets; where it is compound, with the taxes before it.
 */
struct calc_tax {
	size_t tax, part; /* of calc.taxes */
	int64_t base, amount;
};

struct calc {
	/* given; the arrays are the caller's */
	int exponent; /* of the currency */
	enum tax_mode mode;
	bool by_document;
	enum halves halves;
	int64_t cash; /* what is payable is a multiple of this; 0 or 1: any */
	const struct tax_class *taxes;
	size_t ntaxes;
	struct calc_line *line;
	size_t nlines;
	const struct off *off; /* of the whole, one after the other */
	size_t noffs;
	int64_t shipping; /* >= 0; as prices: with tax if these are */
	size_t shipping_tax;
	int64_t adjustment; /* any sign, untaxed, after the taxes */
	/* found */
	int64_t subtotal; /* of the counted lines' amounts */
	int64_t off_total;
	int64_t off_each[8]; /* of the first discounts of the whole */
	int64_t shipping_net;
	int64_t net; /* without tax, shipping included */
	int64_t taxes_total;
	struct calc_tax sum[32]; /* only classes that occur, by class; what
				    is exempt has no row */
	size_t nsums;
	int64_t total;	 /* net + taxes + adjustment */
	int64_t payable; /* total, rounded to cash */
	int64_t given;	 /* discount in all, of lines and of the whole; of
			    prices as they are, with tax if these have it */
	int64_t margin;	 /* net without shipping - cost, rounded */
	int64_t cost;
};

/*
 * Fills in what is found. ERR_USAGE with "line N: ..." (from 1) where a line
 * is impossible: a discount larger than its line, a quantity that is not
 * above 0, too many decimals; "discount: ..." where those of the whole are
 * larger than it; ERR_DATA where it does not fit (beyond 10^15 units).
 */
int calc_run(struct calc *c, struct err *e);

/* Names, as in the fields tax, rounding (is_document) and halves. */
bool tax_mode_parse(struct span s, enum tax_mode *out);
bool halves_parse(struct span s, enum halves *out);

/* n / d, d > 0, rounded as said: "up" and "down" are away from and to zero. */
int128 calc_round(int128 n, int128 d, enum halves h);

/*
 * Shares units out by weights (all >= 0, their sum below 2^127): out sums to
 * units exactly. Where all weights are 0 the first gets all.
 */
void calc_share(
    int64_t units, const int128 *weight, size_t n, int64_t *out);

#endif
