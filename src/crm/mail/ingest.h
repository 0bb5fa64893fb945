/*
 * ingest: invitations and answers to them (iTIP, RFC 5546), as files or in
 * mails. A REQUEST is filed in the calendar of the user whom it invites, or
 * updates what is there; a REPLY says what an attendee answered; a CANCEL
 * calls off. Only the organizer of a meeting changes it; what is older by
 * SEQUENCE is left. Nothing that is sent is run or fetched, nothing that an
 * outsider says of our records (X-CRM-...) is taken.
 */
#ifndef CRM_CRM_MAIL_INGEST_H
#define CRM_CRM_MAIL_INGEST_H

#include "crm/change/change.h"

struct ingest_options {
	const char *name; /* of the file, for messages */
	struct span me;	  /* id of the user, where none of ours is invited */
	bool link;	  /* take the deal that is proposed */
	bool force;	  /* others than the organizer, too */
};

/*
 * data is a calendar or a mail. What was understood is told line by line in
 * said. ERR_DATA: neither, or a method that is none; ERR_NOENT: an answer to
 * what we do not know; ERR_PERM: somebody else's meeting.
 */
int ingest(struct changes *c, struct buf *data,
    const struct ingest_options *o, struct buf *said, struct err *e);

#endif
