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
	struct opt_list to, cc, bcc, files;
	const char *subject, *body, *message, *formats, *language;
};

/* At most so many are attached: of the document, of files; these in all. */
enum {
	LETTER_FORMATS = 4,
	LETTER_FILES = 16,
	LETTER_PARTS = 1 + LETTER_FORMATS + LETTER_FILES,
	LETTER_BYTES = 20 << 20,
};

/* Zero but for c, o, id and doc. */
struct letter {
	struct call *c;
	const struct letter_options *o;
	uint64_t id;
	struct doc doc;
	struct span *to, *cc, *bcc; /* strings in arena */
	size_t nto, ncc, nbcc;
	bool own; /* the addresses are those of the contact */
	struct buf from, subject, text, message_id;
	struct mail_body part[LETTER_PARTS];
	struct buf data[LETTER_PARTS];
	size_t nparts;
	struct buf mail;
	struct buf blind; /* its header Bcc, which is not kept */
	struct mail read; /* it, as crm-mime reads it */
	struct arena arena;
};

/* Writes it, and reads it as whoever gets it would. */
int letter_write(struct letter *v);
void letter_release(struct letter *v);

/* Of the document. */
struct span letter_field(const struct letter *v, const char *name);

#endif
