/* An index over the names of one entity: for import and for suggestions. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strmap.h"
#include "crm/query/query.h"
#include "crm/change/resolve.h"
#include "store/id.h"
#include "store/unicode.h"

/* Names that are compared letter by letter for "the nearest". */
#define NEAREST_MAX 50000

struct named {
	struct span shown; /* the value as it stands */
	uint64_t id;
	size_t next; /* another record of that name, index + 1 */
	bool foreign; /* an ext_id: found by it, never suggested */
};

struct resolver {
	const struct entity *ent;
	const char *me;
	struct strmap map; /* folded name -> index of the first named */
	struct named *named;
	size_t n, cap;
	struct arena arena;
	struct buf fold;
	size_t ext_at; /* cell of ext_id, 0 none */
};

static void
add_folded(struct resolver *r, struct span folded, struct span shown,
    uint64_t id)
{
	bool added;
	struct strmap_entry *m;
	size_t i;

	if (folded.n == 0)
		return;
	i = strmap_get(&r->map, folded);
	for (; i != (size_t)-1; i = r->named[i].next - 1)
		if (r->named[i].id == id)
			return;
	GROW(r->named, r->n, r->cap);
	r->named[r->n].shown = shown;
	r->named[r->n].id = id;
	r->named[r->n].next = 0;
	r->named[r->n].foreign = false;
	if (strmap_get(&r->map, folded) == (size_t)-1)
		folded = arena_span(&r->arena, folded);
	m = strmap_add(&r->map, folded, r->n, &added);
	if (!added) {
		r->named[r->n].next = m->value + 1;
		m->value = r->n;
	}
	r->n++;
}

void
resolver_add(struct resolver *r, struct span name, uint64_t id)
{
	buf_reset(&r->fold);
	uni_fold(&r->fold, name);
	add_folded(r, buf_span(&r->fold), arena_span(&r->arena, name), id);
}

static int
resolver_row(
    void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct resolver *r = ctx;
	uint64_t id = id_pack_canonical(cell[0]);

	(void)e;
	for (size_t i = 1; i < n; i++) {
		size_t had = r->n;

		if (cell[i].n)
			resolver_add(r, cell[i], id);
		if (r->n > had)
			r->named[had].foreign = i == r->ext_at;
	}
	return 0;
}

int
resolver_new(struct session *s, const struct entity *ent,
    struct resolver **out, struct err *e)
{
	struct entity *own = schema_entity(&s->schema, span(ent->name));
	struct resolver *r = xcalloc(1, sizeof *r);
	struct query *q = query_new(s, own);
	struct path *path[12];
	bool label[12] = { false };
	size_t n = 0;
	int ret = -1;

	r->ent = ent;
	r->me = session_me(s);
	if (query_path(q, span("id"), false, &path[n++], e))
		goto out;
	for (size_t i = 0; i < ent->nfields && n < 12; i++) {
		const struct field *f = ent->field[i];

		if (!(f->flags & FIELD_NAME) && strcmp(f->name, "ext_id"))
			continue;
		if (!strcmp(f->name, "ext_id"))
			r->ext_at = n;
		if (query_path(q, span(f->name), false, &path[n++], e))
			goto out;
	}
	if (query_stream(q, path, label, n, resolver_row, r, e))
		goto out;
	*out = r;
	r = NULL;
	ret = 0;
out:
	query_free(q);
	resolver_free(r);
	return ret;
}

int
resolver_find(
    struct resolver *r, struct span text, uint64_t *id, struct err *e)
{
	uint64_t full = id_pack(text);
	size_t i;

	if (full && id_letter(full) == r->ent->letter) {
		*id = full;
		return 0;
	}
	if (span_eqs(text, "me") && strcmp(r->ent->name, "user") == 0 && r->me)
		text = span(r->me);
	buf_reset(&r->fold);
	uni_fold(&r->fold, text);
	i = strmap_get(&r->map, buf_span(&r->fold));
	if (i == (size_t)-1)
		return 1;
	*id = r->named[i].id;
	if (!r->named[i].next)
		return 0;
	err_set(e, ERR_USAGE, "'%.*s' fits several:", SPANF(text));
	for (int k = 0; i != (size_t)-1 && k < 5; k++) {
		char hex[ID_LEN + 1];

		id_unpack(r->named[i].id, hex);
		err_suffix(e, "%s %s", k ? "," : "", hex);
		i = r->named[i].next - 1;
	}
	return 2;
}

/* Is it one of "a, b, c"? */
static bool
is_listed(struct span list, struct span name)
{
	struct buf all = { 0 }, one = { 0 };
	bool is;

	buf_addf(&all, ", %.*s, ", SPANF(list));
	buf_addf(&one, ", %.*s, ", SPANF(name));
	is = strstr(all.p, one.p) != NULL;
	buf_release(&all);
	buf_release(&one);
	return is;
}

void
resolver_nearest(
    const struct resolver *r, struct span text, struct buf *out)
{
	int best[5] = { 99, 99, 99, 99, 99 };
	size_t at[5] = { 0 };
	int max = (int)(text.n / 3) + 1;
	size_t n = r->n < NEAREST_MAX ? r->n : NEAREST_MAX;

	for (size_t i = 0; i < n; i++) {
		struct span shown = r->named[i].shown;
		int d = span_distance(shown, text, max);
		size_t k = 5, same;

		if (r->named[i].foreign)
			continue;
		if (d > max && text.n >= 3 && span_istarts(shown, text))
			d = max;
		if (d > max)
			continue;
		while (k > 0 && best[k - 1] > d)
			k--;
		/* one record under several names, or several of one name */
		for (same = k; same > 0 && best[same - 1] == d &&
		     !span_eq(shown, r->named[at[same - 1]].shown);
		     same--)
			;
		if (k == 5 || (same > 0 && best[same - 1] == d))
			continue;
		memmove(best + k + 1, best + k, (4 - k) * sizeof *best);
		memmove(at + k + 1, at + k, (4 - k) * sizeof *at);
		best[k] = d;
		at[k] = i;
	}
	for (size_t k = 0; k < 5 && best[k] < 99; k++)
		if (!is_listed(buf_span(out), r->named[at[k]].shown))
			buf_addf(out, "%s%.*s", out->n ? ", " : "",
			    SPANF(r->named[at[k]].shown));
}

void
resolver_free(struct resolver *r)
{
	if (!r)
		return;
	strmap_release(&r->map);
	free(r->named);
	buf_release(&r->fold);
	arena_release(&r->arena);
	free(r);
}
