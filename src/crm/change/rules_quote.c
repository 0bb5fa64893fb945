/*
 * What must hold of quotes and their lines, whichever way a change comes. Only
 * drafts change: what a customer has in hand stays as it is, and a number that
 * was given is never given back.
 */
#include <stdio.h>
#include <string.h>

#include "crm/change/rules_impl.h"
#include "crm/trade/doc.h"
#include "crm/trade/quote_lines.h"
#include "store/id.h"

/* Only issuing, accepting and ordering set these. */
#define PRINTED                                                               \
	"issued_net", "issued_taxes", "issued_total", "issued_rates",         \
	    "issued_terms", "issued_to", "issued_from", "issued_texts", "rate"
static const char *const printed[] = { PRINTED, NULL };

/* Fields of a quote that say nothing of what is offered. */
static const char *const inner[] = { "state", "note", "tags", "followup",
	"owner", "decided", "reason", "competitor", "competitor_price", "opp",
	"ext_id", "number", "sent", "sent_to", PRINTED, NULL };

/*
 * States that one may go over to by itself. The rest is made by verbs, which
 * do what belongs to it (CHANGE_ISSUE).
 */
static const struct rule_move moves[] = {
	{ "issued", "sent" },
	{ "issued", "accepted" },
	{ "issued", "rejected" },
	{ "issued", "expired" },
	{ "sent", "accepted" },
	{ "sent", "rejected" },
	{ "sent", "expired" },
	{ "accepted", "rejected" },
	{ "rejected", "issued" },
	{ "rejected", "sent" },
};

static struct span
state_of(const struct record *r)
{
	struct span s = record_get(r, "state");

	return s.n ? s : span("draft");
}

bool
rule_is_draft(const struct record *r)
{
	return span_eqs(state_of(r), "draft");
}

bool
rule_quote_is_ours(const struct record *quote)
{
	return record_get(quote, "number").n > 0;
}

int
rule_quote_stays(const struct record *quote, const char *what, struct err *e)
{
	return err_set(e, ERR_PERM,
	    "%.*s is %.*s, and %s does not change any more; crm-quote revise "
	    "%.*s makes a new draft of it",
	    SPANF(rule_called(quote)), SPANF(state_of(quote)), what,
	    SPANF(record_get(quote, "id")));
}

/* --- the quote ----------------------------------------------------------- */

static void
put_setting(struct changes *c, struct record *r, const char *field,
    const char *key, const char *none)
{
	const char *v = rc_get(&c->s->rc, key);

	if (!v || !*v)
		v = none;
	if (v && !record_get(r, field).n)
		record_put(r, field, span(v));
}

static int
fill_new(struct changes *c, struct record *r, struct err *e)
{
	int64_t days;
	char day[11];

	put_setting(c, r, "tax", "quote.tax", "exclusive");
	put_setting(c, r, "rounding", "quote.rounding", "line");
	put_setting(c, r, "halves", "quote.halves", "half-up");
	put_setting(c, r, "cash", "quote.cash", NULL);
	put_setting(c, r, "terms", "quote.terms", NULL);
	if (c->s->currency[0] && !record_get(r, "currency").n)
		record_put(r, "currency", span(c->s->currency));
	if (rc_int(&c->s->rc, "quote.valid-days", 0, 3650, 30, &days, e))
		return -1;
	if (days && !record_get(r, "valid_until").n) {
		date_format(c->s->dates.today + (int32_t)days, day);
		record_put(
		    r, "valid_until", arena_span(&c->arena, span(day)));
	}
	return 0;
}

/* A number is given once, and for ever. */
static int
check_number(const struct record *before, const struct record *after,
    unsigned how, struct err *e)
{
	struct span was = record_get(before, "number");
	struct span is = record_get(after, "number");

	if (span_eq(was, is))
		return 0;
	/* but for renumber, where two have it */
	if (was.n && !(how & CHANGE_ISSUE))
		return err_set(e, ERR_PERM,
		    "%.*s was issued under this number and keeps it; crm-quote "
		    "reject, expire or revise %.*s instead",
		    SPANF(was), SPANF(record_get(before, "id")));
	if (how & (CHANGE_ISSUE | CHANGE_HISTORY | CHANGE_UNDO))
		return 0;
	return err_set(e, ERR_PERM,
	    "number: is given by crm-quote issue, and by nothing else");
}

