#include "crm/trade/ubl.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crm/trade/ubl_impl.h"

/* --- elements ------------------------------------------------------------ */

/*
 * XML has no other control characters than these three, and neither U+FFFE nor
 * U+FFFF.
 */
static void
escape(struct buf *b, struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '&')
			buf_adds(b, "&amp;");
		else if (c == '<')
			buf_adds(b, "&lt;");
		else if (c == '>')
			buf_adds(b, "&gt;");
		else if (c == '"')
			buf_adds(b, "&quot;");
		else if (span_starts(span_n(s.p + i, s.n - i),
			     span("\xef\xbf\xbe")) ||
		    span_starts(span_n(s.p + i, s.n - i),
			span("\xef\xbf\xbf")))
			i += 2;
		else if ((unsigned char)c >= 0x20 || c == '\n' || c == '\t')
			buf_addc(b, c);
		else
			buf_addc(b, ' ');
	}
}

static void
indent(struct ubl *u)
{
	buf_addf(u->out, "%*s", 2 * u->depth, "");
}

void
ubl_open(struct ubl *u, const char *name)
{
	indent(u);
	buf_addf(u->out, "<%s>\n", name);
	u->depth++;
}

void
ubl_close(struct ubl *u, const char *name)
{
	u->depth--;
	indent(u);
	buf_addf(u->out, "</%s>\n", name);
}

/* With an attribute: name="value"; nothing, where text is empty. */
static void
attr_text(struct ubl *u, const char *name, const char *attr,
    struct span value, struct span text)
{
	if (!text.n)
		return;
	indent(u);
	buf_addf(u->out, "<%s", name);
	if (attr) {
		buf_addf(u->out, " %s=\"", attr);
		escape(u->out, value);
		buf_addc(u->out, '"');
	}
	buf_addc(u->out, '>');
	escape(u->out, text);
	buf_addf(u->out, "</%s>\n", name);
}

void
ubl_text(struct ubl *u, const char *name, struct span text)
{
	attr_text(u, name, NULL, span(""), text);
}

static void
put_amount(struct ubl *u, const char *name, int64_t units)
{
	struct buf b = { 0 };

	dec_format(&b, units, u->o->doc.exponent);
	attr_text(u, name, "currencyID", u->o->doc.currency, buf_span(&b));
	buf_release(&b);
}

void
ubl_lacks(struct ubl *u, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	buf_addf(&u->missing, "%s%s", u->missing.n ? "; " : "", text);
}

/* --- taxes --------------------------------------------------------------- */

/* In percent at 4 decimals; what is on top of others is that much more. */
static int64_t
percent_of(const struct tax_class *c)
{
	int128 whole = 1000000, sum = 0; /* 100 % at 4 decimals */

	for (size_t i = 0; i < c->n; i++) {
		int128 rate = c->part[i].rate.value;

		for (int k = c->part[i].rate.scale; k < 4; k++)
			rate *= 10;
		sum += c->part[i].compound
		    ? round_div(rate * (whole + sum), whole)
		    : rate;
	}
	return (int64_t)sum;
}

static struct ubl_tax
category_of(const struct ubl *u, const struct tax_class *c)
{
	struct ubl_tax t = { .code = c->code, .reason = c->reason,
		.percent = percent_of(c) };

	if (!t.code.n)
		t.code = span(u->k->mode == TAX_NONE ? "O"
			: c->n == 0		     ? "E"
			: t.percent == 0	     ? "Z"
						     : "S");
	return t;
}

/* Does anything bear it? A class can occur in what was not chosen only. */
static bool
class_occurs(const struct calc *k, size_t class)
{
	for (size_t i = 0; i < k->nlines; i++)
		if (k->line[i].counted && k->line[i].tax == class)
			return true;
	return k->shipping_net && k->shipping_tax == class;
}

