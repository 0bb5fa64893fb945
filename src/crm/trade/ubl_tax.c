/* Of an electronic invoice: its taxes, and what bears them. */
#include <string.h>

#include "crm/trade/ubl_impl.h"

/* --- what a class is charged with ---------------------------------------- */

/*
 * The categories of UNCL5305 that EN 16931 takes, whether they are charged, and
 * why not: the code of VATEX, and words where the table of taxes has none.
 */
static const struct category {
	const char *code;
	enum { ANY, ABOVE_0, IS_0 } rate;
	const char *vatex, *reason;
} known[] = {
	{ "S", ABOVE_0, "", "" },
	{ "Z", IS_0, "", "" },
	{ "E", IS_0, "", "exempt" },
	{ "AE", IS_0, "VATEX-EU-AE", "Reverse charge" },
	{ "K", IS_0, "VATEX-EU-IC", "Intra-Community supply" },
	{ "G", IS_0, "VATEX-EU-G", "Export" },
	{ "O", IS_0, "VATEX-EU-O", "not subject to tax" },
	{ "L", ANY, "", "" }, /* the Canaries; Ceuta and Melilla */
	{ "M", ANY, "", "" },
};

static const struct category *
category_of(struct span code)
{
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (span_eqs(code, known[i].code))
			return &known[i];
	return NULL;
}

/* At 4 decimals. */
static int64_t
percent_of(const struct tax_part *p)
{
	int64_t rate = p->rate.value;

	for (int k = p->rate.scale; k < 4; k++)
		rate *= 10;
	return rate;
}

/*
 * The tax that a part is: a code of UN/ECE 5153 by which it is named; else,
 * where several are charged together, its name; else VAT.
 */
static struct span
scheme_of(const struct tax_class *c, size_t p)
{
	static const char *const codes[] = { "VAT", "GST", "STT", "LOC", "OTH",
		"EXC", "ENV" };

	for (size_t i = 0; c->n && i < sizeof codes / sizeof *codes; i++)
		if (span_ieqs(c->part[p].name, codes[i]))
			return span(codes[i]);
	return c->n > 1 && c->part[p].name.n ? c->part[p].name : span("VAT");
}

/* A class without parts is one that is not charged. */
static struct ubl_tax
part_tax(const struct ubl *u, const struct tax_class *c, size_t p)
{
	struct ubl_tax t = {
		.code = c->code, .reason = c->reason, .scheme = scheme_of(c, p)
	};

	if (c->n) {
		t.percent = percent_of(&c->part[p]);
		t.label = c->part[p].label;
	}
	/* what one part is says nothing of one that is not charged */
	if (!t.code.n || (c->n > 1 && span_eqs(t.code, "S") && t.percent == 0))
		t.code = span(u->k->mode == TAX_NONE ? "O"
			      : c->n == 0	     ? "E"
			      : t.percent == 0	     ? "Z"
						     : "S");
	return t;
}

static size_t
find_tax(struct ubl *u, const struct ubl_tax *t)
{
	size_t at = 0;

	while (at < u->ntaxes && (!span_eq(u->tax[at].scheme, t->scheme) ||
				     !span_eq(u->tax[at].code, t->code) ||
				     u->tax[at].percent != t->percent))
		at++;
	if (at == u->ntaxes)
		u->tax[u->ntaxes++] = *t;
	else if (!u->tax[at].reason.n)
		u->tax[at].reason = t->reason;
	return at;
}

/* Classes with the same rows are one. */
static size_t
find_set(struct ubl *u, const struct ubl_set *s)
{
	size_t at = 0;

	while (at < u->nsets &&
	       (u->set[at].n != s->n ||
		   memcmp(u->set[at].tax, s->tax, s->n * sizeof *s->tax) != 0))
		at++;
	if (at == u->nsets)
		u->set[u->nsets++] = *s;
	return at;
}

