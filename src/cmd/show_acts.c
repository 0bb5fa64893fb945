/* Beneath a record that is shown: what is planned with it, and what was last. */
#include "cmd/list_impl.h"
#include "crm/query/query.h"
#include "store/id.h"

/* So many of each. */
#define MOST 5

static const char *const columns[] = { "id", "when", "type", "subject",
	"standing", "outcome", "owner" };
#define NCOLUMNS (sizeof columns / sizeof *columns)

static int
print(struct call *c, const struct columns *k, const struct result *res,
    const char *title, const char *more)
{
	/* no note of what has no room: -c chooses columns of the record */
	struct emit_options o = { .format = c->format, .title = title,
		.foot = res->nrows > MOST ? more : NULL };
	struct emit *em;
	int r = 0;

	if (emit_text(span("\n"), &c->err) ||
	    emit_open(&em, &o, k->emit, k->n, &c->err))
		return -1;
	for (size_t i = 0; r == 0 && i < res->nrows && i < MOST; i++)
		r = emit_row(em, res->cell + i * res->ncols, res->ncols,
		    &c->err);
	return emit_end(em, r, NULL, &c->err);
}

/* Those of one sort: term is a word of a filter. */
static int
show_some(struct call *c, struct span ref, const char *term, bool latest,
    const char *title)
{
	struct query *q = query_new(&c->s, c->ent);
	struct buf word[2] = { { 0 } }, more = { 0 };
	char *words[2];
	struct columns k = { 0 };
	struct sort_key key = { .descending = latest };
	struct result res = { 0 };
	int r = -1;

	buf_addspan(&word[0], ref);
	buf_adds(&word[1], term);
	for (int i = 0; i < 2; i++)
		words[i] = word[i].p;
	if (query_filter(q, words, 2, &c->err) ||
	    query_path(q, span("when"), false, &key.path, &c->err))
		goto out;
	for (size_t i = 0; i < NCOLUMNS; i++)
		if (columns_add(c, q, &k, span(columns[i]), true))
			goto out;
	if (query_rows(q, k.path, k.label, k.n, &key, 1, MOST + 1, &res,
		&c->err))
		goto out;
	buf_addf(&more, "more: crm-act list %.*s %s -s when%s", SPANF(ref),
	    term, latest ? "-" : "");
	r = res.nrows ? print(c, &k, &res, title, more.p) : 0;
out:
	result_release(&res);
	columns_release(&k);
	for (int i = 0; i < 2; i++)
		buf_release(&word[i]);
	buf_release(&more);
	query_free(q);
	return r;
}

int
show_acts(struct call *c, uint64_t id)
{
	struct entity *ent = c->ent;
	struct entity *act = schema_entity(&c->s.schema, span("act"));
	const struct field *f = entity_field(act, span(ent->name));
	struct buf ref = { 0 };
	char text[ID_LEN + 1];
	int r;

	if (!f || f->type != F_REF || ent == act ||
	    span_eqs(span(f->ref), "user"))
		return 0;
	id_unpack(id, text);
	buf_addf(&ref, "%s:%s", ent->name, text);
	c->ent = act;
	r = show_some(c, buf_span(&ref), "+OPEN", false, "open activities");
	if (r == 0)
		r = show_some(
		    c, buf_span(&ref), "+DONE", true, "last activities");
	c->ent = ent;
	buf_release(&ref);
	return r;
}
