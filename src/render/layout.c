#include "render/layout.h"

#include <stdlib.h>

#include "base/mem.h"
#include "render/layout_impl.h"

/* Measures head and foot, with numbers as wide as they become. */
static int
measure_parts(struct layout *l)
{
	const struct page *p = l->page;
	double edge = PT(p->margin > 20 ? p->margin / 2 : 10), h[PARTS] = { 0 };

	if (edge > PT(p->margin))
		edge = PT(p->margin);
	for (int part = PART_HEAD; part < PARTS; part++) {
		struct sheet s = { 0 };
		struct arena a = { 0 };
		int r = layout_part(
		    l, (enum page_part)part, 8888, 8888, 0, &a, &s, &h[part]);

		free(s.op);
		arena_release(&a);
		if (r)
			return -1;
	}
	l->head_y = edge;
	l->foot_y = PT(p->height) - edge - h[PART_FOOT];
	if (h[PART_FOOT] > 0 && l->foot_y - PT(4) < l->bottom)
		l->bottom = l->foot_y - PT(4);
	if (h[PART_HEAD] > 0 && edge + h[PART_HEAD] + PT(4) > l->top[1])
		l->top[1] = edge + h[PART_HEAD] + PT(4);
	if (l->bottom - l->top[1] < PT(p->height) / 3)
		return err_set(l->err, ERR_DATA,
		    "stdin: head and foot leave "
		    "less than a third of the page");
	return 0;
}

int
layout_body(struct layout *l)
{
	const struct page *p = l->page;
	struct maker m = {
		.layout = l, .blocks = &p->part[PART_BODY], .arena = &l->arena
	};
	struct box *v;
	double y;
	uint32_t n;

	l->x = PT(p->margin);
	l->w = PT(p->width - 2 * p->margin);
	l->top[0] = l->top[1] = PT(p->margin);
	l->bottom = PT(p->height - p->margin);
	if (measure_parts(l) ||
	    boxes_make(&m, 0, m.blocks->n, l->x, l->w, &v, &n))
		return -1;
	y = l->top[0];
	return flow_boxes(l, NULL, v, n, &y);
}

int
layout_part(struct layout *l, enum page_part part, size_t number, size_t pages,
    double y, struct arena *a, struct sheet *sheet, double *height)
{
	struct maker m = { .layout = l,
		.blocks = &l->page->part[part],
		.arena = a,
		.number = number,
		.pages = pages };
	struct box *v;
	uint32_t n;

	*height = -y;
	if (boxes_make(&m, 0, m.blocks->n, l->x, l->w, &v, &n) ||
	    flow_boxes(l, sheet, v, n, &y))
		return -1;
	*height += y;
	return 0;
}

void
layout_release(struct layout *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->sheet[i].op);
	free(l->sheet);
	arena_release(&l->arena);
}
