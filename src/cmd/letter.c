#include "cmd/letter.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "crm/calendar/calendar.h"
#include "crm/render/model.h"
#include "store/id.h"

enum { BODY_MAX = 1 << 20 };

void
letter_release(struct letter *v)
{
	doc_release(&v->doc);
	free(v->to);
	free(v->cc);
	free(v->bcc);
	buf_release(&v->from);
	buf_release(&v->subject);
	buf_release(&v->text);
	buf_release(&v->message_id);
	for (size_t i = 0; i < sizeof v->data / sizeof *v->data; i++)
		buf_release(&v->data[i]);
	buf_release(&v->mail);
	buf_release(&v->blind);
	mail_release(&v->read);
	arena_release(&v->arena);
}

struct span
letter_field(const struct letter *v, const char *name)
{
	return record_get(&v->doc.r, name);
}

/* --- from whom, to whom -------------------------------------------------- */

/* A name goes in quotes: it can have a comma. */
static struct span
person(struct letter *v, struct span name, struct span mail)
{
	if (!name.n)
		return arena_span(&v->arena, mail);
	return arena_printf(
	    &v->arena, "\"%.*s\" <%.*s>", SPANF(name), SPANF(mail));
}

/* Me: as the users are listed, else as I am set up. */
static int
find_sender(struct letter *v)
{
	struct call *c = v->c;
	const struct rc *rc = &c->s.rc;
	struct span name = span(rc_get(rc, "user.name"));
	struct span mail = span(rc_get(rc, "user.email"));
	struct calendar *cal;
	size_t i;

	if (session_calendar(&c->s, &cal, &c->err))
		return -1;
	i = calendar_folder(cal, span(session_me(&c->s)));
	if (i != (size_t)-1 && cal->person[i].name.n)
		name = cal->person[i].name;
	if (i != (size_t)-1 && cal->person[i].email.n)
		mail = cal->person[i].email;
	if (!mail_is_address(mail))
		return err_set(&c->err, ERR_DATA,
		    "who sends it needs a mail address: crm-user set %s "
		    "email=...",
		    session_me(&c->s));
	buf_addspan(&v->from, person(v, name, mail));
	buf_addf(&v->message_id, "%.*s", SPANF(mail));
	return 0;
}

static int
take_contact(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct letter *v = ctx;

	(void)e;
	for (size_t i = 0; v->nto == 0 && i + 1 < n; i += 2)
		if (cell[i].n)
			v->to[v->nto++] = person(v, cell[i + 1], cell[i]);
	return 1;
}

/* The contact, else the account. */
static int
find_contact(struct letter *v)
{
	static const char *const want[] = { "contact.email", "contact.name",
		"account.email", "account.name" };
	static const bool label[4];
	struct call *c = v->c;
	struct query *q = query_new(&c->s, c->ent);
	struct path *path[4];
	size_t n = 0;
	int r;

	/* accounts have no address unless the team gave them one */
	if (entity_field(
		schema_entity(&c->s.schema, span("account")), span("email")))
		n = 4;
	else
		n = 2;
	query_ids(q, &v->id, 1);
	r = query_learn(q, &c->err);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = query_path(q, span(want[i]), false, &path[i], &c->err);
	if (r == 0 &&
	    query_stream(q, path, label, n, take_contact, v, &c->err) < 0)
		r = -1;
	query_free(q);
	v->own = true;
	if (r == 0 && v->nto == 0)
		r = err_set(&c->err, ERR_USAGE,
		    "to whom? --to ADDRESS: its contact has no mail address");
	return r;
}

static struct span *
take_list(const struct opt_list *given, size_t *n)
{
	struct span *v = xcalloc(given->n + 1, sizeof *v);

	for (size_t i = 0; i < given->n; i++)
		v[(*n)++] = span(given->v[i]);
	return v;
}

static int
find_recipients(struct letter *v)
{
	v->to = take_list(&v->o->to, &v->nto);
	v->cc = take_list(&v->o->cc, &v->ncc);
	v->bcc = take_list(&v->o->bcc, &v->nbcc);
	return v->nto ? 0 : find_contact(v);
}

