/*
 * Serial numbers: each is of one piece of its product. What came back may go
 * out again. Two clones can give the same number; a merge keeps both rows.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "crm/check/check_impl.h"
#include "crm/query/query.h"
#include "store/id.h"
#include "store/unicode.h"

struct assets {
	struct check *c;
	struct entity *ent;
	struct strmap seen; /* product and number: index of the asset */
	uint64_t *id;
	size_t n, cap;
};

/* query_row_fn: id, product, serial, state */
static int
asset_row(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct assets *x = ctx;
	char path[3][PATH_CAP], other[ID_LEN + 1];
	struct strmap_entry *at;
	bool fresh;

	(void)n;
	if (!cell[1].n || !cell[2].n || span_eqs(cell[3], "returned"))
		return 0;
	buf_reset(&x->c->key);
	buf_addspan(&x->c->key, cell[1]);
	buf_addc(&x->c->key, '\n');
	uni_fold(&x->c->key, cell[2]);
	at = strmap_add(&x->seen,
	    arena_span(&x->c->arena, buf_span(&x->c->key)), x->n, &fresh);
	if (fresh) {
		GROW(x->id, x->n, x->cap);
		x->id[x->n++] = id_pack_canonical(cell[0]);
		return 0;
	}
	id_unpack(x->id[at->value], other);
	entity_paths(x->ent, id_pack_canonical(cell[0]), path);
	return check_say(x->c, path[0], 0, CHECK_NOTE, e,
	    "%.*s: the same serial number as %s of one product: '%.*s'",
	    SPANF(cell[0]), other, SPANF(cell[2]));
}

int
check_assets(struct check *c, struct err *e)
{
	static const char *const name[] = { "id", "product", "serial",
		"state" };
	struct assets x = { .c = c,
		.ent = schema_entity(&c->s->schema, span("asset")) };
	struct query *q = query_new(c->s, x.ent);
	struct path *path[4];
	bool label[4] = { false };
	struct err bad = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < 4; i++)
		r = query_path(q, span(name[i]), false, &path[i], &bad);
	/* what cannot be read was told by then */
	r = r == 0 ? query_stream(q, path, label, 4, asset_row, &x, e) : 0;
	err_release(&bad);
	query_free(q);
	strmap_release(&x.seen);
	free(x.id);
	return r < 0 ? -1 : 0;
}
