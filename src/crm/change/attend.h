/*
 * attend: who is invited, from what people type: mail addresses, users by
 * login or name, contacts by name or id.
 */
#ifndef CRM_CRM_CHANGE_ATTEND_H
#define CRM_CRM_CHANGE_ATTEND_H

#include "base/buf.h"
#include "base/err.h"
#include "crm/session.h"

/*
 * Appends the addresses of a list (separated by ',' or ';'), each behind a
 * ';'. What has an '@' is an address; a user's login or name comes before a
 * contact's. ERR_USAGE where several fit or there is no address, ERR_NOENT
 * where nobody is called so.
 */
int attend_find(struct session *s, struct span list, struct buf *out,
    struct err *e);

#endif
