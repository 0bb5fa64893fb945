#include "crm/phone.h"

#include <ctype.h>
#include <string.h>

#include "base/ascii.h"
#include "crm/session.h"

enum { DIGITS_MIN = 3, E164_MIN = 7, E164_MAX = 15, TAIL_MIN = 7 };

int
phone_home(const struct session *s, const struct phone_country **out,
    struct err *e)
{
	const char *v = rc_get(&s->rc, "phone.country");

	*out = NULL;
	if (!v || !*v)
		return 0;
	*out = phone_country(span(v));
	return *out ? 0
		    : err_set(e, ERR_DATA,
			  "phone.country is a country such as DE, or its "
			  "calling code, not '%s'", v);
}

/* What an extension is called. */
static bool
is_ext_word(struct span w)
{
	static const char *const words[] = { "x", "ext", "extn", "extension",
		"dw", "durchwahl", "poste", "int", "interno", "app" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (span_ieqs(w, words[i]))
			return true;
	}
	return false;
}

static char
key_of(char c)
{
	static const char keys[] = "22233344455566677778889999";

	return keys[tolower((unsigned char)c) - 'a'];
}

/* A number being read. */
struct reading {
	struct span rest;
	struct phone *out;
	bool plus;
};

/* Leading words and signs: tel:, Phone, and the '+'. False: it is no number. */
static bool
read_start(struct reading *r)
{
	size_t n = 0;

	r->rest = span_trim(r->rest);
	while (n < r->rest.n && (ascii_letter(r->rest.p[n]) ||
				    r->rest.p[n] == '.'))
		n++;
	if (n) {
		if (n == r->rest.n || (r->rest.p[n] != ':' &&
				r->rest.p[n] != ' '))
			return false;
		r->rest = span_trim(
		    span_n(r->rest.p + n + 1, r->rest.n - n - 1));
	}
	r->plus = r->rest.n && r->rest.p[0] == '+';
	return r->rest.n > 0;
}

static void
read_ext(struct reading *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->rest.n; i++) {
		if (ascii_digit(r->rest.p[i]) && n + 1 < sizeof r->out->ext)
			r->out->ext[n++] = r->rest.p[i];
		else if (n && !ascii_digit(r->rest.p[i]))
			break;
	}
	r->rest.n = 0;
}

static bool
add_digit(struct phone *p, char c)
{
	if (p->n + 1 >= sizeof p->digits)
		return false;
	p->digits[p->n++] = c;
	return true;
}

/* A word within: an extension follows, or it is what the keys say. */
static bool
read_word(struct reading *r)
{
	size_t n = 0;

	while (n < r->rest.n && ascii_letter(r->rest.p[n]))
		n++;
	if (is_ext_word(span_n(r->rest.p, n))) {
		r->rest = span_n(r->rest.p + n, r->rest.n - n);
		read_ext(r);
		return true;
	}
	for (size_t i = 0; i < n; i++)
		if (!add_digit(r->out, key_of(r->rest.p[i])))
			return false;
	r->rest = span_n(r->rest.p + n, r->rest.n - n);
	return true;
}

static bool
read_digits(struct reading *r)
{
	while (r->rest.n) {
		char c = r->rest.p[0];

		if (ascii_letter(c)) {
			if (r->out->n < 2 || !read_word(r))
				return false;
			continue;
		}
		if (c == '#' || span_istarts(r->rest, span(";ext="))) {
			read_ext(r);
			break;
		}
		if (c == ';' || c == ',')
			break; /* parameters, or what is dialled later */
		if (r->plus && span_starts(r->rest, span("(0)"))) {
			r->rest = span_n(r->rest.p + 3, r->rest.n - 3);
			continue;
		}
		if (ascii_digit(c) && !add_digit(r->out, c))
			return false;
		r->rest = span_n(r->rest.p + 1, r->rest.n - 1);
	}
	return true;
}

static void
drop(struct phone *p, size_t n)
{
	memmove(p->digits, p->digits + n, p->n - n);
	p->n -= n;
}

