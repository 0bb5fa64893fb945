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

int model_doc(struct session *s, const struct doc *d, struct arena *a,
    struct tval **out, struct err *e);

/* The formats of render: a row each. */
enum doc_format { DOC_TEXT, DOC_MD, DOC_HTML, DOC_PDF };

/* The document, of the quote's own template or `template`, or "quote". */
int render_doc(struct session *s, const struct doc *d, enum doc_format format,
    const char *template, struct buf *out, struct err *e);

#endif
