#include "crm/trade/ubl.h"

#include "crm/trade/ubl_impl.h"

/* --- the head ------------------------------------------------------------ */

/* The last day on which anything is to be paid. */
static struct span
due_day(const struct order *o)
{
	struct span due = { "", 0 };

	for (size_t i = 0; i < o->nparts; i++)
		if (span_cmp(record_get(&o->part[i].r, "due"), due) > 0)
			due = record_get(&o->part[i].r, "due");
	return due;
}

static void
profile(struct ubl *u)
{
	if (!u->core) {
		ubl_text(u, "cbc:UBLVersionID", span("2.1"));
	} else if (!u->peppol) {
		ubl_text(
		    u, "cbc:CustomizationID", span("urn:cen.eu:en16931:2017"));
	} else {
		ubl_text(u, "cbc:CustomizationID",
		    span("urn:cen.eu:en16931:2017#compliant#"
			 "urn:fdc:peppol.eu:2017:poacc:billing:3.0"));
		ubl_text(u, "cbc:ProfileID",
		    span("urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"));
	}
}

static int
head(struct ubl *u, struct err *e)
{
	const struct record *r = &u->o->doc.r;
	struct span number = record_get(r, "number");
	struct span theirs = record_get(r, "reference");

	if (u->peppol && !theirs.n)
		ubl_lacks(u,
		    "the customer's own number or reference, as Peppol wants "
		    "it: crm-order set %.*s reference=...",
		    SPANF(record_get(r, "id")));
	profile(u);
	ubl_text(u, "cbc:ID", number.n ? number : record_get(r, "id"));
	ubl_text(u, "cbc:IssueDate", record_get(r, "date"));
	ubl_text(u, "cbc:DueDate", due_day(u->o));
	ubl_text(u, "cbc:InvoiceTypeCode", span("380"));
	if (ubl_conditions(u, e))
		return -1;
	ubl_text(u, "cbc:DocumentCurrencyCode", u->o->doc.currency);
	ubl_text(u, "cbc:BuyerReference", theirs);
	ubl_id(u, "cac:OrderReference", theirs);
	return 0;
}

/* Supplies within the EU name the day and the country. */
static void
delivery(struct ubl *u)
{
	const struct record *r = &u->o->doc.r;
	bool abroad = u->core && ubl_has_code(u, "K");
	struct span day = record_get(r, "delivered");

	if (abroad && !day.n)
		ubl_lacks(u,
		    "the day of its delivery, which is within the EU: "
		    "crm-order deliver %.*s all",
		    SPANF(record_get(r, "id")));
	if (!day.n && !record_get(r, "ship_to").n)
		return;
	ubl_open(u, "cac:Delivery");
	ubl_text(u, "cbc:ActualDeliveryDate", day);
	ubl_location(u, abroad);
	ubl_close(u, "cac:Delivery");
}

/* --- the whole ----------------------------------------------------------- */

/* Of prices with taxes the discounts of the whole are in the lines' nets. */
static int64_t
allowances(struct ubl *u)
{
	int64_t sum = 0;

	for (size_t i = 0; u->k->mode != TAX_INCLUSIVE && i < u->nsets; i++) {
		if (u->set[i].off == 0)
			continue;
		ubl_allowance(
		    u, false, "95", "Discount", u->set[i].off, &u->set[i]);
		sum += u->set[i].off;
	}
	if (u->k->shipping_net)
		ubl_allowance(u, true, "FC", "Shipping", u->k->shipping_net,
		    &u->set[u->of[u->k->shipping_tax]]);
	return sum;
}

static void
total(struct ubl *u, int64_t off)
{
	int64_t lines = 0, all = u->k->net + u->k->taxes_total;

	for (size_t i = 0; i < u->k->nlines; i++)
		if (u->k->line[i].counted)
			lines += ubl_line_amount(u, &u->k->line[i]);
	ubl_open(u, "cac:LegalMonetaryTotal");
	ubl_amount(u, "cbc:LineExtensionAmount", lines);
	ubl_amount(u, "cbc:TaxExclusiveAmount", u->k->net);
	ubl_amount(u, "cbc:TaxInclusiveAmount", all);
	ubl_amount(u, "cbc:AllowanceTotalAmount", off);
	ubl_amount(u, "cbc:ChargeTotalAmount", u->k->shipping_net);
	ubl_amount(u, "cbc:PrepaidAmount", u->o->paid);
	/* adjustments come after the taxes, as rounding to coins does */
	if (u->o->total != all)
		ubl_amount(u, "cbc:PayableRoundingAmount", u->o->total - all);
	ubl_amount(u, "cbc:PayableAmount", u->o->total - u->o->paid);
	ubl_close(u, "cac:LegalMonetaryTotal");
}

static int
invoice(struct ubl *u, struct err *e)
{
	int64_t off;

	ubl_find_taxes(u);
	if (ubl_find_parties(u, e))
		return -1;
	buf_adds(u->out,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<Invoice xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:"
	    "Invoice-2\"\n"
	    "    xmlns:cac=\"urn:oasis:names:specification:ubl:schema:xsd:"
	    "CommonAggregateComponents-2\"\n"
	    "    xmlns:cbc=\"urn:oasis:names:specification:ubl:schema:xsd:"
	    "CommonBasicComponents-2\">\n");
	u->depth = 1;
	if (head(u, e))
		return -1;
	ubl_parties(u);
	delivery(u);
	ubl_payment(u);
	off = allowances(u);
	ubl_tax_totals(u);
	total(u, off);
	ubl_lines(u);
	ubl_close(u, "Invoice");
	return 0;
}

int
ubl_invoice(struct session *s, const struct order *o, struct buf *out,
    struct buf *notes, struct err *e)
{
	struct ubl u = {
		.s = s, .o = o, .k = &o->doc.calc, .out = out, .notes = notes
	};
	int r = -1;

	if (u.k->nlines == 0)
		err_set(e, ERR_USAGE, "it has no lines");
	else if (span_eqs(record_get(&o->doc.r, "state"), "cancelled"))
		err_set(e, ERR_USAGE, "it was cancelled");
	else if (doc_check_issued(&o->doc, e) == 0)
		r = invoice(&u, e);
	if (r == 0 && u.missing.n)
		r = err_set(e, ERR_USAGE, "the invoice lacks: %s", u.missing.p);
	arena_release(&u.arena);
	buf_release(&u.missing);
	return r;
}
