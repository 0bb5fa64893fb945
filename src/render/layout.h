/*
 * layout: the blocks of a description as boxes, whose sizes are known, and
 * boxes as what stands on which page. Lengths are points, from the upper left
 * corner of the page.
 */
#ifndef CRM_RENDER_LAYOUT_H
#define CRM_RENDER_LAYOUT_H

#include "render/image.h"
#include "render/page.h"
#include "render/text.h"

#define PT(mm) ((mm)*72 / 25.4)
#define PAGES_MAX 5000

enum box_kind {
	BOX_LINES, /* cells beside each other: a paragraph, a row */
	BOX_RULE,
	BOX_SPACE,
	BOX_PICTURE,
	BOX_SIGN,
	BOX_BREAK,
	BOX_KEEP,
	BOX_COLUMNS, /* its children are BOX_KEEP, side by side */
	BOX_TABLE,   /* the first child is repeated where `headed` */
};

struct cell {
	struct para *para;
	uint32_t n, lines; /* lines: of all its paragraphs */
	float x, w, height, base;
};

struct box {
	enum box_kind kind;
	bool row, headed, with_next, plain;
	double x, w, before, height; /* before: not at the top of a page */
	double down; /* of a space: up to there, where it is not yet */
	double over;		     /* weight of the rule above; 0: none */
	double over_x, pad; /* where it begins; above and below the cells */
	struct cell *cell;
	struct box *child;
	cairo_surface_t *picture;
	uint32_t n; /* cells, or children */
};

/* What stands where on a page. */
struct op {
	enum { OP_CELL, OP_RULE, OP_PICTURE } kind;
	void *what;	   /* struct cell, surface */
	uint32_t from, to; /* lines of the cell */
	double x, y, w;	   /* of a picture w is its width */
	double weight;
};

struct sheet {
	struct op *op;
	size_t n, cap;
};

struct layout {
	const struct page *page;
	struct typeset *type;
	struct images *images;
	struct sheet *sheet; /* the pages */
	size_t n, cap;
	double x, w;
	double top[2], bottom; /* of the body: page 1, the others */
	double head_y, foot_y;
	struct arena arena;
	struct err *err;
};

/* The pages of the body. ERR_DATA where there are too many, or no room. */
int layout_body(struct layout *l);

/*
 * The ops of a head or foot for page `number` of `pages`; its height. Memory
 * is in a, and in sheet->op.
 */
int layout_part(struct layout *l, enum page_part part, size_t number,
    size_t pages, double y, struct arena *a, struct sheet *sheet,
    double *height);

void layout_release(struct layout *l);

#endif
