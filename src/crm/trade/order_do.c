/* What becomes of an order: payments, deliveries, returns, states. */
#include <stdlib.h>
#include <string.h>

#include "crm/trade/order.h"
#include "store/id.h"

static struct record
new_record(struct changes *c, const char *entity)
{
	struct record empty = { .ent = schema_entity(
				    &c->s->schema, span(entity)) };

	return change_copy(c, &empty);
}

static struct span
day_span(struct changes *c, int32_t day)
{
	char text[11];

	date_format(day, text);
	return arena_span(&c->arena, span(text));
}

static struct span
quantity_span(struct changes *c, int64_t n)
{
	struct buf b = { 0 };
	struct span s;

	order_quantity(&b, n);
	s = arena_span(&c->arena, buf_span(&b));
	buf_release(&b);
	return s;
}

static int
load(struct changes *c, uint64_t id, struct order *o, struct err *e)
{
	int r = order_load(c->s, c, id, o, e);

	return r > 0 ? err_set(e, ERR_NOENT, "no such order") : r;
}

static struct span
state_of(const struct order *o)
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
	    span_eqs(state_of(o), "cancelled"))
		return err_set(e, ERR_USAGE,
		    "it is cancelled; --force takes it as it is");
	if (!(how & ORDER_FORCE) && units > o->total - o->paid)
		return too_much(o, "that is more than is owed",
		    o->total - o->paid, e);
	if (!(how & ORDER_FORCE) && -units > o->paid)
		return too_much(
		    o, "it is a refund of more than was paid", o->paid, e);
	record_put(payment, "order", record_get(&o->doc.r, "id"));
	record_put(payment, "currency", o->doc.currency);
	return change_apply(c, NULL, payment, CHANGE_ISSUE, e);
}

/* --- deliveries ---------------------------------------------------------- */

static int
blame(const struct order *o, const struct order_item *it, struct err *e)
{
	const struct record *r = &o->doc.line[it->line].r;
	struct span what = record_get(r, "sku");

	if (!what.n)
		what = record_get(r, "name");
	return err_prefix(e, "line %zu (%.*s): ", it->line + 1, SPANF(what));
}

/* So many of it, of at most that. */
static int
check_item(struct changes *c, const struct order *o,
    const struct order_item *it, int64_t most, const char *left,
    struct err *e)
{
	if (!o->line[it->line].goods)
		err_set(e, ERR_USAGE,
		    "is nothing that is delivered; of bundles it is the "
		    "parts");
	else if (it->quantity <= 0)
		err_set(e, ERR_USAGE, "a quantity is above 0");
	else if (it->quantity > most)
		err_set(e, ERR_USAGE, "%.*s is more than the %.*s %s",
		    SPANF(quantity_span(c, it->quantity)),
		    SPANF(quantity_span(c, most > 0 ? most : 0)), left);
	else
		return 0;
	return blame(o, it, e);
}

static int
add_delivery(struct changes *c, const struct order *o,
    const struct order_item *it, const char *kind, int32_t day,
    struct span serial, struct span reason, struct err *e)
{
	struct record r = new_record(c, "delivery");

	record_put(&r, "order", record_get(&o->doc.r, "id"));
	record_put(&r, "line", record_get(&o->doc.line[it->line].r, "id"));
	record_put(&r, "kind", span(kind));
	record_put(&r, "date", day_span(c, day));
	record_put(&r, "quantity", quantity_span(c, it->quantity));
	record_put(&r, "serial", serial);
	record_put(&r, "reason", reason);
	return change_apply(c, NULL, &r, CHANGE_ISSUE, e);
}

static int
add_asset(struct changes *c, const struct order *o,
    const struct order_item *it, int64_t quantity, int32_t day,
    struct span serial, struct err *e)
{
	const struct record *line = &o->doc.line[it->line].r;
	struct record r = new_record(c, "asset");
	int64_t months = 0;

	(void)span_int(record_get(line, "warranty"), &months);
	record_put(&r, "name", record_get(line, "name"));
	record_put(&r, "account", record_get(&o->doc.r, "account"));
	record_put(&r, "contact", record_get(&o->doc.r, "contact"));
	record_put(&r, "product", record_get(line, "product"));
	record_put(&r, "serial", serial);
	record_put(&r, "quantity", quantity_span(c, quantity));
	record_put(&r, "order", record_get(&o->doc.r, "id"));
	record_put(&r, "line", record_get(line, "id"));
	record_put(&r, "delivered", day_span(c, day));
	record_put(&r, "state", span("in use"));
	if (months > 0 && months <= 1200)
		record_put(&r, "warranty_until",
		    day_span(c, date_add(day, (int)months, UNIT_MONTH)));
	return change_apply(c, NULL, &r, CHANGE_ISSUE, e);
}

