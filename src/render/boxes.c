#include "render/layout_impl.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

#define COLUMN_GAP PT(8)
#define WORD_MAX 6000 /* bytes */

/* Room above and below the paragraphs of a style, in parts of the size. */
static const struct {
	float above, below;
	bool with_next;
} spacing[STYLES] = {
	[STYLE_BODY] = { 0, .3f, false },
	[STYLE_SMALL] = { 0, .2f, false },
	[STYLE_LARGE] = { 0, .3f, false },
	[STYLE_TITLE] = { 0, .6f, true },
	[STYLE_HEADING] = { .9f, .35f, true },
	[STYLE_BOLD] = { 0, .3f, false },
	[STYLE_MUTED] = { 0, .2f, false },
	[STYLE_RIGHT] = { 0, .3f, false },
	[STYLE_CENTER] = { 0, .3f, false },
	[STYLE_SMALL_RIGHT] = { 0, .2f, false },
};

/* Puts the place in front of an error of something that has none. */
static int
layout_error(const struct maker *m, const struct block *b)
{
	return err_prefix(m->layout->err, "stdin:%u: ", b->line);
}

/* Replaces {page} and {pages} in a head or foot. */
static struct span
numbered(struct maker *m, struct span s)
{
	struct buf b = { 0 };

	if (!m->number || !memchr(s.p, '{', s.n))
		return s;
	while (s.n) {
		if (span_starts(s, span("{page}"))) {
			buf_addf(&b, "%zu", m->number);
			s = span_n(s.p + 6, s.n - 6);
		} else if (span_starts(s, span("{pages}"))) {
			buf_addf(&b, "%zu", m->pages);
			s = span_n(s.p + 7, s.n - 7);
		} else {
			buf_addc(&b, *s.p);
			s = span_n(s.p + 1, s.n - 1);
		}
	}
	s = arena_span(m->arena, buf_span(&b));
	buf_release(&b);
	return s;
}

/*
 * Cuts the next paragraph off a text. A word without end, which Pango shapes
 * anew for each of its lines, is cut where it is longer than any that is one.
 */
static struct span
next_para(struct span *s)
{
	struct span rest = *s, one = span_cut(s, '\n');
	size_t word = 0;

	for (size_t i = 0; i < one.n; i++) {
		word = one.p[i] == ' ' ? 0 : word + 1;
		if (word < WORD_MAX || (one.p[i] & 0xc0) == 0x80)
			continue;
		*s = span_n(rest.p + i, rest.n - i);
		return span_n(one.p, i);
	}
	return one;
}

void
cell_text(struct maker *m, struct cell *c, const struct block *b, uint32_t i,
    unsigned look, enum align align)
{
	struct span s = numbered(m, m->layout->page->text[b->first + i]);
	struct span rest = s;

	do {
		next_para(&rest);
		c->n++;
	} while (rest.n);
	c->para = arena_alloc(m->arena, c->n * sizeof *c->para);
	for (uint32_t j = 0; j < c->n; j++) {
		struct span one = next_para(&s);

		c->para[j] = (struct para){ .p = one.p,
			.n = (uint32_t)one.n,
			.look = (uint8_t)look,
			.align = (uint8_t)align,
			.scale = 1 };
	}
}

void
cell_measure(struct maker *m, struct cell *c)
{
	c->height = 0;
	c->lines = 0;
	for (uint32_t i = 0; i < c->n; i++) {
		struct para *p = &c->para[i];

		p->width = c->w;
		para_measure(m->layout->type, p);
		if (p->number && p->natural > c->w) {
			p->scale = c->w / p->natural;
			para_free(m->layout->type, p);
			para_measure(m->layout->type, p);
		}
		if (i == 0)
			c->base = p->base;
		c->height += p->height;
		c->lines += p->lines;
	}
}

void
row_measure(struct box *row)
{
	double base = 0, height = 0;

	for (uint32_t i = 0; i < row->n; i++) {
		if (row->cell[i].n && row->cell[i].base > base)
			base = row->cell[i].base;
	}
	for (uint32_t i = 0; i < row->n; i++) {
		const struct cell *c = &row->cell[i];
		double h = c->n ? base - c->base + c->height : 0;

		if (h > height)
			height = h;
	}
	row->height = height + 2 * row->pad;
}

static enum align
text_align(const struct maker *m, unsigned style)
{
	bool rtl = m->layout->page->rtl;
	bool end = style == STYLE_RIGHT || style == STYLE_SMALL_RIGHT;

	if (style == STYLE_CENTER)
		return ALIGN_CENTER;
	return end != rtl ? ALIGN_RIGHT : ALIGN_LEFT;
}

static int
make_text(struct maker *m, size_t at, struct box *box)
{
	const struct block *b = &m->blocks->v[at];
	double size = m->layout->type->size;
	struct cell *c = arena_alloc(m->arena, sizeof *c);

	box->kind = BOX_LINES;
	box->cell = c;
	box->n = 1;
	cell_text(m, c, b, 0, b->style, text_align(m, b->style));
	c->x = (float)box->x;
	c->w = (float)box->w;
	cell_measure(m, c);
	box->before = spacing[b->style].above * size;
	box->height = c->height + spacing[b->style].below * size;
	box->with_next = spacing[b->style].with_next;
	return 0;
}

static int
make_space(struct maker *m, size_t at, struct box *box)
{
	const struct block *b = &m->blocks->v[at];

	box->kind = BOX_SPACE;
	if (b->style)
		box->down = PT(b->mm);
	else
		box->before = PT(b->mm);
	return 0;
}

