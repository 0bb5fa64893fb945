/*
 * outside: what other programs did to calendar/: khal, todoman, vdirsyncer for
 * phones, an editor. It happened already, so it is never refused: whatever
 * differs from the last commit is noticed when a command that writes begins,
 * healed, and committed by itself, through change_apply(), so that hooks and
 * links follow as they do after a change in the shell.
 *
 *	edited	 a change of the record; what its program lost of ours comes
 *		 back (outside_heal.c)
 *	new	 a new record, of its UID; one that was in another folder has
 *		 moved there: it has another owner
 *	gone	 what is closed, or over, goes to the archive (phones prune);
 *		 what is still to come is removed
 *
 * A meeting's copies (crm/change/copies.h) follow it. Of a copy it is the
 * meeting that changes; one that is gone, or cancelled, is a refusal to come.
 *
 * A file that cannot be read is left alone and told once. One that is half
 * staged, or in a conflict, waits.
 */
#ifndef CRM_CRM_CALENDAR_OUTSIDE_H
#define CRM_CRM_CALENDAR_OUTSIDE_H

#include "base/err.h"
#include "crm/change/change.h"

/*
 * To be called before anything else is changed in c. Looks at every file where
 * c->s->calendars is set, else only where the time of a folder changed (which
 * misses only a file that was written in place). What is told goes to the
 * session's notes; what was taken over, as a line, to its elsewhere.
 */
int outside_collect(struct changes *c, struct err *e);

struct changed_table;
/*
 * What turns out to have been edited in place, unseen, when a record is about
 * to change: copies of the meetings of a file that was read; or a file itself.
 * It is taken over and committed by itself. The first returns 1 where there
 * was something: the file is to be read again.
 */
int outside_settle(struct changes *c, struct changed_table *ct, struct err *e);
int outside_settle_file(struct changes *c, const char *path, struct err *e);

#endif
