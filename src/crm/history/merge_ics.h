/*
 * merge_ics: merging of calendar files, item by item (UID), component by
 * component (the master, and each occurrence that differs), property by
 * property. A pure function over file contents.
 */
#ifndef CRM_CRM_HISTORY_MERGE_ICS_H
#define CRM_CRM_HISTORY_MERGE_ICS_H

#include "base/buf.h"
#include "base/err.h"
#include "crm/history/tdiff.h"
#include "store/schema.h"

/*
 * Merges three versions of one calendar file; base is empty where both sides
 * added it. Versions are compared by what they say: the order of properties
 * and components, folding, line ends, quotes around parameters, and parameters
 * that say what holds anyway (VALUE=DATE-TIME) do not count. What neither side
 * changed keeps the bytes that it has in base. The result is the same bytes
 * whatever side is ours.
 *
 * A property that can stand several times is merged by what tells it from the
 * others: ATTENDEE by its address, X-CRM-REF by its type, CATEGORIES, EXDATE
 * and RDATE value by value; alarms, and properties of which there are several,
 * by all that they say. Of DTSTAMP, LAST-MODIFIED and SEQUENCE the greater
 * stands, of CREATED the lesser. VTIMEZONEs stay as long as one side has them.
 * Whose a copy is (X-CRM-OWNER) is not told: what became the master stands;
 * merge_twice() makes the copies right.
 *
 * Changed on both sides to different values: the bytewise greater one stands,
 * and fn is told, with the id of the activity; the column is the field, with
 * its values as cells, or else the property ("X-COLOR", in an occurrence
 * "SUMMARY 20261127T130000Z"), with its values as they are written. Changed on
 * one side and removed on the other: it stays, and fn is told; the column of a
 * whole item is "(record)", of an occurrence "(20261127T130000Z)". What is of
 * no item (the calendar's own properties) is not told.
 *
 * ERR_DATA: a version is no calendar, path:line first. act is the entity of
 * the built-in schema. fn may be NULL.
 */
int ics_merge(struct entity *act, const char *path, struct span base,
    struct span ours, struct span theirs, struct buf *out,
    merge_conflict_fn *fn, void *ctx, struct err *e);

#endif
