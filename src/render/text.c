#include "render/text.h"

#include <fontconfig/fontconfig.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/span.h"

/*
 * Latin first, in a face that has the same spirit in all scripts; where it is
 * not installed DejaVu, which has most letters by itself.
 */
#define FAMILY                                                                 \
	"Noto Sans,Noto Sans Arabic,Noto Sans Hebrew,DejaVu Sans,"             \
	"Noto Sans CJK SC"

/* Of the size: a line, and where in it the letters stand. */
#define LEADING 1.36
#define ASCENT 1.03
/* What is higher than that has signs that need a look at their ink. */
#define PLAIN 1.42

/* Layouts that stay in memory between measuring and drawing. */
#define KEPT_MAX 20000

static const struct {
	double scale, grey;
	bool bold;
} looks[LOOKS] = {
	[STYLE_BODY] = { 1, 0, false },
	[STYLE_SMALL] = { .82, 0, false },
	[STYLE_LARGE] = { 1.25, 0, false },
	[STYLE_TITLE] = { 1.9, 0, true },
	[STYLE_HEADING] = { 1.2, 0, true },
	[STYLE_BOLD] = { 1, 0, true },
	[STYLE_MUTED] = { .88, .4, false },
	[STYLE_RIGHT] = { 1, 0, false },
	[STYLE_CENTER] = { 1, 0, false },
	[STYLE_SMALL_RIGHT] = { .82, 0, false },
	[LOOK_TH] = { .85, .2, true },
	[LOOK_TG] = { 1, 0, true },
	[LOOK_TS] = { 1, 0, true },
	[LOOK_TN] = { .82, .4, false },
	[LOOK_SIGN] = { .82, .3, false },
};

int
fonts_init(struct fonts *f, struct err *e)
{
	FcFontSet *set = FcInit() ? FcConfigGetFonts(NULL, FcSetSystem) : NULL;

	if (!set || !set->nfont)
		return err_set(e, ERR_NOENT,
		    "no font is installed: install "
		    "fonts-dejavu-core, or fonts-noto-core for more "
		    "scripts");
	f->map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
	pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(f->map), 72);
	return 0;
}

void
fonts_release(struct fonts *f)
{
	if (!f->map)
		return;
	g_object_unref(f->map);
	*f = (struct fonts){ 0 };
}

