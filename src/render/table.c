/* Tables: widths of columns, and rows as boxes. */
#include "render/layout_impl.h"

#include "base/mem.h"

#define GAP PT(4)    /* between the texts of two columns */
#define PAD PT(1.15) /* above and below the text of a row */
#define TIGHT PT(.4) /* the same where no lines part the rows */
#define LEAST PT(14) /* what is left to a column where there is no room */

#define HAIR .25
#define DARK .6

struct widths {
	const struct column *column;
	uint32_t n;
	bool plain; /* no hairlines between rows */
	double total;
	double w[PAGE_TABLE_MAX], x[PAGE_TABLE_MAX];
	double natural[PAGE_TABLE_MAX]; /* of the longest number */
};

static unsigned
row_look(enum block_kind kind)
{
	switch (kind) {
	case BLOCK_TH:
		return LOOK_TH;
	case BLOCK_TG:
		return LOOK_TG;
	case BLOCK_TS:
		return LOOK_TS;
	case BLOCK_TN:
		return LOOK_TN;
	default:
		return STYLE_BODY;
	}
}

/* Numbers have their units below each other on every page. */
static enum align
column_align(const struct maker *m, char align)
{
	bool rtl = m->layout->page->rtl;

	switch (align) {
	case 'n':
		return ALIGN_RIGHT;
	case 'c':
		return ALIGN_CENTER;
	case 'r':
		return rtl ? ALIGN_LEFT : ALIGN_RIGHT;
	default:
		return rtl ? ALIGN_RIGHT : ALIGN_LEFT;
	}
}

static bool
is_empty(const struct box *row, uint32_t c)
{
	return c >= row->n || row->cell[c].n == 0;
}

/*
 * The cell of a sum lies over empty ones on the side where it has no edge: the
 * columns that it takes.
 */
static void
reach(const struct maker *m, const struct box *row, const struct column *column,
    uint32_t n, uint32_t *from, uint32_t *to)
{
	bool back = (column_align(m, column[*from].align) == ALIGN_RIGHT) !=
		    m->layout->page->rtl;

	while (back && *from > 0 && is_empty(row, *from - 1))
		--*from;
	while (!back && *to + 1 < n && is_empty(row, *to + 1))
		++*to;
}

static void
make_cells(
    struct maker *m, const struct block *b, struct widths *w, struct box *row)
{
	unsigned look = row_look(b->kind);

	row->cell = arena_alloc(m->arena, b->n * sizeof *row->cell);
	row->n = b->n;
	for (uint32_t i = 0; i < b->n; i++) {
		if (m->layout->page->text[b->first + i].n)
			cell_text(m, &row->cell[i], b, i, look,
			    column_align(m, w->column[i].align));
	}
}

/* How wide the numbers of a row are. */
static void
measure_numbers(
    struct maker *m, const struct block *b, struct widths *w, struct box *row)
{
	for (uint32_t i = 0; i < row->n; i++) {
		struct cell *c = &row->cell[i];
		uint32_t from = i, to = i;

		if (b->kind == BLOCK_TS)
			reach(m, row, w->column, w->n, &from, &to);
		if (w->column[i].align != 'n' || from < to)
			continue;
		for (uint32_t j = 0; j < c->n; j++) {
			struct para *p = &c->para[j];

			p->number = b->kind != BLOCK_TH;
			p->width = -1;
			para_measure(m->layout->type, p);
			if (p->natural > w->natural[i] &&
			    (p->number || p->natural < PT(30)))
				w->natural[i] = p->natural;
			if (!p->number)
				para_free(m->layout->type, p);
		}
	}
}

/* Room of the column that is not text. */
static double
inset(const struct widths *w, uint32_t i)
{
	return (i > 0 ? GAP / 2 : 0) + (i + 1 < w->n ? GAP / 2 : 0);
}

/*
 * Numbers have the room they need, stars share what is left. Where nothing is
 * left the columns of text are made narrower, and then all.
 */
static void
share_widths(struct widths *w, double room)
{
	double fixed = 0, text = 0, sum = 0, over;
	uint32_t stars = 0;

	for (uint32_t i = 0; i < w->n; i++) {
		const struct column *c = &w->column[i];
		double need = w->natural[i] + inset(w, i) + .1;

		w->w[i] = PT(c->mm);
		if (c->align == 'n' && need > w->w[i] && c->mm > 0)
			w->w[i] = need;
		if (c->mm > 0)
			fixed += w->w[i];
		else
			stars++;
	}
	for (uint32_t i = 0; i < w->n; i++) {
		if (w->column[i].mm > 0)
			continue;
		w->w[i] = (room - fixed) / stars;
		if (w->w[i] < LEAST)
			w->w[i] = LEAST;
	}
	for (uint32_t i = 0; i < w->n; i++) {
		sum += w->w[i];
		if (w->column[i].align != 'n' && w->w[i] > LEAST)
			text += w->w[i] - LEAST;
	}
	over = sum - room;
	if (over > 0 && text > 0) {
		double cut = over < text ? over / text : 1;

		for (uint32_t i = 0; i < w->n; i++) {
			if (w->column[i].align == 'n' || w->w[i] <= LEAST)
				continue;
			sum -= (w->w[i] - LEAST) * cut;
			w->w[i] -= (w->w[i] - LEAST) * cut;
		}
	}
	for (uint32_t i = 0; sum > room && i < w->n; i++)
		w->w[i] *= room / sum;
	w->total = sum < room ? sum : room;
}

