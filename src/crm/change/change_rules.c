/*
 * What must hold of a record, and what a change entails. Entity by entity;
 * the rows of `rules` and `effects` are all that knows an entity's name.
 */
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/money.h"
#include "crm/change/change_impl.h"
#include "crm/config.h"
#include "crm/change/resolve.h"
#include "crm/change/unique.h"
#include "crm/change/value.h"
#include "store/id.h"

/* Managers above managers: longer chains are not followed. */
#define CHAIN_MAX 64

const struct change_fields *
change_fields(struct changes *c, const struct entity *ent)
{
	struct change_fields *f = c->fields;

	if (f && f->ent == ent && f->nfields == ent->nfields)
		return f;
	if (!f)
		c->fields = f = xcalloc(1, sizeof *f);
	f->ent = ent;
	f->nfields = ent->nfields;
	f->id = entity_field(ent, span("id"));
	f->created = entity_field(ent, span("created"));
	f->currency = entity_field(ent, span("currency"));
	f->pipeline = entity_field(ent, span("pipeline"));
	f->stage = entity_field(ent, span("stage"));
	f->dates = ent->dates ? entity_field(ent, span(ent->dates)) : NULL;
	return f;
}

struct span
change_user(struct changes *c)
{
	const struct entity *user = schema_entity(&c->s->schema, span("user"));
	struct err ignored = { 0 };
	char text[ID_LEN + 1] = "";
	uint64_t id;

	if (user && resolve_one(c->s, user, span("me"), false, &id, &ignored) == 0)
		id_unpack(id, text);
	err_release(&ignored);
	return arena_span(&c->arena, span(text));
}

/* --- leads --------------------------------------------------------------- */

/* "converted" says what became of a lead; only converting makes it true. */
static int
lead_rule(struct changes *c, const struct record *before, struct record *after,
    unsigned how, struct err *e)
{
	struct span was = record_get(before, "status");
	struct span is = record_get(after, "status");

	(void)c;
	if (span_eq(was, is) ||
	    (how & (CHANGE_HISTORY | CHANGE_UNDO | CHANGE_CONVERT |
		       CHANGE_FORCE)))
		return 0;
	if (span_eqs(is, "converted"))
		return err_set(e, ERR_USAGE,
		    "status: crm-lead convert makes a lead converted, with "
		    "its account, contact and deal (or --force)");
	if (span_eqs(was, "converted"))
		return err_set(e, ERR_USAGE,
		    "status: the lead is converted; crm undo takes that back "
		    "(or --force)");
	return 0;
}

static const struct {
	const char *entity;
	int (*rule)(struct changes *c, const struct record *before,
	    struct record *after, unsigned how, struct err *e);
} rules[] = {
	{ "act", rule_act },
	{ "approval", rule_approval },
	{ "delivery", rule_delivery },
	{ "instalment", rule_instalment },
	{ "lead", lead_rule },
	{ "opp", rule_opp },
	{ "order", rule_order },
	{ "order-line", rule_order_line },
	{ "payment", rule_payment },
	{ "product", rule_product },
	{ "bundle", rule_price },
	{ "pricebook", rule_price },
	{ "price", rule_price },
	{ "discount", rule_price },
	{ "quote", rule_quote },
	{ "quote-line", rule_quote_line },
};

static const struct {
	const char *entity;
	int (*effect)(struct changes *c, const struct record *before,
	    const struct record *after, unsigned how, struct err *e);
} effects[] = {
	{ "act", effect_act },
	{ "delivery", effect_delivery },
	{ "discount", effect_discount },
	{ "instalment", effect_order_row },
	{ "opp", effect_opp },
	{ "order", effect_order },
	{ "order-line", effect_order_row },
	{ "quote", effect_quote },
	{ "quote-line", effect_quote_line },
};

static int
change_rules(struct changes *c, const struct record *before,
    struct record *after, unsigned how, struct err *e)
{
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if (strcmp(rules[i].entity, after->ent->name) == 0 &&
		    rules[i].rule(c, before, after, how, e))
			return -1;
	return 0;
}

int
change_effects(struct changes *c, const struct record *before,
    const struct record *after, unsigned how, struct err *e)
{
	const struct entity *ent = after ? after->ent : before->ent;

	for (size_t i = 0; i < sizeof effects / sizeof *effects; i++)
		if (strcmp(effects[i].entity, ent->name) == 0 &&
		    effects[i].effect(c, before, after, how, e))
			return -1;
	return 0;
}

/* --- every record -------------------------------------------------------- */

static void
fill_defaults(struct changes *c, struct record *r, unsigned how)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct field *f = r->ent->field[i];

		if (r->value[i].n)
			continue;
		if (f->dflt)
			r->value[i] = span(f->dflt);
		else if (f->type == F_INSTANT &&
		    strcmp(f->name, "created") == 0 &&
		    !(how & CHANGE_HISTORY && r->ent->dates)) {
			char at[21];

			instant_format(clock_now(), at);
			r->value[i] = arena_span(&c->arena, span(at));
		}
	}
}

