/* What of an order was paid, and the instalment that is asked for. */
#include <string.h>

#include "base/date.h"
#include "crm/render/model_impl.h"

static void
payments(struct model *m)
{
	struct tval *list = tval_list(m->a);

	for (size_t i = 0; i < m->o.npayments; i++) {
		const struct record *r = &m->o.payment[i];
		struct tval *v = tval_object(m->a);
		int64_t units = 0;
		int32_t day;

		(void)order_payment_units(r, m->d->exponent, &units);
		if (!date_parse(record_get(r, "date"), &day))
			day = DATE_NONE;
		model_date(m, v, "date", day);
		model_amount(m, v, "amount", units);
		tval_text(m->a, v, "method", record_get(r, "method"));
		model_plain(m, v, "reference", record_get(r, "reference"));
		tval_append(m->a, list, v);
	}
	tval_put(m->a, m->root, "payments", list);
	tval_flag(m->a, m->root, "has_payments", m->o.npayments > 0);
	model_amount(m, m->root, "paid", m->o.paid);
	model_amount(m, m->root, "owing", m->o.total - m->o.paid);
}

/* Its number in the terms: those without one are counted. */
static int64_t
number_of(const struct order *o, size_t i)
{
	int64_t position = o->part[i].position;

	return position ? position : (int64_t)i + 1;
}

/*
 * The instalment that was asked for, else the next that is not paid whole:
 * index; nparts: there is none.
 */
static int
pick(const struct order *o, const char *which, size_t *at, struct err *e)
{
	int64_t n = 0;

	if (which && span_eqs(record_get(&o->doc.r, "state"), "cancelled"))
		return err_set(e, ERR_NO, "it is cancelled");
	*at = 0;
	if (!which || strcmp(which, "next") == 0) {
		while (
		    *at < o->nparts && o->part[*at].paid >= o->part[*at].amount)
			++*at;
		return which && o->paid >= o->total
			   ? err_set(e, ERR_NO, "nothing is left to pay")
			   : 0;
	}
	if (!span_int(span(which), &n) || n < 1)
		return err_set(e, ERR_USAGE,
		    "--instalment: '%s' is neither a number nor next", which);
	while (*at < o->nparts && number_of(o, *at) != n)
		++*at;
	if (*at < o->nparts || (n == 1 && o->nparts == 0))
		return 0;
	return err_set(
	    e, ERR_NOENT, "it has no instalment %s, but %zu", which, o->nparts);
}

/* An order without instalments is paid at once. */
static void
request(struct model *m, size_t at)
{
	const struct order *o = &m->o;
	bool whole = o->nparts == 0;
	int64_t n = whole ? 1 : number_of(o, at);
	int64_t amount = whole ? o->total : o->part[at].amount;
	int64_t paid = whole ? o->paid : o->part[at].paid;
	int32_t due = whole ? DATE_NONE : o->part[at].due;
	struct tval *v = tval_object(m->a);

	buf_addf(&m->b, "%lld", (long long)n);
	model_put(m, v, "number");
	buf_addf(&m->b, "%zu", whole ? 1 : o->nparts);
	model_put(m, v, "count");
	tval_flag(m->a, v, "is_one_of_many", o->nparts > 1);
	if (n >= 1 && (size_t)n <= m->d->terms.n) {
		model_share(m, &m->d->terms.term[n - 1]);
		model_put(m, v, "share");
		model_when(m, &m->d->terms.term[n - 1]);
		model_put(m, v, "when");
	}
	model_date(m, v, "due", due);
	model_amount(m, v, "amount", amount);
	model_amount(m, v, "paid", paid);
	model_amount(m, v, "open", amount - paid);
	tval_flag(m->a, v, "is_begun", paid != 0);
	tval_flag(m->a, v, "is_paid", paid >= amount);
	tval_flag(m->a, v, "is_overdue",
	    due != DATE_NONE && due < m->s->dates.today && paid < amount);
	tval_put(m->a, m->root, "request", v);
}

int
model_payment(struct model *m, const char *which, struct err *e)
{
	size_t at = 0;

	if (pick(&m->o, which, &at, e))
		return -1;
	payments(m);
	model_date(m, m->root, "today", m->s->dates.today);
	tval_flag(m->a, m->root, "is_paid", m->o.paid >= m->o.total);
	if (at < m->o.nparts || (m->o.nparts == 0 && m->o.paid < m->o.total))
		request(m, at);
	return 0;
}
