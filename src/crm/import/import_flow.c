/*
 * The rows of a file from one thread to another. A reader finds them and works
 * out what their cells say; the calling thread uses them in the order of the
 * file, so that all that depends on the rows before, and every message, is as
 * with one thread. Rows go over in batches, whose memory is used again. For a
 * small file there is no second thread: each batch is used when it is full.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/import/import_impl.h"

enum { BATCHES = 4, ROWS = 1024, TEXT = 1 << 20 };

/* A file of fewer bytes is read before a thread has started. */
enum { THREAD_FROM = 1 << 18 };

/* What the rows point to does not move while there are any. */
struct batch {
	struct import_row row[ROWS];
	size_t n;
	struct span *span; /* cells and values */
	size_t nspans, span_cap;
	struct buf text;
};

struct flow {
	struct import *im;
	const struct import_flow_ops *ops;
	size_t nrows; /* read so far, but for what is no CSV */
	struct batch batch[BATCHES], *now;
	/* between the threads */
	bool threaded;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t filled, emptied;
	size_t nfilled, nemptied; /* batches so far */
	bool end, stop;
	/* of the reader */
	int ret;
	struct err err;
};

/* --- the side that uses -------------------------------------------------- */

static int
use_batch(struct flow *f, struct batch *b, struct err *e)
{
	int r = 0;

	for (size_t i = 0; i < b->n; i++) {
		if (r == 0)
			r = f->ops->take(&b->row[i], e);
		err_release(&b->row[i].err);
	}
	b->n = b->nspans = 0;
	buf_reset(&b->text);
	return r;
}

static int
use_all(struct flow *f, struct err *e)
{
	int r = 0;

	pthread_mutex_lock(&f->lock);
	for (;;) {
		while (f->nfilled == f->nemptied && !f->end)
			pthread_cond_wait(&f->filled, &f->lock);
		if (f->nfilled == f->nemptied)
			break;
		pthread_mutex_unlock(&f->lock);
		if (r == 0)
			r = use_batch(f, &f->batch[f->nemptied % BATCHES], e);
		pthread_mutex_lock(&f->lock);
		f->nemptied++;
		f->stop = r != 0;
		pthread_cond_signal(&f->emptied);
	}
	pthread_mutex_unlock(&f->lock);
	return r;
}

/* --- the side that reads ------------------------------------------------- */

/* Not 0 where no more rows are wanted. */
static int
hand_over(struct flow *f, struct err *e)
{
	bool stop;

	if (!f->threaded)
		return use_batch(f, f->now, e);
	pthread_mutex_lock(&f->lock);
	f->nfilled++;
	pthread_cond_signal(&f->filled);
	while (f->nfilled - f->nemptied == BATCHES)
		pthread_cond_wait(&f->emptied, &f->lock);
	f->now = &f->batch[f->nfilled % BATCHES];
	stop = f->stop;
	pthread_mutex_unlock(&f->lock);
	return stop;
}

static int
new_row(struct flow *f, size_t nspans, size_t bytes, struct import_row **out,
    struct err *e)
{
	struct batch *b = f->now;
	int r;

	if (b->n && (b->n == ROWS || nspans > b->span_cap - b->nspans ||
			bytes >= b->text.cap - b->text.n)) {
		r = hand_over(f, e);
		if (r)
			return r;
		b = f->now;
	}
	if (nspans > b->span_cap) {
		b->span_cap = nspans * ROWS;
		b->span = xreallocarray(b->span, b->span_cap, sizeof *b->span);
	}
	if (!b->n)
		buf_grow(&b->text, bytes < TEXT ? TEXT : bytes);
	*out = &b->row[b->n++];
	memset(*out, 0, sizeof **out);
	(*out)->im = f->im;
	(*out)->text = &b->text;
	return 0;
}

static struct span *
take_spans(struct batch *b, size_t n)
{
	struct span *s = b->span + b->nspans;

	b->nspans += n;
	return s;
}

/*
 * Cells mostly lie in one run of bytes; those that had doubled quotes, which
 * the scanner keeps elsewhere, do not.
 */
