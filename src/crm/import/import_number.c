/*
 * Numbers as other programs write them: "$1,234.50", "1.234,50 EUR",
 * "(1,200)", "$342.09K", "1'234.50", "12 %".
 */
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "crm/import/import_impl.h"

/* A number taken apart: sign, currency, digits and separators, factor. */
struct parts {
	bool negative;
	char currency[4];
	int factor;	    /* power of ten */
	struct span digits; /* begins and ends with a digit or separator */
};

static const struct {
	const char *sign, *code;
} signs[] = {
	{ "US$", "USD" },
	{ "$", "$" },
	{ "\xe2\x82\xac", "EUR" },
	{ "\xc2\xa3", "GBP" },
	{ "\xc2\xa5", "JPY" },
	{ "\xe2\x82\xb9", "INR" },
};

static bool
span_ends(struct span s, struct span end)
{
	return s.n >= end.n && !memcmp(s.p + s.n - end.n, end.p, end.n);
}

/* White space that people and spreadsheets put into numbers. */
static size_t
blank_at(struct span s, size_t i)
{
	static const char *const wide[] = { "\xc2\xa0", "\xe2\x80\xaf",
		"\xe2\x80\x89" };

	if (s.p[i] == ' ' || s.p[i] == '\t')
		return 1;
	for (size_t k = 0; k < sizeof wide / sizeof *wide; k++) {
		struct span w = span(wide[k]);

		if (s.n - i >= w.n && !memcmp(s.p + i, w.p, w.n))
			return w.n;
	}
	return 0;
}

static struct span
strip(struct span s)
{
	size_t n;

	while (s.n && (n = blank_at(s, 0)) != 0)
		s = span_n(s.p + n, s.n - n);
	for (bool more = true; more && s.n;) {
		more = false;
		for (size_t k = 1; k <= 3 && k <= s.n && !more; k++) {
			if (blank_at(s, s.n - k) == k) {
				s.n -= k;
				more = true;
			}
		}
	}
	return s;
}

/* A sign or a code of three letters, in front (at = 0) or behind. */
static bool
take_currency(struct span *s, bool front, struct parts *p)
{
	size_t n = 0;

	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
		struct span sign = span(signs[i].sign);

		if (front ? !span_starts(*s, sign) : !span_ends(*s, sign))
			continue;
		if (p->currency[0])
			return false;
		memcpy(p->currency, signs[i].code, strlen(signs[i].code) + 1);
		*s = strip(front ? span_n(s->p + sign.n, s->n - sign.n)
				 : span_n(s->p, s->n - sign.n));
		return true;
	}
	while (n < s->n && ascii_letter(front ? s->p[n] : s->p[s->n - 1 - n]))
		n++;
	if (n != 3 || p->currency[0])
		return true;
	for (size_t i = 0; i < 3; i++)
		p->currency[i] =
		    (char)((front ? s->p[i] : s->p[s->n - 3 + i]) & ~0x20);
	p->currency[3] = '\0';
	*s = strip(front ? span_n(s->p + 3, s->n - 3) : span_n(s->p, s->n - 3));
	return currency_exponent(span(p->currency)) >= 0;
}

static bool
take_sign(struct span *s, struct parts *p)
{
	static const char minus[] = "\xe2\x88\x92"; /* U+2212 */

	if (s->n && (s->p[0] == '-' || s->p[0] == '+')) {
		p->negative = s->p[0] == '-';
		*s = strip(span_n(s->p + 1, s->n - 1));
		return true;
	}
	if (span_starts(*s, span(minus))) {
		p->negative = true;
		*s = strip(span_n(s->p + 3, s->n - 3));
		return true;
	}
	return false;
}

/* k, M at the end, with or without a currency behind. */
static void
take_factor(struct span *s, struct parts *p)
{
	char c = s->n > 1 ? (char)(s->p[s->n - 1] | 0x20) : '\0';

	if ((c != 'k' && c != 'm') || ascii_letter(s->p[s->n - 2]))
		return;
	p->factor = c == 'k' ? 3 : 6;
	*s = strip(span_n(s->p, s->n - 1));
}

