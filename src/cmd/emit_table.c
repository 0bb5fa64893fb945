/*
 * emit_table: rows in columns. They are kept until the end, since only then
 * are the widths known.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/money.h"
#include "base/utf8.h"
#include "cmd/emit_impl.h"
#include "store/unicode.h"

enum { BAR_MAX = 20, BAR_MIN = 5 };

struct plan {
	struct fit *fit;  /* of each column */
	size_t last;	  /* the last column that is shown */
	size_t bar;	  /* width of a bar, 0: none are drawn */
	int128 *largest;  /* of each bar column, scaled by 10^SCALE */
	size_t total_row; /* the row that is the total, or none */
};

int
emit_table_row(struct emit *em, const struct span *cell, struct err *e)
{
	(void)e;
	if (em->ncells + em->ncols > em->cell_cap) {
		em->cell_cap = em->cell_cap * 2 + em->ncols * 64;
		em->cell =
		    xreallocarray(em->cell, em->cell_cap, sizeof *em->cell);
	}
	for (size_t i = 0; i < em->ncols; i++) {
		buf_reset(&em->tmp);
		emit_human(em, &em->tmp, cell, i);
		em->cell[em->ncells++] =
		    arena_span(&em->arena, buf_span(&em->tmp));
	}
	return 0;
}

/* The number in a cell (digits grouped) in millionths; 0 where it is none. */
static int128
number(struct span s)
{
	enum { SCALE = 6 };
	char plain[64];
	size_t n = 0;
	struct dec d;
	int128 v;

	for (size_t i = 0; i < s.n && n < sizeof plain; i++)
		if (s.p[i] != ',')
			plain[n++] = s.p[i];
	if (!dec_parse(span_n(plain, n), &d))
		return 0;
	v = d.value;
	for (; d.scale < SCALE; d.scale++)
		v *= 10;
	for (; d.scale > SCALE; d.scale--)
		v /= 10;
	return v;
}

/* Is a cell of column i like those above it? */
static void
compare(struct fit *f, struct span s, struct span first)
{
	f->empty &= s.n == 0;
	f->same &= span_eq(s, first);
}

static void
measure(struct emit *em, struct plan *l)
{
	size_t nrows = em->ncols ? em->ncells / em->ncols : 0;

	l->total_row = em->in_total ? nrows - 1 : (size_t)-1;
	for (size_t i = 0; i < em->ncols; i++) {
		struct fit *f = &l->fit[i];

		buf_reset(&em->tmp);
		term_safe(&em->tmp, span(emit_label(&em->col[i])), false);
		f->label = uni_width(buf_span(&em->tmp));
		f->empty = nrows - em->in_total > 0;
		f->same = nrows - em->in_total > 1;
		for (size_t r = 0; r < nrows; r++) {
			struct span s = em->cell[r * em->ncols + i];
			size_t w = uni_width(s);

			if (w > f->cells)
				f->cells = w;
			if (r == l->total_row)
				continue;
			compare(f, s, em->cell[i]);
			if (em->col[i].bar && number(s) > l->largest[i])
				l->largest[i] = number(s);
		}
		f->width = f->cells > f->label ? f->cells : f->label;
		f->out = f->empty && em->o.lean;
	}
}

/* Says which columns found no room; empty ones are no loss. */
static void
note_left_out(const struct emit *em, const struct plan *l)
{
	struct buf *b = em->o.note;
	size_t n = 0;

	for (size_t i = 0; i < em->ncols; i++)
		n += l->fit[i].out && !l->fit[i].empty;
	if (!n || !b)
		return;
	buf_addf(b, "%zu %s left out:", n, plural(n, "column", "columns"));
	for (size_t i = 0, k = 0; i < em->ncols; i++)
		if (l->fit[i].out && !l->fit[i].empty)
			buf_addf(b, "%s %s", k++ ? "," : "", em->col[i].name);
	buf_adds(b, "; -c to choose\n");
}