/* Letters are where they are in every resolution: nothing is hinted. */
static PangoContext *
context(const struct fonts *f, PangoDirection way, const char *language)
{
	PangoContext *c = pango_font_map_create_context(f->map);
	cairo_font_options_t *o = cairo_font_options_create();

	cairo_font_options_set_hint_style(o, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(o, CAIRO_HINT_METRICS_OFF);
	cairo_font_options_set_antialias(o, CAIRO_ANTIALIAS_GRAY);
	pango_cairo_context_set_font_options(c, o);
	cairo_font_options_destroy(o);
	pango_context_set_round_glyph_positions(c, FALSE);
	pango_context_set_base_dir(c, way);
	pango_context_set_language(
	    c, pango_language_from_string(*language ? language : "en"));
	return c;
}

void
typeset_init(struct typeset *t, const struct fonts *f, const struct page *p)
{
	*t = (struct typeset){ .size = p->size, .rtl = p->rtl };
	t->way[0] = context(f, PANGO_DIRECTION_LTR, p->language);
	t->way[1] = context(f, PANGO_DIRECTION_RTL, p->language);
	for (size_t i = 0; i < LOOKS; i++) {
		PangoFontDescription *d = pango_font_description_new();

		pango_font_description_set_family(
		    d, *p->family ? p->family : FAMILY);
		pango_font_description_set_absolute_size(
		    d, p->size * looks[i].scale * PANGO_SCALE);
		if (looks[i].bold)
			pango_font_description_set_weight(d, PANGO_WEIGHT_BOLD);
		t->font[i] = d;
	}
	/* A hyphen that nobody wrote would be taken for part of a word. */
	t->plain = pango_attr_list_new();
	pango_attr_list_insert(t->plain, pango_attr_insert_hyphens_new(FALSE));
	t->digits = pango_attr_list_new();
	pango_attr_list_insert(
	    t->digits, pango_attr_font_features_new("tnum=1"));
}

void
typeset_release(struct typeset *t)
{
	if (!t->plain)
		return;
	for (size_t i = 0; i < t->kept; i++) {
		if (t->keep[i])
			g_object_unref(t->keep[i]);
	}
	free(t->keep);
	for (size_t i = 0; i < LOOKS; i++)
		pango_font_description_free(t->font[i]);
	pango_attr_list_unref(t->plain);
	pango_attr_list_unref(t->digits);
	g_object_unref(t->way[0]);
	g_object_unref(t->way[1]);
	*t = (struct typeset){ 0 };
}

static void
note_missing(struct typeset *t, PangoLayout *l)
{
	PangoLayoutIter *i;

	if (t->missing || !pango_layout_get_unknown_glyphs_count(l))
		return;
	i = pango_layout_get_iter(l);
	do {
		PangoLayoutRun *run = pango_layout_iter_get_run_readonly(i);

		for (int g = 0; run && g < run->glyphs->num_glyphs; g++) {
			PangoGlyph glyph = run->glyphs->glyphs[g].glyph;

			if (glyph & PANGO_GLYPH_UNKNOWN_FLAG)
				t->missing = glyph & ~PANGO_GLYPH_UNKNOWN_FLAG;
		}
	} while (!t->missing && pango_layout_iter_next_run(i));
	pango_layout_iter_free(i);
}

/*
 * How long the number at s is: a sign, digits, and what parts them; 0: none, or
 * nothing but digits, which need no help. Blanks part those of a telephone.
 */
static size_t
number_length(struct span s)
{
	bool plus = s.n && *s.p == '+';
	size_t i = s.n && strchr("+-", *s.p) ? 1 : 0, digits = 0, other = i;

	for (; i < s.n; i++) {
		bool next = i + 1 < s.n && g_ascii_isdigit(s.p[i + 1]);

		if (g_ascii_isdigit(s.p[i]))
			digits++;
		else if (digits && next &&
			 strchr(plus ? " .,:/-" : ".,:/-", s.p[i]))
			other++;
		else
			break;
	}
	if (digits && i < s.n && s.p[i] == '%') {
		other++;
		i++;
	}
	return digits && other ? i : 0;
}

/*
 * In text from the right, dates, telephones and signs would be turned round;
 * a mark in front of them makes each a piece from the left.
 */
static void
set_mixed_text(PangoLayout *l, const struct para *p)
{
	static const char mark[] = "\xe2\x80\x8e";
	struct buf b = { 0 };
	bool word = false;

	for (size_t i = 0; i < p->n;) {
		struct span rest = span_n(p->p + i, p->n - i);
		size_t n = word ? 0 : number_length(rest);

		if (n)
			buf_adds(&b, mark);
		buf_add(&b, rest.p, n ? n : 1);
		word = n || g_ascii_isalnum(*rest.p) || (*rest.p & 0x80);
		i += n ? n : 1;
	}
	pango_layout_set_text(l, b.p, (int)b.n);
	buf_release(&b);
}

static PangoLayout *
make_layout(struct typeset *t, const struct para *p)
{
	/* The way of what has no letters; else the first letter says it. */
	PangoLayout *l = pango_layout_new(t->way[t->rtl && !p->number]);

	pango_layout_set_font_description(l, t->font[p->look]);
	if (p->scale < 1) {
		PangoFontDescription *d =
		    pango_font_description_copy_static(t->font[p->look]);

		pango_font_description_set_absolute_size(
		    d, pango_font_description_get_size(d) * (double)p->scale);
		pango_layout_set_font_description(l, d);
		pango_font_description_free(d);
	}
	pango_layout_set_attributes(l, p->number ? t->digits : t->plain);
	if (!p->number && p->width >= 0) {
		pango_layout_set_width(l, (int)(p->width * PANGO_SCALE));
		pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
	}
	pango_layout_set_text(l, p->p, (int)p->n);
	if (pango_layout_get_direction(l, 0) == PANGO_DIRECTION_RTL &&
	    strpbrk(p->p, "0123456789"))
		set_mixed_text(l, p);
	note_missing(t, l);
	return l;
}

/* The layout; it is the caller's to unref where it is not p's own. */
static PangoLayout *
layout(struct typeset *t, struct para *p)
{
	PangoLayout *l = p->layout ? p->layout : make_layout(t, p);

	if (!p->layout && t->kept < KEPT_MAX) {
		GROW(t->keep, t->kept, t->keep_cap);
		p->slot = (uint32_t)t->kept;
		t->keep[t->kept++] = l;
		p->layout = l;
	}
	return l;
}

static void
drop(const struct para *p, PangoLayout *l)
{
	if (p->layout != l)
		g_object_unref(l);
}

struct line {
	PangoLayoutLine *line;
	double width, ascent, descent;
};

/* The line that the iterator is at. */
static struct line
measure(const struct typeset *t, const struct para *p, PangoLayoutIter *i)
{
	double size = t->size * looks[p->look].scale;
	struct line l = { .ascent = size * ASCENT,
		.descent = size * (LEADING - ASCENT) };
	PangoRectangle ink, whole;
	double up, down;

	l.line = pango_layout_iter_get_line_readonly(i);
	pango_layout_line_get_extents(l.line, NULL, &whole);
	l.width = whole.width / (double)PANGO_SCALE;
	if (whole.height <= size * PLAIN * PANGO_SCALE)
		return l;
	pango_layout_line_get_extents(l.line, &ink, NULL);
	up = PANGO_ASCENT(ink) / (double)PANGO_SCALE + size * .08;
	down = PANGO_DESCENT(ink) / (double)PANGO_SCALE + size * .08;
	if (up > l.ascent)
		l.ascent = up;
	if (down > l.descent)
		l.descent = down;
	return l;
}

void
para_measure(struct typeset *t, struct para *p)
{
	PangoLayout *l = layout(t, p);
	PangoLayoutIter *i = pango_layout_get_iter(l);
	double height = 0, natural = 0;

	p->lines = 0;
	do {
		struct line line = measure(t, p, i);

		if (p->lines++ == 0)
			p->base = (float)line.ascent;
		height += line.ascent + line.descent;
		if (line.width > natural)
			natural = line.width;
	} while (pango_layout_iter_next_line(i));
	p->height = (float)height;
	p->natural = (float)natural;
	pango_layout_iter_free(i);
	drop(p, l);
}

void
para_free(struct typeset *t, struct para *p)
{
	if (!p->layout)
		return;
	g_object_unref(p->layout);
	p->layout = NULL;
	t->keep[p->slot] = NULL;
	while (t->kept && !t->keep[t->kept - 1])
		t->kept--;
}

uint32_t
para_fit(struct typeset *t, struct para *p, uint32_t from, double room,
    double *height)
{
	PangoLayout *l = layout(t, p);
	PangoLayoutIter *i = pango_layout_get_iter(l);
	uint32_t n = 0, at = 0;

	*height = 0;
	do {
		struct line line = measure(t, p, i);
		double h = line.ascent + line.descent;

		if (at++ < from)
			continue;
		if (*height + h > room)
			break;
		*height += h;
		n++;
	} while (pango_layout_iter_next_line(i));
	pango_layout_iter_free(i);
	drop(p, l);
	return n;
}

double
para_draw(struct typeset *t, cairo_t *cr, struct para *p, uint32_t from,
    uint32_t to, double x, double y)
{
	double grey = looks[p->look].grey, down = 0;
	PangoLayout *l = layout(t, p);
	PangoLayoutIter *i = pango_layout_get_iter(l);
	uint32_t at = 0;

	cairo_set_source_rgb(cr, grey, grey, grey);
	do {
		struct line line = measure(t, p, i);
		double free = p->width < 0 ? 0 : p->width - line.width;

		if (at++ < from)
			continue;
		if (at > to)
			break;
		cairo_move_to(
		    cr, x + free * p->align / 2, y + down + line.ascent);
		pango_cairo_show_layout_line(cr, line.line);
		down += line.ascent + line.descent;
	} while (pango_layout_iter_next_line(i));
	pango_layout_iter_free(i);
	drop(p, l);
	return down;
}
