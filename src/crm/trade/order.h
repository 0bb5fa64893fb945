/*
 * order: what becomes of a quote that a customer takes, and what becomes of
 * the order then: what was paid of its instalments, what was delivered of its
 * lines and what came back. Sums are exact: amounts in minor units, quantities
 * in millionths.
 */
#ifndef CRM_CRM_TRADE_ORDER_H
#define CRM_CRM_TRADE_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "crm/change/change.h"
#include "crm/session.h"
#include "crm/trade/doc.h"
#include "crm/trade/number.h"

/* --- an order is made ---------------------------------------------------- */

enum {
	ORDER_ACCEPT = 1, /* what is only issued or sent is accepted by it */
	ORDER_FORCE = 2,  /* past its day, or with other taxes by now */
};

/*
 * May the quote be ordered? d is computed; c may be NULL. ERR_USAGE and
 * ERR_PERM say what to do before, ERR_NO that it is ordered.
 */
int order_check(struct session *s, struct changes *c, const struct doc *d,
    unsigned how, struct err *e);

/*
 * Makes the order of a quote, with lines, instalments and number; the quote is
 * ordered then. *order has the fields that were given, and gets its id. claims
 * are those of number_claim() of the series "order", by the quote's id, today.
 */
int order_make(struct changes *c, uint64_t quote, const struct claims *claims,
    unsigned how, struct record *order, struct err *e);

/* --- how an order stands ------------------------------------------------- */

enum { ORDER_ONE = 1000000 }; /* a quantity of 1 */

struct order_part { /* an instalment */
	struct record r;
	int64_t position; /* of its terms, from 1; 0: of none of them */
	int64_t amount, paid;
	int32_t due; /* DATE_NONE: it is not known yet */
};

struct order_line {
	bool goods; /* something that is delivered */
	int64_t ordered, delivered, returned;
};

struct order {
	struct doc doc;		 /* not computed */
	struct order_line *line; /* as doc.line */
	struct order_part *part; /* by due, then position */
	size_t nparts;
	struct record *payment, *delivery; /* by day, then as entered */
	struct record *asset; /* as they were delivered */
	size_t npayments, ndeliveries, nassets;
	int64_t total; /* what is to be paid: the instalments, else the total */
	int64_t paid;  /* less refunds; shared out to parts as they are due */
};

/*
 * 0; 1: there is no such order; -1. c not NULL: as it stands in that change.
 */
int order_load(struct session *s, struct changes *c, uint64_t id,
    struct order *out, struct err *e);
void order_release(struct order *o);

/* What a payment adds to what is paid: that of a refund is below 0. */
bool order_payment_units(
    const struct record *payment, int exponent, int64_t *units);

/* Has all of it been delivered, and stayed? False where nothing is to be. */
bool order_is_delivered(const struct order *o);

/*
 * ERR_USAGE, with what to do, for a quote that has expired, or that is taken
 * after its last day: that of its field decided once it is accepted, else today.
 */
int order_check_late(
    struct session *s, const struct record *quote, struct err *e);

/* --- what becomes of it -------------------------------------------------- */

/* A quantity of one of its lines. */
struct order_item {
	size_t line; /* index in doc.line */
	int64_t quantity;
};

/* What is said of a delivery or a return as a whole. */
struct order_move {
	int32_t day;
	struct span serial; /* "A1,A2": one of each piece */
	struct span carrier, tracking; /* of a delivery */
	struct span reason;	       /* of a return */
};

/*
 * Adds a payment, whose record has at least kind, date and amount. More than
 * is owed, or a refund of more than was paid, is ERR_USAGE without
 * ORDER_FORCE; so is a payment for what is cancelled.
 */
int order_pay(struct changes *c, const struct order *o,
    struct record *payment, unsigned how, struct err *e);

/*
 * Adds deliveries. Of products with a warranty, or a serial number, the
 * customer has an asset then. What is delivered whole
 * becomes so, and instalments that wait for that get their day. n 0: only that.
 * A day before that of the order is ERR_USAGE.
 */
int order_deliver(struct changes *c, uint64_t id,
    const struct order_item *item, size_t n, const struct order_move *how,
    struct err *e);

/*
 * What came back; assets of it are returned. Where these are fewer, the notes
 * of the session say so.
 */
int order_return(struct changes *c, uint64_t id, const struct order_item *item,
    size_t n, const struct order_move *how, struct err *e);

/*
 * To another state: production, installed or cancelled, where one may follow
 * the other; ERR_NO where it has it.
 */
int order_move(struct changes *c, uint64_t id, struct span state, int32_t day,
    struct span reason, unsigned how, struct err *e);

/* Appends a quantity as people write it: "2.5". */
void order_quantity(struct buf *out, int64_t millionths);

#endif
