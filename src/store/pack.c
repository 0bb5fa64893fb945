#include "store/pack.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/strmap.h"
#include "store/deflate.h"
#include "store/pack_impl.h"

enum { MAX_THREADS = 16, WINDOW = 8 << 20 };

struct job {
	struct job *next;
	char *name; /* file in tmp; NULL: none */
	mode_t mode;
	struct buf data;
	struct oid *out;
};

struct pack {
	struct place p; /* without syncs: one at the end is enough */
	bool sync;
	pthread_mutex_t lock;
	pthread_cond_t work, room;
	pthread_t thread[MAX_THREADS];
	size_t nthreads, pending, inflight; /* jobs, bytes */
	struct job *first, **last;
	bool stop;
	struct err err; /* the first */
	struct pack_file f;
	struct strmap seen; /* names, so that none comes twice */
	struct arena names;
};

/* The first error counts; later ones follow from it. */
static void
failed(struct pack *k, struct err *e)
{
	if (!k->err.code)
		k->err = *e;
	else
		err_release(e);
	memset(e, 0, sizeof *e);
}

/* Reserves room for n bytes; false where the object is there already. */
static bool
reserve(struct pack *k, const struct oid *id, struct span s, uint64_t *at)
{
	bool added;
	struct pack_entry *en;
	struct span key;

	pthread_mutex_lock(&k->lock);
	key = arena_span(&k->names, span(id->hex));
	strmap_add(&k->seen, key, 0, &added);
	if (added) {
		GROW(k->f.entry, k->f.n, k->f.cap);
		en = &k->f.entry[k->f.n++];
		en->id = *id;
		en->at = *at = k->f.end;
		en->crc = crc_add(0, s);
		k->f.end += s.n;
	}
	pthread_mutex_unlock(&k->lock);
	return added;
}

/* Type and size, 7 bits at a time, the lowest four with the type. */
static void
entry_head(struct buf *b, enum obj_type type, size_t n)
{
	unsigned c = (unsigned)type << 4 | (n & 15);

	for (n >>= 4; n; n >>= 7) {
		buf_addc(b, (char)(c | 0x80));
		c = n & 0x7f;
	}
	buf_addc(b, (char)c);
}

static int
write_at(int fd, struct span s, uint64_t at)
{
	while (s.n) {
		ssize_t n = pwrite(fd, s.p, s.n, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		s.p += n;
		s.n -= (size_t)n;
		at += (uint64_t)n;
	}
	return 0;
}

int
pack_put(struct pack *k, enum obj_type type, struct span data, struct oid *out,
    struct err *e)
{
	struct buf b = { 0 };
	uint64_t at = 0;
	int rc = obj_hash(type, data, out, e);

	if (!rc) {
		entry_head(&b, type, data.n);
		deflate_add(&b, span_n(NULL, 0), data);
		if (reserve(k, out, buf_span(&b), &at) &&
		    write_at(k->f.fd, buf_span(&b), at))
			rc = err_errno(e, ".git/crm/tmp/pack");
	}
	buf_release(&b);
	return rc;
}

static int
do_job(struct pack *k, struct job *j, struct err *e)
{
	if (place_tmp(&k->p, j->name, buf_span(&j->data), j->mode, NULL, e))
		return -1;
	return pack_put(k, OBJ_BLOB, buf_span(&j->data), j->out, e);
}

static void
job_free(struct job *j)
{
	free(j->name);
	buf_release(&j->data);
	free(j);
}

static void *
worker(void *arg)
{
	struct pack *k = arg;
	struct err e = { 0 };
	struct job *j;

	pthread_mutex_lock(&k->lock);
	for (;;) {
		while (!k->first && !k->stop)
			pthread_cond_wait(&k->work, &k->lock);
		j = k->first;
		if (!j)
			break;
		k->first = j->next;
		if (!k->first)
			k->last = &k->first;
		pthread_mutex_unlock(&k->lock);
		(void)do_job(k, j, &e);
		pthread_mutex_lock(&k->lock);
		k->inflight -= j->data.n;
		k->pending--;
		if (e.code)
			failed(k, &e);
		job_free(j);
		pthread_cond_broadcast(&k->room);
	}
	pthread_mutex_unlock(&k->lock);
	return NULL;
}

static void
start_threads(struct pack *k)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	if (n > MAX_THREADS)
		n = MAX_THREADS;
	/* Fewer than asked for is slower, none is done by the caller. */
	while ((long)k->nthreads < n &&
	       !pthread_create(&k->thread[k->nthreads], NULL, worker, k))
		k->nthreads++;
}

