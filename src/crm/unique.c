#include "crm/unique.h"

#include "crm/query.h"
#include "store/id.h"

static int
find_other(struct session *s, const struct field *f, const struct record *r,
    struct span v, struct err *e)
{
	struct entity *ent = schema_entity(&s->schema, span(r->ent->name));
	struct query *q = query_new(s, ent);
	struct buf term = { 0 };
	struct result res = { 0 };
	struct path *id;
	char *word;
	bool label = false;
	int ret = -1;

	buf_addf(&term, "%s:\"%.*s\"", f->name, SPANF(v));
	word = term.p;
	if (query_filter(q, &word, 1, e) ||
	    query_path(q, span("id"), false, &id, e) ||
	    query_rows(q, &id, &label, 1, NULL, 0, 2, &res, e))
		goto out;
	ret = 0;
	for (size_t i = 0; i < res.nrows && ret == 0; i++)
		if (id_pack_canonical(res.cell[i]) != r->id)
			ret = err_set(e, ERR_DUPLICATE,
			    "%s '%.*s' is taken by %.*s", f->name, SPANF(v),
			    SPANF(res.cell[i]));
out:
	result_release(&res);
	buf_release(&term);
	query_free(q);
	return ret;
}

int
unique_check(struct session *s, const struct record *before,
    const struct record *after, struct err *e)
{
	for (size_t i = 0; i < after->n; i++) {
		const struct field *f = after->ent->field[i];
		struct span v = after->value[i];

		if (!(f->flags & FIELD_UNIQUE) || !v.n || !after->ent->letter ||
		    span_eq(v, record_at(before, f)))
			continue;
		if (find_other(s, f, after, v, e))
			return -1;
	}
	return 0;
}
