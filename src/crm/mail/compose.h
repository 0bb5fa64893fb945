/*
 * compose: a mail message (RFC 5322, MIME of RFC 2045-2049, 2047, 2231), as
 * bytes with CRLF or LF. Nothing in a subject, name or file name can add a
 * header or an address.
 */
#ifndef CRM_CRM_MAIL_COMPOSE_H
#define CRM_CRM_MAIL_COMPOSE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

struct mail_part {
	struct span type; /* "text/plain", "application/pdf" */
	struct span name; /* of an attachment; "": it is not one */
	struct span parameters; /* further ones of the type: "method=REQUEST" */
	struct span body; /* text: UTF-8, encoded as needed */
};

struct mail_message {
	struct span from, subject; /* from: "Ada <ada@example.org>" or bare */
	const struct span *to, *cc;
	size_t nto, ncc;
	struct span message_id, in_reply_to; /* without <>; "": none */
	int64_t date;
	struct span zone; /* name of the zone in which Date is written */
	const struct mail_part *part; /* text alternatives first */
	size_t nparts, nalternatives;
};

/* ERR_USAGE: an address that is none, with what it is. */
int mail_compose(const struct mail_message *m, struct buf *out,
    struct err *e);

#endif