bool
field_decides(const struct field *f)
{
	return f->type == F_CURRENCY || strcmp(f->name, "pipeline") == 0;
}

void
record_rescale(struct changes *c, struct record *r, struct span currency)
{
	int exp = currency_exponent(currency);
	struct buf b = { 0 };

	for (size_t i = 0; i < r->n && exp >= 0; i++) {
		struct err ignored = { 0 };
		struct dec d;
		int64_t units;

		if (r->ent->field[i]->type != F_MONEY || !r->value[i].n ||
		    !dec_parse(r->value[i], &d))
			continue;
		if (dec_rescale(d, exp, &units, &ignored) == 0) {
			buf_reset(&b);
			dec_format(&b, units, exp);
			r->value[i] = arena_span(&c->arena, buf_span(&b));
		}
		err_release(&ignored);
	}
	buf_release(&b);
}

/* An amount always stands beside its currency; the default is for entry. */
static int
fill_currency(struct changes *c, struct record *r, struct err *e)
{
	const struct field *cur = change_fields(c, r->ent)->currency;
	const struct field *money = NULL;

	if (!cur || record_at(r, cur).n)
		return 0;
	for (size_t i = 0; i < r->n && !money; i++)
		if (r->ent->field[i]->type == F_MONEY && r->value[i].n)
			money = r->ent->field[i];
	if (!money)
		return 0;
	if (!c->s->currency[0])
		return err_set(e, ERR_USAGE,
		    "%s '%.*s' has no currency and the store has no default; "
		    "give one (currency=EUR) or set core.currency in crmrc",
		    money->name, SPANF(record_at(r, money)));
	record_set(r, cur, span(c->s->currency));
	return 0;
}

static int
check_cells(struct changes *c, const struct record *before,
    const struct record *after, unsigned how, struct err *e)
{
	const struct field *fpipe = change_fields(c, after->ent)->pipeline;
	const struct field *fcur = change_fields(c, after->ent)->currency;
	struct span pipe = record_at(after, fpipe);
	struct span cur = record_at(after, fcur);
	bool new_cur = before && !span_eq(record_at(before, fcur), cur);
	bool new_pipe = before && !span_eq(record_at(before, fpipe), pipe);

	for (size_t i = 0; i < after->n; i++) {
		const struct field *f = after->ent->field[i];
		bool changed = !before || (new_cur && f->type == F_MONEY) ||
		    (new_pipe && f->type == F_STAGE) ||
		    !span_eq(record_at(before, f), after->value[i]);

		/* one with a stage is wanted from there on: stage_gate() */
		if ((f->flags & FIELD_REQUIRED) && !f->stage &&
		    !after->value[i].n &&
		    !(how & CHANGE_UNDO) &&
		    (changed || !before))
			return err_set(e, ERR_USAGE, "%s is required",
			    f->name);
		if (!changed || (how & CHANGE_CHECKED))
			continue;
		if (value_check(c->s, f, after->value[i], pipe, cur, e))
			return err_prefix(e, "%s: ", f->name);
	}
	return 0;
}

/* Above a record, by one of its fields, it cannot stand itself. */
static int
check_above(struct changes *c, const struct record *r, const struct field *f,
    unsigned how, struct err *e)
{
	uint64_t id = id_pack_canonical(record_at(r, f));

	for (int step = 0; id && step < CHAIN_MAX; step++) {
		struct record up;
		int absent;

		if (id == r->id)
			return err_set(e, ERR_DATA,
			    "%s: %s would stand above itself", f->name,
			    r->ent->label);
		/* a file that was edited is being read */
		if (how & CHANGE_HAND)
			break;
		absent = change_load(c, r->ent, id, &up, e);
		if (absent)
			return absent < 0 ? -1 : 0;
		id = id_pack_canonical(record_at(&up, f));
	}
	return 0;
}

static int
check_chains(struct changes *c, const struct record *before,
    const struct record *after, unsigned how, struct err *e)
{
	for (size_t i = 0; after->id && i < after->n; i++) {
		const struct field *f = after->ent->field[i];

		if (f->type == F_REF && after->value[i].n &&
		    strcmp(f->ref, after->ent->name) == 0 &&
		    !span_eq(record_at(before, f), after->value[i]) &&
		    check_above(c, after, f, how, e))
			return -1;
	}
	return 0;
}

int
change_check(struct changes *c, const struct record *before,
    struct record *after, unsigned how, struct err *e)
{
	if (!before && !(how & (CHANGE_HAND | CHANGE_UNDO)))
		fill_defaults(c, after, how);
	if (!(how & (CHANGE_HAND | CHANGE_UNDO)) && fill_currency(c, after, e))
		return -1;
	if (change_rules(c, before, after, how, e))
		return -1;
	if (check_cells(c, before, after, how, e))
		return -1;
	if (!(how & CHANGE_UNDO) && check_chains(c, before, after, how, e))
		return -1;
	if (how & (CHANGE_HISTORY | CHANGE_UNDO | CHANGE_UNIQUE))
		return 0;
	return unique_check(c, before, after, e);
}
