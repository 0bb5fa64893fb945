/*
 * tdiff: differences between versions of a table file, record by record and
 * cell by cell; what log shows, undo inverts, hand edits are checked by, and
 * merging is made of. Pure functions over file contents.
 */
#ifndef CRM_CRM_HISTORY_TDIFF_H
#define CRM_CRM_HISTORY_TDIFF_H

#include "base/buf.h"
#include "base/err.h"
#include "store/schema.h"
#include "store/table.h"

/*
 * Called for each record that differs, in key order. rows are indexes in a and
 * b, (size_t)-1 where the record is absent there. A row that only differs in
 * its quoting does not differ.
 */
typedef int tdiff_fn(void *ctx, struct table *a, size_t row_a, struct table *b,
    size_t row_b, struct err *e);
int tdiff(
    struct table *a, struct table *b, tdiff_fn *fn, void *ctx, struct err *e);

/*
 * The cells in which two rows differ: columns in the order of b, then those
 * that only a has. A row that is (size_t)-1 has empty cells.
 */
typedef int tdiff_cell_fn(void *ctx, struct span column, struct span old,
    struct span new, struct err *e);
int tdiff_cells(struct table *a, size_t row_a, struct table *b, size_t row_b,
    tdiff_cell_fn *fn, void *ctx, struct err *e);

/* Appends what a row is called by: its id, or its key cells with "/". */
void table_row_key(struct table *t, size_t row, struct buf *out);

/*
 * What two sides decided differently. ours is what stands, in every clone.
 * column is the cell's, or "(record)": changed by one and removed by the
 * other, or "(id)": two records had the same id, theirs is the new id of one.
 */
struct merge_conflict {
	struct span id, column, base, ours, theirs;
};

/*
 * Merges three versions of one table file: record by record (by id or key),
 * cell by cell, with the fields' merge policies; columns added on either side
 * are kept. The result is the same bytes whatever side is ours: base's columns
 * first, then the added ones (built-in ones in their order, others by name). A
 * cell changed on both sides to different values is decided the same way in
 * every clone (the bytewise greater value stands) and reported; so is a record
 * changed on one side and removed on the other (it stays). An amount changed
 * on one side and its currency on the other is reported too. Two different
 * records that got the same id: one is given an id made from its content. Rows
 * that neither side changed keep their bytes. Tables without ids keep their
 * order, which may mean something. fn may be NULL.
 */
typedef int merge_conflict_fn(
    void *ctx, const struct merge_conflict *c, struct err *e);
int table_merge(const struct entity *ent, const char *path, struct span base,
    struct span ours, struct span theirs, struct buf *out,
    merge_conflict_fn *fn, void *ctx, struct err *e);

#endif
