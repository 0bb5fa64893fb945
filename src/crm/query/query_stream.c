#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/query/query_impl.h"

/*
 * Rows in store order to one function. For large entities workers scan files
 * ahead into a ring of slots, which the calling thread empties in order: what
 * is held is a few files' worth of cells, however many rows there are.
 */

/* A list this short looks its references up one by one. */
enum { SHORT_LIST = 1000 };

struct stream {
	struct query *q;
	struct path *const *col;
	const bool *label;
	size_t ncols;
	query_row_fn *fn;
	void *ctx;
	struct span *cell; /* of the row at hand */
	/* the ring */
	struct files files;
	struct slot *slot;
	size_t nslots;
	size_t next, emitted; /* files taken, files emptied */
	bool stop;
	pthread_mutex_t lock;
	pthread_cond_t taken, emptied;
};

/* Cells of one file's rows; text and places keep their memory. */
struct slot {
	struct buf text;
	size_t *end; /* in text, of each cell */
	size_t n, cap;
	bool done, failed;
	struct err err;
};

struct scanner {
	struct stream *st;
	struct qthread thread;
	struct slot *slot; /* being filled */
	pthread_t id;
	bool started;
};

static struct span
cell_of(const struct stream *st, size_t c, const struct row *r)
{
	if (st->label && st->label[c])
		return path_label(st->col[c], r);
	return path_value(st->col[c], r);
}

static int
emit_row(void *state, const struct row *r, struct err *e)
{
	struct stream *st = state;

	for (size_t c = 0; c < st->ncols; c++)
		st->cell[c] = cell_of(st, c, r);
	return st->fn(st->ctx, st->cell, st->ncols, e);
}

static int
emit_result(struct stream *st, const struct result *res, struct err *e)
{
	for (size_t i = 0; i < res->nrows; i++) {
		int rc =
		    st->fn(st->ctx, res->cell + i * st->ncols, st->ncols, e);

		if (rc != 0)
			return rc < 0 ? -1 : 0;
	}
	return 0;
}

static int
slot_row(void *ctx, const struct row *r, struct err *e)
{
	struct scanner *sc = ctx;
	struct slot *s = sc->slot;

	(void)e;
	for (size_t c = 0; c < sc->st->ncols; c++) {
		buf_addspan(&s->text, cell_of(sc->st, c, r));
		GROW(s->end, s->n, s->cap);
		s->end[s->n++] = s->text.n;
	}
	return 0;
}

static int
slot_fill(struct slot *s, struct scanner *sc, size_t file)
{
	struct stream *st = sc->st;
	struct qthread *t = &sc->thread;
	const struct scan_opt opt = { 0 };
	size_t rows;
	int rc = query_read(st->q, t, st->files.path[file], &s->err);

	buf_reset(&s->text);
	s->n = 0;
	sc->slot = s;
	if (rc == 0)
		rc = query_each(
		    st->q, t, file, &opt, slot_row, sc, &rows, &s->err);
	if (rc == 0 && t->failed) {
		s->err = t->err;
		memset(&t->err, 0, sizeof t->err);
		return err_prefix(&s->err, "%s: ", st->files.path[file]);
	}
	return rc < 0 ? -1 : 0;
}

static void *
scanner_main(void *arg)
{
	struct scanner *sc = arg;
	struct stream *st = sc->st;

	pthread_mutex_lock(&st->lock);
	for (;;) {
		struct slot *s;
		size_t file;
		bool failed;

		while (!st->stop && st->next < st->files.n &&
		       st->next >= st->emitted + st->nslots)
			pthread_cond_wait(&st->emptied, &st->lock);
		if (st->stop || st->next >= st->files.n)
			break;
		file = st->next++;
		s = &st->slot[file % st->nslots];
		pthread_mutex_unlock(&st->lock);
		failed = slot_fill(s, sc, file) < 0;
		pthread_mutex_lock(&st->lock);
		s->failed = failed;
		s->done = true;
		pthread_cond_signal(&st->taken);
	}
	pthread_mutex_unlock(&st->lock);
	return NULL;
}

static int
slot_emit(struct stream *st, struct slot *s, struct err *e)
{
	size_t at = 0;

	for (size_t i = 0; i < s->n; i += st->ncols) {
		int rc;

		for (size_t c = 0; c < st->ncols; c++) {
			st->cell[c] =
			    span_n(s->text.p + at, s->end[i + c] - at);
			at = s->end[i + c];
		}
		rc = st->fn(st->ctx, st->cell, st->ncols, e);
		if (rc != 0)
			return rc;
	}
	return 0;
}

static int
slot_failed(struct slot *s, struct err *e)
{
	if (e) {
		err_release(e);
		*e = s->err;
		memset(&s->err, 0, sizeof s->err);
	}
	return -1;
}

