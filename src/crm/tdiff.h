/*
 * tdiff: differences between versions of a table file, record by record and
 * cell by cell; what log shows, undo inverts, hand edits are checked by, and
 * merging is made of. Pure functions over file contents.
 */
#ifndef CRM_CRM_TDIFF_H
#define CRM_CRM_TDIFF_H

#include "base/buf.h"
#include "base/err.h"
#include "store/schema.h"
#include "store/table.h"

/*
 * Called for each record that differs, in key order. rows are indexes in a and
 * b, (size_t)-1 where the record is absent there.
 */
typedef int tdiff_fn(void *ctx, struct table *a, size_t row_a,
    struct table *b, size_t row_b, struct err *e);
int tdiff(struct table *a, struct table *b, tdiff_fn *fn, void *ctx,
    struct err *e);

/* A cell that two sides changed differently. */
struct merge_conflict {
	struct span id, column, base, ours, theirs;
};

/*
 * Merges three versions of one table file: record by record (by id or key),
 * cell by cell, with the fields' merge policies; columns added on either side
 * are kept. A cell changed on both sides to different values is decided the
 * same way in every clone whatever side it is on (the bytewise greater value
 * stands) and reported; so is a record changed on one side and removed on the
 * other (it stays). Append-only tables are united. Rows that neither side
 * changed keep their bytes. fn may be NULL.
 */
typedef int merge_conflict_fn(
    void *ctx, const struct merge_conflict *c, struct err *e);
int table_merge(const struct entity *ent, const char *path, struct span base,
    struct span ours, struct span theirs, struct buf *out,
    merge_conflict_fn *fn, void *ctx, struct err *e);

#endif