static int
check_printed(const struct record *before, const struct record *after,
    unsigned how, struct err *e)
{
	const struct field *f;

	if (how & (CHANGE_ISSUE | CHANGE_HISTORY | CHANGE_UNDO))
		return 0;
	f = rule_changed(before, after, printed, FIELDS_OF);
	return f ? err_set(e, ERR_PERM,
		       "%s: is what was issued; crm-quote issue sets it",
		       f->name)
		 : 0;
}

static int
check_move(const struct record *before, const struct record *after,
    unsigned how, struct err *e)
{
	struct span from = before ? state_of(before) : span("draft");
	struct span to = state_of(after);

	if (span_eq(from, to) || (how & (CHANGE_ISSUE | CHANGE_HISTORY)) ||
	    ((how & CHANGE_UNDO) && !span_eqs(to, "draft")))
		return 0;
	if (rule_may_move(from, to, moves, sizeof moves / sizeof *moves))
		return 0;
	if (span_eqs(from, "draft"))
		return err_set(e, ERR_PERM,
		    "state: a draft is issued first: crm-quote issue");
	return err_set(e, ERR_PERM,
	    "state: %.*s is %.*s, from which it does not become %.*s%s",
	    SPANF(rule_called(after)), SPANF(from), SPANF(to),
	    span_eqs(from, "ordered")
		? "; crm-order cancel calls the order off"
		: span_eqs(to, "ordered") ? "; crm-quote order makes an order"
		: span_eqs(to, "draft") ? "; crm-quote revise makes a new draft"
					: "");
}

/* What was issued stays as it was issued. */
static int
check_locked(struct changes *c, const struct record *before,
    const struct record *after, unsigned how, struct err *e)
{
	const struct field *f;
	struct record was;

	if (rule_is_draft(before))
		return 0;
	/* of a revision it goes with its number, which renumber gives anew */
	was = change_copy(c, before);
	if ((how & CHANGE_ISSUE) && record_differs(before, after, "number"))
		record_put(&was, "revision", record_get(after, "revision"));
	f = rule_changed(&was, after, inner, FIELDS_BUT_CUSTOM);
	return f ? rule_quote_stays(before, f->name, e) : 0;
}

/* Has anything changed that its amounts are made of? */
static bool
reckoned(const struct record *before, const struct record *after)
{
	static const char *const fields[] = { "currency", "tax", "rounding",
		"halves", "cash", "discount", "shipping", "shipping_tax",
		"adjustment", "terms", NULL };

	return rule_changed(before, after, fields, FIELDS_OF);
}

int
rule_quote(struct changes *c, const struct record *before,
    struct record *after, unsigned how, struct err *e)
{
	bool told;

	/* what another program knows of its own quotes changes none of ours */
	if (before && rule_quote_is_ours(before))
		how &= ~(unsigned)CHANGE_HISTORY;
	told = how & (CHANGE_HISTORY | CHANGE_UNDO);
	if (!before && !told && !(how & CHANGE_HAND) && fill_new(c, after, e))
		return -1;
	if (check_number(before, after, how, e) ||
	    check_printed(before, after, how, e) ||
	    check_move(before, after, how, e) ||
	    (before && !(how & CHANGE_HISTORY) &&
		check_locked(c, before, after, how, e)))
		return -1;
	if (rule_vouchers(c, before, after, how, e) ||
	    (!told && rule_currency(c, before, after, how, e)))
		return -1;
	if (told || (before && !reckoned(before, after)))
		return 0;
	return doc_check_head(c->s, after, e);
}

/* --- what follows -------------------------------------------------------- */

static const struct entity *
lines_entity(struct changes *c)
{
	return schema_entity(&c->s->schema, span("quote-line"));
}

