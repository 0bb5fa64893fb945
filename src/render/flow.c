/* Boxes on pages. */
#include "render/layout_impl.h"

#include <math.h>

#include "base/mem.h"

#define SLACK .01 /* of sums of lengths */

/* Where the next box goes. */
struct at {
	size_t page;
	double y;
	bool fresh; /* nothing is above it on the page */
};

/* Boxes go to the pages of the body, or all to the sheet of a head or foot. */
struct flow {
	struct layout *l;
	struct sheet *sheet;
	const struct box *head; /* of the table that goes on; NULL: none */
};

static int flow_list(struct flow *f, struct box *v, size_t n, struct at *at);

static double
page_top(const struct flow *f, size_t page)
{
	return f->l->top[page > 0];
}

static double
room(const struct flow *f, const struct at *at)
{
	return f->sheet ? INFINITY : f->l->bottom - at->y + SLACK;
}

static double
head_height(const struct flow *f)
{
	return f->head ? f->head->height : 0;
}

/* What fits on a page that is empty. */
static double
whole(const struct flow *f)
{
	return f->sheet ? INFINITY
			: f->l->bottom - f->l->top[1] - head_height(f) + SLACK;
}

static void
emit(struct flow *f, size_t page, struct op op)
{
	struct sheet *s = f->sheet ? f->sheet : &f->l->sheet[page];

	GROW(s->op, s->n, s->cap);
	s->op[s->n++] = op;
}

static int
need_page(struct flow *f, size_t page)
{
	struct layout *l = f->l;

	if (f->sheet)
		return 0;
	if (page >= PAGES_MAX)
		return err_set(
		    l->err, ERR_DATA, "stdin: more than %d pages", PAGES_MAX);
	while (l->n <= page) {
		GROW(l->sheet, l->n, l->cap);
		l->sheet[l->n++] = (struct sheet){ 0 };
	}
	return 0;
}

static void
emit_row(struct flow *f, const struct box *b, const struct at *at)
{
	double base = 0;

	if (b->over > 0 && !at->fresh)
		emit(f, at->page,
		    (struct op){ .kind = OP_RULE,
			.x = b->over_x,
			.y = at->y,
			.w = b->w,
			.weight = b->over });
	for (uint32_t i = 0; i < b->n; i++) {
		if (b->cell[i].n && b->cell[i].base > base)
			base = b->cell[i].base;
	}
	for (uint32_t i = 0; i < b->n; i++) {
		struct cell *c = &b->cell[i];

		if (c->n)
			emit(f, at->page,
			    (struct op){ .kind = OP_CELL,
				.what = c,
				.to = c->lines,
				.x = c->x,
				.y = at->y + b->pad +
				     (b->row ? base - c->base : 0) });
	}
}

/* The repeated head of a table, and the rule under it. */
static void
emit_head(struct flow *f, struct at *at)
{
	if (!f->head)
		return;
	emit_row(f, f->head, at);
	at->y += f->head->height;
	emit(f, at->page,
	    (struct op){ .kind = OP_RULE,
		.x = f->head->x,
		.y = at->y,
		.w = f->head->w,
		.weight = .6 });
}

static int
next_page(struct flow *f, struct at *at)
{
	at->page++;
	if (need_page(f, at->page))
		return -1;
	at->y = page_top(f, at->page);
	at->fresh = true;
	emit_head(f, at);
	return 0;
}

static void
advance(struct at *at, double height)
{
	at->y += height;
	at->fresh = false;
}

/* How many lines of a cell from `from` on fit into room. */
static uint32_t
cell_fit(
    struct flow *f, struct cell *c, uint32_t from, double space, double *height)
{
	uint32_t n = 0, first = 0;

	*height = 0;
	for (uint32_t i = 0; i < c->n; i++) {
		struct para *p = &c->para[i];
		double h = 0;
		uint32_t fit;

		if (from < first + p->lines) {
			uint32_t skip = from > first ? from - first : 0;

			fit =
			    para_fit(f->l->type, p, skip, space - *height, &h);
			*height += h;
			n += fit;
			if (fit < p->lines - skip)
				break;
		}
		first += p->lines;
	}
	return n;
}

/* What of the cells fits on this page; false where nothing does. */
static bool
emit_slice(struct flow *f, const struct box *b, uint32_t *from, struct at *at,
    bool *more)
{
	double space = room(f, at) - 2 * b->pad, used = 0, h;
	bool any = false;

	*more = false;
	for (uint32_t i = 0; i < b->n; i++) {
		struct cell *c = &b->cell[i];
		uint32_t left = c->lines - from[i], n;

		if (!left)
			continue;
		n = cell_fit(f, c, from[i], space, &h);
		/* No line of a paragraph stands alone. */
		if (!b->row && n + 1 == left && n > 2)
			n--;
		if (n == 0 && at->fresh)
			n = 1;
		if (n)
			emit(f, at->page,
			    (struct op){ .kind = OP_CELL,
				.what = c,
				.from = from[i],
				.to = from[i] + n,
				.x = c->x,
				.y = at->y + b->pad });
		from[i] += n;
		any |= n > 0;
		*more |= from[i] < c->lines;
		if (h > used)
			used = h;
	}
	if (any)
		advance(at, used + 2 * b->pad);
	return any;
}

static int
flow_split(struct flow *f, const struct box *b, struct at *at)
{
	uint32_t from[PAGE_TABLE_MAX] = { 0 };
	bool more = true;

	if (b->over > 0 && !at->fresh)
		emit(f, at->page,
		    (struct op){ .kind = OP_RULE,
			.x = b->over_x,
			.y = at->y,
			.w = b->w,
			.weight = b->over });
	while (more) {
		if (!emit_slice(f, b, from, at, &more) && at->fresh)
			break;
		if (more && next_page(f, at))
			return -1;
	}
	return 0;
}

