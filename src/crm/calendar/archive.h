/*
 * archive: what is closed for long. calendar/PERSON/archive/2025.ics (or
 * .ics.gz, by the setting calendar.archive-format) holds what was closed in
 * 2025 (what is more than 2,000 items goes to 2025-2.ics and on), so that the
 * folders which phones and khal read stay small. Such items
 * are listed and reported as all others.
 */
#ifndef CRM_CRM_CALENDAR_ARCHIVE_H
#define CRM_CRM_CALENDAR_ARCHIVE_H

#include "crm/calendar/calendar.h"
#include "crm/change/change.h"
#include "store/ics.h"

/*
 * Where a row of act that is to be added belongs if it is closed for longer
 * than calendar.archive-days (90; 0: never): true, and the path appended.
 * The year is that of the day on which it was completed, else ended.
 */
bool archive_path(struct calendar *cal, const struct span *value,
    struct span folder, struct buf *path);

/* The same, whatever its state and however short a time ago. */
void archive_place(struct calendar *cal, const struct span *value,
    struct span folder, struct buf *path);

/*
 * Which file of a year takes one more item: the last there is, or a new one
 * where that is full. path is that of the first (archive_place()), and is
 * replaced. Is there such a file, or will there be one? How many items has it
 * (one that is not there: 0)? The last file that was counted is the one chosen.
 */
typedef bool archive_there_fn(void *ctx, const char *path);
typedef int archive_count_fn(
    void *ctx, const char *path, size_t *n, struct err *e);
int archive_choose(struct buf *path, archive_there_fn *there,
    archive_count_fn *count, void *ctx, struct err *e);
/* The i-th file of a year, from 1: 2025.ics, 2025-2.ics ... */
void archive_file(struct span first, int i, struct buf *out);

/*
 * Items on their way into archives: each file is read once, and put into the
 * transaction of c by archiving_write().
 */
struct archiving {
	struct changes *c;
	struct archive_file **file;
	size_t n, cap;
};
/*
 * The components of a UID in doc, and the zones they name, into the year of
 * path: into the file that archive_choose() has for it. What the files of that
 * year have of the UID is replaced.
 */
int archiving_add(struct archiving *a, const char *path, struct ics *doc,
    struct span uid, struct err *e);
/*
 * Can what is of that year be added to, as far as can be told before? A file
 * that cannot be read, or has an edit of its own, is refused.
 */
int archiving_ready(struct archiving *a, const char *path, struct err *e);
/* Takes what an archive has of a UID out of it. */
int archiving_drop(struct archiving *a, const char *path, struct span uid,
    struct err *e);
int archiving_write(struct archiving *a, struct err *e);
void archiving_release(struct archiving *a);

/*
 * The bytes of a .gz archive (replaced by what they unpack to, at most 256
 * MiB), and back: the same bytes for the same text.
 */
int archive_unpack(const char *path, struct buf *data, struct err *e);
void archive_pack(struct buf *text);

/*
 * For writers, at the end of a command: where a person has more than
 * calendar.archive-batch (200) live items that are due for it, moves them, as
 * one commit of its own. Looks once a day. *n is how many were moved.
 */
int archive_due(struct changes *c, size_t *n, struct err *e);

#endif
