/*
 * crm-opp: the moves of a deal through its pipeline: stage, win, lose, hold,
 * cancel, reopen. Each is a change of the stage cell, so that stage-changes,
 * rules and hooks see it like any other.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/order.h"
#include "cmd/verbs.h"
#include "crm/config.h"
#include "crm/query/query.h"
#include "crm/change/stage.h"
#include "store/id.h"

static const char *reason, *competitor, *note, *until, *on;

const struct opt opts_stage[] = {
	{ "note", 0, OPT_STR, "TEXT", "add a line to the note", &note },
	{ "on", 0, OPT_STR, "DATE", "the day it closed (today)", &on },
	{ 0 },
};

const struct opt opts_lose[] = {
	{ "reason", 'r', OPT_STR, "REASON",
	    "why it was lost (config/reasons.csv)", &reason },
	{ "competitor", 0, OPT_STR, "NAME", "who won it", &competitor },
	{ "note", 0, OPT_STR, "TEXT", "add a line to the note", &note },
	{ "on", 0, OPT_STR, "DATE", "the day it closed (today)", &on },
	{ 0 },
};

const struct opt opts_hold[] = {
	{ "until", 'u', OPT_STR, "DATE", "when to look at it again", &until },
	{ "why", 0, OPT_STR, "TEXT", "add a line to the note", &note },
	{ 0 },
};

/* A line more in the note; the earlier ones stay. */
static void
add_note(struct changes *ch, struct record *r)
{
	const struct field *f = entity_field(r->ent, span("note"));
	struct span old = record_at(r, f);

	if (note && *note)
		record_set(r, f,
		    arena_printf(&ch->arena, "%.*s%s%s", SPANF(old),
			old.n ? "\n" : "", note));
}

/* What the options say of a move to st; the rest is change_rules.c's. */
static int
fill(struct call *c, struct changes *ch, struct record *r,
    const struct stage *st)
{
	bool closed = st->state == ST_WON || st->state == ST_LOST ||
	    st->state == ST_CANCELLED;

	if (closed && on && assign_one(c, ch, r, span("close"), span(on)))
		return -1;
	if (reason && assign_one(c, ch, r, span("reason"), span(reason)))
		return -1;
	if (competitor &&
	    assign_one(c, ch, r, span("competitor"), span(competitor)))
		return -1;
	if (until && assign_one(c, ch, r, span("hold_until"), span(until)))
		return -1;
	add_note(ch, r);
	return 0;
}

static bool
is_open(struct changes *ch, const struct record *opp)
{
	struct err ignored = { 0 };
	const struct stage *st = NULL;
	struct config *cf;

	if (session_config(ch->s, &cf, &ignored) == 0)
		st = config_stage(
		    cf, record_get(opp, "pipeline"), record_get(opp, "stage"));
	err_release(&ignored);
	return st && st->state == ST_OPEN;
}

static int
move_one(struct call *c, struct changes *ch, uint64_t id,
    const struct stage_goal *goal)
{
	struct record before, after;
	const struct stage *st;
	char text[ID_LEN + 1];
	int r = change_load(ch, c->ent, id, &before, &c->err);

	id_unpack(id, text);
	if (r)
		return r < 0 ? -1
			     : err_set(&c->err, ERR_NOENT, "no %s %s",
				 c->ent->label, text);
	if (stage_find(ch, &before, goal, &st, &c->err))
		return err_prefix(&c->err, "%s: ", text);
	if (goal->by == STAGE_BY_HISTORY && is_open(ch, &before))
		return err_set(&c->err, ERR_NO, "%s is open", text);
	after = change_copy(ch, &before);
	record_set(&after, entity_field(c->ent, span("stage")), st->key);
	if (fill(c, ch, &after, st) ||
	    change_apply(ch, &before, &after,
		(c->force ? CHANGE_FORCE : 0) | (on ? CHANGE_DATED : 0),
		&c->err))
		return err_prefix(&c->err, "%s: ", text);
	if (goal->by == STAGE_BY_HISTORY && record_get(&before, "close").n &&
	    !record_get(&after, "close").n)
		cli_say(c, "%s: has no expected close now (it was %.*s)", text,
		    SPANF(record_get(&before, "close")));
	return 0;
}

