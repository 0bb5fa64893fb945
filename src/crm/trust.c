#include "crm/trust.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "store/hash.h"

/* A program larger than this is no hook script. */
#define PROGRAM_MAX (64u << 20)

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

static int
trust_path(struct buf *out, struct err *e)
{
	const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");

	if (data && *data)
		buf_addf(out, "%s/crm/trusted", data);
	else if (home && *home)
		buf_addf(out, "%s/.local/share/crm/trusted", home);
	else
		return err_set(e, ERR_USAGE, "HOME is not set");
	return 0;
}

/* Replaces it by way of a new file beside it; its folders are made. */
static int
store(const char *path, struct span data, struct err *e)
{
	struct buf tmp = { 0 };
	int fd, r = -1;

	buf_addf(&tmp, "%s.new", path);
	for (char *p = strchr(tmp.p + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		mkdir(tmp.p, 0700);
		*p = '/';
	}
	fd = open(tmp.p, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || file_write_all(fd, data.p, data.n) || fsync(fd)) {
		err_errno(e, "%s", tmp.p);
		if (fd >= 0)
			close(fd);
		goto out;
	}
	if (close(fd) || rename(tmp.p, path))
		err_errno(e, "%s", path);
	else
		r = 0;
out:
	buf_release(&tmp);
	return r;
}

/* "HASH REALPATH", the line that stands for what fd holds; data is that. */
static int
trust_line(
    int fd, const char *real, struct buf *data, struct buf *line, struct err *e)
{
	struct stat st;
	struct oid id;

	if (fd < 0 || fstat(fd, &st))
		return err_errno(e, "%s", real);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_DATA, "%s: not a plain file", real);
	if (file_slurp(fd, real, PROGRAM_MAX, data, e) ||
	    content_hash(buf_span(data), &id, e))
		return -1;
	buf_addf(line, "%s %s", id.hex, real);
	return 0;
}

static bool
has_line(const struct buf *file, struct span line)
{
	struct span rest = buf_span(file);

	while (rest.n)
		if (span_eq(span_cut(&rest, '\n'), line))
			return true;
	return false;
}

/* Reads the list of what is trusted; a missing one is empty. */
static int
trust_load(struct buf *path, struct buf *list, struct err *e)
{
	if (trust_path(path, e))
		return -1;
	if (file_load(path->p, 1u << 20, list, e) == 0)
		return 0;
	if (e->code != ERR_NOENT)
		return -1;
	err_release(e);
	return 0;
}

/* What path is below root, or NULL. */
static const char *
below(const char *root, const char *path)
{
	size_t n = strlen(root);

	return strncmp(root, path, n) == 0 && path[n] == '/' ? path + n + 1
							     : NULL;
}

/* Came it with the store: does it lie there, or a link to it? */
static bool
is_stores(const struct session *s, const char *program, const char *real)
{
	const char *name = below(s->root, program);

	return below(s->root, real) || (name && path_is_safe(name));
}

static int
open_program(const struct session *s, const char *real)
{
	const int flags =
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
	const char *name = s ? below(s->root, real) : NULL;

	return name ? file_open(s->dirfd, name, flags, 0) : open(real, flags);
}

/*
 * A copy that nobody can change any more, to be run: a file, also one that is
 * held open, can be written to between the look at it and its start.
 */
static int
sealed_copy(int from, struct span data)
{
	const unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
	struct stat st;
	int fd;

	if (fstat(from, &st))
		return -1;
	if (!(st.st_mode & 0111)) {
		errno = EACCES;
		return -1;
	}
	fd = memfd_create("hook", flags | MFD_EXEC);
	if (fd < 0 && errno == EINVAL) /* before Linux 6.3 */
		fd = memfd_create("hook", flags);
	if (fd >= 0 && (file_write_all(fd, data.p, data.n) ||
			   fcntl(fd, F_ADD_SEALS,
			       F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK |
				   F_SEAL_SEAL))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

int
trust_open(struct session *s, const char *program, int *image, struct err *e)
{
	struct buf line = { 0 }, path = { 0 }, list = { 0 }, data = { 0 };
	char real[PATH_MAX];
	int fd = -1, r = -1;

	*image = 0;
	if (!realpath(program, real))
		return err_errno(e, "hook %s", program);
	if (!is_stores(s, program, real))
		return 0;
	fd = open_program(s, real);
	if (trust_line(fd, real, &data, &line, e) ||
	    trust_load(&path, &list, e))
		goto out;
	if (!has_line(&list, buf_span(&line))) {
		err_set(e, ERR_PERM,
		    "%s came with the store and is not trusted as it now is; "
		    "read it, then: crm trust %s",
		    program, program);
		goto out;
	}
	*image = sealed_copy(fd, buf_span(&data));
	r = *image < 0 ? err_errno(e, "hook %s cannot be run", program) : 0;
out:
	if (fd >= 0)
		close(fd);
	buf_release(&line);
	buf_release(&path);
	buf_release(&list);
	buf_release(&data);
	return r;
}

int
trust_add(const char *program, struct err *e)
{
	struct buf line = { 0 }, path = { 0 }, list = { 0 }, data = { 0 };
	char real[PATH_MAX];
	int fd, r = -1;

	if (!realpath(program, real))
		return err_errno(e, "%s", program);
	fd = open_program(NULL, real);
	if (trust_line(fd, real, &data, &line, e) ||
	    trust_load(&path, &list, e))
		goto out;
	if (!has_line(&list, buf_span(&line)))
		buf_addf(&list, "%s\n", line.p);
	r = store(path.p, buf_span(&list), e);
out:
	if (fd >= 0)
		close(fd);
	buf_release(&line);
	buf_release(&path);
	buf_release(&list);
	buf_release(&data);
	return r;
}

int
trust_remove(const char *program, struct err *e)
{
	struct buf keep = { 0 }, path = { 0 }, list = { 0 };
	char real[PATH_MAX];
	struct span rest;
	int r = -1;

	if (!realpath(program, real))
		return err_errno(e, "%s", program);
	if (trust_load(&path, &list, e))
		goto out;
	rest = buf_span(&list);
	while (rest.n) {
		struct span line = span_cut(&rest, '\n'), name = line;

		span_cut(&name, ' ');
		if (!span_eqs(name, real))
			buf_addf(&keep, "%.*s\n", SPANF(line));
	}
	r = store(path.p, buf_span(&keep), e);
out:
	buf_release(&keep);
	buf_release(&path);
	buf_release(&list);
	return r;
}
