/*
 * What was issued, and the lines that it was issued with: a merge can bring
 * together that one clone issued a quote and that another changed it.
 */
#include <string.h>

#include "base/mem.h"
#include "crm/check/check_impl.h"
#include "crm/query/query.h"
#include "crm/trade/totals.h"
#include "store/id.h"

struct issued {
	struct check *c;
	struct entity *ent;
	struct totals *totals;
};

static int
issued_row(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct issued *x = ctx;
	uint64_t id = id_pack_canonical(cell[0]);
	const struct total *t = totals_find(x->totals, id);
	struct buf now = { 0 };
	char path[3][PATH_CAP];
	int64_t units;
	int r = 0;

	(void)n;
	if (!t || !t->known || !dec_units(cell[1], t->exponent, &units) ||
	    units == t->total)
		return 0;
	dec_format(&now, t->total, t->exponent);
	entity_paths(x->ent, id, path);
	r = check_say(x->c, path[0], 0, CHECK_NOTE, e,
	    "%.*s: was issued with %.*s, but its lines come to %s", SPANF(cell[0]),
	    SPANF(cell[1]), now.p);
	buf_release(&now);
	return r;
}

int
check_issued(struct check *c, struct err *e)
{
	static char term[] = "state:issued,sent,accepted,ordered";
	char *word = term;
	struct issued x = { .c = c,
		.ent = schema_entity(&c->s->schema, span("quote")) };
	struct query *q = query_new(c->s, x.ent);
	struct path *path[2];
	bool label[2] = { false, false };
	struct err bad = { 0 };
	int r = 0;

	x.totals = totals_new(c->s, x.ent, TOTALS_MARGIN);
	/* what cannot be read was told by then */
	if (query_filter(q, &word, 1, &bad) == 0 &&
	    query_path(q, span("id"), false, &path[0], &bad) == 0 &&
	    query_path(q, span("issued_total"), false, &path[1], &bad) == 0 &&
	    totals_add(x.totals, NULL, 0, &bad) == 0)
		r = query_stream(q, path, label, 2, issued_row, &x, e);
	err_release(&bad);
	totals_free(x.totals);
	query_free(q);
	return r < 0 ? -1 : 0;
}
