/*
 * A delivery of an order, with what went out before and what is to follow; or,
 * while there is none, what is to go out.
 */
#include <string.h>

#include "base/date.h"
#include "crm/render/model_impl.h"
#include "store/id.h"

/* Rows of deliveries/ that were entered together, or all of a day. */
struct pick {
	const struct record *row; /* one of them; NULL: nothing went out yet */
	struct span day;
	bool whole_day;
};

/* Of a line, in millionths. */
struct moved {
	int64_t before, now;
	struct buf serial;
};

static bool
is_return(const struct record *r)
{
	return span_eqs(record_get(r, "kind"), "return");
}

/* When it took place, then when it was entered. */
static int
row_cmp(const struct record *a, const struct record *b)
{
	int r = span_cmp(record_get(a, "date"), record_get(b, "date"));

	return r ? r
		 : span_cmp(record_get(a, "created"), record_get(b, "created"));
}

static bool
is_of(const struct pick *p, const struct record *r)
{
	if (!p->row || is_return(r))
		return false;
	if (p->whole_day)
		return span_eq(record_get(r, "date"), p->day);
	return row_cmp(r, p->row) == 0;
}

static bool
is_before(const struct pick *p, const struct record *r)
{
	if (!p->row)
		return true;
	if (p->whole_day)
		return span_cmp(record_get(r, "date"), p->day) < 0;
	return row_cmp(r, p->row) < 0;
}

/* --- which --------------------------------------------------------------- */

static const struct record *
last_of(const struct order *o)
{
	const struct record *last = NULL;

	for (size_t i = 0; i < o->ndeliveries; i++) {
		const struct record *r = &o->delivery[i];

		if (!is_return(r) && (!last || row_cmp(r, last) > 0))
			last = r;
	}
	return last;
}

static const struct record *
by_id(const struct order *o, uint64_t id)
{
	for (size_t i = 0; i < o->ndeliveries; i++)
		if (o->delivery[i].id == id)
			return &o->delivery[i];
	return NULL;
}

static int
pick_day(struct model *m, const char *which, struct pick *p, struct err *e)
{
	int32_t day;
	char text[11];

	if (date_entry(span(which), &m->s->dates, &day, e))
		return err_prefix(e, "--delivery: no id of a delivery, and ");
	date_format(day, text);
	p->day = arena_span(m->a, span(text));
	p->whole_day = true;
	for (size_t i = 0; i < m->o.ndeliveries; i++) {
		const struct record *r = &m->o.delivery[i];

		if (!is_return(r) && span_eqs(record_get(r, "date"), text))
			p->row = r;
	}
	return p->row ? 0
		      : err_set(e, ERR_NO, "nothing of it was delivered on %s",
			    text);
}

static int
pick(struct model *m, const char *which, struct pick *p, struct err *e)
{
	uint64_t id = which ? id_pack(span(which)) : 0;

	*p = (struct pick){ 0 };
	if (which && !id && strcmp(which, "last") != 0)
		return pick_day(m, which, p, e);
	p->row = id ? by_id(&m->o, id) : last_of(&m->o);
	if (id && !p->row)
		return err_set(
		    e, ERR_NOENT, "%s is no delivery of this order", which);
	if (id && is_return(p->row))
		return err_set(
		    e, ERR_USAGE, "%s came back: it is no delivery", which);
	if (which && !p->row)
		return err_set(e, ERR_NO, "nothing of it was delivered yet");
	return 0;
}

/* The least id of its rows is what the delivery is known by. */
static struct span
id_of(const struct order *o, const struct pick *p)
{
	const struct record *least = p->row;

	for (size_t i = 0; i < o->ndeliveries; i++)
		if (is_of(p, &o->delivery[i]) && o->delivery[i].id < least->id)
			least = &o->delivery[i];
	return least ? record_get(least, "id") : span("");
}

/* --- lines --------------------------------------------------------------- */

static void
add_row(const struct pick *p, const struct record *r, struct moved *v)
{
	int64_t n = 0;
	struct span serial = record_get(r, "serial");

	(void)dec_units(record_get(r, "quantity"), 6, &n);
	if (is_before(p, r))
		v->before += is_return(r) ? -n : n;
	if (!is_of(p, r))
		return;
	v->now += n;
	while (serial.n) {
		buf_adds(&v->serial, v->serial.n ? ", " : "");
		buf_addspan(&v->serial, span_trim(span_cut(&serial, ',')));
	}
}

static void
move(struct model *m, const struct pick *p, size_t i, struct moved *v)
{
	const struct order_line *l = &m->o.line[i];

	for (size_t k = 0; k < m->o.ndeliveries; k++)
		if (span_eq(record_get(&m->o.delivery[k], "line"),
			record_get(&m->o.doc.line[i].r, "id")))
			add_row(p, &m->o.delivery[k], v);
	if (!p->row && l->goods && v->before < l->ordered)
		v->now = l->ordered - v->before;
}

static void
quantity(struct model *m, struct tval *v, const char *key, int64_t n)
{
	write_dec(&m->b, m->w.tongue, (struct dec){ n, 6 }, 0);
	model_put(m, v, key);
}

