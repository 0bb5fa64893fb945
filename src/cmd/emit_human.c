/*
 * emit_human: cells as people read them: on one line, safe for a terminal,
 * digits in groups of three. And md, which is such cells between bars.
 */
#include <string.h>

#include "base/clock.h"
#include "base/money.h"
#include "base/utf8.h"
#include "cmd/emit_impl.h"
#include "crm/labels.h"

bool
emit_is_number(enum field_type t)
{
	return t == F_MONEY || t == F_DECIMAL || t == F_INT || t == F_PERCENT;
}

const char *
emit_label(const struct emit_column *c)
{
	return c->label ? c->label : c->name;
}

static size_t
digits(struct span s, size_t i)
{
	size_t from = i;

	while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
		i++;
	return i - from;
}

/*
 * 1234567.50 as 1,234,567.50. False where s is no number. Whole numbers of
 * four digits are left alone: most of those are years.
 */
static bool
grouped(struct buf *out, enum field_type type, struct span s)
{
	size_t sign = s.n > 0 && s.p[0] == '-';
	size_t n = digits(s, sign), at = sign + n;

	if (!n)
		return false;
	if (at < s.n && s.p[at] == '.')
		at += 1 + digits(s, at + 1);
	if (at != s.n)
		return false;
	if (type == F_PERCENT || n < (type == F_INT ? 5u : 4u)) {
		buf_addspan(out, s);
		return true;
	}
	buf_add(out, s.p, sign);
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0)
			buf_addc(out, ',');
		buf_addc(out, s.p[sign + i]);
	}
	buf_add(out, s.p + sign + n, s.n - sign - n);
	return true;
}

/* Line ends and tabs become blanks; \x0a would be no help to a reader. */
static void
one_line(struct buf *out, struct span s)
{
	struct buf flat = { 0 };
	bool blank = false;

	for (size_t i = 0; i < s.n; i++) {
		bool white = s.p[i] == '\n' || s.p[i] == '\r' || s.p[i] == '\t';

		if (!white || !blank)
			buf_addc(&flat, white ? ' ' : s.p[i]);
		blank = white;
	}
	term_safe(out, buf_span(&flat), false);
	buf_release(&flat);
}

static bool
has_breaks(struct span s)
{
	return s.n && (memchr(s.p, '\n', s.n) || memchr(s.p, '\t', s.n) ||
			  memchr(s.p, '\r', s.n));
}

/* 1.50 as 1.5; a price of a currency with cents stays 1.50. */
static struct span
trimmed(struct emit *em, const struct span *row, size_t i)
{
	bool price = em->col[i].price;
	int least = 0, scale;
	struct dec d;
	int128 units;

	if (price)
		least = em->currency < em->ncols
		    ? currency_exponent(row[em->currency])
		    : -1;
	if (least < 0 || !dec_parse(row[i], &d))
		return row[i];
	units = dec_trim(d, least, &scale);
	buf_reset(&em->shown);
	dec_format(&em->shown, units, scale);
	return buf_span(&em->shown);
}

void
emit_human(
    struct emit *em, struct buf *out, const struct span *row, size_t i)
{
	const struct emit_column *c = &em->col[i];
	struct span s = c->trim || c->price ? trimmed(em, row, i) : row[i];

	if (!s.n && c->none && !em->in_total)
		s = span(c->none);
	/* a total has no key to label, but may be a time */
	if (!em->in_total || c->type == F_INSTANT || c->type == F_WHEN)
		s = labels_show(&c->labels, c->type, s, &em->shown);
	if (emit_is_number(c->type) && grouped(out, c->type, s))
		return;
	if (has_breaks(s))
		one_line(out, s);
	else
		term_safe(out, s, false);
}

/* GitHub's tables: a bar ends a cell, and HTML is HTML. */
static void
md_cell(struct buf *out, struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '|' || s.p[i] == '\\')
			buf_addc(out, '\\');
		if (s.p[i] == '<')
			buf_adds(out, "&lt;");
		else
			buf_addc(out, s.p[i]);
	}
}

int
emit_md_begin(struct emit *em, struct err *e)
{
	struct buf *out = emit_out();

	if (em->o.title) {
		buf_adds(out, "**");
		md_cell(out, span(em->o.title));
		buf_adds(out, "**\n\n");
	}
	for (size_t i = 0; i < em->ncols; i++) {
		buf_adds(out, i ? " | " : "| ");
		buf_reset(&em->tmp);
		term_safe(&em->tmp, span(emit_label(&em->col[i])), false);
		md_cell(out, buf_span(&em->tmp));
	}
	buf_adds(out, " |\n");
	for (size_t i = 0; i < em->ncols; i++)
		buf_adds(out,
		    emit_is_number(em->col[i].type) ? "| ---: " : "| --- ");
	buf_adds(out, "|\n");
	return emit_flush(e);
}

int
emit_md_row(struct emit *em, const struct span *cell, struct err *e)
{
	struct buf *out = emit_out();

	for (size_t i = 0; i < em->ncols; i++) {
		buf_adds(out, i ? " | " : "| ");
		buf_reset(&em->tmp);
		emit_human(em, &em->tmp, cell, i);
		md_cell(out, buf_span(&em->tmp));
	}
	buf_adds(out, " |\n");
	return emit_flush(e);
}

int
emit_md_end(struct emit *em, struct err *e)
{
	struct buf *out = emit_out();

	if (em->o.foot) {
		buf_addc(out, '\n');
		md_cell(out, span(em->o.foot));
		buf_addc(out, '\n');
	}
	return emit_flush(e);
}
