/*
 * outside_impl: what the files of outside share. Not for others.
 */
#ifndef CRM_CRM_CALENDAR_OUTSIDE_IMPL_H
#define CRM_CRM_CALENDAR_OUTSIDE_IMPL_H

#include "crm/calendar/archive.h"
#include "crm/calendar/index.h"
#include "crm/calendar/item.h"
#include "crm/change/change_impl.h"

/* An item of one version of a file. */
struct thing {
	struct suspect *of;
	struct item *item;
	struct ics *doc;
	uint64_t id;
	struct span uid;
	struct span *value; /* as the file has it */
	struct span *after; /* of a new one: healed; else NULL */
	struct thing *was;  /* of a new one: the committed one */
	bool taken;	    /* of an old one: it is somebody's `was` */
	struct span owner;  /* of a new one: in whose calendar it is a master;
			       it is no copy by its own word */
	bool back;	    /* the same: out of the archive */
	const char *master; /* of a copy: the meeting's file, if it is to follow */
};

/* One version of a file. */
struct side {
	bool there;
	struct buf raw;
	struct ics doc;
	struct item *item;
	struct thing *thing;
	size_t n;
};

/* A file that differs from the last commit. */
struct suspect {
	char *path;
	struct cal_path where;
	size_t person; /* whose it is */
	struct side old, new;
	bool left; /* alone: it cannot be read, or be taken */
};

struct outside {
	struct changes *outer, *c;
	struct calendar *cal;
	struct suspect **file;
	size_t n, cap;
	struct strmap by_path; /* -> index in file */
	struct strmap old; /* UID -> index in olds; the first of that UID */
	struct thing **olds;
	size_t nolds, olds_cap;
	struct resolver *contacts; /* when first wanted */
	struct archiving archiving;
	struct buf told; /* lines: why files are left alone */
	struct arena arena;
	size_t count; /* items that differ */
	struct buf names; /* of some of them, for people */
	size_t nnames;
};

/* Counts an item that is taken over; after NULL: it is gone. */
void outside_count(struct outside *o, const struct record *before,
    const struct record *after);

/*
 * Reads both versions of a file that differs. 1 where there is nothing to do
 * (it does not differ, or waits). What cannot be read is left, and told.
 */
int outside_read(struct outside *o, struct suspect *s, struct err *e);
void suspect_free(struct suspect *s);
/* The one of that path; NULL: it is none of those that are looked at. */
struct suspect *outside_suspect(struct outside *o, const char *path);
/* Is a user among those who are invited? */
bool outside_shared(const struct calendar *cal, struct span with);
/* Leaves a file alone, telling why. */
void outside_leave(struct outside *o, struct suspect *s, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * What the row of a new version is when what was lost is back: t->after. Of
 * an item that lost all that is X-CRM, what the committed one had; else links
 * from act-links, a word crm:opp/ID in the description, or attendees who are
 * contacts.
 */
int outside_heal(struct outside *o, struct thing *t, struct err *e);

/* Takes over all that was read, as one commit (outside.c). */
int outside_take_over(struct outside *o, struct err *e);

/*
 * Copies of meetings, before and after what else there is: the same copy under
 * another name; which of them differ (one that waits for another file is left
 * alone); the meeting is changed as they were, and the other copies with it;
 * and the copies follow meetings that were changed themselves.
 */
void outside_copies_renamed(struct outside *o);
int outside_copies_match(struct outside *o, struct err *e);
int outside_copies_take(struct outside *o, struct err *e);
int outside_copies_follow(struct outside *o, struct err *e);

/*
 * Folders in which a name may have come or gone since the last look, by their
 * times: dir, n of them, a line each ("calendar/ana/events"); "calendar" alone
 * where nothing is remembered. And remembers the folders' times, if they are
 * old enough to tell the next change.
 */
void outside_changed(struct session *s, struct buf *dirs);
/* Says the lines that were not said the last time. */
void outside_told(struct session *s, struct span lines);

#endif
