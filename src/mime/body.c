#include "mime/body.h"

#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/file.h"
#include "mime/chars.h"
#include "mime/header.h"
#include "mime/html.h"
#include "mime/rows.h"
#include "mime/scan.h"

struct body {
	const char *dir;
	const char *guess; /* charset */
	int written;
	size_t texts; /* parts that were taken as text */
	struct buf text, calendars, attachments;
	struct err *e;
};

static const char *
param(GMimeObject *o, const char *name)
{
	GMimeContentType *type = g_mime_object_get_content_type(o);

	return type ? g_mime_content_type_get_parameter(type, name) : NULL;
}

static bool
is_type(GMimeObject *o, const char *type, const char *subtype)
{
	GMimeContentType *ct = g_mime_object_get_content_type(o);

	return ct && g_mime_content_type_is_type(ct, type, subtype);
}

static bool
is_param(GMimeObject *o, const char *name, const char *value)
{
	const char *v = param(o, name);

	return v && strcasecmp(v, value) == 0;
}

static bool
says_attachment(GMimeObject *o)
{
	const char *d = g_mime_object_get_disposition(o);

	return d && strcasecmp(d, GMIME_DISPOSITION_ATTACHMENT) == 0;
}

/* A type that is none is plain text (RFC 2045); to GMime it is just bytes. */
static bool
is_untyped(GMimeObject *o)
{
	const char *type = g_mime_object_get_header(o, "content-type");

	return type && is_type(o, "application", "octet-stream") &&
	       strncasecmp(span_trim(span(type)).p, "application/", 12) != 0 &&
	       !param(o, "name") && !g_mime_object_get_content_disposition(o);
}

/* A part that may be shown as text. */
static bool
is_text(GMimeObject *o)
{
	return GMIME_IS_PART(o) && !says_attachment(o) &&
	       (is_type(o, "text", "plain") || is_type(o, "text", "html") ||
		   is_untyped(o));
}

static int
depth_of(GMimeObject *o, int depth, struct err *e)
{
	int r = 0;

	if (depth > MIME_NESTING_MAX)
		return err_set(e, ERR_DATA,
		    "message: its parts are nested more than %d deep",
		    MIME_NESTING_MAX);
	if (GMIME_IS_MULTIPART(o)) {
		GMimeMultipart *mp = GMIME_MULTIPART(o);

		for (int i = 0; !r && i < g_mime_multipart_get_count(mp); i++)
			r = depth_of(
			    g_mime_multipart_get_part(mp, i), depth + 1, e);
	} else if (GMIME_IS_MESSAGE_PART(o)) {
		GMimeMessage *m =
		    g_mime_message_part_get_message(GMIME_MESSAGE_PART(o));
		GMimeObject *in = m ? g_mime_message_get_mime_part(m) : NULL;

		r = in ? depth_of(in, depth + 1, e) : 0;
	}
	return r;
}

int
body_check(GMimeMessage *m, struct err *e)
{
	GMimeObject *o = g_mime_message_get_mime_part(m);

	return o ? depth_of(o, 1, e) : 0;
}

static GMimeObject *
first_text(GMimeObject *o)
{
	GMimeObject *found = NULL;
	GMimeMultipart *mp;

	if (!GMIME_IS_MULTIPART(o))
		return is_text(o) ? o : NULL;
	mp = GMIME_MULTIPART(o);
	for (int i = 0; !found && i < g_mime_multipart_get_count(mp); i++)
		found = first_text(g_mime_multipart_get_part(mp, i));
	return found;
}

const char *
body_charset(GMimeMessage *m)
{
	GMimeObject *o = g_mime_message_get_mime_part(m);
	GMimeObject *text = o ? first_text(o) : NULL;
	const char *c = text ? param(text, "charset") : NULL;

	return c && strncasecmp(c, "utf-", 4) != 0 &&
		       strcasecmp(c, "us-ascii") != 0
		   ? c
		   : NULL;
}

