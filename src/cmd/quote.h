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

/* A table for people, below a title; of show. */
struct sheet {
	struct call *c;
	struct emit *em;
};
int sheet_open(struct sheet *t, const char *title,
    const struct emit_column *col, size_t n);
int sheet_row(struct sheet *t, const struct span *cell, size_t n);
int sheet_close(struct sheet *t);
/* Minor units as a cell. */
struct span sheet_amount(struct arena *a, int64_t units, int exponent);

/* What a quote or an order comes to, for people; d is computed. */
int quote_print_sums(struct call *c, struct doc *d);

/* Do the sums of a quote that was changed still work out? */
int quote_settle(struct call *c, struct changes *ch, uint64_t id);

#endif
