#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"

/* Takes the next component off *path; false after the last. */
static bool
next_part(const char **path, struct span *part)
{
	const char *p = *path + strspn(*path, "/");

	*part = span_n(p, strcspn(p, "/"));
	*path = p + part->n;
	return part->n > 0;
}

/* close() that leaves errno alone. */
static void
drop(int fd)
{
	int saved = errno;

	if (fd >= 0)
		close(fd);
	errno = saved;
}

/*
 * openat of one component. With O_DIRECTORY the kernel says ENOTDIR for a
 * link, which reads as if a file stood there; openat2 says ELOOP.
 */
static int
open_part(int dirfd, const char *name, int flags, mode_t mode)
{
	int fd = openat(dirfd, name, flags | O_NOFOLLOW | O_CLOEXEC, mode);
	struct stat st;

	if (fd < 0 && errno == ENOTDIR) {
		if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISLNK(st.st_mode))
			errno = ELOOP;
		else
			errno = ENOTDIR;
	}
	return fd;
}

/*
 * Goes down path with an own descriptor at each step, so that nobody can swap
 * a folder for a link in between. make creates missing folders on the way.
 */
static int
walk(int dirfd, const char *path, int flags, mode_t mode, bool make)
{
	const int dirflags = O_PATH | O_DIRECTORY;
	int at = dirfd, fd = -1;
	struct span part, after;
	const char *rest = path, *peek;

	if (!next_part(&rest, &part)) {
		errno = ENOENT;
		return -1;
	}
	for (;; part = after) {
		char *name = span_dup(part);
		bool last;

		peek = rest;
		last = !next_part(&peek, &after);
		if (make && mkdirat(at, name, 0700) < 0 && errno != EEXIST)
			fd = -1;
		else if (!last)
			fd = open_part(at, name, dirflags, 0);
		else
			fd = open_part(at, name,
			    flags | (*rest == '/' ? O_DIRECTORY : 0), mode);
		free(name);
		if (at != dirfd)
			drop(at);
		if (last || fd < 0)
			return fd;
		at = fd;
		rest = peek;
	}
}

/* Lexical, so that both ways of resolving agree on what is refused. */
static bool
leads_out(const char *path)
{
	struct span part;

	if (path[0] == '/')
		return true;
	if (!strstr(path, ".."))
		return false;
	while (next_part(&path, &part)) {
		if (span_eqs(part, ".."))
			return true;
	}
	return false;
}

int
file_open(int dirfd, const char *path, int flags, mode_t mode)
{
	struct open_how how = { 0 };
	bool creates = (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE;
	long fd;

	if (leads_out(path)) {
		errno = EXDEV;
		return -1;
	}
	how.flags = (unsigned)(flags | O_CLOEXEC);
	how.mode = creates ? mode : 0;
	how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
	do
		fd = syscall(SYS_openat2, dirfd, path, &how, sizeof how);
	while (fd < 0 && (errno == EINTR || errno == EAGAIN));
	/* Sandboxes that do not know the call answer EPERM. */
	if (fd < 0 && (errno == ENOSYS || errno == EPERM))
		return walk(dirfd, path, flags, mode, false);
	return (int)fd;
}

static int
open_failed(const char *path, struct err *e)
{
	if (errno == ELOOP || errno == EXDEV)
		return err_set(e, ERR_DATA,
		    "%s: leads through a symbolic link or out of its folder; "
		    "links are not followed",
		    path);
	if (errno == ENXIO)
		return err_set(e, ERR_DATA, "%s: not a regular file", path);
	return err_errno(e, "%s", path);
}

static int
too_large(const char *name, size_t max, struct err *e)
{
	return err_set(
	    e, ERR_DATA, "%s: larger than the limit of %zu bytes", name, max);
}

/*
 * size is that of a regular file, or 0. Where a read that had room for more
 * ends just there, it has seen the end: no other is needed to tell.
 */
static int
slurp(int fd, const char *name, size_t max, size_t size, struct buf *out,
    struct err *e)
{
	size_t start = out->n;

	for (;;) {
		size_t asked;
		ssize_t got;

		if (max && out->n - start > max) {
			buf_cut(out, start);
			return too_large(name, max, e);
		}
		if (out->cap - out->n < 4096)
			buf_grow(out, 65536);
		asked = out->cap - out->n - 1;
		got = read(fd, out->p + out->n, asked);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			err_errno(e, "%s", name);
			buf_cut(out, start);
			return -1;
		}
		if (got == 0)
			return 0;
		out->n += (size_t)got;
		out->p[out->n] = '\0';
		if (out->n - start == size && (size_t)got < asked)
			return 0;
	}
}

