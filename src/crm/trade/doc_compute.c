/* From the fields of a document and its lines to what they come to. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crm/trade/doc_impl.h"
#include "crm/trade/tax.h"

struct computing {
	struct session *s;
	struct doc *d;
	struct tax_class *tax; /* room for one of each line, and of shipping */
	size_t ntaxes;
	struct off *off;
	size_t noffs;
	int32_t day;	   /* whose rates hold */
	struct span rates; /* of what was issued: these do; "" by the table */
	bool alone;  /* a line by itself, without its place */
	/* of the lines, looked up once */
	const struct field *kind, *quantity, *price, *discount, *class, *cost,
	    *choice, *chosen, *sku, *name;
};

static void
find_fields(struct computing *c, const struct entity *ent)
{
	const struct {
		const struct field **f;
		const char *name;
	} want[] = { { &c->kind, "kind" }, { &c->quantity, "quantity" },
		{ &c->price, "price" }, { &c->discount, "discount" },
		{ &c->class, "tax" }, { &c->cost, "cost" },
		{ &c->choice, "choice" }, { &c->chosen, "chosen" },
		{ &c->sku, "sku" }, { &c->name, "name" } };

	for (size_t i = 0; i < sizeof want / sizeof *want; i++)
		*want[i].f = entity_field(ent, span(want[i].name));
}

static int
blame_line(struct computing *c, size_t i, struct err *e)
{
	const struct record *r = &c->d->line[i].r;
	struct span what = record_at(r, c->sku);

	if (!what.n)
		what = record_at(r, c->name);
	if (c->alone)
		return what.n ? err_prefix(e, "%.*s: ", SPANF(what)) : -1;
	return what.n ? err_prefix(e, "line %zu (%.*s): ", i + 1, SPANF(what))
		      : err_prefix(e, "line %zu: ", i + 1);
}

/* A class once only, since taxes are summed by class. */
static int
tax_at(struct computing *c, struct span key, size_t *out, struct err *e)
{
	struct tax_class *t = &c->tax[c->ntaxes];

	memset(t, 0, sizeof *t);
	if (c->d->calc.mode != TAX_NONE &&
	    (c->rates.n ? tax_frozen(c->rates, key, t, e)
			: tax_class_of(c->s, key, c->day, t, e)))
		return -1;
	for (*out = 0; *out < c->ntaxes; ++*out)
		if (span_eq(c->tax[*out].key, t->key))
			return 0;
	c->ntaxes++;
	return 0;
}

static int
number(struct span v, const char *what, int64_t none, struct dec *out,
    struct err *e)
{
	*out = (struct dec){ none, 0 };
	if (!v.n || dec_parse(v, out))
		return 0;
	return err_set(e, ERR_DATA, "%s '%.*s' is no number", what, SPANF(v));
}

static int
item(struct computing *c, const struct record *r, struct calc_line *cl,
    struct err *e)
{
	bool option = record_at(r, c->choice).n > 0;

	if (number(record_at(r, c->quantity), "quantity", 1, &cl->quantity,
		e) ||
	    number(record_at(r, c->price), "price", 0, &cl->price, e) ||
	    number(record_at(r, c->cost), "cost", 0, &cl->cost, e) ||
	    off_parse(
		record_at(r, c->discount), c->d->exponent, &cl->off, e) ||
	    tax_at(c, record_at(r, c->class), &cl->tax, e))
		return -1;
	cl->counted = !option || span_eqs(record_at(r, c->chosen), "yes");
	return 0;
}

static int
line(struct computing *c, size_t i, struct err *e)
{
	struct doc_line *l = &c->d->line[i];
	struct span kind = record_at(&l->r, c->kind);
	struct calc *k = &c->d->calc;
	struct off *off;

	l->calc = l->off = NO_CALC;
	if (span_eqs(kind, "discount")) {
		off = &c->off[c->noffs];
		if (off_parse(record_at(&l->r, c->discount), c->d->exponent,
			off, e))
			return -1;
		l->off = c->noffs++;
		return 0;
	}
	if (kind.n && !span_eqs(kind, "item") && !span_eqs(kind, "gift"))
		return 0;
	if (item(c, &l->r, &k->line[k->nlines], e))
		return -1;
	l->calc = k->nlines++;
	return 0;
}

