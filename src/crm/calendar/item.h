/*
 * item: an activity in a calendar file (all components with one UID) and as a
 * row of the entity "act". Which property is which field is a table (item.c).
 * Reading gives a row for every UID of a file; writing changes only the
 * properties whose field changed, and leaves every other byte.
 *
 * Fields that iCalendar has no property for are X-CRM-NAME; links to records
 * X-CRM-REF;X-CRM-TYPE=opp:ID; a team's own fields X-CRM-F-NAME. Times are in
 * UTC unless something repeats or the file has a zone already. The end of
 * what takes whole days is its last day in a row (the day behind in a file).
 *
 * "exceptions" holds what is different in a series, a line for each occurrence
 * by the moment where it would have been (RECURRENCE-ID), sorted:
 *	2026-11-27T13:00:00Z -				it does not take place
 *	2026-11-27T13:00:00Z start=...;subject=...	it is otherwise
 *	2026-11-27T13:00:00Z +				one that the rule does
 *							not give (RDATE)
 *	2026-11-27T13:00:00Z + end=...			the same, otherwise
 *	2026-11-27T13:00:00Z+ ...			from then on
 * Values are escaped as TEXT; fields are start, end, due, subject, where,
 * note, state, completed, outcome, result, purpose, replies (which hold of the
 * series where an override has none). Where the series' own component is lost,
 * its first override is the row, and the others are lines.
 *
 * "repeat" has the RRULEs, joined by a blank where there are several.
 */
#ifndef CRM_CRM_CALENDAR_ITEM_H
#define CRM_CRM_CALENDAR_ITEM_H

#include "crm/calendar/calendar.h"
#include "store/ics.h"

/* One UID of a file. */
struct item {
	struct calendar *cal;
	struct ics *doc;
	struct cal_path path;
	enum item_kind kind;
	struct span uid;
	size_t comp; /* the master; where there is none, the first override */
	bool series; /* it has overrides */
	bool copy;   /* of a meeting whose master is in another's calendar */
};

/*
 * The items of a parsed file, in the order of their first component. ERR_DATA
 * with file and line: no VEVENT, VTODO or VJOURNAL at all, one without a UID
 * (outside of archives too), times that are none where one is needed. *n of
 * them, to be freed. path is the file's in the store.
 */
int items_of(struct calendar *cal, struct ics *doc, const char *path,
    struct item **out, size_t *n, struct err *e);
void items_free(struct item *v);

/*
 * The row of an item: value[i] is field i of act (room for act->nfields);
 * empty what it has not. Texts are in arena. What cannot be understood but is
 * not needed is left out and told in flaw ("path:line: ..."), if not NULL.
 */
int item_row(struct item *it, struct arena *arena, struct span *value,
    struct buf *flaw, struct err *e);

/*
 * Changes the item in its document so that item_row() gives `after`: fields
 * where before and after differ are set. owner and uid are not its matter.
 * Updates DTSTAMP, LAST-MODIFIED and, where time or place changed, SEQUENCE.
 * ERR_DATA or ERR_USAGE for what a component cannot hold (an end of a task).
 */
int item_set(struct item *it, const struct span *before,
    const struct span *after, struct err *e);

/* Appends the file of a new item (a VCALENDAR) for a row; uid is after's. */
int item_new(struct calendar *cal, enum item_kind kind,
    const struct span *after, struct buf *out, struct err *e);

/* Has it a property X-CRM-...? What other programs wrote has none. */
bool item_has_own(const struct item *it);

/*
 * Is it over: done, cancelled, or an event whose last occurrence ended? What
 * goes on, or is late, is not. value is its row.
 */
bool item_over(struct item *it, const struct span *value);

/* What a field of a row is; empty where it has none of that name. */
struct span act_cell(
    const struct calendar *cal, const struct span *value, const char *field);

/*
 * The address of an ATTENDEE or ORGANIZER, mailto:Ada@Example.org, in lower
 * case; appended. False: it is none.
 */
bool item_mail(struct span value, struct buf *out);

/* Is the address in a list of the field with? Nobody has the empty one. */
bool item_is_guest(struct span with, struct span mail);
/*
 * What an address answered, of the field replies; empty: nothing yet. And the
 * field with another answer of it; appended.
 */
struct span item_reply(struct span replies, struct span mail);
void item_reply_set(struct span replies, struct span mail, struct span status,
    struct buf *out);

/*
 * Of a property X-CRM-REF the field that it is, and the id: the type is a
 * parameter, or stands before the id, or is what the id begins with. Empty:
 * none of them says.
 */
struct span item_ref_type(struct ics *d, size_t prop, struct span *id);

/* Has the file a VTIMEZONE of that name? */
bool item_has_zone(const struct ics *d, struct span tzid);

/*
 * Appends the CSV lines of a file's rows (data is taken): those of masters to
 * rows, of copies to copies, flaws as item_row() tells them (may be NULL). The
 * header line of both is act_header().
 */
struct act_rows {
	struct buf *rows, *copies, *flaws;
};
int act_rows(struct calendar *cal, const char *path, struct buf *data,
    struct act_rows *out, struct err *e);
void act_header(const struct calendar *cal, struct buf *out);

/*
 * Entry: "weekly:6", "monthly:2027-06-30" or a rule of iCalendar to the RRULE
 * of what starts at start (a cell); "15m,1d" to the form of the field remind.
 * Appended. ERR_USAGE.
 */
int act_repeat(struct session *s, struct span text, struct span start,
    struct buf *out, struct err *e);
int act_remind(
    struct session *s, struct span list, struct buf *out, struct err *e);
/* 15, 15m, 15min, 2h, 1h30, 1d, 1w: seconds. False: it is none. */
bool act_duration(struct span text, int64_t *seconds);
/* The zone in which what repeats is kept; "": UTC, as where s is NULL. */
const char *act_zone(const struct session *s);

/*
 * The bytes of a file of ent as the CSV of a table, for table_parse(): of a
 * calendar (or a .gz archive of one) those of the rows of its masters; other
 * files, and empty data, stay as they are.
 */
int entity_text(struct session *s, const struct entity *ent, const char *path,
    struct buf *data, struct err *e);

#endif
