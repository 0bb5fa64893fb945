/* approve_impl: what the files of approvals share with crm check. */
#ifndef CRM_CRM_TRADE_APPROVE_IMPL_H
#define CRM_CRM_TRADE_APPROVE_IMPL_H

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "crm/session.h"

/* The text that is signed, of the cells of a row. */
void approval_text(struct span quote, struct span digest, struct span limit,
    struct span by, struct span at, struct buf *out);

/*
 * Signs it with git's user.signingkey, as gpg.format says; signature stays
 * empty where git has no key.
 */
int approval_sign(struct session *s, struct span text, struct buf *signature,
    struct err *e);

enum signed_by {
	SIGN_GOOD,    /* who is told */
	SIGN_BAD,     /* not of this text, or by a key that may not */
	SIGN_UNKNOWN, /* cannot be told here: no key, no program, no setting */
};

/* Whose signature it is: a principal or a user id of gpg, appended to who. */
enum signed_by approval_verify(struct session *s, struct span text,
    struct span signature, struct buf *who);

#endif
