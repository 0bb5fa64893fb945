/* Texts in the head, and bodies, as RFC 2045, 2047 and 2231 encode them. */
#include <string.h>

#include "base/ascii.h"
#include "base/base64.h"
#include "base/utf8.h"
#include "crm/mail/compose_impl.h"

static const char hex[] = "0123456789ABCDEF";

/* A text of one line: valid UTF-8, without controls or ends of lines. */
static void
clean(struct span s, struct buf *out)
{
	while (s.n) {
		uint32_t cp;
		size_t n = utf8_decode(s.p, s.n, &cp);

		if (n == 0)
			buf_adds(out, "\xef\xbf\xbd");
		else if (cp < ' ' || (cp >= 0x7f && cp < 0xa0) ||
			 cp == 0x2028 || cp == 0x2029)
			buf_addc(out, ' ');
		else
			buf_add(out, s.p, n);
		n += n == 0;
		s = span_n(s.p + n, s.n - n);
	}
}

static bool
is_printable(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < ' ' || s.p[i] >= 0x7f)
			return false;
	return true;
}

/*
 * Encoded words of up to 60 characters, on lines of their own; never within a
 * character. Not in base64: words that end in its padding are cut off by
 * readers that join them before they decode.
 */
static void
words(struct span s, struct buf *out)
{
	size_t from = out->n;

	buf_adds(out, "=?UTF-8?Q?");
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c & 0xc0) != 0x80 &&
		    out->n - from > (c < 0x80 ? 55 : 46)) {
			buf_adds(out, "?=\n ");
			from = out->n;
			buf_adds(out, "=?UTF-8?Q?");
		}
		if (c == ' ')
			buf_addc(out, '_');
		else if (ascii_letter((char)c) || ascii_digit((char)c))
			buf_addc(out, (char)c);
		else
			buf_addf(out, "=%c%c", hex[c >> 4], hex[c & 15]);
	}
	buf_adds(out, "?=");
}

void
compose_text(struct span text, struct buf *out)
{
	struct buf b = { 0 };
	struct span s;

	clean(text, &b);
	s = span_trim(buf_span(&b));
	if (s.n <= 60 && is_printable(s) && !memmem(s.p, s.n, "=?", 2))
		buf_addspan(out, s);
	else
		words(s, out);
	buf_release(&b);
}

/* What stands in front of an address: a phrase. */
void
compose_phrase(struct span text, struct buf *out)
{
	struct buf b = { 0 };
	bool atoms = true;
	struct span s;

	clean(text, &b);
	s = span_trim(buf_span(&b));
	for (size_t i = 0; i < s.n; i++)
		atoms &= strchr("()<>[]:;@\\,.\"", s.p[i]) == NULL;
	if (s.n > 60 || !is_printable(s) || memmem(s.p, s.n, "=?", 2)) {
		words(s, out);
	} else if (atoms) {
		buf_addspan(out, s);
	} else {
		buf_addc(out, '"');
		for (size_t i = 0; i < s.n; i++) {
			if (s.p[i] == '"' || s.p[i] == '\\')
				buf_addc(out, '\\');
			buf_addc(out, s.p[i]);
		}
		buf_addc(out, '"');
	}
	buf_release(&b);
}

/* A file's name is no path. */
static void
file_name(struct span name, struct buf *out)
{
	clean(name, out);
	for (size_t i = 0; i < out->n; i++)
		if (out->p[i] == '/' || out->p[i] == '\\')
			out->p[i] = '_';
}