/* Classes of one code and percentage are one category, with one reason. */
static void
find_taxes(struct ubl *u)
{
	const struct calc *k = u->k;

	u->tax = arena_alloc(&u->arena, (k->ntaxes + 1) * sizeof *u->tax);
	u->of = arena_alloc(&u->arena, (k->ntaxes + 1) * sizeof *u->of);
	for (size_t i = 0; i < k->ntaxes; i++) {
		struct ubl_tax t = category_of(u, &k->taxes[i]);
		size_t at = 0;

		while (at < u->ntaxes &&
		    (!span_eq(u->tax[at].code, t.code) ||
			u->tax[at].percent != t.percent))
			at++;
		if (at == u->ntaxes)
			u->tax[u->ntaxes++] = (struct ubl_tax){
				.code = t.code, .percent = t.percent };
		if (class_occurs(k, i)) {
			u->tax[at].occurs = true;
			if (!u->tax[at].reason.n)
				u->tax[at].reason = t.reason;
		}
		u->of[i] = at;
	}
	for (size_t i = 0; i < k->nlines; i++)
		if (k->line[i].counted) {
			u->tax[u->of[k->line[i].tax]].base += k->line[i].net;
			u->tax[u->of[k->line[i].tax]].off += k->line[i].share;
		}
	if (k->shipping_net)
		u->tax[u->of[k->shipping_tax]].base += k->shipping_net;
	for (size_t i = 0; i < k->nsums; i++)
		u->tax[u->of[k->sum[i].tax]].tax += k->sum[i].amount;
}

/* Why it is not taxed; what nobody gave a reason for has that of its code. */
static struct span
reason_of(const struct ubl_tax *t)
{
	return t->reason.n ? t->reason
	    : span_eqs(t->code, "E") ? span("exempt")
	    : span_eqs(t->code, "O") ? span("not subject to tax")
				     : span("");
}

/* cac:TaxCategory or cac:ClassifiedTaxCategory. */
static void
category(struct ubl *u, const char *name, const struct ubl_tax *t,
    bool why)
{
	struct buf b = { 0 };
	int64_t p = t->percent;
	int scale = 4;

	for (; scale > 0 && p % 10 == 0; p /= 10)
		scale--;
	dec_format(&b, p, scale);
	ubl_open(u, name);
	ubl_text(u, "cbc:ID", t->code);
	if (!span_eqs(t->code, "O"))
		ubl_text(u, "cbc:Percent", buf_span(&b));
	if (why && !span_eqs(t->code, "S") && !span_eqs(t->code, "Z"))
		ubl_text(u, "cbc:TaxExemptionReason", reason_of(t));
	ubl_open(u, "cac:TaxScheme");
	ubl_text(u, "cbc:ID", span("VAT"));
	ubl_close(u, "cac:TaxScheme");
	ubl_close(u, name);
	buf_release(&b);
}

/*
 * The standard computes each tax of the whole; by line it can come out a unit
 * or so apart, which some readers refuse.
 */
static void
note_rounding(const struct ubl *u, const struct ubl_tax *t, struct buf *notes)
{
	int64_t plain =
	    (int64_t)round_div((int128)t->base * t->percent, 1000000);
	struct buf own = { 0 }, whole = { 0 };

	if (plain == t->tax)
		return;
	dec_format(&own, t->tax, u->o->doc.exponent);
	dec_format(&whole, plain, u->o->doc.exponent);
	buf_addf(notes, "taxes were rounded line by line: %s, where EN 16931 "
			"has %s (BR-CO-17); rounding=document agrees with it\n",
	    own.p, whole.p);
	buf_release(&own);
	buf_release(&whole);
}

static void
tax_total(struct ubl *u, struct buf *notes)
{
	ubl_open(u, "cac:TaxTotal");
	put_amount(u, "cbc:TaxAmount", u->k->taxes_total);
	for (size_t i = 0; i < u->ntaxes; i++) {
		if (!u->tax[i].occurs)
			continue;
		ubl_open(u, "cac:TaxSubtotal");
		put_amount(u, "cbc:TaxableAmount", u->tax[i].base);
		put_amount(u, "cbc:TaxAmount", u->tax[i].tax);
		category(u, "cac:TaxCategory", &u->tax[i], true);
		ubl_close(u, "cac:TaxSubtotal");
		note_rounding(u, &u->tax[i], notes);
	}
	ubl_close(u, "cac:TaxTotal");
}

/* --- what is off, or on top ---------------------------------------------- */