/* --- what ---------------------------------------------------------------- */

static int
write_text(struct letter *v)
{
	struct call *c = v->c;
	char *template = xasprintf("%s.mail", c->ent->name);
	const struct render_ask ask = { .language = v->o->language },
				mail = { .language = v->o->language,
					.template = template };
	int r = 0;

	if (v->o->message)
		buf_addf(&v->data[0], "%s\n", v->o->message);
	else if (v->o->body)
		r = cli_read(c, v->o->body, BODY_MAX, &v->data[0]);
	else
		r = render_doc(
		    &c->s, &v->doc, DOC_TEXT, &mail, &v->data[0], &c->err);
	free(template);
	if (r == 0 && utf8_check(buf_span(&v->data[0])) < v->data[0].n)
		r = err_set(&c->err, ERR_DATA, "%s: is no UTF-8",
		    v->o->message ? "--message"
		    : v->o->body  ? v->o->body
				  : "the template of the mail");
	if (r == 0 && v->o->subject)
		buf_adds(&v->subject, v->o->subject);
	else if (r == 0)
		r = render_doc(
		    &c->s, &v->doc, DOC_SUBJECT, &ask, &v->subject, &c->err);
	v->part[v->nparts++] = (struct mail_body){ .type = span("text/plain"),
		.data = buf_span(&v->data[0]) };
	return r;
}

static int
attach(struct letter *v, struct span name)
{
	static const struct {
		enum doc_format format;
		const char *type, *ending;
	} kind[] = {
		{ DOC_PDF, "application/pdf", "pdf" },
		{ DOC_HTML, "text/html", "html" },
		{ DOC_MD, "text/markdown", "md" },
		{ DOC_TEXT, "text/plain", "txt" },
	};
	const struct render_ask ask = { .language = v->o->language };
	struct call *c = v->c;
	struct span called = letter_field(v, "number");
	struct mail_body *p = &v->part[v->nparts];
	struct buf *data = &v->data[v->nparts];
	enum doc_format format;
	size_t k = 0;

	if (v->nparts > LETTER_FORMATS || !doc_format_parse(name, &format))
		k = 4;
	while (k < 4 && kind[k].format != format)
		k++;
	if (k == 4)
		return err_set(&c->err, ERR_USAGE,
		    "--format: '%.*s' is none of pdf, html, md, text, each "
		    "once",
		    SPANF(name));
	if (!called.n)
		called = letter_field(v, "id");
	if (render_doc(&c->s, &v->doc, format, &ask, data, &c->err))
		return -1;
	*p = (struct mail_body){ .type = span(kind[k].type),
		.name = arena_printf(
		    &v->arena, "%.*s.%s", SPANF(called), kind[k].ending),
		.data = buf_span(data) };
	v->nparts++;
	return 0;
}

/* By its ending; a text that is not UTF-8 is not called one. */
static const char *
type_of(struct span name, struct span data)
{
	static const struct {
		const char *ending, *type;
	} known[] = {
#define OFFICE "application/vnd.openxmlformats-officedocument."
#define OPEN "application/vnd.oasis.opendocument."
		{ "pdf", "application/pdf" }, { "txt", "text/plain" },
		{ "md", "text/markdown" }, { "csv", "text/csv" },
		{ "html", "text/html" }, { "htm", "text/html" },
		{ "ics", "text/calendar" }, { "vcf", "text/vcard" },
		{ "json", "application/json" }, { "xml", "application/xml" },
		{ "rtf", "application/rtf" }, { "zip", "application/zip" },
		{ "gz", "application/gzip" }, { "png", "image/png" },
		{ "jpg", "image/jpeg" }, { "jpeg", "image/jpeg" },
		{ "gif", "image/gif" }, { "webp", "image/webp" },
		{ "tif", "image/tiff" }, { "tiff", "image/tiff" },
		{ "svg", "image/svg+xml" },
		{ "docx", OFFICE "wordprocessingml.document" },
		{ "xlsx", OFFICE "spreadsheetml.sheet" },
		{ "pptx", OFFICE "presentationml.presentation" },
		{ "odt", OPEN "text" }, { "ods", OPEN "spreadsheet" },
		{ "odp", OPEN "presentation" },
		{ "doc", "application/msword" },
		{ "xls", "application/vnd.ms-excel" },
		{ "ppt", "application/vnd.ms-powerpoint" },
#undef OFFICE
#undef OPEN
	};
	const char *dot = name.n ? memrchr(name.p, '.', name.n) : NULL;
	const char *type = NULL;

	for (size_t i = 0; dot && !type && i < sizeof known / sizeof *known;
	     i++)
		if (span_ieq(span_n(dot + 1,
				 name.n - (size_t)(dot + 1 - name.p)),
			span(known[i].ending)))
			type = known[i].type;
	if (type && strncmp(type, "text/", 5) == 0 &&
	    utf8_check(data) < data.n)
		type = NULL;
	return type ? type : "application/octet-stream";
}

