/*
 * terms: payment terms as a schedule. As they are typed:
 *
 *	cash			all of it at once
 *	net30			all, 30 days after
 *	30/30/40		parts in percent: now, after 30 and after 60 days
 *				(quote.instalment-days)
 *	20%@order 50%@delivery 30%@+30
 *				parts with their days: order, +N (after the
 *				order), delivery, delivery+N, a date
 *	1000@order rest@+30	amounts; one "rest"
 *	deposit 20% net30	20 % at once, the rest after 30 days
 *
 * or the key of a row of config/terms.csv, whose schedule is one of these.
 */
#ifndef CRM_CRM_TRADE_TERMS_H
#define CRM_CRM_TRADE_TERMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/money.h"
#include "base/span.h"
#include "crm/session.h"

enum { TERMS_MAX = 60 };
enum term_from { FROM_ORDER, FROM_DELIVERY, ON_DATE };

struct term {
	enum { TERM_PERCENT, TERM_AMOUNT, TERM_REST } kind;
	struct dec percent;
	int64_t amount; /* minor units */
	enum term_from from;
	int32_t days; /* after it; of ON_DATE the day itself */
	bool deposit;
};

struct terms {
	struct term term[TERMS_MAX];
	size_t n;
	int exponent;	   /* of the currency that its amounts are of */
	struct span label; /* of config/terms.csv, or "" */
	struct span text;  /* the same: what documents say instead */
};

/*
 * ERR_USAGE where it is none, where percents do not sum to 100 (without a
 * rest), or where amounts are finer than the currency; ERR_DATA where that is
 * so in config/terms.csv. "" is cash. Strings live as long as the session.
 * s may be NULL: without a table, 30 days between parts.
 */
int terms_parse(struct session *s, struct span text, int exponent,
    struct terms *out, struct err *e);

/*
 * ERR_DATA, with file and line, where the schedule of a row is none in any
 * currency.
 */
int terms_check(struct session *s, struct err *e);

/*
 * Terms of what is issued, as text that later changes of the table do not
 * reach: as they are typed, and on lines below what the table calls them, and
 * its text. terms_frozen() reads that; its strings are in text.
 */
void terms_freeze(const struct terms *t, struct buf *out);
int terms_frozen(struct span text, int exponent, struct terms *out,
    struct err *e);

void term_table_free(struct term_table *t);

struct instalment {
	int64_t amount;
	int32_t due; /* DATE_NONE: counted from a day that is not known */
	size_t term;
};

/*
 * Shares total out over the t->n terms: they sum to it exactly. Percents are of
 * the total, by running sums (half up), so that none is off by a unit or more.
 * order and delivery may be DATE_NONE. ERR_USAGE where parts are more than the
 * total, or, without a rest, do not sum to it.
 */
int terms_schedule(const struct terms *t, int64_t total, int32_t order,
    int32_t delivery, struct instalment out[TERMS_MAX], struct err *e);

/*
 * In words, for documents: the table's text, else "30 % with the order, ...".
 */
void terms_text(const struct terms *t, int exponent, struct buf *out);

#endif
