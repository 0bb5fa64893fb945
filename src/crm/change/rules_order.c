/*
 * What must hold of orders and of what belongs to them, whichever way a change
 * comes. What was ordered stays as it was agreed, and a number that was given
 * is never given back. Verbs (CHANGE_ISSUE) have asked by themselves whether
 * sums fit.
 */
#include <string.h>

#include "crm/change/rules_impl.h"
#include "crm/trade/order.h"
#include "store/id.h"

/* What was agreed, and what it came to. */
static const char *const agreed[] = { "quote", "account", "currency", "rate",
	"tax", "rounding", "halves", "cash", "discount", "shipping",
	"shipping_tax", "adjustment", "terms", "issued_net", "issued_taxes",
	"issued_total", "issued_rates", "issued_terms", "issued_to",
	"issued_from", "issued_texts", NULL };

/* What its texts came of, once they are kept. */
static const char *const worded[] = { "conditions", "language", NULL };

/* The states that set changes; the others have verbs, which do what belongs
 * to them. */
static const struct rule_move moves[] = {
	{ "confirmed", "production" },
	{ "production", "confirmed" },
};

static const struct {
	const char *to, *verb;
} by_verb[] = {
	{ "delivered", "crm-order deliver" },
	{ "installed", "crm-order install" },
	{ "cancelled", "crm-order cancel" },
};

enum { TOLD = CHANGE_ISSUE | CHANGE_HISTORY | CHANGE_UNDO };

static struct span
state_of(const struct record *r)
{
	struct span s = record_get(r, "state");

	return s.n ? s : span("confirmed");
}

/* One that came from another program has neither a number of ours nor lines. */
static bool
is_foreign(const struct record *order)
{
	return !record_get(order, "number").n && !record_get(order, "quote").n;
}

/* --- the order ----------------------------------------------------------- */

static int
check_move(const struct record *before, const struct record *after,
    unsigned how, struct err *e)
{
	struct span from = state_of(before), to = state_of(after);

	if (span_eq(from, to) || is_foreign(after) ||
	    (how & (CHANGE_ISSUE | CHANGE_UNDO | CHANGE_FORCE)))
		return 0;
	if (rule_may_move(from, to, moves, sizeof moves / sizeof *moves))
		return 0;
	for (size_t i = 0; i < sizeof by_verb / sizeof *by_verb; i++)
		if (span_eqs(to, by_verb[i].to))
			return err_set(e, ERR_PERM,
			    "state: %s makes %.*s %.*s (or --force)",
			    by_verb[i].verb, SPANF(rule_called(after)), SPANF(to));
	return err_set(e, ERR_PERM,
	    "state: %.*s is %.*s, from which it does not become %.*s (or "
	    "--force)", SPANF(rule_called(after)), SPANF(from), SPANF(to));
}

int
rule_order(struct changes *c, const struct record *before,
    struct record *after, unsigned how, struct err *e)
{
	const struct field *f;

	(void)c;
	if (!before)
		return how & TOLD || record_get(after, "ext_id").n
		    ? 0
		    : err_set(e, ERR_PERM,
			  "an order is made of a quote: crm-quote order, or "
			  "crm-opp win DEAL --quote QUOTE");
	if (record_differs(before, after, "number") &&
	    !(how & CHANGE_ISSUE) && /* but for renumber */
	    record_get(before, "number").n)
		return err_set(e, ERR_PERM,
		    "%.*s was ordered under this number and keeps it",
		    SPANF(record_get(before, "number")));
	f = is_foreign(before)
	    ? NULL
	    : rule_changed(before, after, agreed, FIELDS_OF);
	if (!f && record_get(before, "issued_texts").n)
		f = rule_changed(before, after, worded, FIELDS_OF);
	if (f)
		return err_set(e, ERR_PERM,
		    "%s: %.*s is ordered, and what was agreed does not change "
		    "any more", f->name, SPANF(rule_called(before)));
	if (!is_foreign(before) && !(how & (TOLD | CHANGE_FORCE)) &&
	    record_differs(before, after, "ship_to"))
		return err_set(e, ERR_PERM,
		    "ship_to: %.*s is ordered, and goes where the customer was "
		    "told (or --force)",
		    SPANF(rule_called(before)));
	return check_move(before, after, how, e);
}

static int
order_stays(const struct record *order, struct err *e)
{
	return err_set(e, ERR_PERM,
	    "%.*s is ordered and stays; crm-order cancel %.*s --reason REASON "
	    "instead", SPANF(rule_called(order)), SPANF(record_get(order, "id")));
}

int
effect_order(struct changes *c, const struct record *before,
    const struct record *after, unsigned how, struct err *e)
{
	(void)c;
	if (after || ((how & CHANGE_UNDO) && is_foreign(before)))
		return 0;
	return order_stays(before, e);
}

/* --- what belongs to it -------------------------------------------------- */

/* Its order as it stands in the change; 1: it is not there. */
static int
order_of(struct changes *c, const struct record *r, struct record *order,
    struct err *e)
{
	uint64_t id = id_pack(record_get(r, "order"));

	if (!id)
		return 1; /* that it is required is said elsewhere */
	return change_load(c, schema_entity(&c->s->schema, span("order")), id,
	    order, e);
}

