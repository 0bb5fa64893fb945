/*
 * Vouchers that were used more often than their discounts allow. Two clones can
 * use the last one; what was accepted stays so, and somebody has to be told.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "crm/check/check_impl.h"
#include "crm/query/query.h"
#include "store/id.h"

struct use {
	struct span code, quote;
};

struct vouchers {
	struct check *c;
	struct use *use;
	size_t n, cap;
};

/* query_row_fn: id, vouchers, number */
static int
see_quote(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct vouchers *x = ctx;
	struct arena *a = &x->c->arena;
	struct span rest = arena_span(a, cell[1]), name;

	(void)n;
	(void)e;
	if (rest.n)
		name = arena_span(a, cell[2].n ? cell[2] : cell[0]);
	while (rest.n) {
		GROW(x->use, x->n, x->cap);
		x->use[x->n++] = (struct use){ span_cut(&rest, ';'), name };
	}
	return 0;
}

/* query_row_fn: id, voucher, uses */
static int
see_discount(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct vouchers *x = ctx;
	uint64_t id = id_pack_canonical(cell[0]);
	const struct entity *ent =
	    schema_letter(&x->c->s->schema, id_letter(id));
	char path[3][PATH_CAP];
	struct buf who = { 0 };
	int64_t uses, used = 0;
	int r = 0;

	(void)n;
	if (!cell[1].n || !ent || !span_int(cell[2], &uses))
		return 0;
	for (size_t i = 0; i < x->n; i++)
		if (span_ieq(x->use[i].code, cell[1])) {
			buf_addf(&who, "%s%.*s", used ? ", " : "",
			    SPANF(x->use[i].quote));
			used++;
		}
	if (used > uses) {
		entity_paths(ent, id, path);
		r = check_say(x->c, path[0], 0, CHECK_NOTE, e,
		    "%.*s: voucher %.*s counts %lld times and was used %lld: "
		    "%s", SPANF(cell[0]), SPANF(cell[1]), (long long)uses,
		    (long long)used, who.p);
	}
	buf_release(&who);
	return r;
}

static int
stream(struct check *c, const char *entity, char *word,
    const char *const field[3],
    int (*fn)(void *, const struct span *, size_t, struct err *), void *ctx,
    struct err *e)
{
	struct query *q = query_new(
	    c->s, schema_entity(&c->s->schema, span(entity)));
	struct path *path[3];
	bool label[3] = { false };
	struct err bad = { 0 };
	int r = query_filter(q, &word, 1, &bad);

	for (size_t i = 0; r == 0 && i < 3; i++)
		r = query_path(q, span(field[i]), false, &path[i], &bad);
	/* what cannot be read was told by then */
	r = r ? 0 : query_stream(q, path, label, 3, fn, ctx, e);
	err_release(&bad);
	query_free(q);
	return r < 0 ? -1 : 0;
}

int
check_vouchers(struct check *c, struct err *e)
{
	static const char *const used[] = { "id", "vouchers", "number" };
	static const char *const given[] = { "id", "voucher", "uses" };
	static char taken[] = "state:accepted,ordered", counted[] = "uses:0..";
	struct vouchers x = { .c = c };
	int r = stream(c, "quote", taken, used, see_quote, &x, e) ||
		(x.n &&
		    stream(c, "discount", counted, given, see_discount, &x, e))
	    ? -1
	    : 0;

	free(x.use);
	return r;
}
