/* work: files of the work tree, and git's index, as a commit finds them. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "store/hash.h"
#include "store/publish.h"

int
work_stat(struct place *p, const char *path, struct stat *st, struct err *e)
{
	int fd = file_open(p->rootfd, path, O_PATH | O_CLOEXEC, 0), rc = 0;

	memset(st, 0, sizeof *st);
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (fd < 0 && (errno == ELOOP || errno == EXDEV))
		return err_set(
		    e, ERR_DATA, "%s: leads through a symbolic link", path);
	if (fd < 0 || fstat(fd, st))
		rc = err_errno(e, "%s", path);
	else if (!S_ISREG(st->st_mode))
		rc = err_set(e, ERR_DATA, "%s: not a plain file", path);
	if (fd >= 0)
		close(fd);
	return rc;
}

int
work_hash(struct place *p, const char *path, struct oid *out, struct stat *st,
    struct err *e)
{
	struct buf b = { 0 };
	int rc = work_stat(p, path, st, e);

	memset(out, 0, sizeof *out);
	if (rc || !st->st_ino)
		return rc;
	rc = file_read(p->rootfd, path, 0, &b, st, e);
	if (!rc)
		content_name(buf_span(&b), out);
	buf_release(&b);
	return rc;
}

static int
index_stat(struct place *p, struct stat *st, struct err *e)
{
	memset(st, 0, sizeof *st);
	if (fstatat(p->gitfd, "index", st, AT_SYMLINK_NOFOLLOW) == 0)
		return 0;
	memset(st, 0, sizeof *st);
	return errno == ENOENT ? 0 : err_errno(e, ".git/index");
}

static bool
index_same(struct place *p, const struct index_copy *c)
{
	struct stat st;

	return c->ix && !index_stat(p, &st, NULL) && stat_same(&st, &c->st);
}

int
index_load(struct place *p, struct index_copy *c, struct err *e)
{
	struct buf b = { 0 };
	int rc;

	if (index_same(p, c))
		return 0;
	index_release(c);
	if (index_stat(p, &c->st, e))
		return -1;
	/* git replaces the index by rename, so what is read is whole. */
	rc = c->st.st_ino ? file_read(p->gitfd, "index", 0, &b, &c->st, e) : 0;
	if (!rc)
		rc = gindex_read(&c->ix, &b, e);
	buf_release(&b);
	return rc;
}

void
index_release(struct index_copy *c)
{
	gindex_free(c->ix);
	memset(c, 0, sizeof *c);
}
