/* ics_write: content lines, escaped, checked and folded. */
#include <string.h>

#include "base/utf8.h"
#include "store/ics_impl.h"

#define FOLD_AT 75 /* octets of a line, without its end */

void
ics_escape(struct buf *out, struct span text)
{
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == '\r')
			continue;
		if (c == '\\' || c == ';' || c == ',' || c == '\n')
			buf_addc(out, '\\');
		buf_addc(out, c == '\n' ? 'n' : c);
	}
}

void
ics_param_value(struct buf *out, struct span text)
{
	size_t at = out->n;
	bool quote = false;

	buf_addc(out, '"');
	for (size_t i = 0; i < text.n; i++) {
		static const char of[] = "\n^\"";
		char c = text.p[i];
		const char *hit = c ? strchr(of, c) : NULL;

		if (c == '\r')
			continue;
		quote |=
		    c == ':' || c == ';' || c == ',' || c == ' ' || c == '\t';
		if (hit)
			buf_addc(out, '^');
		buf_addc(out, hit ? "n^'"[hit - of] : c);
	}
	if (quote) {
		buf_addc(out, '"');
	} else {
		memmove(out->p + at, out->p + at + 1, out->n - at - 1);
		buf_cut(out, out->n - 1);
	}
}

/* What is wrong with text that is to be written; NULL: nothing. */
static const char *
bad_text(struct span s)
{
	if (utf8_check(s) < s.n)
		return "what is not UTF-8";
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '\n' || c == '\r')
			return "a line break";
		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return "a control character";
	}
	return NULL;
}

/* Parameters end where they are thought to: no ':' out of quotes. */
static bool
params_close(struct span s)
{
	bool quoted = false;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			quoted = !quoted;
		else if (s.p[i] == ':' && !quoted)
			return false;
	}
	return !quoted;
}

static const char *
bad_line(struct span name, struct span params, struct span value)
{
	const char *what = bad_text(params);

	if (!what)
		what = bad_text(value);
	if (what)
		return what;
	if (!params_close(params))
		return "a ':' or a quote in a parameter";
	/* What follows would be read as a part of it. */
	if (value.n > 0 && value.p[value.n - 1] == '=' && ics_is_qp(params))
		return "a soft line break at its end";
	if (name.n + params.n + value.n + 2 > ICS_MAX_LINE)
		return "more than 1 MiB";
	return NULL;
}

/* How much of s fits into n bytes without a part of a character. */
static size_t
fitting(struct span s, size_t n)
{
	if (s.n <= n)
		return s.n;
	while (((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static void
fold(struct buf *out, struct span s, bool crlf)
{
	const char *end = crlf ? "\r\n" : "\n";
	size_t n = fitting(s, FOLD_AT);

	for (;;) {
		buf_add(out, s.p, n);
		buf_adds(out, end);
		s = span_n(s.p + n, s.n - n);
		if (s.n == 0)
			return;
		buf_addc(out, ' ');
		n = fitting(s, FOLD_AT - 1);
	}
}

int
ics_line_span(struct buf *out, struct span name, struct span params,
    struct span value, bool crlf, struct err *e)
{
	const char *what = bad_line(name, params, value);
	struct buf b = { 0 };

	if (!ics_is_name(name))
		return err_set(e, ERR_BUG, "this is no name of a property");
	if (what)
		return err_set(e, ERR_DATA, "%.*s in a calendar cannot hold %s",
		    SPANF(name), what);
	buf_addspan(&b, name);
	if (params.n > 0) {
		buf_addc(&b, ';');
		buf_addspan(&b, params);
	}
	buf_addc(&b, ':');
	buf_addspan(&b, value);
	fold(out, buf_span(&b), crlf);
	buf_release(&b);
	return 0;
}

int
ics_line(struct buf *out, const char *name, struct span params,
    struct span value, bool crlf, struct err *e)
{
	return ics_line_span(out, span(name), params, value, crlf, e);
}
