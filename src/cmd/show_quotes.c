/*
 * Beneath a deal or an account that is shown: its quotes and orders, the newest
 * first.
 */
#include "cmd/list_impl.h"
#include "crm/query/query.h"
#include "store/id.h"

/* So many of them. */
#define MOST 5

static const struct sort_of {
	const char *entity, *title, *columns[9];
} sorts[] = {
	{ "quote", "quotes",
	    { "id", "number", "name", "total", "currency", "standing",
		"valid_until", "owner", NULL } },
	{ "order", "orders",
	    { "id", "number", "name", "total", "currency", "owing",
		"standing", "delivery", NULL } },
};

static int
print(struct call *c, const struct sort_of *x, const struct columns *k,
    const struct result *res, const char *more)
{
	struct emit_options o = { .format = c->format, .title = x->title,
		.foot = res->nrows > MOST ? more : NULL,
		.note = &c->s.notes };
	struct emit *em;

	if (emit_text(span("\n"), &c->err) ||
	    emit_open(&em, &o, k->emit, k->n, &c->err))
		return -1;
	for (size_t i = 0; i < res->nrows && i < MOST; i++)
		if (emit_row(em, res->cell + i * res->ncols, res->ncols,
			&c->err)) {
			emit_drop(em);
			return -1;
		}
	return emit_close(em, NULL, &c->err);
}

static int
show_some(struct call *c, const struct sort_of *x, struct buf *ref)
{
	struct query *q = query_new(&c->s, c->ent);
	struct buf more = { 0 };
	struct columns k = { 0 };
	struct sort_key key = { .descending = true };
	struct result res = { 0 };
	int r = -1;

	if (query_filter(q, &ref->p, 1, &c->err) ||
	    query_path(q, span("created"), false, &key.path, &c->err))
		goto out;
	for (size_t i = 0; x->columns[i]; i++)
		if (columns_add(c, q, &k, span(x->columns[i]), true))
			goto out;
	if (query_rows(q, k.path, k.label, k.n, &key, 1, MOST + 1, &res,
		&c->err))
		goto out;
	buf_addf(&more, "more: crm-%s list %s -s created-", x->entity,
	    ref->p);
	r = res.nrows ? print(c, x, &k, &res, more.p) : 0;
out:
	result_release(&res);
	columns_release(&k);
	buf_release(&more);
	query_free(q);
	return r;
}

int
show_quotes(struct call *c, uint64_t id)
{
	struct entity *ent = c->ent;
	struct buf ref = { 0 };
	char text[ID_LEN + 1];
	int r = 0;

	if (!span_eqs(span(ent->name), "opp") &&
	    !span_eqs(span(ent->name), "account"))
		return 0;
	id_unpack(id, text);
	buf_addf(&ref, "%s:%s", ent->name, text);
	for (size_t i = 0; r == 0 && i < sizeof sorts / sizeof *sorts; i++) {
		c->ent = schema_entity(&c->s.schema, span(sorts[i].entity));
		r = show_some(c, &sorts[i], &ref);
	}
	c->ent = ent;
	buf_release(&ref);
	return r;
}
