/* When it is to be paid, in words and as a schedule. */
#include <string.h>

#include "base/date.h"
#include "crm/render/model_impl.h"

/* A word in which {n} or {date} stands for something. */
static void
with(struct buf *out, struct span text, const char *name, struct span value)
{
	const char *at = memmem(text.p, text.n, name, strlen(name));
	size_t n = at ? (size_t)(at - text.p) : text.n;

	buf_add(out, text.p, n);
	if (!at)
		return;
	buf_addspan(out, value);
	n += strlen(name);
	buf_add(out, text.p + n, text.n - n);
}

void
model_when(struct model *m, const struct term *t)
{
	struct buf value = { 0 };

	if (t->from == ON_DATE) {
		write_date(&value, m->w.tongue, t->days);
		with(&m->b, word(&m->w, "term_date"), "{date}",
		    buf_span(&value));
	} else if (t->days == 0) {
		buf_addspan(&m->b,
		    word(&m->w, t->from == FROM_ORDER ? "term_order"
						      : "term_delivery"));
	} else {
		buf_addf(&value, "%ld", (long)t->days);
		with(&m->b,
		    word(&m->w, t->from == FROM_ORDER ? "term_order_days"
						      : "term_delivery_days"),
		    "{n}", buf_span(&value));
	}
	buf_release(&value);
}

/* "30 %", "1,000.00 EUR", "the rest" */
void
model_share(struct model *m, const struct term *t)
{
	switch (t->kind) {
	case TERM_PERCENT:
		write_percent(&m->b, m->w.tongue, t->percent);
		break;
	case TERM_AMOUNT:
		write_number(&m->b, m->w.tongue, t->amount, m->d->exponent);
		buf_addf(&m->b, " %.*s", SPANF(m->d->currency));
		break;
	case TERM_REST:
		buf_addspan(&m->b, word(&m->w, "term_rest"));
		break;
	}
	if (t->deposit)
		buf_addf(&m->b, " (%.*s)", SPANF(word(&m->w, "term_deposit")));
}

static void
in_words(struct model *m)
{
	const struct terms *t = &m->d->terms;

	if (t->text.n || t->label.n) {
		buf_addspan(&m->b, t->text.n ? t->text : t->label);
		model_put(m, m->root, "terms");
		return;
	}
	/* it may begin with a number, which runs the other way */
	buf_addspan(&m->b, model_mark(m));
	for (size_t i = 0; i < t->n; i++) {
		if (i)
			buf_addspan(&m->b, word(&m->w, "comma"));
		if (t->n > 1 || t->term[i].kind == TERM_AMOUNT) {
			model_share(m, &t->term[i]);
			buf_addc(&m->b, ' ');
		}
		model_when(m, &t->term[i]);
	}
	model_put(m, m->root, "terms");
}

static int32_t
day(const struct model *m, const char *field)
{
	int32_t d;

	return date_parse(model_field(m, field), &d) ? d : DATE_NONE;
}

/* The instalment of an order that is the one of its terms. */
static const struct order_part *
find_part(const struct order *o, size_t i)
{
	for (size_t k = 0; k < o->nparts; k++)
		if (o->part[k].position == (int64_t)i + 1)
			return &o->part[k];
	return NULL;
}

/* Of an order its own: when they are due was settled since, and what is paid. */
static void
instalment(struct model *m, const struct instalment *plan, size_t i,
    struct tval *v)
{
	const struct order_part *p = find_part(&m->o, i);
	int64_t amount = p ? p->amount : plan->amount;
	int64_t paid = p ? p->paid : 0;

	model_date(
	    m, v, "due", p && p->due != DATE_NONE ? p->due : plan->due);
	model_amount(m, v, "amount", amount);
	model_amount(m, v, "paid", paid);
	model_amount(m, v, "open", amount - paid);
	tval_flag(m->a, v, "is_paid", paid == amount);
}

/*
 * Of a draft, nothing is a mistake yet. Days count from an order: those of a
 * quote are not known.
 */
int
model_terms(struct model *m, struct err *e)
{
	const struct doc *d = m->d;
	const struct tval *draft = tval_get(m->root, span("is_draft"));
	struct instalment part[TERMS_MAX];
	struct tval *list = tval_list(m->a);
	int r = terms_schedule(&d->terms, d->calc.payable,
	    m->order ? day(m, "date") : DATE_NONE,
	    m->order ? day(m, "delivery") : DATE_NONE, part,
	    tval_true(draft) ? NULL : e);

	in_words(m);
	for (size_t i = 0; r == 0 && i < d->terms.n; i++) {
		const struct term *t = &d->terms.term[part[i].term];
		struct tval *v = tval_object(m->a);

		model_share(m, t);
		model_put(m, v, "share");
		model_when(m, t);
		model_put(m, v, "when");
		instalment(m, &part[i], i, v);
		tval_flag(m->a, v, "is_deposit", t->deposit);
		tval_append(m->a, list, v);
	}
	tval_put(m->a, m->root, "schedule", list);
	tval_flag(m->a, m->root, "has_schedule", r == 0 && d->terms.n > 1);
	return r && !tval_true(draft) ? -1 : 0;
}
