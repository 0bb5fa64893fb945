/* How an order stands: what was paid of it, delivered and returned. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crm/trade/doc_impl.h"
#include "crm/trade/order.h"
#include "store/id.h"

/* Rows of another entity that belong to the order. */
static int
belonging(struct session *s, struct changes *c, const char *name, uint64_t id,
    struct arena *a, struct record **out, size_t *n, struct err *e)
{
	struct entity *ent = schema_entity(&s->schema, span(name));
	char text[ID_LEN + 1], word[32];

	if (c)
		return change_beside(c, ent, id, out, n, e);
	id_unpack(id, text);
	snprintf(word, sizeof word, "order:%s", text);
	return doc_read(s, ent, word, a, out, n, e);
}

/* --- payments ------------------------------------------------------------ */

bool
order_payment_units(
    const struct record *payment, int exponent, int64_t *units)
{
	if (!dec_units(record_get(payment, "amount"), exponent, units))
		return false;
	if (span_eqs(record_get(payment, "kind"), "refund"))
		*units = -*units;
	return true;
}

/* Shares what was paid out to parts, which are in order. */
static void
allocate(struct order_part *part, size_t n, int64_t paid)
{
	for (size_t i = 0; i < n; i++) {
		int64_t own = paid < part[i].amount ? paid : part[i].amount;

		part[i].paid = own > 0 ? own : 0;
		paid -= part[i].paid;
	}
}

/* Those without a day come last, as they are numbered. */
static int
part_cmp(const void *a, const void *b)
{
	const struct order_part *x = a, *y = b;

	if (x->due != y->due && (x->due == DATE_NONE || y->due == DATE_NONE))
		return x->due == DATE_NONE ? 1 : -1;
	if (x->due != y->due)
		return x->due < y->due ? -1 : 1;
	if (x->position != y->position)
		return x->position < y->position ? -1 : 1;
	return (x->r.id > y->r.id) - (x->r.id < y->r.id);
}

static void
take_parts(struct order *o, const struct record *r, size_t n)
{
	o->part = arena_alloc(&o->doc.arena, (n + 1) * sizeof *o->part);
	o->nparts = n;
	for (size_t i = 0; i < n; i++) {
		struct order_part *p = &o->part[i];

		p->r = r[i];
		if (!span_int(record_get(&r[i], "position"), &p->position) ||
		    p->position < 1)
			p->position = 0;
		(void)dec_units(
		    record_get(&r[i], "amount"), o->doc.exponent, &p->amount);
		if (!date_parse(record_get(&r[i], "due"), &p->due))
			p->due = DATE_NONE;
		o->total += p->amount;
	}
	if (n)
		qsort(o->part, n, sizeof *o->part, part_cmp);
}

/* An order that came without instalments is paid by its total. */
static int
take_total(struct session *s, struct order *o, struct err *e)
{
	struct span total = record_get(&o->doc.r, "issued_total");

	if (o->nparts)
		return 0;
	if (total.n)
		return dec_units(total, o->doc.exponent, &o->total)
		    ? 0
		    : err_set(e, ERR_DATA, "issued_total '%.*s' is no amount",
			  SPANF(total));
	if (o->doc.nlines && doc_compute(s, &o->doc, e))
		return -1;
	o->total = o->doc.calc.payable;
	return 0;
}

static int
take_payments(struct order *o, struct err *e)
{
	for (size_t i = 0; i < o->npayments; i++) {
		int64_t units;

		if (!order_payment_units(
			&o->payment[i], o->doc.exponent, &units))
			return err_set(e, ERR_DATA,
			    "payment %.*s: '%.*s' is no amount of %.*s",
			    SPANF(record_get(&o->payment[i], "id")),
			    SPANF(record_get(&o->payment[i], "amount")),
			    SPANF(o->doc.currency));
		o->paid += units;
	}
	allocate(o->part, o->nparts, o->paid);
	return 0;
}

/* --- deliveries ---------------------------------------------------------- */

static int64_t
millionths(struct span v, int64_t none)
{
	int64_t n;

	return v.n && dec_units(v, 6, &n) ? n : none;
}

