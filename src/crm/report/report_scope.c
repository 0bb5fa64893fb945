/*
 * report_scope: which rows of a plan stand. A plan may be laid down at several
 * levels: a target of a team and targets of its people are the same sales
 * counted twice. So a row gives way to one that covers it: one that says less
 * (fewer fields set), agrees in what it says, and is for the same time.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/report/report_impl.h"

static unsigned
mask_of(const struct scope_row *x, size_t n)
{
	unsigned m = 0;

	for (size_t i = 0; i < n; i++)
		if (x->own[i].n)
			m |= 1u << i;
	return m;
}

/* The values of the fields in mask, as one string. */
static void
key_of(struct buf *out, unsigned mask, const struct span *v, size_t n)
{
	buf_reset(out);
	buf_addc(out, (char)('@' + mask));
	for (size_t i = 0; i < n; i++) {
		if (!(mask >> i & 1))
			continue;
		buf_addf(out, "%zu:", v[i].n);
		buf_addspan(out, v[i]);
	}
}

/* Is x for all that y is for, going by what x says? */
static bool
covers(const struct scope_row *x, const struct scope_row *y, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (x->own[i].n && !span_eq(x->own[i], y->all[i]))
			return false;
	return true;
}

/* x covers y or the reverse is known; does y give way? */
static bool
gives_way(const struct scope_row *y, const struct scope_row *x, size_t n)
{
	if (covers(y, x, n)) /* the same scope: the longer time counts */
		return x->from <= y->from && x->to >= y->to &&
		       (x->from < y->from || x->to > y->to);
	return x->from <= y->to && y->from <= x->to;
}

struct ranked {
	struct scope_row *row;
	unsigned mask;
	int fields; /* that are set or follow from one that is */
	size_t at;
};

/*
 * What covers comes before what it covers: less is known of it, since all that
 * is known of a team is known of its people. Of those alike the longest first,
 * else as they came.
 */
static int
cmp(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	int64_t lx = (int64_t)x->row->to - x->row->from;
	int64_t ly = (int64_t)y->row->to - y->row->from;

	if (x->fields != y->fields)
		return x->fields < y->fields ? -1 : 1;
	if (lx != ly)
		return lx > ly ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

/* Rows that stand, by what they say: chains through next. */
struct standing {
	struct strmap head; /* to index + 1 */
	struct scope_row **row;
	size_t *next;
	size_t n;
	struct arena arena;
};

static bool
is_covered(const struct standing *st, const struct ranked *y, size_t n,
    struct buf *key)
{
	unsigned all = 0;

	for (size_t i = 0; i < n; i++)
		if (y->row->all[i].n)
			all |= 1u << i;
	for (unsigned m = all;; m = (m - 1) & all) {
		size_t at;

		key_of(key, m, y->row->all, n);
		at = strmap_get(&st->head, buf_span(key));
		for (at = at == (size_t)-1 ? 0 : at; at; at = st->next[at - 1])
			if (gives_way(y->row, st->row[at - 1], n))
				return true;
		if (!m)
			return false;
	}
}

static void
stand(struct standing *st, const struct ranked *x, size_t n, struct buf *key)
{
	size_t before;

	key_of(key, x->mask, x->row->own, n);
	before = strmap_get(&st->head, buf_span(key));
	st->row[st->n] = x->row;
	st->next[st->n++] = before == (size_t)-1 ? 0 : before;
	strmap_set(&st->head,
	    before == (size_t)-1 ? arena_span(&st->arena, buf_span(key))
				 : buf_span(key),
	    st->n);
}

void
report_scope(struct scope_row **row, size_t n, size_t nscopes)
{
	struct ranked *rank = xcalloc(n + 1, sizeof *rank);
	struct standing st = { 0 };
	struct buf key = { 0 };

	st.row = xcalloc(n + 1, sizeof *st.row);
	st.next = xcalloc(n + 1, sizeof *st.next);
	for (size_t i = 0; i < n; i++) {
		rank[i].row = row[i];
		rank[i].mask = mask_of(row[i], nscopes);
		for (size_t k = 0; k < nscopes; k++)
			rank[i].fields += row[i]->all[k].n > 0;
		rank[i].at = i;
	}
	if (n)
		qsort(rank, n, sizeof *rank, cmp);
	for (size_t i = 0; i < n; i++) {
		rank[i].row->out = is_covered(&st, &rank[i], nscopes, &key);
		if (!rank[i].row->out)
			stand(&st, &rank[i], nscopes, &key);
	}
	strmap_release(&st.head);
	arena_release(&st.arena);
	free(st.row);
	free(st.next);
	free(rank);
	buf_release(&key);
}
