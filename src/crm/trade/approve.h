/*
 * approve: discounts above what the owner of a quote may give. The limit of a
 * user is users.discount_limit, else the setting quote.discount-limit, else
 * there is none. A quote whose discount (doc_discount()) is above its owner's
 * limit needs approval, by
 *
 *	a user whose own discount_limit is enough, or
 *	a user without one who stands above the owner by users.manager.
 *
 * An approval is a row of approvals with the digest of what was approved
 * (doc_digest()); once the quote is otherwise, it is void. A quote without an
 * owner has the limit of the setting.
 */
#ifndef CRM_CRM_TRADE_APPROVE_H
#define CRM_CRM_TRADE_APPROVE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/money.h"
#include "crm/change/change.h"
#include "crm/session.h"
#include "crm/trade/doc.h"

enum approval { APPROVAL_NOT_NEEDED, APPROVAL_GIVEN, APPROVAL_MISSING };

struct approval_state {
	enum approval state;
	struct dec discount; /* percent, at 4 decimals */
	bool limited;
	struct dec limit; /* the owner's, where limited */
	bool changed;	  /* MISSING: of an earlier state there is one */
	struct buf by;	  /* GIVEN: who did */
	struct buf who;	  /* MISSING: who could, "Bo, Eva"; "" for nobody */
};

/* Of a quote, in a change where c is not NULL. approval_release() it. */
int approval_state(struct session *s, struct changes *c, const struct doc *d,
    struct approval_state *out, struct err *e);
void approval_release(struct approval_state *st);

/*
 * For many quotes: users with their limits, read once. Is a discount above what
 * the owner may give? Of d that and its lines, computed, are enough.
 */
struct approvers;
int approvers_new(struct session *s, struct approvers **out, struct err *e);
bool approvers_above(const struct approvers *p, const struct doc *d);
void approvers_free(struct approvers *p);

/*
 * ERR_PERM with what is missing and who could give it; for who refuses to
 * issue or to order a quote, and says which. `what` is "ordered".
 */
int approval_refuse(const struct doc *d, const struct approval_state *st,
    const char *what, struct err *e);

/* An approval that is about to be given. */
struct approval_row {
	struct buf by, at, limit, discount, signature;
	char digest[65];
};

/*
 * Before the lock: may I (session_me()) approve it as it stands? Where sign is
 * set and git has a key of mine, it is signed. ERR_NO where it needs no approval or has one, ERR_PERM
 * where it is not mine to give.
 */
int approval_make(struct session *s, const struct doc *d, bool sign,
    struct approval_row *out, struct err *e);
/* Under the lock. ERR_BUSY where the quote is another one by now. */
int approval_put(struct changes *c, const struct doc *d,
    const struct approval_row *row, const char *note, struct err *e);
void approval_row_release(struct approval_row *row);

#endif
