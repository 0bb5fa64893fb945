/* When it is to be paid, in words and as a schedule. */
#include <string.h>

#include "base/date.h"
#include "crm/render/model_impl.h"
#include "crm/trade/order.h"

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

static void
when(struct model *m, const struct term *t)
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
static void
share(struct model *m, const struct term *t)
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
	for (size_t i = 0; i < t->n; i++) {
		if (i)
			buf_addspan(&m->b, word(&m->w, "comma"));
		if (t->n > 1 || t->term[i].kind == TERM_AMOUNT) {
			share(m, &t->term[i]);
			buf_addc(&m->b, ' ');
		}
		when(m, &t->term[i]);
	}
	model_put(m, m->root, "terms");
}

static int32_t
day(const struct model *m, const char *field)
{
	int32_t d;

	return date_parse(model_field(m, field), &d) ? d : DATE_NONE;
}

/* Of an order its own instalments: when they are due was settled since. */
static int
take_instalments(struct model *m, struct instalment *part, struct err *e)
{
	const struct doc *d = m->d;
	struct order o;
	int r = order_load(m->s, NULL, d->r.id, &o, e);

	if (r)
		return r < 0 ? -1 : 0;
	for (size_t i = 0; i < o.nparts; i++) {
		int64_t at = 0;

		(void)span_int(record_get(&o.part[i].r, "position"), &at);
		if (at < 1 || (size_t)at > d->terms.n)
			continue;
		part[at - 1].amount = o.part[i].amount;
		if (o.part[i].due != DATE_NONE)
			part[at - 1].due = o.part[i].due;
	}
	order_release(&o);
	return 0;
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

	if (r == 0 && m->order && take_instalments(m, part, e))
		return -1;
	in_words(m);
	for (size_t i = 0; r == 0 && i < d->terms.n; i++) {
		const struct term *t = &d->terms.term[part[i].term];
		struct tval *v = tval_object(m->a);

		share(m, t);
		model_put(m, v, "share");
		when(m, t);
		model_put(m, v, "when");
		model_date(m, v, "due", part[i].due);
		model_amount(m, v, "amount", part[i].amount);
		tval_flag(m->a, v, "is_deposit", t->deposit);
		tval_append(m->a, list, v);
	}
	tval_put(m->a, m->root, "schedule", list);
	tval_flag(m->a, m->root, "has_schedule", r == 0 && d->terms.n > 1);
	return r && !tval_true(draft) ? -1 : 0;
}
