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

/* What is asked for; NULL: what the document itself says. */
struct render_ask {
	const char *template; /* a name, see render_doc() */
	const char *language; /* else quote.language, else English */
	/* Of orders: the id of a delivery, a day, or "last". Without it the
	   last, else what is to be delivered yet. */
	const char *delivery;
	/* The number of an instalment, or "next"; also without it. */
	const char *instalment;
};

/*
 * Strings are a's, or those of d and of the session. ERR_NO where there is no
 * such delivery, or nothing left to pay.
 */
int model_doc(struct session *s, const struct doc *d,
    const struct render_ask *ask, struct arena *a, struct tval **out,
    struct err *e);

/*
 * What a document says of the parties, and by which texts, in the form of
 * crm/trade/kept.h: as it was issued, else as it is today. d is computed; what
 * is to be issued has its number and its day. texts are those of templates
 * only, and the language. ERR_NOENT where there is no such template.
 */
struct kept_model {
	struct span to, from, texts; /* of the arena */
};
int model_keep(struct session *s, const struct doc *d, struct arena *a,
    struct kept_model *out, struct err *e);

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
 * .subject, where NAME is ask->template, else "order-delivery" or
 * "order-payment" where a delivery or an instalment is asked for, else the
 * document's own, else, also where that has none of this format, "quote" or
 * "order". "quote.mail" is the text of a mail.
 */
int render_doc(struct session *s, const struct doc *d, enum doc_format format,
    const struct render_ask *ask, struct buf *out, struct err *e);

/*
 * ERR_NOENT where the document names a template, and there is none of that name
 * for any document; that of a subject is none.
 */
int render_template(struct session *s, const struct doc *d, struct err *e);

#endif
