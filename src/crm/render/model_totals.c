/* What it comes to, and how that was rounded. */
#include "crm/render/model_impl.h"

/* A discount of the whole: the name of its line, else the word for it. */
static void
discount(struct model *m, struct tval *list, size_t i)
{
	const struct doc *d = m->d;
	const struct off *off = &d->calc.off[i];
	struct tval *v = tval_object(m->a);
	struct span name = word(&m->w, "discount");

	for (size_t k = 0; k < d->nlines; k++) {
		const struct doc_line *l = &d->line[k];

		if (span_eqs(record_get(&l->r, "kind"), "discount") &&
		    l->off == i && record_get(&l->r, "name").n)
			name = record_get(&l->r, "name");
	}
	tval_text(m->a, v, "name", name);
	if (off->percent)
		write_percent(&m->b, m->w.tongue, off->share);
	model_put(m, v, "rate");
	if (off->percent)
		model_rated(m, name, off->share);
	else
		buf_addspan(&m->b, name);
	model_put(m, v, "text");
	model_amount(m, v, "amount", -d->calc.off_each[i]);
	tval_append(m->a, list, v);
}

static void
discounts(struct model *m)
{
	const struct calc *c = &m->d->calc;
	const size_t most = sizeof c->off_each / sizeof *c->off_each;
	struct tval *list = tval_list(m->a), *others;
	int64_t rest = c->off_total;

	for (size_t i = 0; i < c->noffs && i < most; i++) {
		rest -= c->off_each[i];
		if (c->off_each[i])
			discount(m, list, i);
	}
	if (c->noffs > most && rest) {
		others = tval_object(m->a);
		tval_text(m->a, others, "name", word(&m->w, "discount"));
		tval_text(m->a, others, "text", word(&m->w, "discount"));
		model_amount(m, others, "amount", -rest);
		tval_append(m->a, list, others);
	}
	tval_put(m->a, m->root, "discounts", list);
}

/* "VAT 19 % of 100.00"; what is exempt has no rate to tell */
static void
tax_text(struct model *m, struct tval *v, struct span label,
    const struct calc_tax *x)
{
	const struct tax_class *class = &m->d->calc.taxes[x->tax];

	buf_addspan(&m->b, model_mark(m));
	if (model_is_exempt(class))
		buf_addspan(&m->b, label);
	else
		model_rated(m, label, class->part[x->part].rate);
	buf_addf(&m->b, " %.*s ", SPANF(word(&m->w, "base")));
	write_number(&m->b, m->w.tongue, x->base, m->d->exponent);
	model_put(m, v, "text");
}

static void
taxes(struct model *m)
{
	const struct calc *c = &m->d->calc;
	struct tval *list = tval_list(m->a);

	for (size_t i = 0; i < c->nsums; i++) {
		const struct calc_tax *x = &c->sum[i];
		const struct tax_part *p = &c->taxes[x->tax].part[x->part];
		struct tval *v = tval_object(m->a);
		struct span label = p->label.n ? p->label : word(&m->w, "tax");

		tval_text(m->a, v, "label", label);
		write_percent(&m->b, m->w.tongue, p->rate);
		model_put(m, v, "rate");
		model_amount(m, v, "base", x->base);
		model_amount(m, v, "amount", x->amount);
		tax_text(m, v, label, x);
		tval_append(m->a, list, v);
	}
	tval_put(m->a, m->root, "taxes", list);
	tval_flag(m->a, m->root, "tax_inclusive", c->mode == TAX_INCLUSIVE);
	tval_flag(m->a, m->root, "tax_exclusive", c->mode == TAX_EXCLUSIVE);
	tval_flag(m->a, m->root, "tax_none", c->mode == TAX_NONE);
}

/* Why a class has no tax: "intra-community supply", each once. */
static void
reasons(struct model *m)
{
	const struct calc *c = &m->d->calc;
	struct tval *list = tval_list(m->a);

	for (size_t k = 0; k < c->ntaxes; k++) {
		const struct tax_class *t = &c->taxes[k];
		bool used = false;

		for (size_t i = 0; t->reason.n && i < c->nlines; i++)
			used =
			    used || (c->line[i].counted && c->line[i].tax == k);
		if (used)
			tval_append(m->a, list, tval_string(m->a, t->reason));
	}
	tval_put(m->a, m->root, "tax_reasons", list);
}

static void
rounding(struct model *m)
{
	static const char *const halves[] = { [HALF_UP] = "half_up",
		[HALF_EVEN] = "half_even",
		[HALF_DOWN] = "half_down",
		[ALWAYS_UP] = "always_up",
		[ALWAYS_DOWN] = "always_down" };
	const struct calc *c = &m->d->calc;

	buf_addspan(&m->b,
	    word(&m->w, c->by_document ? "rounded_document" : "rounded_line"));
	buf_addspan(&m->b, word(&m->w, "comma"));
	buf_addspan(&m->b, word(&m->w, halves[c->halves]));
	model_put(m, m->root, "rounded");
}

static void
maybe(struct model *m, const char *key, int64_t units)
{
	if (units)
		model_amount(m, m->root, key, units);
	else
		tval_text(m->a, m->root, key, span(""));
}

void
model_totals(struct model *m)
{
	const struct calc *c = &m->d->calc;

	tval_text(m->a, m->root, "currency", m->d->currency);
	model_amount(m, m->root, "subtotal", c->subtotal);
	discounts(m);
	maybe(m, "shipping", c->shipping);
	model_amount(m, m->root, "net", c->net);
	taxes(m);
	reasons(m);
	model_amount(m, m->root, "taxes_total", c->taxes_total);
	maybe(m, "adjustment", c->adjustment);
	model_amount(m, m->root, "total", c->total);
	maybe(m, "rounding", c->payable - c->total);
	model_amount(m, m->root, "payable", c->payable);
	tval_flag(m->a, m->root, "has_steps",
	    c->noffs || c->shipping || c->net != c->subtotal);
	rounding(m);
}
