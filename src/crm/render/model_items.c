/* What is offered: lines, by headings, and what may be chosen besides. */
#include <string.h>

#include "crm/render/model_impl.h"
#include "store/id.h"

struct items {
	struct model *m;
	struct tval *lines, *groups, *options;
	struct tval *group, *group_lines; /* the open one */
	int64_t sum;			  /* of the open group */
	size_t ngroups, position;
	bool headed; /* the open group has a heading */
	bool refused; /* and lines that were not chosen */
};

static bool
is(const struct doc_line *l, const char *field, const char *value)
{
	return span_eqs(record_get(&l->r, field), value);
}

bool
model_is_exempt(const struct tax_class *class)
{
	bool none = class->n == 0 || span_eqs(class->code, "E");

	for (size_t i = 0; i < class->n; i++)
		none = none && class->part[i].rate.value == 0;
	return none;
}

/* What "line" says of tax: "19 %", "GST 5 % + PST 7 %". */
static void
tax(struct model *m, struct tval *v, const struct tax_class *class)
{
	bool exempt = model_is_exempt(class);

	if (exempt)
		buf_addspan(&m->b, word(&m->w, "tax_exempt"));
	for (size_t i = 0; i < class->n && !exempt; i++) {
		const struct tax_part *p = &class->part[i];

		buf_adds(&m->b, i ? " + " : "");
		if (class->n > 1 && p->label.n)
			model_rated(m, p->label, p->rate);
		else
			write_percent(&m->b, m->w.tongue, p->rate);
	}
	model_put(m, v, "tax");
}

/* A list price that is not what is paid. */
static void
list_price(
    struct model *m, struct tval *v, const struct doc_line *l, struct dec price)
{
	struct dec list;

	if (dec_parse(record_get(&l->r, "list"), &list) &&
	    dec_cmp(list, price) > 0)
		write_dec(&m->b, m->w.tongue, list, m->d->exponent);
	model_put(m, v, "list");
}

static void
figures(struct model *m, struct tval *v, const struct doc_line *l)
{
	const struct calc *c = &m->d->calc;
	const struct calc_line *x = &c->line[l->calc];

	write_dec(&m->b, m->w.tongue, x->quantity, 0);
	model_put(m, v, "quantity");
	write_dec(&m->b, m->w.tongue, x->price, m->d->exponent);
	model_put(m, v, "price");
	list_price(m, v, l, x->price);
	if (x->off.percent && x->off.share.value)
		write_percent(&m->b, m->w.tongue, x->off.share);
	else if (!x->off.percent && x->off.amount)
		write_number(&m->b, m->w.tongue, x->off.amount, m->d->exponent);
	model_put(m, v, "discount");
	model_amount(m, v, "amount", x->amount);
	if (m->line_taxes && x->tax < c->ntaxes)
		tax(m, v, &c->taxes[x->tax]);
}

/* Is a tax class named by any line? Else there is nothing to say of taxes. */
static bool
line_taxes(const struct calc *c)
{
	for (size_t i = 0; c->mode != TAX_NONE && i < c->nlines; i++)
		if (c->line[i].tax < c->ntaxes &&
		    c->taxes[c->line[i].tax].key.n)
			return true;
	return false;
}

static void
unit(struct model *m, struct tval *v, const struct doc_line *l)
{
	int64_t n = 0;

	(void)dec_units(record_get(&l->r, "quantity"), 6, &n);
	tval_text(m->a, v, "unit",
	    word_unit(&m->w, record_get(&l->r, "unit"), n == ORDER_ONE));
}

static struct tval *
line(struct model *m, const struct doc_line *l)
{
	static const char *const kinds[] = { "heading", "text", "gift", "item",
		"part" };
	struct tval *v = tval_object(m->a);
	struct span choice = record_get(&l->r, "choice"), kind;

	kind = record_get(&l->r, "kind");
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		char key[16] = "is_";

		strcat(key, kinds[i]);
		tval_flag(m->a, v, key,
		    span_eqs(kind, kinds[i]) ||
			(kind.n == 0 && strcmp(kinds[i], "item") == 0));
	}
	/* own answers: those of a group further out are not meant */
	tval_text(m->a, v, "position", span(""));
	model_plain(m, v, "sku", record_get(&l->r, "sku"));
	tval_text(m->a, v, "name", record_get(&l->r, "name"));
	unit(m, v, l);
	model_lines(m, v, "note", record_get(&l->r, "note"));
	tval_flag(m->a, v, "is_option",
	    !m->settled && span_eqs(choice, "option"));
	tval_flag(m->a, v, "is_alternative",
	    !m->settled && span_eqs(choice, "alternative"));
	tval_flag(m->a, v, "chosen", is(l, "chosen", "yes"));
	tval_text(m->a, v, "group", record_get(&l->r, "group"));
	tval_put(m->a, v, "parts", tval_list(m->a));
	if (l->calc != NO_CALC) {
		figures(m, v, l);
	} else {
		struct dec q;

		if (dec_parse(record_get(&l->r, "quantity"), &q))
			write_dec(&m->b, m->w.tongue, q, 0);
		model_put(m, v, "quantity");
	}
	return v;
}