static void
lay_out(struct emit *em, struct plan *l)
{
	size_t width = emit_width(), bars = 0, used;

	measure(em, l);
	if (width)
		emit_fit(em->col, l->fit, em->ncols, width, &em->o);
	note_left_out(em, l);
	for (size_t i = 0; i < em->ncols; i++) {
		if (l->fit[i].out)
			continue;
		l->last = i;
		bars += em->col[i].bar && l->largest[i] > 0;
	}
	if (!bars)
		return;
	l->bar = BAR_MAX;
	if (width) {
		used = emit_fit_sum(l->fit, em->ncols);
		l->bar = used < width ? (width - used) / bars : 0;
		l->bar = l->bar > GAP ? l->bar - GAP : 0;
		if (l->bar > BAR_MAX)
			l->bar = BAR_MAX;
		if (l->bar < BAR_MIN)
			l->bar = 0;
	}
}

/* Scripts that are written from right to left, in blocks. */
static bool
is_rtl(struct span s)
{
	uint32_t cp;
	size_t n;

	for (size_t i = 0; i < s.n; i += n ? n : 1) {
		if (!(s.p[i] & 0x80)) {
			n = 1;
			continue;
		}
		n = utf8_decode(s.p + i, s.n - i, &cp);
		if (n && ((cp >= 0x0590 && cp <= 0x08ff) ||
			     (cp >= 0xfb1d && cp <= 0xfdff) ||
			     (cp >= 0xfe70 && cp <= 0xfeff) ||
			     (cp >= 0x10800 && cp <= 0x10fff) ||
			     (cp >= 0x1e800 && cp <= 0x1efff)))
			return true;
	}
	return false;
}

/*
 * Adds s in width columns. Text from right to left is isolated on a terminal,
 * else it would take the neighbouring columns with it.
 */
static void
put(struct buf *out, struct span s, size_t width, bool right, bool last)
{
	size_t w = uni_width(s);
	bool cut = w > width, isolate = emit_is_tty() && is_rtl(s);

	if (cut) {
		s.n = uni_fit(s, width ? width - 1 : 0);
		w = uni_width(s) + 1;
	}
	if (right && w < width)
		buf_pad(out, ' ', width - w);
	if (isolate)
		buf_adds(out, "\u2068");
	buf_addspan(out, s);
	if (cut)
		buf_adds(out, "…");
	if (isolate)
		buf_adds(out, "\u2069");
	if (!right && !last && w < width)
		buf_pad(out, ' ', width - w);
}

/* A bar in eighths of a column. */
static void
put_bar(struct buf *out, int128 value, int128 largest, size_t width, bool last)
{
	static const char *const part[] = { "", "▏", "▎", "▍", "▌", "▋", "▊",
		"▉" };
	size_t eighths = 0, drawn;

	if (value > 0 && largest > 0)
		eighths = (size_t)(value * (int128)width * 8 / largest);
	if (value > 0 && !eighths)
		eighths = 1;
	if (eighths && emit_has_color())
		buf_adds(out, "\033[36m");
	for (size_t i = 0; i < eighths / 8; i++)
		buf_adds(out, "█");
	buf_adds(out, part[eighths % 8]);
	if (eighths && emit_has_color())
		buf_adds(out, "\033[0m");
	drawn = eighths / 8 + (eighths % 8 != 0);
	if (!last)
		buf_pad(out, ' ', width - drawn);
}

static void
trim_line(struct buf *out, size_t from)
{
	while (out->n > from && out->p[out->n - 1] == ' ')
		buf_cut(out, out->n - 1);
	buf_addc(out, '\n');
}

static void
line(struct emit *em, const struct plan *l, const struct span *cell, size_t row)
{
	struct buf *out = emit_out();
	size_t from = out->n;

	for (size_t i = 0; i < em->ncols; i++) {
		const struct emit_column *c = &em->col[i];
		bool draws = l->bar && c->bar && l->largest[i] > 0;
		bool last = i == l->last;

		if (l->fit[i].out)
			continue;
		if (out->n > from)
			buf_pad(out, ' ', GAP);
		put(out, cell[i], l->fit[i].width, emit_is_number(c->type),
		    last && !draws);
		if (draws) {
			buf_pad(out, ' ', GAP);
			put_bar(out, row == l->total_row ? 0 : number(cell[i]),
			    l->largest[i], l->bar, last);
		}
	}
	trim_line(out, from);
}

