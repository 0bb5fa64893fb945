/*
 * What else must hold of quotes: that their vouchers count, and that their
 * amounts are of their currency.
 */
#include <string.h>

#include "crm/change/rules_impl.h"
#include "crm/trade/quote_lines.h"

/* --- vouchers ------------------------------------------------------------ */

/* Does a quote in this state use up its vouchers? */
static bool
is_taken(const struct record *quote)
{
	struct span state = record_get(quote, "state");

	return span_eqs(state, "accepted") || span_eqs(state, "ordered");
}

int
rule_vouchers(struct changes *c, const struct record *before,
    const struct record *after, unsigned how, struct err *e)
{
	bool taken = is_taken(after) && !(before && is_taken(before)) &&
	    !(how & CHANGE_HISTORY);
	bool given = rule_is_draft(after) && !(how & CHANGE_ISSUE) &&
	    record_differs(before, after, "vouchers");

	if ((how & CHANGE_UNDO) || !record_get(after, "vouchers").n ||
	    (!taken && !given))
		return 0;
	return quote_vouchers(c->s, c, after, taken, e);
}

/* --- currencies ---------------------------------------------------------- */

/* What the quote itself has of amounts, and keeps. */
static int
check_head(struct changes *c, const struct record *before,
    const struct record *after, struct span was, struct err *e)
{
	static const char *const field[] = { "discount", "shipping",
		"adjustment", "terms" };

	for (size_t i = 0; i < sizeof field / sizeof *field; i++) {
		struct span v = record_get(before, field[i]);

		if (!quote_keeps_amount(c->s, before, after, field[i]))
			continue;
		return err_set(e, ERR_PERM,
		    "%s: '%.*s' is of %.*s; crm-quote set %.*s %s= first, and "
		    "what it is in %.*s afterwards", field[i], SPANF(v),
		    SPANF(was), SPANF(rule_called(before)), field[i],
		    SPANF(record_get(after, "currency")));
	}
	return 0;
}

int
rule_currency(struct changes *c, const struct record *before,
    const struct record *after, unsigned how, struct err *e)
{
	struct span is = record_get(after, "currency"), was;
	struct record *line;
	size_t n;

	if (!before || !rule_is_draft(before))
		return 0;
	was = quote_currency(c->s, before);
	if (!was.n || span_eq(was, is))
		return 0;
	if (check_head(c, before, after, was, e) ||
	    change_beside(c, schema_entity(&c->s->schema, span("quote-line")),
		after->id, &line, &n, e))
		return -1;
	for (size_t i = 0; i < n && !(how & CHANGE_ISSUE); i++) {
		struct span of = record_get(&line[i], "currency");

		if (span_eq(of.n ? of : was, is) ||
		    (!record_get(&line[i], "price").n &&
			!quote_is_amount(&line[i], "discount")))
			continue;
		return err_set(e, ERR_PERM,
		    "currency: its lines have amounts of %.*s; crm-quote "
		    "reprice %.*s --currency %.*s takes those of the tables, "
		    "or remove the lines first", SPANF(was),
		    SPANF(rule_called(before)), SPANF(is));
	}
	return 0;
}
