#include "crm/trade/quote_lines.h"

#include <stdlib.h>
#include <string.h>

#include "crm/change/unique.h"
#include "crm/trade/doc.h"
#include "crm/trade/quote_impl.h"
#include "store/id.h"

/* Between the positions of lines, so that others fit in without moving them. */
enum { STEP = 10 };

/* --- what a line has of its product -------------------------------------- */

static void
fill(struct record *line, const char *field, struct span v)
{
	if (!record_get(line, field).n)
		record_put(line, field, v);
}

/* price is given: a product without one of its own will do. */
static int
fill_line(struct changes *c, const struct record *quote, struct record *line,
    struct priced *p, struct err *e)
{
	uint64_t product = id_pack(record_get(line, "product"));
	struct span list = record_get(line, "price");

	if (quote_price(c, quote, product, quote_quantity(line), p, e)) {
		if (!list.n || e->code != ERR_USAGE || !p->name.n)
			return -1;
		err_release(e);
		p->step = NULL;
	} else if (list.n) {
		list = quote_dec_span(c, p->list);
	} else {
		list = quote_dec_span(c, p->list);
		record_put(line, "price", quote_dec_span(c, p->price));
		record_put(line, "why", quote_why(c, p));
	}
	fill(line, "why", span(BY_HAND));
	fill(line, "list", list);
	fill(line, "sku", p->sku);
	fill(line, "name", p->name);
	fill(line, "unit", p->unit);
	fill(line, "tax", p->tax);
	if (p->has_cost)
		fill(line, "cost", quote_dec_span(c, p->cost));
	return 0;
}

/* --- the order of lines -------------------------------------------------- */

static int
last_position(struct changes *c, const struct record *quote, int64_t *last,
    struct err *e)
{
	struct record *line;
	size_t n;

	*last = 0;
	if (change_beside(c, quote_entity(c, "quote-line"), quote->id, &line, &n, e))
		return -1;
	for (size_t i = 0; i < n; i++) {
		int64_t at;

		if (span_int(record_get(&line[i], "position"), &at) &&
		    at > *last)
			*last = at;
	}
	return 0;
}

/* --- changing ------------------------------------------------------------ */

int
quote_line_add(struct changes *c, const struct record *quote,
    struct record *line, struct err *e)
{
	struct priced p = { 0 };
	int64_t last;

	if (record_get(line, "product").n && fill_line(c, quote, line, &p, e))
		return -1;
	if (last_position(c, quote, &last, e))
		return -1;
	record_put(line, "quote", quote_id_span(c, quote->id));
	fill(line, "position",
	    arena_printf(&c->arena, "%lld", (long long)(last + STEP)));
	return change_apply(c, NULL, line, 0, e)
	    ? -1
	    : quote_follow(c, quote, line, p.step ? &p : NULL, e);
}

/* Everything of the product anew, but for what is said of it now. */
static int
other_product(struct changes *c, const struct record *quote,
    const struct record *before, struct record *after, struct priced *p,
    struct err *e)
{
	static const char *const of[] = { "sku", "name", "unit", "list",
		"price", "tax", "cost", "why" };

	for (size_t i = 0; i < sizeof of / sizeof *of; i++)
		if (!record_differs(before, after, of[i]))
			record_put(after, of[i], span(""));
	return fill_line(c, quote, after, p, e);
}

/* The price that the product now has. */
static int
same_product(struct changes *c, const struct record *quote,
    struct record *after, struct priced *p, struct err *e)
{
	if (quote_price(c, quote, id_pack(record_get(after, "product")),
		quote_quantity(after), p, e))
		return -1;
	record_put(after, "price", quote_dec_span(c, p->price));
	record_put(after, "list", quote_dec_span(c, p->list));
	record_put(after, "why", quote_why(c, p));
	if (p->has_cost)
		record_put(after, "cost", quote_dec_span(c, p->cost));
	return 0;
}

int
quote_sku(struct changes *c, struct span sku, uint64_t *product,
    struct err *e)
{
	struct entity *ent =
	    schema_entity(&c->s->schema, span("product"));
	struct record empty = { .ent = ent }, like = change_copy(c, &empty);

	record_put(&like, "sku", sku);
	return unique_holder(
	    c, &like, entity_field(ent, span("sku")), product, e);
}

/* The sku of another product stands for that. */
static int
take_sku(struct changes *c, const struct record *before, struct record *after,
    struct err *e)
{
	struct span sku = record_get(after, "sku");
	uint64_t product = 0;

	if (!sku.n || !record_differs(before, after, "sku") ||
	    record_differs(before, after, "product"))
		return 0;
	if (quote_sku(c, sku, &product, e))
		return -1;
	if (product) {
		record_put(after, "product", quote_id_span(c, product));
		record_put(after, "sku", span(""));
	}
	return 0;
}

