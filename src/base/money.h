/*
 * money: exact decimals. An amount is an int64_t of minor units of its
 * currency (ISO 4217 exponent: USD 2, JPY 0, KWD 3). No binary floating point.
 * Sums and products are __int128. Rounding, wherever a result does not fit its
 * minor unit, is half away from zero, once, at the end; users read that in
 * crm(7).
 */
#ifndef CRM_BASE_MONEY_H
#define CRM_BASE_MONEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

typedef __int128 int128;

/* A plain decimal: value / 10^scale, scale 0..18. */
struct dec {
	int64_t value;
	int scale;
};

/* Minor-unit exponent of an upper-case ISO 4217 code; -1 where unknown. */
int currency_exponent(struct span code);

/*
 * Strict: optional sign, digits, optional point and digits; at least one
 * digit. Digits past scale must be zero. False where it is anything else or
 * does not fit. INT64_MIN never fits, so every amount can be negated.
 */
bool dec_units(struct span s, int scale, int64_t *units);
bool dec_parse(struct span s, struct dec *out); /* scale as written */

/* units / 10^scale with exactly scale digits behind the point. */
void dec_format(struct buf *out, int128 units, int scale);
/* the same with the group separator ',' for people: 1,234.50 */
void dec_format_grouped(struct buf *out, int128 units, int scale);
/* what dec_format() appends, in an arena */
struct span dec_span(struct arena *a, int128 units, int scale);

/* -1, 0 or 1; exact: both are brought to the finer scale of the two. */
int dec_cmp(struct dec a, struct dec b);

/*
 * d without zeros at its end, but with `least` digits behind the point at the
 * least: units / 10^*scale.
 */
int128 dec_trim(struct dec d, int least, int *scale);
int128 pow10_128(int n); /* 10^n, n 0..38 */

/* n / d rounded half away from zero; d > 0. */
int128 round_div(int128 n, int128 d);

/*
 * Entry: what people type. "48k", "1.5M", "EUR 48k", "48k EUR", "48,000",
 * "$1,234.50", "€ 12". A k or M multiplies by 1,000 or 1,000,000. currency is
 * "" where none was given, else a code of 3 letters. decimal is '.' or ','
 * (the other is the group separator, accepted only between groups of three).
 * The number keeps its own scale. Unknown currencies are refused. Failure is
 * ERR_USAGE.
 */
int money_entry(struct span s, char decimal, struct dec *out, char currency[4],
    struct err *e);

/* dec to minor units with exponent exp; fails where digits would be lost. */
int dec_rescale(struct dec d, int exp, int64_t *units, struct err *e);

#endif
