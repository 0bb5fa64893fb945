/*
 * The activities of a lead that is converted.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "crm/change/convert.h"
#include "crm/query/query.h"
#include "store/id.h"

struct link {
	uint64_t lead, act;
};

/* Read once for all leads of a command; sorted. */
struct convert_acts {
	struct link *v;
	size_t n, cap;
};

void
convert_acts_free(struct convert_acts *a)
{
	if (a)
		free(a->v);
	free(a);
}

static int
by_lead(const void *a, const void *b)
{
	const struct link *x = a, *y = b;

	if (x->lead != y->lead)
		return x->lead < y->lead ? -1 : 1;
	return x->act < y->act ? -1 : x->act > y->act;
}

static int
take_row(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct convert_acts *a = ctx;
	struct link link = { .act = id_pack_canonical(cell[0]) };

	(void)n;
	(void)e;
	link.lead = cell[1].n ? id_pack_canonical(cell[1]) : 0;
	if (!link.lead || !link.act)
		return 0;
	GROW(a->v, a->n, a->cap);
	a->v[a->n++] = link;
	return 0;
}

static int
read_links(struct changes *c, struct convert_acts **out, struct err *e)
{
	struct entity *act = schema_entity(&c->s->schema, span("act"));
	struct convert_acts *a = xcalloc(1, sizeof *a);
	struct query *q = query_new(c->s, act);
	struct path *path[2];
	bool label[2] = { false };
	int r = query_path(q, span("id"), false, &path[0], e);

	query_unmask(q);
	if (r == 0)
		r = query_path(q, span("lead"), false, &path[1], e);
	if (r == 0)
		r = query_stream(q, path, label, 2, take_row, a, e);
	query_free(q);
	if (a->n)
		qsort(a->v, a->n, sizeof *a->v, by_lead);
	*out = a;
	return r < 0 ? -1 : 0;
}

static void
fill(struct changes *c, struct record *r, const char *field, bool has,
    uint64_t id)
{
	const struct field *f = entity_field(r->ent, span(field));

	if (!has || !f || record_at(r, f).n)
		return;
	record_set(r, f, id_text(&c->arena, id));
}

/* Nothing else of them changes: what has to be reported was, or will be. */
static int
link_one(struct changes *c, const struct conversion *v, uint64_t id,
    unsigned how, struct err *e)
{
	const struct entity *act = schema_entity(&c->s->schema, span("act"));
	struct record before, after;
	int r = change_load(c, act, id, &before, e);

	if (r)
		return r < 0 ? -1 : 0;
	after = change_copy(c, &before);
	fill(c, &after, "account", v->has_account, v->account.id);
	fill(c, &after, "contact", v->has_contact, v->contact.id);
	fill(c, &after, "opp", v->has_opp, v->opp.id);
	return change_apply(c, &before, &after, how | CHANGE_HISTORY, e);
}

int
convert_acts(struct changes *c, const struct conversion *v,
    struct convert_acts **all, unsigned how, struct err *e)
{
	size_t lo = 0, hi;

	if (!*all && read_links(c, all, e))
		return -1;
	hi = (*all)->n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if ((*all)->v[mid].lead < v->lead.id)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < (*all)->n && (*all)->v[lo].lead == v->lead.id; lo++)
		if (link_one(c, v, (*all)->v[lo].act, how, e))
			return -1;
	return 0;
}
