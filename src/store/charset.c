#include "store/charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

/* Longer marks stand before shorter ones that they begin with. */
static const struct {
	const char *name, *mark;
	size_t n;
} marks[] = {
	{ "UTF-8", "\xef\xbb\xbf", 3 },
	{ "UTF-32LE", "\xff\xfe\0\0", 4 },
	{ "UTF-32BE", "\0\0\xfe\xff", 4 },
	{ "UTF-16LE", "\xff\xfe", 2 },
	{ "UTF-16BE", "\xfe\xff", 2 },
};

/* Names that people use and iconv does not know. */
static const struct {
	const char *theirs, *iconv;
} aliases[] = {
	{ "macroman", "MACINTOSH" },
	{ "mac-roman", "MACINTOSH" },
	{ "ansi", "CP1252" },
	{ "latin-1", "ISO-8859-1" },
	{ "latin-9", "ISO-8859-15" },
	{ "cp1252", "CP1252" },
	{ "excel", "CP1252" },
};

/* Line and column, in bytes from 1, of offset at; a lone CR ends a line. */
static void
place(struct span s, size_t at, size_t *line, size_t *col)
{
	size_t start = 0;

	*line = 1;
	for (size_t i = 0; i < at; i++) {
		if (s.p[i] == '\n' ||
		    (s.p[i] == '\r' && (i + 1 == s.n || s.p[i + 1] != '\n'))) {
			++*line;
			start = i + 1;
		}
	}
	*col = at - start + 1;
}

/* Text in which every second byte is NUL is UTF-16 without its mark. */
static const char *
guess_wide(struct span s)
{
	size_t even = 0, odd = 0, n = s.n < 512 ? s.n : 512;

	for (size_t i = 0; i < n; i++) {
		if (s.p[i] == '\0')
			(*(i % 2 ? &odd : &even))++;
	}
	if (odd > n / 4 && odd > 4 * even)
		return "UTF-16LE";
	if (even > n / 4 && even > 4 * odd)
		return "UTF-16BE";
	return NULL;
}

static int
not_utf8(const char *file, struct span s, size_t at, struct err *e)
{
	size_t line, col;
	const char *wide = guess_wide(s);

	place(s, at, &line, &col);
	if (wide)
		return err_set(e, ERR_DATA,
		    "%s:%zu:%zu: not UTF-8 but, by its NUL bytes, %s; say so "
		    "with --charset %s",
		    file, line, col, wide, wide);
	if (s.p[at] == '\0')
		return err_set(e, ERR_DATA,
		    "%s:%zu:%zu: a NUL byte; this is no text", file, line, col);
	return err_set(e, ERR_DATA,
	    "%s:%zu:%zu: byte 0x%02x is not UTF-8; name what the file is in: "
	    "--charset CP1252 (Windows, western Europe), ISO-8859-15, "
	    "CP1250, CP1251, windows-1256, MacRoman, ... (iconv -l lists all)",
	    file, line, col, (unsigned char)s.p[at]);
}

static int
take_utf8(struct charset_text *t, const char *file, struct span in,
    struct span all, struct err *e)
{
	size_t at = utf8_check(in);
	const char *nul = in.n ? memchr(in.p, '\0', at) : NULL;

	if (nul)
		at = (size_t)(nul - in.p);
	if (at < in.n)
		return not_utf8(file, all, at + (all.n - in.n), e);
	t->text = in;
	return 0;
}

static iconv_t
open_iconv(const char *name, struct err *e)
{
	const char *from = name;
	iconv_t cd = (iconv_t)-1;
	size_t ok = strspn(name, "abcdefghijklmnopqrstuvwxyz"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:+");

	for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++) {
		if (span_ieqs(span(name), aliases[i].theirs))
			from = aliases[i].iconv;
	}
	if (name[0] && name[ok] == '\0')
		cd = iconv_open("UTF-8", from);
	if (cd == (iconv_t)-1)
		err_set(e, ERR_USAGE,
		    "charset '%s' is not known; known are UTF-8, UTF-16LE, "
		    "CP1252, ISO-8859-1, MacRoman, windows-1256 and what "
		    "iconv -l lists",
		    name);
	return cd;
}

