/* What of an order goes out, and comes back: deliveries, returns, assets. */
#include "crm/trade/doc_impl.h"
#include "crm/trade/order_impl.h"
#include "store/id.h"

static struct record
new_record(struct changes *c, const char *entity)
{
	struct record empty = { .ent = schema_entity(
				    &c->s->schema, span(entity)) };

	return change_copy(c, &empty);
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

/* So many of the i-th of items, of at most that. */
static int
check_item(struct changes *c, const struct order *o,
    const struct order_item *item, size_t i, int64_t most, const char *left,
    struct err *e)
{
	const struct order_item *it = &item[i];
	bool again = false;

	for (size_t k = 0; k < i; k++)
		again |= item[k].line == it->line;
	if (!o->line[it->line].goods)
		err_set(e, ERR_USAGE,
		    "is nothing that is delivered; of bundles it is the "
		    "parts");
	else if (it->quantity <= 0)
		err_set(e, ERR_USAGE, "a quantity is above 0");
	else if (it->quantity > most)
		err_set(e, ERR_USAGE, "%.*s is more than the %.*s %s%s",
		    SPANF(quantity_span(c, it->quantity)),
		    SPANF(quantity_span(c, most > 0 ? most : 0)), left,
		    again ? "; the line is named twice: how many of it is "
			    "said as x1"
			  : "");
	else
		return 0;
	return blame(o, it, e);
}

static int
add_delivery(struct changes *c, const struct order *o,
    const struct order_item *it, const char *kind,
    const struct order_move *how, struct err *e)
{
	struct record r = new_record(c, "delivery");

	record_put(&r, "order", record_get(&o->doc.r, "id"));
	record_put(&r, "line", record_get(&o->doc.line[it->line].r, "id"));
	record_put(&r, "kind", span(kind));
	record_put(&r, "date", doc_day_span(c, how->day));
	record_put(&r, "quantity", quantity_span(c, it->quantity));
	record_put(&r, "serial", how->serial);
	record_put(&r, "carrier", how->carrier);
	record_put(&r, "tracking", how->tracking);
	record_put(&r, "reason", how->reason);
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
	record_put(&r, "delivered", doc_day_span(c, day));
	record_put(&r, "state", span("in use"));
	if (months > 0 && months <= 1200)
		record_put(&r, "warranty_until",
		    doc_day_span(c, date_add(day, (int)months, UNIT_MONTH)));
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

/* Of several each is of one piece. */
static int
check_serials(struct changes *c, const struct order_item *it,
    struct span serial, struct err *e)
{
	size_t n = count_serials(serial);

	if (n < 2 || it->quantity == (int64_t)n * ORDER_ONE)
		return 0;
	return err_set(e, ERR_USAGE, "%zu serial numbers for %.*s of it", n,
	    SPANF(quantity_span(c, it->quantity)));
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
	if (check_serials(c, it, serial, e))
		return -1;
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
		int64_t at = o->part[i].position;
		int32_t due = day;

		if (o->part[i].due != DATE_NONE)
			continue;
		if (known && at >= 1 && (size_t)at <= terms.n &&
		    plan[at - 1].due != DATE_NONE)
			due = plan[at - 1].due;
		record_put(&after, "due", doc_day_span(c, due));
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

	if (order_load_known(c, id, &o, e))
		return -1;
	for (size_t i = 0; i < o.ndeliveries; i++)
		if (!span_eqs(record_get(&o.delivery[i], "kind"), "return") &&
		    date_parse(record_get(&o.delivery[i], "date"), &day) &&
		    (last == DATE_NONE || day > last))
			last = day;
	if (order_is_delivered(&o) && last != DATE_NONE &&
	    (span_eqs(order_state(&o), "confirmed") ||
		span_eqs(order_state(&o), "production"))) {
		after = change_copy(c, &o.doc.r);
		record_put(&after, "state", span("delivered"));
		record_put(&after, "delivered", doc_day_span(c, last));
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
    size_t n, const struct order_move *how, struct err *e)
{
	struct order o;
	int r = 0;

	if (order_load_known(c, id, &o, e))
		return -1;
	if (span_eqs(order_state(&o), "cancelled"))
		r = err_set(e, ERR_USAGE, "it is cancelled");
	else if (n)
		r = check_day(&o, how->day, e);
	for (size_t i = 0; r == 0 && i < n; i++) {
		struct order_line *l = &o.line[item[i].line];

		r = check_item(c, &o, item, i,
		    l->ordered - l->delivered + l->returned,
		    "that are to be delivered", e);
		if (r == 0)
			r = add_delivery(
			    c, &o, &item[i], "delivery", how, e);
		if (r == 0 &&
		    add_assets(c, &o, &item[i], how->day, how->serial, e))
			r = blame(&o, &item[i], e);
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

/* What came back is not all among the assets: that is for people to see. */
static void
say_fewer(struct changes *c, const struct order *o,
    const struct order_item *it, int64_t left, struct span serial)
{
	struct buf *b = &c->s->notes;

	buf_addf(b, "line %zu: %.*s came back, but only %.*s of it ",
	    it->line + 1, SPANF(quantity_span(c, it->quantity)),
	    SPANF(quantity_span(c, it->quantity - left)));
	if (serial.n)
		buf_addf(b, "has the serial number '%.*s'", SPANF(serial));
	else
		buf_adds(b, "was an asset in use");
	buf_addf(b, "; crm-asset list order:%.*s\n",
	    SPANF(record_get(&o->doc.r, "id")));
}

/* So many of a line; the newest first, unless the serial number says which. */
static int
return_some(struct changes *c, const struct order *o,
    const struct order_item *it, struct span serial, struct err *e)
{
	struct span line = record_get(&o->doc.line[it->line].r, "id");
	int64_t left = it->quantity;
	bool any = false, found = false;

	for (size_t i = o->nassets; i-- > 0;) {
		const struct record *a = &o->asset[i];
		int64_t have = ORDER_ONE, n;

		if (!span_eq(record_get(a, "line"), line))
			continue;
		any = true;
		if (left == 0 || !span_eqs(record_get(a, "state"), "in use") ||
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
	if (any && left > 0)
		say_fewer(c, o, it, left, serial);
	return 0;
}

static int
return_assets(struct changes *c, const struct order *o,
    const struct order_item *it, struct span serial, struct err *e)
{
	struct order_item one = { it->line, ORDER_ONE };
	int r = check_serials(c, it, serial, e);

	if (r == 0 && count_serials(serial) < 2)
		return return_some(c, o, it, serial, e);
	while (r == 0 && serial.n)
		r = return_some(
		    c, o, &one, span_trim(span_cut(&serial, ',')), e);
	return r;
}

int
order_return(struct changes *c, uint64_t id, const struct order_item *item,
    size_t n, const struct order_move *how, struct err *e)
{
	struct order o;
	int r = 0;

	if (order_load_known(c, id, &o, e))
		return -1;
	for (size_t i = 0; r == 0 && i < n; i++) {
		struct order_line *l = &o.line[item[i].line];

		r = check_item(c, &o, item, i, l->delivered - l->returned,
		    "that were delivered", e);
		if (r == 0)
			r = add_delivery(c, &o, &item[i], "return", how, e);
		if (r == 0 && return_assets(c, &o, &item[i], how->serial, e))
			r = blame(&o, &item[i], e);
		l->returned += item[i].quantity;
	}
	order_release(&o);
	return r;
}
