/*
 * index: the rows of activities without opening their files. For each folder
 * of a person (events, tasks, notes, archive) a file below .git/crm/calendar/
 * holds the row of every item and what stat says of its file. A file whose
 * size, times, inode or device differ is read anew; so is one whose time is not
 * older than the index's (it may have changed within the clock's grain, as
 * git's own index has it). The index is made anew where it is missing, torn,
 * of another version, or where users, fields or activity types changed. It is
 * never trusted over the files, and CRM_NOCACHE=1 does without, with the same
 * bytes as result. Readers write it where they can (rename, no fsync).
 *
 * Of a commit (as-of) the files are read from its tree, without an index.
 */
#ifndef CRM_CRM_CALENDAR_INDEX_H
#define CRM_CRM_CALENDAR_INDEX_H

#include "crm/calendar/calendar.h"

/* An item's file as the index has it. */
struct cal_file {
	char *path; /* calendar/ana/events/x.ics */
	struct span rows; /* its rows, CSV lines */
	struct span copies; /* the same, rows of copies */
	size_t nrows;
	bool copy, broken; /* rows not among those of collections */
};

/*
 * A folder's rows: "text" is CSV with the header of act's fields; the rows of
 * copies and the messages of broken files ("path:line: ...") are kept apart.
 */
struct cal_collection {
	char *path; /* calendar/ana/events */
	struct buf text;
	struct buf copies; /* the same, rows of copies */
	struct buf flaws;  /* lines */
	struct cal_file *file; /* by name */
	size_t nfiles;
	struct buf rows; /* what file[].rows are of; [].copies: of copies */
};

/* Paths of all folders there are, in byte order; free each and the array. */
int cal_collections(struct calendar *cal, struct span folder, char ***path,
    size_t *n, struct err *e);

/* A folder, brought up to date. One thread at a time. */
int cal_read(struct calendar *cal, const char *path,
    struct cal_collection *out, struct err *e);
void cal_collection_release(struct cal_collection *c);

/*
 * For writers: is the id one of another activity? One of this month is only
 * sought among the live files, since what is archived was made long before.
 */
bool cal_taken(struct calendar *cal, uint64_t id);

/*
 * For writers: the file that has the item (of the owner, not a copy): path
 * appended. 0; 1 where there is none.
 */
int cal_find(struct calendar *cal, uint64_t id, struct buf *path,
    struct err *e);

/*
 * The files in which a record of any kind can be: what entity_paths() says; of
 * an activity where it is now. How many there are, at most 3, or -1; each to be
 * freed.
 */
int record_paths(struct session *s, const struct entity *ent, uint64_t id,
    char *path[3], struct err *e);

/*
 * For writers: another file than this that has the item, too (of its owner,
 * not a copy): path appended. 0; 1 where there is none.
 */
int cal_other(struct calendar *cal, uint64_t id, const char *path,
    struct buf *other, struct err *e);
/*
 * For writers: the file in the folder's calendar that has a copy of the item,
 * whatever it is called: path appended. 0; 1 where there is none.
 */
int cal_copy(struct calendar *cal, uint64_t id, struct span folder,
    struct buf *path, struct err *e);
/* The same will find this file, which lost its mark, and gets it back. */
int cal_note_copy(struct calendar *cal, uint64_t id, const char *path,
    struct err *e);
/* What cal_find() has read is not true any more. */
void cal_forget(struct calendar *cal);

#endif
