/*
 * page: the reader of page descriptions (crm-render(8)). It checks every
 * statement and where it stands, so that layout.c and what is behind it meet
 * only what makes sense; it knows nothing of fonts and of drawing.
 *
 * Text is in the arena of the description: valid UTF-8, without control
 * characters but '\n', which is the end of a paragraph within a field.
 */
#ifndef CRM_RENDER_PAGE_H
#define CRM_RENDER_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

/* What one document may have at most. */
#define PAGE_BYTES_MAX (32u << 20)
#define PAGE_LINE_MAX (256u << 10)
#define PAGE_BLOCKS_MAX 500000u
#define PAGE_CELLS_MAX 2000000u
#define PAGE_TABLE_MAX 32 /* columns of a table */
#define PAGE_COLUMNS_MAX 8
#define PAGE_DEPTH_MAX 8
#define PAGE_SIGN_MAX 4

enum block_kind {
	BLOCK_TEXT,
	BLOCK_SPACE,
	BLOCK_RULE,
	BLOCK_LOGO,
	BLOCK_IMAGE,
	BLOCK_SIGN,
	BLOCK_BREAK,
	BLOCK_KEEP,
	BLOCK_COLUMNS, /* what is in it are BLOCK_COLUMN */
	BLOCK_COLUMN,
	BLOCK_TABLE, /* what is in it are the rows below */
	BLOCK_TH,
	BLOCK_TR,
	BLOCK_TG,
	BLOCK_TS,
	BLOCK_TN,
};

enum text_style {
	STYLE_BODY,
	STYLE_SMALL,
	STYLE_LARGE,
	STYLE_TITLE,
	STYLE_HEADING,
	STYLE_BOLD,
	STYLE_MUTED,
	STYLE_RIGHT,
	STYLE_CENTER,
	STYLE_SMALL_RIGHT,
	STYLES
};

enum side { SIDE_START, SIDE_END, SIDE_CENTER };

/* A column of a table: l and r are the start and the end of a line. */
struct column {
	double mm;  /* 0: shares what is left */
	char align; /* l r c n */
};

/* A statement. What is in it follows it, up to the block before `end`. */
struct block {
	enum block_kind kind;
	unsigned style; /* text: enum text_style; logo: enum side; rule: thick;
			   columns: how many; table: plain; space: up to
			   there from the top of the page */
	uint32_t line;
	uint32_t end;	   /* index behind what is in it */
	uint32_t first, n; /* its texts; of a table its columns */
	double mm;	   /* space, logo: height; image: width */
};

struct blocks {
	struct block *v;
	size_t n, cap;
};

enum page_part { PART_BODY, PART_HEAD, PART_FOOT, PARTS };

struct page {
	double width, height, margin; /* mm */
	bool rtl;
	const char *family, *language; /* "": none was given */
	double size;		       /* pt */
	struct span title, author, mark;
	struct blocks part[PARTS];
	struct span *text; /* of all blocks */
	size_t ntext, text_cap;
	struct column *column; /* of all tables */
	size_t ncolumn, column_cap;
	struct arena arena;
};

/*
 * Reads a whole description; line is the number of its first line. Fails with
 * ERR_DATA, "stdin:line: what is wrong". Release it in either case.
 */
int page_read(struct page *p, struct span text, size_t line, struct err *e);
void page_release(struct page *p);

#endif
