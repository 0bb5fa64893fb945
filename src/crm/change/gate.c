#include "crm/change/gate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/config_file.h"
#include "crm/query/filter.h"
#include "crm/query/query.h"
#include "store/id.h"

#define PATH "config/gates.csv"

enum { G_PIPELINE, G_STAGE, G_OF, G_NEEDS, G_SAY, G_CELLS };

struct gate {
	const struct stage *stage;
	struct entity *of;
	char **word; /* of filter_split(); the first is of the deal */
	size_t nwords;
	struct span needs, say;
	size_t line;
};

struct gates {
	struct gate *gate;
	size_t n;
	struct arena arena;
};

void
gates_free(struct gates *g)
{
	if (!g)
		return;
	for (size_t i = 0; i < g->n; i++)
		free(g->gate[i].word);
	free(g->gate);
	arena_release(&g->arena);
	free(g);
}

/* --- one gate ------------------------------------------------------------ */

static bool
is_deal(const struct entity *ent)
{
	return strcmp(ent->name, "opp") == 0;
}

static bool
has_deal(const struct entity *ent)
{
	const struct field *f = ent ? entity_field(ent, span("opp")) : NULL;

	return f && f->type == F_REF;
}

static int
found(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	bool *yes = ctx;

	(void)cell;
	(void)n;
	(void)e;
	*yes = true;
	return 1;
}

/* Has the deal what is needed? With id 0 the filter is only looked at. */
static int
has(struct session *s, const struct gate *g, uint64_t id, bool *yes,
    struct err *e)
{
	struct query *q = query_new(s, g->of);
	char text[ID_LEN + 1], term[ID_LEN + 8];
	char *of_deal = term;
	struct path *path;
	bool label = false;
	int r = -1;

	*yes = false;
	if (query_filter(q, g->word, g->nwords, e) < 0)
		goto out;
	if (!id) {
		r = 0;
		goto out;
	}
	id_unpack(id, text);
	snprintf(term, sizeof term, "opp:%s", text);
	if (is_deal(g->of))
		query_ids(q, &id, 1);
	else if (query_filter(q, &of_deal, 1, e) < 0)
		goto out;
	/* what stands in a calendar counts, whoever may read it */
	query_unmask(q);
	if (query_path(q, span("id"), false, &path, e) == 0)
		r = query_stream(q, &path, &label, 1, found, yes, e);
out:
	query_free(q);
	return r < 0 ? -1 : 0;
}

/* --- the table ----------------------------------------------------------- */

static int
read_row(struct session *s, const struct config *cf, struct gates *t,
    const struct span *cell, size_t line, struct err *e)
{
	struct gate *g = &t->gate[t->n++];
	char *text;
	bool yes;
	int r;

	g->line = line;
	g->stage = config_stage(cf, cell[G_PIPELINE], cell[G_STAGE]);
	if (!g->stage)
		return err_set(e, ERR_DATA, "there is no stage '%.*s' in %.*s",
		    SPANF(cell[G_STAGE]),
		    SPANF(cell[G_PIPELINE].n ? cell[G_PIPELINE]
					     : config_default_pipeline(cf)));
	g->of = schema_entity(&s->schema, cell[G_OF]);
	if (!g->of || (!is_deal(g->of) && !has_deal(g->of)))
		return err_set(e, ERR_DATA,
		    "of: no records of a deal are called '%.*s'; opp, quote, "
		    "order and act are",
		    SPANF(cell[G_OF]));
	g->needs = arena_span(&t->arena, span_trim(cell[G_NEEDS]));
	g->say = arena_span(&t->arena, span_trim(cell[G_SAY]));
	text = span_dup(g->needs);
	r = filter_split(text, &g->word, &g->nwords, e);
	free(text);
	if (r < 0 || has(s, g, 0, &yes, e) < 0) {
		e->code = ERR_DATA;
		return err_prefix(e, "needs: ");
	}
	return 0;
}

int
gates_read(struct session *s, struct err *e)
{
	const struct span want[G_CELLS] = { span("pipeline"), span("stage"),
		span("of"), span("needs"), span("say") };
	struct config_file f = { 0 };
	struct gates *t;
	struct config *cf;
	int r = -1;

	if (s->gates)
		return 0;
	if (session_config(s, &cf, e))
		return -1;
	t = xcalloc(1, sizeof *t);
	if (config_file_open(&f, s, PATH, want, G_CELLS, e) < 0)
		goto out;
	t->gate = xcalloc(f.scan.nrows, sizeof *t->gate);
	for (size_t i = 0; i < f.scan.nrows; i++) {
		const struct span *cell = config_file_row(&f, i);

		if (read_row(s, cf, t, cell, f.line, e) < 0) {
			err_prefix(e, PATH ":%zu: ", f.line);
			goto out;
		}
	}
	s->gates = t;
	r = 0;
out:
	config_file_close(&f);
	if (r < 0)
		gates_free(t);
	return r;
}

/* --- a move -------------------------------------------------------------- */

/*
 * Is the gate on the way? From what waits or is over a deal comes back past
 * all of them.
 */
static bool
on_the_way(const struct gate *g, const struct stage *from,
    const struct stage *to)
{
	bool goes_on = from && span_eq(from->pipeline, to->pipeline) &&
	    (from->state == ST_OPEN || from->state == ST_WON);

	return span_eq(g->stage->pipeline, to->pipeline) &&
	    g->stage->rank <= to->rank &&
	    (!goes_on || g->stage->rank > from->rank);
}

static int
refuse(const struct gate *g, struct err *e)
{
	if (g->say.n)
		return err_set(e, ERR_USAGE,
		    "stage '%.*s' needs that %.*s (" PATH
		    ":%zu, or --force)",
		    SPANF(g->stage->key), SPANF(g->say), g->line);
	return err_set(e, ERR_USAGE,
	    "stage '%.*s': no %s of the deal passes '%.*s' (" PATH
	    ":%zu, or --force)",
	    SPANF(g->stage->key), g->of->name, SPANF(g->needs), g->line);
}

int
gates_pass(struct session *s, uint64_t id, const struct stage *from,
    const struct stage *to, struct err *e)
{
	if (to->state != ST_OPEN && to->state != ST_WON)
		return 0;
	if (gates_read(s, e) < 0)
		return -1;
	for (size_t i = 0; i < s->gates->n; i++) {
		const struct gate *g = &s->gates->gate[i];
		bool yes = false;

		if (!on_the_way(g, from, to))
			continue;
		if (id && has(s, g, id, &yes, e) < 0)
			return -1;
		if (!yes)
			return refuse(g, e);
	}
	return 0;
}
