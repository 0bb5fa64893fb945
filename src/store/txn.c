/*
 * txn: beginning, looking, putting and ending. commit.c has the rest.
 */
#include "store/txn.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "store/git/plumb.h"
#include "store/recover.h"
#include "store/txn_impl.h"

/* The umask that core.sharedRepository stands for; 077 where it is unset. */
static mode_t
shared_mask(struct repo *r)
{
	struct buf b = { 0 };
	mode_t mask = 077;
	char *end;
	long v;

	if (repo_config_str(r, "core.sharedrepository", &b) && b.n) {
		v = strtol(b.p, &end, 8);
		if (!strcmp(b.p, "group") || !strcmp(b.p, "true") ||
		    !strcmp(b.p, "1"))
			mask = 007;
		else if (!strcmp(b.p, "all") || !strcmp(b.p, "world") ||
			 !strcmp(b.p, "everybody") || !strcmp(b.p, "2"))
			mask = 002;
		else if (!*end && v > 2)
			mask = ~(mode_t)v & 0777;
	}
	buf_release(&b);
	return mask & 077;
}

static int
lock_and_recover(struct txn *t, struct err *e)
{
	const int64_t deadline = clock_ms() + t->wait_ms;
	int rc = place_lock(&t->p, "lock", LOCK_EX, deadline, &t->lockfd, e);

	if (rc == 1)
		return err_set(e, ERR_BUSY,
		    "another command is changing the store; try again");
	return rc ? -1 : recover(&t->p, deadline, e);
}

int
txn_begin(struct txn **out, const char *root, int wait_ms, struct err *e)
{
	struct txn *t = xcalloc(1, sizeof *t);

	*out = NULL;
	t->lockfd = t->readfd = -1;
	t->wait_ms = wait_ms;
	if (repo_open(&t->repo, root, e))
		goto fail;
	t->umask = umask(shared_mask(t->repo));
	t->masked = true;
	if (place_open(&t->p, root, true, e) || lock_and_recover(t, e) ||
	    repo_idle(t->repo, e) || head_read(t->p.gitfd, &t->head, e))
		goto fail;
	*out = t;
	return 0;
fail:
	txn_end(t);
	return -1;
}

struct repo *
txn_repo(struct txn *t)
{
	return t->repo;
}

const struct oid *
txn_head(const struct txn *t)
{
	return &t->head.id;
}

void
txn_forget(struct txn *t)
{
	size_t i;

	pack_free(t->pack);
	t->pack = NULL;
	for (i = 0; i < t->n; i++) {
		buf_release(&t->file[i]->data);
		free(t->file[i]->path);
		free(t->file[i]);
	}
	t->n = 0;
	strmap_release(&t->by_path);
	memset(&t->by_path, 0, sizeof t->by_path);
}

void
txn_end(struct txn *t)
{
	char *root;

	if (!t)
		return;
	root = t->committed ? xstrdup(t->p.root) : NULL;
	txn_forget(t);
	free(t->file);
	index_release(&t->index);
	/* With a journal left, what it names has to stay. */
	if (t->lockfd >= 0 && !journal_there(&t->p))
		place_clean(&t->p);
	if (t->readfd >= 0)
		close(t->readfd);
	if (t->lockfd >= 0)
		close(t->lockfd);
	head_release(&t->head);
	repo_free(t->repo);
	place_release(&t->p);
	if (t->masked)
		umask(t->umask);
	free(t);
	/* the locks are gone: packing may take its time */
	if (root)
		txn_maintain(root);
	free(root);
}

static struct tfile *
file_of(struct txn *t, const char *path, struct err *e)
{
	size_t i = strmap_get(&t->by_path, span(path));
	struct tfile *f;

	if (i != (size_t)-1)
		return t->file[i];
	/* The journal has a path a line. */
	if (!path_is_safe(path) || strchr(path, '\n')) {
		err_set(e, ERR_DATA, "'%s': not a path for a store", path);
		return NULL;
	}
	f = xcalloc(1, sizeof *f);
	f->path = xstrdup(path);
	GROW(t->file, t->n, t->cap);
	t->file[t->n] = f;
	strmap_set(&t->by_path, span(f->path), t->n++);
	return f;
}