/* RFC 2231: filename*=UTF-8''..., or filename*0*= and so on, line by line. */
static void
pieces(struct span s, struct buf *out)
{
	bool several = s.n > 16;

	for (size_t k = 0; k == 0 || s.n; k++) {
		size_t from = out->n + 2;

		buf_adds(out, ";\n filename*");
		if (several)
			buf_addf(out, "%zu*", k);
		buf_adds(out, k ? "=" : "=UTF-8''");
		while (s.n && out->n - from < 60) {
			unsigned char c = (unsigned char)*s.p;
			bool plain = ascii_letter((char)c) ||
				     ascii_digit((char)c) || c == '-' ||
				     c == '.' || c == '_';

			/* a character is not taken apart */
			if ((c & 0xc0) == 0xc0 && out->n - from > 48)
				break;
			if (plain)
				buf_addc(out, (char)c);
			else
				buf_addf(
				    out, "%%%c%c", hex[c >> 4], hex[c & 15]);
			s = span_n(s.p + 1, s.n - 1);
		}
	}
}

void
compose_file_name(struct span name, struct buf *out)
{
	struct buf b = { 0 };

	file_name(name, &b);
	if (b.n <= 60 && is_printable(buf_span(&b)) && !memchr(b.p, '"', b.n) &&
	    !memmem(b.p, b.n, "=?", 2))
		buf_addf(out, ";\n filename=\"%s\"", b.p);
	else
		pieces(buf_span(&b), out);
	buf_release(&b);
}

/* --- bodies -------------------------------------------------------------- */

enum { FOLD = 76 };

/* Are all of its lines what every mailer leaves alone? */
static bool
is_plain(struct span s)
{
	if (s.n && s.p[s.n - 1] != '\n')
		return false;
	while (s.n) {
		struct span line = span_cut(&s, '\n');

		if (line.n > FOLD || !is_printable(line) ||
		    (line.n && line.p[line.n - 1] == ' ') ||
		    span_starts(line, span("--")) ||
		    span_starts(line, span("From ")) ||
		    span_starts(line, span(".")))
			return false;
	}
	return true;
}

/* Bytes that are no text, or a text that is hardly any ASCII. */
static bool
wants_base64(struct span s)
{
	size_t high = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c < ' ' && c != '\n' && c != '\t') || c == 0x7f)
			return true;
		high += c >= 0x80;
	}
	return high * 6 > s.n || utf8_check(s) < s.n;
}

/*
 * A line of quoted-printable, folded between characters. What a mailer could
 * change is not left to it: blanks at the end, "." and "From " at the front.
 */
static void
quoted_line(struct span line, struct buf *out)
{
	size_t column = 0;

	for (size_t i = 0; i < line.n; i++) {
		struct span rest = span_n(line.p + i, line.n - i);
		unsigned char c = (unsigned char)*rest.p;
		bool plain = c >= ' ' && c < 0x7f && c != '=' &&
			     !(c == ' ' && rest.n == 1);
		size_t whole = plain ? 1 : 3;

		if ((c & 0xc0) == 0xc0)
			whole = c >= 0xf0 ? 12 : c >= 0xe0 ? 9 : 6;
		if ((c & 0xc0) != 0x80 && column + whole >= FOLD) {
			buf_adds(out, "=\n");
			column = 0;
		}
		if (column == 0 &&
		    (c == '.' || span_starts(rest, span("From "))))
			plain = false;
		if (plain)
			buf_addc(out, (char)c);
		else
			buf_addf(out, "=%c%c", hex[c >> 4], hex[c & 15]);
		column += plain ? 1 : 3;
	}
}

void
compose_body(const struct mail_body *p, struct buf *out)
{
	static const char how[] = "Content-Transfer-Encoding: ";
	struct span s = p->data;

	if (p->name.n || wants_base64(s)) {
		buf_addf(out, "%sbase64\n\n", how);
		base64_add(out, s, FOLD);
		return;
	}
	buf_addf(
	    out, "%s%s\n\n", how, is_plain(s) ? "7bit" : "quoted-printable");
	if (is_plain(s)) {
		buf_addspan(out, s);
		return;
	}
	while (s.n) {
		bool ended = memchr(s.p, '\n', s.n);

		quoted_line(span_cut(&s, '\n'), out);
		buf_adds(out, ended ? "\n" : "=\n");
	}
}
