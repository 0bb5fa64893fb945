/*
 * renumber: the way out where two clones have given one number twice: both
 * ordered, or revised, the same quote, or they have no remote that gives
 * numbers. One keeps it, the other gets the next; its note says what it was.
 */
#ifndef CRM_CRM_TRADE_RENUMBER_H
#define CRM_CRM_TRADE_RENUMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "crm/change/change.h"
#include "crm/session.h"
#include "crm/trade/number.h"

/* A revision gets the next one of its quote's: no number is claimed. */
enum { RENUMBER_REVISION = 1 };

/*
 * May the quote or order r get another number? ERR_PERM where no other has
 * the same, or where the other should get one: what a customer has keeps its
 * number before what is inside, what was issued or ordered earlier before the
 * later; force: that, too. *out is how renumber() does it.
 */
int renumber_check(struct session *s, const struct record *r, bool force,
    unsigned *out, struct err *e);

/* Has a customer seen it under its number? */
bool renumber_was_sent(const struct record *r);

/*
 * Does it, under the lock; claims are those of number_claim() by its own id,
 * today, and NULL for a revision. *after is the record then.
 */
int renumber(struct changes *c, const struct record *r, unsigned how,
    const struct claims *claims, struct record *after, struct err *e);

/*
 * Puts number and revision into `after`: behind all revisions that there are
 * of r's quote; again false: but for those of r itself, of which there is one.
 */
int revision_next(struct changes *c, const struct record *r, bool again,
    struct record *after, struct err *e);

#endif
