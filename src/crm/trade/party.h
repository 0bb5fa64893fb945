/*
 * party: who offers and who is offered, as a quote or an order tells of them.
 * What was issued keeps it (kept.h) in its fields issued_to and issued_from;
 * of a draft, and of what was issued before it kept anything, it is as the
 * records and the settings are.
 */
#ifndef CRM_CRM_TRADE_PARTY_H
#define CRM_CRM_TRADE_PARTY_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "crm/change/change.h"
#include "crm/session.h"

enum party_field {
	PARTY_NAME,
	PARTY_EMAIL,
	PARTY_PHONE,
	PARTY_STREET,
	PARTY_POSTCODE,
	PARTY_CITY,
	PARTY_REGION,
	PARTY_COUNTRY,
	PARTY_TAX_ID,
	PARTY_REGISTRATION,
	PARTY_ENDPOINT,
	PARTY_ROLE,
	PARTY_FIELDS
};

enum company_field {
	COMPANY_NAME,
	COMPANY_ADDRESS,
	COMPANY_COUNTRY,
	COMPANY_PHONE,
	COMPANY_EMAIL,
	COMPANY_WEBSITE,
	COMPANY_TAX_ID,
	COMPANY_REGISTRATION,
	COMPANY_ENDPOINT,
	COMPANY_BANK,
	COMPANY_LOGO,
	COMPANY_FIELDS
};

/*
 * What a record has not is empty, and what no document tells: of the contact of
 * an account where it lives. A record that is not there has no name.
 */
struct parties {
	struct span account[PARTY_FIELDS], contact[PARTY_FIELDS];
	struct span owner[PARTY_FIELDS], company[COMPANY_FIELDS];
};

/* Has it kept what it said? As all that is issued here does. */
bool doc_has_kept(const struct record *r);

/* Of a quote or an order; strings are of a, or as long-lived as the session. */
int parties_load(struct session *s, const struct record *r, struct arena *a,
    struct parties *out, struct err *e);
/* The same, of today, whatever was kept. */
int parties_today(struct session *s, const struct record *r, struct arena *a,
    struct parties *out, struct err *e);

/* Whom it is for: the account, else the contact. */
const struct span *parties_customer(const struct parties *p);

/* As kept_get() reads it; of the customer, and of ourselves. */
void parties_keep(const struct parties *p, struct buf *to, struct buf *from);

#endif