static int
changed(const struct tfile *f, struct err *e)
{
	return err_set(e, ERR_BUSY,
	    "%s: changed by somebody else meanwhile; try again", f->path);
}

/* Clocks of file systems tick every 10 ms at worst. */
static bool
just_changed(const struct stat *st)
{
	struct timespec now;
	int64_t ns;

	clock_gettime(CLOCK_REALTIME, &now);
	ns = (int64_t)(now.tv_sec - st->st_mtim.tv_sec) * 1000000000 +
	     now.tv_nsec - st->st_mtim.tv_nsec;
	return ns < 20000000;
}

/* All that is decided about a file rests on what it was at the first look. */
static int
look(struct txn *t, struct tfile *f, struct err *e)
{
	if (f->based)
		return 0;
	if (work_stat(&t->p, f->path, &f->base, e))
		return -1;
	f->racy = f->base.st_ino && just_changed(&f->base);
	f->based = true;
	return 0;
}

/* The name of the file's content: from git's index where it vouches for it. */
static int
hash_work(struct txn *t, struct tfile *f, struct err *e)
{
	const struct timespec *written = &t->index.st.st_mtim;
	const struct timespec *m = &f->base.st_mtim;
	struct stat st;

	if (!f->base.st_ino)
		return 0;
	if (f->index.hex[0] && gindex_fresh(t->index.ix, f->path, &f->base) &&
	    (m->tv_sec < written->tv_sec ||
		(m->tv_sec == written->tv_sec &&
		    m->tv_nsec < written->tv_nsec))) {
		f->work = f->index;
		return 0;
	}
	if (work_hash(&t->p, f->path, &f->work, &st, e))
		return -1;
	return stat_same(&st, &f->base) ? 0 : changed(f, e);
}

static int
find_state(struct txn *t, struct tfile *f, struct err *e)
{
	struct gindex_entry en;
	bool wh, ih, iw;

	if (f->known)
		return 0;
	if (index_load(&t->p, &t->index, e) || look(t, f, e) ||
	    repo_entry(t->repo, &t->head.id, f->path, &f->head, &f->mode, e) <
		0)
		return -1;
	gindex_get(t->index.ix, f->path, &en);
	if (en.sparse)
		return err_set(e, ERR_DATA,
		    "%s: kept out of the work tree by git sparse-checkout",
		    f->path);
	f->index = en.id;
	if (hash_work(t, f, e))
		return -1;
	wh = !strcmp(f->work.hex, f->head.hex);
	ih = !strcmp(f->index.hex, f->head.hex);
	iw = !strcmp(f->index.hex, f->work.hex);
	f->state = en.conflict	       ? TXN_PARTLY
		   : wh && ih	       ? TXN_CLEAN
		   : !wh && (ih || iw) ? TXN_EDITED
				       : TXN_PARTLY;
	f->known = true;
	return 0;
}

int
txn_state(struct txn *t, const char *path, enum txn_state *st, struct err *e)
{
	struct tfile *f = file_of(t, path, e);

	if (!f || find_state(t, f, e))
		return -1;
	*st = f->state;
	return 0;
}

static int
whole(const struct tfile *f, struct err *e)
{
	if (f->state != TXN_PARTLY)
		return 0;
	return err_set(e, ERR_BUSY,
	    "%s: staged content differs from the file and from the last "
	    "commit; commit it or 'git restore --staged %s'",
	    f->path, f->path);
}

int
txn_whole(struct txn *t, const char *path, enum txn_state *st, struct err *e)
{
	struct tfile *f = file_of(t, path, e);

	if (!f || find_state(t, f, e))
		return -1;
	*st = f->state;
	return whole(f, e);
}

int
txn_adopt(struct txn *t, const char *path, struct err *e)
{
	struct tfile *f = file_of(t, path, e);

	if (!f || find_state(t, f, e))
		return -1;
	f->adopted = true;
	return 0;
}