static int
money(const struct doc *d, const char *field, int64_t *out, struct err *e)
{
	struct span v = record_get(&d->r, field);

	*out = 0;
	if (!v.n || dec_units(v, d->exponent, out))
		return 0;
	return err_set(e, ERR_DATA, "%s '%.*s' is no amount of %.*s", field,
	    SPANF(v), SPANF(d->currency));
}

int
doc_terms(struct session *s, const struct doc *d, struct terms *out,
    struct err *e)
{
	struct span frozen = record_get(&d->r, "issued_terms");

	if (frozen.n && !doc_is_draft(d))
		return terms_frozen(frozen, d->exponent, out, e);
	return terms_parse(
		   s, record_get(&d->r, "terms"), d->exponent, out, e)
	    ? err_prefix(e, "terms: ")
	    : 0;
}

void
doc_put_sums(struct changes *c, const struct doc *d, struct record *r)
{
	const struct calc *k = &d->calc;

	record_put(r, "issued_net", dec_span(&c->arena, k->net, d->exponent));
	record_put(r, "issued_taxes",
	    dec_span(&c->arena, k->taxes_total, d->exponent));
	record_put(
	    r, "issued_total", dec_span(&c->arena, k->total, d->exponent));
}

int
doc_freeze(struct changes *c, const struct doc *d, struct record *r,
    struct err *e)
{
	struct buf b = { 0 };
	int ret = 0;

	if (!record_get(r, "issued_rates").n && d->calc.mode != TAX_NONE) {
		ret = tax_freeze(c->s, d->calc.taxes, d->calc.ntaxes,
		    doc_day(c->s, &d->r), &b, e);
		record_put(r, "issued_rates",
		    arena_span(&c->arena, buf_span(&b)));
	}
	buf_cut(&b, 0);
	if (ret == 0 && !record_get(r, "issued_terms").n) {
		terms_freeze(&d->terms, &b);
		record_put(r, "issued_terms",
		    arena_span(&c->arena, span_trim(buf_span(&b))));
	}
	buf_release(&b);
	return ret;
}

/* How it is computed, and what is of the whole. */
static int
head(struct computing *c, struct err *e)
{
	struct doc *d = c->d;
	struct span mode = record_get(&d->r, "tax");
	struct span halves = record_get(&d->r, "halves");
	struct span cash = record_get(&d->r, "cash");

	if (mode.n && !tax_mode_parse(mode, &d->calc.mode))
		return err_set(e, ERR_DATA, "tax '%.*s'", SPANF(mode));
	if (halves.n && !halves_parse(halves, &d->calc.halves))
		return err_set(e, ERR_DATA, "halves '%.*s'", SPANF(halves));
	if (!doc_is_draft(d))
		c->rates = record_get(&d->r, "issued_rates");
	d->calc.exponent = d->exponent;
	d->calc.by_document =
	    span_eqs(record_get(&d->r, "rounding"), "document");
	if (cash.n &&
	    (!dec_units(cash, d->exponent, &d->calc.cash) ||
		d->calc.cash < 0))
		return err_set(e, ERR_DATA,
		    "cash '%.*s': the smallest coin, such as 0.05",
		    SPANF(cash));
	if (money(d, "shipping", &d->calc.shipping, e) ||
	    money(d, "adjustment", &d->calc.adjustment, e) ||
	    tax_at(c, record_get(&d->r, "shipping_tax"),
		&d->calc.shipping_tax, e))
		return -1;
	if (off_parse(record_get(&d->r, "discount"), d->exponent, c->off, e))
		return err_prefix(e, "discount: ");
	c->noffs = record_get(&d->r, "discount").n ? 1 : 0;
	return doc_terms(c->s, d, &d->terms, e);
}