static void
allowance(struct ubl *u, bool charge, const char *reason, int64_t units,
    const struct ubl_tax *t)
{
	ubl_open(u, "cac:AllowanceCharge");
	ubl_text(u, "cbc:ChargeIndicator", span(charge ? "true" : "false"));
	ubl_text(u, "cbc:AllowanceChargeReason", span(reason));
	put_amount(u, "cbc:Amount", units);
	if (t)
		category(u, "cac:TaxCategory", t, false);
	ubl_close(u, "cac:AllowanceCharge");
}

/* Of prices with taxes the discounts of the whole are in the lines' nets. */
static int64_t
allowances(struct ubl *u)
{
	int64_t sum = 0;

	for (size_t i = 0; u->k->mode != TAX_INCLUSIVE && i < u->ntaxes; i++) {
		if (u->tax[i].off == 0)
			continue;
		allowance(u, false, "Discount", u->tax[i].off, &u->tax[i]);
		sum += u->tax[i].off;
	}
	if (u->k->shipping_net)
		allowance(u, true, "Shipping", u->k->shipping_net,
		    &u->tax[u->of[u->k->shipping_tax]]);
	return sum;
}

static int64_t
line_amount(const struct ubl *u, const struct calc_line *l)
{
	return u->k->mode == TAX_INCLUSIVE ? l->net : l->amount;
}

static void
total(struct ubl *u, int64_t off)
{
	int64_t lines = 0, all = u->k->net + u->k->taxes_total;

	for (size_t i = 0; i < u->k->nlines; i++)
		if (u->k->line[i].counted)
			lines += line_amount(u, &u->k->line[i]);
	ubl_open(u, "cac:LegalMonetaryTotal");
	put_amount(u, "cbc:LineExtensionAmount", lines);
	put_amount(u, "cbc:TaxExclusiveAmount", u->k->net);
	put_amount(u, "cbc:TaxInclusiveAmount", all);
	put_amount(u, "cbc:AllowanceTotalAmount", off);
	put_amount(u, "cbc:ChargeTotalAmount", u->k->shipping_net);
	put_amount(u, "cbc:PrepaidAmount", u->o->paid);
	/* adjustments come after the taxes, as rounding to coins does */
	if (u->o->total != all)
		put_amount(u, "cbc:PayableRoundingAmount", u->o->total - all);
	put_amount(u, "cbc:PayableAmount", u->o->total - u->o->paid);
	ubl_close(u, "cac:LegalMonetaryTotal");
}

/* --- lines --------------------------------------------------------------- */

/* UN/ECE recommendation 20; what is none of these is counted. */
static struct span
unit_code(struct span unit)
{
	static const struct {
		const char *unit, *code;
	} known[] = { { "kg", "KGM" }, { "g", "GRM" }, { "t", "TNE" },
		{ "m", "MTR" }, { "cm", "CMT" }, { "mm", "MMT" },
		{ "km", "KMT" }, { "m2", "MTK" }, { "m²", "MTK" },
		{ "m3", "MTQ" }, { "m³", "MTQ" }, { "l", "LTR" },
		{ "min", "MIN" }, { "h", "HUR" }, { "hour", "HUR" },
		{ "hours", "HUR" }, { "day", "DAY" }, { "days", "DAY" },
		{ "month", "MON" }, { "kWh", "KWH" } };

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (span_ieqs(unit, known[i].unit))
			return span(known[i].code);
	return span("C62");
}

/* The line's own discount; of shared units one may be missing or too many. */
static void
line_off(struct ubl *u, const struct calc_line *l)
{
	int64_t off = l->gross - l->amount;

	if (u->k->mode == TAX_INCLUSIVE || off == 0)
		return;
	if (off > 0)
		allowance(u, false,
		    l->off.percent || l->off.amount ? "Discount" : "Rounding",
		    off, NULL);
	else
		allowance(u, true, "Rounding", -off, NULL);
}

static void
price(struct ubl *u, const struct record *r, const struct calc_line *l)
{
	struct span quantity = record_get(r, "quantity");

	ubl_open(u, "cac:Price");
	if (u->k->mode == TAX_INCLUSIVE) {
		/* without its taxes one of it has no exact price; all have */
		put_amount(u, "cbc:PriceAmount", l->net);
		attr_text(u, "cbc:BaseQuantity", "unitCode",
		    unit_code(record_get(r, "unit")),
		    quantity.n ? quantity : span("1"));
	} else {
		attr_text(u, "cbc:PriceAmount", "currencyID",
		    u->o->doc.currency,
		    record_get(r, "price").n ? record_get(r, "price")
					     : span("0"));
	}
	ubl_close(u, "cac:Price");
}