static int
read_put(struct txn *t, struct tfile *f, struct buf *out, struct err *e)
{
	int fd, rc;

	if (f->removed)
		return 1;
	if (!f->tmp[0]) {
		buf_addspan(out, buf_span(&f->data));
		return 0;
	}
	if (pack_wait(t->pack, e))
		return -1;
	fd = openat(t->p.tmpfd, f->tmp, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return err_errno(e, "%s", f->path);
	rc = file_slurp(fd, f->path, 0, out, e);
	close(fd);
	return rc;
}

int
txn_read(struct txn *t, const char *path, struct buf *out, struct err *e)
{
	struct tfile *f = file_of(t, path, e);
	struct stat st;

	buf_reset(out);
	if (!f)
		return -1;
	if (f->put)
		return read_put(t, f, out, e);
	if (look(t, f, e))
		return -1;
	if (!f->base.st_ino)
		return 1;
	if (file_read(t->p.rootfd, path, 0, out, &st, e))
		return -1;
	return stat_same(&st, &f->base) ? 0 : changed(f, e);
}

static int
allowed(struct txn *t, struct tfile *f, struct err *e)
{
	if (t->broken)
		return err_set(e, ERR_BUG, "put after a failed commit");
	return find_state(t, f, e) ? -1 : whole(f, e);
}

/* An edit of the user's may be committed as it is, not overwritten. */
static int
keeps_edit(
    struct txn *t, struct tfile *f, const struct buf *data, struct err *e)
{
	struct buf now = { 0 };
	struct stat st;
	bool same = false;
	int rc = 0;

	if (f->state != TXN_EDITED || f->adopted)
		return 0;
	if (!data || !f->base.st_ino) {
		same = !data && !f->base.st_ino;
	} else {
		rc = file_read(t->p.rootfd, f->path, 0, &now, &st, e);
		if (!rc && !stat_same(&st, &f->base))
			rc = changed(f, e);
		same = !rc && span_eq(buf_span(&now), buf_span(data));
	}
	buf_release(&now);
	if (rc || same)
		return rc;
	return err_set(
	    e, ERR_BUSY, "%s: has changes that are not committed yet", f->path);
}

static int
spool(struct txn *t, struct tfile *f, struct buf *data, struct err *e)
{
	if (!t->pack && !(t->pack = pack_new(&t->p, e)))
		return -1;
	snprintf(f->tmp, sizeof f->tmp, "w%u", t->seq++);
	return pack_blob(t->pack, f->tmp, f->mode == MODE_EXEC ? 0777 : 0666,
	    data, &f->id, e);
}

int
txn_put(struct txn *t, const char *path, struct buf *data, struct err *e)
{
	struct tfile *f = file_of(t, path, e);
	int rc = 0;

	if (!f || allowed(t, f, e) || keeps_edit(t, f, data, e))
		return -1;
	buf_release(&f->data);
	if (t->bulk) {
		/* The threads may still write to the old name's slot. */
		if (f->tmp[0] && pack_wait(t->pack, e))
			return -1;
		rc = spool(t, f, data, e);
	} else {
		f->data = *data;
		memset(data, 0, sizeof *data);
	}
	f->put = !rc;
	f->removed = false;
	return rc;
}

int
txn_may_put(struct txn *t, const char *path, struct err *e)
{
	struct tfile *f = file_of(t, path, e);

	return !f || allowed(t, f, e) || keeps_edit(t, f, NULL, e) ? -1 : 0;
}

int
txn_remove(struct txn *t, const char *path, struct err *e)
{
	struct tfile *f = file_of(t, path, e);

	if (!f || allowed(t, f, e) || keeps_edit(t, f, NULL, e))
		return -1;
	if (f->tmp[0] && pack_wait(t->pack, e))
		return -1;
	buf_release(&f->data);
	f->tmp[0] = '\0';
	memset(&f->id, 0, sizeof f->id);
	f->put = f->removed = true;
	return 0;
}

void
txn_bulk(struct txn *t)
{
	t->bulk = true;
}
