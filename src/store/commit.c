/*
 * commit: the protocol of txn.h, steps 2 to 8.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "store/git/plumb.h"
#include "store/maintain.h"
#include "store/recover.h"
#include "store/txn_impl.h"

struct commit {
	struct txn *t;
	struct objects obj;
	struct journal j;
	struct dirs made;
	int64_t deadline;
	bool journaled;
	bool journal_made; /* it lies in tmp */
	bool head_moved;   /* to another commit, meanwhile */
};

static int
by_path(const void *a, const void *b)
{
	return strcmp(
	    ((const struct jfile *)a)->path, ((const struct jfile *)b)->path);
}

/* Step 2, the blobs: what differs from HEAD becomes a line of the journal. */
static int
write_blobs(struct commit *c, struct err *e)
{
	struct txn *t = c->t;
	size_t i;

	if (t->pack && pack_wait(t->pack, e))
		return -1;
	c->obj.pack = t->pack;
	for (i = 0; i < t->n; i++) {
		struct tfile *f = t->file[i];
		struct jfile *j;

		if (!f->put)
			continue;
		if (!f->removed && !f->tmp[0] &&
		    objects_put(
			&c->obj, OBJ_BLOB, buf_span(&f->data), &f->id, e))
			return -1;
		if (!strcmp(f->id.hex, f->head.hex))
			continue;
		GROW(c->j.file, c->j.n, c->j.cap);
		j = &c->j.file[c->j.n++];
		memset(j, 0, sizeof *j);
		j->path = xstrdup(f->path);
		j->work = f->work;
		j->index = f->index;
		j->id = f->id;
		j->mode = f->mode;
		j->based = true;
		j->base = f->base;
		j->racy = f->racy;
		if (strcmp(f->id.hex, f->work.hex) != 0)
			memcpy(j->tmp, f->tmp, sizeof j->tmp);
	}
	if (c->j.n)
		qsort(c->j.file, c->j.n, sizeof *c->j.file, by_path);
	return 0;
}

/* Step 2, the tree and the commit. */
static int
write_commit(struct commit *c, const char *message, struct err *e)
{
	const struct oid *old = &c->t->head.id;
	struct change *ch = xcalloc(c->j.n, sizeof *ch);
	struct buf text = { 0 };
	struct oid was, tree;
	bool made;
	size_t i;
	int rc = -1;

	for (i = 0; i < c->j.n; i++) {
		ch[i].path = c->j.file[i].path;
		ch[i].id = c->j.file[i].id;
		ch[i].mode = c->j.file[i].mode;
	}
	if (!repo_tree(c->t->repo, old, &was, e) &&
	    !tree_edit(&c->obj, &was, ch, c->j.n, &tree, e) &&
	    !repo_commit_text(c->t->repo, &tree, old, message, &text, e) &&
	    !objects_put(&c->obj, OBJ_COMMIT, buf_span(&text), &c->j.id, e))
		rc = 0;
	if (!rc && c->t->pack)
		rc = pack_finish(c->t->pack, &made, e);
	buf_release(&text);
	free(ch);
	return rc;
}

/* Step 3. In bulk they are there already, and one sync is enough for all. */
static int
write_tmps(struct commit *c, struct err *e)
{
	struct txn *t = c->t;
	size_t i, k;

	for (i = 0; i < c->j.n; i++) {
		struct jfile *j = &c->j.file[i];
		struct tfile *f;

		if (j->tmp[0] || !strcmp(j->id.hex, j->work.hex) ||
		    !j->id.hex[0])
			continue;
		k = strmap_get(&t->by_path, span(j->path));
		f = t->file[k];
		snprintf(j->tmp, sizeof j->tmp, "w%u", t->seq++);
		if (place_tmp(&t->p, j->tmp, buf_span(&f->data),
			j->mode == MODE_EXEC ? 0777 : 0666, NULL, e))
			return -1;
	}
	if (t->pack && t->p.sync && syncfs(t->p.tmpfd))
		return err_errno(e, "cannot sync .git");
	/* Not their folder: recovery makes a missing one from its blob. */
	return 0;
}

