#include "mime/header.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "mime/chars.h"
#include "mime/rows.h"

static const char *const address_headers[] = { "from", "sender", "reply-to",
	"to", "cc", "bcc", "delivered-to" };

static const char *const plain_headers[] = { "auto-submitted", "precedence",
	"list-id", "x-crm-ref", "return-path", "content-language" };

/* An encoded word: =?charset?b?bytes?= */
struct word {
	struct span charset, text;
	char encoding; /* b or q */
	size_t n;      /* of all */
};

static bool
word_part(const char **p, const char *end, struct span *out)
{
	const char *q = *p;

	while (q < end && *q != '?' && (unsigned char)*q > ' ')
		q++;
	if (q == end || *q != '?')
		return false;
	*out = span_n(*p, (size_t)(q - *p));
	*p = q + 1;
	return true;
}

static bool
word_at(struct span s, struct word *w)
{
	const char *p = s.p + 2, *end = s.p + s.n;
	struct span encoding;

	if (!span_starts(s, span("=?")) || !word_part(&p, end, &w->charset) ||
	    !word_part(&p, end, &encoding) || encoding.n != 1)
		return false;
	w->encoding = (char)(*encoding.p | 32);
	w->text.p = p;
	/* A blank in the text is against the rules, and common. */
	while (p < end && *p != '?' && *p != '\n')
		p++;
	w->text.n = (size_t)(p - w->text.p);
	if (end - p < 2 || p[1] != '=')
		return false;
	w->n = (size_t)(p + 2 - s.p);
	return w->encoding == 'b' || w->encoding == 'q';
}

static bool
is_ascii(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] > 126)
			return false;
	return true;
}

