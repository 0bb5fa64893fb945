#include "crm/trade/order.h"

#include <stdio.h>
#include <string.h>

#include "crm/trade/approve.h"
#include "crm/trade/doc_impl.h"
#include "crm/trade/issue.h"
#include "crm/trade/quote_lines.h"
#include "crm/trade/tax.h"
#include "store/id.h"

/* --- may it be ordered? -------------------------------------------------- */

static struct span
called(const struct record *r)
{
	struct span number = record_get(r, "number");

	return number.n ? number : record_get(r, "id");
}

/* The order that there is of a quote, for a message. */
static int
ordered(struct session *s, const struct doc *d, struct err *e)
{
	struct arena a = { 0 };
	struct span id = record_get(&d->r, "id");
	char word[32];
	struct record *order;
	size_t n;

	snprintf(word, sizeof word, "quote:%.*s", SPANF(id));
	if (doc_read(s, schema_entity(&s->schema, span("order")), word, &a,
		&order, &n, e) == 0)
		err_set(e, ERR_NO, "is ordered already%s%.*s",
		    n ? ", as " : "",
		    SPANF(n ? called(&order[0]) : span("")));
	arena_release(&a);
	return -1;
}

static int
check_state(struct session *s, const struct doc *d, unsigned how,
    struct err *e)
{
	struct span state = record_get(&d->r, "state");
	struct span id = record_get(&d->r, "id");

	if (doc_is_draft(d))
		return err_set(e, ERR_USAGE,
		    "is a draft: crm-quote issue %.*s", SPANF(id));
	if (span_eqs(state, "ordered"))
		return ordered(s, d, e);
	if (span_eqs(state, "superseded"))
		return err_set(e, ERR_USAGE,
		    "is superseded; order the revision that took its place");
	if (span_eqs(state, "rejected"))
		return err_set(e, ERR_USAGE,
		    "is rejected: crm-quote revise %.*s", SPANF(id));
	if (!span_eqs(state, "accepted") && !span_eqs(state, "expired") &&
	    !(how & ORDER_ACCEPT))
		return err_set(e, ERR_USAGE,
		    "is not accepted yet: crm-quote accept %.*s, or --accept",
		    SPANF(id));
	return 0;
}

/* Was it taken after its last day? */
static bool
is_late(struct session *s, const struct record *quote)
{
	struct span state = record_get(quote, "state");
	int32_t until, day = s->dates.today;

	if (span_eqs(state, "expired"))
		return true;
	if (span_eqs(state, "accepted"))
		(void)date_parse(record_get(quote, "decided"), &day);
	return date_parse(record_get(quote, "valid_until"), &until) &&
	    day > until;
}

int
order_check_late(struct session *s, const struct record *quote, struct err *e)
{
	if (!is_late(s, quote))
		return 0;
	return err_set(e, ERR_USAGE,
	    "held until %.*s: crm-quote revise %.*s makes a new one, "
	    "--force takes it as it is",
	    SPANF(record_get(quote, "valid_until")),
	    SPANF(record_get(quote, "id")));
}

static int
check_approval(
    struct session *s, struct changes *c, const struct doc *d, struct err *e)
{
	struct approval_state st;
	int r;

	if (approval_state(s, c, d, &st, e))
		return -1;
	r = st.state == APPROVAL_MISSING
	    ? approval_refuse(d, &st, "ordered", e)
	    : 0;
	approval_release(&st);
	return r;
}

int
order_check(struct session *s, struct changes *c, const struct doc *d,
    unsigned how, struct err *e)
{
	if (check_state(s, d, how, e))
		return -1;
	if (d->calc.nlines == 0)
		return err_set(e, ERR_USAGE,
		    "has no lines, of which an order could be made");
	if (!(how & ORDER_FORCE) && order_check_late(s, &d->r, e))
		return -1;
	/* those of what was accepted are used by that */
	if (!span_eqs(record_get(&d->r, "state"), "accepted") &&
	    quote_vouchers(s, c, &d->r, false, e))
		return -1;
	return check_approval(s, c, d, e);
}

/* --- the order ----------------------------------------------------------- */

struct making {
	struct changes *c;
	const struct doc *quote;
	struct doc doc;		 /* the order, with lines of the quote */
	struct record *order;
	unsigned how;
};

/*
 * Has a tax another rate on the day of the order than on that of the quote? A
 * row that was edited is none of both: then it has the same.
 */
static bool
taxes_moved(struct making *m)
{
	struct session *s = m->c->s;
	const struct calc *k = &m->quote->calc;
	struct tax_class was, is;
	bool moved = false;

	for (size_t i = 0; i < k->ntaxes && !moved; i++) {
		struct span key = k->taxes[i].key;

		moved = key.n &&
		    tax_class_of(s, key, doc_day(s, &m->quote->r), &was,
			NULL) == 0 &&
		    tax_class_of(s, key, doc_day(s, m->order), &is, NULL) == 0 &&
		    was.n != is.n;
		for (size_t p = 0; key.n && !moved && p < was.n; p++)
			moved = was.part[p].rate.value != is.part[p].rate.value;
	}
	return moved;
}

