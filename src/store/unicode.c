#include "store/unicode.h"

#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "base/utf8.h"

/* One code point; an invalid byte stands for U+FFFD, which is one column. */
static size_t
decode(struct span s, size_t at, uint32_t *cp)
{
	size_t n = utf8_decode(s.p + at, s.n - at, cp);

	if (n)
		return n;
	*cp = 0xfffd;
	return 1;
}

static size_t
columns(uint32_t cp)
{
	int w;

	if (cp < 0x7f)
		return cp >= ' ';
	w = utf8proc_charwidth((utf8proc_int32_t)cp);
	return w > 0 ? (size_t)w : 0;
}

size_t
uni_width(struct span s)
{
	size_t width = 0;
	uint32_t cp;

	for (size_t i = 0; i < s.n;) {
		i += decode(s, i, &cp);
		width += columns(cp);
	}
	return width;
}

/* Goes by grapheme clusters, so that no letter is parted from its accent. */
size_t
uni_fit(struct span s, size_t width)
{
	utf8proc_int32_t state = 0;
	uint32_t cp, last = 0;
	size_t used = 0, fits = 0, n;

	for (size_t i = 0; i < s.n; i += n, last = cp) {
		n = decode(s, i, &cp);
		if (i == 0 ||
		    utf8proc_grapheme_break_stateful(
			(utf8proc_int32_t)last, (utf8proc_int32_t)cp, &state))
			fits = i;
		used += columns(cp);
		if (used > width)
			return fits;
	}
	return s.n;
}

static bool
is_space(uint32_t cp)
{
	return cp == ' ' || (cp >= '\t' && cp <= '\r') || cp == 0x85 ||
	       cp == 0xa0 || cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200a) ||
	       cp == 0x2028 || cp == 0x2029 || cp == 0x202f || cp == 0x205f ||
	       cp == 0x3000;
}

/* Copies s with ASCII in lower case and every run of blanks as one. */
static void
add_squeezed(struct buf *out, struct span s)
{
	size_t start = out->n, n;
	bool blank = false;
	uint32_t cp;

	buf_grow(out, s.n);
	for (size_t i = 0; i < s.n; i += n) {
		n = decode(s, i, &cp);
		if (is_space(cp)) {
			blank = out->n > start;
			continue;
		}
		if (blank)
			buf_addc(out, ' ');
		blank = false;
		if (cp >= 'A' && cp <= 'Z')
			buf_addc(out, (char)(cp + ('a' - 'A')));
		else
			buf_add(out, s.p + i, n);
	}
}

/* The same for ASCII alone, as most keys and names are. */
static void
add_squeezed_ascii(struct buf *out, struct span s)
{
	bool blank = false;
	char *start, *o;

	buf_grow(out, s.n);
	start = o = out->p + out->n;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == ' ' || (c >= '\t' && c <= '\r')) {
			blank = o > start;
			continue;
		}
		if (blank)
			*o++ = ' ';
		blank = false;
		*o++ = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
	}
	*o = '\0';
	out->n = (size_t)(o - out->p);
}

/* s through utf8proc; NULL where it is not valid UTF-8. Caller frees. */
static char *
mapped(struct span s, utf8proc_option_t options, size_t *n)
{
	utf8proc_uint8_t *p = NULL;
	utf8proc_ssize_t r;

	r = utf8proc_map(
	    (const utf8proc_uint8_t *)s.p, (utf8proc_ssize_t)s.n, &p, options);
	if (r < 0)
		return NULL;
	*n = (size_t)r;
	return (char *)p;
}

void
uni_fold(struct buf *out, struct span s)
{
	const utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE |
					  UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
					  UTF8PROC_IGNORE;
	char *p = NULL;
	size_t n = 0;

	if (span_is_ascii(s)) {
		add_squeezed_ascii(out, s);
		return;
	}
	p = mapped(s, options, &n);
	add_squeezed(out, p ? span_n(p, n) : s);
	free(p);
}

/* Below U+0300, where all leading bytes are less than 0xcc, text is NFC. */
static bool
is_simple(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] >= 0xcc)
			return false;
	}
	return true;
}

void
uni_nfc(struct buf *out, struct span s)
{
	char *p = NULL;
	size_t n = 0;

	if (!is_simple(s))
		p = mapped(s, UTF8PROC_STABLE | UTF8PROC_COMPOSE, &n);
	buf_addspan(out, p ? span_n(p, n) : s);
	free(p);
}
