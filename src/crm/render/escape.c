/* What values are made of before they stand in a document. */
#include <string.h>

#include "base/utf8.h"
#include "crm/render/template.h"

/* Embeds, overrides and isolates: they would turn what stands behind, too. */
static bool
turns(uint32_t cp)
{
	return (cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069);
}

static bool
is_control(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x2028 ||
	       cp == 0x2029;
}

static void
html(struct buf *out, char c)
{
	switch (c) {
	case '&':
		buf_adds(out, "&amp;");
		break;
	case '<':
		buf_adds(out, "&lt;");
		break;
	case '>':
		buf_adds(out, "&gt;");
		break;
	case '"':
		buf_adds(out, "&quot;");
		break;
	case '\'':
		buf_adds(out, "&#39;");
		break;
	default:
		buf_addc(out, c);
	}
}

/*
 * Would it begin a list, a heading or a rule? Only as the first thing of a
 * line: dates and numbers stay legible.
 */
static bool
begins(struct span s, size_t i)
{
	char c = s.p[i], next = i + 1 < s.n ? s.p[i + 1] : ' ';
	bool blank = next == ' ' || next == '\t' || next == '\n';

	if (i == 0 && strchr("-+=:", c))
		return blank || next == c;
	if (i == 0)
		return c == '#';
	for (size_t k = 0; k < i; k++)
		if (s.p[k] < '0' || s.p[k] > '9')
			return false;
	return i < 10 && (c == '.' || c == ')') && blank;
}

/* A line's end would end a row of a table. */
static void
md(struct buf *out, struct span s, size_t i)
{
	char c = s.p[i];

	if (c == '\n') {
		buf_adds(out, "<br>");
		return;
	}
	if (strchr("\\`*_[]<>|&~$", c) || (i < 10 && begins(s, i)))
		buf_addc(out, '\\');
	buf_addc(out, c);
}

static void
page(struct buf *out, char c)
{
	if (c == '\\')
		buf_adds(out, "\\\\");
	else if (c == '\t')
		buf_adds(out, "\\t");
	else if (c == '\n')
		buf_adds(out, "\\n");
	else
		buf_addc(out, c);
}

static void
ascii(struct buf *out, struct span s, size_t i, enum escape how)
{
	switch (how) {
	case ESC_HTML:
		html(out, s.p[i]);
		return;
	case ESC_MD:
		md(out, s, i);
		return;
	case ESC_PAGE:
		page(out, s.p[i]);
		return;
	case ESC_HEADER:
	case ESC_TEXT:
		break;
	}
	buf_addc(out, s.p[i]);
}

void
escape_add(struct buf *out, struct span s, enum escape how, bool raw)
{
	size_t len;

	if (raw && how != ESC_PAGE && how != ESC_HEADER)
		how = ESC_TEXT;
	for (size_t i = 0; i < s.n; i += len) {
		uint32_t cp;
		bool white = s.p[i] == '\n' || s.p[i] == '\t';

		len = utf8_decode(s.p + i, s.n - i, &cp);
		if (len == 0) {
			buf_adds(out, "\xef\xbf\xbd");
			len = 1;
		} else if (is_control(cp) && how == ESC_HEADER) {
			if (out->n && out->p[out->n - 1] != ' ')
				buf_addc(out, ' ');
		} else if (turns(cp) || (is_control(cp) && !white)) {
			continue;
		} else if (len == 1) {
			ascii(out, s, i, how);
		} else {
			buf_add(out, s.p + i, len);
		}
	}
}