static void
keep_cells(struct import_row *r, struct span *out, const struct span *cell)
{
	uintptr_t from = UINTPTR_MAX, to = 0;
	struct buf *b = r->text;
	const char *copy = b->p + b->n;

	for (size_t i = 0; i < r->n; i++) {
		uintptr_t p = (uintptr_t)cell[i].p, end = p + cell[i].n;

		from = p < from ? p : from;
		to = end > to ? end : to;
	}
	if (r->n && to - from <= r->end - r->at) {
		buf_add(b, (const char *)from, to - from);
		for (size_t i = 0; i < r->n; i++)
			out[i] = span_n(
			    copy + ((uintptr_t)cell[i].p - from), cell[i].n);
		return;
	}
	for (size_t i = 0; i < r->n; i++) {
		out[i] = span_n(b->p + b->n, cell[i].n);
		buf_addspan(b, cell[i]);
	}
}

static int
read_row(void *ctx, const struct span *cell, size_t n, size_t line, size_t at,
    size_t end, struct err *e)
{
	struct flow *f = ctx;
	size_t ncols = f->im->ncols, nvalues = f->ops->nvalues;
	struct import_row *r;
	struct span *own;
	int ret;

	if (import_blank(cell, n))
		return 0;
	ret = new_row(f, (n > ncols ? n : ncols) + nvalues,
	    5 * (end - at) + 128 * (ncols + 4), &r, e);
	if (ret)
		return ret;
	own = take_spans(f->now, n);
	r->cell = own;
	r->n = n;
	r->line = line;
	r->at = at;
	r->end = end;
	r->number = f->nrows++;
	keep_cells(r, own, cell);
	r->value = take_spans(f->now, nvalues);
	f->ops->read(r);
	return 0;
}

static int
read_bad(void *ctx, size_t line, size_t col, const char *what, size_t at,
    size_t end, struct err *e)
{
	struct flow *f = ctx;
	struct import_row *r;
	int ret;

	if (!f->ops->bad)
		return 0;
	ret = new_row(f, 0, strlen(what) + 1, &r, e);
	if (ret)
		return ret;
	r->line = line;
	r->at = at;
	r->end = end;
	r->bad_at = col;
	r->bad = r->text->p + r->text->n;
	buf_add(r->text, what, strlen(what) + 1);
	return 0;
}

static int
read_all(struct flow *f, struct err *e)
{
	int r = import_each(f->im, read_row, read_bad, f, e);

	return r == 0 && f->now->n ? hand_over(f, e) : r;
}

static void *
reader(void *arg)
{
	struct flow *f = arg;

	f->ret = read_all(f, &f->err);
	pthread_mutex_lock(&f->lock);
	f->end = true;
	pthread_cond_signal(&f->filled);
	pthread_mutex_unlock(&f->lock);
	return NULL;
}

/* --- both ---------------------------------------------------------------- */

static bool
wants_thread(const struct import *im)
{
	const char *env = getenv("CRM_THREADS");
	int64_t n;

	if (env && span_int(span(env), &n) && n >= 1)
		return n > 1;
	return im->text.text.n >= THREAD_FROM;
}

/* What the rows were used for fails first: reading goes ahead of it. */
static int
in_two(struct flow *f, struct err *e)
{
	int r = use_all(f, e);

	pthread_join(f->thread, NULL);
	if (r == 0 && f->ret < 0)
		r = err_set(e, f->err.code, "%s", f->err.msg);
	err_release(&f->err);
	return r;
}

int
import_flow(struct import *im, const struct import_flow_ops *ops, struct err *e)
{
	struct flow *f = xcalloc(1, sizeof *f);
	int r;

	f->im = im;
	f->ops = ops;
	f->now = &f->batch[0];
	pthread_mutex_init(&f->lock, NULL);
	pthread_cond_init(&f->filled, NULL);
	pthread_cond_init(&f->emptied, NULL);
	f->threaded = wants_thread(im);
	if (f->threaded && pthread_create(&f->thread, NULL, reader, f))
		f->threaded = false;
	r = f->threaded ? in_two(f, e) : read_all(f, e);
	for (size_t i = 0; i < BATCHES; i++) {
		free(f->batch[i].span);
		buf_release(&f->batch[i].text);
	}
	pthread_mutex_destroy(&f->lock);
	pthread_cond_destroy(&f->filled);
	pthread_cond_destroy(&f->emptied);
	free(f);
	return r;
}
