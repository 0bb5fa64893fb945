/*
 * What must hold of quotes and their lines, whichever way a change comes. Only
 * drafts change: what a customer has in hand stays as it is, and a number that
 * was given is never given back.
 */
#include <stdio.h>
#include <string.h>

#include "crm/change/change_impl.h"
#include "crm/trade/doc.h"
#include "store/id.h"

/* Fields of a quote that say nothing of what is offered. */
static const char *const inner[] = { "state", "note", "tags", "followup",
	"owner", "decided", "reason", "competitor", "competitor_price", "opp",
	"ext_id" };

/* Only issuing, accepting and ordering set these. */
static const char *const printed[] = { "issued_net", "issued_taxes",
	"issued_total", "issued_rates", "issued_terms", "rate" };

/*
 * States that one may go over to by itself. The rest is made by verbs, which
 * do what belongs to it (CHANGE_ISSUE).
 */
static const struct {
	const char *from, *to;
} moves[] = {
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

static bool
is_draft(const struct record *r)
{
	return span_eqs(state_of(r), "draft");
}

static bool
differs(const struct record *a, const struct record *b, const char *field)
{
	return !span_eq(record_get(a, field), record_get(b, field));
}

/* What people call it: its number, else its id. */
static struct span
called(const struct record *r)
{
	struct span number = record_get(r, "number");

	return number.n ? number : record_get(r, "id");
}

/* Was its number given here? What is imported has none of ours. */
static bool
is_ours(const struct record *r)
{
	return record_get(r, "number").n > 0;
}

static int
refuse(const struct record *quote, const char *what, struct err *e)
{
	return err_set(e, ERR_PERM,
	    "%.*s is %.*s, and %s does not change any more; crm-quote revise "
	    "%.*s makes a new draft of it",
	    SPANF(called(quote)), SPANF(state_of(quote)), what,
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
	if (was.n)
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
	if (how & (CHANGE_ISSUE | CHANGE_HISTORY | CHANGE_UNDO))
		return 0;
	for (size_t i = 0; i < sizeof printed / sizeof *printed; i++)
		if (differs(before, after, printed[i]))
			return err_set(e, ERR_PERM,
			    "%s: is what was issued; crm-quote issue sets it",
			    printed[i]);
	return 0;
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
	for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
		if (span_eqs(from, moves[i].from) &&
		    span_eqs(to, moves[i].to))
			return 0;
	if (span_eqs(from, "draft"))
		return err_set(e, ERR_PERM,
		    "state: a draft is issued first: crm-quote issue");
	return err_set(e, ERR_PERM,
	    "state: %.*s is %.*s, from which it does not become %.*s%s",
	    SPANF(called(after)), SPANF(from), SPANF(to),
	    span_eqs(to, "ordered")     ? "; crm-quote order makes an order"
		: span_eqs(to, "draft") ? "; crm-quote revise makes a new draft"
					: "");
}

static bool
is_inner(const struct field *f)
{
	if (f->flags & (FIELD_CUSTOM | FIELD_FOUND | FIELD_VIRTUAL))
		return true;
	for (size_t i = 0; i < sizeof inner / sizeof *inner; i++)
		if (strcmp(f->name, inner[i]) == 0)
			return true;
	for (size_t i = 0; i < sizeof printed / sizeof *printed; i++)
		if (strcmp(f->name, printed[i]) == 0)
			return true;
	return strcmp(f->name, "number") == 0;
}

/* What was issued stays as it was issued. */
static int
check_locked(const struct record *before, const struct record *after,
    struct err *e)
{
	if (is_draft(before))
		return 0;
	for (size_t i = 0; i < after->ent->nfields; i++) {
		const struct field *f = after->ent->field[i];

		if (!span_eq(record_at(before, f), record_at(after, f)) &&
		    !is_inner(f))
			return refuse(before, f->name, e);
	}
	return 0;
}

/* Has anything changed that its amounts are made of? */
static bool
reckoned(const struct record *before, const struct record *after)
{
	static const char *const fields[] = { "currency", "tax", "rounding",
		"halves", "cash", "discount", "shipping", "shipping_tax",
		"adjustment", "terms" };

	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (differs(before, after, fields[i]))
			return true;
	return false;
}

int
rule_quote(struct changes *c, const struct record *before,
    struct record *after, unsigned how, struct err *e)
{
	bool told;

	/* what another program knows of its own quotes changes none of ours */
	if (before && is_ours(before))
		how &= ~(unsigned)CHANGE_HISTORY;
	told = how & (CHANGE_HISTORY | CHANGE_UNDO);
	if (!before && !told && !(how & CHANGE_HAND) && fill_new(c, after, e))
		return -1;
	if (check_number(before, after, how, e) ||
	    check_printed(before, after, how, e) ||
	    check_move(before, after, how, e) ||
	    (before && !(how & CHANGE_HISTORY) &&
		check_locked(before, after, e)))
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
	if (!is_draft(quote) && (!(how & CHANGE_UNDO) || is_ours(quote)))
		return err_set(e, ERR_PERM,
		    "%.*s is %.*s and stays; crm-quote reject, expire or "
		    "revise %.*s instead",
		    SPANF(called(quote)), SPANF(state_of(quote)),
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
		    SPANF(called(&before)));
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
	if (before && differs(before, after, "currency") &&
	    move_currency(c, after, e))
		return -1;
	if ((how & CHANGE_ISSUE) && before && is_draft(before) &&
	    !is_draft(after) && supersede(c, after, e))
		return -1;
	if (!before || !is_draft(after) || !reckoned(before, after))
		return 0;
	/* with its lines it must come to something */
	r = doc_load_rows(c->s, c, after->id, &d, e);
	if (r)
		return r < 0 ? -1 : 0;
	r = d.nlines ? doc_compute(c->s, &d, e) : 0;
	doc_release(&d);
	return r;
}

/* --- lines --------------------------------------------------------------- */

/* Does only `chosen` differ, which the customer decides, and what comes of it? */
static bool
only_chosen(const struct record *before, const struct record *after)
{
	for (size_t i = 0; before && after && i < after->ent->nfields; i++) {
		const struct field *f = after->ent->field[i];

		if (!span_eq(record_at(before, f), record_at(after, f)) &&
		    strcmp(f->name, "chosen") != 0 &&
		    strcmp(f->name, "amount") != 0 &&
		    strcmp(f->name, "taxed") != 0)
			return false;
	}
	return before && after;
}

/* The quote of a line, whose lines may change; 1: it is not there. */
static int
open_quote(struct changes *c, const struct record *before,
    const struct record *after, unsigned how, struct record *quote,
    struct err *e)
{
	struct span ref = record_get(after ? after : before, "quote");
	uint64_t id = id_pack(ref);
	int r;

	if (before && after && differs(before, after, "quote"))
		return err_set(e, ERR_USAGE,
		    "quote: a line stays with its quote; remove it, and add "
		    "one to the other");
	if (!id)
		return 1; /* that it is required is said elsewhere */
	r = change_load(c, schema_entity(&c->s->schema, span("quote")), id,
	    quote, e);
	if (r == 1 && !(how & (CHANGE_HISTORY | CHANGE_UNDO | CHANGE_HAND)) &&
	    after)
		return err_set(e, ERR_NOENT, "no quote %.*s", SPANF(ref));
	if (r || is_draft(quote) ||
	    ((how & (CHANGE_HISTORY | CHANGE_UNDO)) && !is_ours(quote)))
		return r;
	if ((how & (CHANGE_ISSUE | CHANGE_UNDO)) && only_chosen(before, after))
		return 0;
	return refuse(quote, "what is in it", e);
}

static int
check_line(struct changes *c, const struct record *quote,
    const struct record *line, struct err *e)
{
	struct span kind = record_get(line, "kind");
	bool priced = !kind.n || span_eqs(kind, "item") ||
	    span_eqs(kind, "gift");

	if (rule_line_number(line, "quantity", true, e) ||
	    rule_line_number(line, "price", false, e) ||
	    rule_line_number(line, "cost", false, e))
		return -1;
	if (priced && !record_get(line, "price").n)
		return err_set(e, ERR_USAGE,
		    "price: what does one of it cost? price=...");
	if (span_eqs(kind, "discount") && !record_get(line, "discount").n)
		return err_set(e, ERR_USAGE,
		    "discount: of how much? discount=5%% or discount=100");
	if (span_eqs(record_get(line, "choice"), "alternative") &&
	    !record_get(line, "group").n)
		return err_set(e, ERR_USAGE,
		    "group: alternatives to each other have the same group=...");
	return doc_check_line(c->s, quote, line, e);
}

/* How many are given away follows from the line that they come with. */
static int
check_gift(const struct record *before, const struct record *after,
    struct err *e)
{
	if (!span_eqs(record_get(before, "kind"), "gift") ||
	    !record_get(before, "of").n ||
	    !(differs(before, after, "quantity") ||
		differs(before, after, "kind") || differs(before, after, "of")))
		return 0;
	return err_set(e, ERR_PERM,
	    "it is a gift, and its discount says how many (%.*s); change the "
	    "line that it comes with, or crm-quote line rm it",
	    SPANF(record_get(before, "why")));
}

int
rule_quote_line(struct changes *c, const struct record *before,
    struct record *after, unsigned how, struct err *e)
{
	struct record quote;
	struct span kind = record_get(after, "kind");
	int r = open_quote(c, before, after, how, &quote, e);

	if (r)
		return r < 0 ? -1 : 0;
	if (how & (CHANGE_HISTORY | CHANGE_UNDO))
		return 0;
	if (before && !(how & CHANGE_ISSUE) && check_gift(before, after, e))
		return -1;
	if (!(how & CHANGE_HAND)) {
		record_put(after, "currency", record_get(&quote, "currency"));
		if (!before && !record_get(after, "quantity").n &&
		    (!kind.n || span_eqs(kind, "item")))
			record_put(after, "quantity", span("1"));
	}
	if (!(how & CHANGE_ISSUE) &&
	    rule_line_list(c, &quote, before, after, e))
		return -1;
	return check_line(c, &quote, after, e);
}

int
effect_quote_line(struct changes *c, const struct record *before,
    const struct record *after, unsigned how, struct err *e)
{
	struct record quote;

	if (after)
		return 0;
	return open_quote(c, before, NULL, how, &quote, e) < 0 ? -1 : 0;
}
