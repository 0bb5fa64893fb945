/* calc_impl: what the files of calc share. */
#ifndef CRM_CRM_TRADE_CALC_IMPL_H
#define CRM_CRM_TRADE_CALC_IMPL_H

#include "crm/trade/calc.h"

/* No amount is larger, in minor units; no quantity is larger than 10^12. */
#define CALC_MAX ((int128)1000000000000000)

/*
 * Shares of a hundred are whole numbers of 1/10^6 of the whole, which is 4
 * decimals of a percent.
 */
enum { HUNDRED = 1000000 };

/* What bears tax: the lines, and behind them shipping. */
struct calc_item {
	size_t tax;
	int64_t base; /* as prices: with tax where these are */
	int64_t net;
	int64_t taxed[TAX_PARTS];
	bool counted;
};

struct calc_work {
	struct calc *c;
	int128 one;	  /* a minor unit: exact values are parts of it */
	int128 *whole;	  /* of lines: quantity x price */
	int128 *exact;	  /* less their own discount */
	int128 sum_whole; /* of the counted lines */
	int128 sum_exact;
	int128 sum_cost;	/* quantity x cost, in the same parts */
	struct calc_item *item; /* nlines + 1 */
	/* for sharing, of those at hand */
	size_t *member;
	int128 *weight;
	int64_t *part;
};

/*
 * d with so many decimals, as a whole number; false where it has more, or is
 * so large that it has no sense.
 */
bool calc_scaled(struct dec d, int scale, int128 *out);

/* An amount that is in range; ERR_DATA, with what it is. */
int calc_fit(int128 v, const char *what, int64_t *out, struct err *e);

/*
 * Shares as calc_share() does, but what each has exactly is known: value / one.
 * units is their sum, rounded up or down.
 */
void calc_share_exact(
    int64_t units, const int128 *value, size_t n, int128 one, int64_t *out);

/* gross, amount, share; subtotal, off_total, off_each, given. */
int calc_lines(struct calc_work *w, struct err *e);

/* The items' nets and taxes, and the table of taxes. */
int calc_taxes(struct calc_work *w, struct err *e);

#endif
