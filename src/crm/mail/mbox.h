/*
 * mbox: the messages of a file, one after the other. An mbox (RFC 4155) begins
 * with a line "From ada@x.org Fri Nov 20 11:00:00 2026"; each line of that
 * form behind an empty line begins another message. Of several, the quoting
 * ">From " is taken off, once. What does not begin so, or has one message
 * only, is that message as it stands.
 */
#ifndef CRM_CRM_MAIL_MBOX_H
#define CRM_CRM_MAIL_MBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/* Zero but for fd, name and max. */
struct mbox {
	int fd;		  /* borrowed; read in pieces */
	const char *name; /* of the file, for messages */
	size_t max;	  /* bytes of a message */
	/* internal */
	struct buf data, text;
	size_t used; /* bytes of data that are done with */
	size_t n;    /* messages that were handed out, or refused */
	size_t line, lines; /* before the one at hand; those it has */
	bool end, several;
};

/*
 * The next message, borrowed until the next call: 0; 1 behind the last; -1. An
 * empty file is an empty message. ERR_DATA, "name:line: ...": it is larger than
 * max, and passed over; the next call goes on behind it.
 */
int mbox_next(struct mbox *m, struct span *message, struct err *e);
void mbox_release(struct mbox *m);

#endif
