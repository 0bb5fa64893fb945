/*
 * merge_impl: what the files of table_merge share: the versions as read, the
 * records of all of them, and what becomes of each. Not for others.
 */
#ifndef CRM_CRM_HISTORY_MERGE_IMPL_H
#define CRM_CRM_HISTORY_MERGE_IMPL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/strmap.h"
#include "crm/history/tdiff.h"
#include "store/scan.h"

enum { BASE, OURS, THEIRS, SIDES };

#define MERGE_NONE ((size_t)-1)

/* One version. Cells are in the order of merge.col. */
struct side {
	struct span data, head; /* head: the header line as it is */
	struct scan s;
	struct span *key; /* per row */
	struct strmap row;
};

/* A record of any version. */
struct mrow {
	struct span key;
	size_t at[SIDES];  /* its row, MERGE_NONE where there is none */
	struct span *cell; /* the result; NULL: gone */
	bool is_base;	   /* the result has just the cells of base */
	size_t anchor;	   /* order of tables without ids */
};

struct merge {
	const struct entity *ent;
	const char *path;
	struct side side[SIDES];
	struct span *col;
	const struct field **field; /* of each column, or NULL */
	size_t ncols, col_cap, nbase;
	bool same_head; /* all versions there are have one header line */
	size_t id_col;	/* of tables with ids */
	struct mrow *row;
	size_t nrows, row_cap;
	struct arena arena;
	merge_conflict_fn *fn;
	void *ctx;
};

/* Are the cells of two rows the same? */
bool merge_same_cells(
    const struct merge *m, const struct span *a, const struct span *b);
struct span *side_cells(const struct merge *m, int side, size_t row);
struct span side_raw(const struct merge *m, int side, size_t row);

/* Decides a record; a second one (a collision of ids) is added to m->row. */
int merge_row(struct merge *m, size_t i, struct err *e);

/*
 * Rows of a table without ids in their order: that of the side which moved
 * rows, added rows behind the one they were added behind. Sorts m->row.
 */
void merge_order(struct merge *m);

#endif
