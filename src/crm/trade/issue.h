/*
 * issue: a draft becomes what a customer has in hand: it gets its number, its
 * day, the rate of its currency, how long it holds, and what it comes to.
 */
#ifndef CRM_CRM_TRADE_ISSUE_H
#define CRM_CRM_TRADE_ISSUE_H

#include <stdint.h>

#include "base/err.h"
#include "crm/change/change.h"
#include "crm/session.h"
#include "crm/trade/doc.h"
#include "crm/trade/number.h"

/*
 * Could the draft be issued? d is computed. ERR_USAGE says what it lacks,
 * ERR_PERM that it waits for approval (quote.approval = issue), ERR_NO that it
 * was issued. c may be NULL.
 */
int issue_check(struct session *s, struct changes *c, const struct doc *d,
    struct err *e);

/*
 * Issues it, with its lines; what it revises is superseded. claims are those
 * of number_claim(), of the series "quote" and today.
 */
int issue_quote(struct changes *c, uint64_t id, const struct claims *claims,
    struct err *e);

/*
 * Writes into each line what it comes to, less all discounts and without its
 * taxes; d is computed. On issuing, and anew when options are taken, as what is
 * off the whole is shared by other lines then.
 */
int issue_lines(struct changes *c, const struct doc *d, struct err *e);

/*
 * Puts into r, that is to be issued and has its number and its day, what it
 * says of the parties and by which texts (crm/trade/kept.h): from then on the
 * records and templates that these came of do not change it. d is computed.
 */
int issue_keep(struct changes *c, const struct doc *d, struct record *r,
    struct err *e);

#endif
