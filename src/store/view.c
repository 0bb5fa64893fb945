#include "store/view.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

struct work_view {
	struct view v;
	int dirfd;
};

struct found {
	char *path;
	size_t size;
};

struct listing {
	const char *suffix;
	size_t suffix_n;
	struct found *found;
	size_t n, cap;
	size_t size; /* of the last file that was asked */
};

/* Nothing there, or a file where a folder would have to be. */
static bool
is_absent(int dirfd, const char *path)
{
	int fd = file_open(dirfd, path, O_PATH | O_CLOEXEC, 0);

	if (fd >= 0)
		close(fd);
	return fd < 0 && (errno == ENOENT || errno == ENOTDIR);
}

static int
work_read(struct view *v, const char *path, struct buf *out, struct err *e)
{
	int dirfd = ((struct work_view *)v)->dirfd;
	struct err own = { 0 };
	int rc;

	buf_reset(out);
	rc = file_read(dirfd, path, 0, out, NULL, &own);
	if (rc && is_absent(dirfd, path))
		rc = 1;
	else if (rc)
		err_set(e, own.code, "%s", own.msg);
	err_release(&own);
	return rc;
}

/* The type of an entry, by stat only where the file system does not tell. */
static int
type_of(int fd, const struct dirent *d)
{
	struct stat st;

	if (d->d_type != DT_UNKNOWN)
		return d->d_type;
	if (fstatat(fd, d->d_name, &st, AT_SYMLINK_NOFOLLOW))
		return DT_UNKNOWN;
	return IFTODT(st.st_mode);
}

static int walk(struct listing *l, int fd, const char *dir, struct err *e);

/*
 * Sizes serve to share work among threads; asking for all would be half of the
 * listing's time. Files of a table are alike: a sample does, of which the first
 * few are closest together.
 */
static void
add(struct listing *l, int fd, const char *name, char *path)
{
	enum { SAMPLE = 32 };
	struct stat st;

	GROW(l->found, l->n, l->cap);
	l->found[l->n].path = path;
	if ((!(l->n & (l->n - 1)) || l->n % SAMPLE == 0) &&
	    fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		l->size = (size_t)st.st_size;
	l->found[l->n++].size = l->size;
}

static char *
path_in(const char *dir, const char *name, size_t n)
{
	size_t k = strlen(dir);
	char *path = xmalloc(xsum(xsum(k, n), 2));

	memcpy(path, dir, k);
	if (k)
		path[k++] = '/';
	memcpy(path + k, name, n + 1);
	return path;
}

static int
visit(struct listing *l, int fd, const char *dir, const struct dirent *d,
    struct err *e)
{
	size_t n = strlen(d->d_name);
	bool fits = n >= l->suffix_n && !memcmp(d->d_name + n - l->suffix_n,
					    l->suffix, l->suffix_n);
	int type = type_of(fd, d), rc = 0, sub;
	char *path;

	if (type != DT_DIR && type != DT_LNK && !fits)
		return 0;
	path = path_in(dir, d->d_name, n);
	if (type == DT_REG) {
		add(l, fd, d->d_name, path);
		return 0;
	}
	if (type == DT_DIR) {
		sub = openat(fd, d->d_name,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		rc = sub < 0 ? err_errno(e, "%s", path) : walk(l, sub, path, e);
	} else {
		rc = err_set(e, ERR_DATA,
		    "%s: %s; a store has plain files and folders only", path,
		    type == DT_LNK ? "a symbolic link" : "not a plain file");
	}
	free(path);
	return rc;
}

/* Closes fd. */
static int
walk(struct listing *l, int fd, const char *dir, struct err *e)
{
	DIR *dp = fdopendir(fd);
	struct dirent *d;
	int rc = 0;

	if (!dp) {
		close(fd);
		return err_errno(e, "%s", dir);
	}
	while (!rc && (errno = 0, d = readdir(dp)))
		if (d->d_name[0] != '.')
			rc = visit(l, fd, dir, d, e);
	if (!rc && errno)
		rc = err_errno(e, "%s", dir);
	closedir(dp);
	return rc;
}

static int
by_path(const void *a, const void *b)
{
	return strcmp(
	    ((const struct found *)a)->path, ((const struct found *)b)->path);
}

static int
work_list(struct view *v, const char *dir, const char *suffix, char ***path,
    size_t **size, size_t *n, struct err *e)
{
	struct listing l = { suffix, strlen(suffix), NULL, 0, 0, 0 };
	int fd, rc = 0;
	size_t i;

	fd = file_open(((struct work_view *)v)->dirfd, dir[0] ? dir : ".",
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	if (fd >= 0)
		rc = walk(&l, fd, dir, e);
	else if (errno == ELOOP || errno == EXDEV)
		rc = err_set(
		    e, ERR_DATA, "%s: leads through a symbolic link", dir);
	else if (errno != ENOENT && errno != ENOTDIR)
		rc = err_errno(e, "%s", dir);
	if (l.n)
		qsort(l.found, l.n, sizeof *l.found, by_path);
	*path = xcalloc(l.n ? l.n : 1, sizeof **path);
	*size = xcalloc(l.n ? l.n : 1, sizeof **size);
	*n = l.n;
	for (i = 0; i < l.n; i++) {
		(*path)[i] = l.found[i].path;
		(*size)[i] = l.found[i].size;
	}
	free(l.found);
	if (rc) {
		view_list_free(*path, *size, *n);
		*path = NULL;
		*size = NULL;
		*n = 0;
	}
	return rc;
}

static void
work_free(struct view *v)
{
	free(v);
}

static const struct view_ops work_ops = { work_read, work_list, work_free };

struct view *
view_work(int dirfd)
{
	struct work_view *w = xcalloc(1, sizeof *w);

	w->v.ops = &work_ops;
	w->dirfd = dirfd;
	return &w->v;
}

int
view_read(struct view *v, const char *path, struct buf *out, struct err *e)
{
	return v->ops->read(v, path, out, e);
}

int
view_list(struct view *v, const char *dir, const char *suffix, char ***path,
    size_t **size, size_t *n, struct err *e)
{
	return v->ops->list(v, dir, suffix, path, size, n, e);
}

void
view_list_free(char **path, size_t *size, size_t n)
{
	size_t i;

	for (i = 0; path && i < n; i++)
		free(path[i]);
	free(path);
	free(size);
}

void
view_free(struct view *v)
{
	if (v)
		v->ops->free(v);
}
