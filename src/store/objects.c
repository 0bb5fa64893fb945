#include "store/objects.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "store/deflate.h"
#include "store/hash.h"
#include "store/pack.h"

void
objects_init(struct objects *o, struct place *p, struct repo *r)
{
	memset(o, 0, sizeof *o);
	o->p = p;
	o->repo = r;
	o->fd = -1;
}

void
objects_release(struct objects *o)
{
	if (o->fd >= 0)
		close(o->fd);
	o->fd = -1;
	free(o->path);
	o->path = NULL;
	o->npaths = o->path_cap = 0;
}

/*
 * Is the object there as a file of its own? A damaged one is taken away: git
 * and libgit2 would find "it is there" and write nothing.
 */
static int
have_loose(struct objects *o, const char *path, struct span head,
    struct span data, bool *have, struct err *e)
{
	struct buf packed = { 0 };
	struct err own = { 0 };
	struct stat st;
	int rc = 0;

	*have = false;
	if (fstatat(o->fd, path, &st, AT_SYMLINK_NOFOLLOW))
		return errno == ENOENT ? 0
				       : err_errno(e, ".git/objects/%s", path);
	if (file_read(o->fd, path, 0, &packed, NULL, &own) == 0 &&
	    deflate_same(buf_span(&packed), head, data)) {
		*have = true;
		/* young again, so that git prune lets it be */
		(void)utimensat(o->fd, path, NULL, 0);
	} else if (unlinkat(o->fd, path, 0) && errno != ENOENT) {
		rc = err_errno(e, ".git/objects/%s: damaged", path);
	}
	err_release(&own);
	buf_release(&packed);
	return rc;
}

static int
put_loose(struct objects *o, const char *path, struct span head,
    struct span data, struct err *e)
{
	struct buf packed = { 0 };
	char tmp[32];
	int rc = -1;

	snprintf(tmp, sizeof tmp, "obj%zu", o->npaths);
	deflate_add(&packed, head, data);
	if (place_tmp(o->p, tmp, buf_span(&packed), 0444, NULL, e))
		goto out;
	GROW(o->path, o->npaths, o->path_cap);
	memcpy(o->path[o->npaths++], path, sizeof *o->path);
	o->bytes += packed.n;
	o->count++;
	rc = 0;
out:
	buf_release(&packed);
	return rc;
}

static int
place_one(struct objects *o, size_t i, struct err *e)
{
	const char *path = o->path[i];
	char tmp[32], dir[3] = { path[0], path[1], '\0' };
	int rc, tries = 0;

	snprintf(tmp, sizeof tmp, "obj%zu", i);
	rc = renameat(o->p->tmpfd, tmp, o->fd, path);
	/* More than once: a git gc meanwhile removes empty folders. */
	while (rc && errno == ENOENT && tries++ < 5) {
		if (mkdirat(o->fd, dir, 0777) && errno != EEXIST)
			break;
		o->made = true;
		rc = renameat(o->p->tmpfd, tmp, o->fd, path);
	}
	return rc ? err_errno(e, ".git/objects/%s", path) : 0;
}

int
objects_place(struct objects *o, struct err *e)
{
	for (size_t i = 0; i < o->npaths; i++)
		if (place_one(o, i, e))
			return -1;
	o->npaths = 0;
	return 0;
}

int
objects_put(struct objects *o, enum obj_type type, struct span data,
    struct oid *out, struct err *e)
{
	char head[64], path[OID_HEX + 2];
	unsigned char raw[OID_RAW];
	struct span h = { head, 0 };
	bool have;

	if (o->pack)
		return pack_put(o->pack, type, data, out, e);
	if (obj_hash(type, data, out, e))
		return -1;
	if (o->fd < 0)
		o->fd = openat(
		    o->p->gitfd, "objects", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (o->fd < 0)
		return err_errno(e, ".git/objects");
	snprintf(path, sizeof path, "%.2s/%s", out->hex, out->hex + 2);
	h.n = (size_t)snprintf(
		  head, sizeof head, "%s %zu", obj_type_name(type), data.n) +
	      1;
	if (have_loose(o, path, h, data, &have, e))
		return -1;
	oid_to_raw(raw, out);
	o->touched[raw[0]] = true;
	if (have)
		return 0;
	/* In a pack, it may be of no use to anybody else and old. */
	if (repo_has_object(o->repo, out))
		return repo_freshen(o->repo, type, data, e);
	return put_loose(o, path, h, data, e);
}

int
objects_sync(struct objects *o, struct err *e)
{
	char dir[3];
	unsigned i;

	if (o->pack || o->fd < 0)
		return 0;
	for (i = 0; i < 256; i++) {
		if (!o->touched[i])
			continue;
		snprintf(dir, sizeof dir, "%02x", i);
		if (o->p->sync && file_fsync_dir(o->fd, dir) && errno != ENOENT)
			return err_errno(e, ".git/objects/%s", dir);
	}
	return o->made ? place_sync_dir(o->p, o->fd, "", e) : 0;
}
