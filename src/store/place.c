#include "store/place.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "store/git/plumb.h"

/*
 * Readers make these, too, under any umask, so that the mode is given here;
 * more than the owner's only where .git itself is open to a group.
 */
static mode_t
mode_in(const struct place *p, mode_t all)
{
	struct stat st;

	return fstat(p->gitfd, &st) == 0 && (st.st_mode & S_IWGRP) ? all
								   : all & 0700;
}

static int
open_dir(const struct place *p, int fd, const char *name, bool make)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int got = openat(fd, name, flags);

	if (got < 0 && errno == ENOENT && make) {
		if (mkdirat(fd, name, mode_in(p, 0777)) && errno != EEXIST)
			return -1;
		got = openat(fd, name, flags);
	}
	return got;
}

int
place_open(struct place *p, const char *root, bool make, struct err *e)
{
	p->root = xstrdup(root);
	p->gitfd = p->crmfd = p->tmpfd = -1;
	p->sync = sync_wanted();
	p->rootfd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (p->rootfd < 0) {
		err_errno(e, "%s", root);
		goto fail;
	}
	p->gitfd = open_dir(p, p->rootfd, ".git", false);
	if (p->gitfd < 0) {
		if (errno == ENOENT)
			err_set(e, ERR_NOENT,
			    "%s: no git repository here; crm init makes one",
			    root);
		else if (errno == ENOTDIR || errno == ELOOP)
			err_set(e, ERR_DATA,
			    "%s: a linked work tree or submodule cannot be a "
			    "store",
			    root);
		else
			err_errno(e, "%s/.git", root);
		goto fail;
	}
	p->crmfd = open_dir(p, p->gitfd, "crm", make);
	if (p->crmfd >= 0)
		p->tmpfd = open_dir(p, p->crmfd, "tmp", make);
	if (p->tmpfd < 0) {
		err_errno(e, "%s/.git/crm", root);
		goto fail;
	}
	return 0;
fail:
	place_release(p);
	return -1;
}

static void
shut(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void
place_release(struct place *p)
{
	if (!p->root)
		return;
	shut(&p->tmpfd);
	shut(&p->crmfd);
	shut(&p->gitfd);
	shut(&p->rootfd);
	place_forget(p);
	free(p->later);
	p->later = NULL;
	p->later_cap = 0;
	free(p->root);
	p->root = NULL;
}

void
place_clean(struct place *p)
{
	int fd = openat(p->tmpfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dp = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *d;

	if (!dp) {
		shut(&fd);
		return;
	}
	while ((d = readdir(dp)))
		if (strcmp(d->d_name, ".") && strcmp(d->d_name, ".."))
			(void)unlinkat(p->tmpfd, d->d_name, 0);
	closedir(dp);
}

/* Descriptors that are kept open to be synced later. */
enum { LATER_MAX = 128 };

int
place_tmp(struct place *p, const char *name, struct span data, mode_t mode,
    struct stat *st, struct err *e)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	bool sync = p->sync && data.n;
	int fd, rc = -1;

	fd = openat(p->tmpfd, name, flags, mode);
	/* A leftover of that name may be read-only or a link to a lock. */
	if (fd < 0 && errno == EEXIST && !unlinkat(p->tmpfd, name, 0))
		fd = openat(p->tmpfd, name, flags, mode);
	if (fd < 0)
		return err_errno(e, ".git/crm/tmp/%s", name);
	if (file_write_all(fd, data.p, data.n) ||
	    (sync && !p->defer && fsync(fd)) || (st && fstat(fd, st)))
		err_errno(e, ".git/crm/tmp/%s", name);
	else
		rc = 0;
	if (!rc && sync && p->defer) {
		if (p->nlater == LATER_MAX && place_flush(p, e)) {
			close(fd);
			return -1;
		}
		GROW(p->later, p->nlater, p->later_cap);
		p->later[p->nlater++] = fd;
		return 0;
	}
	if (close(fd) && errno != EINTR && !rc)
		rc = err_errno(e, ".git/crm/tmp/%s", name);
	return rc;
}

int
place_flush(struct place *p, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; i < p->nlater; i++) {
		if (!rc && fsync(p->later[i]))
			rc = err_errno(e, "cannot sync .git");
		if (close(p->later[i]) && errno != EINTR && !rc)
			rc = err_errno(e, "cannot sync .git");
	}
	p->nlater = 0;
	return rc;
}

