/*
 * totals: what many quotes or orders come to, for lists, filters and reports.
 * Lines are read only of those whose totals do not stand in them (drafts), or
 * where it is their margin that is asked for; a few thousand documents at a
 * time, so that memory stays small however many there are.
 */
#ifndef CRM_CRM_TRADE_TOTALS_H
#define CRM_CRM_TRADE_TOTALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "crm/session.h"
#include "crm/trade/approve.h"

enum {
	TOTALS_SUMS = 1,   /* net, taxes, total of what has none stored */
	TOTALS_MARGIN = 2, /* margin, off, listed and sold, of all */
	TOTALS_PAID = 4,   /* of orders: paid and due */
	TOTALS_APPROVAL = 8, /* of quotes that may still be ordered */
};

/* In minor units of the document's currency. */
struct total {
	uint64_t id;
	int exponent;
	bool known; /* it could be computed */
	enum approval approval;
	bool costs; /* the cost of every line is known, so margin is */
	int64_t net, taxes, total, margin, off;
	int64_t listed, sold; /* doc_listed() */
	int64_t paid;
	bool planned;	 /* it has instalments */
	int64_t payable; /* what they come to: the total in whole coins */
	int64_t due; /* what instalments were due before today */
};

struct totals;

struct totals *totals_new(
    struct session *s, struct entity *ent, unsigned what);
/*
 * Of these documents, or of all (id NULL). May be called again for more; what
 * is there already is not read again. A document that cannot be computed is
 * not known, which is no error.
 */
int totals_add(struct totals *t, const uint64_t *id, size_t n, struct err *e);
/* NULL where it was not asked for, or needs no computing. */
const struct total *totals_find(const struct totals *t, uint64_t id);
void totals_free(struct totals *t);

/* Do its totals stand in its fields? state "" of what has none. */
bool totals_stored(struct span state, struct span issued_total);

#endif