static int
flow_lines(struct flow *f, const struct box *b, struct at *at)
{
	/* The room below the last line may be cut off by the page. */
	double tail = b->row ? 0 : b->height - b->cell[0].height;

	if (b->height - tail > room(f, at))
		return flow_split(f, b, at);
	emit_row(f, b, at);
	advance(at, b->height);
	return 0;
}

static int
flow_columns(struct flow *f, const struct box *b, struct at *at)
{
	struct at last = *at;

	for (uint32_t i = 0; i < b->n; i++) {
		struct at one = *at;

		if (flow_list(f, b->child[i].child, b->child[i].n, &one))
			return -1;
		if (one.page > last.page ||
		    (one.page == last.page && one.y > last.y))
			last = one;
	}
	*at = last;
	return 0;
}

static int
flow_table(struct flow *f, const struct box *b, struct at *at)
{
	const struct box *outer = f->head;
	uint32_t from = b->headed;
	int r;

	if (b->headed) {
		f->head = &b->child[0];
		emit_head(f, at);
		at->fresh = true;
	}
	r = flow_list(f, b->child + from, b->n - from, at);
	f->head = outer;
	/* The end of a table is seen, unless a sum says it. */
	if (r == 0 && !b->plain && b->n > from &&
	    !(b->child[b->n - 1].over > .25))
		emit(f, at->page,
		    (struct op){ .kind = OP_RULE,
			.x = b->x,
			.y = at->y,
			.w = b->w,
			.weight = .25 });
	advance(at, PT(2));
	return r;
}

static void
flow_sign(struct flow *f, const struct box *b, struct at *at)
{
	for (uint32_t i = 0; i < b->n; i++)
		emit(f, at->page,
		    (struct op){ .kind = OP_RULE,
			.x = b->cell[i].x,
			.y = at->y,
			.w = b->cell[i].w,
			.weight = b->over });
	for (uint32_t i = 0; i < b->n; i++)
		emit(f, at->page,
		    (struct op){ .kind = OP_CELL,
			.what = &b->cell[i],
			.to = b->cell[i].lines,
			.x = b->cell[i].x,
			.y = at->y + b->pad });
	advance(at, b->height);
}

static int
flow_box(struct flow *f, struct box *b, struct at *at)
{
	if (!at->fresh || b->kind == BOX_SIGN ||
	    (b->kind == BOX_SPACE && at->page == 0))
		at->y += b->before;
	switch (b->kind) {
	case BOX_LINES:
		return flow_lines(f, b, at);
	case BOX_RULE:
		emit(f, at->page,
		    (struct op){ .kind = OP_RULE,
			.x = b->x,
			.y = at->y + b->height / 2,
			.w = b->w,
			.weight = b->over });
		advance(at, b->height);
		return 0;
	case BOX_PICTURE:
		emit(f, at->page,
		    (struct op){ .kind = OP_PICTURE,
			.what = b->picture,
			.x = b->x,
			.y = at->y,
			.w = b->w });
		advance(at, b->height);
		return 0;
	case BOX_SIGN:
		flow_sign(f, b, at);
		return 0;
	case BOX_BREAK:
		return next_page(f, at);
	case BOX_KEEP:
		return flow_list(f, b->child, b->n, at);
	case BOX_COLUMNS:
		return flow_columns(f, b, at);
	case BOX_TABLE:
		return flow_table(f, b, at);
	case BOX_SPACE:
		if (at->y < b->down && b->down < f->l->bottom)
			advance(at, b->down - at->y);
		break;
	}
	return 0;
}

/* The room that a box wants at least before it may begin on a page. */
static double
least(const struct flow *f, const struct box *b)
{
	double first = 0;

	switch (b->kind) {
	case BOX_LINES:
		if (b->row && b->height <= whole(f))
			return b->height;
		if (!b->row && b->cell[0].lines < 4)
			return b->cell[0].height;
		return 2 * f->l->type->size * 1.36 + 2 * b->pad;
	case BOX_TABLE:
		for (uint32_t i = 0; i < b->n; i++) {
			first += b->child[i].before + b->child[i].height;
			if (!b->child[i].with_next)
				break;
		}
		return first;
	case BOX_SPACE:
	case BOX_BREAK:
		return 0;
	default:
		return b->height;
	}
}

/* The boxes from v on that stay together; what they want at least. */
static size_t
together(const struct flow *f, const struct box *v, size_t n, double *want)
{
	size_t i = 0;

	*want = 0;
	while (i + 1 < n && v[i].with_next) {
		*want += (i ? v[i].before : 0) + v[i].height;
		i++;
	}
	*want += (i ? v[i].before : 0) + least(f, &v[i]);
	return i + 1;
}

static int
flow_list(struct flow *f, struct box *v, size_t n, struct at *at)
{
	size_t i = 0;

	while (i < n) {
		double want;
		size_t count = together(f, v + i, n - i, &want);
		double before = at->fresh ? 0 : v[i].before;

		/* What no page has room for goes its way one by one. */
		if (want > whole(f)) {
			count = 1;
			want = least(f, &v[i]);
		}
		if (!at->fresh && want <= whole(f) &&
		    before + want > room(f, at) && next_page(f, at))
			return -1;
		for (size_t end = i + count; i < end; i++) {
			if (flow_box(f, &v[i], at))
				return -1;
		}
	}
	return 0;
}

int
flow_boxes(
    struct layout *l, struct sheet *sheet, struct box *v, size_t n, double *y)
{
	struct flow f = { .l = l, .sheet = sheet };
	struct at at = { .y = *y, .fresh = true };

	if (need_page(&f, 0) || flow_list(&f, v, n, &at))
		return -1;
	*y = at.y;
	return 0;
}
