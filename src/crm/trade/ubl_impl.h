/* ubl_impl: what the files of ubl share: elements, one on a line. */
#ifndef CRM_CRM_TRADE_UBL_IMPL_H
#define CRM_CRM_TRADE_UBL_IMPL_H

#include "base/arena.h"
#include "crm/trade/party.h"
#include "crm/trade/ubl.h"

/* One row of the summary: what bears a tax at one percentage. */
struct ubl_tax {
	struct span scheme, label; /* which tax: VAT, GST */
	struct span code, reason;
	int64_t percent; /* at 4 decimals */
	int64_t base, tax;
};

/* What a class is charged with: one row, or one for each of its parts. */
struct ubl_set {
	size_t tax[TAX_PARTS], n;
	int64_t off; /* of the discounts of the whole */
};

/* One of the two, from wherever it is known. */
struct ubl_party {
	struct span name, street, more, rest, city, postcode, region, country;
	struct span tax_id;	      /* of VAT where is_vat, else of another */
	struct span registration;     /* in a register of companies */
	struct span scheme, endpoint; /* where it takes invoices: 0088, ... */
	struct span contact, phone, email;
	bool is_vat, is_endpoint; /* not only an address for mail */
};

struct ubl {
	struct session *s;
	const struct order *o;
	const struct calc *k;
	struct buf *out, *notes;
	int depth;
	/*
	 * Is it an invoice of EN 16931, which knows one tax, VAT, and two
	 * decimals? Else of UBL 2.1 alone. And of Peppol's BIS Billing 3?
	 */
	bool core, peppol;
	struct ubl_tax *tax;
	size_t ntaxes;
	struct ubl_set *set;
	size_t nsets;
	size_t *of; /* class of calc.taxes -> set */
	struct parties parties;
	struct ubl_party us, them;
	struct arena arena;
	struct buf missing;
};

/* --- elements: ubl_xml.c ------------------------------------------------- */

void ubl_open(struct ubl *u, const char *name);
void ubl_close(struct ubl *u, const char *name);
/* Nothing, where text is empty. */
void ubl_text(struct ubl *u, const char *name, struct span text);
/* With an attribute: name="value". */
void ubl_text_attr(struct ubl *u, const char *name, const char *attr,
    struct span value, struct span text);
/* <name><cbc:ID>text</cbc:ID></name>; nothing, where text is empty. */
void ubl_id(struct ubl *u, const char *name, struct span text);
/* Minor units, of the order's currency. */
void ubl_amount(struct ubl *u, const char *name, int64_t units);
/* Something that the invoice cannot do without, and how to set it. */
void ubl_lacks(struct ubl *u, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* --- taxes: ubl_tax.c ---------------------------------------------------- */

/* Finds taxes and sets, and whether it is of the core. */
void ubl_find_taxes(struct ubl *u);
/* Does anything bear a tax with this code? */
bool ubl_has_code(const struct ubl *u, const char *code);
/* Each cac:TaxCategory of a set, or by another name. */
void ubl_categories(struct ubl *u, const char *name, const struct ubl_set *set);
/* Each cac:TaxTotal. */
void ubl_tax_totals(struct ubl *u);

/* --- lines: ubl_line.c --------------------------------------------------- */

/* What a line comes to: without taxes that are within its price. */
int64_t ubl_line_amount(const struct ubl *u, const struct calc_line *l);
void ubl_lines(struct ubl *u);
/* Something off, or on top; set NULL: of a line, whose taxes are its own. */
void ubl_allowance(struct ubl *u, bool charge, const char *code,
    const char *reason, int64_t units, const struct ubl_set *set);

/* --- who, and how it is paid: ubl_party.c, ubl_pay.c --------------------- */

/* Reads both parties; what they lack is added to missing. */
int ubl_find_parties(struct ubl *u, struct err *e);
void ubl_parties(struct ubl *u);
/* Where it goes, if the order says so; else as far as `country` asks for. */
void ubl_location(struct ubl *u, bool country);
/* The next line of a setting, where \n stands between them. */
struct span ubl_next_line(struct span *rest);
void ubl_payment(struct ubl *u);
/* As a note: of a template what was made of it. */
int ubl_conditions(struct ubl *u, struct err *e);

#endif
