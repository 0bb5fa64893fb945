/* What a new quote takes of another one, as somebody would enter it. */
#include <string.h>

#include "crm/trade/doc.h"
#include "crm/trade/quote_impl.h"
#include "store/id.h"

/* --- amounts and currencies ---------------------------------------------- */

bool
quote_is_amount(const struct record *r, const char *field)
{
	struct dec d;

	return dec_parse(record_get(r, field), &d) && d.value != 0;
}

static bool
has_amounts(struct session *s, struct span terms, struct span currency)
{
	struct err none = { 0 };
	struct terms t;
	bool has = false;

	if (terms_parse(s, terms, currency_exponent(currency), &t, &none))
		err_release(&none);
	else
		for (size_t i = 0; i < t.n; i++)
			has = has || t.term[i].kind == TERM_AMOUNT;
	return has;
}

struct span
quote_currency(struct session *s, const struct record *quote)
{
	struct span own = record_get(quote, "currency");

	return own.n ? own : span(s->currency);
}

bool
quote_keeps_amount(struct session *s, const struct record *was,
    const struct record *is, const char *field)
{
	struct span v = record_get(was, field), next = record_get(is, field);
	struct dec a, b;

	/* written as amounts of another currency may be, it is the same */
	if (quote_is_amount(was, field))
		return dec_parse(v, &a) && dec_parse(next, &b) &&
		    dec_cmp(a, b) == 0;
	return strcmp(field, "terms") == 0 && span_eq(v, next) &&
	    has_amounts(s, v, quote_currency(s, was));
}

/* --- lines --------------------------------------------------------------- */

/* Does it come with a product, or of a rule? That comes anew. */
static bool
comes_anew(const struct record *line)
{
	return record_get(line, "of").n ||
	    span_eqs(record_get(line, "kind"), "part") || quote_by_rule(line);
}

/* Is it what somebody enters: of a line with a product, of one without? */
static bool
is_entered(const struct field *f, bool product)
{
	static const struct {
		const char *field;
		bool always;
	} entered[] = { { "kind", true }, { "product", true },
		{ "quantity", true }, { "discount", true }, { "choice", true },
		{ "group", true }, { "note", true }, { "tags", true },
		{ "price", true }, { "sku", false }, { "name", false },
		{ "unit", false }, { "list", false }, { "tax", false },
		{ "cost", false } };

	for (size_t i = 0; i < sizeof entered / sizeof *entered; i++)
		if (strcmp(f->name, entered[i].field) == 0)
			return entered[i].always || !product;
	return f->flags & FIELD_CUSTOM;
}

/* What somebody agreed to in one currency is no amount of another one. */
static int
check_amounts(struct changes *c, struct span was, const struct record *quote,
    struct record *line, struct err *e)
{
	static const char *const field[] = { "price", "discount" };
	struct span is = quote_currency(c->s, quote);

	if (span_eq(was, is))
		return 0;
	for (size_t i = 0; i < sizeof field / sizeof *field; i++)
		if (quote_is_amount(line, field[i]))
			return err_set(e, ERR_USAGE,
			    "its %s was set by hand, in %.*s, and this quote "
			    "is in %.*s; make it with currency=%.*s, and "
			    "crm-quote reprice --currency afterwards",
			    field[i], SPANF(was), SPANF(is), SPANF(was));
	record_put(line, "list", span(""));
	record_put(line, "cost", span(""));
	return 0;
}

static int
like_line(struct changes *c, const struct record *from,
    const struct record *row, const struct record *quote, struct err *e)
{
	struct record line = change_copy(c, row);
	bool product = record_get(row, "product").n > 0;

	line.id = 0;
	for (size_t i = 0; i < line.ent->nfields; i++) {
		const struct field *f = line.ent->field[i];

		if (!(f->flags & FIELD_VIRTUAL) && !is_entered(f, product))
			record_set(&line, f, span(""));
	}
	if (product && !quote_by_hand(row))
		record_put(&line, "price", span(""));
	return check_amounts(c, quote_currency(c->s, from), quote, &line, e)
	    ? -1
	    : quote_line_add(c, quote, &line, e);
}

int
quote_like(struct changes *c, uint64_t from, const struct record *quote,
    struct err *e)
{
	struct doc d;
	int r = doc_load_rows(c->s, c, from, &d, e);

	if (r)
		return r < 0 ? -1 : err_set(e, ERR_NOENT, "no such quote");
	for (size_t i = 0; r == 0 && i < d.nlines; i++) {
		const struct record *row = &d.line[i].r;

		if (comes_anew(row))
			continue;
		r = like_line(c, &d.r, row, quote, e);
		if (r)
			err_prefix(e, "line %zu (%.*s): ", i + 1,
			    SPANF(record_get(row,
				record_get(row, "sku").n ? "sku" : "name")));
	}
	doc_release(&d);
	return r ? -1 : quote_offs(c, quote, e);
}
