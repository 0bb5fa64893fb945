#include "store/ref.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

static const char zeros[] = "0000000000000000000000000000000000000000";

/* Reads a small file of .git. 0; 1 where there is none; -1. */
static int
read_small(int gitfd, const char *path, struct buf *out, struct err *e)
{
	int fd = file_open(gitfd, path, O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0);
	int rc;

	buf_reset(out);
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == EISDIR))
		return 1;
	if (fd < 0)
		return err_errno(e, ".git/%s", path);
	rc = file_slurp(fd, path, 0, out, e);
	close(fd);
	return rc;
}

static bool
hex_oid(const char *p, size_t n, struct oid *out)
{
	if (n < OID_HEX || strspn(p, "0123456789abcdef") < OID_HEX)
		return false;
	if (n > OID_HEX && !strchr(" \n\r\t", p[OID_HEX]))
		return false;
	memcpy(out->hex, p, OID_HEX);
	out->hex[OID_HEX] = '\0';
	return true;
}

static int
read_packed(int gitfd, const char *name, struct oid *out, struct err *e)
{
	struct buf b = { 0 };
	size_t len = strlen(name);
	int rc = read_small(gitfd, "packed-refs", &b, e);
	const char *p = b.p, *end = b.p ? b.p + b.n : NULL;

	for (; !rc && p && p < end; p++) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t n = (size_t)((nl ? nl : end) - p);

		if (n == OID_HEX + 1 + len && p[OID_HEX] == ' ' &&
		    !memcmp(p + OID_HEX + 1, name, len) && hex_oid(p, n, out))
			break;
		p += n;
	}
	buf_release(&b);
	return rc < 0 ? -1 : 0;
}

int
ref_read(int gitfd, const char *name, struct oid *out, struct err *e)
{
	struct buf b = { 0 };
	int rc = read_small(gitfd, name, &b, e);

	memset(out, 0, sizeof *out);
	if (rc == 1)
		rc = read_packed(gitfd, name, out, e);
	else if (rc == 0 && b.n >= 4 && !memcmp(b.p, "ref:", 4))
		rc = err_set(e, ERR_DATA,
		    ".git/%s: a branch that stands for another is not "
		    "supported",
		    name);
	else if (rc == 0 && !hex_oid(b.p ? b.p : "", b.n, out))
		rc = err_set(e, ERR_DATA,
		    ".git/%s: not a commit name; git fsck tells more", name);
	buf_release(&b);
	return rc;
}

int
head_read(int gitfd, struct head *h, struct err *e)
{
	struct buf b = { 0 };
	int rc = read_small(gitfd, "HEAD", &b, e);
	struct span s = span_trim(buf_span(&b));

	buf_reset(&h->name);
	memset(&h->id, 0, sizeof h->id);
	if (rc == 1) {
		rc = err_set(e, ERR_DATA, ".git/HEAD: missing");
	} else if (rc == 0 && span_starts(s, span("ref:"))) {
		s = span_trim(span_n(s.p + 4, s.n - 4));
		buf_addspan(&h->name, s);
		if (!span_starts(s, span("refs/")) || !path_is_safe(h->name.p))
			rc = err_set(e, ERR_DATA, ".git/HEAD: names no branch");
		else
			rc = ref_read(gitfd, h->name.p, &h->id, e);
	} else if (rc == 0) {
		buf_adds(&h->name, "HEAD");
		if (!hex_oid(s.p, s.n, &h->id))
			rc = err_set(
			    e, ERR_DATA, ".git/HEAD: not a commit name");
	}
	buf_release(&b);
	return rc;
}

void
head_release(struct head *h)
{
	buf_release(&h->name);
	memset(h, 0, sizeof *h);
}

bool
repo_head_fast(const char *root, struct oid *out)
{
	char *path = xasprintf("%s/.git", root);
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct head h = { 0 };
	bool ok = false;

	memset(out, 0, sizeof *out);
	if (fd >= 0 && head_read(fd, &h, NULL) == 0 && h.id.hex[0]) {
		*out = h.id;
		ok = true;
	}
	head_release(&h);
	if (fd >= 0)
		close(fd);
	free(path);
	return ok;
}

/*
 * True where the log's last line is the one to be added. *torn tells that the
 * line before did not get finished.
 */
static bool
has_line(int fd, off_t size, const struct oid *id, bool *torn)
{
	char tail[4096];
	size_t n = size < (off_t)sizeof tail ? (size_t)size : sizeof tail;
	ssize_t got = pread(fd, tail, n, size - (off_t)n);
	char *p;

	*torn = false;
	if (got <= 0)
		return false;
	*torn = tail[got - 1] != '\n';
	for (p = tail + got - 1; p > tail && p[-1] != '\n'; p--)
		;
	return tail + got - p > 2 * OID_HEX + 1 &&
	       !memcmp(p + OID_HEX + 1, id->hex, OID_HEX);
}

int
reflog_add(int gitfd, const char *name, bool make, const struct oid *old,
    const struct oid *id, struct span who, struct span what, struct err *e)
{
	char *path = xasprintf("logs/%s", name);
	int flags = O_RDWR | O_APPEND | O_CLOEXEC | (make ? O_CREAT : 0);
	struct buf line = { 0 };
	struct stat st;
	bool torn;
	int fd = -1, rc = -1;

	if (make && file_mkdirs(gitfd, path, e))
		goto out;
	fd = file_open(gitfd, path, flags, make ? 0666 : 0);
	if (fd < 0 && errno == ENOENT && !make) {
		rc = 0;
		goto out;
	}
	if (fd < 0 || fstat(fd, &st)) {
		err_errno(e, ".git/%s", path);
		goto out;
	}
	if (has_line(fd, st.st_size, id, &torn)) {
		rc = 0;
		goto out;
	}
	buf_addf(&line, "%s%s %s %.*s\t%.*s\n", torn ? "\n" : "",
	    old->hex[0] ? old->hex : zeros, id->hex, SPANF(who), SPANF(what));
	/* no sync: git does not sync it either, and a torn line is mended */
	if (file_write_all(fd, line.p, line.n)) {
		err_errno(e, ".git/%s", path);
		goto out;
	}
	rc = 0;
out:
	if (fd >= 0)
		close(fd);
	buf_release(&line);
	free(path);
	return rc;
}
