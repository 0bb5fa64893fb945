/*
 * take: items of a foreign calendar become activities. Each UID is one; one
 * that is known already is changed where the foreign one is newer by SEQUENCE,
 * else by LAST-MODIFIED; one that has neither never is. Links and other fields that only we know stay where
 * the foreign text has lost them.
 */
#ifndef CRM_CRM_CALENDAR_TAKE_H
#define CRM_CRM_CALENDAR_TAKE_H

#include "crm/calendar/foreign.h"
#include "crm/change/change.h"

enum taken {
	TAKEN_ADDED,
	TAKEN_CHANGED,
	TAKEN_SAME,  /* was left: it says the same, or is not newer */
	TAKEN_OLDER, /* was left: what we have is newer */
	TAKEN_UNDATED, /* was left: it does not say when it was changed */
	TAKEN_FEED, /* was left: a picture, in a feed, of what we have */
	TAKEN_KINDS
};

/* What one command takes in; zero but for the first members. */
struct take {
	struct changes *c;
	struct span owner; /* id of the user whose new items are */
	bool update;	   /* also what is not newer */
	bool sent; /* invitations: when one was sent tells, too, but one that
		      says nothing new changes nothing */
	/* fields of a new item that say whom it is about; borrowed */
	struct record *links;
	/* internal: the calendar file that was last compared with */
	char *path;
	struct foreign held;
	struct strmap by_uid;
};

/*
 * Takes item i. The record as it now is goes to *out (may be NULL; nothing of
 * TAKEN_FEED). A failure
 * with ERR_DATA, ERR_USAGE or ERR_DUPLICATE concerns this item alone: nothing
 * of it was changed, and the message begins with file and line.
 */
int take_item(struct take *t, struct foreign *f, size_t i, enum taken *what,
    struct record *out, struct err *e);
void take_release(struct take *t);

/* Does a failure concern one item alone? */
bool take_may_go_on(const struct err *e);

#endif