/* What was agreed comes from the quote; the rest may be given otherwise. */
static int
fill_head(struct making *m, struct err *e)
{
	static const char *const agreed[] = { "account", "currency", "rate",
		"tax", "rounding", "halves", "cash", "discount", "shipping",
		"shipping_tax", "adjustment", "terms",
		"issued_terms", NULL };
	static const char *const free_fields[] = { "name", "opp", "contact",
		"owner", "conditions", "language", "ship_to", NULL };
	const struct record *q = &m->quote->r;

	for (size_t i = 0; agreed[i]; i++) {
		struct span given = record_get(m->order, agreed[i]);

		if (given.n && !span_eq(given, record_get(q, agreed[i])))
			return err_set(e, ERR_USAGE,
			    "%s: is what was agreed in the quote", agreed[i]);
		record_put(m->order, agreed[i], record_get(q, agreed[i]));
	}
	for (size_t i = 0; free_fields[i]; i++)
		if (!record_get(m->order, free_fields[i]).n)
			record_put(m->order, free_fields[i],
			    record_get(q, free_fields[i]));
	record_put(m->order, "quote", record_get(q, "id"));
	record_put(m->order, "state", span("confirmed"));
	if (!record_get(m->order, "date").n)
		record_put(m->order, "date",
		    doc_day_span(m->c, m->c->s->dates.today));
	record_put(m->order, "issued_rates",
	    taxes_moved(m) ? span("") : record_get(q, "issued_rates"));
	if (is_late(m->c->s, &m->quote->r))
		record_put(m->order, "note",
		    arena_printf(&m->c->arena, "%.*s%sordered past its day, "
					       "%.*s",
			SPANF(record_get(m->order, "note")),
			record_get(m->order, "note").n ? "\n" : "",
			SPANF(record_get(q, "valid_until"))));
	return 0;
}

/* The lines that are ordered: options only where they were chosen. */
static void
choose_lines(struct making *m)
{
	const struct doc *q = m->quote;

	m->doc.line = arena_alloc(
	    &m->c->arena, (q->nlines + 1) * sizeof *m->doc.line);
	for (size_t i = 0; i < q->nlines; i++) {
		const struct record *r = &q->line[i].r;
		struct span of = record_get(r, "of");
		bool in = !record_get(r, "choice").n ||
		    span_eqs(record_get(r, "chosen"), "yes");

		/* parts and gifts are where that is with which they come */
		for (size_t k = 0; of.n && k < q->nlines; k++)
			if (span_eq(record_get(&q->line[k].r, "id"), of) &&
			    record_get(&q->line[k].r, "choice").n &&
			    !span_eqs(record_get(&q->line[k].r, "chosen"),
				"yes"))
				in = false;
		if (!in)
			continue;
		m->doc.line[m->doc.nlines++] = q->line[i];
	}
}

/* What it comes to on its day is what was accepted. */
static int
check_total(struct making *m, struct err *e)
{
	struct span was = record_get(&m->quote->r, "issued_total");
	struct buf b = { 0 };
	int64_t units;
	int r = 0;

	if ((m->how & ORDER_FORCE) || !was.n ||
	    (dec_units(was, m->doc.exponent, &units) &&
		units == m->doc.calc.total))
		return 0;
	dec_format(&b, m->doc.calc.total, m->doc.exponent);
	r = err_set(e, ERR_USAGE,
	    "came to %.*s when it was accepted, and comes to %s now (have "
	    "taxes changed?); crm-quote revise %.*s, or --force", SPANF(was),
	    b.p, SPANF(record_get(&m->quote->r, "id")));
	buf_release(&b);
	return r;
}

static int
put_head(struct making *m, const struct claims *claims, struct err *e)
{
	struct changes *c = m->c;
	struct buf number = { 0 };
	int r;

	doc_put_sums(c, &m->doc, m->order);
	if (doc_freeze(c, &m->doc, m->order, e))
		return -1;
	r = number_give(c, claims, "order", c->s->dates.today,
	    m->quote->r.id, &number, e);
	if (r == 0) {
		record_put(m->order, "number",
		    arena_span(&c->arena, buf_span(&number)));
		r = issue_keep(c, &m->doc, m->order, e) ||
			change_apply(c, NULL, m->order, CHANGE_ISSUE, e)
		    ? -1
		    : 0;
	}
	buf_release(&number);
	return r;
}

/* --- its lines and instalments ------------------------------------------- */

/* How long the product is warranted; "" where that is not said. */
static int
find_warranty(struct making *m, const struct record *line, struct span *out,
    struct err *e)
{
	uint64_t id = id_pack(record_get(line, "product"));
	struct record product;
	int r;

	*out = span("");
	if (!id)
		return 0;
	r = change_load(m->c,
	    schema_entity(&m->c->s->schema, span("product")), id, &product, e);
	if (r == 0)
		*out = record_get(&product, "warranty");
	return r < 0 ? -1 : 0;
}