/* "line 2: ..." of calc counts what it was given; people count all lines. */
static int
blame_calc(struct computing *c, struct err *e)
{
	struct err own = *e;
	struct span rest = span(own.msg);
	int64_t n;
	int r = -1;

	if (!span_starts(rest, span("line ")))
		return -1;
	rest = span_n(rest.p + 5, rest.n - 5);
	if (!span_int(span_cut(&rest, ':'), &n) || n < 1)
		return -1;
	for (size_t i = 0; i < c->d->nlines; i++) {
		if (c->d->line[i].calc != (size_t)n - 1)
			continue;
		*e = (struct err){ 0 };
		err_set(e, own.code, "%.*s", SPANF(span_trim(rest)));
		err_release(&own);
		r = blame_line(c, i, e);
		break;
	}
	return r;
}

int32_t
doc_day(struct session *s, const struct record *r)
{
	struct span date = record_get(r, "date");
	int32_t day;

	return date.n && date_parse(date, &day) ? day : s->dates.today;
}

static int
find_currency(struct session *s, struct doc *d, struct err *e)
{
	d->currency = record_get(&d->r, "currency");
	if (!d->currency.n)
		d->currency = span(s->currency);
	d->exponent = currency_exponent(d->currency);
	if (d->exponent < 0)
		return d->currency.n
		    ? err_set(e, ERR_DATA, "currency '%.*s' is not known",
			  SPANF(d->currency))
		    : err_set(e, ERR_USAGE,
			  "it has no currency and the store has no default; "
			  "give one (currency=EUR) or set core.currency in "
			  "crmrc");
	return 0;
}

static int
compute(struct session *s, struct doc *d, bool alone, struct err *e)
{
	struct computing c = { .s = s, .d = d, .alone = alone,
		.day = doc_day(s, &d->r) };
	size_t n = d->nlines + 1;

	memset(&d->calc, 0, sizeof d->calc);
	if (find_currency(s, d, e))
		return -1;
	c.tax = arena_alloc(&d->arena, (n + 1) * sizeof *c.tax);
	c.off = arena_alloc(&d->arena, n * sizeof *c.off);
	d->calc.line = arena_alloc(&d->arena, n * sizeof *d->calc.line);
	if (head(&c, e))
		return -1;
	if (d->nlines)
		find_fields(&c, d->line[0].r.ent);
	for (size_t i = 0; i < d->nlines; i++)
		if (line(&c, i, e))
			return blame_line(&c, i, e);
	d->calc.taxes = c.tax;
	d->calc.ntaxes = c.ntaxes;
	d->calc.off = c.off;
	d->calc.noffs = c.noffs;
	/* a discount of the whole is too much for nothing */
	if (alone && d->calc.nlines == 0)
		return 0;
	return calc_run(&d->calc, e) ? blame_calc(&c, e) : 0;
}

int
doc_compute(struct session *s, struct doc *d, struct err *e)
{
	return compute(s, d, false, e);
}

/* What is of the whole, as if it were not less than its discounts. */
int
doc_check_head(struct session *s, const struct record *r, struct err *e)
{
	struct doc d = { .r = *r };
	struct tax_class tax = { .n = 0 };
	struct off off = { .amount = 0 };
	struct computing c = { .s = s, .d = &d, .day = doc_day(s, r),
		.tax = &tax, .off = &off };

	return find_currency(s, &d, e) || head(&c, e) ? -1 : 0;
}

int
doc_check_line(struct session *s, const struct record *r,
    const struct record *line, struct err *e)
{
	struct record plain = { .ent = r->ent, .id = r->id, .n = r->n };
	struct doc d = { 0 };
	struct doc_line one = { .r = *line };
	int ret;

	plain.value = arena_alloc(&d.arena, (r->n + 1) * sizeof *r->value);
	memcpy(plain.value, r->value, r->n * sizeof *r->value);
	/* what the whole is less is not this line's */
	record_put(&plain, "discount", span(""));
	record_put(&plain, "shipping", span(""));
	record_put(&plain, "adjustment", span(""));
	d.r = plain;
	d.line = &one;
	d.nlines = 1;
	ret = compute(s, &d, true, e);
	arena_release(&d.arena);
	return ret;
}