/* What will stand in the reflogs, as git commit writes it. */
static int
fill_journal(struct commit *c, const char *message, struct err *e)
{
	struct txn *t = c->t;
	struct place *p = &t->p;
	struct journal *j = &c->j;
	struct buf who = { 0 };
	char id[OID_HEX + 2], *ref = xasprintf("%s.lock", t->head.name.p);
	int rc = -1;

	j->ref = xstrdup(t->head.name.p);
	j->old = t->head.id;
	j->what =
	    xasprintf("commit%s: %.*s", t->head.id.hex[0] ? "" : " (initial)",
		(int)strcspn(message, "\n"), message);
	snprintf(id, sizeof id, "%s\n", j->id.hex);
	rc = repo_committer(t->repo, &j->old, &who, e);
	j->who = buf_detach(&who);
	if (!rc)
		rc = gitlock_make(
		    p, &j->lock[JL_INDEX], "index.lock", "ixlock", span(""), e);
	if (!rc && strcmp(j->ref, "HEAD") != 0)
		rc = gitlock_make(
		    p, &j->lock[JL_HEAD], "HEAD.lock", "hdlock", span(""), e);
	if (!rc)
		rc = gitlock_make(
		    p, &j->lock[JL_REF], ref, "reflock", span(id), e);
	free(ref);
	return rc;
}

static void
drop_locks(struct commit *c)
{
	int i;

	for (i = 2; i >= 0; i--)
		if (c->j.lock[i].held)
			gitlock_drop(&c->t->p, &c->j.lock[i]);
}

/* Undoes step 4 and 5. The journal goes last, for it tells of the locks. */
static void
back_out(struct commit *c)
{
	drop_locks(c);
	dirs_undo(&c->t->p, &c->made);
	if (c->journaled)
		(void)journal_drop(&c->t->p, NULL);
	c->journaled = false;
	if (c->t->readfd >= 0)
		close(c->t->readfd);
	c->t->readfd = -1;
}

/*
 * Ends steps 2 to 4 but for the journal's place: all that was written is
 * synced in one row, then the objects get their names.
 */
static int
settle(struct commit *c, struct err *e)
{
	if (journal_make(&c->t->p, &c->j, e))
		return -1;
	c->journal_made = true;
	if (place_flush(&c->t->p, e))
		return -1;
	c->t->p.defer = false;
	return objects_place(&c->obj, e) || objects_sync(&c->obj, e) ? -1 : 0;
}

/* The folders of a new branch's ref: "refs/heads/new/name". */
static int
ref_dirs(struct commit *c, struct err *e)
{
	return file_mkdirs(c->t->p.gitfd, c->j.ref, e);
}

