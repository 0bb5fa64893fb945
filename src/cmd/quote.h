/* quote: what the verbs of quotes share. */
#ifndef CRM_CMD_QUOTE_H
#define CRM_CMD_QUOTE_H

#include "cmd/cli.h"
#include "crm/trade/doc.h"

/*
 * The quote that a word names, by id, number, name or prefix; before the lock.
 */
int quote_find(struct call *c, const char *word, uint64_t *id);

/* The same in a change, as a document; its sums are not asked for. */
int quote_rows(
    struct call *c, struct changes *ch, uint64_t id, struct doc *out);

/*
 * A line by its place (from 1), its id, or its sku where only one has it; NULL
 * with an error.
 */
const struct doc_line *quote_line(
    struct call *c, const struct doc *d, const char *word);

/* Its lines as rows, for crm-quote line list. */
int quote_print_lines(struct call *c, uint64_t id);

/* A quote as people read it, with its lines and sums. (quote-show.c) */
int quote_show(struct call *c, uint64_t id);

/*
 * The lines of a quote or an order as a table for people, with columns that
 * are fields of a line, or "#"; cells, or NULL, puts others into those of line
 * i. (doc-show.c)
 */
typedef void doc_cells_fn(void *ctx, size_t i, struct span *cell);
int doc_show_lines(struct call *c, struct doc *d,
    const struct emit_column *col, size_t n, doc_cells_fn *cells, void *ctx);

/* What a quote or an order comes to; d is computed. (doc-show.c) */
int doc_show_sums(struct call *c, struct doc *d);

/*
 * The sums of one that came without its lines: what was printed on it, if
 * anything.
 * (doc-show.c)
 */
int doc_show_issued(struct call *c, struct doc *d);

/*
 * The customer, where what was issued tells of it otherwise than the records
 * do today; nothing, where both are the same.
 */
int quote_print_changed(struct call *c, const struct record *r);

/* The next revision of one that was issued, a draft. (quote-new.c) */
int quote_revise(struct call *c, struct changes *ch, uint64_t id);

/* Do the sums of a quote that was changed still work out? */
int quote_settle(struct call *c, struct changes *ch, uint64_t id);

#endif
