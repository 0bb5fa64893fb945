/* ubl_impl: what the files of ubl share: elements, one on a line. */
#ifndef CRM_CRM_TRADE_UBL_IMPL_H
#define CRM_CRM_TRADE_UBL_IMPL_H

#include "base/arena.h"
#include "crm/trade/ubl.h"

/* What bears the same tax: one row of the summary. */
struct ubl_tax {
	struct span code, reason;
	int64_t percent; /* at 4 decimals */
	int64_t base, tax, off;
	bool occurs; /* something bears it */
};

struct ubl {
	struct session *s;
	const struct order *o;
	const struct calc *k;
	struct buf *out;
	int depth;
	struct ubl_tax *tax;
	size_t ntaxes;
	size_t *of; /* class of calc.taxes -> tax */
	struct arena arena;
	struct buf missing;
};

void ubl_open(struct ubl *u, const char *name);
void ubl_close(struct ubl *u, const char *name);
/* Nothing, where text is empty. */
void ubl_text(struct ubl *u, const char *name, struct span text);

/* Both parties; what they lack is added to missing (ubl_party.c). */
int ubl_parties(struct ubl *u, struct err *e);
void ubl_payment(struct ubl *u);
/* Something that the invoice cannot do without, and how to set it. */
void ubl_lacks(struct ubl *u, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
