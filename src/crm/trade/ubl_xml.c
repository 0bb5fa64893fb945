/* Of an electronic invoice: elements as text. */
#include <stdarg.h>
#include <stdio.h>

#include "crm/trade/ubl_impl.h"

/*
 * XML has no other control characters than these three, and neither U+FFFE nor
 * U+FFFF.
 */
static void
escape(struct buf *b, struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '&')
			buf_adds(b, "&amp;");
		else if (c == '<')
			buf_adds(b, "&lt;");
		else if (c == '>')
			buf_adds(b, "&gt;");
		else if (c == '"')
			buf_adds(b, "&quot;");
		else if (span_starts(
			     span_n(s.p + i, s.n - i), span("\xef\xbf\xbe")) ||
			 span_starts(
			     span_n(s.p + i, s.n - i), span("\xef\xbf\xbf")))
			i += 2;
		else if ((unsigned char)c >= 0x20 || c == '\n' || c == '\t')
			buf_addc(b, c);
		else
			buf_addc(b, ' ');
	}
}

static void
indent(struct ubl *u)
{
	buf_addf(u->out, "%*s", 2 * u->depth, "");
}

void
ubl_open(struct ubl *u, const char *name)
{
	indent(u);
	buf_addf(u->out, "<%s>\n", name);
	u->depth++;
}

void
ubl_close(struct ubl *u, const char *name)
{
	u->depth--;
	indent(u);
	buf_addf(u->out, "</%s>\n", name);
}

void
ubl_text_attr(struct ubl *u, const char *name, const char *attr,
    struct span value, struct span text)
{
	if (!text.n)
		return;
	indent(u);
	buf_addf(u->out, "<%s", name);
	if (attr) {
		buf_addf(u->out, " %s=\"", attr);
		escape(u->out, value);
		buf_addc(u->out, '"');
	}
	buf_addc(u->out, '>');
	escape(u->out, text);
	buf_addf(u->out, "</%s>\n", name);
}

void
ubl_text(struct ubl *u, const char *name, struct span text)
{
	ubl_text_attr(u, name, NULL, span(""), text);
}

void
ubl_id(struct ubl *u, const char *name, struct span text)
{
	if (!text.n)
		return;
	ubl_open(u, name);
	ubl_text(u, "cbc:ID", text);
	ubl_close(u, name);
}

void
ubl_amount(struct ubl *u, const char *name, int64_t units)
{
	struct buf b = { 0 };

	dec_format(&b, units, u->o->doc.exponent);
	ubl_text_attr(u, name, "currencyID", u->o->doc.currency, buf_span(&b));
	buf_release(&b);
}

void
ubl_lacks(struct ubl *u, const char *fmt, ...)
{
	va_list ap;

	buf_adds(&u->missing, u->missing.n ? "; " : "");
	va_start(ap, fmt);
	buf_vaddf(&u->missing, fmt, ap);
	va_end(ap);
}