/* What documents say of line i anyhow, and how much of it moved. */
static struct tval *
line(struct model *m, size_t i, const struct moved *x)
{
	static const char *const same[] = { "position", "sku", "name",
		"is_heading" };
	const struct order_line *l = &m->o.line[i];
	struct tval *v = tval_object(m->a);
	int64_t rest = l->ordered - x->before - x->now;
	struct span kind = record_get(&m->o.doc.line[i].r, "kind");

	for (size_t k = 0; k < sizeof same / sizeof *same; k++)
		tval_put(m->a, v, same[k],
		    (struct tval *)tval_get(m->made[i], span(same[k])));
	tval_flag(m->a, v, "is_part", span_eqs(kind, "part"));
	tval_flag(m->a, v, "is_goods", l->goods);
	tval_text(m->a, v, "serial", span(""));
	if (!l->goods)
		return v;
	tval_text(m->a, v, "unit",
	    word_unit(&m->w, record_get(&m->o.doc.line[i].r, "unit"),
		(x->now ? x->now : rest) == ORDER_ONE));
	quantity(m, v, "ordered", l->ordered);
	quantity(m, v, "before", x->before);
	quantity(m, v, "quantity", x->now);
	quantity(m, v, "rest", rest > 0 ? rest : 0);
	model_plain(m, v, "serial", buf_span(&x->serial));
	return v;
}

struct lists {
	struct model *m;
	const struct pick *p;
	struct tval *now, *later;
	size_t head, whole; /* that stand above what comes; index + 1 */
	bool before, rest;  /* something went out before, is to follow */
};

/* The heading that a line is the first of, and the bundle. */
static void
put_above(struct lists *x, struct tval *list)
{
	static const struct moved none;

	if (x->head)
		tval_append(x->m->a, list, line(x->m, x->head - 1, &none));
	if (x->whole)
		tval_append(x->m->a, list, line(x->m, x->whole - 1, &none));
	x->head = x->whole = 0;
}

static void
put_line(struct lists *x, size_t i)
{
	struct model *m = x->m;
	const struct order_line *l = &m->o.line[i];
	struct span kind = record_get(&m->o.doc.line[i].r, "kind");
	struct moved v = { 0 };

	if (!m->made[i])
		return;
	if (span_eqs(kind, "heading"))
		x->head = i + 1;
	if (!span_eqs(kind, "part"))
		x->whole = 0;
	if (!l->goods && (kind.n == 0 || span_eqs(kind, "item")))
		x->whole = i + 1;
	if (!l->goods)
		return;
	move(m, x->p, i, &v);
	x->before |= v.before > 0;
	x->rest |= v.before + v.now < l->ordered;
	if (v.now > 0) {
		put_above(x, x->now);
		tval_append(m->a, x->now, line(m, i, &v));
	} else if (v.before < l->ordered) {
		tval_append(m->a, x->later, line(m, i, &v));
	}
	buf_release(&v.serial);
}

/* --- all of it ----------------------------------------------------------- */

/* What the team says of deliveries besides, of the first row that has it. */
static void
extra(struct model *m, const struct pick *p, struct tval *v)
{
	static const char *const field[] = { "carrier", "tracking", "note" };

	for (size_t k = 0; k < sizeof field / sizeof *field; k++) {
		struct span found = { 0 };

		for (size_t i = 0; i < m->o.ndeliveries && !found.n; i++)
			if (is_of(p, &m->o.delivery[i]))
				found = record_get(&m->o.delivery[i], field[k]);
		model_plain(m, v, field[k], found);
	}
}

/*
 * Whom it goes to: the customer; where the order says to which address, they
 * are there, without what belongs to the other one.
 */
static void
recipient(struct model *m, struct tval *v)
{
	const struct tval *customer = tval_get(m->root, span("customer"));
	struct span to = model_field(m, "ship_to");
	struct tval *there = tval_object(m->a);

	tval_put(m->a, there, "name",
	    (struct tval *)tval_get(customer, span("name")));
	tval_text(m->a, there, "contact", span(""));
	tval_text(m->a, there, "tax_id", span(""));
	model_lines(m, there, "address", to);
	tval_put(m->a, v, "customer",
	    to.n ? there : (struct tval *)customer);
}

int
model_shipment(struct model *m, const char *which, struct err *e)
{
	struct tval *v = tval_object(m->a);
	struct pick p;
	struct lists x = { .m = m,
		.p = &p,
		.now = tval_list(m->a),
		.later = tval_list(m->a) };
	int32_t day;

	if (pick(m, which, &p, e))
		return -1;
	for (size_t i = 0; i < m->o.doc.nlines; i++)
		put_line(&x, i);
	model_plain(m, v, "id", id_of(&m->o, &p));
	model_date(m, v, "date",
	    p.row && date_parse(record_get(p.row, "date"), &day) ? day
								 : DATE_NONE);
	extra(m, &p, v);
	recipient(m, v);
	tval_flag(m->a, v, "is_planned", !p.row);
	tval_flag(m->a, v, "is_part_of_it", x.before || x.rest);
	tval_put(m->a, v, "lines", x.now);
	tval_put(m->a, v, "later", x.later);
	tval_flag(m->a, v, "has_later", tval_true(x.later));
	tval_put(m->a, m->root, "shipment", v);
	return 0;
}
