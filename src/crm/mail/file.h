/*
 * file: messages become activities of type mail, linked to whom they are from
 * and to. What a message belongs to, the first that tells: the options; the
 * header X-CRM-Ref, or an id in brackets in the subject ([O2611-7f3k9q2d]);
 * the mail that it answers; the addresses; and the only open deal of the
 * contact or account.
 */
#ifndef CRM_CRM_MAIL_FILE_H
#define CRM_CRM_MAIL_FILE_H

#include "crm/mail/match.h"

struct mail_options {
	struct mail_links links; /* given, as ids */
	struct span owner;	 /* a user's id; empty: found by address */
	bool no_text, attachments;
	bool sent; /* we sent it, whoever it is from */
	bool lead_new;	/* an unknown sender becomes a lead */
	const char *to; /* mail to these does so, too: "a@x.org, b@x.org" */
	/* may change a lead that is about to be made; NULL */
	int (*lead)(void *ctx, struct record *r, struct err *e);
	void *ctx;
};

enum mail_state {
	MAIL_FILED,
	MAIL_THERE,  /* it was filed before */
	MAIL_NOBODY, /* of nobody whom the store knows */
};

struct mail_filed {
	enum mail_state state;
	struct span act;	 /* its activity */
	struct mail_links links; /* what that is linked to */
	bool made_lead;
	bool kept; /* its attachments, or it has none */
};

/*
 * Files n messages, the oldest first, as part of c; out[i] is what became of
 * m[i], borrowed from c. dir[i] is the folder with the attachments of m[i],
 * where they are to be kept. Failure leaves c to be closed.
 */
int mail_file(struct changes *c, const struct mail *m, char *const *dir,
    size_t n, const struct mail_options *o, struct mail_filed *out,
    struct err *e);

#endif
