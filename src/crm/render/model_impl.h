/* model_impl: what the files that make the tree of a document share. */
#ifndef CRM_CRM_RENDER_MODEL_IMPL_H
#define CRM_CRM_RENDER_MODEL_IMPL_H

#include "crm/render/model.h"
#include "crm/render/words.h"
#include "crm/trade/order.h"

struct model {
	struct session *s;
	const struct doc *d;
	struct arena *a;
	struct words w;
	struct tval *root;
	struct tval **made; /* of each line of d; NULL: it has none */
	bool order;	    /* of an order, not a quote */
	struct order o;	    /* that; nothing of a quote */
	bool settled; /* the customer has chosen: nothing is optional now */
	bool line_taxes; /* a line has a tax class */
	struct span kept; /* issued_texts, where it is of this language */
	struct buf b; /* of one value, for a moment */
};

/* Puts what is in m->b under a key of object, and empties it. */
void model_put(struct model *m, struct tval *object, const char *key);
/* Minor units of the document's currency; a date, nothing for DATE_NONE. */
void model_amount(
    struct model *m, struct tval *object, const char *key, int64_t units);
void model_date(
    struct model *m, struct tval *object, const char *key, int32_t day);
/*
 * A text that has no direction of its own, such as a telephone number: among
 * letters of the right it is marked to stay as it is.
 */
void model_plain(
    struct model *m, struct tval *object, const char *key, struct span v);
/* Makes a paragraph run as the language does whatever it begins with. */
struct span model_mark(const struct model *m);
/* Adds a label to m->b, and the percentage, unless the label tells it. */
void model_rated(struct model *m, struct span label, struct dec percent);
/* Is nothing charged, not even a rate of 0? */
bool model_is_exempt(const struct tax_class *class);
/* key: the text; key_lines: its lines; key_paragraphs. */
void model_lines(
    struct model *m, struct tval *object, const char *key, struct span text);
/* A field of the document as it stands. */
struct span model_field(const struct model *m, const char *name);

/* company, customer, owner */
int model_parties(struct model *m, struct err *e);
/* lines, groups, options */
void model_items(struct model *m);
/* subtotal to payable, discounts, taxes, rounding */
void model_totals(struct model *m);
/* terms, schedule */
int model_terms(struct model *m, struct err *e);
/* "30 % (deposit)", and when it is due, of an instalment */
void model_share(struct model *m, const struct term *t);
void model_when(struct model *m, const struct term *t);
/* Of orders: shipment; request, payments, paid, owing. */
int model_shipment(struct model *m, const char *which, struct err *e);
int model_payment(struct model *m, const char *which, struct err *e);

#endif
