/*
 * crm-order: what becomes of an order: payments, deliveries, returns, and the
 * states it goes through. What sums must hold is crm/trade/order_do.c's.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cmd/order.h"
#include "cmd/quote.h"
#include "cmd/verbs.h"
#include "crm/change/resolve.h"

static const char *on, *method, *reference, *serial, *reason, *carrier,
    *tracking;
static bool refund;

#define ON(what) { "on", 0, OPT_STR, "DATE", what " (today)", &on }

const struct opt opts_order_pay[] = {
	ON("the day it was paid"),
	{ "method", 0, OPT_STR, "TEXT", "how: transfer, cash ...", &method },
	{ "reference", 0, OPT_STR, "TEXT", "what it is known by", &reference },
	{ "refund", 0, OPT_FLAG, NULL, "it went back to the customer",
	    &refund },
	{ 0 },
};

const struct opt opts_order_deliver[] = {
	ON("the day it was delivered"),
	{ "serial", 0, OPT_STR, "TEXT,...",
	    "serial numbers, one of each piece", &serial },
	{ "carrier", 0, OPT_STR, "TEXT", "who brings it", &carrier },
	{ "tracking", 0, OPT_STR, "TEXT", "what they know it by", &tracking },
	{ 0 },
};

const struct opt opts_order_return[] = {
	{ "reason", 'r', OPT_STR, "TEXT", "why it came back", &reason },
	ON("the day it came back"),
	{ "serial", 0, OPT_STR, "TEXT,...",
	    "serial numbers, one of each piece", &serial },
	{ 0 },
};

const struct opt opts_order_install[] = { ON("the day it was installed"),
	{ 0 } };

const struct opt opts_order_cancel[] = {
	{ "reason", 'r', OPT_STR, "TEXT", "why it is cancelled", &reason },
	{ 0 },
};

/* The order that a word names, by id, number, name or prefix. */
static int
order_find(struct call *c, const char *word, uint64_t *id)
{
	return resolve_one(&c->s,
	    schema_entity(&c->s.schema, span("order")), span(word),
	    c->ids_only, id, &c->err);
}

/* The day that an option says (NULL: today). */
static int
order_day(struct call *c, const char *text, int32_t *day)
{
	*day = c->s.dates.today;
	return text && date_entry(span(text), &c->s.dates, day, &c->err)
	    ? err_prefix(&c->err, "--on: ")
	    : 0;
}

static int
load(struct call *c, struct changes *ch, uint64_t id, struct order *o)
{
	int r = order_load(&c->s, ch, id, o, &c->err);

	return r > 0 ? err_set(&c->err, ERR_NOENT, "no such order") : r;
}

static unsigned
how(const struct call *c)
{
	return c->force ? ORDER_FORCE : 0;
}

/* Commits; the order's id is printed though what was added is beside it. */
static int
finish(struct call *c, struct changes *ch, uint64_t id, const char *verb)
{
	cli_about(c, id);
	return cli_commit(c, ch, verb);
}

/* --- pay ----------------------------------------------------------------- */

void
order_left(const struct order *o, struct buf *out)
{
	int64_t left = o->total - o->paid;
	char day[11];

	dec_format_grouped(out, left < 0 ? -left : left, o->doc.exponent);
	buf_addf(out, " %.*s %s", SPANF(o->doc.currency),
	    left < 0 ? "paid too much" : "left to pay");
	for (size_t i = 0; left > 0 && i < o->nparts; i++) {
		const struct order_part *p = &o->part[i];

		if (p->paid == p->amount)
			continue;
		buf_adds(out, "; next ");
		dec_format_grouped(out, p->amount - p->paid, o->doc.exponent);
		if (p->due == DATE_NONE) {
			buf_adds(out, " at delivery");
		} else {
			date_format(p->due, day);
			buf_addf(out, " on %s", day);
		}
		break;
	}
}

static int
fill_payment(struct call *c, struct changes *ch, const struct order *o,
    struct record *r)
{
	char day[11];

