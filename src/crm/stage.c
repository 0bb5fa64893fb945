#include "crm/stage.h"

#include <stdio.h>
#include <string.h>

#include "crm/query.h"
#include "crm/value.h"
#include "store/id.h"

struct last_open {
	const struct config *cf;
	struct span pipeline;
	const struct stage *found;
	char at[24];
};

/* Rows come in the order of files; the newest `at` tells. */
static int
last_row(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct last_open *l = ctx;
	const struct stage *st = config_stage(l->cf, l->pipeline, cell[0]);

	(void)n;
	(void)e;
	if (!st || st->state != ST_OPEN ||
	    span_cmp(cell[1], span(l->at)) < 0 || cell[1].n >= sizeof l->at)
		return 0;
	memcpy(l->at, cell[1].p, cell[1].n);
	l->at[cell[1].n] = '\0';
	l->found = st;
	return 0;
}

/* The open stage that the deal last left, as stage-changes tells. */
static int
by_history(struct changes *c, const struct config *cf,
    const struct record *opp, const struct stage **out, struct err *e)
{
	struct entity *log =
	    schema_entity(&c->s->schema, span("stage-change"));
	struct last_open l = { .cf = cf,
		.pipeline = record_get(opp, "pipeline") };
	struct query *q = query_new(c->s, log);
	struct path *path[2];
	bool label[2] = { false, false };
	char id[ID_LEN + 1], term[32], *word = term;
	int r = -1;

	id_unpack(opp->id, id);
	snprintf(term, sizeof term, "opp:%s", id);
	if (query_filter(q, &word, 1, e) ||
	    query_path(q, span("from"), false, &path[0], e) ||
	    query_path(q, span("at"), false, &path[1], e) ||
	    query_stream(q, path, label, 2, last_row, &l, e) < 0)
		goto out;
	*out = l.found ? l.found
		       : config_stage_of(cf, l.pipeline, ST_OPEN);
	r = 0;
out:
	query_free(q);
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
		if (!*out)
			return value_check(c->s,
			    entity_field(opp->ent, span("stage")), goal->name,
			    pipeline, span(""), e);
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
