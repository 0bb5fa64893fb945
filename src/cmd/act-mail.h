/*
 * act-mail: the messages of a command: act-mail-read.c reads them, act-mail.c
 * files them.
 */
#ifndef CRM_CMD_ACT_MAIL_H
#define CRM_CMD_ACT_MAIL_H

#include "cmd/cli.h"
#include "crm/mail/file.h"
#include "crm/mail/known.h"

/*
 * What is read, and what became of it. Of very many messages some are held at
 * a time, and filed in a commit of their own.
 */
struct mails {
	struct call *c;
	struct mail_options *o;
	const char *verb;
	const char *maildir; /* or NULL */
	struct mail *m;
	char **dir; /* of each: its attachments, or NULL */
	size_t n, cap;
	size_t bytes; /* of the messages, as they came */
	struct mail_filed *out;
	size_t all;    /* messages that were filed, or found filed */
	size_t nobody; /* of those: of nobody who is known */
	size_t bad;    /* could not be read, which was said */
	size_t batches;
	struct mail_known *known; /* for maildirs */
	struct changes *ch;
	char **word; /* field=value for leads */
	int nwords;
};

/*
 * All messages of the call's files, of standard input where "-" stands and of
 * the maildir. What cannot be read is said, and does not keep the others; a
 * single one is ERR_DATA.
 */
int mails_read(struct mails *v);
/* Before another is read: files those that are held where they are many. */
int mails_room(struct mails *v);
/* Lets go of the messages that are held, and of all. */
void mails_clear(struct mails *v);
void mails_release(struct mails *v);

#endif
