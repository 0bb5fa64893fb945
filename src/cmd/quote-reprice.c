/* crm-quote reprice: prices and discounts as the tables have them now. */
#include <string.h>

#include "cmd/quote.h"
#include "cmd/verbs.h"
#include "crm/trade/quote_lines.h"
#include "store/id.h"

static const char *on, *currency;

const struct opt opts_quote_reprice[] = {
	{ "on", 0, OPT_STR, "DATE", "prices of that day (field priced)", &on },
	{ "currency", 0, OPT_STR, "CODE", "in that currency", &currency },
	{ 0 },
};

/*
 * An amount that somebody agreed to is not the same in another currency; what
 * a rule has taken off the whole is found anew.
 */
static int
leave_currency(struct call *c, struct changes *ch, const struct record *quote)
{
	struct doc d = { 0 };
	int r = quote_rows(c, ch, quote->id, &d);

	for (size_t i = 0; r == 0 && i < d.nlines; i++) {
		const struct record *line = &d.line[i].r;
		bool priced = quote_by_table(line);
		bool off = quote_is_amount(line, "discount");

		if (quote_by_rule(line))
			r = change_apply(ch, line, NULL, 0, &c->err);
		else if (off || (!priced && quote_is_amount(line, "price")))
			r = err_set(&c->err, ERR_PERM,
			    "line %zu (%.*s): its %s was set by hand, in %.*s; "
			    "crm-quote line rm it, or give it %s", i + 1,
			    SPANF(record_get(line, "name")),
			    off ? "discount" : "price",
			    SPANF(record_get(quote, "currency")),
			    off ? "one in percent" : "that of its product "
						     "(price=)");
	}
	doc_release(&d);
	return r ? -1 : 0;
}

static int
put_currency(struct call *c, struct changes *ch, struct record *quote)
{
	struct record after = change_copy(ch, quote);

	if (leave_currency(c, ch, quote) ||
	    assign_one(c, ch, &after, span("currency"), span(currency)) ||
	    change_apply(ch, quote, &after, CHANGE_ISSUE, &c->err))
		return -1;
	*quote = after;
	return 0;
}

static int
reprice_one(struct call *c, struct changes *ch, uint64_t id)
{
	struct record before, quote;
	int r = change_load(ch, c->ent, id, &before, &c->err);

	if (r)
		return r < 0 ? -1 : err_set(&c->err, ERR_NOENT, "no such quote");
	quote = before;
	if (on) {
		quote = change_copy(ch, &before);
		if (assign_one(c, ch, &quote, span("priced"), span(on)) ||
		    change_apply(ch, &before, &quote, 0, &c->err))
			return -1;
	}
	if (currency && put_currency(c, ch, &quote))
		return -1;
	return quote_reprice(ch, &quote, &c->err) || quote_settle(c, ch, id)
	    ? -1
	    : 0;
}

int
verb_quote_reprice(struct call *c)
{
	struct changes *ch = NULL;
	struct targets t = { 0 };
	char text[ID_LEN + 1];
	int r = -1;

	if (cli_targets(c, c->argc, c->argv, &t) || cli_changes(c, &ch) ||
	    cli_recheck(c, c->argc, c->argv, &t))
		goto out;
	for (size_t i = 0; i < t.n; i++) {
		size_t touched = ch->ntouched;

		id_unpack(t.id[i], text);
		if (reprice_one(c, ch, t.id[i])) {
			err_prefix(&c->err, "%s: ", text);
			goto out;
		}
		if (ch->ntouched > touched)
			cli_about(c, t.id[i]);
	}
	r = cli_commit(c, ch, "reprice");
out:
	changes_close(ch);
	targets_release(&t);
	return r;
}
