#include "render/draw.h"

#include <cairo-pdf.h>
#include <math.h>
#include <stdlib.h>

#include "render/layout.h"

static cairo_status_t
take(void *to, const unsigned char *p, unsigned n)
{
	buf_add(to, p, n);
	return CAIRO_STATUS_SUCCESS;
}

static void
draw_cell(struct layout *l, cairo_t *cr, const struct op *op)
{
	struct cell *c = op->what;
	uint32_t first = 0;
	double y = op->y;

	for (uint32_t i = 0; i < c->n && first < op->to; i++) {
		struct para *p = &c->para[i];
		uint32_t from = op->from > first ? op->from - first : 0;
		uint32_t to = op->to - first;

		if (to > p->lines)
			to = p->lines;
		if (from < to)
			y += para_draw(l->type, cr, p, from, to, op->x, y);
		first += p->lines;
		if (to == p->lines)
			para_free(l->type, p);
	}
}

/* Hairlines are grey, so that they part and do not fence. */
static void
draw_rule(cairo_t *cr, const struct op *op)
{
	double grey = op->weight < .4 ? .75 : .25;

	cairo_set_source_rgb(cr, grey, grey, grey);
	cairo_set_line_width(cr, op->weight);
	cairo_move_to(cr, op->x, op->y);
	cairo_line_to(cr, op->x + op->w, op->y);
	cairo_stroke(cr);
}

static void
draw_picture(cairo_t *cr, const struct op *op)
{
	double w = cairo_image_surface_get_width(op->what);

	cairo_save(cr);
	cairo_translate(cr, op->x, op->y);
	cairo_scale(cr, op->w / w, op->w / w);
	cairo_set_source_surface(cr, op->what, 0, 0);
	cairo_paint(cr);
	cairo_restore(cr);
}

static void
draw_sheet(struct layout *l, cairo_t *cr, const struct sheet *s)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct op *op = &s->op[i];

		if (op->kind == OP_CELL)
			draw_cell(l, cr, op);
		else if (op->kind == OP_RULE)
			draw_rule(cr, op);
		else
			draw_picture(cr, op);
	}
}

/* The word behind the text, from corner to corner as far as it is long. */
static void
draw_mark(struct layout *l, cairo_t *cr)
{
	const struct page *p = l->page;
	double w = PT(p->width), h = PT(p->height);
	PangoLayout *t;
	PangoRectangle r;
	double scale;

	if (!p->mark.n)
		return;
	t = pango_layout_new(l->type->way[0]);
	pango_layout_set_font_description(t, l->type->font[STYLE_BOLD]);
	pango_layout_set_single_paragraph_mode(t, TRUE);
	pango_layout_set_text(
	    t, p->mark.p, (int)(p->mark.n < 100 ? p->mark.n : 100));
	pango_layout_get_extents(t, NULL, &r);
	scale = sqrt(w * w + h * h) * .62 / (r.width / (double)PANGO_SCALE + 1);
	if (scale > 14)
		scale = 14;
	cairo_save(cr);
	cairo_set_source_rgb(cr, .92, .92, .92);
	cairo_translate(cr, w / 2, h / 2);
	cairo_rotate(cr, -atan2(h, w));
	cairo_scale(cr, scale, scale);
	cairo_move_to(
	    cr, -r.width / 2. / PANGO_SCALE, -r.height / 2. / PANGO_SCALE);
	pango_cairo_show_layout(cr, t);
	cairo_restore(cr);
	g_object_unref(t);
}

static int
draw_part(struct layout *l, cairo_t *cr, enum page_part part, size_t number)
{
	struct sheet s = { 0 };
	struct arena a = { 0 };
	double height;
	int r;

	if (part == PART_HEAD && number == 1)
		return 0;
	r = layout_part(l, part, number, l->n,
	    part == PART_HEAD ? l->head_y : l->foot_y, &a, &s, &height);
	if (r == 0)
		draw_sheet(l, cr, &s);
	free(s.op);
	arena_release(&a);
	return r;
}

static int
draw_number(struct layout *l, cairo_t *cr, size_t number)
{
	draw_mark(l, cr);
	if (draw_part(l, cr, PART_HEAD, number))
		return -1;
	draw_sheet(l, cr, &l->sheet[number - 1]);
	return draw_part(l, cr, PART_FOOT, number);
}

static void
describe(cairo_surface_t *s, const struct draw *d, const struct page *p)
{
	if (p->title.n)
		cairo_pdf_surface_set_metadata(
		    s, CAIRO_PDF_METADATA_TITLE, p->title.p);
	if (p->author.n)
		cairo_pdf_surface_set_metadata(
		    s, CAIRO_PDF_METADATA_AUTHOR, p->author.p);
	cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_CREATOR, "crm");
	cairo_pdf_surface_set_metadata(
	    s, CAIRO_PDF_METADATA_CREATE_DATE, d->date);
}

static int
ended(cairo_status_t s, struct err *e)
{
	return s ? err_set(e, ERR_BUG, "cairo: %s", cairo_status_to_string(s))
		 : 0;
}

static int
draw_pdf(struct draw *d, struct layout *l, struct buf *out)
{
	const struct page *p = l->page;
	cairo_surface_t *s = cairo_pdf_surface_create_for_stream(
	    take, out, PT(p->width), PT(p->height));
	cairo_t *cr = cairo_create(s);
	int r = 0;

	describe(s, d, p);
	for (size_t i = 1; r == 0 && i <= l->n; i++) {
		r = draw_number(l, cr, i);
		cairo_show_page(cr);
	}
	if (r == 0)
		r = ended(cairo_status(cr), l->err);
	/* In this order, or the file has no end. */
	cairo_destroy(cr);
	cairo_surface_finish(s);
	if (r == 0)
		r = ended(cairo_surface_status(s), l->err);
	cairo_surface_destroy(s);
	return r;
}

static int
draw_png(struct draw *d, struct layout *l, struct buf *out)
{
	double scale = d->dpi / 72;
	cairo_surface_t *s;
	cairo_t *cr;
	int r;

	if (d->page > l->n)
		return err_set(l->err, ERR_DATA,
		    "stdin: there is no page %zu: "
		    "the last is %zu",
		    d->page, l->n);
	s = cairo_image_surface_create(CAIRO_FORMAT_RGB24,
	    (int)(PT(l->page->width) * scale + .5),
	    (int)(PT(l->page->height) * scale + .5));
	cr = cairo_create(s);
	cairo_set_source_rgb(cr, 1, 1, 1);
	cairo_paint(cr);
	cairo_scale(cr, scale, scale);
	r = draw_number(l, cr, d->page);
	if (r == 0)
		r = ended(cairo_status(cr), l->err);
	cairo_destroy(cr);
	if (r == 0)
		r = ended(
		    cairo_surface_write_to_png_stream(s, take, out), l->err);
	cairo_surface_destroy(s);
	return r;
}

int
draw_page(struct draw *d, const struct page *p, struct buf *out, struct err *e)
{
	struct typeset t;
	struct layout l = {
		.page = p, .type = &t, .images = d->images, .err = e
	};
	int r;

	typeset_init(&t, d->fonts, p);
	r = layout_body(&l);
	if (r == 0)
		r = d->png ? draw_png(d, &l, out) : draw_pdf(d, &l, out);
	d->missing = t.missing;
	layout_release(&l);
	typeset_release(&t);
	return r;
}