/* A row; what does not fit into its last column goes on below that. */
static void
lines(struct emit *em, const struct plan *l, struct span *cell, size_t row)
{
	struct span *last = &cell[l->last];
	struct buf b = { 0 };
	struct span rest;

	if (em->ncols && em->col[l->last].wrap)
		emit_wrap(&b, *last, l->fit[l->last].width);
	rest = buf_span(&b);
	do {
		if (b.n)
			*last = span_cut(&rest, '\n');
		line(em, l, cell, row);
		for (size_t i = 0; i < l->last; i++)
			cell[i] = span("");
	} while (rest.n);
	buf_release(&b);
}

static void
rule(struct emit *em, const struct plan *l)
{
	struct buf *out = emit_out();

	for (size_t i = 0; i < em->ncols; i++) {
		bool draws = l->bar && em->col[i].bar && l->largest[i] > 0;
		size_t gap = GAP;

		if (l->fit[i].out)
			continue;
		if (draws)
			gap += GAP + l->bar;
		for (size_t k = 0; k < l->fit[i].width; k++)
			buf_adds(out, "─");
		if (i < l->last)
			buf_pad(out, ' ', gap);
	}
	buf_addc(out, '\n');
}

/* On a terminal bold and underlined, elsewhere with a rule below. */
static void
head(struct emit *em, const struct plan *l)
{
	struct buf *out = emit_out();
	size_t from = out->n;
	bool color = emit_has_color();

	for (size_t i = 0; i < em->ncols; i++) {
		const struct emit_column *c = &em->col[i];
		bool last = i == l->last;

		if (l->fit[i].out)
			continue;
		if (out->n > from)
			buf_pad(out, ' ', GAP);
		buf_reset(&em->tmp);
		term_safe(&em->tmp, span(emit_label(c)), false);
		if (color)
			buf_adds(out, "\033[1;4m");
		put(out, buf_span(&em->tmp), l->fit[i].width,
		    emit_is_number(c->type), last && !color);
		if (color)
			buf_adds(out, "\033[0m");
		if (l->bar && c->bar && l->largest[i] > 0 && !last)
			buf_pad(out, ' ', GAP + l->bar);
	}
	buf_addc(out, '\n');
	if (!color)
		rule(em, l);
}

/* Broken between its items, where it is wider than the terminal. */
static void
text(const char *s, const char *on)
{
	struct buf *out = emit_out(), b = { 0 };
	bool color = emit_has_color() && *on;

	emit_wrap(&b, span(s), emit_width());
	if (color)
		buf_adds(out, on);
	term_safe(out, buf_span(&b), true);
	buf_adds(out, color ? "\033[0m\n" : "\n");
	buf_release(&b);
}

int
emit_table_end(struct emit *em, struct err *e)
{
	struct plan l = { .total_row = (size_t)-1 };
	size_t nrows = em->ncols ? em->ncells / em->ncols : 0;
	int rc = 0;

	l.fit = xcalloc(em->ncols + 1, sizeof *l.fit);
	l.largest = xcalloc(em->ncols + 1, sizeof *l.largest);
	lay_out(em, &l);
	if (em->o.title) {
		text(em->o.title, "\033[1m");
		buf_addc(emit_out(), '\n');
	}
	head(em, &l);
	for (size_t r = 0; r < nrows && !rc; r++) {
		if (r == l.total_row && r > 0)
			rule(em, &l);
		lines(em, &l, em->cell + r * em->ncols, r);
		rc = emit_flush(e);
	}
	if (em->o.foot && !rc) {
		buf_addc(emit_out(), '\n');
		text(em->o.foot, "");
		rc = emit_flush(e);
	}
	free(l.fit);
	free(l.largest);
	return rc;
}
