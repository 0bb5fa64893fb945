/*
 * table: one store file held for changing. Rows that are not touched come out
 * byte for byte (CRLF ends too), and so does a whole file in which nothing was
 * changed; changed and new rows are written canonically. Tables with ids are
 * written sorted by id; in those with a key of their own the order of rows may
 * mean something (the stages of a pipeline), so it stays, and new rows go
 * behind. Column order and unknown columns are kept; a column that is new to
 * the file goes behind the last one, and every row gets a cell for it.
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
	struct span raw;   /* the row's bytes with its line end; NULL where
			      changed */
	struct span *cell; /* NULL until needed (table_cell); then width */
	uint64_t id;	   /* packed, or table_key() */
	uint32_t width;	   /* cells; columns added later are empty */
	bool removed, changed;
};

struct table {
	const struct entity *ent;
	char *path;
	struct buf data;   /* the file as read */
	struct span *col;  /* header */
	size_t ncols, col_cap;
	struct table_row *row;
	size_t nrows, row_cap;
	size_t nremoved;
	bool header_changed, changed;
	struct arena arena;
	/* internal */
	struct span head;  /* header as read */
	size_t head_cols;  /* columns that it has */
	uint64_t *slot;	   /* hash of ids; built by table_find */
	size_t nslots, nused;
	size_t *field_col; /* column of each field of ent */
	size_t nfield_col;
	size_t id_col;	   /* with field_col */
	struct span *line; /* a new row's cells */
	size_t line_cap;
	struct buf text;   /* a new row's text */
};

/*
 * Parses data (taken, on failure too; empty afterwards) as the file at path of
 * entity ent. Empty data makes an empty table with the default columns of ent.
 * ERR_DATA, with file and line: no column for the id or a required key, what
 * is no id of ent's, an id or key that is there twice.
 */
int table_parse(struct table *t, const struct entity *ent, const char *path,
    struct buf *data, struct err *e);

/* Column index of a name, or (size_t)-1. */
size_t table_col(const struct table *t, struct span name);

/* Row with that packed id (or table_key) not removed, or (size_t)-1. */
size_t table_find(struct table *t, uint64_t id);

/* The cell; empty where the file lacks the column. Borrowed. */
struct span table_cell(struct table *t, size_t row, struct span col);
struct span table_cell_at(struct table *t, size_t row, size_t col);

/*
 * Sets a cell (value is copied), adding the column where it is missing. The
 * value that is there already changes nothing.
 */
void table_set(struct table *t, size_t row, struct span col, struct span v);

/*
 * A new row: values by field of ent (n == ent->nfields or fewer; copied). The
 * cell "id" is written from id; in a keyed table id 0 stands for table_key().
 */
size_t table_add(
    struct table *t, uint64_t id, const struct span *value, size_t n);
void table_remove(struct table *t, size_t row);

size_t table_live(const struct table *t); /* rows not removed */

/* The whole file as it now is. Appends to out. */
void table_write(struct table *t, struct buf *out);

void table_release(struct table *t);

/* The hash under which a keyed row (no id) is known: over its key cells. */
uint64_t table_key(const struct entity *ent, const struct span *value);

#endif
