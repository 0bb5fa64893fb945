/*
 * crm-quote new, revise: drafts: of deals, like another quote, and of what was
 * issued.
 */
#include <string.h>

#include "cmd/quote.h"
#include "cmd/verbs.h"
#include "crm/change/about.h"
#include "crm/trade/quote_lines.h"
#include "crm/trade/renumber.h"
#include "store/id.h"

static const char *like;

const struct opt opts_quote_new[] = {
	{ "like", 0, OPT_STR, "QUOTE", "with the lines and terms of that one",
	    &like },
	{ 0 },
};

/* --- new ----------------------------------------------------------------- */

static void
fill(struct record *r, const char *field, struct span v)
{
	if (!record_get(r, field).n)
		record_put(r, field, v);
}

/* What of the record that the quote is for is the quote's, too. */
static int
take_from(struct call *c, struct changes *ch, uint64_t id, struct record *r,
    struct record *from)
{
	static const char *const fields[] = { "name", "account", "contact",
		"owner", "currency", NULL };
	const struct entity *ent =
	    schema_letter(&c->s.schema, id_letter(id));
	char text[ID_LEN + 1];
	int absent = change_load(ch, ent, id, from, &c->err);

	id_unpack(id, text);
	if (absent)
		return absent < 0
		    ? -1
		    : err_set(&c->err, ERR_NOENT, "no %s %s", ent->label, text);
	fill(r, ent->name, arena_span(&ch->arena, span(text)));
	for (size_t i = 0; fields[i]; i++) {
		if (strcmp(fields[i], "name") == 0 &&
		    strcmp(ent->name, "opp") != 0)
			continue;
		fill(r, fields[i], record_get(from, fields[i]));
	}
	return 0;
}

/* The deal, else the contact and the account that the word stands for. */
static int
take_record(struct call *c, struct changes *ch, const struct about *a,
    struct record *r, struct span *product)
{
	static const enum about_kind order[] = { ABOUT_OPP, ABOUT_CONTACT,
		ABOUT_ACCOUNT };

	if (a->id[ABOUT_LEAD] && !a->id[ABOUT_OPP] && !a->id[ABOUT_ACCOUNT] &&
	    !a->id[ABOUT_CONTACT])
		return err_set(&c->err, ERR_USAGE,
		    "%s is a lead; crm-lead convert makes a deal of it, which "
		    "can be quoted", a->name);
	for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
		struct record from;

		if (!a->id[order[i]])
			continue;
		if (take_from(c, ch, a->id[order[i]], r, &from))
			return -1;
		if (order[i] == ABOUT_OPP)
			*product = record_get(&from, "product");
	}
	return 0;
}

/* Is it said, be it to be nothing? */
static bool
says(const struct call *c, const char *field)
{
	size_t n = strlen(field);

	for (int i = 0; i < c->argc; i++)
		if (strncmp(c->argv[i], field, n) == 0 &&
		    (c->argv[i][n] == '=' || c->argv[i][n] == ':'))
			return true;
	return false;
}

/* How the other one is offered; what is agreed with its customer is not. */
static int
take_like(struct call *c, struct changes *ch, struct record *r, uint64_t id)
{
	static const char *const fields[] = { "terms", "discount", "tax",
		"rounding", "halves", "cash", "shipping", "shipping_tax",
		"delivery", "warranty", "conditions", "intro", "language",
		"template" };
	struct span was, is = quote_currency(&c->s, r);
	struct record from;
	int ret = change_load(ch, c->ent, id, &from, &c->err);

	if (ret)
		return ret < 0
		    ? -1
		    : err_set(&c->err, ERR_NOENT, "no quote %s", like);
	was = quote_currency(&c->s, &from);
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		const char *f = fields[i];
		bool other = !span_eq(was, is);

		/* a coin is one of a currency */
		if (says(c, f) || (other && strcmp(f, "cash") == 0))
			continue;
		record_put(r, f, record_get(&from, f));
		if (other && quote_keeps_amount(&c->s, &from, r, f))
			return err_set(&c->err, ERR_USAGE,
			    "%s: '%.*s' is of %.*s, and this quote is in "
			    "%.*s; say %s=, or what it is in %.*s", f,
			    SPANF(record_get(&from, f)), SPANF(was),
			    SPANF(is), f, SPANF(is));
	}
	return 0;
}