static bool
begins(const struct phone *p, const char *with)
{
	size_t n = strlen(with);

	return n > 0 && p->n > n && memcmp(p->digits, with, n) == 0;
}

/* Digits behind the country's code; the trunk's are none of them. */
static bool
finish(struct phone *p)
{
	const struct phone_country *c =
	    phone_country_of(span_n(p->digits, p->n));
	size_t code;

	if (!c || p->n < E164_MIN || p->n > E164_MAX)
		return false;
	code = strlen(c->code);
	if (strcmp(c->trunk, "0") == 0 && p->n > code + 1 &&
	    p->digits[code] == '0') {
		memmove(p->digits + code, p->digits + code + 1,
		    p->n - code - 1);
		p->n--;
	}
	if (strcmp(c->code, "1") == 0 && p->n != 11)
		return false;
	p->full = true;
	return true;
}

/* Digits that say no country: those of a number at home. */
static bool
at_home(struct phone *p, const struct phone_country *home)
{
	size_t code = strlen(home->code);

	if (begins(p, home->trunk) && !(strcmp(home->trunk, "0") &&
					  p->n < 9))
		drop(p, strlen(home->trunk));
	else if (begins(p, home->code) && p->n >= 11)
		return finish(p); /* as exchanges give it, without its + */
	if (p->n < TAIL_MIN - 1 || p->n + code > E164_MAX)
		return false;
	memmove(p->digits + code, p->digits, p->n);
	memcpy(p->digits, home->code, code);
	p->n += code;
	return finish(p);
}

bool
phone_parse(struct span text, const struct phone_country *home,
    struct phone *out)
{
	struct reading r = { .rest = text, .out = out };
	struct phone kept;

	memset(out, 0, sizeof *out);
	if (!read_start(&r) || !read_digits(&r) || out->n < DIGITS_MIN)
		return false;
	if (r.plus)
		return finish(out);
	kept = *out;
	if (home && begins(out, home->intl)) {
		drop(out, strlen(home->intl));
		if (finish(out))
			return true;
		*out = kept;
	}
	/* 00 is that of most of the world, and of nothing else */
	if (begins(out, "00")) {
		drop(out, 2);
		if (finish(out))
			return true;
		*out = kept;
	}
	if (home && at_home(out, home))
		return true;
	*out = kept;
	return out->n <= E164_MAX;
}

bool
phone_same(const struct phone *a, const struct phone *b)
{
	const struct phone *longer, *part;
	size_t zeros = 0;

	if (a->full == b->full && (a->full || a->n < TAIL_MIN))
		return a->n == b->n && memcmp(a->digits, b->digits, a->n) == 0;
	part = a->full || (!b->full && b->n < a->n) ? b : a;
	longer = part == a ? b : a;
	while (zeros < part->n && part->digits[zeros] == '0')
		zeros++;
	return part->n - zeros >= TAIL_MIN && longer->n >= part->n - zeros &&
	       memcmp(longer->digits + longer->n - (part->n - zeros),
		   part->digits + zeros, part->n - zeros) == 0;
}

bool
phone_tail(struct span text, char out[PHONE_TAIL], size_t *n)
{
	char ring[PHONE_TAIL];
	size_t seen = 0, i = 0;

	while (i < text.n && !ascii_digit(text.p[i]))
		i++;
	for (; i < text.n; i++) {
		char c = text.p[i];

		if (ascii_digit(c))
			ring[seen++ % PHONE_TAIL] = c;
		else if (c == 'x' || c == '#' || c == ';' || c == ',')
			break;
		else if (ascii_letter(c))
			return false;
	}
	*n = seen < PHONE_TAIL ? seen : PHONE_TAIL;
	for (size_t k = 0; k < *n; k++)
		out[k] = ring[(seen - *n + k) % PHONE_TAIL];
	return true;
}

void
phone_format(const struct phone *p, struct buf *out)
{
	if (p->full)
		buf_addc(out, '+');
	buf_add(out, p->digits, p->n);
}
