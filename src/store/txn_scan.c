/*
 * txn_scan: which files of a folder may differ from the last commit. Three
 * lists in byte order are walked side by side: the work tree's files, git's
 * index, and the commit's tree.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/mem.h"
#include "store/git/plumb.h"
#include "store/hash.h"
#include "store/txn_impl.h"

enum { DEPTH = 16 };

struct found {
	const char *path;
	struct stat st;		  /* of the work tree's */
	const unsigned char *oid; /* of the commit's */
};

struct list {
	struct found *v;
	size_t n, cap;
};

struct suspects {
	struct txn *t;
	struct arena arena;
	struct list work, head;
	char **path;
	size_t n, cap;
};

static struct found *
add(struct list *l)
{
	GROW(l->v, l->n, l->cap);
	memset(&l->v[l->n], 0, sizeof *l->v);
	return &l->v[l->n++];
}

static int
by_path(const void *a, const void *b)
{
	return strcmp(((const struct found *)a)->path,
	    ((const struct found *)b)->path);
}

/* The work tree's files; links to folders are not followed. */
static int
walk_work(struct suspects *s, const char *dir, int depth, struct err *e)
{
	int fd = file_open(s->t->p.rootfd, dir,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	struct dirent *de;
	DIR *d;
	int r = 0;

	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR
		    ? 0
		    : err_errno(e, "%s", dir);
	d = fdopendir(fd);
	if (!d) {
		close(fd);
		return err_errno(e, "%s", dir);
	}
	while (r == 0 && (de = readdir(d))) {
		struct found f = { 0 };

		if (de->d_name[0] == '.' ||
		    fstatat(fd, de->d_name, &f.st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		f.path = arena_printf(&s->arena, "%s/%s", dir, de->d_name).p;
		if (S_ISDIR(f.st.st_mode) && depth < DEPTH)
			r = walk_work(s, f.path, depth + 1, e);
		else if (S_ISREG(f.st.st_mode))
			*add(&s->work) = f;
	}
	closedir(d);
	return r;
}

/* One entry of a tree: "100644 name\0" and the raw name of the object. */
static bool
tree_entry(struct span *rest, bool *folder, struct span *name,
    const unsigned char **oid)
{
	struct span mode = span_cut(rest, ' ');

	*name = span_cut(rest, '\0');
	if (!mode.n || !name->n || rest->n < OID_RAW)
		return false;
	*folder = mode.p[0] == '4';
	*oid = (const unsigned char *)rest->p;
	*rest = span_n(rest->p + OID_RAW, rest->n - OID_RAW);
	return true;
}

/* The commit's files at or below want ("" is all of the tree). */
static int
walk_head(struct suspects *s, const struct oid *tree, const char *dir,
    struct span want, int depth, struct err *e)
{
	struct buf data = { 0 };
	struct span rest, name, first = span_cut(&want, '/');
	const unsigned char *oid;
	bool folder;
	int r = depth > DEPTH ? 0
			      : repo_object(s->t->repo, tree, OBJ_TREE, &data,
				    e);

	rest = arena_span(&s->arena, buf_span(&data));
	buf_release(&data);
	while (r == 0 && rest.n &&
	       tree_entry(&rest, &folder, &name, &oid)) {
		const char *path;
		struct oid sub;

		if (name.p[0] == '.' || (first.n && !span_eq(name, first)))
			continue;
		path = arena_printf(&s->arena, "%s%s%.*s", dir,
		    *dir ? "/" : "", SPANF(name)).p;
		oid_of_raw(&sub, oid);
		if (folder)
			r = walk_head(s, &sub, path, want, depth + 1, e);
		else if (!first.n)
			*add(&s->head) =
			    (struct found){ .path = path, .oid = oid };
	}
	return r;
}

static void
suspect(struct suspects *s, const char *path)
{
	/* of a conflict the index has several entries */
	if (s->n && strcmp(s->path[s->n - 1], path) == 0)
		return;
	GROW(s->path, s->n, s->cap);
	s->path[s->n++] = xstrdup(path);
}

/* Is the file what git's index says, by its stat alone? */
static bool
vouched(struct suspects *s, const struct found *f)
{
	const struct timespec *w = &s->t->index.st.st_mtim;
	const struct timespec *m = &f->st.st_mtim;

	return (m->tv_sec < w->tv_sec ||
		   (m->tv_sec == w->tv_sec && m->tv_nsec < w->tv_nsec)) &&
	       gindex_fresh(s->t->index.ix, f->path, &f->st);
}

/* By its content then: git's index has no stat of what was found in place. */
static bool
same_content(struct suspects *s, const char *path, const struct oid *id)
{
	struct err ignored = { 0 };
	struct stat st;
	struct oid now;
	bool same = work_hash(&s->t->p, path, &now, &st, &ignored) == 0 &&
		    strcmp(now.hex, id->hex) == 0;

	err_release(&ignored);
	return same;
}

static bool
in_head(const struct found *f, const struct oid *id)
{
	unsigned char raw[OID_RAW];

	oid_to_raw(raw, id);
	return memcmp(raw, f->oid, OID_RAW) == 0;
}

/* One path; NULL where it is not of that list. */
static void
judge(struct suspects *s, const char *path, const struct found *work,
    const struct found *head)
{
	struct gindex_entry en;
	bool has = gindex_get(s->t->index.ix, path, &en) == 0;

	if (en.sparse || (!has && !work && !head))
		return;
	if (!work || !head || !has || en.conflict || !in_head(head, &en.id) ||
	    (!vouched(s, work) && !same_content(s, path, &en.id)))
		suspect(s, path);
}

/* The next of three; they are walked in byte order. */
static void
compare(struct suspects *s, const char *dir)
{
	size_t w = 0, h = 0, at = 0;
	struct span name;
	struct oid id;
	char *prefix = xasprintf("%s/", dir), *ixpath = NULL;
	bool more = gindex_below(s->t->index.ix, prefix, &at, &name, &id);

	while (w < s->work.n || h < s->head.n || more) {
		const char *min = NULL;
		const struct found *work =
		    w < s->work.n ? &s->work.v[w] : NULL;
		const struct found *head =
		    h < s->head.n ? &s->head.v[h] : NULL;

		if (more && !ixpath)
			ixpath = span_dup(name);
		min = ixpath;
		if (work && (!min || strcmp(work->path, min) < 0))
			min = work->path;
		if (head && (!min || strcmp(head->path, min) < 0))
			min = head->path;
		if (work && strcmp(work->path, min) != 0)
			work = NULL;
		if (head && strcmp(head->path, min) != 0)
			head = NULL;
		judge(s, min, work, head);
		w += work != NULL;
		h += head != NULL;
		if (ixpath && (min == ixpath || strcmp(ixpath, min) == 0)) {
			free(ixpath);
			ixpath = NULL;
			more = gindex_below(
			    s->t->index.ix, prefix, &at, &name, &id);
		}
	}
	free(ixpath);
	free(prefix);
}

int
txn_suspects(struct txn *t, const char *dir, char ***path, size_t *n,
    struct err *e)
{
	struct suspects s = { .t = t };
	struct oid tree;
	int r = -1;

	*path = NULL;
	*n = 0;
	if (index_load(&t->p, &t->index, e) ||
	    repo_tree(t->repo, &t->head.id, &tree, e) ||
	    walk_work(&s, dir, 0, e))
		goto out;
	if (tree.hex[0] && walk_head(&s, &tree, "", span(dir), 0, e))
		goto out;
	if (s.work.n)
		qsort(s.work.v, s.work.n, sizeof *s.work.v, by_path);
	compare(&s, dir);
	*path = s.path;
	*n = s.n;
	r = 0;
out:
	free(s.work.v);
	free(s.head.v);
	arena_release(&s.arena);
	return r;
}

/* The folder of a path, opened when it is not the one that is open. */
static void
enter(struct suspects *s, struct span dir, struct buf *open_dir, int *fd)
{
	if (*fd >= 0 && span_eq(buf_span(open_dir), dir))
		return;
	if (*fd >= 0)
		close(*fd);
	buf_reset(open_dir);
	buf_addspan(open_dir, dir);
	*fd = file_open(s->t->p.rootfd, open_dir->p,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
}

int
txn_edited(struct txn *t, const char *dir, char ***path, size_t *n,
    struct err *e)
{
	struct suspects s = { .t = t };
	struct buf open_dir = { 0 }, name = { 0 };
	char *prefix = xasprintf("%s/", dir);
	struct found f = { 0 };
	struct span at_path;
	struct oid id;
	size_t at = 0;
	int fd = -1, r = index_load(&t->p, &t->index, e);

	while (r == 0 &&
	       gindex_below(t->index.ix, prefix, &at, &at_path, &id)) {
		const char *slash = memrchr(at_path.p, '/', at_path.n);
		size_t len = (size_t)(slash - at_path.p);

		enter(&s, span_n(at_path.p, len), &open_dir, &fd);
		buf_reset(&name);
		buf_addspan(&name, at_path);
		f.path = name.p;
		if (fd < 0 || fstatat(fd, name.p + len + 1, &f.st,
				  AT_SYMLINK_NOFOLLOW) < 0 ||
		    (!vouched(&s, &f) && !same_content(&s, name.p, &id)))
			suspect(&s, name.p);
	}
	if (fd >= 0)
		close(fd);
	free(prefix);
	buf_release(&open_dir);
	buf_release(&name);
	arena_release(&s.arena);
	*path = s.path;
	*n = s.n;
	return r;
}