static bool
take_apart(struct span s, struct parts *p)
{
	bool brackets, signed_;

	memset(p, 0, sizeof *p);
	s = strip(s);
	if (s.n && ascii_digit(s.p[0]) && ascii_digit(s.p[s.n - 1])) {
		p->digits = s;
		return true;
	}
	brackets = s.n > 2 && s.p[0] == '(' && s.p[s.n - 1] == ')';
	if (brackets)
		s = strip(span_n(s.p + 1, s.n - 2));
	signed_ = take_sign(&s, p);
	if (!take_currency(&s, true, p))
		return false;
	if (!signed_)
		signed_ = take_sign(&s, p);
	if (s.n && s.p[s.n - 1] == '%')
		s = strip(span_n(s.p, s.n - 1));
	if (!take_currency(&s, false, p))
		return false;
	take_factor(&s, p);
	/* accountants' minus stands behind */
	if (!signed_ && s.n > 1 && s.p[s.n - 1] == '-') {
		p->negative = true;
		s = strip(span_n(s.p, s.n - 1));
	}
	if (brackets && (p->negative || signed_))
		return false;
	p->negative |= brackets;
	p->digits = s;
	return s.n && memchr("0123456789.,", s.p[0], 12) != NULL;
}

/* What stands between the digits: how often, where last. */
struct seps {
	size_t point, comma, other;
	size_t last_point, last_comma; /* offset */
	size_t digits_behind; /* digits behind the last point or comma */
	size_t digits_before; /* digits in front of the first of them */
	bool zero;	      /* these are just "0" */
};

static bool
look_at_seps(struct span d, struct seps *x)
{
	size_t n;

	memset(x, 0, sizeof *x);
	for (size_t i = 0; i < d.n; i++) {
		if (ascii_digit(d.p[i])) {
			x->digits_behind++;
			if (!x->point && !x->comma)
				x->digits_before++;
			continue;
		}
		if (d.p[i] == '.' || d.p[i] == ',') {
			(*(d.p[i] == '.' ? &x->point : &x->comma))++;
			*(d.p[i] == '.' ? &x->last_point : &x->last_comma) = i;
			x->digits_behind = 0;
			continue;
		}
		n = d.p[i] == '\'' ? 1 : blank_at(d, i);
		if (!n && !strncmp(d.p + i, "\xe2\x80\x99",
			      d.n - i < 3 ? d.n - i : 3))
			n = 3;
		if (!n)
			return false;
		x->other++;
		i += n - 1;
	}
	x->zero = d.p[0] == '0' && x->digits_before == 1;
	return true;
}

/* The decimal sign that the cell proves, '?' where it is open, 0: no matter. */
static char
proven(const struct seps *x)
{
	if (x->point && x->comma) {
		if (x->point > 1 && x->comma > 1)
			return 'x';
		if (x->last_point > x->last_comma)
			return x->point == 1 ? '.' : 'x';
		return x->comma == 1 ? ',' : 'x';
	}
	if (x->point > 1)
		return ',';
	if (x->comma > 1)
		return '.';
	if (x->point + x->comma == 0)
		return 0;
	if (x->digits_behind != 3 || x->digits_before > 3 ||
	    x->digits_before == 0 || x->zero || x->other)
		return x->point ? '.' : ',';
	return '?';
}

static void
note_once(
    struct span *to, size_t *line, struct span cell, size_t at, struct arena *a)
{
	if (*line)
		return;
	*to = arena_span(a, span_n(cell.p, cell.n < 60 ? cell.n : 60));
	*line = at;
}

/*
 * What nearly all cells are: 1234 or 1234.50, and nothing else. before and
 * behind count the digits on either side of the point.
 */
static bool
is_simple(struct span s, size_t *before, size_t *behind, int64_t *value)
{
	size_t point = s.n;

	*value = 0;
	if (s.n == 0 || s.n > 18)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (ascii_digit(s.p[i]))
			*value = *value * 10 + (s.p[i] - '0');
		else if (s.p[i] == '.' && point == s.n)
			point = i;
		else
			return false;
	}
	*before = point;
	*behind = point < s.n ? s.n - point - 1 : 0;
	return point > 0 && (*behind > 0 || point == s.n);
}