/* Steps 4 and 5 once. 0; 1 where git holds a lock; -1. */
static int
lock_once(struct commit *c, struct err *e)
{
	struct place *p = &c->t->p;
	int i, rc;

	/* Readers need not wait while git has the index for longer. */
	if (faccessat(p->gitfd, "index.lock", F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return 1;
	rc = place_read_lock(p, LOCK_EX, c->deadline, &c->t->readfd, e);
	if (rc == 1)
		err_set(e, ERR_BUSY, "a reader holds the store; try again");
	if (rc)
		return -1;
	if (!c->journal_made && journal_make(p, &c->j, e))
		return -1;
	c->journal_made = false;
	c->journaled = true;
	if (journal_put(p, e) || ref_dirs(c, e))
		return -1;
	for (i = 0; i < 3; i++) {
		if (!c->j.lock[i].path)
			continue;
		rc = gitlock_take(p, &c->j.lock[i], e);
		if (rc)
			return rc;
	}
	return 0;
}

static int
lock_all(struct commit *c, struct err *e)
{
	unsigned times = 0;
	int rc;

	while ((rc = lock_once(c, e)) == 1) {
		back_out(c);
		if (!nap(c->deadline, &times))
			return err_set(e, ERR_BUSY,
			    "git holds a lock in .git (index.lock, HEAD.lock "
			    "or that of the branch); if no git command is "
			    "running, remove that file");
	}
	return rc;
}

static int
moved(const char *what, struct err *e)
{
	return err_set(e, ERR_BUSY,
	    "%s: changed by somebody else meanwhile; try again", what);
}

static int
check_file(struct commit *c, const struct jfile *j, struct err *e)
{
	struct place *p = &c->t->p;
	struct gindex_entry en;
	struct stat st;
	struct oid now;

	gindex_get(c->t->index.ix, j->path, &en);
	if (en.conflict || strcmp(en.id.hex, j->index.hex) != 0 ||
	    work_stat(p, j->path, &st, NULL))
		return moved(j->path, e);
	if (!stat_same(&st, &j->base))
		return moved(j->path, e);
	/* An edit in the tick of our first look shows in the content only. */
	if (st.st_ino && j->racy &&
	    (work_hash(p, j->path, &now, &st, e) ||
		strcmp(now.hex, j->work.hex) != 0))
		return moved(j->path, e);
	return 0;
}

/* Step 5, the checks: all is still as it was when the new content was made. */
static int
check_unchanged(struct commit *c, struct err *e)
{
	struct txn *t = c->t;
	struct head h = { 0 };
	size_t i;
	int rc = head_read(t->p.gitfd, &h, e);

	if (!rc && strcmp(h.name.p, c->j.ref) != 0)
		rc = moved("HEAD", e);
	c->head_moved = !rc && strcmp(h.id.hex, c->j.old.hex) != 0;
	if (c->head_moved)
		rc = moved("HEAD", e);
	head_release(&h);
	if (rc || index_load(&t->p, &t->index, e))
		return -1;
	for (i = 0; i < c->j.n; i++)
		if (check_file(c, &c->j.file[i], e))
			return -1;
	return publish_dirs(&t->p, &c->j, &c->made, e);
}

/*
 * Step 6. 0; 1 where the branch moved but it is not known to last; -1. An
 * error of rename() says nothing yet: what the ref holds counts.
 */
static int
move_ref(struct commit *c, struct err *e)
{
	struct place *p = &c->t->p;
	struct gitlock *l = &c->j.lock[JL_REF];
	struct oid now;
	const char *slash = strrchr(c->j.ref, '/');
	char *dir;
	int rc;

	rc = renameat(p->gitfd, l->path, p->gitfd, c->j.ref);
	/* An empty folder where branches of that name were. */
	if (rc && errno == EISDIR &&
	    !unlinkat(p->gitfd, c->j.ref, AT_REMOVEDIR))
		rc = renameat(p->gitfd, l->path, p->gitfd, c->j.ref);
	if (rc) {
		err_errno(e, ".git/%s", c->j.ref);
		if (ref_read(p->gitfd, c->j.ref, &now, NULL))
			return 1;
		if (strcmp(now.hex, c->j.id.hex) != 0)
			return -1;
		err_release(e);
	}
	l->held = false;
	dir = slash ? xstrndup(c->j.ref, (size_t)(slash - c->j.ref))
		    : xstrdup("");
	rc = place_sync_dir(p, p->gitfd, dir, e) ? 1 : 0;
	free(dir);
	return rc;
}

/* Steps 7 and 8. */
static int
finish(struct commit *c, struct err *e)
{
	struct txn *t = c->t;

	if (write_reflogs(&t->p, t->repo, &c->j, e) ||
	    publish_files(&t->p, t->repo, &c->j, e) ||
	    publish_index(&t->p, &c->j, &t->index, e) ||
	    publish_sync(&t->p, &c->j, e))
		return -1;
	drop_locks(c);
	if (journal_drop(&t->p, e))
		return -1;
	c->journaled = false;
	return 0;
}

/* The commit stands but not all that follows does: try that once more. */
static int
unsure(struct commit *c, struct err *e)
{
	struct txn *t = c->t;
	struct err why = { 0 };

	index_release(&t->index);
	drop_locks(c);
	if (t->readfd >= 0)
		close(t->readfd);
	t->readfd = -1;
	if (c->journaled && recover(&t->p, clock_ms() + 1000, &why))
		t->broken = true;
	else
		c->journaled = false;
	err_release(&why);
	e->code = ERR_UNSURE;
	return err_prefix(
	    e, "committed, but it is not sure to outlast a power cut: ");
}

/* Somebody committed meanwhile: 0 where that left our files as they were and
   our commit can be made anew on theirs; 1 where it did not. */
static int
follow_head(struct commit *c, struct err *e)
{
	struct txn *t = c->t;
	struct oid now;
	unsigned mode;
	size_t i;

	head_release(&t->head);
	if (head_read(t->p.gitfd, &t->head, e))
		return -1;
	if (strcmp(t->head.name.p, c->j.ref) != 0)
		return 1;
	for (i = 0; i < c->j.n; i++) {
		size_t k = strmap_get(&t->by_path, span(c->j.file[i].path));
		int rc = repo_entry(t->repo, &t->head.id, c->j.file[i].path,
		    &now, &mode, e);

		if (rc < 0)
			return -1;
		if (strcmp(now.hex, t->file[k]->head.hex) != 0)
			return 1;
	}
	journal_unname(&c->j);
	c->journal_made = false;
	t->p.defer = true;
	err_release(e);
	return 0;
}

/* Steps 2 to 6 once. 0; 1 as move_ref(); -1. */
static int
attempt(struct commit *c, const char *message, struct err *e)
{
	int rc;

	c->head_moved = false;
	if (write_commit(c, message, e) || write_tmps(c, e) ||
	    fill_journal(c, message, e) || settle(c, e) || lock_all(c, e) ||
	    check_unchanged(c, e)) {
		back_out(c);
		return -1;
	}
	mem_status(ERR_UNSURE);
	rc = move_ref(c, e);
	if (rc < 0) {
		mem_status(ERR_BUG);
		back_out(c);
	}
	return rc;
}

static int
run(struct commit *c, const char *message, struct err *e)
{
	struct txn *t = c->t;
	unsigned times = 0;
	int rc = attempt(c, message, e);

	/* a pack is written once: a large change asks to be tried again */
	while (rc < 0 && c->head_moved && !t->pack &&
	    nap(c->deadline, &times) && follow_head(c, e) == 0)
		rc = attempt(c, message, e);
	if (rc < 0)
		return -1;
	t->head.id = c->j.id;
	if (rc == 0)
		rc = finish(c, e);
	if (rc)
		return unsure(c, e);
	close(t->readfd);
	t->readfd = -1;
	return 0;
}

int
txn_commit(struct txn *t, const char *message, struct oid *id, struct err *e)
{
	struct commit c = { .t = t };
	struct err own = { 0 };
	int rc = -1;

	memset(id, 0, sizeof *id);
	if (t->broken)
		return err_set(e, ERR_BUG, "commit after a failed commit");
	if (!e)
		e = &own;
	c.deadline = clock_ms() + t->wait_ms;
	objects_init(&c.obj, &t->p, t->repo);
	/* a large change is synced as a whole (write_tmps) */
	t->p.defer = !t->pack;
	if (write_blobs(&c, e))
		goto out;
	rc = c.j.n ? run(&c, message, e) : 0;
	/* After a commit that stands, all is looked at anew. */
	if (!rc || e->code == ERR_UNSURE) {
		*id = c.j.id;
		t->committed = c.j.n > 0;
		txn_forget(t);
		maintain_count(&t->p, c.obj.bytes, c.obj.count);
	}
out:
	t->p.defer = false;
	place_forget(&t->p);
	objects_release(&c.obj);
	dirs_release(&c.made);
	journal_release(&c.j);
	err_release(&own);
	return rc;
}