/* The bytes of a part, decoded; the stream is the caller's. */
static GMimeStream *
content(GMimeObject *o, struct span *bytes)
{
	GMimeStream *mem = g_mime_stream_mem_new();
	GByteArray *array;

	if (GMIME_IS_MESSAGE_PART(o)) {
		GMimeMessage *m =
		    g_mime_message_part_get_message(GMIME_MESSAGE_PART(o));

		if (m)
			g_mime_object_write_to_stream(
			    GMIME_OBJECT(m), NULL, mem);
	} else if (GMIME_IS_PART(o)) {
		GMimeDataWrapper *w = g_mime_part_get_content(GMIME_PART(o));

		if (w)
			g_mime_data_wrapper_write_to_stream(w, mem);
	}
	array = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(mem));
	*bytes = span_n(array->data ? (char *)array->data : "", array->len);
	return mem;
}

/* Appends the text of a part as people read it. */
static void
readable(struct body *b, GMimeObject *o, struct buf *out)
{
	bool html = is_type(o, "text", "html");
	struct buf utf8 = { 0 }, clean = { 0 };
	const char *charset = param(o, "charset");
	char *named = NULL;
	struct span bytes;
	GMimeStream *mem = content(o, &bytes);

	if (html && !charset) {
		named = span_dup(html_charset(bytes));
		charset = named;
	}
	chars_utf8(&utf8, bytes, charset, b->guess);
	g_object_unref(mem);
	chars_text(&clean, buf_span(&utf8));
	if (html)
		html_text(out, buf_span(&clean));
	else if (is_param(o, "format", "flowed"))
		chars_unflow(
		    out, buf_span(&clean), is_param(o, "delsp", "yes"));
	else
		buf_addspan(out, buf_span(&clean));
	free(named);
	buf_release(&utf8);
	buf_release(&clean);
}

static bool
has_text(struct body *b, GMimeObject *o, const char *subtype)
{
	struct buf text = { 0 };
	bool yes = false;

	if (GMIME_IS_MULTIPART(o)) {
		GMimeMultipart *mp = GMIME_MULTIPART(o);

		for (int i = 0; !yes && i < g_mime_multipart_get_count(mp); i++)
			yes = has_text(
			    b, g_mime_multipart_get_part(mp, i), subtype);
		return yes;
	}
	if (!is_text(o) ||
	    is_type(o, "text", "html") != (strcmp(subtype, "html") == 0))
		return false;
	readable(b, o, &text);
	yes = span_trim(buf_span(&text)).n > 0;
	buf_release(&text);
	return yes;
}

static void
add_text(struct body *b, GMimeObject *o)
{
	if (b->text.n && b->text.p[b->text.n - 1] != '\n')
		buf_addc(&b->text, '\n');
	readable(b, o, &b->text);
	b->texts++;
}

static void
add_calendar(struct body *b, GMimeObject *o)
{
	struct buf text = { 0 }, method = { 0 };

	readable(b, o, &text);
	chars_line(&method, span(param(o, "method")));
	row_add(&b->calendars, "calendar", method.p, buf_span(&text));
	buf_release(&text);
	buf_release(&method);
}

/* Writes what belongs to attachment n; a file that is there stays. */
static int
write_file(struct body *b, const char *path, struct span bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), r;

	if (fd < 0)
		return err_errno(b->e, "%s", path);
	b->written++;
	r = file_write_all(fd, bytes.p, bytes.n);
	if (close(fd) || r)
		return err_errno(b->e, "%s", path);
	return 0;
}

static void
file_name(struct body *b, GMimeObject *o, struct buf *out)
{
	const char *given =
	    g_mime_object_get_content_disposition_parameter(o, "filename");
	GMimeMessage *m;

	if (GMIME_IS_MESSAGE_PART(o)) {
		m = g_mime_message_part_get_message(GMIME_MESSAGE_PART(o));
		if (m)
			header_text(out, GMIME_OBJECT(m), "subject", b->guess);
		if (out->n)
			buf_adds(out, ".eml");
	}
	if (!given)
		given = param(o, "name");
	if (given && out->n == 0) {
		struct buf utf8 = { 0 };

		chars_utf8(&utf8, span(given), NULL, b->guess);
		chars_line(out, buf_span(&utf8));
		buf_release(&utf8);
	}
	if (out->n == 0 && GMIME_IS_MESSAGE_PART(o))
		buf_adds(out, "message.eml");
}

