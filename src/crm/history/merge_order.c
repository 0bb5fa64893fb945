/*
 * The order of a table without ids, such as config/stages.csv, says something
 * (the rank of a stage), so it is merged too. Fixed points are the rows that
 * both sides have; all others stand behind the fixed point that they followed
 * on their side.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "crm/history/merge_impl.h"

struct seq {
	size_t *row; /* indexes into merge.row, in a side's order */
	size_t n;
};

static void
seq_push(struct seq *s, size_t row)
{
	s->row[s->n++] = row;
}

/* For each row of a side, which merged row it is; sorted by key. */
static size_t
find_row(const struct merge *m, struct span key)
{
	size_t lo = 0, hi = m->nrows;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (span_cmp(m->row[mid].key, key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static bool
in_both(const struct mrow *r)
{
	return r->at[OURS] != MERGE_NONE && r->at[THEIRS] != MERGE_NONE;
}

/* The rows that both sides have, in the order of one version. */
static void
fixed_points(const struct merge *m, int side, bool with_new, struct seq *out)
{
	const struct strmap *rows = &m->side[side].row;

	out->row = xcalloc(rows->n + 1, sizeof *out->row);
	out->n = 0;
	for (size_t i = 0; i < rows->n; i++) {
		size_t k = find_row(m, rows->entry[i].key);

		if (in_both(&m->row[k]) &&
		    (with_new || m->row[k].at[BASE] != MERGE_NONE))
			seq_push(out, k);
	}
}

/* Rows are sorted by key, so that their numbers compare as keys do. */
static int
seq_cmp(const struct seq *a, const struct seq *b)
{
	for (size_t i = 0; i < a->n && i < b->n; i++)
		if (a->row[i] != b->row[i])
			return a->row[i] < b->row[i] ? -1 : 1;
	return a->n < b->n ? -1 : a->n > b->n;
}

/* The order of the side that moved rows; of both, the lesser. */
static struct seq
main_order(const struct merge *m)
{
	struct seq b, o, t, full[2];
	bool take_theirs;
	int i;

	fixed_points(m, BASE, false, &b);
	fixed_points(m, OURS, false, &o);
	fixed_points(m, THEIRS, false, &t);
	fixed_points(m, OURS, true, &full[0]);
	fixed_points(m, THEIRS, true, &full[1]);
	if ((seq_cmp(&b, &o) == 0) == (seq_cmp(&b, &t) == 0))
		take_theirs = seq_cmp(&full[1], &full[0]) < 0;
	else
		take_theirs = seq_cmp(&b, &o) == 0;
	i = take_theirs ? 1 : 0;
	free(full[1 - i].row);
	free(b.row);
	free(o.row);
	free(t.row);
	return full[i];
}

/* The rows that only this side has, each with its fixed point. */
static void
extra_rows(struct merge *m, int side, struct seq *out)
{
	const struct strmap *rows = &m->side[side].row;
	size_t anchor = 0; /* 0: before the first; else row number + 1 */

	out->row = xcalloc(rows->n + 1, sizeof *out->row);
	out->n = 0;
	for (size_t i = 0; i < rows->n; i++) {
		size_t k = find_row(m, rows->entry[i].key);

		if (in_both(&m->row[k])) {
			anchor = k + 1;
			continue;
		}
		m->row[k].anchor = anchor;
		seq_push(out, k);
	}
}

/* Lists of rows by their fixed point. */
struct groups {
	size_t *first, *next; /* row number + 1, 0 ends */
};

static void
groups_of(const struct merge *m, const struct seq *s, struct groups *g)
{
	g->first = xcalloc(m->nrows + 2, sizeof *g->first);
	g->next = xcalloc(m->nrows + 2, sizeof *g->next);
	for (size_t i = s->n; i > 0; i--) {
		size_t k = s->row[i - 1], a = m->row[k].anchor;

		g->next[k] = g->first[a];
		g->first[a] = k + 1;
	}
}

/* Both sides' rows behind one fixed point; at each step the lesser key. */
static void
put_group(const struct groups *o, const struct groups *t, size_t anchor,
    struct seq *out)
{
	size_t a = o->first[anchor], b = t->first[anchor];

	while (a || b) {
		if (!b || (a && a < b)) {
			seq_push(out, a - 1);
			a = o->next[a - 1];
		} else {
			seq_push(out, b - 1);
			b = t->next[b - 1];
		}
	}
}

void
merge_order(struct merge *m)
{
	struct seq main = main_order(m), ours, theirs, all = { 0 };
	struct groups o, t;
	struct mrow *sorted;

	extra_rows(m, OURS, &ours);
	extra_rows(m, THEIRS, &theirs);
	groups_of(m, &ours, &o);
	groups_of(m, &theirs, &t);
	all.row = xcalloc(m->nrows + 1, sizeof *all.row);
	put_group(&o, &t, 0, &all);
	for (size_t i = 0; i < main.n; i++) {
		seq_push(&all, main.row[i]);
		put_group(&o, &t, main.row[i] + 1, &all);
	}
	sorted = xcalloc(all.n + 1, sizeof *sorted);
	for (size_t i = 0; i < all.n; i++)
		sorted[i] = m->row[all.row[i]];
	free(m->row);
	m->row = sorted;
	m->nrows = all.n;
	m->row_cap = all.n + 1;
	free(main.row);
	free(ours.row);
	free(theirs.row);
	free(o.first);
	free(o.next);
	free(t.first);
	free(t.next);
	free(all.row);
}
