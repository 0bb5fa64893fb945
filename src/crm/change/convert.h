/*
 * convert: a qualified lead becomes an account, a contact and, where wanted, a
 * deal, in one commit. Existing ones are used where they are named, or found
 * (an account of that name, a contact of that e-mail); only their empty fields
 * are filled. Source, campaign, owner and what the lead needs go along, and its
 * activities: they are of the new records, too.
 */
#ifndef CRM_CRM_CHANGE_CONVERT_H
#define CRM_CRM_CHANGE_CONVERT_H

#include "crm/change/change.h"

struct convert_options {
	uint64_t account, contact, opp; /* existing records, 0: found or new */
	bool no_opp, no_account;
	bool new_account, new_contact; /* do not look for existing ones */
};

/* What leads of one command share: the names found and made so far. */
struct resolver;
struct convert_acts;
struct convert_names {
	struct resolver *account, *contact;
	struct convert_acts *acts; /* activities of leads */
};
void convert_names_release(struct convert_names *n);

/*
 * Converts one lead. *opp is the deal's record to which the caller may add
 * (amount, close, name) before convert_finish(); with no_opp it has no entity.
 */
struct conversion {
	struct record lead_before, lead;
	struct record account_before, account;
	struct record contact_before, contact;
	struct record opp_before, opp;
	bool has_account, has_contact, has_opp;
	bool old_account, old_contact, old_opp;
};
int convert_prepare(struct changes *c, uint64_t lead,
    const struct convert_options *o, struct convert_names *names,
    struct conversion *out, struct err *e);
int convert_finish(struct changes *c, struct conversion *v,
    struct convert_names *names, unsigned how, struct err *e);

/*
 * Activities of the lead get the account, contact and deal that it became,
 * where they have none, and stay activities of the lead (convert_acts.c).
 */
int convert_acts(struct changes *c, const struct conversion *v,
    struct convert_acts **all, unsigned how, struct err *e);
void convert_acts_free(struct convert_acts *a);

#endif