struct pack *
pack_new(struct place *p, struct err *e)
{
	struct pack *k = xcalloc(1, sizeof *k);

	k->p = *p;
	k->p.sync = false;
	k->sync = p->sync;
	k->last = &k->first;
	pthread_mutex_init(&k->lock, NULL);
	pthread_cond_init(&k->work, NULL);
	pthread_cond_init(&k->room, NULL);
	k->f.end = PACK_HEAD;
	k->f.fd = -1;
	if (unlinkat(p->tmpfd, "pack", 0) && errno != ENOENT)
		err_errno(e, ".git/crm/tmp/pack");
	else
		k->f.fd = openat(p->tmpfd, "pack",
		    O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
	if (k->f.fd < 0) {
		err_errno(e, ".git/crm/tmp/pack");
		pack_free(k);
		return NULL;
	}
	start_threads(k);
	return k;
}

static int
report(struct pack *k, struct err *e)
{
	int rc = 0;

	pthread_mutex_lock(&k->lock);
	if (k->err.code)
		rc = err_set(e, k->err.code, "%s",
		    k->err.msg ? k->err.msg : "cannot write");
	pthread_mutex_unlock(&k->lock);
	return rc;
}

int
pack_blob(struct pack *k, const char *name, mode_t mode, struct buf *data,
    struct oid *out, struct err *e)
{
	struct job *j = xcalloc(1, sizeof *j);
	int rc;

	j->name = xstrdup(name);
	j->mode = mode;
	j->data = *data;
	memset(data, 0, sizeof *data);
	j->out = out;
	if (!k->nthreads) {
		rc = do_job(k, j, e);
		job_free(j);
		return rc;
	}
	pthread_mutex_lock(&k->lock);
	while (k->pending && k->inflight + j->data.n > WINDOW)
		pthread_cond_wait(&k->room, &k->lock);
	k->inflight += j->data.n;
	k->pending++;
	*k->last = j;
	k->last = &j->next;
	pthread_cond_signal(&k->work);
	pthread_mutex_unlock(&k->lock);
	return report(k, e);
}

int
pack_wait(struct pack *k, struct err *e)
{
	if (!k)
		return 0;
	pthread_mutex_lock(&k->lock);
	while (k->pending)
		pthread_cond_wait(&k->room, &k->lock);
	pthread_mutex_unlock(&k->lock);
	return report(k, e);
}

int
pack_finish(struct pack *k, bool *made, struct err *e)
{
	*made = false;
	if (pack_wait(k, e))
		return -1;
	if (!k->f.n)
		return 0;
	*made = true;
	k->p.sync = k->sync;
	return pack_file_finish(&k->p, &k->f, e);
}

void
pack_free(struct pack *k)
{
	size_t i;

	if (!k)
		return;
	(void)pack_wait(k, NULL);
	pthread_mutex_lock(&k->lock);
	k->stop = true;
	pthread_cond_broadcast(&k->work);
	pthread_mutex_unlock(&k->lock);
	for (i = 0; i < k->nthreads; i++)
		pthread_join(k->thread[i], NULL);
	if (k->f.fd >= 0)
		close(k->f.fd);
	free(k->f.entry);
	strmap_release(&k->seen);
	arena_release(&k->names);
	err_release(&k->err);
	pthread_cond_destroy(&k->work);
	pthread_cond_destroy(&k->room);
	pthread_mutex_destroy(&k->lock);
	free(k);
}