static size_t
count_serials(struct span list)
{
	size_t n = list.n > 0;

	for (size_t i = 0; i < list.n; i++)
		n += list.p[i] == ',';
	return n;
}

/* What the customer has now, for service; a row for each serial number. */
static int
add_assets(struct changes *c, const struct order *o,
    const struct order_item *it, int32_t day, struct span serial,
    struct err *e)
{
	int64_t months = 0;
	size_t n = count_serials(serial);
	int r = 0;

	(void)span_int(
	    record_get(&o->doc.line[it->line].r, "warranty"), &months);
	if (n > 1 && it->quantity != (int64_t)n * ORDER_ONE)
		return err_set(e, ERR_USAGE,
		    "%zu serial numbers for %.*s of it", n,
		    SPANF(quantity_span(c, it->quantity)));
	if (n < 2)
		return n || months > 0
		    ? add_asset(c, o, it, it->quantity, day, serial, e)
		    : 0;
	while (r == 0 && serial.n)
		r = add_asset(c, o, it, ORDER_ONE, day,
		    span_trim(span_cut(&serial, ',')), e);
	return r;
}

/* Instalments that waited for the delivery are due now. */
static int
set_dues(struct changes *c, const struct order *o, int32_t day, struct err *e)
{
	struct instalment plan[TERMS_MAX];
	struct err ignored = { 0 };
	struct terms terms;
	bool known = doc_terms(c->s, &o->doc, &terms, &ignored) == 0 &&
	    terms_schedule(&terms, o->total, doc_day(c->s, &o->doc.r), day,
		plan, &ignored) == 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < o->nparts; i++) {
		struct record after = change_copy(c, &o->part[i].r);
		int64_t at = 0;
		int32_t due = day;

		if (o->part[i].due != DATE_NONE)
			continue;
		(void)span_int(record_get(&after, "position"), &at);
		if (known && at >= 1 && (size_t)at <= terms.n &&
		    plan[at - 1].due != DATE_NONE)
			due = plan[at - 1].due;
		record_put(&after, "due", day_span(c, due));
		r = change_apply(c, &o->part[i].r, &after, CHANGE_ISSUE, e);
	}
	err_release(&ignored);
	return r;
}

/* Once all is there the order is delivered, on the day of the last of it. */
static int
settle(struct changes *c, uint64_t id, struct err *e)
{
	struct order o;
	struct record after;
	int32_t last = DATE_NONE, day;
	int r = 0;

	if (load(c, id, &o, e))
		return -1;
	for (size_t i = 0; i < o.ndeliveries; i++)
		if (!span_eqs(record_get(&o.delivery[i], "kind"), "return") &&
		    date_parse(record_get(&o.delivery[i], "date"), &day) &&
		    (last == DATE_NONE || day > last))
			last = day;
	if (order_is_delivered(&o) && last != DATE_NONE &&
	    (span_eqs(state_of(&o), "confirmed") ||
		span_eqs(state_of(&o), "production"))) {
		after = change_copy(c, &o.doc.r);
		record_put(&after, "state", span("delivered"));
		record_put(&after, "delivered", day_span(c, last));
		r = change_apply(c, &o.doc.r, &after, CHANGE_ISSUE, e);
		if (r == 0)
			r = set_dues(c, &o, last, e);
	}
	order_release(&o);
	return r;
}

static int
check_day(const struct order *o, int32_t day, struct err *e)
{
	struct span date = record_get(&o->doc.r, "date");
	int32_t ordered;

	if (!date_parse(date, &ordered) || day >= ordered)
		return 0;
	return err_set(e, ERR_USAGE,
	    "it was ordered on %.*s, and is not delivered before that; --on "
	    "takes a later day", SPANF(date));
}

int
order_deliver(struct changes *c, uint64_t id, const struct order_item *item,
    size_t n, int32_t day, struct span serial, struct err *e)
{
	struct order o;
	int r = 0;

	if (load(c, id, &o, e))
		return -1;
	if (span_eqs(state_of(&o), "cancelled"))
		r = err_set(e, ERR_USAGE, "it is cancelled");
	else if (n)
		r = check_day(&o, day, e);
	for (size_t i = 0; r == 0 && i < n; i++) {
		struct order_line *l = &o.line[item[i].line];

		r = check_item(c, &o, &item[i],
		    l->ordered - l->delivered + l->returned,
		    "that are to be delivered", e);
		if (r == 0)
			r = add_delivery(c, &o, &item[i], "delivery", day,
			    serial, span(""), e);
		if (r == 0)
			r = add_assets(c, &o, &item[i], day, serial, e);
		l->delivered += item[i].quantity;
	}
	order_release(&o);
	return r ? -1 : settle(c, id, e);
}

