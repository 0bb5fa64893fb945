#include "crm/query/query_impl.h"
#include "store/id.h"

/*
 * The rows of one file that has been scanned, in batches: first those that
 * pass are found, then the records that they refer to are looked up, all of a
 * batch together, then they are handed on. A look-up in a large table is one
 * or two waits for memory; a batch waits for all of its own at the same time.
 */

struct batch {
	struct query *q;
	struct qthread *t;
	struct row row;
	uint64_t seq;		 /* of the batch's first row */
	const struct span *cell; /* of the batch's first row */
	size_t width;
};

/* Nodes next to the root whose records are there to be looked up. */
static bool
is_near(const struct node *n, bool early)
{
	return n->parent && !n->parent->parent && n->used &&
	       n->early == early && n->table->nhash;
}

static void
node_lookup(struct batch *b, const struct node *n, const uint8_t *row, size_t k)
{
	struct node_memo *m = &b->t->memo[n->index];
	const struct span *cell[BATCH];
	uint64_t id[BATCH] = { 0 };

	for (size_t i = 0; i < k; i++)
		id[i] = id_pack_canonical(b->cell[row[i] * b->width + n->ref]);
	jtable_lookup(n->table, id, k, cell);
	for (size_t i = 0; i < k; i++)
		m->batch[row[i]] = cell[i];
}

static void
lookup(struct batch *b, bool early, const uint8_t *row, size_t k)
{
	for (size_t i = 1; i < b->q->nnodes; i++) {
		if (is_near(b->q->node[i], early))
			node_lookup(b, b->q->node[i], row, k);
	}
}

/* Makes a row of the batch the one at hand. */
static inline void
set_row(struct batch *b, size_t i, bool late)
{
	const struct query *q = b->q;

	b->row.seq = b->seq + i;
	b->row.cell = b->cell + i * b->width;
	for (size_t k = 1; k < q->nnodes; k++) {
		struct node_memo *m = &b->t->memo[k];

		if (!is_near(q->node[k], true) &&
		    !(late && is_near(q->node[k], false)))
			continue;
		m->seq = b->row.seq;
		m->cell = m->batch[i];
	}
}

/* Of the first n rows those that pass. */
static size_t
choose(struct batch *b, size_t n, const struct scan_opt *opt, uint8_t *row)
{
	size_t k = 0, pass = 0;

	for (size_t i = 0; i < n; i++) {
		b->row.cell = b->cell + i * b->width;
		row[k] = (uint8_t)i;
		k += !b->q->has_ids || query_has_id(b->q, &b->row);
	}
	if (opt->all)
		return k;
	lookup(b, true, row, k);
	for (size_t i = 0; i < k; i++) {
		set_row(b, row[i], false);
		/* No branch: whether a row passes cannot be foretold. */
		row[pass] = row[i];
		pass += row_passes(b->q, &b->row);
	}
	return pass;
}

int
query_each(struct query *q, struct qthread *t, size_t file,
    const struct scan_opt *opt, query_each_fn *fn, void *ctx, size_t *rows,
    struct err *e)
{
	struct batch b = { .q = q, .t = t, .width = t->scan.ncells };
	bool late = !opt->early_only && !opt->all;
	size_t left = t->scan.nrows, n, k;
	uint8_t row[BATCH];

	b.row.q = q;
	b.row.scratch = t;
	b.seq = (uint64_t)file << 32;
	b.cell = t->scan.cell;
	*rows = 0;
	for (; left; left -= n, b.seq += n, b.cell += n * b.width) {
		n = left < BATCH ? left : BATCH;
		k = choose(&b, n, opt, row);
		if (late)
			lookup(&b, false, row, k);
		for (size_t i = 0; i < k; i++) {
			int rc;

			set_row(&b, row[i], late);
			rc = fn(ctx, &b.row, e);
			if (rc != 0)
				return rc < 0 ? -1 : 1;
		}
		*rows += k;
	}
	return 0;
}