static int
add_attachment(struct body *b, GMimeObject *o)
{
	struct buf name = { 0 }, file = { 0 }, type = { 0 };
	GMimeContentType *ct = g_mime_object_get_content_type(o);
	char *mime = ct ? g_mime_content_type_get_mime_type(ct) : NULL;
	struct span bytes;
	GMimeStream *mem = content(o, &bytes);
	char *lower = g_ascii_strdown(mime ? mime : "", -1);
	int r = 0;

	file_name(b, o, &name);
	chars_line(&type, span(lower));
	if (b->dir) {
		buf_addf(&file, "%s/%d", b->dir, b->written + 1);
		r = write_file(b, file.p, bytes);
	}
	row_attachment(&b->attachments, buf_span(&name), file.p ? file.p : "",
	    type.p ? type.p : "", bytes.n);
	g_object_unref(mem);
	g_free(mime);
	g_free(lower);
	buf_release(&name);
	buf_release(&file);
	buf_release(&type);
	return r;
}

/* shown: its text is part of the message's. */
static int
leaf(struct body *b, GMimeObject *o, bool shown)
{
	struct buf name = { 0 };
	bool text = is_text(o), named;

	file_name(b, o, &name);
	named = name.n > 0;
	buf_release(&name);
	if (is_type(o, "text", "calendar")) {
		add_calendar(b, o);
		return named || says_attachment(o) ? add_attachment(b, o) : 0;
	}
	/* A first part may have a name, later ones with one are files. */
	if (text && shown && (!named || b->texts == 0)) {
		add_text(b, o);
		return 0;
	}
	return text && !shown && !named ? 0 : add_attachment(b, o);
}

/* Which of the ways to say the same is taken. */
static int
choose(struct body *b, GMimeMultipart *mp)
{
	static const char *const wanted[] = { "plain", "html" };
	int n = g_mime_multipart_get_count(mp);

	for (size_t k = 0; k < sizeof wanted / sizeof *wanted; k++)
		for (int i = 0; i < n; i++)
			if (has_text(
				b, g_mime_multipart_get_part(mp, i), wanted[k]))
				return i;
	return 0;
}

static int walk(struct body *b, GMimeObject *o, bool shown);

static int
walk_multipart(struct body *b, GMimeMultipart *mp, bool shown)
{
	GMimeObject *o = GMIME_OBJECT(mp);
	bool one = is_type(o, "multipart", "alternative");
	int n = g_mime_multipart_get_count(mp), r = 0;
	int taken = one && shown ? choose(b, mp) : 0;
	const char *loose = g_mime_multipart_get_prologue(mp);

	/* Its boundary never comes: all that it has. */
	if (n == 0 && shown && loose) {
		chars_utf8(&b->text, span(loose), NULL, b->guess);
		b->texts++;
	}
	for (int i = 0; r == 0 && i < n; i++)
		r = walk(b, g_mime_multipart_get_part(mp, i),
		    shown && (!one || i == taken));
	return r;
}

static int
walk(struct body *b, GMimeObject *o, bool shown)
{
	if (GMIME_IS_MULTIPART(o))
		return walk_multipart(b, GMIME_MULTIPART(o), shown);
	if (GMIME_IS_MESSAGE_PART(o))
		return add_attachment(b, o);
	return leaf(b, o, shown);
}

static void
remove_written(const struct body *b)
{
	struct buf path = { 0 };

	for (int i = 1; i <= b->written; i++) {
		buf_reset(&path);
		buf_addf(&path, "%s/%d", b->dir, i);
		(void)unlink(path.p);
	}
	buf_release(&path);
}

int
body_rows(struct buf *out, GMimeMessage *m, const char *dir, struct err *e)
{
	struct body b = { .dir = dir, .guess = body_charset(m), .e = e };
	GMimeObject *o = g_mime_message_get_mime_part(m);
	struct buf text = { 0 };
	int r = o ? walk(&b, o, true) : 0;

	if (r)
		remove_written(&b);
	chars_text(&text, buf_span(&b.text));
	row_add(out, "text", NULL, buf_span(&text));
	buf_addspan(out, buf_span(&b.calendars));
	buf_addspan(out, buf_span(&b.attachments));
	buf_release(&text);
	buf_release(&b.text);
	buf_release(&b.calendars);
	buf_release(&b.attachments);
	return r;
}
