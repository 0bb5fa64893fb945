/* What prices are made of, read from the store. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/query/filter.h"
#include "crm/trade/doc_impl.h"
#include "crm/trade/price_impl.h"
#include "store/id.h"

/* So many records are looked up by themselves before all are read. */
enum { FEW = 16 };

/* --- records by a key ---------------------------------------------------- */

static uint64_t
key_of(const struct price_rows *rows, const struct record *r)
{
	return id_pack_canonical(record_get(r, rows->by));
}

static struct price_group *
find(struct price_rows *rows, uint64_t key)
{
	size_t lo = 0, hi = rows->ngroups;

	for (size_t i = 0; !rows->all && i < rows->ngroups; i++)
		if (rows->group[i].key == key)
			return &rows->group[i];
	if (!rows->all)
		return NULL;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (rows->group[mid].key < key)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < rows->ngroups && rows->group[lo].key == key
	    ? &rows->group[lo]
	    : NULL;
}

static int
group_cmp(const void *a, const void *b)
{
	const struct price_group *x = a, *y = b;

	return (x->key > y->key) - (x->key < y->key);
}

/* Each record is a group, groups of one key are put together. */
static int
read_all(struct pricer *p, struct price_rows *rows, struct err *e)
{
	struct record *r, *sorted;
	struct price_group *g;
	size_t n, m = 0;

	if (doc_read(p->s, rows->ent, NULL, &p->arena, &r, &n, e))
		return -1;
	g = xcalloc(n + 1, sizeof *g);
	sorted = arena_alloc(&p->arena, (n + 1) * sizeof *sorted);
	for (size_t i = 0; i < n; i++) {
		g[i].key = key_of(rows, &r[i]);
		g[i].r = &r[i];
	}
	if (n)
		qsort(g, n, sizeof *g, group_cmp);
	for (size_t i = 0; i < n; i++) {
		sorted[i] = *g[i].r;
		if (m == 0 || g[m - 1].key != g[i].key) {
			g[m].key = g[i].key;
			g[m].r = &sorted[i];
			g[m++].n = 0;
		}
		g[m - 1].n++;
	}
	free(rows->group);
	rows->group = g;
	rows->ngroups = m;
	rows->all = true;
	return 0;
}

static int
read_one(
    struct pricer *p, struct price_rows *rows, uint64_t key, struct err *e)
{
	struct price_group g = { .key = key };
	char id[ID_LEN + 1], word[40];

	id_unpack(key, id);
	if (strcmp(rows->by, "id") == 0)
		snprintf(word, sizeof word, "%s", id);
	else
		snprintf(word, sizeof word, "%s:%s", rows->by, id);
	if (doc_read(p->s, rows->ent, word, &p->arena, &g.r, &g.n, e))
		return -1;
	GROW(rows->group, rows->ngroups, rows->cap);
	rows->group[rows->ngroups++] = g;
	return 0;
}

int
price_rows_of(struct pricer *p, struct price_rows *rows, uint64_t key,
    const struct record **out, size_t *n, struct err *e)
{
	const struct price_group *g = find(rows, key);

	*n = 0;
	if (!g && !rows->all) {
		if (rows->ngroups < FEW ? read_one(p, rows, key, e)
					: read_all(p, rows, e))
			return -1;
		g = find(rows, key);
	}
	if (g) {
		*out = g->r;
		*n = g->n;
	}
	return 0;
}

/* --- filters ------------------------------------------------------------- */

int
price_select_new(struct session *s, struct entity *ent, struct span text,
    struct price_select *out, struct err *e)
{
	struct query *q;
	char *copy;
	int r;

	memset(out, 0, sizeof *out);
	out->ent = ent;
	if (!span_trim(text).n)
		return 0;
	copy = span_dup(text);
	r = filter_split(copy, &out->word, &out->nwords, e);
	free(copy);
	if (r)
		goto bad;
	q = query_new(s, ent);
	r = query_filter(q, out->word, out->nwords, e);
	query_free(q);
	if (r == 0)
		return 0;
bad:
	price_select_release(out);
	if (e && (e->code == ERR_USAGE || e->code == ERR_NOENT))
		e->code = ERR_DATA;
	return -1;
}

void
price_select_release(struct price_select *f)
{
	free(f->word);
	free(f->id);
	memset(f, 0, sizeof *f);
}

struct passing {
	uint64_t *id;
	size_t n, cap;
};

static int
take_id(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct passing *p = ctx;

	(void)n;
	(void)e;
	GROW(p->id, p->n, p->cap);
	p->id[p->n++] = id_pack_canonical(cell[0]);
	return 0;
}

static int
id_cmp(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Those that pass, of all, or of one (id not 0). Free *out. */
static int
run(struct session *s, struct price_select *f, uint64_t id, uint64_t **out,
    size_t *n, struct err *e)
{
	struct query *q = query_new(s, f->ent);
	struct passing p = { 0 };
	struct path *path;
	bool label = false;
	int r = -1;

	if (id)
		query_ids(q, &id, 1);
	if (query_filter(q, f->word, f->nwords, e) == 0 &&
	    query_path(q, span("id"), false, &path, e) == 0)
		r = query_stream(q, &path, &label, 1, take_id, &p, e);
	query_free(q);
	if (p.n)
		qsort(p.id, p.n, sizeof *p.id, id_cmp);
	*out = p.id;
	*n = p.n;
	return r;
}

int
price_selects(struct session *s, struct price_select *f, uint64_t id,
    bool *yes, struct err *e)
{
	uint64_t *one = NULL;
	size_t n = 0;

	*yes = f->nwords == 0;
	if (!f->nwords || !id)
		return 0;
	if (f->last == id) {
		*yes = f->passes;
		return 0;
	}
	if (!f->all && f->asked++ >= FEW) {
		if (run(s, f, 0, &f->id, &f->nids, e))
			return -1;
		f->all = true;
	}
	if (f->all)
		*yes = f->nids &&
		    bsearch(&id, f->id, f->nids, sizeof id, id_cmp);
	else if (run(s, f, id, &one, &n, e) == 0)
		*yes = n > 0;
	else {
		free(one);
		return -1;
	}
	free(one);
	f->last = id;
	f->passes = *yes;
	return 0;
}
