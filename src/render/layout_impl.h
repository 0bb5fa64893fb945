/* layout_impl: what boxes.c, table.c, flow.c and layout.c share. */
#ifndef CRM_RENDER_LAYOUT_IMPL_H
#define CRM_RENDER_LAYOUT_IMPL_H

#include "render/layout.h"

/* Boxes are made in an arena, for one page number or for the body (0). */
struct maker {
	struct layout *layout;
	const struct blocks *blocks;
	struct arena *arena;
	size_t number, pages;
};

/* The boxes of blocks from..to, in a column at x. */
int boxes_make(struct maker *m, size_t from, size_t to, double x, double w,
    struct box **out, uint32_t *n);

/* Texts of b as cells; places and widths are set before they are broken. */
void cell_text(struct maker *m, struct cell *c, const struct block *b,
    uint32_t i, unsigned look, enum align align);
void cell_measure(struct maker *m, struct cell *c);

/* Height and common base line of a row whose cells are measured. */
void row_measure(struct box *row);

int table_make(struct maker *m, size_t at, struct box *table);

/*
 * Puts boxes on the pages of the body from y on, or all on one sheet; y is then
 * where the next one would be.
 */
int flow_boxes(
    struct layout *l, struct sheet *sheet, struct box *v, size_t n, double *y);

double boxes_height(const struct box *v, size_t n, bool fresh);

#endif
