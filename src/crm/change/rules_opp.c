/* Deals: what a stage needs, and what else is true of a deal that moves. */
#include <string.h>

#include "base/clock.h"
#include "crm/change/change_impl.h"
#include "crm/change/gate.h"
#include "crm/config.h"
#include "store/id.h"

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
int
rule_opp(struct changes *c, const struct record *before, struct record *after,
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
	if (!st)
		return 0;
	if (moved &&
	    gates_pass(c->s, after->id,
		before ? config_stage(cf, record_get(before, "pipeline"),
			     record_get(before, "stage"))
		       : NULL,
		st, e) < 0)
		return -1;
	return stage_gate(cf, st, moved ? NULL : before, after, e);
}

int
effect_opp(struct changes *c, const struct record *before,
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
