/* What payment terms come to, in money and in words. */
#include "crm/trade/calc_impl.h"
#include "crm/trade/terms.h"

static int32_t
due_on(const struct term *x, int32_t order, int32_t delivery)
{
	int32_t from = x->from == FROM_DELIVERY ? delivery : order;

	if (x->from == ON_DATE)
		return x->days;
	return from == DATE_NONE ? DATE_NONE : from + x->days;
}

static int
off_total(const struct terms *t, int128 parts, int64_t total, bool rest,
    struct err *e)
{
	struct buf is = { 0 }, whole = { 0 };

	dec_format(&is, parts, t->exponent);
	dec_format(&whole, total, t->exponent);
	err_set(e, ERR_USAGE,
	    rest ? "payment terms: the parts before the rest are %s, more than "
		   "the total, %s"
		 : "payment terms: the parts are %s, and not the total, %s; "
		   "make one of them 'rest'",
	    is.p, whole.p);
	buf_release(&is);
	buf_release(&whole);
	return -1;
}

int
terms_schedule(const struct terms *t, int64_t total, int32_t order,
    int32_t delivery, struct instalment out[TERMS_MAX], struct err *e)
{
	int128 shares = 0, share, before = 0, upto, parts = 0, amounts = 0;
	struct instalment *rest = NULL;

	for (size_t i = 0; i < t->n; i++) {
		const struct term *x = &t->term[i];

		out[i].term = i;
		out[i].due = due_on(x, order, delivery);
		out[i].amount = 0;
		if (x->kind == TERM_REST) {
			rest = &out[i];
		} else if (x->kind == TERM_AMOUNT) {
			out[i].amount = x->amount;
			amounts += x->amount;
		} else {
			calc_scaled(x->percent, 4, &share);
			shares += share;
			upto = calc_round(total * shares, HUNDRED, HALF_UP);
			out[i].amount = (int64_t)(upto - before);
			before = upto;
		}
		parts += out[i].amount;
	}
	if (rest ? amounts && parts > total : parts != total)
		return off_total(t, parts, total, rest, e);
	if (rest)
		rest->amount = (int64_t)(total - parts);
	return 0;
}

static void
add_share(struct buf *out, struct dec d)
{
	for (; d.scale > 0 && d.value % 10 == 0; d.scale--)
		d.value /= 10;
	dec_format(out, d.value, d.scale);
	buf_adds(out, " %");
}

static void
add_when(struct buf *out, const struct term *x)
{
	const char *from = x->from == FROM_DELIVERY ? "delivery" : "the order";
	char day[11];

	if (x->from == ON_DATE) {
		date_format(x->days, day);
		buf_addf(out, " by %s", day);
	} else if (x->days) {
		buf_addf(out, " %d %s after %s", (int)x->days,
		    plural((size_t)x->days, "day", "days"), from);
	} else {
		buf_addf(out, " %s %s",
		    x->from == FROM_DELIVERY ? "on" : "with", from);
	}
}

void
terms_text(const struct terms *t, int exponent, struct buf *out)
{
	if (t->text.n) {
		buf_addspan(out, t->text);
		return;
	}
	for (size_t i = 0; i < t->n; i++) {
		const struct term *x = &t->term[i];

		buf_adds(out, i ? ", " : "");
		if (t->n == 1 && x->kind != TERM_AMOUNT)
			buf_adds(out, "in full");
		else if (x->kind == TERM_REST)
			buf_adds(out, "the rest");
		else if (x->kind == TERM_AMOUNT)
			dec_format_grouped(out, x->amount, exponent);
		else
			add_share(out, x->percent);
		buf_adds(out, x->deposit ? " as a deposit" : "");
		add_when(out, x);
	}
}

/* --- as text in what was issued ------------------------------------------ */

static void
freeze_day(const struct term *x, struct buf *out)
{
	char day[11];

	if (x->from == ON_DATE) {
		date_format(x->days, day);
		buf_adds(out, day);
		return;
	}
	if (x->from == FROM_DELIVERY || x->days == 0)
		buf_adds(out, x->from == FROM_ORDER ? "order" : "delivery");
	if (x->days)
		buf_addf(out, "+%ld", (long)x->days);
}

void
terms_freeze(const struct terms *t, struct buf *out)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct term *x = &t->term[i];

		buf_adds(out, i ? " " : "");
		buf_adds(out, x->deposit ? "deposit " : "");
		if (x->kind == TERM_REST)
			buf_adds(out, "rest");
		else if (x->kind == TERM_AMOUNT)
			dec_format(out, x->amount, t->exponent);
		else
			dec_format(out, x->percent.value, x->percent.scale);
		buf_adds(out, x->kind == TERM_PERCENT ? "%@" : "@");
		freeze_day(x, out);
	}
	if (!t->label.n && !t->text.n)
		return;
	buf_addc(out, '\n');
	for (size_t i = 0; i < t->label.n; i++)
		buf_addc(out, t->label.p[i] == '\n' ? ' ' : t->label.p[i]);
	if (t->text.n)
		buf_addc(out, '\n');
	buf_addspan(out, t->text);
}

int
terms_frozen(struct span text, int exponent, struct terms *out, struct err *e)
{
	struct span schedule = span_cut(&text, '\n');
	int r = terms_parse(NULL, schedule, exponent, out, e);

	out->label = span_cut(&text, '\n');
	out->text = text;
	if (r && e)
		e->code = ERR_DATA;
	return r ? err_prefix(e, "issued_terms: ") : 0;
}