/* The product of the deal is its first line. */
static int
add_product(struct call *c, struct changes *ch, const struct record *quote,
    struct span product)
{
	struct record empty = { .ent = schema_entity(&c->s.schema,
		span("quote-line")) }, line = change_copy(ch, &empty);

	record_put(&line, "product", product);
	if (quote_line_add(ch, quote, &line, &c->err) == 0)
		return quote_offs(ch, quote, &c->err);
	/* one without a price: the quote is made, the line is not */
	if (c->err.code != ERR_USAGE)
		return -1;
	cli_say(c, "the product of the deal is not in it: %s", c->err.msg);
	err_release(&c->err);
	return 0;
}

/* `from`: the one that it is to be like, or 0. */
static int
new_quote(struct call *c, struct changes *ch, const struct about *a, int words,
    uint64_t from)
{
	struct record empty = { .ent = c->ent }, r = change_copy(ch, &empty);
	char **word = c->argv + words;
	struct span product = span("");
	int n = c->argc - words;

	if (assign_words(c, ch, &r, word, n) ||
	    take_record(c, ch, a, &r, &product) ||
	    (from && take_like(c, ch, &r, from)))
		return -1;
	fill(&r, "owner", change_user(ch));
	if (assign_agree(c, &r, word, n) ||
	    change_apply(ch, NULL, &r, 0, &c->err))
		return -1;
	if (from)
		return quote_like(ch, from, &r, &c->err) ||
			quote_settle(c, ch, r.id)
		    ? -1
		    : 0;
	return product.n ? add_product(c, ch, &r, product) : 0;
}

int
verb_quote_new(struct call *c)
{
	struct about about = { { 0 }, "" };
	struct changes *ch = NULL;
	uint64_t from = 0;
	int words = 0, r = -1;

	while (words < c->argc && !cli_is_assignment(c, c->argv[words]))
		words++;
	for (int i = words; i < c->argc; i++)
		if (!cli_is_assignment(c, c->argv[i]))
			return err_set(&c->err, ERR_USAGE,
			    "'%s' stands behind an assignment; the record "
			    "comes first, then field=value", c->argv[i]);
	if (words > 1 || (words == 0 && c->argc == 0))
		return err_set(&c->err, ERR_USAGE,
		    "for what? crm-quote new DEAL, or an account or a contact; "
		    "then field=value");
	if (assign_known(c, c->argv + words, c->argc - words) ||
	    (words && about_find(&c->s, span(c->argv[0]), c->ids_only, &about,
			  &c->err)) ||
	    (like && quote_find(c, like, &from)) || cli_changes(c, &ch))
		return -1;
	if (new_quote(c, ch, &about, words, from) == 0)
		r = cli_commit(c, ch, "new");
	changes_close(ch);
	return r;
}

/* --- revise -------------------------------------------------------------- */

/* Q2026-0001-R2 becomes Q2026-0001-R3. */
static int
next_number(struct call *c, struct changes *ch, const struct record *quote,
    struct record *copy)
{
	if (!record_get(quote, "number").n)
		return err_set(&c->err, ERR_USAGE,
		    "%.*s is a draft: change it itself (crm-quote set, "
		    "crm-quote line)", SPANF(record_get(quote, "id")));
	return revision_next(ch, quote, false, copy, &c->err);
}

int
quote_revise(struct call *c, struct changes *ch, uint64_t id)
{
	struct record quote, copy = { .ent = c->ent };
	struct span state;
	int r = change_load(ch, c->ent, id, &quote, &c->err);

	if (r)
		return r < 0 ? -1 : err_set(&c->err, ERR_NOENT, "no such quote");
	state = record_get(&quote, "state");
	if (!state.n || span_eqs(state, "draft") ||
	    span_eqs(state, "superseded") || span_eqs(state, "ordered"))
		return err_set(&c->err, ERR_USAGE,
		    span_eqs(state, "superseded")
			? "%.*s is superseded; revise the one that took its "
			  "place"
		    : span_eqs(state, "ordered")
			? "%.*s is ordered; it is the order that changes now"
			: "%.*s is a draft: change it itself (crm-quote set, "
			  "crm-quote line)",
		    SPANF(record_get(&quote, "id")));
	copy = change_copy(ch, &copy);
	if (next_number(c, ch, &quote, &copy))
		return -1;
	return quote_copy(ch, &quote, &copy, &c->err);
}