static int
make_rule(struct maker *m, size_t at, struct box *box)
{
	box->kind = BOX_RULE;
	box->over = m->blocks->v[at].style ? 1.2 : .5;
	box->height = PT(3);
	return 0;
}

/* A logo has a height, any other picture a width; none leads out of the page.
 */
static int
make_picture(struct maker *m, size_t at, struct box *box)
{
	const struct block *b = &m->blocks->v[at];
	bool rtl = m->layout->page->rtl, right;
	double w, h, most = m->layout->bottom - m->layout->top[1], shrink;
	cairo_surface_t *s;

	box->kind = BOX_PICTURE;
	s = image_get(m->layout->images, m->layout->page->text[b->first].p,
	    m->layout->err);
	if (!s)
		return layout_error(m, b);
	w = cairo_image_surface_get_width(s);
	h = cairo_image_surface_get_height(s);
	shrink = PT(b->mm) / (b->kind == BLOCK_LOGO ? h : w);
	if (w * shrink > box->w)
		shrink = box->w / w;
	if (m->number == 0 && h * shrink > most)
		shrink = most / h;
	right = b->kind == BLOCK_LOGO && (b->style == SIDE_END) != rtl;
	if (b->kind == BLOCK_IMAGE)
		right = rtl;
	if (b->kind == BLOCK_LOGO && b->style == SIDE_CENTER)
		box->x += (box->w - w * shrink) / 2;
	else if (right)
		box->x += box->w - w * shrink;
	box->w = w * shrink;
	box->height = h * shrink + PT(2);
	box->picture = s;
	return 0;
}

/* Lines to sign on, and below them for whom. */
static int
make_sign(struct maker *m, size_t at, struct box *box)
{
	const struct block *b = &m->blocks->v[at];
	bool rtl = m->layout->page->rtl;
	double w = (box->w + COLUMN_GAP) / (b->n > 2 ? b->n : 2);

	box->kind = BOX_SIGN;
	box->n = b->n;
	box->cell = arena_alloc(m->arena, b->n * sizeof *box->cell);
	for (uint32_t i = 0; i < b->n; i++) {
		struct cell *c = &box->cell[i];

		cell_text(
		    m, c, b, i, LOOK_SIGN, rtl ? ALIGN_RIGHT : ALIGN_LEFT);
		c->w = (float)(w - COLUMN_GAP);
		c->x = (float)(rtl ? box->x + box->w - i * w - c->w
				   : box->x + i * w);
		cell_measure(m, c);
	}
	box->over = .5;
	box->pad = PT(1);
	row_measure(box);
	box->before = PT(16);
	box->height += PT(2);
	return 0;
}

static int
make_keep(struct maker *m, size_t at, struct box *box)
{
	box->kind = BOX_KEEP;
	if (boxes_make(m, at + 1, m->blocks->v[at].end, box->x, box->w,
		&box->child, &box->n))
		return -1;
	box->height = boxes_height(box->child, box->n, false);
	return 0;
}

static int
make_columns(struct maker *m, size_t at, struct box *box)
{
	const struct block *b = &m->blocks->v[at];
	double w = (box->w + COLUMN_GAP) / b->style;
	size_t i = at + 1;

	box->kind = BOX_COLUMNS;
	box->child = arena_alloc(m->arena, b->style * sizeof *box->child);
	for (; i < b->end; i = m->blocks->v[i].end) {
		struct box *c = &box->child[box->n];
		bool rtl = m->layout->page->rtl;

		c->w = w - COLUMN_GAP;
		c->x = rtl ? box->x + box->w - box->n * w - c->w
			   : box->x + box->n * w;
		box->n++;
		if (c->w < PT(10))
			return err_set(m->layout->err, ERR_DATA,
			    "stdin:%u: there is no room for these columns",
			    b->line);
		if (make_keep(m, i, c))
			return -1;
		if (c->height > box->height)
			box->height = c->height;
	}
	return 0;
}

static int
make_break(struct maker *m, size_t at, struct box *box)
{
	(void)m;
	(void)at;
	box->kind = BOX_BREAK;
	return 0;
}

static int (*const makers[])(struct maker *m, size_t at, struct box *box) = {
	[BLOCK_TEXT] = make_text,
	[BLOCK_SPACE] = make_space,
	[BLOCK_RULE] = make_rule,
	[BLOCK_LOGO] = make_picture,
	[BLOCK_IMAGE] = make_picture,
	[BLOCK_SIGN] = make_sign,
	[BLOCK_BREAK] = make_break,
	[BLOCK_KEEP] = make_keep,
	[BLOCK_COLUMNS] = make_columns,
	[BLOCK_TABLE] = table_make,
};

int
boxes_make(struct maker *m, size_t from, size_t to, double x, double w,
    struct box **out, uint32_t *n)
{
	const struct block *b = m->blocks->v;
	size_t count = 0;

	for (size_t i = from; i < to; i = b[i].end)
		count++;
	*out = arena_alloc(m->arena, count * sizeof **out);
	*n = (uint32_t)count;
	for (size_t i = from, k = 0; i < to; i = b[i].end, k++) {
		(*out)[k].x = x;
		(*out)[k].w = w;
		if (makers[b[i].kind](m, i, &(*out)[k]))
			return -1;
	}
	return 0;
}

double
boxes_height(const struct box *v, size_t n, bool fresh)
{
	double h = 0;

	for (size_t i = 0; i < n; i++)
		h += (fresh && i == 0 ? 0 : v[i].before) + v[i].height;
	return h;
}