static int
remove_beside(struct changes *c, const struct record *quote, const char *what,
    struct err *e)
{
	struct record *row;
	size_t n;

	if (change_beside(c, schema_entity(&c->s->schema, span(what)),
		quote->id, &row, &n, e))
		return -1;
	for (size_t i = 0; i < n; i++)
		/* of a draft that goes nothing has happened either */
		if (change_apply(c, &row[i], NULL,
			row[i].ent->append_only ? CHANGE_UNDO : CHANGE_CHECKED,
			e))
			return -1;
	return 0;
}

static int
remove_quote(struct changes *c, const struct record *quote, unsigned how,
    struct err *e)
{
	if (!rule_is_draft(quote) && (!(how & CHANGE_UNDO) || rule_quote_is_ours(quote)))
		return err_set(e, ERR_PERM,
		    "%.*s is %.*s and stays; %s %.*s instead",
		    SPANF(rule_called(quote)), SPANF(state_of(quote)),
		    span_eqs(state_of(quote), "ordered")
			? "crm-order cancel the order of"
			: "crm-quote reject, expire or revise",
		    SPANF(record_get(quote, "id")));
	if (how & (CHANGE_HAND | CHANGE_UNDO))
		return 0;
	return remove_beside(c, quote, "quote-line", e) ||
		remove_beside(c, quote, "approval", e)
	    ? -1
	    : 0;
}

/* The currency of lines is their quote's. */
static int
move_currency(struct changes *c, const struct record *quote, struct err *e)
{
	struct record *line, after;
	size_t n;

	if (change_beside(c, lines_entity(c), quote->id, &line, &n, e))
		return -1;
	for (size_t i = 0; i < n; i++) {
		after = change_copy(c, &line[i]);
		record_put(&after, "currency", record_get(quote, "currency"));
		/* that of the product is no amount of this one */
		if (record_get(&line[i], "product").n)
			record_put(&after, "cost", span(""));
		if (change_apply(c, &line[i], &after, 0, e))
			return -1;
	}
	return 0;
}

/* The revision that is issued takes the place of the one before. */
static int
supersede(struct changes *c, const struct record *quote, struct err *e)
{
	struct span previous = record_get(quote, "previous");
	struct record before, after;
	int r;

	if (!previous.n)
		return 0;
	r = change_load(c, quote->ent, id_pack(previous), &before, e);
	if (r)
		return r < 0 ? -1 : 0;
	if (span_eqs(state_of(&before), "ordered"))
		return err_set(e, ERR_PERM,
		    "%.*s, which it revises, is ordered by now",
		    SPANF(rule_called(&before)));
	after = change_copy(c, &before);
	record_put(&after, "state", span("superseded"));
	return change_apply(c, &before, &after, CHANGE_ISSUE, e);
}

int
effect_quote(struct changes *c, const struct record *before,
    const struct record *after, unsigned how, struct err *e)
{
	struct doc d;
	int r;

	if (!after)
		return remove_quote(c, before, how, e);
	if (how & (CHANGE_HAND | CHANGE_UNDO | CHANGE_HISTORY))
		return 0;
	if (before && record_differs(before, after, "currency") &&
	    move_currency(c, after, e))
		return -1;
	if ((how & CHANGE_ISSUE) && before && rule_is_draft(before) &&
	    !rule_is_draft(after) && supersede(c, after, e))
		return -1;
	/* what is used up by it is to be had for it */
	if (before && rule_is_draft(after) && !(how & CHANGE_ISSUE) &&
	    record_differs(before, after, "vouchers") &&
	    quote_reprice(c, after, e))
		return err_prefix(e, "vouchers: ");
	/* a verb does that by itself, once all of it has changed */
	if (!before || !rule_is_draft(after) || (how & CHANGE_ISSUE) ||
	    !reckoned(before, after))
		return 0;
	/* with its lines it must come to something */
	r = doc_load_rows(c->s, c, after->id, &d, e);
	if (r)
		return r < 0 ? -1 : 0;
	r = d.nlines ? doc_compute(c->s, &d, e) : 0;
	doc_release(&d);
	return r;
}
