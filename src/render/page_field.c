#include "render/page_impl.h"

#include <stdarg.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"

int
page_error(const struct reader *r, const char *fmt, ...)
{
	struct buf b = { 0 };
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&b, fmt, ap);
	va_end(ap);
	err_set(r->err, ERR_DATA, "stdin:%zu: %s", r->line, b.p);
	buf_release(&b);
	return -1;
}

/* What neither is seen nor may reorder what is: controls, overrides. */
static bool
is_dropped(uint32_t c)
{
	return (c < 0x20 && c != '\n') || (c >= 0x7f && c < 0xa0) ||
	       (c >= 0x202a && c <= 0x202e) || c == 0xfeff || c == 0xfffc;
}

/* One character of a field; what its escape means, where it is one. */
static size_t
next_char(struct span s, uint32_t *c)
{
	size_t n = utf8_decode(s.p, s.n, c);

	if (*c == 0x2028 || *c == 0x2029)
		*c = '\n';
	if (*c != '\\' || s.n == 1)
		return n;
	switch (s.p[1]) {
	case 't':
		*c = ' ';
		return 2;
	case 'n':
		*c = '\n';
		return 2;
	case '\\':
		return 2;
	default:
		return 0;
	}
}

int
page_text(const struct reader *r, struct span field, struct span *out)
{
	size_t bad = utf8_check(field), n = 0, step;
	char *to;

	if (bad < field.n)
		return page_error(
		    r, "byte %zu of a field is not UTF-8", bad + 1);
	to = arena_dup(&r->page->arena, field.p, field.n);
	for (size_t i = 0; i < field.n; i += step) {
		uint32_t c = 0;

		step = next_char(span_n(field.p + i, field.n - i), &c);
		if (!step)
			return page_error(
			    r, "a backslash comes before t, n or \\ only");
		if (!is_dropped(c))
			n += utf8_encode(c, to + n);
	}
	to[n] = '\0';
	*out = span_n(to, n);
	return 0;
}

/* Digits with at most one point among them: no signs, no exponents. */
static bool
decimal(struct span s, double *out)
{
	double v = 0, unit = 1;
	bool point = false, digits = false;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '.' && !point) {
			point = true;
			continue;
		}
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		digits = true;
		if (point)
			v += (s.p[i] - '0') * (unit /= 10);
		else
			v = v * 10 + (s.p[i] - '0');
	}
	*out = v;
	return digits && s.n <= 16;
}

int
page_number(const struct reader *r, const char *what, struct span field,
    double min, double max, double *out)
{
	if (decimal(field, out) && *out >= min && *out <= max)
		return 0;
	return page_error(
	    r, "%s must be a number from %g to %g", what, min, max);
}

int
page_word(const struct reader *r, const char *what, struct span field,
    const char *const *words, unsigned *out)
{
	struct buf all = { 0 };

	for (unsigned i = 0; words[i]; i++) {
		if (span_eqs(field, words[i])) {
			buf_release(&all);
			*out = i;
			return 0;
		}
		buf_addf(&all, " %s", words[i]);
	}
	page_error(r, "%s must be one of:%s", what, all.p);
	buf_release(&all);
	return -1;
}

int
page_columns(const struct reader *r, struct span spec, struct block *b)
{
	struct page *p = r->page;

	b->first = (uint32_t)p->ncolumn;
	while (spec.n) {
		struct span one = span_trim(span_cut(&spec, ','));
		struct column c = { 0 };

		if (one.n < 2 || !memchr("lrcn", one.p[one.n - 1], 4))
			return page_error(r, "a column of a table is a width "
					     "or *, and l, r, c or n");
		c.align = one.p[--one.n];
		if (!span_eqs(one, "*") &&
		    page_number(
			r, "the width of a column", one, 1, 1000, &c.mm))
			return -1;
		if (++b->n > PAGE_TABLE_MAX)
			return page_error(r, "a table has at most %d columns",
			    PAGE_TABLE_MAX);
		GROW(p->column, p->ncolumn, p->column_cap);
		p->column[p->ncolumn++] = c;
	}
	return b->n ? 0 : page_error(r, "the table has no columns");
}
