/*
 * emit: rows to stdout in any of the output formats. A format is a row of one
 * table (emit.c): a new one is a struct with four functions. Output is
 * collected and written in large pieces; every write and the last flush are
 * checked.
 */
#ifndef CRM_CMD_EMIT_H
#define CRM_CMD_EMIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "store/schema.h"

struct emit_column {
	const char *name;  /* header in csv, json: a promise */
	const char *label; /* header for people; NULL: name */
	enum field_type type; /* alignment; JSON numbers, lists */
	bool bar; /* draw as a bar in tables: value / largest */
};

struct emit_options {
	const char *format; /* "table", "csv", ...; NULL: table on a terminal,
			       else csv */
	const char *title;  /* above a table, NULL none */
	const char *foot;   /* below a table, NULL none */
	bool porcelain;
	bool total; /* the last row is a total line */
};

struct emit;

/* ERR_USAGE for an unknown format (with the known ones). */
int emit_open(struct emit **out, const struct emit_options *o,
    const struct emit_column *col, size_t ncols, struct err *e);
/* n cells, copied or written before it returns */
int emit_row(
    struct emit *em, const struct span *cell, size_t n, struct err *e);
/* Ends and flushes. rows may be NULL. */
int emit_close(struct emit *em, size_t *rows, struct err *e);

/* Is the format (or the default one) a machine's: csv, tsv, json, ndjson? */
bool emit_is_machine(const struct emit_options *o);
bool emit_wants_ids(const struct emit_options *o); /* ids: one column */

/*
 * stdout for people: starts the pager when stdout is a terminal and output
 * does not fit ("less -FRX" or ui.pager; never when CRM_PAGER= or PAGER= is
 * empty); colour by NO_COLOR, ui.color, terminal.
 */
void emit_setup(const char *pager, const char *color);

/* Plain text to stdout through the same buffer, pager and checks. */
int emit_text(struct span text, struct err *e);
/* Everything out, pager waited for. ERR_IO where stdout failed. EPIPE is no
   error message but a non-zero exit. */
int emit_finish(struct err *e);

#endif