void
number_look(
    struct number_facts *f, struct span cell, size_t line, struct arena *a)
{
	struct parts p;
	struct seps x;
	size_t before, behind;
	int64_t value;
	char sign;

	f->filled++;
	if (is_simple(cell, &before, &behind, &value) && behind != 3) {
		f->bare++;
		if (behind && !f->point++)
			f->point_line = line;
		return;
	}
	if (!take_apart(cell, &p) || !look_at_seps(p.digits, &x) ||
	    (sign = proven(&x)) == 'x') {
		note_once(&f->bad_text, &f->bad_line, cell, line, a);
		f->bad++;
		return;
	}
	f->bare += p.currency[0] == '\0' || p.currency[0] == '$';
	if (sign == '.') {
		if (!f->point++)
			f->point_line = line;
	} else if (sign == ',') {
		if (!f->comma++)
			f->comma_line = line;
	} else if (sign == '?') {
		note_once(&f->unsure_text, &f->unsure_line, cell, line, a);
		f->unsure++;
	}
}

int
number_decide(const struct number_facts *f, struct span column, char given,
    bool whole, char *decimal, struct err *e)
{
	*decimal = given ? given : '.';
	if (given)
		return 0;
	if (f->point && f->comma)
		return err_set(e, ERR_USAGE,
		    "column '%.*s': the decimal sign is a point in line %zu "
		    "and a comma in line %zu; say which with --decimal . or "
		    "--decimal ,",
		    SPANF(column), f->point_line, f->comma_line);
	if (f->comma)
		*decimal = ',';
	if (f->point || f->comma || !f->unsure)
		return 0;
	/* A number without fraction can only have groups. */
	if (whole) {
		*decimal =
		    memchr(f->unsure_text.p, ',', f->unsure_text.n) ? '.' : ',';
		return 0;
	}
	return err_set(e, ERR_USAGE,
	    "column '%.*s': '%.*s' in line %zu can mean thousands or a "
	    "fraction, and no other row tells; say --decimal . or --decimal ,",
	    SPANF(column), SPANF(f->unsure_text), f->unsure_line);
}

/* Digits and one point; groups must be of three. */
static bool
plain_number(struct span d, char decimal, char out[40], size_t *n)
{
	size_t run = 0;
	bool grouped = false, fraction = false;

	*n = 0;
	for (size_t i = 0; i < d.n; i++) {
		size_t skip = 1;

		if (*n > 36)
			return false;
		if (ascii_digit(d.p[i])) {
			out[(*n)++] = d.p[i];
			run++;
			continue;
		}
		if (d.p[i] == decimal) {
			if (fraction || (grouped && run != 3))
				return false;
			fraction = true;
			if (*n == 0)
				out[(*n)++] = '0';
			out[(*n)++] = '.';
			run = 0;
			continue;
		}
		if (fraction || run == 0 || run > 3 || (grouped && run != 3))
			return false;
		if (d.p[i] != '.' && d.p[i] != ',' && d.p[i] != '\'') {
			skip = blank_at(d, i);
			skip = skip ? skip : 3;
		}
		grouped = true;
		run = 0;
		i += skip - 1;
	}
	if (!fraction && grouped && run != 3)
		return false;
	/* "12." is written by some */
	if (fraction && run == 0)
		(*n)--;
	return *n > 0;
}

bool
number_read(struct span cell, char decimal, struct dec *out, char currency[4])
{
	struct parts p;
	struct seps x;
	char text[44];
	size_t n, before, behind;
	int64_t value;

	if (is_simple(cell, &before, &behind, &value) &&
	    (decimal == '.' || !behind)) {
		out->value = value;
		out->scale = (int)behind;
		currency[0] = '\0';
		return true;
	}
	if (!take_apart(cell, &p) || !look_at_seps(p.digits, &x) ||
	    !plain_number(p.digits, decimal, text, &n) ||
	    !dec_parse(span_n(text, n), out))
		return false;
	for (int k = p.factor; k > 0; k--) {
		if (out->scale > 0)
			out->scale--;
		else if (__builtin_mul_overflow(out->value, 10, &out->value))
			return false;
	}
	if (p.negative)
		out->value = -out->value;
	memcpy(currency, p.currency, 4);
	return true;
}
