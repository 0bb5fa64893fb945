/*
 * number: human numbers of quotes and orders: a prefix, the year, a counter:
 * Q2026-0042 (quote.number, order.number in crmrc: "Q{year}-{n:4}"). Each
 * series counts without gaps, in every year anew where the pattern has the
 * year, and no number is ever given twice.
 *
 * Without a remote the counter is the table numbers.csv, raised in the same
 * commit that issues. With one (number.remote, else the upstream of the branch,
 * else "origin", else the only one) the number is taken there first, by
 * pushing: each series is a ref refs/crm/numbers/SERIES-YEAR of empty commits,
 * one a number, whose message says which record took it. Git refuses a push
 * that is not a fast forward: of two clones one is too late, fetches, and takes
 * the next. Numbers that came from elsewhere are passed over. A record that has taken a number, but was not issued (the machine stopped),
 * gets the same one when it is issued again: so no gap stays.
 */
#ifndef CRM_CRM_TRADE_NUMBER_H
#define CRM_CRM_TRADE_NUMBER_H

#include "base/buf.h"
#include "base/err.h"
#include "crm/change/change.h"
#include "crm/session.h"

/*
 * Before the lock: where the store has a remote, looks which numbers are in
 * use, and takes some for these records. A record that took one before gets
 * that, which needs no remote. ERR_BUSY (75) where the remote cannot be reached:
 * nothing was issued; what to do is said. Progress goes to stderr of the
 * caller's terminal only. By the git program, which knows the user's
 * credentials.
 */
struct claims; /* record id -> number */
int number_claim(struct session *s, const char *series, int32_t day,
    const uint64_t *id, size_t n, struct claims **out, struct err *e);
void claims_free(struct claims *c);

/*
 * Under the lock: the number of a record, claimed or the next of numbers.csv
 * that nobody has; appends it and raises the table in c. claims may be NULL,
 * for a dry run.
 */
int number_give(struct changes *c, const struct claims *claims,
    const char *series, int32_t day, uint64_t id, struct buf *out,
    struct err *e);

#endif
