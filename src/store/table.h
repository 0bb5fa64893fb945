/*
 * table: one store file held for changing. Rows that are not touched come out
 * byte for byte; changed and new rows are written canonically; all are written
 * sorted by key. Column order and unknown columns are kept; a column that is
 * new to the file goes behind the last one (every row is then rewritten).
 *
 * Rows are named by index; an index stays valid until the table is released
 * (table_remove only marks).
 */
#ifndef CRM_STORE_TABLE_H
#define CRM_STORE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "store/schema.h"

struct table_row {
	struct span raw;   /* the row's bytes with its line end; for a changed
			      row NULL until written */
	struct span *cell; /* NULL until needed (table_cell); then ncols */
	uint64_t id;	   /* packed, or a hash of the key */
	bool removed, changed;
};

struct table {
	const struct entity *ent;
	char *path;
	struct buf data; /* the file as read */
	struct span *col; /* header */
	size_t ncols, col_cap;
	struct table_row *row;
	size_t nrows, row_cap;
	size_t *order; /* rows sorted by id, for table_find; built lazily */
	size_t norder;
	bool header_changed, changed;
	struct arena arena;
};

/*
 * Parses data (taken; empty afterwards) as the file at path of entity ent.
 * Empty data makes an empty table with the default columns of ent. A file of
 * ent's without its id or key columns is ERR_DATA.
 */
int table_parse(struct table *t, const struct entity *ent, const char *path,
    struct buf *data, struct err *e);

/* Column index of a name, or (size_t)-1. */
size_t table_col(const struct table *t, struct span name);

/* Row with that packed id (or key hash) not removed, or (size_t)-1. */
size_t table_find(struct table *t, uint64_t id);

/* The cell; empty where the file lacks the column. Borrowed. */
struct span table_cell(struct table *t, size_t row, struct span col);
struct span table_cell_at(struct table *t, size_t row, size_t col);

/* Sets a cell (value is copied), adding the column where it is missing. */
void table_set(struct table *t, size_t row, struct span col, struct span v);

/* A new row: values by field of ent (n == ent->nfields or fewer). */
size_t table_add(
    struct table *t, uint64_t id, const struct span *value, size_t n);
void table_remove(struct table *t, size_t row);

size_t table_live(const struct table *t); /* rows not removed */

/* The whole file as it now is, canonical. Appends to out. */
void table_write(struct table *t, struct buf *out);

void table_release(struct table *t);

/* The hash under which a keyed row (no id) is known: over its key cells. */
uint64_t table_key(const struct entity *ent, const struct span *value);

#endif
