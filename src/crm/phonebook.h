/*
 * phonebook: whose number is it? One scan of contacts, leads and accounts for
 * any number of numbers; nothing is kept. A record's number without a
 * country is meant as its field country says, else as phone.country does.
 * Leads that were converted are left out: they are contacts.
 */
#ifndef CRM_CRM_PHONEBOOK_H
#define CRM_CRM_PHONEBOOK_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "crm/phone.h"
#include "crm/session.h"

struct phone_hit {
	size_t want; /* which of the numbers */
	const struct entity *ent;
	uint64_t id;
	struct span name;
	struct span account; /* its id; "" of an account, or of none */
};

struct phonebook {
	struct phone_hit *hit; /* by number; contacts, leads, accounts; id */
	size_t n, cap;
	struct arena arena;
};

/* only NULL: all three; else that entity alone ("user", too). */
int phonebook_find(struct session *s, const char *only,
    const struct phone *want, size_t nwant, struct phonebook *out,
    struct err *e);
void phonebook_release(struct phonebook *b);

/* The first hit of a number, or NULL. */
const struct phone_hit *phonebook_of(const struct phonebook *b, size_t want);

#endif
