/*
 * mail: a message as the CRM takes it in. crm-mime (man/crm-mime.8), a program
 * of its own, reads it; here is what it says, as data.
 */
#ifndef CRM_CRM_MAIL_MAIL_H
#define CRM_CRM_MAIL_MAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/* In the order in which the other side of a message is sought that came in. */
enum mail_role { MAIL_FROM, MAIL_REPLY_TO, MAIL_SENDER, MAIL_TO, MAIL_CC,
	MAIL_BCC, MAIL_DELIVERED, MAIL_ROLES };

struct mail_address {
	enum mail_role role;
	struct span name; /* "Ada Lovelace", or empty */
	struct span mail; /* in lower case */
};

struct mail_part {
	struct span name; /* what the sender calls it: no path */
	struct span file; /* where its content was put; empty: nowhere */
};

struct mail {
	char *source;	/* for messages: the file's name */
	struct span id; /* Message-ID, without angle brackets; never empty */
	struct span date; /* 2026-11-21T10:00:00Z, or empty */
	struct span subject; /* one line */
	struct span text; /* its first MAIL_TEXT_MAX bytes */
	size_t text_size; /* of the whole */
	struct span calendar; /* the first part text/calendar, or empty */
	struct span ref;  /* header X-CRM-Ref */
	bool automatic;	  /* sent by a program, or to a list */
	struct span *parent; /* ids of what it answers, the oldest first */
	size_t nparents, parent_cap;
	struct mail_address *address;
	size_t naddresses, address_cap;
	struct mail_part *part; /* attachments */
	size_t nparts, part_cap;
	struct arena arena;
};

/* What is kept of the text of a message, and one byte more. */
#define MAIL_TEXT_MAX ((size_t)64 << 10)

/* Messages that are larger are refused. */
#define MAIL_MAX ((size_t)64 << 20)

/*
 * Reads a message; name stands for it in messages. dir, where not NULL, is an
 * empty folder that gets the attachments. ERR_DATA where it is no message. To
 * be released also after a failure.
 */
int mail_read(struct span message, const char *name, const char *dir,
    struct mail *out, struct err *e);
void mail_release(struct mail *m);

#endif
