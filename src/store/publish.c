#include "store/publish.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "store/git/plumb.h"

/* More folders than this are synced by one syncfs. */
enum { MANY_DIRS = 64 };

/* The folder of path, open; *base is the rest. */
static int
open_parent(struct place *p, const char *path, const char **base)
{
	const char *slash = strrchr(path, '/');
	char *dir =
	    slash ? xstrndup(path, (size_t)(slash - path)) : xstrdup(".");
	int fd = file_open(p->rootfd, dir, O_PATH | O_DIRECTORY | O_CLOEXEC, 0);

	*base = slash ? slash + 1 : path;
	free(dir);
	return fd;
}

static int
make_dirs(struct place *p, const char *path, struct dirs *made, struct err *e)
{
	const char *base, *slash;
	int fd = open_parent(p, path, &base), rc;
	char *dir;

	if (fd >= 0)
		return close(fd), 0;
	if (errno != ENOENT)
		return err_errno(e, "%s", path);
	slash = strrchr(path, '/');
	dir = xstrndup(path, slash ? (size_t)(slash - path) : 0);
	rc = make_dirs(p, dir, made, e);
	fd = rc ? -1 : open_parent(p, dir, &base);
	if (!rc && (fd < 0 || (mkdirat(fd, base, 0777) && errno != EEXIST)))
		rc = err_errno(e, "%s", dir);
	if (!rc)
		rc = place_sync_dir(p, fd, "", e);
	if (fd >= 0)
		close(fd);
	if (!rc) {
		GROW(made->path, made->n, made->cap);
		made->path[made->n++] = dir;
		dir = NULL;
	}
	free(dir);
	return rc;
}

/* After the commit point it would be too late to find that out. */
static int
check_parent(struct place *p, const char *path, struct err *e)
{
	const char *base;
	struct stat dir, tmp;
	int fd = open_parent(p, path, &base), rc = 0;

	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0 || fstat(fd, &dir) || fstat(p->tmpfd, &tmp) ||
	    faccessat(fd, ".", W_OK | X_OK, 0))
		rc = err_errno(e, "%s: cannot write to its folder", path);
	else if (dir.st_dev != tmp.st_dev)
		rc = err_set(
		    e, ERR_DATA, "%s: on another file system than .git", path);
	if (fd >= 0)
		close(fd);
	return rc;
}

int
publish_dirs(
    struct place *p, const struct journal *j, struct dirs *made, struct err *e)
{
	size_t i;

	for (i = 0; i < j->n; i++) {
		const struct jfile *f = &j->file[i];

		if ((f->tmp[0] && make_dirs(p, f->path, made, e)) ||
		    check_parent(p, f->path, e))
			return -1;
	}
	return 0;
}

void
dirs_release(struct dirs *made)
{
	while (made->n)
		free(made->path[--made->n]);
	free(made->path);
	memset(made, 0, sizeof *made);
}

void
dirs_undo(struct place *p, struct dirs *made)
{
	size_t i;

	for (i = made->n; i > 0; i--) {
		const char *base;
		int fd = open_parent(p, made->path[i - 1], &base);

		if (fd < 0)
			continue;
		(void)unlinkat(fd, base, AT_REMOVEDIR);
		close(fd);
	}
	dirs_release(made);
}

/* Makes tmp/NAME from the blob unless it holds it: recovery after a stop. */
static int
ensure_tmp(struct place *p, struct repo *r, struct jfile *f, struct err *e)
{
	struct buf b = { 0 };
	struct oid id = { "" };
	int rc = 0, fd;

	if (!f->tmp[0])
		strcpy(f->tmp, "again");
	fd = openat(p->tmpfd, f->tmp, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0) {
		rc = file_slurp(fd, f->tmp, 0, &b, e);
		close(fd);
		if (!rc)
			rc = obj_hash(OBJ_BLOB, buf_span(&b), &id, e);
	}
	if (!rc && strcmp(id.hex, f->id.hex) != 0) {
		rc = repo_object(r, &f->id, OBJ_BLOB, &b, e);
		if (!rc)
			rc = place_tmp(p, f->tmp, buf_span(&b),
			    f->mode == MODE_EXEC ? 0777 : 0666, NULL, e);
	}
	buf_release(&b);
	return rc;
}

/* Folders that became empty go, as with git. */
static void
prune_dirs(struct place *p, const char *path)
{
	char *dir = xstrdup(path), *slash;
	const char *base;
	bool gone = true;

	while (gone && (slash = strrchr(dir, '/'))) {
		int fd;

		*slash = '\0';
		fd = open_parent(p, dir, &base);
		gone = fd >= 0 && unlinkat(fd, base, AT_REMOVEDIR) == 0;
		if (fd >= 0)
			close(fd);
	}
	free(dir);
}

static int
replace(struct place *p, struct jfile *f, struct err *e)
{
	const char *base;
	int fd = open_parent(p, f->path, &base), rc = 0;

	if (fd < 0 && errno == ENOENT && !f->id.hex[0])
		return 0;
	if (fd < 0)
		return err_errno(e, "%s", f->path);
	if (!f->id.hex[0]) {
		if (unlinkat(fd, base, 0) && errno != ENOENT)
			rc = err_errno(e, "%s: cannot remove", f->path);
		else
			prune_dirs(p, f->path);
	} else if (renameat(p->tmpfd, f->tmp, fd, base) ||
		   fstatat(fd, base, &f->st, AT_SYMLINK_NOFOLLOW)) {
		rc = err_errno(e, "%s: cannot put into place", f->path);
	}
	close(fd);
	f->done = !rc;
	return rc;
}