void
place_forget(struct place *p)
{
	for (size_t i = 0; i < p->nlater; i++)
		close(p->later[i]);
	p->nlater = 0;
}

int
place_sync_dir(const struct place *p, int fd, const char *dir, struct err *e)
{
	if (!p->sync || file_fsync_dir(fd, dir) == 0)
		return 0;
	return err_errno(e, "cannot sync %s", dir[0] ? dir : "a folder");
}

bool
nap(int64_t deadline, unsigned *times)
{
	struct timespec ts = { 0, 0 };
	int64_t left = deadline - clock_ms();
	int64_t ms = 1 + (*times)++ / 4;

	if (left <= 0)
		return false;
	if (ms > 10)
		ms = 10;
	ts.tv_nsec = (ms < left ? ms : left) * 1000000;
	nanosleep(&ts, NULL);
	return true;
}

int
place_lock(struct place *p, const char *name, int how, int64_t deadline,
    int *fd, struct err *e)
{
	int flags = O_RDONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC;
	unsigned times = 0;

	*fd = openat(p->crmfd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (*fd < 0 && errno == ENOENT)
		*fd = openat(p->crmfd, name, flags, mode_in(p, 0666));
	if (*fd < 0)
		return err_errno(e, ".git/crm/%s", name);
	while (flock(*fd, how | LOCK_NB)) {
		if (errno != EWOULDBLOCK && errno != EINTR) {
			err_errno(e, ".git/crm/%s: cannot lock", name);
			shut(fd);
			return -1;
		}
		if (!nap(deadline, &times)) {
			shut(fd);
			return 1;
		}
	}
	return 0;
}

int
place_read_lock(
    struct place *p, int how, int64_t deadline, int *fd, struct err *e)
{
	int gate, rc = place_lock(p, "gate", how, deadline, &gate, e);

	*fd = -1;
	if (rc)
		return rc;
	rc = place_lock(p, "read", how, deadline, fd, e);
	close(gate);
	return rc;
}

int
gitlock_make(struct place *p, struct gitlock *l, const char *path,
    const char *tmp, struct span content, struct err *e)
{
	struct stat st;

	if (place_tmp(p, tmp, content, 0666, &st, e))
		return -1;
	free(l->path);
	l->path = xstrdup(path);
	l->tmp = tmp;
	l->ino = st.st_ino;
	l->held = false;
	return 0;
}

/*
 * Is there a file at the lock's path, and is it ours? As long as the file in
 * tmp is there, its number cannot become that of another file; once it is
 * gone, as in a copy of the store, the number alone says nothing.
 */
static bool
is_ours(struct place *p, const struct gitlock *l)
{
	struct stat lock, own;

	return l->ino && l->path &&
	       fstatat(p->gitfd, l->path, &lock, AT_SYMLINK_NOFOLLOW) == 0 &&
	       fstatat(p->tmpfd, l->tmp, &own, AT_SYMLINK_NOFOLLOW) == 0 &&
	       lock.st_ino == l->ino && own.st_ino == l->ino &&
	       lock.st_dev == own.st_dev;
}

int
gitlock_take(struct place *p, struct gitlock *l, struct err *e)
{
	/* A link, not O_EXCL: the inode is known, and in the journal, before
	 * the lock is there, so a lock left by a kill is known as ours. */
	if (linkat(p->tmpfd, l->tmp, p->gitfd, l->path, 0) == 0) {
		l->held = true;
		return 0;
	}
	if (errno == EEXIST)
		return 1;
	if (errno == EPERM || errno == ENOTSUP || errno == ENOSYS)
		return err_set(e, ERR_IO,
		    ".git/%s: this file system has no hard links, which a "
		    "store needs",
		    l->path);
	return err_errno(e, ".git/%s: cannot lock", l->path);
}

void
gitlock_drop(struct place *p, struct gitlock *l)
{
	unsigned times = 0;

	/* Tried again, since what is left here blocks every git command. */
	while (is_ours(p, l) && unlinkat(p->gitfd, l->path, 0) && times < 3)
		times++;
	l->held = false;
}

void
gitlock_release(struct gitlock *l)
{
	free(l->path);
	memset(l, 0, sizeof *l);
}
