/*
 * foreign: a calendar that another program wrote, taken apart into items: the
 * components of one UID with the VTIMEZONEs that they name, byte for byte, as
 * a calendar of their own (one file of a vdir). What has no UID gets one that
 * is made of its text, the same each time. Of components that are there twice
 * the later holds. METHOD and X-CRM-OWNER (whose copy it was) are left out.
 */
#ifndef CRM_CRM_CALENDAR_FOREIGN_H
#define CRM_CRM_CALENDAR_FOREIGN_H

#include "crm/calendar/item.h"

struct foreign_part; /* foreign.c */

/* What X-CRM-FEED says of an item that a feed does not tell apart. */
#define FEED_BUSY "busy"

struct foreign_item {
	struct span uid;
	enum item_kind kind;
	size_t comp; /* its master, else its first override; in foreign.doc */
	size_t line; /* of that, from 1 */
	int64_t sequence; /* SEQUENCE; 0 */
	int64_t modified; /* LAST-MODIFIED, else DTSTAMP; else INT64_MIN */
	bool dated; /* it has SEQUENCE or LAST-MODIFIED: DTSTAMP is when it
		       was sent, not when it was changed */
	struct span feed; /* X-CRM-FEED: the UID of what it is a picture of,
			     in a feed (agenda_ics.c); FEED_BUSY; or empty */
};

struct foreign {
	struct ics doc;
	struct foreign_item *item; /* by where they begin */
	size_t n, cap;
	struct foreign_part *part;
	size_t nparts, part_cap;
	size_t repeated; /* components that a later one replaced */
	struct span method; /* METHOD; empty where there is none */
	bool stranger; /* set by whoever reads it: what outsiders sent says
			  nothing of ours, X-CRM-... is left out */
	struct arena arena;
};

/*
 * Takes data (empty afterwards) apart; name is for messages. ERR_DATA with
 * "name:line: what" for what is no calendar, or has no item. Released by
 * foreign_release(), after a failure too.
 */
int foreign_read(struct foreign *f, const char *name, struct buf *data,
    struct err *e);
void foreign_release(struct foreign *f);

/* Does it begin as a calendar does, whatever comes then? */
bool foreign_begins(struct span data);

/* Appends the calendar that holds item i alone. */
void foreign_text(struct foreign *f, size_t i, struct buf *out);

/* Are the components of two items the same bytes, line ends aside? */
bool foreign_same(
    const struct foreign *a, size_t i, const struct foreign *b, size_t k);

#endif
