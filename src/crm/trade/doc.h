/*
 * doc: a quote or an order with its lines and its totals, as one thing. It is
 * read from the store, or from a change under way; computed by calc.
 */
#ifndef CRM_CRM_TRADE_DOC_H
#define CRM_CRM_TRADE_DOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "crm/change/change.h"
#include "crm/session.h"
#include "crm/trade/calc.h"
#include "crm/trade/terms.h"

struct doc_line {
	struct record r; /* of quote-line or order-line */
	/* index in calc.line; NO_CALC: a heading, a text, a discount of the
	   whole, a part of a bundle */
	size_t calc;
	size_t off; /* of a line of kind discount: index in calc.off */
};
#define NO_CALC ((size_t)-1)

struct doc {
	struct record r; /* of quote or order */
	struct doc_line *line; /* by position, then id */
	size_t nlines;
	struct calc calc; /* run */
	struct span currency;
	int exponent;
	struct terms terms;
	struct arena arena; /* all strings and arrays */
};

/*
 * Of a quote or an order by id: 0; 1: there is none; -1. `c` not NULL: as it
 * stands in that change. Errors of a line name it by its position: "line 3
 * (WIN-90): ...".
 */
int doc_load(struct session *s, struct changes *c, uint64_t id,
    struct doc *out, struct err *e);
/* The same, not computed: what is wrong with its lines can be mended. */
int doc_load_rows(struct session *s, struct changes *c, uint64_t id,
    struct doc *out, struct err *e);
void doc_release(struct doc *d);

/* The same of rows at hand, already in d->r and d->line; for many. */
int doc_compute(struct session *s, struct doc *d, struct err *e);

/*
 * Is what a quote or an order says of the whole (discount, terms, tax ...)
 * what it can be? And a line of it, by itself?
 */
int doc_check_head(
    struct session *s, const struct record *r, struct err *e);
int doc_check_line(struct session *s, const struct record *r,
    const struct record *line, struct err *e);

/* The day whose tax rates hold: its own, of a draft without one today. */
int32_t doc_day(struct session *s, const struct record *r);

/*
 * The terms by which it is paid: those it was issued with, of a draft those
 * that it names. The document need not be computed; strings are in it, or live
 * as long as the session.
 */
int doc_terms(struct session *s, const struct doc *d, struct terms *out,
    struct err *e);

/*
 * Puts tax classes and terms of a computed document into r, that is to be
 * issued: from then on it is read by these and not by the tables. What r has
 * already stays. Strings are of c's arena.
 */
int doc_freeze(struct changes *c, const struct doc *d, struct record *r,
    struct err *e);

/* What it comes to becomes what is printed on it; d is computed. */
void doc_put_sums(
    struct changes *c, const struct doc *d, struct record *r);

/*
 * Does what has a number of ours still come to what it was issued with? Before
 * it is shown to anyone: ERR_DATA where its taxes were changed since.
 */
int doc_check_issued(const struct doc *d, struct err *e);

/* Is it a draft: may its lines and prices still change? */
bool doc_is_draft(const struct doc *d);

/*
 * The largest discount in percent, of a line against its list price or of the
 * whole, at 4 decimals rounded up; what approval goes by.
 */
struct dec doc_discount(const struct doc *d);

/*
 * What its lines come to at their list prices, and what they are sold for, in
 * minor units: prices as they are, with tax if these have it. Lines that are
 * in no total are in neither.
 */
void doc_listed(const struct doc *d, int64_t *listed, int64_t *sold);

/* Hex SHA-256 of all that a customer is offered, for approvals. */
void doc_digest(const struct doc *d, char out[65]);

#endif