/* --- groups -------------------------------------------------------------- */

static void
close_group(struct items *x)
{
	struct model *m = x->m;

	if (!x->group)
		return;
	if (x->headed)
		model_amount(m, x->group, "subtotal", x->sum);
	tval_put(m->a, x->group, "lines", x->group_lines);
	/* a heading of nothing but what was not taken has nothing to say */
	if (!x->refused || tval_true(x->group_lines))
		tval_append(m->a, x->groups, x->group);
	x->group = NULL;
}

static void
open_group(struct items *x, const struct doc_line *heading)
{
	struct model *m = x->m;

	close_group(x);
	x->group = tval_object(m->a);
	x->group_lines = tval_list(m->a);
	x->headed = heading != NULL;
	x->sum = 0;
	x->refused = false;
	tval_text(m->a, x->group, "name",
	    heading ? record_get(&heading->r, "name") : span(""));
	tval_text(m->a, x->group, "subtotal", span(""));
	model_lines(m, x->group, "note",
	    heading ? record_get(&heading->r, "note") : span(""));
	x->ngroups++;
}

/* The line that a part is of; NULL where it is not there. */
static struct tval *
whole(const struct items *x, const struct doc_line *part)
{
	const struct doc *d = x->m->d;
	struct span of = record_get(&part->r, "of");
	uint64_t id = of.n ? id_pack(of) : 0;

	for (size_t i = 0; id && i < d->nlines; i++)
		if (d->line[i].r.id == id)
			return x->m->made[i];
	return NULL;
}

static void
put_part(struct items *x, const struct doc_line *l, struct tval *v)
{
	struct tval *of = whole(x, l);

	if (of)
		tval_append(
		    x->m->a, (struct tval *)tval_get(of, span("parts")), v);
}

static void
put_line(struct items *x, const struct doc_line *l, struct tval *v)
{
	struct model *m = x->m;
	bool counted = l->calc == NO_CALC || m->d->calc.line[l->calc].counted;

	if (!counted && m->settled) {
		x->refused = true;
		return;
	}
	if (l->calc != NO_CALC) {
		buf_addf(&m->b, "%zu", ++x->position);
		model_put(m, v, "position");
	}
	if (!counted) {
		tval_append(m->a, x->options, v);
		return;
	}
	tval_append(m->a, x->lines, v);
	if (is(l, "kind", "heading")) {
		open_group(x, l);
		return;
	}
	if (!x->group)
		open_group(x, NULL);
	tval_append(m->a, x->group_lines, v);
	if (l->calc != NO_CALC)
		x->sum += m->d->calc.line[l->calc].amount;
}

void
model_items(struct model *m)
{
	const struct doc *d = m->d;
	struct items x = { .m = m,
		.lines = tval_list(m->a),
		.groups = tval_list(m->a),
		.options = tval_list(m->a) };

	m->line_taxes = line_taxes(&d->calc);
	tval_flag(m->a, m->root, "has_line_taxes", m->line_taxes);
	m->made = arena_alloc(m->a, (d->nlines + 1) * sizeof *m->made);
	for (size_t i = 0; i < d->nlines; i++)
		if (!is(&d->line[i], "kind", "discount"))
			m->made[i] = line(m, &d->line[i]);
	for (size_t i = 0; i < d->nlines; i++) {
		const struct doc_line *l = &d->line[i];

		if (is(l, "kind", "part"))
			put_part(&x, l, m->made[i]);
		else if (m->made[i])
			put_line(&x, l, m->made[i]);
	}
	close_group(&x);
	tval_put(m->a, m->root, "lines", x.lines);
	tval_put(m->a, m->root, "groups", x.groups);
	tval_put(m->a, m->root, "options", x.options);
	tval_flag(m->a, m->root, "has_options", tval_true(x.options));
}