	date_format(c->s.dates.today, day);
	record_put(r, "kind", span(refund ? "refund" : "payment"));
	record_put(r, "currency", o->doc.currency);
	if (assign_one(c, ch, r, span("amount"), span(c->argv[1])) ||
	    assign_one(c, ch, r, span("date"), span(on ? on : day)) ||
	    (method && assign_one(c, ch, r, span("method"), span(method))) ||
	    (reference &&
		assign_one(c, ch, r, span("reference"), span(reference))))
		return -1;
	if (span_eq(record_get(r, "currency"), o->doc.currency))
		return 0;
	return err_set(&c->err, ERR_USAGE, "it is paid in %.*s, not in %.*s",
	    SPANF(o->doc.currency), SPANF(record_get(r, "currency")));
}

static int
pay(struct call *c, struct changes *ch, uint64_t id, struct order *after)
{
	struct record empty = { .ent = schema_entity(
				    &c->s.schema, span("payment")) };
	struct record r = change_copy(ch, &empty);
	struct order o;
	int ret = load(c, ch, id, &o);

	if (ret)
		return -1;
	ret = fill_payment(c, ch, &o, &r) ||
		order_pay(ch, &o, &r, how(c), &c->err)
	    ? -1
	    : 0;
	order_release(&o);
	return ret ? -1 : load(c, ch, id, after);
}

static struct span
called(const struct order *o)
{
	struct span number = record_get(&o->doc.r, "number");

	return number.n ? number : record_get(&o->doc.r, "id");
}

int
verb_order_pay(struct call *c)
{
	struct emit_options o = { .format = c->format,
		.porcelain = c->porcelain };
	bool rows = c->format && !emit_wants_ids(&o) && !c->dry_run;
	struct order after = { 0 };
	struct changes *ch = NULL;
	struct buf left = { 0 };
	uint64_t id;
	int r = -1;

	if (c->argc != 2)
		return err_set(&c->err, ERR_USAGE,
		    "how much of which order? crm-order pay ORDER AMOUNT");
	if (order_find(c, c->argv[0], &id) || cli_changes(c, &ch))
		goto out;
	if (pay(c, ch, id, &after)) {
		cli_blame(c, id);
		goto out;
	}
	c->no_ids = rows;
	r = finish(c, ch, id, "pay");
	if (r == 0) {
		order_left(&after, &left);
		cli_say(c, "%.*s: %s", SPANF(called(&after)), left.p);
	}
	if (r == 0 && rows)
		r = order_print_parts(c, &after);
out:
	buf_release(&left);
	order_release(&after);
	changes_close(ch);
	return r;
}

/* --- deliver, return ----------------------------------------------------- */

struct items {
	struct order_item *v;
	size_t n, cap;
};

static void
add_item(struct items *t, size_t line, int64_t quantity)
{
	GROW(t->v, t->n, t->cap);
	t->v[t->n++] = (struct order_item){ line, quantity };
}

/* "x2.5" to millionths. */
static bool
take_quantity(const char *word, int64_t *n)
{
	return (*word == 'x' || *word == 'X') &&
	    dec_units(span(word + 1), 6, n);
}

/* What can still go out, or come back, of a line. */
static int64_t
rest_of(const struct order *o, size_t i, bool back)
{
	const struct order_line *l = &o->line[i];

	if (!l->goods)
		return 0;
	return back ? l->delivered - l->returned
		    : l->ordered - l->delivered + l->returned;
}

