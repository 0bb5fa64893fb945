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

/* --- deals --------------------------------------------------------------- */

static int
stage_of(struct changes *c, const struct record *r, const struct stage **st,
    struct config **cf, struct err *e)
{
	if (session_config(c->s, cf, e))
		return -1;
	*st = config_stage(*cf,
	    record_at(r, change_fields(c, r->ent)->pipeline),
	    record_at(r, change_fields(c, r->ent)->stage));
	return 0;
}

/* Pipeline and first stage of a new deal. */
static int
opp_defaults(struct changes *c, struct record *after, struct err *e)
{
	const struct field *pipe = change_fields(c, after->ent)->pipeline;
	const struct field *stage = change_fields(c, after->ent)->stage;
	struct config *cf;
	const struct stage *first;

	if (session_config(c->s, &cf, e))
		return -1;
	if (!record_at(after, pipe).n)
		record_set(after, pipe, config_default_pipeline(cf));
	if (record_at(after, stage).n)
		return 0;
	first = config_stage_of(cf, record_at(after, pipe), ST_OPEN);
	if (!first)
		return err_set(e, ERR_DATA,
		    "config/stages.csv: pipeline '%.*s' has no open stage",
		    SPANF(record_at(after, pipe)));
	record_set(after, stage, first->key);
	return 0;
}

/*
 * Fields that config/fields.csv wants from a stage on. before NULL: the deal
 * comes to this stage now; else only what is emptied there is refused.
 */
static int
stage_gate(const struct config *cf, const struct stage *st,
    const struct record *before, const struct record *after, struct err *e)
{
	/* one that waits, or is over, has nothing more to bring */
	if (st->state != ST_OPEN && st->state != ST_WON)
		return 0;
	for (size_t i = 0; i < after->n; i++) {
		const struct field *f = after->ent->field[i];
		const struct stage *from = f->stage
		    ? config_stage(cf, st->pipeline, span(f->stage))
		    : NULL;

		if (from && st->rank >= from->rank && !after->value[i].n &&
		    (!before || record_at(before, f).n))
			return err_set(e, ERR_USAGE,
			    "stage '%.*s' needs %s to be filled",
			    SPANF(st->key), f->name);
	}
	return 0;
}

static bool
is_closed(const struct stage *st)
{
	return st && st->state != ST_OPEN && st->state != ST_HOLD;
}

/* Sets a field that the command itself left alone. */
static void
put_untouched(const struct record *before, struct record *after,
    const char *field, struct span v)
{
	const struct field *f = entity_field(after->ent, span(field));

	if (f && span_eq(record_at(before, f), record_at(after, f)))
		record_set(after, f, v);
}

/*
 * What else is true of a deal that moved to st, whichever way it came there.
 * One that ends is closed today, unless the day was said, and a chance that was
 * set by hand was the open deal's; what was said of a loss does not hold for
 * one that lives; one that is open again will not close on a day gone by.
 */
static void
opp_moved(struct changes *c, const struct config *cf,
    const struct record *before, struct record *after, const struct stage *st,
    unsigned how)
{
	const struct stage *from = config_stage(
	    cf, record_get(before, "pipeline"), record_get(before, "stage"));
	char day[11];

	if (!st || (how & CHANGE_HAND))
		return;
	date_format(c->s->dates.today, day);
	if (is_closed(st)) {
		put_untouched(before, after, "probability", span(""));
		if (!(how & CHANGE_DATED))
			put_untouched(before, after, "close",
			    arena_span(&c->arena, span(day)));
	}
	if (st->state != ST_HOLD)
		put_untouched(before, after, "hold_until", span(""));
	if (st->state == ST_OPEN || st->state == ST_WON) {
		put_untouched(before, after, "reason", span(""));
		put_untouched(before, after, "competitor", span(""));
	}
	if (st->state == ST_OPEN && is_closed(from) &&
	    span_cmp(record_get(before, "close"), span(day)) <= 0)
		put_untouched(before, after, "close", span(""));
}

/* A loss says why; imported history and undo are not held to it. */
static int
opp_rule(struct changes *c, const struct record *before, struct record *after,
    unsigned how, struct err *e)
{
	const struct stage *st;
	struct config *cf;
	bool moved;

	if (!before && !(how & CHANGE_UNDO) && opp_defaults(c, after, e))
		return -1;
	if (how & (CHANGE_HISTORY | CHANGE_UNDO))
		return 0;
	if (stage_of(c, after, &st, &cf, e))
		return -1;
	moved = !before || !span_eq(record_get(before, "stage"),
			       record_get(after, "stage"));
	if (before && moved)
		opp_moved(c, cf, before, after, st, how);
	if (how & CHANGE_FORCE)
		return 0;
	if (moved && st && st->state == ST_LOST &&
	    !record_get(after, "reason").n)
		return err_set(e, ERR_USAGE,
		    "a lost %s needs a reason: crm-opp lose ID --reason "
		    "REASON (config/reasons.csv has them)",
		    after->ent->label);
	return st ? stage_gate(cf, st, moved ? NULL : before, after, e) : 0;
}

static int
opp_effect(struct changes *c, const struct record *before,
    const struct record *after, unsigned how, struct err *e)
{
	const struct entity *log;
	struct record row = { 0 };
	char at[21];

	if (!before || !after || (how & CHANGE_UNDO) ||
	    span_eq(record_get(before, "stage"), record_get(after, "stage")))
		return 0;
	log = schema_entity(&c->s->schema, span("stage-change"));
	row.ent = log;
	row.n = log->nfields;
	row.value = arena_alloc(&c->arena, row.n * sizeof *row.value);
	instant_format(clock_now(), at);
	record_set(&row, entity_field(log, span("opp")),
	    id_text(&c->arena, after->id));
	record_set(&row, entity_field(log, span("from")),
	    record_get(before, "stage"));
	record_set(&row, entity_field(log, span("to")),
	    record_get(after, "stage"));
	record_set(&row, entity_field(log, span("at")),
	    arena_span(&c->arena, span(at)));
	record_set(&row, entity_field(log, span("by")), change_user(c));
	return change_apply(c, NULL, &row, CHANGE_CHECKED, e);
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
	{ "opp", opp_rule },
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
	{ "instalment", effect_order_row },
	{ "opp", opp_effect },
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
