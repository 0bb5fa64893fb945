#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/calendar/index.h"
#include "crm/calendar/private.h"
#include "crm/calendar/who.h"
#include "crm/query/query_impl.h"
#include "store/id.h"

enum { MAX_THREADS = 64, MAX_MARKED = 4096, UNLISTED_IDS = 8 };

void
qthread_init(struct qthread *t, struct query *q)
{
	memset(t, 0, sizeof *t);
	t->q = q;
	t->memo = xcalloc(q->nnodes, sizeof *t->memo);
	t->text = xcalloc(q->npaths ? q->npaths : 1, sizeof *t->text);
	for (size_t i = 0; i < q->nnodes; i++)
		t->memo[i].seq = UINT64_MAX;
}

void
qthread_release(struct qthread *t)
{
	if (!t->q)
		return;
	for (size_t i = 0; i < t->q->npaths; i++)
		buf_release(&t->text[i]);
	free(t->memo);
	free(t->text);
	buf_release(&t->fold);
	buf_release(&t->data);
	scan_release(&t->scan);
	err_release(&t->err);
	memset(t, 0, sizeof *t);
}

static int
cmp_path(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void
files_release(struct files *f)
{
	view_list_free(f->path, f->size, f->n);
	memset(f, 0, sizeof *f);
}

/*
 * The paths at which the wanted ids can be, or those beside them, sorted, each
 * once.
 */
static void
id_files(const struct query *q, struct files *f)
{
	const uint64_t *id = q->has_ids ? q->id : q->other;
	size_t nids = q->has_ids ? q->nids : q->nothers;
	char path[3][PATH_CAP];
	size_t k = 0, cap = 0;

	for (size_t i = 0; i < nids; i++) {
		int n = !q->has_ids || id_letter(id[i]) == q->ent->letter
			    ? entity_paths(q->ent, id[i], path)
			    : 0;

		for (int j = 0; j < n; j++) {
			GROW(f->path, f->n, cap);
			f->path[f->n++] = xstrdup(path[j]);
		}
	}
	if (f->n)
		qsort(f->path, f->n, sizeof *f->path, cmp_path);
	for (size_t i = 0; i < f->n; i++) {
		if (k && strcmp(f->path[i], f->path[k - 1]) == 0)
			free(f->path[i]);
		else
			f->path[k++] = f->path[i];
	}
	f->n = k;
}

/* Keeps of the files that there are those that are also in some. */
static void
keep_files(struct files *f, const struct files *some)
{
	size_t k = 0;

	for (size_t i = 0; i < f->n; i++) {
		if (!some->n || !bsearch(&f->path[i], some->path, some->n,
				    sizeof *some->path, cmp_path)) {
			free(f->path[i]);
			continue;
		}
		f->path[k] = f->path[i];
		f->size[k++] = f->size[i];
	}
	f->n = k;
}

/*
 * Activities: a "file" is a folder of a person, whose rows its index has; it is
 * brought up to date when it is read.
 */
static int
calendar_files(struct query *q, struct files *f, struct err *e)
{
	struct calendar *cal;

	if (session_calendar(q->s, &cal, e))
		return -1;
	return cal_collections(cal, span(""), &f->path, &f->n, e);
}

static int
calendar_rows(struct query *q, const char *path, struct buf *out, struct err *e)
{
	/* zones and rules are interpreted by one thread at a time */
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	struct calendar *cal = q->s->calendar;
	struct cal_collection c;
	size_t me;
	int r;

	pthread_mutex_lock(&lock);
	r = cal_read(cal, path, &c, e);
	if (r == 0)
		calendar_flaws(cal, buf_span(&c.flaws));
	me = who_me(cal);
	pthread_mutex_unlock(&lock);
	if (r)
		return -1;
	buf_reset(out);
	buf_addspan(out, buf_span(&c.text));
	cal_collection_release(&c);
	return q->unmasked ? 0 : private_mask(cal, path, me, out, e);
}

int
query_files(struct query *q, struct files *f, struct err *e)
{
	struct files some = { 0 };
	bool known = q->has_ids || q->other;
	size_t n = q->has_ids ? q->nids : q->nothers;

	memset(f, 0, sizeof *f);
	if (q->ent->layout == LAYOUT_CALENDAR)
		return calendar_files(q, f, e);
	if (q->ent->layout == LAYOUT_SINGLE) {
		f->path = xcalloc(1, sizeof *f->path);
		f->path[f->n++] = xasprintf("%s.csv", q->ent->path);
		return 0;
	}
	if (known && n <= UNLISTED_IDS) {
		id_files(q, f);
		return 0;
	}
	if (view_list(q->view, q->ent->path, ".csv", &f->path, &f->size, &f->n,
		e) < 0)
		return -1;
	if (known && n <= MAX_MARKED) {
		id_files(q, &some);
		keep_files(f, &some);
		files_release(&some);
	}
	return 0;
}

size_t
query_threads(const struct files *f, size_t from)
{
	const char *env = getenv("CRM_THREADS");
	size_t n = 1, total = 0;
	cpu_set_t set;
	int64_t v;

	if (env && span_int(span(env), &v) && v >= 1) {
		n = v < MAX_THREADS ? (size_t)v : MAX_THREADS;
	} else if (f->size) {
		for (size_t i = 0; i < f->n; i++)
			total += f->size[i];
		if (total > from && sched_getaffinity(0, sizeof set, &set) == 0)
			n = (size_t)CPU_COUNT(&set);
	}
	if (n > MAX_THREADS)
		n = MAX_THREADS;
	if (n > f->n)
		n = f->n;
	return n ? n : 1;
}

/* Records without ids could be counted, but neither named nor changed. */
static int
check_id_column(const struct query *q, const struct scan *scan,
    const char *path, struct err *e)
{
	if (!q->ent->letter || scan->nheader == 0)
		return 0;
	for (size_t i = 0; i < scan->nheader; i++) {
		if (span_eqs(scan->header[i], "id"))
			return 0;
	}
	return err_set(e, ERR_DATA, "%s:1: there is no column 'id'", path);
}

int
query_read(struct query *q, struct qthread *t, const char *path, struct err *e)
{
	int rc = q->ent->layout == LAYOUT_CALENDAR
		     ? calendar_rows(q, path, &t->data, e)
		     : view_read(q->view, path, &t->data, e);

	if (rc != 0)
		return rc;
	rc = scan_file(
	    &t->scan, path, buf_span(&t->data), q->want.name, q->want.n, 0, e);
	return rc ? rc : check_id_column(q, &t->scan, path, e);
}

struct run {
	struct query *q;
	const struct sink *sink;
	struct scan_opt opt;
	struct files files;
	_Atomic size_t next; /* file that is free to take */
	_Atomic size_t stop; /* files from here on are not wanted */
	pthread_mutex_t lock;
	struct err *err; /* of the first file that failed */
	size_t err_file;
	bool failed;
	size_t *passed; /* rows + 1 of each finished file, with stop_after */
	size_t prefix, prefix_rows;
};

struct worker {
	struct run *run;
	struct qthread thread;
	void *state;
	bool begun, started;
	pthread_t id;
};

/*
 * The error that is reported is that of the first file in store order, however
 * the threads ran: files are taken in order, and those before stop are read to
 * their end.
 */
static void
run_fail(struct run *run, size_t file, struct err *e)
{
	pthread_mutex_lock(&run->lock);
	if (!run->failed || file < run->err_file) {
		if (run->err) {
			err_release(run->err);
			*run->err = *e;
			memset(e, 0, sizeof *e);
		}
		run->failed = true;
		run->err_file = file;
	}
	if (run->stop > file)
		run->stop = file;
	pthread_mutex_unlock(&run->lock);
	err_release(e);
}

static void
run_stop(struct run *run, size_t file)
{
	pthread_mutex_lock(&run->lock);
	if (run->stop > file)
		run->stop = file;
	pthread_mutex_unlock(&run->lock);
}

/* Finished files without a gap that hold enough rows end the run. */
static void
run_count(struct run *run, size_t file, size_t rows)
{
	pthread_mutex_lock(&run->lock);
	run->passed[file] = rows + 1;
	while (run->prefix < run->files.n && run->passed[run->prefix])
		run->prefix_rows += run->passed[run->prefix++] - 1;
	if (run->prefix_rows >= run->opt.stop_after && run->stop > run->prefix)
		run->stop = run->prefix;
	pthread_mutex_unlock(&run->lock);
}

static int
run_file(struct worker *w, size_t file, struct err *e)
{
	struct run *run = w->run;
	struct qthread *t = &w->thread;
	size_t rows = 0;
	int rc = query_read(run->q, t, run->files.path[file], e);

	if (rc == 0)
		rc = query_each(run->q, t, file, &run->opt, run->sink->row,
		    w->state, &rows, e);
	else if (rc > 0) /* it is not there, or no more */
		rc = 0;
	if (rc == 0 && run->passed)
		run_count(run, file, rows);
	if (t->failed && rc >= 0) {
		err_release(e);
		*e = t->err;
		memset(&t->err, 0, sizeof t->err);
		return err_prefix(e, "%s: ", run->files.path[file]);
	}
	if (rc == 0 && run->sink->file_end)
		rc = run->sink->file_end(w->state, file, e);
	return rc;
}

static void *
worker_main(void *arg)
{
	struct worker *w = arg;
	struct run *run = w->run;
	struct err e = { 0 };
	size_t file;
	int rc;

	for (;;) {
		file = run->next++;
		if (file >= run->stop)
			return NULL;
		rc = run_file(w, file, &e);
		if (rc < 0)
			run_fail(run, file, &e);
		else if (rc > 0)
			run_stop(run, file);
	}
}

static int
worker_begin(struct worker *w, struct run *run, struct err *e)
{
	const struct sink *sink = run->sink;

	w->run = run;
	w->state = sink->ctx;
	if (sink->begin) {
		w->state = sink->begin(sink->ctx, e);
		if (!w->state)
			return -1;
	}
	w->begun = true;
	qthread_init(&w->thread, run->q);
	return 0;
}

/* Every state that was begun is ended, in the same order, by this thread. */
static int
workers_end(
    struct worker *w, size_t n, const struct sink *sink, int rc, struct err *e)
{
	struct err drop = { 0 };

	for (size_t i = 0; i < n; i++) {
		if (w[i].begun && sink->end &&
		    sink->end(sink->ctx, w[i].state, rc < 0 ? &drop : e) < 0)
			rc = -1;
		qthread_release(&w[i].thread);
	}
	err_release(&drop);
	return rc;
}

static void
workers_run(struct worker *w, size_t n)
{
	for (size_t i = 1; i < n; i++)
		w[i].started =
		    pthread_create(&w[i].id, NULL, worker_main, &w[i]) == 0;
	worker_main(&w[0]);
	for (size_t i = 1; i < n; i++) {
		if (w[i].started)
			pthread_join(w[i].id, NULL);
	}
}

int
query_scan(struct query *q, const struct sink *sink, const struct scan_opt *opt,
    struct err *e)
{
	struct run run = { .q = q, .sink = sink, .err = e };
	struct worker *w;
	size_t n;
	int rc = 0;

	if (opt)
		run.opt = *opt;
	if (query_files(q, &run.files, e) < 0)
		return -1;
	run.stop = run.files.n;
	if (run.opt.stop_after)
		run.passed = xcalloc(run.files.n + 1, sizeof *run.passed);
	/* Without states of their own threads would share one. */
	n = sink->begin ? query_threads(&run.files, SCAN_THREADS) : 1;
	w = xcalloc(n, sizeof *w);
	pthread_mutex_init(&run.lock, NULL);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = worker_begin(&w[i], &run, e);
	if (rc == 0) {
		workers_run(w, n);
		rc = run.failed ? -1 : 0;
	}
	rc = workers_end(w, n, sink, rc, e);
	pthread_mutex_destroy(&run.lock);
	free(w);
	free(run.passed);
	files_release(&run.files);
	return rc;
}
