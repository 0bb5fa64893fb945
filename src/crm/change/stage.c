#include "crm/change/stage.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "crm/query/query.h"
#include "crm/change/value.h"
#include "store/id.h"

/* The moves of one deal, as stage-changes tells them. */
struct move {
	struct span from, to, at;
	bool used;
};

struct moves {
	struct move *move;
	size_t n, cap;
	struct arena arena;
};

static int
move_row(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct moves *m = ctx;

	(void)n;
	(void)e;
	GROW(m->move, m->n, m->cap);
	m->move[m->n].from = arena_span(&m->arena, cell[0]);
	m->move[m->n].to = arena_span(&m->arena, cell[1]);
	m->move[m->n].at = arena_span(&m->arena, cell[2]);
	m->move[m->n++].used = false;
	return 0;
}

/* The newest move into stage that was not followed yet. */
static struct move *
newest_into(struct moves *m, struct span stage)
{
	struct move *best = NULL;

	for (size_t i = 0; i < m->n; i++)
		if (!m->move[i].used && span_eq(m->move[i].to, stage) &&
		    (!best || span_cmp(m->move[i].at, best->at) > 0))
			best = &m->move[i];
	return best;
}

static int
read_moves(struct changes *c, const struct record *opp, struct moves *m,
    struct err *e)
{
	static const char *const name[] = { "from", "to", "at" };
	struct query *q =
	    query_new(c->s, schema_entity(&c->s->schema, span("stage-change")));
	struct path *path[3];
	bool label[3] = { false, false, false };
	char id[ID_LEN + 1], term[32], *word = term;
	int r = -1;

	id_unpack(opp->id, id);
	snprintf(term, sizeof term, "opp:%s", id);
	if (query_filter(q, &word, 1, e))
		goto out;
	for (size_t i = 0; i < 3; i++)
		if (query_path(q, span(name[i]), false, &path[i], e))
			goto out;
	r = query_stream(q, path, label, 3, move_row, m, e) < 0 ? -1 : 0;
out:
	query_free(q);
	return r;
}

/*
 * The open stage from which the deal came to where it is: moves are followed
 * back, since several can have been made within one second.
 */
static int
by_history(struct changes *c, const struct config *cf,
    const struct record *opp, const struct stage **out, struct err *e)
{
	struct span pipeline = record_get(opp, "pipeline");
	struct span stage = record_get(opp, "stage");
	struct moves m = { 0 };
	struct move *step;
	int r = read_moves(c, opp, &m, e);

	while (r == 0 && !*out && (step = newest_into(&m, stage)) != NULL) {
		const struct stage *st = config_stage(cf, pipeline, step->from);

		step->used = true;
		stage = step->from;
		if (st && st->state == ST_OPEN)
			*out = st;
	}
	if (r == 0 && !*out)
		*out = config_stage_of(cf, pipeline, ST_OPEN);
	free(m.move);
	arena_release(&m.arena);
	return r;
}

int
stage_find(struct changes *c, const struct record *opp,
    const struct stage_goal *goal, const struct stage **out, struct err *e)
{
	struct span pipeline = record_get(opp, "pipeline");
	struct config *cf;

	if (session_config(c->s, &cf, e))
		return -1;
	*out = NULL;
	switch (goal->by) {
	case STAGE_BY_NAME:
		*out = config_stage(cf, pipeline, goal->name);
		if (!*out &&
		    value_check(c->s, entity_field(opp->ent, span("stage")),
			goal->name, pipeline, span(""), e)) {
			/* typed, not read from a file */
			e->code = ERR_USAGE;
			return -1;
		}
		break;
	case STAGE_BY_STATE:
		*out = config_stage_of(cf, pipeline, goal->state);
		break;
	case STAGE_BY_HISTORY:
		if (by_history(c, cf, opp, out, e))
			return -1;
		break;
	}
	if (*out)
		return 0;
	return err_set(e, ERR_DATA,
	    "pipeline '%.*s' has no stage of state %s; add one to "
	    "config/stages.csv",
	    SPANF(pipeline.n ? pipeline : config_default_pipeline(cf)),
	    stage_state_name(
		goal->by == STAGE_BY_STATE ? goal->state : ST_OPEN));
}