/* --- returns ------------------------------------------------------------- */

/* So many of an asset came back; what stays is one of its own. */
static int
return_asset(struct changes *c, const struct record *asset, int64_t have,
    int64_t n, struct err *e)
{
	struct record after = change_copy(c, asset), stays;

	record_put(&after, "state", span("returned"));
	record_put(&after, "quantity", quantity_span(c, n));
	if (change_apply(c, asset, &after, CHANGE_ISSUE, e))
		return -1;
	if (n == have)
		return 0;
	stays = change_copy(c, asset);
	stays.id = 0;
	record_put(&stays, "id", span(""));
	record_put(&stays, "ext_id", span(""));
	record_put(&stays, "quantity", quantity_span(c, have - n));
	return change_apply(c, NULL, &stays, CHANGE_ISSUE, e);
}

/* The newest first, unless the serial number says which. */
static int
return_assets(struct changes *c, const struct order *o,
    const struct order_item *it, struct span serial, struct err *e)
{
	struct span line = record_get(&o->doc.line[it->line].r, "id");
	int64_t left = it->quantity;
	bool found = false;

	for (size_t i = o->nassets; left > 0 && i-- > 0;) {
		const struct record *a = &o->asset[i];
		int64_t have = ORDER_ONE, n;

		if (!span_eq(record_get(a, "line"), line) ||
		    !span_eqs(record_get(a, "state"), "in use") ||
		    (serial.n && !span_eq(record_get(a, "serial"), serial)))
			continue;
		found = true;
		(void)dec_units(record_get(a, "quantity"), 6, &have);
		n = left < have ? left : have;
		if (return_asset(c, a, have, n, e))
			return -1;
		left -= n;
	}
	if (serial.n && !found)
		return err_set(e, ERR_NOENT,
		    "nothing with the serial number '%.*s' was delivered",
		    SPANF(serial));
	return 0;
}

int
order_return(struct changes *c, uint64_t id, const struct order_item *item,
    size_t n, int32_t day, struct span serial, struct span reason,
    struct err *e)
{
	struct order o;
	int r = 0;

	if (load(c, id, &o, e))
		return -1;
	for (size_t i = 0; r == 0 && i < n; i++) {
		struct order_line *l = &o.line[item[i].line];

		r = check_item(c, &o, &item[i], l->delivered - l->returned,
		    "that were delivered", e);
		if (r == 0)
			r = add_delivery(c, &o, &item[i], "return", day,
			    serial, reason, e);
		if (r == 0 && return_assets(c, &o, &item[i], serial, e))
			r = blame(&o, &item[i], e);
		l->returned += item[i].quantity;
	}
	order_release(&o);
	return r;
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

static int
move(struct changes *c, const struct order *o, struct span state, int32_t day,
    struct span reason, unsigned how, struct err *e)
{
	struct record after;

	if (span_eq(state_of(o), state))
		return err_set(e, ERR_NO, "it is %.*s", SPANF(state));
	if (span_eqs(state, "cancelled") && !(how & ORDER_FORCE) &&
	    check_cancel(o, e))
		return -1;
	if (span_eqs(state, "installed") && !(how & ORDER_FORCE) &&
	    !span_eqs(state_of(o), "delivered"))
		return err_set(e, ERR_USAGE,
		    "it is %.*s; what is installed is delivered before: "
		    "crm-order deliver %.*s all", SPANF(state_of(o)),
		    SPANF(record_get(&o->doc.r, "id")));
	if (span_eqs(state, "production") && !(how & ORDER_FORCE) &&
	    !span_eqs(state_of(o), "confirmed"))
		return err_set(e, ERR_USAGE,
		    "it is %.*s, and is not produced any more",
		    SPANF(state_of(o)));
	after = change_copy(c, &o->doc.r);
	record_put(&after, "state", state);
	if (span_eqs(state, "installed")) {
		record_put(&after, "installed", day_span(c, day));
		if (install_assets(c, o, day_span(c, day), e))
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
	int r = load(c, id, &o, e);

	if (r)
		return -1;
	r = move(c, &o, state, day, reason, how, e);
	order_release(&o);
	return r;
}