static int
stays(const struct record *r, const char *what, struct err *e)
{
	return err_set(e, ERR_PERM,
	    "%s of %.*s do not change any more: they are what was agreed",
	    what, SPANF(record_get(r, "order")));
}

/* May rows come and go that only orders being made have? */
static int
check_frozen(struct changes *c, const struct record *r, unsigned how,
    const char *what, struct err *e)
{
	struct record order;
	int found;

	if (how & CHANGE_ISSUE)
		return 0;
	found = order_of(c, r, &order, e);
	if (found)
		return found < 0 ? -1 : 0;
	if (is_foreign(&order))
		return 0;
	/* to undo it is to take the order back, whatever comes up first */
	return how & CHANGE_UNDO ? order_stays(&order, e) : stays(r, what, e);
}

int
rule_order_line(struct changes *c, const struct record *before,
    struct record *after, unsigned how, struct err *e)
{
	static const char *const ours[] = { "note", "tags", NULL };

	if (before && !rule_changed(before, after, ours, FIELDS_BUT))
		return 0;
	return check_frozen(c, after, how, "lines", e);
}

int
rule_instalment(struct changes *c, const struct record *before,
    struct record *after, unsigned how, struct err *e)
{
	static const char *const put_off[] = { "due", "name", NULL };

	/* when it is paid can be agreed anew, how much cannot */
	if (before && !rule_changed(before, after, put_off, FIELDS_BUT))
		return 0;
	return check_frozen(c, after, how, "instalments", e);
}

int
effect_order_row(struct changes *c, const struct record *before,
    const struct record *after, unsigned how, struct err *e)
{
	return after ? 0
		     : check_frozen(c, before, how,
			   before->ent->letter ? before->ent->plural : "rows",
			   e);
}

/* --- payments and deliveries --------------------------------------------- */

static int
check_payment(const struct order *o, const struct record *r, struct err *e)
{
	struct span cur = record_get(r, "currency");
	int64_t units;

	if (cur.n && !span_eq(cur, o->doc.currency))
		return err_set(e, ERR_USAGE,
		    "currency: %.*s is paid in %.*s, not in %.*s",
		    SPANF(rule_called(&o->doc.r)), SPANF(o->doc.currency),
		    SPANF(cur));
	if (!dec_units(record_get(r, "amount"), o->doc.exponent, &units) ||
	    units <= 0)
		return err_set(e, ERR_USAGE,
		    "amount: '%.*s' is no amount of %.*s above 0",
		    SPANF(record_get(r, "amount")), SPANF(o->doc.currency));
	return 0;
}

static int
check_delivery(const struct order *o, const struct record *r, struct err *e)
{
	int64_t units;

	if (!dec_units(record_get(r, "quantity"), 6, &units) || units <= 0)
		return err_set(e, ERR_USAGE,
		    "quantity: '%.*s' is no quantity above 0",
		    SPANF(record_get(r, "quantity")));
	for (size_t i = 0; i < o->doc.nlines; i++)
		if (span_eq(record_get(&o->doc.line[i].r, "id"),
			record_get(r, "line")))
			return 0;
	return err_set(e, ERR_USAGE, "line: %.*s is no line of %.*s",
	    SPANF(record_get(r, "line")), SPANF(rule_called(&o->doc.r)));
}

static int
check_with_order(struct changes *c, const struct record *r,
    int (*check)(const struct order *o, const struct record *r, struct err *e),
    struct err *e)
{
	uint64_t id = id_pack(record_get(r, "order"));
	struct order o;
	int ret;

	if (!id)
		return 0;
	ret = order_load(c->s, c, id, &o, e);
	if (ret > 0)
		return err_set(e, ERR_NOENT, "no order %.*s",
		    SPANF(record_get(r, "order")));
	if (ret == 0)
		ret = check(&o, r, e);
	order_release(&o);
	return ret;
}

int
rule_payment(struct changes *c, const struct record *before,
    struct record *after, unsigned how, struct err *e)
{
	(void)before;
	return how & (TOLD & ~CHANGE_HISTORY)
	    ? 0
	    : check_with_order(c, after, check_payment, e);
}

int
rule_delivery(struct changes *c, const struct record *before,
    struct record *after, unsigned how, struct err *e)
{
	(void)before;
	return how & (TOLD & ~CHANGE_HISTORY)
	    ? 0
	    : check_with_order(c, after, check_delivery, e);
}

/* What is left of deliveries and returns of a line that one is taken from. */
static int
check_left(const struct order *o, const struct record *r, struct err *e)
{
	for (size_t i = 0; i < o->doc.nlines; i++) {
		const struct order_line *l = &o->line[i];

		if (!span_eq(record_get(&o->doc.line[i].r, "id"),
			record_get(r, "line")))
			continue;
		if (l->returned > l->delivered ||
		    l->delivered - l->returned > l->ordered)
			return err_set(e, ERR_PERM,
			    "%.*s: line %zu would have more returned than "
			    "delivered, or more delivered than ordered",
			    SPANF(rule_called(&o->doc.r)), i + 1);
	}
	return 0;
}

int
effect_delivery(struct changes *c, const struct record *before,
    const struct record *after, unsigned how, struct err *e)
{
	if (how & (CHANGE_ISSUE | CHANGE_HISTORY))
		return 0;
	return check_with_order(c, after ? after : before, check_left, e);
}