/* A file of the person's, under its name without its folder. */
static int
attach_file(struct letter *v, const char *path, size_t *left)
{
	const char *slash = strrchr(path, '/');
	struct span name = span(slash ? slash + 1 : path);
	struct buf *data = &v->data[v->nparts];

	if (file_load(path, LETTER_BYTES, data, &v->c->err))
		return err_prefix(&v->c->err, "--attach: ");
	if (data->n > *left)
		return err_set(&v->c->err, ERR_USAGE,
		    "--attach: %s: the files are more than %d MiB in all, "
		    "which few would take",
		    path, LETTER_BYTES >> 20);
	*left -= data->n;
	v->part[v->nparts++] = (struct mail_body){
		.type = span(type_of(name, buf_span(data))),
		.name = name,
		.data = buf_span(data) };
	return 0;
}

static int
attach_all(struct letter *v)
{
	struct span rest = span(v->o->formats ? v->o->formats : "pdf");
	size_t left = LETTER_BYTES;

	if (v->o->files.n > LETTER_FILES)
		return err_set(&v->c->err, ERR_USAGE,
		    "--attach: at most %d files", LETTER_FILES);
	while (rest.n)
		if (attach(v, span_trim(span_cut(&rest, ','))))
			return -1;
	for (size_t i = 0; i < v->o->files.n; i++)
		if (attach_file(v, v->o->files.v[i], &left))
			return -1;
	return 0;
}

/* What no other mail has: the document, when, and something random. */
static int
make_id(struct letter *v)
{
	char text[ID_LEN + 1], *mail = span_dup(buf_span(&v->message_id));
	uint64_t id;
	int r = id_make('E', 2000, 1, &id, &v->c->err);

	if (r == 0) {
		id_unpack(id, text);
		buf_reset(&v->message_id);
		buf_addf(&v->message_id, "%.*s.%lld.%s%s",
		    SPANF(letter_field(v, "id")), (long long)clock_now(),
		    text + 6, strrchr(mail, '@'));
	}
	free(mail);
	return r;
}

int
letter_write(struct letter *v)
{
	struct call *c = v->c;
	struct mail_message m = {
		.date = clock_now(), .part = v->part, .nalternatives = 1
	};

	if (find_sender(v) || find_recipients(v) || write_text(v) ||
	    attach_all(v) || make_id(v))
		return -1;
	m.to = v->to;
	m.nto = v->nto;
	m.cc = v->cc;
	m.ncc = v->ncc;
	m.nparts = v->nparts;
	m.from = buf_span(&v->from);
	m.subject = span_trim(buf_span(&v->subject));
	m.message_id = buf_span(&v->message_id);
	if (mail_compose(&m, &v->mail, &c->err) ||
	    mail_compose_bcc(v->bcc, v->nbcc, &v->blind, &c->err))
		return -1;
	return mail_read(
	    buf_span(&v->mail), "the mail", NULL, &v->read, &c->err);
}
