/*
 * tree: a store as it was in a commit. Trees are read through the repository
 * under its lock; blobs, which are what takes time, through a handle on the
 * object store that belongs to one thread while it reads.
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "store/git/git.h"

/* Blobs' sizes are not in their trees; all count the same. */
enum { SIZE_GUESS = 64 * 1024, MAX_ODB = 64 };

struct tree_view {
	struct view v;
	struct repo *r;
	git_tree *tree;
	pthread_mutex_t lock; /* of free_odb */
	git_odb *free_odb[MAX_ODB];
	size_t nfree;
};

static git_odb *
odb_take(struct tree_view *tv, struct err *e)
{
	git_odb *odb = NULL;
	char *path;
	int rc;

	pthread_mutex_lock(&tv->lock);
	if (tv->nfree)
		odb = tv->free_odb[--tv->nfree];
	pthread_mutex_unlock(&tv->lock);
	if (odb)
		return odb;
	path = xasprintf("%sobjects", git_repository_path(tv->r->git));
	rc = git_odb_open(&odb, path);
	free(path);
	if (rc)
		lg_fail(e, rc, "cannot open the object store");
	return odb;
}

static void
odb_give(struct tree_view *tv, git_odb *odb)
{
	pthread_mutex_lock(&tv->lock);
	if (tv->nfree < MAX_ODB) {
		tv->free_odb[tv->nfree++] = odb;
		odb = NULL;
	}
	pthread_mutex_unlock(&tv->lock);
	git_odb_free(odb);
}

static bool
is_blob(const git_tree_entry *en)
{
	return git_tree_entry_filemode(en) == GIT_FILEMODE_BLOB ||
	       git_tree_entry_filemode(en) == GIT_FILEMODE_BLOB_EXECUTABLE;
}

/* 0 with the blob's name, 1 where there is none, -1. */
static int
find(struct tree_view *tv, const char *path, git_oid *id, struct err *e)
{
	git_tree_entry *en = NULL;
	int rc;

	pthread_mutex_lock(&tv->r->lock);
	rc = git_tree_entry_bypath(&en, tv->tree, path);
	if (rc == GIT_ENOTFOUND) {
		rc = 1;
	} else if (rc) {
		rc = lg_fail(e, rc, "%s: cannot look up", path);
	} else if (!is_blob(en)) {
		rc = err_set(e, ERR_DATA, "%s: not a plain file in git", path);
	} else {
		*id = *git_tree_entry_id(en);
	}
	git_tree_entry_free(en);
	git_error_clear();
	pthread_mutex_unlock(&tv->r->lock);
	return rc;
}

static int
tree_read(struct view *v, const char *path, struct buf *out, struct err *e)
{
	struct tree_view *tv = (struct tree_view *)v;
	git_odb_object *obj = NULL;
	git_odb *odb;
	git_oid id;
	int rc;

	buf_reset(out);
	rc = find(tv, path, &id, e);
	if (rc)
		return rc;
	odb = odb_take(tv, e);
	if (!odb)
		return -1;
	rc = git_odb_read(&obj, odb, &id);
	if (rc)
		rc = lg_fail(e, rc, "%s: cannot read", path);
	else
		buf_add(
		    out, git_odb_object_data(obj), git_odb_object_size(obj));
	git_odb_object_free(obj);
	odb_give(tv, odb);
	return rc;
}

struct listing {
	struct tree_view *tv;
	const char *suffix;
	char **path;
	size_t n, cap;
};

static int list_entry(struct listing *l, const char *dir,
    const git_tree_entry *en, struct err *e);

static int
list_tree(struct listing *l, const char *dir, git_tree *t, struct err *e)
{
	size_t i, n = git_tree_entrycount(t);

	for (i = 0; i < n; i++)
		if (list_entry(l, dir, git_tree_entry_byindex(t, i), e))
			return -1;
	return 0;
}

static int
list_entry(
    struct listing *l, const char *dir, const git_tree_entry *en, struct err *e)
{
	const char *name = git_tree_entry_name(en);
	size_t len = strlen(name), sl = strlen(l->suffix);
	git_tree *sub = NULL;
	char *path;
	int rc = 0;