/* Where columns begin: from the right on pages that are read so. */
static void
place_columns(const struct maker *m, struct widths *w, const struct box *t)
{
	bool rtl = m->layout->page->rtl;
	double x = rtl ? t->x + t->w : t->x;

	for (uint32_t i = 0; i < w->n; i++) {
		if (rtl)
			x -= w->w[i];
		w->x[i] = x;
		if (!rtl)
			x += w->w[i];
	}
}

/* A cell over the columns from a to b. */
static void
place_cell(const struct maker *m, const struct widths *w, struct cell *c,
    uint32_t a, uint32_t b)
{
	bool rtl = m->layout->page->rtl;
	double start = a > 0 ? GAP / 2 : 0, end = b + 1 < w->n ? GAP / 2 : 0;
	double left = rtl ? w->x[b] : w->x[a];
	double right = rtl ? w->x[a] + w->w[a] : w->x[b] + w->w[b];
	double room = right - left - start - end;

	c->x = (float)(left + (rtl ? end : start));
	c->w = (float)(room > 1 ? room : 1);
}

static void
place_row(struct maker *m, const struct block *b, const struct widths *w,
    struct box *row)
{
	for (uint32_t i = 0; i < row->n; i++) {
		uint32_t from = i, to = i;

		if (is_empty(row, i))
			continue;
		if (b->kind == BLOCK_TS)
			reach(m, row, w->column, w->n, &from, &to);
		place_cell(m, w, &row->cell[i], from, to);
		cell_measure(m, &row->cell[i]);
	}
}

/* A text over all columns; a note begins where the second does. */
static void
place_line(struct maker *m, const struct block *b, const struct widths *w,
    struct box *row)
{
	uint32_t from =
	    b->kind == BLOCK_TN && w->n > 1 && w->w[0] < w->total / 3;

	if (row->n == 0 || row->cell[0].n == 0)
		return;
	for (uint32_t i = 0; i < row->cell[0].n; i++)
		row->cell[0].para[i].align = (uint8_t)column_align(m, 'l');
	place_cell(m, w, &row->cell[0], from, w->n - 1);
	cell_measure(m, &row->cell[0]);
}

/* Rules and room, which depend on what is above and below. */
static void
dress(const struct maker *m, const struct block *b, enum block_kind above,
    enum block_kind below, const struct widths *w, struct box *row)
{
	bool rtl = m->layout->page->rtl;
	uint32_t first = 0;

	row->pad = w->plain && b->kind == BLOCK_TR ? TIGHT : PAD;
	row->x = rtl ? w->x[w->n - 1] : w->x[0];
	row->w = w->total;
	row->over_x = row->x;
	if (b->kind == BLOCK_TR && (above == BLOCK_TR || above == BLOCK_TN))
		row->over = w->plain ? 0 : HAIR;
	if (b->kind == BLOCK_TG && above != BLOCK_TABLE && above != BLOCK_TH)
		row->before = PT(2.5);
	if (b->kind == BLOCK_TN)
		row->pad = 0;
	if (b->kind == BLOCK_TS) {
		row->over = above == BLOCK_TS ? HAIR : DARK;
		while (first + 1 < w->n && is_empty(row, first))
			first++;
		while (above != BLOCK_TS && first > 0)
			first--;
		if (!rtl)
			row->over_x = w->x[first];
		row->w = rtl ? w->x[first] + w->w[first] - row->x
			     : row->x + row->w - row->over_x;
	}
	row->with_next = b->kind == BLOCK_TG || b->kind == BLOCK_TH ||
			 below == BLOCK_TN || below == BLOCK_TS;
}

static void
make_row(struct maker *m, const struct block *b, enum block_kind above,
    enum block_kind below, const struct widths *w, struct box *row)
{
	row->kind = BOX_LINES;
	row->row = true;
	dress(m, b, above, below, w, row);
	if (b->kind == BLOCK_TG || b->kind == BLOCK_TN)
		place_line(m, b, w, row);
	else
		place_row(m, b, w, row);
	row_measure(row);
	if (row->height < PT(1))
		row->height = m->layout->type->size * 1.36 + 2 * row->pad;
	if (b->kind == BLOCK_TN)
		row->height += PAD;
	if (below == BLOCK_TN)
		row->height -= PAD * .8;
}

int
table_make(struct maker *m, size_t at, struct box *box)
{
	const struct block *b = &m->blocks->v[at], *rows = b + 1;
	uint32_t n = b->end - (uint32_t)at - 1;
	struct widths w = { .column = &m->layout->page->column[b->first],
		.n = b->n,
		.plain = b->style };

	box->kind = BOX_TABLE;
	box->plain = w.plain;
	box->n = n;
	box->child = arena_alloc(m->arena, n * sizeof *box->child);
	box->headed = n && rows[0].kind == BLOCK_TH;
	for (uint32_t i = 0; i < n; i++) {
		make_cells(m, &rows[i], &w, &box->child[i]);
		if (rows[i].kind != BLOCK_TG && rows[i].kind != BLOCK_TN)
			measure_numbers(m, &rows[i], &w, &box->child[i]);
	}
	share_widths(&w, box->w);
	place_columns(m, &w, box);
	box->x = m->layout->page->rtl ? w.x[w.n - 1] : w.x[0];
	box->w = w.total;
	for (uint32_t i = 0; i < n; i++)
		make_row(m, &rows[i], i ? rows[i - 1].kind : BLOCK_TABLE,
		    i + 1 < n ? rows[i + 1].kind : BLOCK_TABLE, &w,
		    &box->child[i]);
	box->height = boxes_height(box->child, n, false) + PT(2);
	return 0;
}
