/*
 * emit: rows to stdout in any of the output formats. A format is a row of one
 * table (emit.c): a new one is a struct with three functions. Output is
 * collected and written in large pieces; every write and the last flush are
 * checked.
 *
 * Formats for people (table, md) show labels, group digits and pass everything
 * through term_safe(). Those for machines (csv, tsv, json, ndjson, ids, count)
 * give the cells as they are; only on a terminal they are made safe as well.
 */
#ifndef CRM_CMD_EMIT_H
#define CRM_CMD_EMIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "crm/config.h"
#include "store/schema.h"

struct emit_column {
	const char *name;     /* header in csv, json: a promise */
	const char *label;    /* header for people; NULL: name */
	enum field_type type; /* alignment; JSON numbers, lists */
	bool main; /* tells rows apart: readable in narrow tables, too */
	bool spare; /* the first to be left out where there is no room */
	unsigned spare_below; /* spare on a terminal narrower than this */
	unsigned keep; /* so much of it is not cut; 0: as its type says */
	bool whole; /* a name that is nothing if cut: the number of an order */
	bool wrap; /* the last one of a table: what is too long is broken */
	bool trim;  /* F_DECIMAL: for people, without zeros at its end */
	bool price; /* trimmed, but with the digits of the row's currency */
	bool bar;	      /* draw as a bar in tables: value / largest */
	const char *none; /* for people: stands for an empty cell, or NULL */
	struct keyset labels; /* for people: of keys (crm/labels.h) */
};

struct emit_options {
	const char *format; /* "table", "csv", ...; NULL: table on a terminal,
			       else csv */
	const char *title;  /* above a table, NULL none */
	const char *foot;   /* below a table, NULL none */
	struct buf *note; /* gets a line to be said on stderr about columns
			     that found no room; or NULL */
	bool chosen;	    /* by the user: no column is left out */
	bool ranked; /* what says most comes first: the last is left out */
	bool lean;   /* for people: no column without a value, names cut last */
	bool porcelain;	    /* csv unless a machine's format is named */
	bool total; /* the last row is a total line; machines do not get it */
};

struct emit;

/*
 * ERR_USAGE for an unknown format (with the known ones), and for a format for
 * people with porcelain.
 */
int emit_open(struct emit **out, const struct emit_options *o,
    const struct emit_column *col, size_t ncols, struct err *e);
/* n cells, copied or written before it returns; missing ones are empty */
int emit_row(struct emit *em, const struct span *cell, size_t n, struct err *e);
/* Ends and frees. rows (a total is none) may be NULL. */
int emit_close(struct emit *em, size_t *rows, struct err *e);
void emit_drop(struct emit *em); /* frees only: the rows failed half way */
/* emit_close(), or emit_drop() and -1 where the rows failed (not 0). */
int emit_end(struct emit *em, int failed, size_t *rows, struct err *e);

/* Is the format (or the default one) a machine's: csv, tsv, json, ndjson? */
bool emit_is_machine(const struct emit_options *o);
bool emit_wants_ids(const struct emit_options *o); /* ids: one column */

/*
 * stdout for people: starts the pager when stdout is a terminal and output
 * does not fit; colour by NO_COLOR, color, terminal. The pager is CRM_PAGER,
 * else pager (ui.pager), else PAGER, else "less -FRX"; empty or "cat" is none.
 * color is "always", "never", or NULL or "auto". SIGPIPE is ignored from here.
 */
void emit_setup(const char *pager, const char *color);

/*
 * A reader of the store must not wait for whoever reads its output while it
 * holds the store: between the two, output is kept (in memory, beyond 8 MB in
 * an unnamed file). emit_release() lets it out.
 */
void emit_hold(void);
int emit_release(struct err *e);

/* Plain text to stdout through the same buffer, pager and checks. */
int emit_text(struct span text, struct err *e);
/* The same, in lines no wider than the terminal. */
int emit_prose(struct span text, struct err *e);
/*
 * Everything out, pager waited for. ERR_IO where stdout failed; where nobody
 * reads any more (EPIPE) too, with an empty message: end quietly, not with 0.
 * A pager that is left early is no failure.
 */
int emit_finish(struct err *e);

#endif