static void
line(struct ubl *u, size_t i)
{
	const struct doc_line *dl = &u->o->doc.line[i];
	const struct calc_line *l = &u->k->line[dl->calc];
	struct span quantity = record_get(&dl->r, "quantity");
	struct span name = record_get(&dl->r, "name");

	ubl_open(u, "cac:InvoiceLine");
	ubl_text(u, "cbc:ID", arena_printf(&u->arena, "%zu", i + 1));
	attr_text(u, "cbc:InvoicedQuantity", "unitCode",
	    unit_code(record_get(&dl->r, "unit")),
	    quantity.n ? quantity : span("1"));
	put_amount(u, "cbc:LineExtensionAmount", line_amount(u, l));
	line_off(u, l);
	ubl_open(u, "cac:Item");
	ubl_text(u, "cbc:Name", name.n ? name : record_get(&dl->r, "sku"));
	if (record_get(&dl->r, "sku").n) {
		ubl_open(u, "cac:SellersItemIdentification");
		ubl_text(u, "cbc:ID", record_get(&dl->r, "sku"));
		ubl_close(u, "cac:SellersItemIdentification");
	}
	category(u, "cac:ClassifiedTaxCategory", &u->tax[u->of[l->tax]],
	    false);
	ubl_close(u, "cac:Item");
	price(u, &dl->r, l);
	ubl_close(u, "cac:InvoiceLine");
}

/* --- all of it ----------------------------------------------------------- */

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
head(struct ubl *u)
{
	const struct record *r = &u->o->doc.r;
	struct span number = record_get(r, "number");

	ubl_text(u, "cbc:CustomizationID", span("urn:cen.eu:en16931:2017"));
	ubl_text(u, "cbc:ID", number.n ? number : record_get(r, "id"));
	ubl_text(u, "cbc:IssueDate", record_get(r, "date"));
	ubl_text(u, "cbc:DueDate", due_day(u->o));
	ubl_text(u, "cbc:InvoiceTypeCode", span("380"));
	ubl_text(u, "cbc:Note", record_get(r, "conditions"));
	ubl_text(u, "cbc:DocumentCurrencyCode", u->o->doc.currency);
	ubl_text(u, "cbc:BuyerReference", record_get(r, "reference"));
	if (record_get(r, "reference").n) {
		ubl_open(u, "cac:OrderReference");
		ubl_text(u, "cbc:ID", record_get(r, "reference"));
		ubl_close(u, "cac:OrderReference");
	}
}

static int
invoice(struct ubl *u, struct buf *notes, struct err *e)
{
	int64_t off;

	buf_adds(u->out,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<Invoice xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:"
	    "Invoice-2\"\n"
	    "    xmlns:cac=\"urn:oasis:names:specification:ubl:schema:xsd:"
	    "CommonAggregateComponents-2\"\n"
	    "    xmlns:cbc=\"urn:oasis:names:specification:ubl:schema:xsd:"
	    "CommonBasicComponents-2\">\n");
	u->depth = 1;
	find_taxes(u);
	head(u);
	if (ubl_parties(u, e))
		return -1;
	ubl_payment(u);
	off = allowances(u);
	tax_total(u, notes);
	total(u, off);
	for (size_t i = 0; i < u->o->doc.nlines; i++)
		if (u->o->doc.line[i].calc != NO_CALC &&
		    u->k->line[u->o->doc.line[i].calc].counted)
			line(u, i);
	ubl_close(u, "Invoice");
	return 0;
}

int
ubl_invoice(struct session *s, const struct order *o, struct buf *out,
    struct buf *notes, struct err *e)
{
	struct ubl u = { .s = s, .o = o, .k = &o->doc.calc, .out = out };
	int r = -1;

	if (u.k->nlines == 0)
		err_set(e, ERR_USAGE, "it has no lines");
	else if (doc_check_issued(&o->doc, e) == 0)
		r = invoice(&u, notes, e);
	if (r == 0 && u.missing.n)
		r = err_set(e, ERR_USAGE, "the invoice lacks: %s",
		    u.missing.p);
	arena_release(&u.arena);
	buf_release(&u.missing);
	return r;
}