/* LINE xN ..., LINE (the rest of it), all. */
static int
take_items(
    struct call *c, const struct order *o, bool back, struct items *t)
{
	for (int i = 1; i < c->argc; i++) {
		const struct doc_line *l;
		int64_t n;

		if (strcmp(c->argv[i], "all") == 0) {
			for (size_t k = 0; k < o->doc.nlines; k++)
				if (rest_of(o, k, back) > 0)
					add_item(t, k, rest_of(o, k, back));
			continue;
		}
		l = quote_line(c, &o->doc, c->argv[i]);
		if (!l)
			return -1;
		n = rest_of(o, (size_t)(l - o->doc.line), back);
		if (i + 1 < c->argc && take_quantity(c->argv[i + 1], &n))
			i++;
		else if (n <= 0 && o->line[l - o->doc.line].goods)
			return err_set(&c->err, ERR_USAGE,
			    "'%s': nothing of it is left to %s", c->argv[i],
			    back ? "come back" : "deliver");
		add_item(t, (size_t)(l - o->doc.line), n);
	}
	return 0;
}

static int
carry(struct call *c, struct changes *ch, uint64_t id, int32_t day, bool back)
{
	const struct order_move move = { .day = day,
		.serial = span_trim(span(serial)),
		.carrier = span_trim(span(carrier)),
		.tracking = span_trim(span(tracking)),
		.reason = span(reason) };
	struct items t = { 0 };
	struct order o;
	bool late; /* two clones delivered it, neither all of it */
	int r = load(c, ch, id, &o);

	if (r)
		return -1;
	late = order_is_delivered(&o) && !record_get(&o.doc.r, "delivered").n;
	r = take_items(c, &o, back, &t);
	if (r == 0 && serial && t.n != 1)
		r = err_set(&c->err, ERR_USAGE,
		    "--serial is of one line; name it");
	if (r == 0 && t.n == 0 && (back || !late))
		r = err_set(&c->err, ERR_NO, back
			? "nothing of it is with the customer"
			: "all of it is delivered");
	if (r == 0)
		r = back ? order_return(ch, id, t.v, t.n, &move, &c->err)
			 : order_deliver(ch, id, t.v, t.n, &move, &c->err);
	free(t.v);
	order_release(&o);
	return r;
}

static int
carried(struct call *c, const char *verb, bool back)
{
	struct changes *ch = NULL;
	uint64_t id;
	int32_t day;
	int r = -1;

	if (c->argc < 2)
		return err_set(&c->err, ERR_USAGE,
		    "what of which order? crm-order %s ORDER LINE xN ..., or "
		    "ORDER all", verb);
	if (order_day(c, on, &day) || order_find(c, c->argv[0], &id) ||
	    cli_changes(c, &ch))
		goto out;
	r = carry(c, ch, id, day, back);
	r = r ? cli_blame(c, id) : finish(c, ch, id, verb);
out:
	changes_close(ch);
	return r;
}

int
verb_order_deliver(struct call *c)
{
	return carried(c, "deliver", false);
}

int
verb_order_return(struct call *c)
{
	if (!reason)
		return err_set(&c->err, ERR_USAGE,
		    "why did it come back? --reason TEXT");
	return carried(c, "return", true);
}

/* --- states -------------------------------------------------------------- */

static int
each(struct call *c, const char *state, const char *verb)
{
	struct changes *ch = NULL;
	struct targets t = { 0 };
	int32_t day;
	int r = -1;

	if (order_day(c, on, &day) || cli_targets(c, c->argc, c->argv, &t) ||
	    cli_changes(c, &ch) || cli_recheck(c, c->argc, c->argv, &t))
		goto out;
	for (size_t i = 0; i < t.n; i++)
		if (order_move(ch, t.id[i], span(state), day, span(reason),
			how(c), &c->err)) {
			cli_blame(c, t.id[i]);
			goto out;
		}
	r = cli_commit(c, ch, verb);
out:
	changes_close(ch);
	targets_release(&t);
	return r;
}

int
verb_order_produce(struct call *c)
{
	return each(c, "production", "produce");
}

int
verb_order_install(struct call *c)
{
	return each(c, "installed", "install");
}

int
verb_order_cancel(struct call *c)
{
	if (!reason)
		return err_set(
		    &c->err, ERR_USAGE, "why is it cancelled? --reason TEXT");
	return each(c, "cancelled", "cancel");
}
