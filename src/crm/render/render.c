/* Documents: the tree, a template, and for PDF the program that makes it. */
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/mem.h"
#include "base/spawn.h"
#include "crm/render/model.h"
#include "crm/render/template_impl.h"
#include "crm/share.h"

enum {
	LOGO_MAX = 4 << 20,
	PDF_MAX = 256 << 20,
	PDF_MS = 120000,
};

static const struct {
	const char *name, *ending;
	enum escape esc;
} formats[] = {
	[DOC_TEXT] = { "text", "txt", ESC_TEXT },
	[DOC_MD] = { "md", "md", ESC_MD },
	[DOC_HTML] = { "html", "html", ESC_HTML },
	[DOC_PDF] = { "pdf", "page", ESC_PAGE },
	[DOC_PAGE] = { "page", "page", ESC_PAGE },
	[DOC_SUBJECT] = { "subject", "subject", ESC_HEADER },
};

bool
doc_format_parse(struct span name, enum doc_format *out)
{
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
		if (span_eqs(name, formats[i].name)) {
			*out = (enum doc_format)i;
			return true;
		}
	}
	return false;
}

/* --- the logo ------------------------------------------------------------ */

/* What a picture is, by how it begins; NULL: none that is known. */
static const char *
picture_type(struct span s)
{
	static const struct {
		const char *begin, *type;
	} row[] = {
		{ "\x89PNG\r\n\x1a\n", "image/png" },
		{ "\xff\xd8\xff", "image/jpeg" },
		{ "<svg", "image/svg+xml" },
		{ "<?xml", "image/svg+xml" },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		if (span_starts(s, span(row[i].begin)))
			return row[i].type;
	return NULL;
}

/*
 * company.logo_data, for documents that stand alone, and logo_path: a PNG of
 * the work tree that crm-render opens, below the store.
 */
static int
logo(struct session *s, struct arena *a, struct tval *root, struct err *e)
{
	struct tval *company = (struct tval *)tval_get(root, span("company"));
	const struct tval *name = tval_get(company, span("logo"));
	const char *path = name ? arena_printf(a, "%.*s", SPANF(name->text)).p : "";
	const char *type;
	struct buf data = { 0 }, out = { 0 };
	int r;

	if (!*path)
		return 0;
	r = session_read(s, path, &data, e);
	if (r == 1)
		r = err_set(e, ERR_DATA,
		    "company.logo: there is no file %s in the store", path);
	if (r)
		goto out;
	type = picture_type(buf_span(&data));
	r = -1;
	if (!type || data.n > LOGO_MAX) {
		err_set(e, ERR_DATA,
		    "company.logo: %s is no PNG, JPEG or SVG of up to 4 MiB",
		    path);
		goto out;
	}
	buf_addf(&out, "data:%s;base64,", type);
	base64_add(&out, buf_span(&data), 0);
	tval_text(a, company, "logo_data", buf_span(&out));
	if (strcmp(type, "image/png") == 0 && !s->as_of)
		tval_text(a, company, "logo_path", span(path));
	r = 0;
out:
	buf_release(&data);
	buf_release(&out);
	return r;
}

/* --- PDF ----------------------------------------------------------------- */

/* Its pictures lie in the store, and it was made on the document's day. */
static int
to_pdf(struct session *s, const struct doc *d, struct span page,
    struct buf *out, struct err *e)
{
	struct buf program = { 0 }, said = { 0 };
	struct spawn_job job = { .input = &page,
		.max = PDF_MAX,
		.ms = PDF_MS,
		.out = out,
		.said = &said };
	char day[11];
	const char *argv[] = { NULL, "-d", day, "-i", s->root, NULL };
	int r;

	date_format(doc_day(s, &d->r), day);
	share_helper("crm-render", &program);
	argv[0] = program.p;
	r = spawn_collect(&job, (char *const *)argv, e);
	if (r == 0 && job.status) {
		struct span text = span_trim(buf_span(&said));

		r = err_set(e, job.status == 65 ? ERR_DATA : ERR_IO,
		    "crm-render: %.*s", SPANF(text));
	}
	buf_release(&program);
	buf_release(&said);
	return r;
}

/* --- documents ----------------------------------------------------------- */

int
render_template(struct session *s, const struct doc *d, struct err *e)
{
	struct span own = record_get(&d->r, "template");
	int there = own.n == 0;

	for (size_t i = 0; !there && i < sizeof formats / sizeof *formats; i++) {
		char *name = xasprintf(
		    "%.*s.%s", SPANF(own), formats[i].ending);

		if (i != DOC_SUBJECT)
			there = template_there(s, name, e);
		free(name);
	}
	if (there)
		return there < 0 ? -1 : 0;
	return err_set(e, ERR_NOENT,
	    "template: there is no templates/%.*s.txt, .md, .html or .page",
	    SPANF(own));
}

static int
fill(struct session *s, struct span base, const struct tval *root,
    enum doc_format format, struct buf *out, struct err *e)
{
	char *name = xasprintf(
	    "%.*s.%s", SPANF(base), formats[format].ending);
	int r = template_render(s, name, root, formats[format].esc, out, e);

	free(name);
	return r;
}

/* Of the template that was asked for; else of the document's own, where it has
   one of this format; else of that of all. */
static int
fill_doc(struct session *s, const struct doc *d, const struct render_ask *ask,
    const struct tval *root, enum doc_format format, struct buf *out,
    struct err *e)
{
	struct span own = record_get(&d->r, "template"), all;
	struct err none = { 0 };
	int r;

	all = ask->template   ? span(ask->template)
	    : ask->delivery   ? span("order-delivery")
	    : ask->instalment ? span("order-payment")
			      : span(d->r.ent->name);
	if (!own.n || ask->template || ask->delivery || ask->instalment)
		return fill(s, all, root, format, out, e);
	r = fill(s, own, root, format, out, &none);
	if (r && none.code == ERR_NOENT)
		r = render_template(s, d, e) ||
			fill(s, all, root, format, out, e)
		    ? -1
		    : 0;
	else if (r)
		err_set(e, none.code, "%s", none.msg);
	err_release(&none);
	return r;
}

int
render_doc(struct session *s, const struct doc *d, enum doc_format format,
    const struct render_ask *ask, struct buf *out, struct err *e)
{
	struct arena a = { 0 };
	struct buf page = { 0 };
	struct tval *root;
	int r = doc_check_issued(d, e) ||
		model_doc(s, d, ask, &a, &root, e)
	    ? -1
	    : 0;

	if (r == 0 && format != DOC_TEXT && format != DOC_SUBJECT)
		r = logo(s, &a, root, e);
	if (r == 0)
		r = fill_doc(s, d, ask, root, format,
		    format == DOC_PDF ? &page : out, e);
	if (r == 0 && format == DOC_PDF)
		r = to_pdf(s, d, buf_span(&page), out, e);
	buf_release(&page);
	arena_release(&a);
	return r;
}