static void
word_bytes(struct buf *out, const struct word *w)
{
	GMimeEncoding state;
	struct buf q = { 0 };

	if (w->text.n == 0)
		return;
	buf_addspan(&q, w->text);
	for (size_t i = 0; w->encoding == 'q' && i < q.n; i++)
		if (q.p[i] == '_')
			q.p[i] = ' ';
	g_mime_encoding_init_decode(&state,
	    w->encoding == 'b' ? GMIME_CONTENT_ENCODING_BASE64
			       : GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
	buf_grow(out, g_mime_encoding_outlen(&state, q.n) + 4);
	out->n += g_mime_encoding_flush(&state, q.p, q.n, out->p + out->n);
	out->p[out->n] = '\0';
	buf_release(&q);
}

/* Appends a word that holds text, which is UTF-8. */
static void
word_make(struct buf *out, struct span text)
{
	char *b = g_base64_encode((const guchar *)text.p, text.n);

	buf_addf(out, "=?utf-8?b?%s?=", b);
	g_free(b);
}

/*
 * Words of one charset right behind each other are one text, whose characters
 * may be divided among them. Appends them, new where they do not decode, have
 * bytes that do not belong there, or padding within; the length of them all,
 * or 0.
 */
static size_t
repair_words(struct buf *out, struct span s)
{
	struct buf bytes = { 0 }, text = { 0 }, clean = { 0 };
	struct word w = { 0 }, first = { 0 };
	size_t at = 0, end = 0;
	bool bad = false, padded = false;

	while (word_at(span_n(s.p + at, s.n - at), &w) &&
	       (end == 0 || span_ieq(w.charset, first.charset))) {
		if (end == 0)
			first = w;
		word_bytes(&bytes, &w);
		/* GMime joins them first, and ends at padding in the middle */
		bad = bad || padded || !is_ascii(w.text);
		padded = w.encoding == 'b' && w.text.n &&
		    w.text.p[w.text.n - 1] == '=';
		end = at + w.n;
		for (at = end; at < s.n && strchr(" \t\r\n", s.p[at]); at++)
			;
	}
	if (end) {
		/* RFC 2231 has a language behind a star. */
		struct span name = first.charset;
		char *charset = span_dup(span_cut(&name, '*'));

		bad = chars_utf8(&text, buf_span(&bytes), charset, NULL) || bad;
		/* A NUL would become a question mark. */
		bad = bad || memchr(buf_span(&text).p, '\0', text.n);
		chars_text(&clean, buf_span(&text));
		if (bad)
			word_make(out, buf_span(&clean));
		else
			buf_add(out, s.p, end);
		free(charset);
	}
	buf_release(&bytes);
	buf_release(&text);
	buf_release(&clean);
	return end;
}

/*
 * Appends raw with what GMime would read as question marks, or not at all, as
 * it has to be: bytes without a charset, and encoded words whose bytes are not
 * of the charset that they name.
 */
static void
repair_header(struct buf *out, const char *raw, const char *guess)
{
	struct span s = span(raw);

	while (s.n) {
		size_t n = repair_words(out, s);

		if (n == 0) {
			n = 1;
			while (n < s.n && s.p[n] != '=')
				n++;
			chars_utf8(out, span_n(s.p, n), NULL, guess);
		}
		s.p += n;
		s.n -= n;
	}
	buf_grow(out, 1);
	out->p[out->n] = '\0';
}

static void
decoded(struct buf *out, const char *raw, const char *guess)
{
	struct buf fixed = { 0 };
	char *plain, *text;

	repair_header(&fixed, raw, guess);
	plain = g_mime_utils_header_unfold(fixed.p);
	text = g_mime_utils_header_decode_text(NULL, plain);
	chars_line(out, span(text));
	g_free(text);
	g_free(plain);
	buf_release(&fixed);
}

/* The raw text of the header at i where it has that name, or NULL. */
static const char *
raw_at(GMimeHeaderList *list, int i, const char *name)
{
	GMimeHeader *h = g_mime_header_list_get_header_at(list, i);

	if (strcasecmp(g_mime_header_get_name(h), name) != 0)
		return NULL;
	return g_mime_header_get_raw_value(h);
}

void
header_text(
    struct buf *out, GMimeObject *of, const char *name, const char *guess)
{
	GMimeHeader *h = g_mime_header_list_get_header(
	    g_mime_object_get_header_list(of), name);
	const char *raw = h ? g_mime_header_get_raw_value(h) : NULL;

	if (raw)
		decoded(out, raw, guess);
}

static void
add_text_row(
    struct buf *out, const char *what, const char *name, const char *text)
{
	struct buf clean = { 0 };

	chars_line(&clean, span(text));
	row_add(out, what, name, buf_span(&clean));
	buf_release(&clean);
}

/* The same message has the same id, however its lines end. */
static void
derived_id(struct buf *out, struct span raw)
{
	GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);

	while (raw.n) {
		bool last = memchr(raw.p, '\n', raw.n) == NULL;
		struct span line = span_cut(&raw, '\n');

		if (!last && line.n && line.p[line.n - 1] == '\r')
			line.n--;
		g_checksum_update(sum, (const guchar *)line.p, (gssize)line.n);
		if (!last)
			g_checksum_update(sum, (const guchar *)"\n", 1);
	}
	buf_addf(out, "crm-%s@local", g_checksum_get_string(sum));
	g_checksum_free(sum);
}

static void
id_rows(struct buf *out, GMimeMessage *m, struct span raw)
{
	GMimeObject *of = GMIME_OBJECT(m);
	const char *id = g_mime_message_get_message_id(m);
	struct buf made = { 0 };

	chars_line(&made, span(id));
	if (made.n == 0)
		derived_id(&made, raw);
	row_add(out, "message-id", NULL, buf_span(&made));
	buf_release(&made);
	for (int k = 0; k < 2; k++) {
		const char *what = k ? "references" : "in-reply-to";
		const char *text = g_mime_object_get_header(of, what);
		GMimeReferences *refs =
		    text ? g_mime_references_parse(NULL, text) : NULL;

		for (int i = 0; refs && i < g_mime_references_length(refs); i++)
			add_text_row(out, what, NULL,
			    g_mime_references_get_message_id(refs, i));
		if (refs)
			g_mime_references_free(refs);
	}
}