/* Where the input is not what it was said to be: told by the output so far. */
static int
undecodable(const char *file, const char *name, const struct buf *out,
    unsigned char byte, bool cut, struct err *e)
{
	struct span s = buf_span(out);
	size_t line, col;

	place(s, s.n, &line, &col);
	if (cut)
		return err_set(e, ERR_DATA,
		    "%s:%zu:%zu: ends in the middle of a %s character", file,
		    line, col, name);
	return err_set(e, ERR_DATA,
	    "%s:%zu:%zu: byte 0x%02x is not %s; try another --charset", file,
	    line, col, byte, name);
}

static int
convert(struct charset_text *t, const char *file, struct span in, struct err *e)
{
	char *p = (char *)in.p;
	size_t left = in.n, room, r;
	struct buf *o = &t->own;
	iconv_t cd = open_iconv(t->name, e);
	int ret = -1;

	if (cd == (iconv_t)-1)
		return -1;
	for (;;) {
		buf_grow(o, left + left / 8 + 64);
		room = o->cap - o->n - 1;
		char *q = o->p + o->n;

		r = iconv(cd, left ? &p : NULL, &left, &q, &room);
		o->n = (size_t)(q - o->p);
		if (r == (size_t)-1 && errno == E2BIG)
			continue;
		if (r == (size_t)-1) {
			undecodable(file, t->name, o, (unsigned char)*p,
			    errno == EINVAL, e);
			goto out;
		}
		if (left == 0)
			break;
	}
	buf_grow(o, 1);
	o->p[o->n] = '\0';
	/* A charset may have a mark of its own, or NULs. */
	in = buf_span(o);
	if (span_starts(in, span(marks[0].mark)))
		in = span_n(in.p + 3, in.n - 3);
	ret = take_utf8(t, file, in, in, e);
out:
	iconv_close(cd);
	return ret;
}

/*
 * Excel's own line: it says what separates the cells and is no record. Taken
 * off; with or without quotes, as it is found.
 */
static void
take_sep_line(struct charset_text *t)
{
	struct span s = t->text, line = s;
	const char *nl = s.n ? memchr(s.p, '\n', s.n < 16 ? s.n : 16) : NULL;
	const char *cr = s.n ? memchr(s.p, '\r', s.n < 16 ? s.n : 16) : NULL;
	size_t end;

	if (cr && (!nl || cr < nl)) {
		line.n = (size_t)(cr - s.p);
		end = line.n + 1 + (line.n + 1 < s.n && cr[1] == '\n');
	} else if (nl) {
		line.n = (size_t)(nl - s.p);
		end = line.n + 1;
	} else {
		end = s.n;
	}
	if (line.n == 7 && line.p[0] == '"' && line.p[6] == '"')
		line = span_n(line.p + 1, 5);
	if (line.n != 5 || !span_istarts(line, span("sep=")))
		return;
	t->sep = line.p[4];
	t->lines = 1;
	t->text = span_n(s.p + end, s.n - end);
}

int
charset_decode(struct charset_text *out, const char *file, struct span in,
    const char *charset, struct err *e)
{
	struct span all = in;
	int ret;

	memset(out, 0, sizeof *out);
	out->name = charset ? charset : "UTF-8";
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		if (!span_starts(in, span_n(marks[i].mark, marks[i].n)))
			continue;
		in = span_n(in.p + marks[i].n, in.n - marks[i].n);
		out->name = marks[i].name;
		break;
	}
	if (span_ieqs(span(out->name), "utf-8") ||
	    span_ieqs(span(out->name), "utf8"))
		ret = take_utf8(out, file, in, all, e);
	else
		ret = convert(out, file, in, e);
	if (ret == 0)
		take_sep_line(out);
	else
		charset_release(out);
	return ret;
}

void
charset_release(struct charset_text *t)
{
	buf_release(&t->own);
	memset(t, 0, sizeof *t);
}
