/*
 * page_impl: what page.c, which reads statements, page_open.c, which holds what
 * is open, and page_field.c, which reads single fields, share.
 */
#ifndef CRM_RENDER_PAGE_IMPL_H
#define CRM_RENDER_PAGE_IMPL_H

#include "render/page.h"

struct reader {
	struct page *page;
	size_t line;
	struct err *err;
};

/* Sets the error at this line; returns -1. */
int page_error(const struct reader *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* A field without its escapes and control characters, in the arena. */
int page_text(const struct reader *r, struct span field, struct span *out);

/* A decimal number of digits, at least min and at most max. */
int page_number(const struct reader *r, const char *what, struct span field,
    double min, double max, double *out);

/* The index of a word in a list that ends with NULL. */
int page_word(const struct reader *r, const char *what, struct span field,
    const char *const *words, unsigned *out);

/* "10r,*l,20n": appends the columns of a table to those of the page. */
int page_columns(const struct reader *r, struct span spec, struct block *b);

/* What is open: a table, columns, keep, or a part. */
struct open {
	enum { OPEN_PART, OPEN_KEEP, OPEN_COLUMNS, OPEN_TABLE } kind;
	size_t block, line;
	unsigned column; /* of columns: the one that is open, from 1 */
};

struct state {
	struct reader r;
	enum page_part part;
	struct open open[PAGE_DEPTH_MAX];
	size_t depth, blocks;
	unsigned once; /* bits: what was said, and may not be again */
	bool begun, headed, rows;
};

struct statement {
	const char *word;
	size_t min, max; /* fields behind the word */
	unsigned places;
	int (*read)(struct state *s, const struct statement *st,
	    const struct span *field, size_t n);
	int kind; /* enum block_kind, or what `read` takes it for */
};

/* The list that blocks go to, and its last; what is open innermost, or NULL. */
struct blocks *page_blocks(struct state *s);
struct open *page_open(struct state *s);

/* Appends a block; it ends with itself until something is put in it. */
struct block *page_append(struct state *s, enum block_kind kind);

/* Statements; page_end is endkeep, endtable and end, page_next_column column.
 */
int page_begin(struct state *s, const struct statement *st,
    const struct span *field, size_t n);
int page_begin_columns(struct state *s, const struct statement *st,
    const struct span *field, size_t n);
int page_next_column(struct state *s, const struct statement *st,
    const struct span *field, size_t n);
int page_begin_table(struct state *s, const struct statement *st,
    const struct span *field, size_t n);
int page_begin_keep(struct state *s, const struct statement *st,
    const struct span *field, size_t n);
int page_end(struct state *s, const struct statement *st,
    const struct span *field, size_t n);

/* The error of what was opened and not ended; returns -1. */
int page_unclosed(struct state *s);

#endif
