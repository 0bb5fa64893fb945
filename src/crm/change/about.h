/*
 * about: what an activity is about, from one word. It is sought among deals,
 * contacts, accounts and leads at once, by id, name or prefix (resolve.h).
 *
 * Where several bear the name: deals that are closed and leads that are
 * converted or closed do not count beside others; one account, its contact and
 * its deal are taken together, since the activity belongs to all of them. What
 * is still ambiguous is ERR_USAGE with the candidates; nothing, ERR_NOENT with
 * the nearest names.
 */
#ifndef CRM_CRM_CHANGE_ABOUT_H
#define CRM_CRM_CHANGE_ABOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "crm/session.h"

enum about_kind { ABOUT_OPP, ABOUT_CONTACT, ABOUT_ACCOUNT, ABOUT_LEAD,
	ABOUT_KINDS };

struct about {
	uint64_t id[ABOUT_KINDS]; /* 0: none of that kind */
	char name[64];		  /* what they are called, cut */
};

/* The field of act, and the entity, of a kind: "opp". */
const char *about_field(enum about_kind k);

int about_find(struct session *s, struct span word, bool ids_only,
    struct about *out, struct err *e);

/* The same of one full id. */
int about_id(
    struct session *s, uint64_t id, struct about *out, struct err *e);

/*
 * One record: of any kind by its id, or by the beginning of that with its
 * letter; or one that about_find() finds, of several the deal, else the
 * account or the contact. How many it found, or -1.
 */
int about_one(struct session *s, struct span word, bool ids_only, uint64_t *id,
    struct err *e);

#endif