static int
ring_empty(struct stream *st, struct err *e)
{
	int rc = 0;

	for (size_t file = 0; rc == 0 && file < st->files.n; file++) {
		struct slot *s = &st->slot[file % st->nslots];

		pthread_mutex_lock(&st->lock);
		while (!s->done)
			pthread_cond_wait(&st->taken, &st->lock);
		pthread_mutex_unlock(&st->lock);
		rc = s->failed ? slot_failed(s, e) : slot_emit(st, s, e);
		pthread_mutex_lock(&st->lock);
		s->done = false;
		st->emitted++;
		st->stop = st->stop || rc != 0;
		pthread_cond_broadcast(&st->emptied);
		pthread_mutex_unlock(&st->lock);
	}
	return rc < 0 ? -1 : 0;
}

static int
ring_run(struct stream *st, size_t nthreads, struct err *e)
{
	struct scanner *sc = xcalloc(nthreads, sizeof *sc);
	size_t started = 0;
	int rc;

	for (size_t i = 0; i < nthreads; i++) {
		sc[i].st = st;
		qthread_init(&sc[i].thread, st->q);
		sc[i].started =
		    pthread_create(&sc[i].id, NULL, scanner_main, &sc[i]) == 0;
		started += sc[i].started;
	}
	if (started)
		rc = ring_empty(st, e);
	else
		rc = err_set(e, ERR_IO, "cannot start a thread");
	for (size_t i = 0; i < nthreads; i++) {
		if (sc[i].started)
			pthread_join(sc[i].id, NULL);
		qthread_release(&sc[i].thread);
	}
	free(sc);
	return rc;
}

static int
stream_ring(struct stream *st, size_t nthreads, struct err *e)
{
	int rc;

	st->nslots = nthreads * 4;
	st->slot = xcalloc(st->nslots, sizeof *st->slot);
	pthread_mutex_init(&st->lock, NULL);
	pthread_cond_init(&st->taken, NULL);
	pthread_cond_init(&st->emptied, NULL);
	rc = ring_run(st, nthreads, e);
	pthread_cond_destroy(&st->emptied);
	pthread_cond_destroy(&st->taken);
	pthread_mutex_destroy(&st->lock);
	for (size_t i = 0; i < st->nslots; i++) {
		buf_release(&st->slot[i].text);
		free(st->slot[i].end);
		err_release(&st->slot[i].err);
	}
	free(st->slot);
	return rc;
}

/* Are there records to look up that the filter does not need anyway? */
static bool
has_late_nodes(const struct query *q)
{
	for (size_t i = 1; i < q->nnodes; i++) {
		if (!q->node[i]->early)
			return true;
	}
	return query_totals_late(q);
}

/* 1 where the list was short and is done; 0 where it is not; -1. */
static int
stream_short(struct stream *st, struct err *e)
{
	struct result res = { 0 };
	size_t limit = query_few(st->q) ? 0 : SHORT_LIST + 1;
	int rc;

	if (!query_few(st->q) && !has_late_nodes(st->q))
		return 0;
	if (query_rows(st->q, st->col, st->label, st->ncols, NULL, 0, limit,
		&res, e) < 0)
		return -1;
	rc = limit && res.nrows == limit;
	rc = rc ? 0 : emit_result(st, &res, e) < 0 ? -1 : 1;
	result_release(&res);
	return rc;
}

static int
stream_long(struct stream *st, struct err *e)
{
	struct sink sink = { .row = emit_row, .ctx = st };
	size_t nthreads;
	int rc;

	if (query_load(st->q, false, e) < 0)
		return -1;
	if (query_files(st->q, &st->files, e) < 0)
		return -1;
	nthreads = st->ncols ? query_threads(&st->files, RING_THREADS) : 1;
	if (nthreads > 1)
		rc = stream_ring(st, nthreads, e);
	else
		rc = query_scan(st->q, &sink, NULL, e);
	files_release(&st->files);
	return rc;
}

int
query_stream(struct query *q, struct path *const *col, const bool *label,
    size_t ncols, query_row_fn *fn, void *ctx, struct err *e)
{
	struct stream st = { .q = q,
		.col = col,
		.label = label,
		.ncols = ncols,
		.fn = fn,
		.ctx = ctx };
	int rc;

	for (size_t i = 0; i < ncols; i++) {
		if (label && label[i])
			path_bind_label(q, col[i]);
	}
	st.cell = xcalloc(ncols + 1, sizeof *st.cell);
	rc = stream_short(&st, e);
	if (rc == 0)
		rc = stream_long(&st, e);
	free(st.cell);
	return rc < 0 ? -1 : 0;
}

static int
count_row(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	(void)cell;
	(void)n;
	(void)e;
	++*(size_t *)ctx;
	return 0;
}

int
query_count(struct query *q, size_t *n, struct err *e)
{
	struct path *path;
	bool label = false;

	*n = 0;
	if (query_path(q, span(q->ent->field[0]->name), false, &path, e))
		return -1;
	return query_stream(q, &path, &label, 1, count_row, n, e);
}