/* A bundle goes out as its parts; headings and texts do not. */
static bool
is_goods(const struct doc *d, size_t i)
{
	const struct record *r = &d->line[i].r;
	struct span kind = record_get(r, "kind");

	if (kind.n && !span_eqs(kind, "item") && !span_eqs(kind, "gift") &&
	    !span_eqs(kind, "part"))
		return false;
	for (size_t k = 0; k < d->nlines; k++)
		if (span_eqs(record_get(&d->line[k].r, "kind"), "part") &&
		    span_eq(record_get(&d->line[k].r, "of"),
			record_get(r, "id")))
			return false;
	return true;
}

static void
take_deliveries(struct order *o)
{
	struct doc *d = &o->doc;

	o->line = arena_alloc(&d->arena, (d->nlines + 1) * sizeof *o->line);
	for (size_t i = 0; i < d->nlines; i++) {
		o->line[i].goods = is_goods(d, i);
		o->line[i].ordered = millionths(
		    record_get(&d->line[i].r, "quantity"), ORDER_ONE);
	}
	for (size_t k = 0; k < o->ndeliveries; k++) {
		const struct record *r = &o->delivery[k];
		int64_t n = millionths(record_get(r, "quantity"), 0);

		for (size_t i = 0; i < d->nlines; i++) {
			if (!span_eq(record_get(&d->line[i].r, "id"),
				record_get(r, "line")))
				continue;
			if (span_eqs(record_get(r, "kind"), "return"))
				o->line[i].returned += n;
			else
				o->line[i].delivered += n;
		}
	}
}

bool
order_is_delivered(const struct order *o)
{
	bool any = false;

	for (size_t i = 0; i < o->doc.nlines; i++) {
		const struct order_line *l = &o->line[i];

		if (!l->goods)
			continue;
		any = true;
		if (l->delivered - l->returned < l->ordered)
			return false;
	}
	return any;
}

void
order_quantity(struct buf *out, int64_t n)
{
	int scale;
	int128 v = dec_trim((struct dec){ n, 6 }, 0, &scale);

	dec_format(out, v, scale);
}

/* As they were delivered. */
static int
asset_cmp(const void *a, const void *b)
{
	const struct record *x = a, *y = b;
	int r = span_cmp(
	    record_get(x, "delivered"), record_get(y, "delivered"));

	return r ? r : (x->id > y->id) - (x->id < y->id);
}

/* As they came, those of one day as they were entered. */
static int
day_cmp(const void *a, const void *b)
{
	static const char *const field[] = { "date", "created", "id" };
	int r = 0;

	for (size_t i = 0; r == 0 && i < 3; i++)
		r = span_cmp(record_get(a, field[i]), record_get(b, field[i]));
	return r;
}

/* --- all of it ----------------------------------------------------------- */

int
order_load(struct session *s, struct changes *c, uint64_t id,
    struct order *o, struct err *e)
{
	struct arena *a = &o->doc.arena;
	struct record *part;
	size_t nparts;
	int r;

	memset(o, 0, sizeof *o);
	if (id_letter(id) != schema_entity(&s->schema, span("order"))->letter)
		return 1;
	r = doc_load_rows(s, c, id, &o->doc, e);
	if (r)
		return r;
	o->doc.currency = record_get(&o->doc.r, "currency");
	if (!o->doc.currency.n)
		o->doc.currency = span(s->currency);
	o->doc.exponent = currency_exponent(o->doc.currency);
	if (o->doc.exponent < 0)
		r = err_set(e, ERR_DATA, "currency '%.*s' is not known",
		    SPANF(o->doc.currency));
	if (r || belonging(s, c, "instalment", id, a, &part, &nparts, e) ||
	    belonging(s, c, "payment", id, a, &o->payment, &o->npayments, e) ||
	    belonging(
		s, c, "delivery", id, a, &o->delivery, &o->ndeliveries, e) ||
	    belonging(s, c, "asset", id, a, &o->asset, &o->nassets, e)) {
		order_release(o);
		return -1;
	}
	if (o->nassets)
		qsort(o->asset, o->nassets, sizeof *o->asset, asset_cmp);
	if (o->npayments)
		qsort(o->payment, o->npayments, sizeof *o->payment, day_cmp);
	if (o->ndeliveries)
		qsort(o->delivery, o->ndeliveries, sizeof *o->delivery,
		    day_cmp);
	take_parts(o, part, nparts);
	if (take_total(s, o, e) || take_payments(o, e)) {
		order_release(o);
		return -1;
	}
	take_deliveries(o);
	return 0;
}

void
order_release(struct order *o)
{
	doc_release(&o->doc);
	memset(o, 0, sizeof *o);
}