int
quote_line_set(struct changes *c, const struct record *quote,
    const struct record *before, struct record *after, struct err *e)
{
	struct priced p = { 0 };
	bool item = !record_get(after, "kind").n ||
	    span_eqs(record_get(after, "kind"), "item");
	int r = 0;

	if (!record_get(after, "product").n || !item)
		return change_apply(c, before, after, 0, e);
	if (take_sku(c, before, after, e))
		return -1;
	if (record_differs(before, after, "product"))
		r = other_product(c, quote, before, after, &p, e);
	else if (!record_get(after, "price").n)
		/* "price=" gives it back its own */
		r = same_product(c, quote, after, &p, e);
	else if (record_differs(before, after, "price"))
		record_put(after, "why", span(BY_HAND));
	else if (record_differs(before, after, "quantity") && !quote_by_hand(before))
		r = same_product(c, quote, after, &p, e);
	if (r || change_apply(c, before, after, 0, e))
		return -1;
	return record_differs(before, after, "quantity") ||
		record_differs(before, after, "product")
	    ? quote_follow(c, quote, after, p.step ? &p : NULL, e)
	    : 0;
}

static int
line_reprice(struct changes *c, const struct record *quote,
    const struct record *before, struct err *e)
{
	struct record after = change_copy(c, before);
	struct priced p = { 0 };

	if (same_product(c, quote, &after, &p, e) ||
	    change_apply(c, before, &after, 0, e))
		return -1;
	return quote_follow(c, quote, &after, &p, e);
}

bool
quote_by_table(const struct record *line)
{
	struct span kind = record_get(line, "kind");

	return record_get(line, "product").n &&
	    (!kind.n || span_eqs(kind, "item")) && !quote_by_hand(line);
}

int
quote_reprice(
    struct changes *c, const struct record *quote, struct err *e)
{
	struct doc d = { 0 };
	int r = doc_load_rows(c->s, c, quote->id, &d, e);

	if (r > 0)
		r = err_set(e, ERR_NOENT, "no such quote");
	for (size_t i = 0; r == 0 && i < d.nlines; i++) {
		const struct record *line = &d.line[i].r;

		if (!quote_by_table(line))
			continue;
		r = line_reprice(c, quote, line, e);
		if (r)
			err_prefix(e, "line %zu (%.*s): ", i + 1,
			    SPANF(record_get(line, "sku")));
	}
	doc_release(&d);
	return r ? -1 : quote_offs(c, quote, e);
}

int
quote_line_remove(
    struct changes *c, const struct record *line, struct err *e)
{
	uint64_t quote = id_pack(record_get(line, "quote"));
	struct span own = quote_id_span(c, line->id);
	struct record *all;
	size_t n;

	if (change_beside(c, line->ent, quote, &all, &n, e))
		return -1;
	for (size_t i = 0; i < n; i++)
		if (span_eq(record_get(&all[i], "of"), own) &&
		    change_apply(c, &all[i], NULL, 0, e))
			return -1;
	return change_apply(c, line, NULL, 0, e);
}

/* --- revisions ----------------------------------------------------------- */

/* The lines of one quote for another; parts stay with their bundles. */
static int
copy_lines(struct changes *c, const struct doc *from,
    const struct record *to, struct err *e)
{
	struct span *id = arena_alloc(
	    &c->arena, (from->nlines + 1) * sizeof *id);

	/* bundles first, so that parts find them */
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < from->nlines; i++) {
			const struct record *r = &from->line[i].r;
			struct span of = record_get(r, "of");
			struct record line;

			if ((of.n > 0) != (pass == 1))
				continue;
			line = change_copy(c, r);
			line.id = 0;
			record_put(&line, "quote", quote_id_span(c, to->id));
			record_put(&line, "created", span(""));
			record_put(&line, "ext_id", span(""));
			for (size_t k = 0; of.n && k < from->nlines; k++)
				if (span_eq(record_get(&from->line[k].r, "id"),
					of))
					record_put(&line, "of", id[k]);
			/* with the list prices that it was offered at */
			if (change_apply(c, NULL, &line, CHANGE_ISSUE, e))
				return -1;
			id[i] = record_get(&line, "id");
		}
	}
	return 0;
}

int
quote_copy(struct changes *c, const struct record *quote,
    struct record *copy, struct err *e)
{
	static const char *const not[] = { "id", "date", "decided", "reason",
		"rate", "issued_net", "issued_taxes", "issued_total",
		"issued_rates", "issued_terms", "issued_to", "issued_from",
		"issued_texts", "sent", "sent_to", "created", "ext_id",
		"valid_until", "followup" };
	struct span number = record_get(copy, "number");
	struct span revision = record_get(copy, "revision");
	struct doc d;
	int r;

	*copy = change_copy(c, quote);
	copy->id = 0;
	for (size_t i = 0; i < sizeof not / sizeof *not; i++)
		record_put(copy, not[i], span(""));
	record_put(copy, "number", number);
	record_put(copy, "revision", revision);
	record_put(copy, "previous", quote_id_span(c, quote->id));
	record_put(copy, "state", span("draft"));
	r = doc_load_rows(c->s, c, quote->id, &d, e);
	if (r)
		return r < 0 ? -1 : err_set(e, ERR_NOENT, "no such quote");
	r = change_apply(c, NULL, copy, CHANGE_ISSUE, e) ||
		copy_lines(c, &d, copy, e)
	    ? -1
	    : 0;
	doc_release(&d);
	return r;
}
