#include "crm/trust.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "store/hash.h"

/* A program larger than this is no hook script. */
#define PROGRAM_MAX (64u << 20)

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

/* Reads a file of the person's, which may lie behind links. */
static int
load(const char *path, size_t max, struct buf *out, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), r;

	if (fd < 0)
		return err_errno(e, "%s", path);
	r = file_slurp(fd, path, max, out, e);
	close(fd);
	return r;
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

/* "HASH REALPATH", the line that stands for a file as it now is. */
static int
trust_line(const char *program, struct buf *line, char real[PATH_MAX],
    struct err *e)
{
	struct buf data = { 0 };
	struct oid id;
	int r = -1;

	if (!realpath(program, real))
		return err_errno(e, "%s", program);
	if (load(real, PROGRAM_MAX, &data, e) == 0 &&
	    content_hash(buf_span(&data), &id, e) == 0) {
		buf_addf(line, "%s %s", id.hex, real);
		r = 0;
	}
	buf_release(&data);
	return r;
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
	if (load(path->p, 1u << 20, list, e) == 0)
		return 0;
	if (e->code != ERR_NOENT)
		return -1;
	err_release(e);
	return 0;
}

static bool
inside(const char *root, const char *real)
{
	size_t n = strlen(root);

	return strncmp(root, real, n) == 0 && real[n] == '/';
}

int
trust_check(struct session *s, const char *program, struct err *e)
{
	struct buf line = { 0 }, path = { 0 }, list = { 0 };
	char real[PATH_MAX];
	int r = -1;

	if (!realpath(program, real))
		return err_errno(e, "hook %s", program);
	if (!inside(s->root, real))
		return 0;
	if (trust_line(program, &line, real, e) || trust_load(&path, &list, e))
		goto out;
	r = has_line(&list, buf_span(&line))
	    ? 0
	    : err_set(e, ERR_PERM,
		  "%s came with the store and is not trusted as it now is; "
		  "read it, then: crm trust %s", program, program);
out:
	buf_release(&line);
	buf_release(&path);
	buf_release(&list);
	return r;
}

int
trust_add(struct session *s, const char *program, struct err *e)
{
	struct buf line = { 0 }, path = { 0 }, list = { 0 };
	char real[PATH_MAX];
	int r = -1;

	(void)s;
	if (trust_line(program, &line, real, e) || trust_load(&path, &list, e))
		goto out;
	if (!has_line(&list, buf_span(&line)))
		buf_addf(&list, "%s\n", line.p);
	r = store(path.p, buf_span(&list), e);
out:
	buf_release(&line);
	buf_release(&path);
	buf_release(&list);
	return r;
}

int
trust_remove(struct session *s, const char *program, struct err *e)
{
	struct buf keep = { 0 }, path = { 0 }, list = { 0 };
	char real[PATH_MAX];
	struct span rest;
	int r = -1;

	(void)s;
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