static void
put_amounts(struct making *m, size_t i, struct record *line)
{
	const struct doc_line *l = &m->doc.line[i];
	const struct calc_line *k;
	int64_t taxed = 0;

	if (l->calc == NO_CALC)
		return;
	k = &m->doc.calc.line[l->calc];
	for (size_t t = 0; t < TAX_PARTS; t++)
		taxed += k->taxed[t];
	record_put(line, "amount",
	    dec_span(&m->c->arena, k->net, m->doc.exponent));
	record_put(line, "taxed",
	    dec_span(&m->c->arena, taxed, m->doc.exponent));
}

static int
add_line(struct making *m, size_t i, const struct span *id,
    struct record *line, struct err *e)
{
	static const char *const not[] = { "id", "created", "ext_id", "of",
		NULL };
	const struct record *from = &m->doc.line[i].r;
	struct record empty = { .ent = schema_entity(
				    &m->c->s->schema, span("order-line")) };
	struct span of = record_get(from, "of"), warranty;

	*line = change_copy(m->c, &empty);
	for (size_t f = 0; f < from->ent->nfields; f++) {
		const char *name = from->ent->field[f]->name;
		size_t k = 0;

		while (not[k] && strcmp(not[k], name) != 0)
			k++;
		if (!not[k])
			record_put(line, name,
			    record_at(from, from->ent->field[f]));
	}
	record_put(line, "order", record_get(m->order, "id"));
	for (size_t k = 0; of.n && k < m->doc.nlines; k++)
		if (span_eq(record_get(&m->doc.line[k].r, "id"), of))
			record_put(line, "of", id[k]);
	if (find_warranty(m, from, &warranty, e))
		return -1;
	record_put(line, "warranty", warranty);
	put_amounts(m, i, line);
	return change_apply(m->c, NULL, line, CHANGE_ISSUE, e);
}

static int
add_lines(struct making *m, struct err *e)
{
	struct span *id = arena_alloc(
	    &m->c->arena, (m->doc.nlines + 1) * sizeof *id);

	/* what others come with first, so that those find it */
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < m->doc.nlines; i++) {
			const struct record *r = &m->doc.line[i].r;
			struct record line;

			if ((record_get(r, "of").n > 0) != (pass == 1))
				continue;
			if (add_line(m, i, id, &line, e))
				return -1;
			id[i] = record_get(&line, "id");
		}
	return 0;
}

static struct span
part_name(struct changes *c, const struct term *t)
{
	struct buf b = { 0 };
	struct span s;

	if (t->deposit)
		return span("deposit");
	if (t->kind == TERM_PERCENT) {
		dec_format(&b, t->percent.value, t->percent.scale);
		buf_adds(&b, " %");
	}
	s = arena_span(&c->arena, buf_span(&b));
	buf_release(&b);
	return s;
}

static int
add_parts(struct making *m, struct err *e)
{
	const struct entity *ent = schema_entity(
	    &m->c->s->schema, span("instalment"));
	struct instalment part[TERMS_MAX];
	struct doc *d = &m->doc;

	if (terms_schedule(&d->terms, d->calc.payable,
		doc_day(m->c->s, m->order), DATE_NONE, part, e))
		return err_prefix(e, "terms: ");
	for (size_t i = 0; i < d->terms.n; i++) {
		struct record empty = { .ent = ent };
		struct record r = change_copy(m->c, &empty);

		record_put(&r, "order", record_get(m->order, "id"));
		record_put(&r, "position",
		    arena_printf(&m->c->arena, "%zu", i + 1));
		record_put(&r, "name",
		    part_name(m->c, &d->terms.term[part[i].term]));
		if (part[i].due != DATE_NONE)
			record_put(&r, "due", doc_day_span(m->c, part[i].due));
		record_put(&r, "amount",
		    dec_span(&m->c->arena, part[i].amount, d->exponent));
		record_put(&r, "currency", d->currency);
		if (change_apply(m->c, NULL, &r, CHANGE_ISSUE, e))
			return -1;
	}
	return 0;
}

/* --- the quote ----------------------------------------------------------- */

static int
close_quote(struct making *m, struct err *e)
{
	struct record after = change_copy(m->c, &m->quote->r);

	record_put(&after, "state", span("ordered"));
	if (!record_get(&after, "decided").n)
		record_put(&after, "decided",
		    doc_day_span(m->c, m->c->s->dates.today));
	return change_apply(m->c, &m->quote->r, &after, CHANGE_ISSUE, e);
}

int
order_make(struct changes *c, uint64_t quote, const struct claims *claims,
    unsigned how, struct record *order, struct err *e)
{
	struct making m = { .c = c, .order = order, .how = how };
	struct doc d;
	int r = doc_load(c->s, c, quote, &d, e);

	if (r)
		return r < 0 ? -1 : err_set(e, ERR_NOENT, "no such quote");
	m.quote = &d;
	r = -1;
	if (order_check(c->s, c, &d, how, e) || fill_head(&m, e))
		goto out;
	choose_lines(&m);
	m.doc.r = *order;
	if (doc_compute(c->s, &m.doc, e) || check_total(&m, e) ||
	    put_head(&m, claims, e) || add_lines(&m, e) || add_parts(&m, e))
		goto out;
	r = close_quote(&m, e);
out:
	arena_release(&m.doc.arena);
	doc_release(&d);
	return r;
}
