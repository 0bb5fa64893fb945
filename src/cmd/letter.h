/*
 * letter: the mail with which a quote or an order goes out: from whom, to whom,
 * its text, and the document attached.
 */
#ifndef CRM_CMD_LETTER_H
#define CRM_CMD_LETTER_H

#include "cmd/cli.h"
#include "crm/mail/compose.h"
#include "crm/mail/mail.h"
#include "crm/trade/doc.h"

/* What was asked for; nothing: by the contact and the templates. */
struct letter_options {
	struct opt_list to, cc;
	const char *subject, *body, *formats, *language;
};

enum { LETTER_FILES = 4 }; /* at most so many are attached */

/* Zero but for c, o, id and doc. */
struct letter {
	struct call *c;
	const struct letter_options *o;
	uint64_t id;
	struct doc doc;
	struct span *to, *cc; /* strings in arena */
	size_t nto, ncc;
	bool own; /* the addresses are those of the contact */
	struct buf from, subject, text, message_id;
	struct mail_body part[1 + LETTER_FILES];
	struct buf data[1 + LETTER_FILES];
	size_t nparts;
	struct buf mail;
	struct mail read; /* it, as crm-mime reads it */
	struct arena arena;
};

/* Writes it, and reads it as whoever gets it would. */
int letter_write(struct letter *v);
void letter_release(struct letter *v);

/* Of the document. */
struct span letter_field(const struct letter *v, const char *name);

#endif