/*
 * What is still planned with deals that are closed: how many, and the words of
 * a filter for it.
 */
static int
open_acts(struct call *c, const struct targets *t, size_t *n, struct buf *ref)
{
	static char open[] = "+OPEN";
	struct query *q = query_new(
	    &c->s, schema_entity(&c->s.schema, span("act")));
	char *word[2], id[ID_LEN + 1];
	int r = -1;

	for (size_t i = 0; i < t->n; i++) {
		id_unpack(t->id[i], id);
		buf_addf(ref, "%s%s", i ? "," : "opp:", id);
	}
	word[0] = ref->p, word[1] = open;
	if (query_filter(q, word, 2, &c->err) == 0)
		r = query_count(q, n, &c->err);
	query_free(q);
	return r;
}

/* Moves the records that argv[0..argc) names. */
static int
move(struct call *c, int argc, const struct stage_goal *goal, const char *verb)
{
	struct changes *ch = NULL;
	struct targets t = { 0 };
	struct buf ref = { 0 }, quotes = { 0 };
	bool wins = goal->by == STAGE_BY_STATE && goal->state == ST_WON;
	size_t open = 0;
	int r = -1;

	if (cli_targets(c, argc, c->argv, &t) ||
	    (wins && win_ask_quote(c, &t, &quotes)) || cli_changes(c, &ch) ||
	    cli_recheck(c, argc, c->argv, &t))
		goto out;
	for (size_t i = 0; i < t.n; i++)
		if (move_one(c, ch, t.id[i], goal))
			goto out;
	if (t.n && goal->by == STAGE_BY_STATE && goal->state != ST_HOLD &&
	    open_acts(c, &t, &open, &ref))
		goto out;
	r = cli_commit(c, ch, verb);
	if (r == 0 && open)
		cli_say(c, "%zu %s still open: crm-act list %s +OPEN", open,
		    open == 1 ? "activity is" : "activities are", ref.p);
	if (r == 0 && quotes.n)
		cli_say(c, "not ordered yet: crm-quote order%s", quotes.p);
out:
	buf_release(&quotes);
	buf_release(&ref);
	changes_close(ch);
	targets_release(&t);
	return r;
}

int
verb_stage(struct call *c)
{
	struct stage_goal goal = { .by = STAGE_BY_NAME };

	if (c->argc < 2)
		return err_set(&c->err, ERR_USAGE,
		    "which %s, to which stage? crm-opp stage ID STAGE",
		    c->ent->label);
	goal.name = span(c->argv[c->argc - 1]);
	return move(c, c->argc - 1, &goal, "stage");
}

static int
move_to_state(struct call *c, enum stage_state st, const char *verb)
{
	struct stage_goal goal = { .by = STAGE_BY_STATE, .state = st };

	return move(c, c->argc, &goal, verb);
}

int
opp_win_one(struct call *c, struct changes *ch, uint64_t id)
{
	struct stage_goal goal = { .by = STAGE_BY_STATE, .state = ST_WON };

	return move_one(c, ch, id, &goal);
}

int
opp_win(struct call *c)
{
	return move_to_state(c, ST_WON, "win");
}

int
verb_lose(struct call *c)
{
	if (!reason && !c->force)
		return err_set(&c->err, ERR_USAGE,
		    "why was it lost? --reason REASON (config/reasons.csv has "
		    "them; --competitor NAME takes who won it)");
	return move_to_state(c, ST_LOST, "lose");
}

int
verb_hold(struct call *c)
{
	return move_to_state(c, ST_HOLD, "hold");
}

int
verb_cancel(struct call *c)
{
	return move_to_state(c, ST_CANCELLED, "cancel");
}

int
verb_reopen(struct call *c)
{
	struct stage_goal goal = { .by = STAGE_BY_HISTORY };

	return move(c, c->argc, &goal, "reopen");
}