int
file_slurp(int fd, const char *name, size_t max, struct buf *out, struct err *e)
{
	return slurp(fd, name, max, 0, out, e);
}

int
file_slurp_sized(
    int fd, const char *name, size_t size, struct buf *out, struct err *e)
{
	/* so much that its end is seen without growing; a hole takes none */
	buf_grow(out, (size < 1 << 20 ? size : 1 << 20) + 4096);
	return slurp(fd, name, 0, size, out, e);
}

int
file_read(int dirfd, const char *path, size_t max, struct buf *out,
    struct stat *st, struct err *e)
{
	struct stat own;
	int r = -1, fd;

	if (!st)
		st = &own;
	/* O_NONBLOCK: a FIFO in the place of the file must not hang us. */
	fd = file_open(dirfd, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
	if (fd < 0)
		return open_failed(path, e);
	if (fstat(fd, st) < 0) {
		err_errno(e, "%s", path);
		goto out;
	}
	if (!S_ISREG(st->st_mode)) {
		err_set(e, ERR_DATA, "%s: not a regular file", path);
		goto out;
	}
	if (max && (uint64_t)st->st_size > max) {
		too_large(path, max, e);
		goto out;
	}
	/* So much that the end of the file is seen without growing again. */
	buf_grow(out, (size_t)st->st_size + 4096);
	r = slurp(fd, path, max, (size_t)st->st_size, out, e);
out:
	close(fd);
	return r;
}

int
file_load(const char *path, size_t max, struct buf *out, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), r;

	if (fd < 0)
		return err_errno(e, "%s", path);
	r = file_slurp(fd, path, max, out, e);
	close(fd);
	return r;
}

int
file_write_all(int fd, const void *p, size_t n)
{
	const char *at = p;

	while (n) {
		ssize_t done = write(fd, at, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -1;
		at += done;
		n -= (size_t)done;
	}
	return 0;
}

int
file_write(int dirfd, const char *path, struct span data, mode_t mode,
    bool sync, struct err *e)
{
	const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK | O_NOCTTY;
	struct stat st;
	int fd, r = -1;

	if (file_mkdirs(dirfd, path, e) < 0)
		return -1;
	fd = file_open(dirfd, path, flags, mode);
	if (fd < 0)
		return open_failed(path, e);
	if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode)) {
		err_set(e, ERR_DATA, "%s: not a regular file", path);
		goto out;
	}
	if (file_write_all(fd, data.p, data.n) < 0 || (sync && fsync(fd) < 0)) {
		err_errno(e, "%s", path);
		goto out;
	}
	r = 0;
out:
	/* Some file systems report a failed write only here. */
	if (close(fd) < 0 && r == 0)
		r = err_errno(e, "%s", path);
	return r;
}

int
file_mkdirs(int dirfd, const char *path, struct err *e)
{
	const int flags = O_PATH | O_DIRECTORY;
	const char *slash = strrchr(path, '/');
	char *dir;
	int fd, r = 0;

	if (!slash)
		return 0;
	dir = xstrndup(path, (size_t)(slash - path));
	fd = file_open(dirfd, dir[0] ? dir : "/", flags, 0);
	if (fd < 0 && errno == ENOENT)
		fd = walk(dirfd, dir, flags, 0, true);
	if (fd < 0)
		r = open_failed(dir, e);
	drop(fd);
	free(dir);
	return r;
}

int
file_fsync_dir(int dirfd, const char *dir)
{
	int fd, r;

	/* Opened anew: dirfd may be AT_FDCWD or O_PATH, which do not sync. */
	fd = file_open(dirfd, dir[0] ? dir : ".", O_RDONLY | O_DIRECTORY, 0);
	if (fd < 0)
		return -1;
	r = fsync(fd);
	drop(fd);
	return r;
}

bool
stat_same(const struct stat *a, const struct stat *b)
{
	if (!a->st_ino || !b->st_ino)
		return a->st_ino == b->st_ino;
	return a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
	       a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
	       a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

bool
path_within(const char *path, const char *named)
{
	size_t n;

	while (named[0] == '.' && named[1] == '/')
		named += 2;
	n = strlen(named);
	while (n && named[n - 1] == '/')
		n--;
	return strncmp(path, named, n) == 0 &&
	       (path[n] == '\0' || path[n] == '/');
}

bool
path_is_safe(const char *path)
{
	for (;;) {
		struct span part = span_n(path, strcspn(path, "/"));

		/* .GIT too: on some file systems it is the same folder. */
		if (part.n == 0 || span_eqs(part, ".") ||
		    span_eqs(part, "..") || span_ieqs(part, ".git"))
			return false;
		if (!path[part.n])
			return true;
		path += part.n + 1;
	}
}
