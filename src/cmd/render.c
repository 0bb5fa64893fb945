/* crm-quote render, crm-order render: the document, for whoever gets it. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "cmd/cli.h"
#include "cmd/verbs.h"
#include "crm/change/resolve.h"
#include "crm/render/model.h"

static const char *output;
static struct render_ask ask;

/* clang-format off */
#define OPTIONS                                                                \
	{ "output", 'o', OPT_STR, "FORMAT", "text, md, html or pdf",           \
	    &output },                                                         \
	{ "template", 0, OPT_STR, "NAME",                                      \
	    "of templates/, without its ending", &ask.template },              \
	{ "language", 0, OPT_STR, "CODE", "de, en-GB ...", &ask.language }
/* clang-format on */

const struct opt opts_render[] = { OPTIONS, { 0 } };

const struct opt opts_order_render[] = {
	OPTIONS,
	{ "delivery", 0, OPT_STR, "ID|DATE",
	    "the delivery note of one delivery, or of the last",
	    &ask.delivery },
	{ "instalment", 0, OPT_STR, "N|next",
	    "the payment request of an instalment", &ask.instalment },
	{ 0 },
};

static int
format_of(struct call *c, enum doc_format *out)
{
	*out = DOC_TEXT;
	if (!output || doc_format_parse(span(output), out))
		return 0;
	return err_set(&c->err, ERR_USAGE,
	    "there is no format '%s': text, md, html, pdf, page", output);
}

static int
print(struct call *c, enum doc_format format, struct span text)
{
	struct buf safe = { 0 };
	int r;

	if (isatty(STDOUT_FILENO)) {
		if (format == DOC_PDF)
			return err_set(&c->err, ERR_USAGE,
			    "a terminal shows no PDF: -o pdf >file.pdf");
		term_safe(&safe, text, true);
		text = buf_span(&safe);
	}
	r = emit_text(text, &c->err);
	buf_release(&safe);
	return r;
}

int
verb_render(struct call *c)
{
	struct doc d = { 0 };
	struct buf out = { 0 };
	enum doc_format format;
	uint64_t id;
	int r = -1;

	if (c->argc != 1)
		return err_set(&c->err, ERR_USAGE, "one %s: render ID",
		    c->ent->name);
	if (ask.delivery && ask.instalment)
		return err_set(&c->err, ERR_USAGE,
		    "--delivery or --instalment: one document");
	if (format_of(c, &format) ||
	    resolve_one(&c->s, c->ent, span(c->argv[0]), c->ids_only, &id,
		&c->err))
		return -1;
	r = doc_load(&c->s, NULL, id, &d, &c->err);
	if (r == 1)
		r = err_set(&c->err, ERR_NOENT, "no %s %s", c->ent->name,
		    c->argv[0]);
	if (r == 0)
		r = render_doc(&c->s, &d, format, &ask, &out, &c->err);
	session_unlock(&c->s);
	if (r == 0)
		r = print(c, format, buf_span(&out));
	doc_release(&d);
	buf_release(&out);
	return r;
}