static void
check_part(struct ubl *u, const struct tax_class *c, const struct ubl_tax *t)
{
	const struct category *k = category_of(t->code);

	if (!k)
		ubl_lacks(u,
		    "a category for the tax class '%.*s': '%.*s' is none of "
		    "S Z E AE K G O L M: column code of config/taxes.csv, and "
		    "revise the quote",
		    SPANF(c->key), SPANF(t->code));
	else if (k->rate == IS_0 && t->percent)
		ubl_lacks(u,
		    "the rate 0 of the tax class '%.*s', whose code is %s: "
		    "config/taxes.csv, and revise the quote",
		    SPANF(c->key), k->code);
	else if (k->rate == ABOVE_0 && !t->percent)
		ubl_lacks(u,
		    "a rate of the tax class '%.*s', whose code is %s; "
		    "zero-rated is Z: config/taxes.csv, and revise the quote",
		    SPANF(c->key), k->code);
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

static void
add_class(struct ubl *u, size_t class)
{
	const struct tax_class *c = &u->k->taxes[class];
	struct ubl_set s = { .n = c->n ? c->n : 1 };

	for (size_t p = 0; p < s.n; p++) {
		struct ubl_tax t = part_tax(u, c, p);

		check_part(u, c, &t);
		s.tax[p] = find_tax(u, &t);
		for (size_t i = 0; i < p; i++)
			if (s.tax[i] == s.tax[p])
				ubl_lacks(u,
				    "different names of the parts of the tax "
				    "class '%.*s': config/taxes.csv, and "
				    "revise the quote",
				    SPANF(c->key));
		if (!span_eqs(t.scheme, "VAT") || s.n > 1)
			u->core = false;
	}
	u->of[class] = find_set(u, &s);
}

/* --- how much ------------------------------------------------------------ */

/* Of what is not charged the nets; the others have their sums. */
static void
add_net(struct ubl *u, size_t class, int64_t net)
{
	const struct ubl_set *s = &u->set[u->of[class]];

	if (u->k->taxes[class].n == 0)
		u->tax[s->tax[0]].base += net;
}

static void
add_sums(struct ubl *u)
{
	const struct calc *k = u->k;

	for (size_t i = 0; i < k->nlines; i++)
		if (k->line[i].counted) {
			u->set[u->of[k->line[i].tax]].off += k->line[i].share;
			add_net(u, k->line[i].tax, k->line[i].net);
		}
	if (k->shipping_net)
		add_net(u, k->shipping_tax, k->shipping_net);
	for (size_t i = 0; i < k->nsums; i++) {
		const struct ubl_set *s = &u->set[u->of[k->sum[i].tax]];
		struct ubl_tax *t = &u->tax[s->tax[k->sum[i].part]];

		t->base += k->sum[i].base;
		t->tax += k->sum[i].amount;
	}
}

bool
ubl_has_code(const struct ubl *u, const char *code)
{
	for (size_t i = 0; i < u->ntaxes; i++)
		if (span_eqs(u->tax[i].code, code))
			return true;
	return false;
}

void
ubl_find_taxes(struct ubl *u)
{
	const struct calc *k = u->k;
	size_t n = k->ntaxes + 1;

	u->tax = arena_alloc(&u->arena, n * TAX_PARTS * sizeof *u->tax);
	u->set = arena_alloc(&u->arena, n * sizeof *u->set);
	u->of = arena_alloc(&u->arena, n * sizeof *u->of);
	u->core = u->o->doc.exponent <= 2;
	for (size_t i = 0; i < k->ntaxes; i++)
		if (class_occurs(k, i))
			add_class(u, i);
	add_sums(u);
	if (u->core && ubl_has_code(u, "O") && u->ntaxes > 1)
		ubl_lacks(u,
		    "one of two: what is not subject to tax (code O) is on no "
		    "invoice with what is; exempt is E, zero-rated Z: "
		    "config/taxes.csv, and revise the quote");
	if (!u->core)
		buf_adds(u->notes,
		    "it is UBL 2.1, and not of EN 16931, which knows one tax, "
		    "VAT, and two decimals\n");
}

/* --- as elements --------------------------------------------------------- */

/*
 * cac:TaxCategory or cac:ClassifiedTaxCategory; why: in the summary, with its
 * reason. Untaxed has a percentage there alone, as some countries ask for it.
 */
static void
category(struct ubl *u, const char *name, const struct ubl_tax *t, bool why)
{
	const struct category *k = category_of(t->code);
	struct buf b = { 0 };
	int64_t p = t->percent;
	int scale = 4;

	for (; scale > 0 && p % 10 == 0; p /= 10)
		scale--;
	dec_format(&b, p, scale);
	ubl_open(u, name);
	ubl_text(u, "cbc:ID", t->code);
	if (why || !span_eqs(t->code, "O"))
		ubl_text(u, "cbc:Percent", buf_span(&b));
	if (why && k && k->reason[0]) {
		if (u->core)
			ubl_text(
			    u, "cbc:TaxExemptionReasonCode", span(k->vatex));
		ubl_text(u, "cbc:TaxExemptionReason",
		    t->reason.n ? t->reason : span(k->reason));
	}
	ubl_open(u, "cac:TaxScheme");
	ubl_text(u, "cbc:ID", t->scheme);
	if (!u->core)
		ubl_text(u, "cbc:Name", t->label);
	ubl_close(u, "cac:TaxScheme");
	ubl_close(u, name);
	buf_release(&b);
}

void
ubl_categories(struct ubl *u, const char *name, const struct ubl_set *set)
{
	for (size_t i = 0; i < set->n; i++)
		category(u, name, &u->tax[set->tax[i]], false);
}

/*
 * The standard computes each tax of the whole; by line it can come out a unit
 * or so apart, which some readers refuse.
 */
static void
note_rounding(const struct ubl *u, const struct ubl_tax *t)
{
	int64_t plain =
	    (int64_t)round_div((int128)t->base * t->percent, 1000000);
	struct buf own = { 0 }, whole = { 0 };

	if (plain == t->tax || !u->core)
		return;
	dec_format(&own, t->tax, u->o->doc.exponent);
	dec_format(&whole, plain, u->o->doc.exponent);
	buf_addf(u->notes,
	    "taxes were rounded line by line: %s, where EN 16931 "
	    "has %s (BR-CO-17); rounding=document agrees with it\n",
	    own.p, whole.p);
	buf_release(&own);
	buf_release(&whole);
}

/* One tax, with its percentages, of which the first is at i. */
static void
tax_total(struct ubl *u, size_t first)
{
	struct span scheme = u->tax[first].scheme;
	int64_t sum = 0;

	for (size_t i = first; i < u->ntaxes; i++)
		if (span_eq(u->tax[i].scheme, scheme))
			sum += u->tax[i].tax;
	ubl_open(u, "cac:TaxTotal");
	ubl_amount(u, "cbc:TaxAmount", sum);
	for (size_t i = first; i < u->ntaxes; i++) {
		if (!span_eq(u->tax[i].scheme, scheme))
			continue;
		ubl_open(u, "cac:TaxSubtotal");
		ubl_amount(u, "cbc:TaxableAmount", u->tax[i].base);
		ubl_amount(u, "cbc:TaxAmount", u->tax[i].tax);
		category(u, "cac:TaxCategory", &u->tax[i], true);
		ubl_close(u, "cac:TaxSubtotal");
		note_rounding(u, &u->tax[i]);
	}
	ubl_close(u, "cac:TaxTotal");
}

void
ubl_tax_totals(struct ubl *u)
{
	for (size_t i = 0, k; i < u->ntaxes; i++) {
		for (k = 0; k < i; k++)
			if (span_eq(u->tax[k].scheme, u->tax[i].scheme))
				break;
		if (k == i)
			tax_total(u, i);
	}
}
