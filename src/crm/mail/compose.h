/*
 * compose: a mail message (RFC 5322, MIME of RFC 2045-2049, 2047, 2231), as
 * bytes with LF. Nothing in a subject, name, address or file name can add a
 * header or a recipient: what is a text is encoded, what is an address or an
 * id must be one.
 */
#ifndef CRM_CRM_MAIL_COMPOSE_H
#define CRM_CRM_MAIL_COMPOSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

struct mail_body {
	struct span type;	/* "text/plain", "application/pdf" */
	struct span name;	/* of an attachment; "": it is not one */
	struct span parameters; /* further ones of the type: "method=REQUEST" */
	struct span data;	/* of a text: UTF-8 */
};

struct mail_message {
	/* addresses: bare, or "Ada <ada@example.org>"; a name with a comma, a
	   semicolon or an @ in it stands in quotes */
	struct span from, subject;
	const struct span *to, *cc;
	size_t nto, ncc;
	struct span message_id, in_reply_to; /* without <>; "": none */
	int64_t date; /* told in the zone of the process (clock_zone) */
	const struct mail_body *part; /* text alternatives first */
	size_t nparts, nalternatives;
};

/*
 * ERR_USAGE: nobody to send it to, or an address or an id that is none, with
 * what it is.
 */
int mail_compose(
    const struct mail_message *m, struct buf *out, struct err *e);

/*
 * The header Bcc, to stand in front of a message that goes to a program which
 * takes its recipients from there and leaves the header out (sendmail -t);
 * nothing where n is 0. Whoever keeps or files a message has it without.
 * ERR_USAGE for an address that is none.
 */
int mail_compose_bcc(
    const struct span *bcc, size_t n, struct buf *out, struct err *e);

/*
 * Can mail be sent to it: local@domain, ASCII, without quotes or comments? An
 * empty local part or domain is none.
 */
bool mail_is_address(struct span s);

#endif