static void
date_row(struct buf *out, GMimeMessage *m)
{
	const char *text = g_mime_object_get_header(GMIME_OBJECT(m), "date");
	GDateTime *date = text ? g_mime_utils_header_decode_date(text) : NULL;
	char utc[21] = "";

	/* Before there was mail a date is a mistake. */
	if (date && g_date_time_get_year(date) >= 1970)
		instant_format(g_date_time_to_unix(date), utc);
	row_add(out, "date", NULL, span(utc));
	if (date)
		g_date_time_unref(date);
}

static void
address_rows(struct buf *out, const char *what, InternetAddressList *list)
{
	for (int i = 0; i < internet_address_list_length(list); i++) {
		InternetAddress *a = internet_address_list_get_address(list, i);

		if (INTERNET_ADDRESS_IS_GROUP(a)) {
			InternetAddressGroup *g = INTERNET_ADDRESS_GROUP(a);

			address_rows(
			    out, what, internet_address_group_get_members(g));
			continue;
		}
		struct buf name = { 0 }, addr = { 0 };

		chars_line(&name, span(internet_address_get_name(a)));
		chars_line(&addr, span(internet_address_mailbox_get_addr(
				      INTERNET_ADDRESS_MAILBOX(a))));
		if (name.n || addr.n)
			row_add(out, what, name.p, buf_span(&addr));
		buf_release(&name);
		buf_release(&addr);
	}
}

/* A header without an address says something all the same: MAILER-DAEMON <> */
static void
no_address_row(
    struct buf *out, const char *what, const char *raw, const char *guess)
{
	struct buf text = { 0 };
	struct span name;

	decoded(&text, raw, guess);
	name = span_trim(buf_span(&text));
	if (name.n > 2 && memcmp(name.p + name.n - 2, "<>", 2) == 0)
		name = span_trim(span_n(name.p, name.n - 2));
	if (name.n) {
		char *s = span_dup(name);

		row_add(out, what, s, span(""));
		free(s);
	}
	buf_release(&text);
}

/* All headers of that name, as addresses. */
static void
addresses(
    struct buf *out, GMimeHeaderList *list, const char *what, const char *guess)
{
	for (int i = 0; i < g_mime_header_list_get_count(list); i++) {
		const char *raw = raw_at(list, i, what);
		struct buf fixed = { 0 };
		InternetAddressList *found;

		if (!raw)
			continue;
		repair_header(&fixed, raw, guess);
		found = internet_address_list_parse(NULL, fixed.p);
		if (found && internet_address_list_length(found))
			address_rows(out, what, found);
		else
			no_address_row(out, what, raw, guess);
		if (found)
			g_object_unref(found);
		buf_release(&fixed);
	}
}

void
header_rows(
    struct buf *out, GMimeMessage *m, struct span raw, const char *guess)
{
	GMimeHeaderList *list = g_mime_object_get_header_list(GMIME_OBJECT(m));
	struct buf text = { 0 };

	id_rows(out, m, raw);
	date_row(out, m);
	header_text(&text, GMIME_OBJECT(m), "subject", guess);
	row_add(out, "subject", NULL, buf_span(&text));
	for (size_t k = 0; k < G_N_ELEMENTS(address_headers); k++)
		addresses(out, list, address_headers[k], guess);
	for (size_t k = 0; k < G_N_ELEMENTS(plain_headers); k++)
		for (int i = 0; i < g_mime_header_list_get_count(list); i++) {
			const char *value = raw_at(list, i, plain_headers[k]);

			if (!value)
				continue;
			buf_reset(&text);
			decoded(&text, value, guess);
			row_add(
			    out, "header", plain_headers[k], buf_span(&text));
		}
	buf_release(&text);
}
