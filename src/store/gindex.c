/* gindex: looking up and changing entries. gindex_file.c has the file. */
#include "store/gindex.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/be.h"
#include "base/mem.h"
#include "store/gindex_impl.h"

/* By name, then stage, as in the file. */
static int
compare(const struct ixentry *en, const char *name, size_t n, unsigned stage)
{
	int d = memcmp(en->name, name, en->n < n ? en->n : n);

	if (d)
		return d;
	if (en->n != n)
		return en->n < n ? -1 : 1;
	return (int)(en->flags & IX_STAGE) - (int)stage;
}

/* Where the entry is, or would be. */
static size_t
place_of(const struct gindex *ix, const char *name, size_t n, unsigned stage)
{
	size_t lo = 0, hi = ix->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (compare(&ix->entry[mid], name, n, stage) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static struct ixentry *
find(const struct gindex *ix, const char *name, size_t n)
{
	size_t i = place_of(ix, name, n, 0);

	return i < ix->n && compare(&ix->entry[i], name, n, 0) == 0
		   ? &ix->entry[i]
		   : NULL;
}

int
gindex_get(struct gindex *ix, const char *path, struct gindex_entry *out)
{
	size_t n = strlen(path), i = place_of(ix, path, n, 0);
	const struct ixentry *en = i < ix->n ? &ix->entry[i] : NULL;

	memset(out, 0, sizeof *out);
	if (!en || en->n != n || memcmp(en->name, path, n) != 0)
		return 1;
	if (en->flags & IX_STAGE) {
		out->conflict = true;
		return 0;
	}
	if (en->more & IX_INTENT)
		return 1;
	oid_of_raw(&out->id, en->fixed + IX_ID);
	out->mode = be32_get(en->fixed + IX_MODE);
	out->sparse = (en->more & IX_SKIP) != 0;
	return 0;
}

bool
gindex_below(struct gindex *ix, const char *dir, size_t *at,
    struct span *path, struct oid *id)
{
	size_t n = strlen(dir), i = *at ? *at : place_of(ix, dir, n, 0);

	if (i >= ix->n || ix->entry[i].n <= n ||
	    memcmp(ix->entry[i].name, dir, n) != 0)
		return false;
	*path = span_n(ix->entry[i].name, ix->entry[i].n);
	oid_of_raw(id, ix->entry[i].fixed + IX_ID);
	*at = i + 1;
	return true;
}

/* The file's fields have 32 bits each, of whatever the system has. */
static void
put_stat(unsigned char *fixed, const struct stat *st)
{
	be32_put(fixed + IX_CTIME, (uint32_t)st->st_ctim.tv_sec);
	be32_put(fixed + IX_CTIME + 4, (uint32_t)st->st_ctim.tv_nsec);
	be32_put(fixed + IX_MTIME, (uint32_t)st->st_mtim.tv_sec);
	be32_put(fixed + IX_MTIME + 4, (uint32_t)st->st_mtim.tv_nsec);
	be32_put(fixed + IX_DEV, (uint32_t)st->st_dev);
	be32_put(fixed + IX_INO, (uint32_t)st->st_ino);
	be32_put(fixed + IX_UID, (uint32_t)st->st_uid);
	be32_put(fixed + IX_GID, (uint32_t)st->st_gid);
	be32_put(fixed + IX_SIZE, (uint32_t)st->st_size);
}

/* dev, owner and group say nothing about the content. */
static bool
same_stat(const struct ixentry *en, const struct stat *st)
{
	unsigned char now[IX_FIXED];

	put_stat(now, st);
	return memcmp(en->fixed, now, IX_DEV) == 0 &&
	       memcmp(en->fixed + IX_INO, now + IX_INO, 4) == 0 &&
	       memcmp(en->fixed + IX_SIZE, now + IX_SIZE, 4) == 0;
}

bool
gindex_fresh(struct gindex *ix, const char *path, const struct stat *st)
{
	const struct ixentry *en = find(ix, path, strlen(path));

	return en && same_stat(en, st);
}

static void
remove_at(struct gindex *ix, size_t i, size_t n)
{
	struct ixentry *at = ix->entry + i;

	if (!n)
		return;
	memmove(at, at + n, (ix->n - i - n) * sizeof *at);
	ix->n -= n;
	ix->untracked.n = 0;
}

/* What cannot be beside path: a file where it has a folder, and the reverse. */
static void
make_way(struct gindex *ix, const char *path, size_t n)
{
	char *dir = xasprintf("%s/", path);
	size_t i, k;

	for (i = 1; i < n; i++)
		if (path[i] == '/') {
			k = place_of(ix, path, i, 0);
			while (k < ix->n && ix->entry[k].n == i &&
			       !memcmp(ix->entry[k].name, path, i))
				remove_at(ix, k, 1);
		}
	i = k = place_of(ix, dir, n + 1, 0);
	while (k < ix->n && ix->entry[k].n > n &&
	       !memcmp(ix->entry[k].name, dir, n + 1)) {
		ixtree_forget(
		    ix, arena_dup(&ix->mem, ix->entry[k].name, ix->entry[k].n));
		k++;
	}
	remove_at(ix, i, k - i);
	free(dir);
}

static struct ixentry *
insert(struct gindex *ix, const char *path, size_t n)
{
	struct ixentry *en;
	size_t i;

	make_way(ix, path, n);
	i = place_of(ix, path, n, 0);
	GROW(ix->entry, ix->n, ix->cap);
	en = &ix->entry[i];
	memmove(en + 1, en, (ix->n - i) * sizeof *en);
	ix->n++;
	memset(en, 0, sizeof *en);
	en->name = arena_dup(&ix->mem, path, n);
	en->n = (uint32_t)n;
	ix->untracked.n = 0;
	return en;
}

void
gindex_set(struct gindex *ix, const char *path, const struct oid *id,
    unsigned mode, const struct stat *st)
{
	size_t n = strlen(path);
	struct ixentry *en = find(ix, path, n);
	unsigned char *fixed = arena_alloc(&ix->mem, IX_FIXED);

	if (!en)
		en = insert(ix, path, n);
	if (st)
		put_stat(fixed, st);
	be32_put(fixed + IX_MODE, mode);
	oid_to_raw(fixed + IX_ID, id);
	en->fixed = fixed;
	en->more &= (uint16_t)~IX_INTENT;
	ixtree_forget(ix, path);
}

void
gindex_drop(struct gindex *ix, const char *path)
{
	struct ixentry *en = find(ix, path, strlen(path));

	if (!en)
		return;
	remove_at(ix, (size_t)(en - ix->entry), 1);
	ixtree_forget(ix, path);
}

static bool
before(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec < b->tv_sec ||
	       (a->tv_sec == b->tv_sec && a->tv_nsec < b->tv_nsec);
}

static void
smudge(struct gindex *ix, struct ixentry *en, int rootfd,
    const struct timespec *written)
{
	unsigned char *fixed;
	struct stat st;
	char *path;
	bool sure;

	if (be32_get(en->fixed + IX_SIZE) == 0 ||
	    !S_ISREG(be32_get(en->fixed + IX_MODE)))
		return;
	path = xstrndup(en->name, en->n);
	sure = !fstatat(rootfd, path, &st, AT_SYMLINK_NOFOLLOW) &&
	       same_stat(en, &st) && before(&st.st_mtim, written);
	free(path);
	if (sure)
		return;
	fixed = arena_alloc(&ix->mem, IX_FIXED);
	memcpy(fixed, en->fixed, IX_FIXED);
	be32_put(fixed + IX_SIZE, 0);
	en->fixed = fixed;
}

void
gindex_smudge(struct gindex *ix, int rootfd, const struct timespec *written)
{
	const uint32_t sec = (uint32_t)written->tv_sec;

	for (size_t i = 0; i < ix->n; i++) {
		struct ixentry *en = &ix->entry[i];

		if (be32_get(en->fixed + IX_MTIME) >= sec &&
		    !(en->flags & IX_STAGE))
			smudge(ix, en, rootfd, written);
	}
}

void
gindex_free(struct gindex *ix)
{
	if (!ix)
		return;
	free(ix->entry);
	free(ix->node);
	arena_release(&ix->mem);
	buf_release(&ix->file);
	free(ix);
}
