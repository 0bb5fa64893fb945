#include "store/recover.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/git/plumb.h"
#include "store/publish.h"
#include "store/ref.h"
#include "store/txn.h"

int
write_reflogs(
    struct place *p, struct repo *r, const struct journal *j, struct err *e)
{
	struct span who = span(j->who), what = span(j->what);
	bool make = repo_config_bool(r, "core.logallrefupdates", true);

	if (strcmp(j->ref, "HEAD") != 0 &&
	    reflog_add(p->gitfd, j->ref, make, &j->old, &j->id, who, what, e))
		return -1;
	return reflog_add(
	    p->gitfd, "HEAD", make, &j->old, &j->id, who, what, e);
}

/*
 * A file is ours to finish where HEAD has it as the journal's commit does. The
 * user may have committed, reset or switched since.
 */
static size_t
choose_files(struct repo *r, struct journal *j, const struct oid *head)
{
	struct oid in_head;
	size_t i, left = 0;
	unsigned mode;

	for (i = 0; i < j->n; i++) {
		struct jfile *f = &j->file[i];

		f->skip =
		    repo_entry(r, head, f->path, &in_head, &mode, NULL) < 0 ||
		    strcmp(in_head.hex, f->id.hex) != 0;
		left += !f->skip;
	}
	return left;
}

/* Takes index.lock again, with the same file so that it stays known as ours. */
static int
relock_index(
    struct place *p, struct journal *j, int64_t deadline, struct err *e)
{
	struct gitlock *l = &j->lock[JL_INDEX];
	struct stat st;
	unsigned times = 0;
	int rc;

	if (fstatat(p->tmpfd, l->tmp, &st, AT_SYMLINK_NOFOLLOW) ||
	    st.st_ino != l->ino) {
		if (gitlock_make(p, l, "index.lock", "ixlock", span(""), e) ||
		    journal_make(p, j, e) || journal_put(p, e))
			return -1;
	}
	while ((rc = gitlock_take(p, l, e)) == 1)
		if (!nap(deadline, &times))
			return err_set(e, ERR_BUSY,
			    "an interrupted change waits to be completed, but "
			    "git holds .git/index.lock; if no git command is "
			    "running, remove that file");
	return rc;
}

static int
roll_forward(struct place *p, struct repo *r, struct journal *j,
    int64_t deadline, struct err *e)
{
	struct index_copy c = { 0 };
	int fd = -1, rc = -1;

	switch (place_read_lock(p, LOCK_EX, deadline, &fd, e)) {
	case 0:
		break;
	case 1:
		return err_set(e, ERR_BUSY, "a reader holds the store");
	default:
		return -1;
	}
	if (!relock_index(p, j, deadline, e) && !index_load(p, &c, e) &&
	    !publish_files(p, r, j, e) && !publish_index(p, j, &c, e) &&
	    !publish_sync(p, j, e))
		rc = 0;
	index_release(&c);
	gitlock_drop(p, &j->lock[JL_INDEX]);
	close(fd);
	return rc;
}

static int
recover_journal(
    struct place *p, struct journal *j, int64_t deadline, struct err *e)
{
	struct repo *r = NULL;
	struct head h = { 0 };
	size_t left = 0, i;
	int rc = -1;

	for (i = 0; i < 3; i++)
		gitlock_drop(p, &j->lock[i]);
	if (repo_open(&r, p->root, e) || head_read(p->gitfd, &h, e))
		goto out;
	if (strcmp(h.id.hex, j->old.hex) != 0)
		left = choose_files(r, j, &h.id);
	if (left && roll_forward(p, r, j, deadline, e))
		goto out;
	if (!strcmp(h.id.hex, j->id.hex) && !strcmp(h.name.p, j->ref) &&
	    write_reflogs(p, r, j, e))
		goto out;
	rc = journal_drop(p, e);
out:
	head_release(&h);
	repo_free(r);
	return rc;
}

int
recover(struct place *p, int64_t deadline, struct err *e)
{
	struct journal j;
	int rc = journal_read(p, &j, e);

	if (rc < 0)
		return -1;
	if (rc == 0) {
		rc = recover_journal(p, &j, deadline, e);
		journal_release(&j);
		if (rc)
			return err_prefix(
			    e, "cannot complete an interrupted change: ");
	}
	place_clean(p);
	return 0;
}

static int
recover_for_reader(struct place *p, int64_t deadline, struct err *e)
{
	int fd, rc = place_lock(p, "lock", LOCK_EX, deadline, &fd, e);
	mode_t mask;

	if (rc)
		return rc < 0 ? -1
			      : err_set(e, ERR_BUSY,
				    "another command is changing the store");
	mask = umask(077);
	rc = recover(p, deadline, e);
	umask(mask);
	close(fd);
	return rc;
}

int
txn_read_lock(const char *root, int *fd, struct err *e)
{
	const int64_t deadline = clock_ms() + 30000;
	struct place p = { 0 };
	struct err own = { 0 };
	int rc = -1;

	*fd = -1;
	if (place_open(&p, root, true, &own)) {
		/* Nowhere to lock: a read-only disk, another's store, or no
		 * repository at all, of which writers will complain. */
		err_release(&own);
		return 0;
	}
	for (;;) {
		rc = place_read_lock(&p, LOCK_SH, deadline, fd, e);
		if (rc == 1)
			err_set(e, ERR_BUSY,
			    "another command is changing the store");
		/* Who writes a journal holds `read` until it is gone; one
		 * seen here was left by a kill. */
		if (rc || !journal_there(&p))
			break;
		close(*fd);
		*fd = -1;
		rc = recover_for_reader(&p, deadline, e);
		if (rc)
			break;
	}
	place_release(&p);
	return rc ? -1 : 0;
}