static int
publish_file(struct place *p, struct repo *r, struct jfile *f, struct err *e)
{
	struct oid now;
	struct stat st;
	struct dirs made = { 0 };
	int rc;

	if (f->skip)
		return 0;
	if (work_stat(p, f->path, &st, e))
		return -1;
	if (f->based && stat_same(&st, &f->base) && f->tmp[0])
		return replace(p, f, e);
	if (work_hash(p, f->path, &now, &st, e))
		return -1;
	if (!strcmp(now.hex, f->id.hex)) {
		f->done = true;
		f->st = st;
		return 0;
	}
	if (strcmp(now.hex, f->work.hex) != 0)
		return 0;
	if (!f->id.hex[0])
		return replace(p, f, e);
	if (ensure_tmp(p, r, f, e))
		return -1;
	rc = make_dirs(p, f->path, &made, e);
	dirs_release(&made);
	return rc ? -1 : replace(p, f, e);
}

/* Syncs the folder of path, or, where it is gone, the nearest that is there. */
static int
sync_parent(struct place *p, const char *path, struct err *e)
{
	char *dir = xstrdup(path), *slash;
	int rc = 0;

	do {
		slash = strrchr(dir, '/');
		if (slash)
			*slash = '\0';
		else
			dir[0] = '\0';
		rc = file_fsync_dir(p->rootfd, dir);
	} while (rc && errno == ENOENT && dir[0]);
	if (rc)
		err_errno(e, "cannot sync the folder of %s", path);
	free(dir);
	return rc;
}

static bool
same_dir(const char *a, const char *b)
{
	const char *x = strrchr(a, '/'), *y = strrchr(b, '/');
	size_t n = x ? (size_t)(x - a) : 0, m = y ? (size_t)(y - b) : 0;

	return n == m && !memcmp(a, b, n);
}

static int
sync_dirs(struct place *p, const struct journal *j, struct err *e)
{
	size_t i, n = 0;

	for (i = 0; i < j->n; i++)
		n += i == 0 || !same_dir(j->file[i].path, j->file[i - 1].path);
	if (!p->sync)
		return 0;
	if (n > MANY_DIRS)
		return syncfs(p->rootfd) ? err_errno(e, "cannot sync") : 0;
	for (i = 0; i < j->n; i++)
		if ((i == 0 ||
			!same_dir(j->file[i].path, j->file[i - 1].path)) &&
		    sync_parent(p, j->file[i].path, e))
			return -1;
	return 0;
}

int
publish_files(struct place *p, struct repo *r, struct journal *j, struct err *e)
{
	size_t i;
	int removing;

	/* What is removed last, or a folder that is to be filled would go. */
	for (removing = 0; removing < 2; removing++)
		for (i = 0; i < j->n; i++)
			if ((j->file[i].id.hex[0] == '\0') == removing &&
			    publish_file(p, r, &j->file[i], e))
				return -1;
	return 0;
}

/* An entry that is neither what we saw nor what we want is the user's. */
static void
index_entry(struct gindex *ix, const struct jfile *f)
{
	struct gindex_entry en;
	int absent = gindex_get(ix, f->path, &en);

	if (f->skip || en.conflict)
		return;
	if (strcmp(en.id.hex, f->index.hex) != 0 &&
	    strcmp(en.id.hex, f->id.hex) != 0)
		return;
	if (f->id.hex[0])
		gindex_set(
		    ix, f->path, &f->id, f->mode, f->done ? &f->st : NULL);
	else if (!absent)
		gindex_drop(ix, f->path);
}

/* The old one's, whatever the umask says; a new one's is that of its lock. */
static mode_t
index_mode(struct place *p, const struct index_copy *c)
{
	struct stat st;

	if (c->st.st_ino)
		return c->st.st_mode & 0777;
	if (fstatat(p->tmpfd, "ixlock", &st, AT_SYMLINK_NOFOLLOW))
		return 0600;
	return st.st_mode & 0777;
}

static int
write_index(struct place *p, const struct index_copy *c, struct span data)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	int fd, rc;

	if (unlinkat(p->tmpfd, "index", 0) && errno != ENOENT)
		return -1;
	fd = openat(p->tmpfd, "index", flags, 0600);
	if (fd < 0)
		return -1;
	rc = file_write_all(fd, data.p, data.n) ||
		     fchmod(fd, index_mode(p, c)) || (p->sync && fsync(fd))
		 ? -1
		 : 0;
	if (close(fd) && errno != EINTR)
		rc = -1;
	return rc ? -1 : renameat(p->tmpfd, "index", p->gitfd, "index");
}

int
publish_index(
    struct place *p, struct journal *j, struct index_copy *c, struct err *e)
{
	struct buf b = { 0 };
	int rc = 0;

	for (size_t i = 0; i < j->n; i++)
		index_entry(c->ix, &j->file[i]);
	gindex_smudge(c->ix, p->rootfd, &c->st.st_mtim);
	gindex_write(c->ix, &b);
	if (write_index(p, c, buf_span(&b)))
		rc = err_errno(e, ".git/index");
	buf_release(&b);
	index_release(c);
	return rc;
}

int
publish_sync(struct place *p, const struct journal *j, struct err *e)
{
	return place_sync_dir(p, p->gitfd, "", e) || sync_dirs(p, j, e) ? -1
									: 0;
}
