/*
 * match: what the store knows of the people and the threads of some messages,
 * found in one pass over each kind of record. Values are in the arena of the
 * changes.
 */
#ifndef CRM_CRM_MAIL_MATCH_H
#define CRM_CRM_MAIL_MATCH_H

#include "crm/change/change.h"
#include "crm/mail/mail.h"

/* Records that a message belongs to, as ids; empty: none. */
struct mail_links {
	struct span account, contact, lead, opp;
};

/* Whose an address is. */
struct match_person {
	struct span mail;
	struct span user;
	bool active;	      /* of a user */
	struct span contact;  /* the first that has it */
	struct span employer; /* that contact's account */
	struct span account;  /* one that has the address itself */
	struct span lead;     /* not converted */
};

/* A Message-ID that one of the messages is, or answers. */
struct match_seen {
	struct span act; /* the activity that has it; empty: none */
	struct span thread;
	struct mail_links links; /* of the activity, or of one in its thread */
};

struct match;

/*
 * c is open, so that nobody else files the same meanwhile. Without messages it
 * serves match_deal() alone.
 */
int match_new(struct match **out, struct changes *c, const struct mail *m,
    size_t n, struct err *e);
void match_free(struct match *x);

/* NULL where the address, or the id, is of none of the messages. */
struct match_person *match_person(struct match *x, struct span mail);
struct match_seen *match_seen(struct match *x, struct span id);

/* Sets *opp to the only open deal of that contact, else of that account. */
int match_deal(struct match *x, struct span contact, struct span account,
    struct span *opp, struct err *e);

#endif
