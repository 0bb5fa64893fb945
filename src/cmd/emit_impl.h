/*
 * emit_impl: what the files of emit share. Nothing else includes it.
 */
#ifndef CRM_CMD_EMIT_IMPL_H
#define CRM_CMD_EMIT_IMPL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "cmd/emit.h"

struct emit {
	const struct emit_format *f;
	struct emit_options o;
	struct emit_column *col;
	size_t ncols;
	size_t nrows;
	size_t currency;     /* the column of the row's; ncols: none */
	struct span *row;    /* ncols: the row at hand, made whole */
	struct buf safe;     /* its cells as a terminal may have them */
	struct span *held;   /* the row that might be the total */
	struct buf held_buf; /* its bytes */
	bool has_held, in_total;
	/* of a format */
	struct arena arena;
	struct span *cell; /* nrows * ncols of a table */
	size_t ncells, cell_cap;
	struct span *key; /* json: "name": */
	struct buf tmp;
	struct buf shown; /* labels of the cell at hand */
};

enum {
	EMIT_MACHINE = 1,
	EMIT_IDS = 2,
};

struct emit_format {
	const char *name;
	unsigned flags;
	int (*begin)(struct emit *em, struct err *e);
	int (*row)(struct emit *em, const struct span *cell, struct err *e);
	int (*end)(struct emit *em, struct err *e);
};

/* stdout: appended to at will, then emit_flush() now and then. */
struct buf *emit_out(void);
/* Writes what is there once it is worth a write. */
int emit_flush(struct err *e);
bool emit_is_tty(void);
bool emit_has_color(void);
size_t emit_width(void); /* of the terminal; 0 where there is none */

/* Numbers, by type: aligned to the right, grouped for people. */
bool emit_is_number(enum field_type t);
/* Appends cell i of a row as people see it: one line, safe, digits grouped. */
void emit_human(
    struct emit *em, struct buf *out, const struct span *row, size_t i);
const char *emit_label(const struct emit_column *c);

/* --- the columns of a table (emit_fit.c) --------------------------------- */

enum { GAP = 2 }; /* between columns */

struct fit {
	size_t cells, label; /* widths of the widest cell and of the header */
	size_t width;	     /* wanted, then that which fits */
	bool empty;	     /* all cells */
	bool same;	     /* all cells of several rows */
	bool spare, out;     /* goes first; there is no room for it */
};

/*
 * Makes a line of n columns fit into room: columns without a value are left
 * out, texts give way down to a readable width, then columns are left out,
 * those first that say least, or that come last of ranked ones; none where
 * the user chose them. Of a lean table what is the same in all rows goes, and
 * other texts give way, before a name is cut. Ids, numbers, dates and, but where
 * they are long or nothing else helps, headers stay whole. A line that does not
 * fit even so stays too wide.
 */
void emit_fit(const struct emit_column *col, struct fit *f, size_t n,
    size_t room, const struct emit_options *o);
size_t emit_fit_sum(const struct fit *f, size_t n); /* of a line */

/*
 * Appends s in lines of at most width columns (0: any), broken behind a comma
 * or semicolon, and within an item only where that would leave half of the
 * line empty.
 */
void emit_wrap(struct buf *out, struct span s, size_t width);

int emit_table_row(struct emit *em, const struct span *cell, struct err *e);
int emit_table_end(struct emit *em, struct err *e);
int emit_md_begin(struct emit *em, struct err *e);
int emit_md_row(struct emit *em, const struct span *cell, struct err *e);
int emit_md_end(struct emit *em, struct err *e);
int emit_json_begin(struct emit *em, struct err *e);
int emit_json_row(struct emit *em, const struct span *cell, struct err *e);
int emit_json_end(struct emit *em, struct err *e);
int emit_ndjson_begin(struct emit *em, struct err *e);
int emit_ndjson_row(struct emit *em, const struct span *cell, struct err *e);

#endif
