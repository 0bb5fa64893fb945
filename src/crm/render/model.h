/*
 * model: a quote or an order as a tree of values for templates (template.h);
 * crm-template(5) lists its names. Amounts and dates are written for people in
 * the document's language; costs and margins are not in it: nothing inside
 * ever reaches a customer by a template's mistake.
 */
#ifndef CRM_CRM_RENDER_MODEL_H
#define CRM_CRM_RENDER_MODEL_H

#include "crm/render/template.h"
#include "crm/trade/doc.h"

/* language: "" for the document's own, else quote.language, else English. */
int model_doc(struct session *s, const struct doc *d, struct span language,
    struct arena *a, struct tval **out, struct err *e);

/*
 * The formats of render, and the subject of the mail that sends it: a row each
 * in render.c. DOC_PAGE is what DOC_PDF is made of, by crm-render(8).
 */
enum doc_format {
	DOC_TEXT,
	DOC_MD,
	DOC_HTML,
	DOC_PDF,
	DOC_PAGE,
	DOC_SUBJECT,
};

/* By name ("text"); false where there is none. */
bool doc_format_parse(struct span name, enum doc_format *out);

/*
 * Appends the document: of the template NAME.txt, .md, .html, .page or
 * .subject, where NAME is `template`, else (NULL) the document's own, else
 * "quote" or "order". "quote.mail" is the text of a mail. language may be NULL:
 * the document's own.
 */
int render_doc(struct session *s, const struct doc *d, enum doc_format format,
    const char *template, const char *language, struct buf *out, struct err *e);

#endif
