/* What becomes of an order: payments and states. */
#include <stdlib.h>
#include <string.h>

#include "crm/trade/doc_impl.h"
#include "crm/trade/order_impl.h"
#include "store/id.h"

enum { YEAR = 366 };

int
order_load_known(struct changes *c, uint64_t id, struct order *o, struct err *e)
{
	int r = order_load(c->s, c, id, o, e);

	return r > 0 ? err_set(e, ERR_NOENT, "no such order") : r;
}

struct span
order_state(const struct order *o)
{
	struct span s = record_get(&o->doc.r, "state");

	return s.n ? s : span("confirmed");
}

/* --- payments ------------------------------------------------------------ */

static int
too_much(const struct order *o, const char *what, int64_t most, struct err *e)
{
	struct buf b = { 0 };

	dec_format(&b, most, o->doc.exponent);
	err_set(e, ERR_USAGE,
	    "%s; %s %.*s %s (--force takes it as it is)", what, b.p,
	    SPANF(o->doc.currency), what[0] == 'i' ? "was paid" : "is owed");
	buf_release(&b);
	return -1;
}

/*
 * Money comes before an order is entered, or is promised for a day to come;
 * a day that is years away is mistyped.
 */
static int
check_paid_on(const struct changes *c, const struct order *o,
    const struct record *payment, struct err *e)
{
	struct span on = record_get(payment, "date");
	int32_t day, since;

	if (!date_parse(on, &day))
		return 0;
	if (day > c->s->dates.today + YEAR)
		return err_set(e, ERR_USAGE,
		    "%.*s is more than a year ahead (--force takes it as it "
		    "is)", SPANF(on));
	if (date_parse(record_get(&o->doc.r, "date"), &since) &&
	    day < since - YEAR)
		return err_set(e, ERR_USAGE,
		    "%.*s is more than a year before the order (--force takes "
		    "it as it is)", SPANF(on));
	return 0;
}

int
order_pay(struct changes *c, const struct order *o, struct record *payment,
    unsigned how, struct err *e)
{
	int64_t units;

	if (!order_payment_units(payment, o->doc.exponent, &units))
		return err_set(e, ERR_USAGE, "'%.*s' is no amount of %.*s",
		    SPANF(record_get(payment, "amount")),
		    SPANF(o->doc.currency));
	if (units == 0 || (units < 0) !=
		span_eqs(record_get(payment, "kind"), "refund"))
		return err_set(e, ERR_USAGE,
		    "an amount above 0 is paid; --refund is what went back");
	if (!(how & ORDER_FORCE) && units > 0 &&
	    span_eqs(order_state(o), "cancelled"))
		return err_set(e, ERR_USAGE,
		    "it is cancelled; --force takes it as it is");
	if (!(how & ORDER_FORCE) && units > o->total - o->paid)
		return too_much(o, "that is more than is owed",
		    o->total - o->paid, e);
	if (!(how & ORDER_FORCE) && -units > o->paid)
		return too_much(
		    o, "it is a refund of more than was paid", o->paid, e);
	if (!(how & ORDER_FORCE) && check_paid_on(c, o, payment, e))
		return -1;
	record_put(payment, "order", record_get(&o->doc.r, "id"));
	record_put(payment, "currency", o->doc.currency);
	return change_apply(c, NULL, payment, CHANGE_ISSUE, e);
}

/* --- states -------------------------------------------------------------- */

static int
check_cancel(const struct order *o, struct err *e)
{
	struct buf b = { 0 };

	if (o->paid > 0) {
		dec_format(&b, o->paid, o->doc.exponent);
		err_set(e, ERR_USAGE,
		    "%s %.*s of it is paid: crm-order pay %.*s %s --refund "
		    "first, or --force", b.p, SPANF(o->doc.currency),
		    SPANF(record_get(&o->doc.r, "id")), b.p);
		buf_release(&b);
		return -1;
	}
	for (size_t i = 0; i < o->doc.nlines; i++)
		if (o->line[i].delivered > o->line[i].returned)
			return err_set(e, ERR_USAGE,
			    "line %zu of it is delivered: crm-order return "
			    "%.*s %zu xN --reason REASON first, or --force",
			    i + 1, SPANF(record_get(&o->doc.r, "id")), i + 1);
	return 0;
}

/* What is installed with an order is what the customer still has of it. */
static int
install_assets(struct changes *c, const struct order *o, struct span day,
    struct err *e)
{
	for (size_t i = 0; i < o->nassets; i++) {
		const struct record *a = &o->asset[i];
		struct record after;

		if (!span_eqs(record_get(a, "state"), "in use") ||
		    record_get(a, "installed").n)
			continue;
		after = change_copy(c, a);
		record_put(&after, "installed", day);
		if (change_apply(c, a, &after, CHANGE_ISSUE, e))
			return -1;
	}
	return 0;
}

/* It was with the customer by that day. */
static int
check_install(const struct order *o, int32_t day, struct err *e)
{
	struct span since = record_get(&o->doc.r, "delivered");
	int32_t delivered;

	if (date_parse(since, &delivered) && day < delivered)
		return err_set(e, ERR_USAGE,
		    "it was delivered on %.*s, and is not installed before "
		    "that; --on takes a later day", SPANF(since));
	return 0;
}

static int
move(struct changes *c, const struct order *o, struct span state, int32_t day,
    struct span reason, unsigned how, struct err *e)
{
	struct record after;

	if (span_eq(order_state(o), state))
		return err_set(e, ERR_NO, "it is %.*s", SPANF(state));
	if (span_eqs(state, "cancelled") && !(how & ORDER_FORCE) &&
	    check_cancel(o, e))
		return -1;
	if (span_eqs(state, "installed") && !(how & ORDER_FORCE) &&
	    !span_eqs(order_state(o), "delivered"))
		return err_set(e, ERR_USAGE,
		    "it is %.*s; what is installed is delivered before: "
		    "crm-order deliver %.*s all", SPANF(order_state(o)),
		    SPANF(record_get(&o->doc.r, "id")));
	if (span_eqs(state, "installed") && !(how & ORDER_FORCE) &&
	    check_install(o, day, e))
		return -1;
	if (span_eqs(state, "production") && !(how & ORDER_FORCE) &&
	    !span_eqs(order_state(o), "confirmed"))
		return err_set(e, ERR_USAGE,
		    "it is %.*s, and is not produced any more",
		    SPANF(order_state(o)));
	after = change_copy(c, &o->doc.r);
	record_put(&after, "state", state);
	if (span_eqs(state, "installed")) {
		record_put(&after, "installed", doc_day_span(c, day));
		if (install_assets(c, o, doc_day_span(c, day), e))
			return -1;
	}
	if (reason.n)
		record_put(&after, "reason", reason);
	return change_apply(c, &o->doc.r, &after, CHANGE_ISSUE, e);
}

int
order_move(struct changes *c, uint64_t id, struct span state, int32_t day,
    struct span reason, unsigned how, struct err *e)
{
	struct order o;
	int r = order_load_known(c, id, &o, e);

	if (r)
		return -1;
	r = move(c, &o, state, day, reason, how, e);
	order_release(&o);
	return r;
}