	if (name[0] == '.')
		return 0;
	path = dir[0] ? xasprintf("%s/%s", dir, name) : xstrdup(name);
	if (git_tree_entry_type(en) == GIT_OBJECT_TREE) {
		rc =
		    git_tree_lookup(&sub, l->tv->r->git, git_tree_entry_id(en));
		rc = rc ? lg_fail(e, rc, "%s: cannot read", path)
			: list_tree(l, path, sub, e);
		git_tree_free(sub);
	} else if (len >= sl && !strcmp(name + len - sl, l->suffix)) {
		if (!is_blob(en)) {
			rc = err_set(e, ERR_DATA, "%s: not a plain file", path);
		} else {
			GROW(l->path, l->n, l->cap);
			l->path[l->n++] = path;
			path = NULL;
		}
	}
	free(path);
	return rc;
}

static int
by_path(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The subtree dir; NULL without an error where there is none. */
static int
subtree(struct tree_view *tv, const char *dir, git_tree **out, struct err *e)
{
	git_tree_entry *en = NULL;
	int rc;

	*out = NULL;
	if (!dir[0]) {
		rc = git_tree_dup(out, tv->tree);
	} else {
		rc = git_tree_entry_bypath(&en, tv->tree, dir);
		if (rc == GIT_ENOTFOUND ||
		    (!rc && git_tree_entry_type(en) != GIT_OBJECT_TREE)) {
			git_error_clear();
			rc = 0;
		} else if (!rc) {
			rc = git_tree_lookup(
			    out, tv->r->git, git_tree_entry_id(en));
		}
		git_tree_entry_free(en);
	}
	return rc ? lg_fail(e, rc, "%s: cannot read", dir) : 0;
}

static int
tree_list(struct view *v, const char *dir, const char *suffix, char ***path,
    size_t **size, size_t *n, struct err *e)
{
	struct listing l = { (struct tree_view *)v, suffix, NULL, 0, 0 };
	git_tree *t = NULL;
	size_t i;
	int rc;

	pthread_mutex_lock(&l.tv->r->lock);
	rc = subtree(l.tv, dir, &t, e);
	if (!rc && t)
		rc = list_tree(&l, dir, t, e);
	git_tree_free(t);
	pthread_mutex_unlock(&l.tv->r->lock);
	if (l.n)
		qsort(l.path, l.n, sizeof *l.path, by_path);
	*path = l.path;
	*n = l.n;
	*size = xreallocarray(NULL, l.n ? l.n : 1, sizeof **size);
	for (i = 0; i < l.n; i++)
		(*size)[i] = SIZE_GUESS;
	if (rc) {
		view_list_free(*path, *size, *n);
		*path = NULL;
		*size = NULL;
		*n = 0;
	}
	return rc;
}

static void
tree_free(struct view *v)
{
	struct tree_view *tv = (struct tree_view *)v;

	while (tv->nfree)
		git_odb_free(tv->free_odb[--tv->nfree]);
	git_tree_free(tv->tree);
	pthread_mutex_destroy(&tv->lock);
	free(tv);
}

static const struct view_ops tree_ops = { tree_read, tree_list, tree_free };

struct view *
repo_view(struct repo *r, const struct oid *commit, struct err *e)
{
	git_tree *t = lg_tree(r, commit, e);
	struct tree_view *tv;

	if (!t)
		return NULL;
	tv = xcalloc(1, sizeof *tv);
	tv->v.ops = &tree_ops;
	tv->r = r;
	tv->tree = t;
	pthread_mutex_init(&tv->lock, NULL);
	return &tv->v;
}

int
repo_read(struct repo *r, const struct oid *commit, const char *path,
    struct buf *out, struct err *e)
{
	struct view *v;
	int rc;

	buf_reset(out);
	if (!commit->hex[0])
		return 1;
	v = repo_view(r, commit, e);
	if (!v)
		return -1;
	rc = view_read(v, path, out, e);
	view_free(v);
	return rc;
}
