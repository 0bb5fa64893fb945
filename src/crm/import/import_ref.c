/*
 * References of a foreign file: by full id, name, e-mail, foreign id; to
 * records of the store, to rows of the same file in any order, or, where the
 * user said so, to records that are made of nothing but the name.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/import/import_impl.h"
#include "store/id.h"
#include "store/unicode.h"

static const struct entity *
target(const struct import *im, const struct import_column *c)
{
	return schema_entity(&im->s->schema, span(c->field->ref));
}

/* A row of this file by one of its names. */
static bool
find_own(struct import *im, const struct import_column *c, struct import_val *v)
{
	struct buf b = { 0 };
	size_t i;

	if (target(im, c) != im->ent)
		return false;
	uni_fold(&b, v->raw);
	i = strmap_get(&im->own, buf_span(&b));
	buf_release(&b);
	if (i == (size_t)-1)
		return false;
	v->state = VAL_OWN;
	v->own = i;
	if (im->row_of[i].count > 1) {
		v->state = VAL_BAD;
		v->why = arena_printf(&im->arena,
		    "%zu rows of the file are called '%.*s'",
		    im->row_of[i].count, SPANF(v->raw))
			     .p;
	}
	return true;
}

int
import_find_refs(struct import *im, struct import_column *c, struct err *e)
{
	struct err own = { 0 };
	uint64_t id;

	if (!c->resolver && c->nvals &&
	    resolver_new(im->s, target(im, c), &c->resolver, e))
		return -1;
	for (size_t i = 0; i < c->nvals; i++) {
		struct import_val *v = &c->val[i];

		if (find_own(im, c, v))
			continue;
		switch (resolver_find(c->resolver, v->raw, &id, &own)) {
		case 0:
			v->state = VAL_OK;
			v->out = id_text(&im->arena, id);
			break;
		case 1:
			v->state = VAL_UNKNOWN;
			break;
		default:
			v->state = VAL_BAD;
			v->why =
			    arena_dup(&im->arena, own.msg, strlen(own.msg));
			break;
		}
		err_release(&own);
	}
	return 0;
}

int
import_make_ref(struct import *im, struct import_column *c,
    struct import_val *v, struct err *e)
{
	const struct entity *ent = target(im, c);
	const struct field *name = entity_field(ent, span("name"));
	const struct field *mail = entity_field(ent, span("email"));
	struct record r = { .ent = ent, .n = ent->nfields };
	uint64_t id;

	/* "ann" after "Ann", or the same person in another column */
	if (resolver_find(c->resolver, v->raw, &id, NULL) == 0) {
		v->state = VAL_OK;
		v->out = id_text(&im->arena, id);
		return 0;
	}
	if (!name)
		return err_set(e, ERR_USAGE,
		    "--create-missing: %s is not made from a name alone",
		    ent->name);
	r.value = xcalloc(r.n, sizeof *r.value);
	record_set(&r, name, v->raw);
	if (mail && memchr(v->raw.p, '@', v->raw.n))
		record_set(&r, mail, v->raw);
	if (change_apply(im->c, NULL, &r, CHANGE_HISTORY | CHANGE_CHECKED, e)) {
		free(r.value);
		return -1;
	}
	free(r.value);
	v->state = VAL_OK;
	v->out = id_text(&im->arena, r.id);
	for (size_t i = 0; i < im->ncols; i++) {
		if (im->col[i].resolver && target(im, &im->col[i]) == ent)
			resolver_add(im->col[i].resolver, v->raw, r.id);
	}
	im->res->created++;
	return 0;
}

void
import_known_refs(struct import *im, const struct import_column *c,
    const struct import_val *v, struct buf *known, struct buf *nearest)
{
	struct buf b = { 0 };
	struct span all, first;
	int far;

	(void)im;
	resolver_nearest(c->resolver, v->raw, &b);
	all = buf_span(&b);
	buf_addspan(known, all);
	first = all;
	for (size_t i = 0; i + 1 < all.n; i++) {
		if (all.p[i] == ',' && all.p[i + 1] == ' ') {
			first.n = i;
			break;
		}
	}
	far = (int)(v->raw.n / 3);
	if (span_distance(first, v->raw, far + 1) <= far)
		buf_addspan(nearest, first);
	buf_release(&b);
}
