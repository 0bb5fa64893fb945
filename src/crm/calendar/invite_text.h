/*
 * invite_text: an invitation in words, for mail programs that know nothing of
 * calendars: what, when and how often, where, who.
 */
#ifndef CRM_CRM_CALENDAR_INVITE_TEXT_H
#define CRM_CRM_CALENDAR_INVITE_TEXT_H

#include "crm/session.h"
#include "store/ics.h"

struct invite_text {
	struct session *s;   /* whose zone times in UTC are told in */
	struct ics *doc;
	size_t comp;	     /* the meeting in it; of a series its master */
	struct span subject; /* of the mail; the first line */
	struct span name, mail; /* of who invites */
};

/* Appends it; what the meeting has not has no line. */
void invite_text(const struct invite_text *v, struct buf *out);

#endif
