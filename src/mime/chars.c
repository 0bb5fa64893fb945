#include "mime/chars.h"

#include <errno.h>
#include <gmime/gmime.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"

#define BAD "\xef\xbf\xbd" /* U+FFFD */
#define GUESS "windows-1252"

/*
 * What is meant by names that say less, or another thing: everybody reads them
 * so, since Windows wrote them.
 */
static const struct {
	const char *name, *meant;
} meant[] = {
	{ "iso-8859-1", GUESS },
	{ "latin1", GUESS },
	{ "iso-8859-9", "windows-1254" },
	{ "iso-8859-11", "windows-874" },
	{ "tis-620", "windows-874" },
	{ "iso-8859-8-i", "iso-8859-8" },
	{ "gb2312", "gb18030" },
	{ "gbk", "gb18030" },
	{ "ks_c_5601-1987", "cp949" },
	{ "euc-kr", "cp949" },
	{ "shift_jis", "cp932" },
	{ "shift-jis", "cp932" },
	{ "x-sjis", "cp932" },
	{ "unicode-1-1-utf-7", "utf-7" },
};

static bool
is_name(const char *charset, const char *name)
{
	return charset && strcasecmp(charset, name) == 0;
}

/* Appends s, valid or not, as valid UTF-8. */
static size_t
add_valid(struct buf *out, struct span s)
{
	size_t bad = 0;

	while (s.n) {
		size_t n = utf8_check(s);

		buf_add(out, s.p, n);
		s.p += n;
		s.n -= n;
		if (s.n == 0)
			break;
		buf_adds(out, BAD);
		bad++;
		s.p++;
		s.n--;
	}
	return bad;
}

static size_t
unit_of(const char *charset)
{
	if (strncasecmp(charset, "utf-32", 6) == 0 ||
	    strncasecmp(charset, "ucs-4", 5) == 0)
		return 4;
	return strncasecmp(charset, "utf-16", 6) == 0 ||
		       strncasecmp(charset, "ucs-2", 5) == 0
		   ? 2
		   : 1;
}

static size_t
convert(struct buf *out, struct span in, iconv_t cd, size_t unit)
{
	char *p = (char *)in.p;
	size_t left = in.n, bad = 0;

	for (;;) {
		size_t room, skip, r;
		char *q;

		buf_grow(out, left + 64);
		room = out->cap - out->n - 1;
		q = out->p + out->n;
		r = iconv(cd, left ? &p : NULL, &left, &q, &room);
		out->n = (size_t)(q - out->p);
		if (r != (size_t)-1 && left == 0)
			break;
		if (r == (size_t)-1 && errno != E2BIG) {
			buf_adds(out, BAD);
			bad++;
			skip = errno == EINVAL || left < unit ? left : unit;
			p += skip;
			left -= skip;
			if (left == 0)
				break;
		}
	}
	buf_grow(out, 1);
	out->p[out->n] = '\0';
	return bad;
}

size_t
chars_utf8(
    struct buf *out, struct span in, const char *charset, const char *guess)
{
	iconv_t cd = (iconv_t)-1;
	size_t bad, from = out->n;

	if (is_name(charset, "utf-8") || is_name(charset, "utf8"))
		return add_valid(out, in);
	for (size_t i = 0; i < sizeof meant / sizeof *meant; i++)
		if (is_name(charset, meant[i].name)) {
			charset = meant[i].meant;
			break;
		}
	if (charset && *charset && !is_name(charset, "us-ascii") &&
	    !is_name(charset, "ascii"))
		cd = g_mime_iconv_open(
		    "UTF-8", g_mime_charset_iconv_name(charset));
	if (cd == (iconv_t)-1 && utf8_check(in) == in.n) {
		buf_addspan(out, in);
		return 0;
	}
	if (cd == (iconv_t)-1 && guess && *guess) {
		charset = guess;
		cd = g_mime_iconv_open(
		    "UTF-8", g_mime_charset_iconv_name(guess));
	}
	if (cd == (iconv_t)-1) {
		charset = GUESS;
		cd = g_mime_iconv_open("UTF-8", "CP1252");
	}
	if (cd == (iconv_t)-1)
		return add_valid(out, in);
	bad = convert(out, in, cd, unit_of(charset));
	g_mime_iconv_close(cd);
	/* What a charset with a mark of its own left in front. */
	if (out->n - from >= 3 &&
	    memcmp(out->p + from, "\xef\xbb\xbf", 3) == 0) {
		memmove(out->p + from, out->p + from + 3, out->n - from - 3);
		buf_cut(out, out->n - 3);
	}
	return bad;
}

/* A newline of any kind, of len bytes; 0: none. */
static size_t
newline(struct span s)
{
	if (*s.p == '\r')
		return s.n > 1 && s.p[1] == '\n' ? 2 : 1;
	if (*s.p == '\n' || *s.p == '\f' || *s.p == '\v')
		return 1;
	return s.n > 1 && memcmp(s.p, "\xc2\x85", 2) == 0 ? 2 : 0;
}

static bool
is_control(uint32_t cp)
{
	return cp < 32 || (cp >= 127 && cp < 160);
}

void
chars_text(struct buf *out, struct span s)
{
	while (s.n) {
		uint32_t cp = 0;
		size_t n = newline(s), len;

		if (n) {
			buf_addc(out, '\n');
		} else if ((len = utf8_decode(s.p, s.n, &cp)) == 0) {
			buf_adds(out, BAD);
			n = 1;
		} else {
			n = len;
			if (cp == '\t' || !is_control(cp))
				buf_add(out, s.p, n);
		}
		s.p += n;
		s.n -= n;
	}
}

void
chars_line(struct buf *out, struct span s)
{
	struct buf text = { 0 };
	bool blank = false;
	size_t from = out->n;

	chars_text(&text, s);
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == ' ' || c == '\t' || c == '\n') {
			blank = out->n > from;
			continue;
		}
		if (blank)
			buf_addc(out, ' ');
		blank = false;
		buf_addc(out, c);
	}
	buf_release(&text);
}

/* Takes the quote marks off a line; returns how many. */
static size_t
quote_depth(struct span *line)
{
	size_t n = 0;

	while (line->n && *line->p == '>') {
		line->p++;
		line->n--;
		n++;
	}
	return n;
}

void
chars_unflow(struct buf *out, struct span s, bool delsp)
{
	size_t open = 0; /* quote depth of a line that goes on, and 1 */

	while (s.n) {
		bool last = memchr(s.p, '\n', s.n) == NULL, soft;
		struct span line = span_cut(&s, '\n');
		size_t depth = quote_depth(&line);

		if (line.n && *line.p == ' ') { /* stuffed */
			line.p++;
			line.n--;
		}
		soft = line.n && line.p[line.n - 1] == ' ' &&
		       !span_eqs(line, "-- ");
		if (open && (open != depth + 1 || span_eqs(line, "-- "))) {
			buf_addc(out, '\n');
			open = 0;
		}
		if (!open && depth) {
			buf_pad(out, '>', depth);
			buf_addc(out, ' ');
		}
		if (soft && delsp)
			line.n--;
		buf_addspan(out, line);
		open = soft ? depth + 1 : 0;
		if (!soft && !last)
			buf_addc(out, '\n');
	}
}
