/*
 * own: the clock of whoever works. A user who has a zone in config/users.csv
 * types times of day, and reads them, in that zone. What decides the days of
 * filters, reports and --as-of is the store's zone, for all alike.
 */
#ifndef CRM_CRM_OWN_H
#define CRM_CRM_OWN_H

#include "crm/session.h"

/*
 * What words of the user are relative to: zone is NULL where they have none,
 * or the store's. Found once; the session's. A zone that is none, and people
 * who cannot be read, are as if there were no zone: crm check tells of them.
 */
const struct date_ctx *session_own(struct session *s);

/* Its name, to be told; "" where it is the store's. */
const char *session_own_zone(struct session *s);

#endif
