/*
 * tree_edit: a new tree from an old one. Done on the raw form, which costs one
 * pass over the folders on the way to a change; libgit2's builder looks up
 * every entry of them in the object store.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/hash.h"
#include "store/objects.h"

struct entry {
	const char *name; /* into the raw tree or a path */
	size_t n;
	unsigned mode;
	unsigned char id[20];
	bool gone;
};

struct level {
	struct buf raw;
	struct entry *entry;
	size_t n, cap;
};

static int
parse(struct level *l, const struct oid *id, struct err *e)
{
	const char *p = l->raw.p, *end = p + l->raw.n;

	while (p < end) {
		const char *nul = memchr(p, '\0', (size_t)(end - p));
		struct entry *en;
		char *name;

		if (!nul || end - nul < 21)
			return err_set(
			    e, ERR_DATA, "tree %s: damaged", id->hex);
		GROW(l->entry, l->n, l->cap);
		en = &l->entry[l->n++];
		memset(en, 0, sizeof *en);
		en->mode = (unsigned)strtoul(p, &name, 8);
		en->name = name + 1;
		en->n = (size_t)(nul - en->name);
		memcpy(en->id, nul + 1, 20);
		p = nul + 21;
	}
	return 0;
}

/* git's order: a folder sorts as if its name ended in '/'. */
static int
by_name(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	size_t n = x->n < y->n ? x->n : y->n;
	int d = memcmp(x->name, y->name, n);
	unsigned char cx, cy;

	if (d)
		return d;
	cx = x->n > n		    ? (unsigned char)x->name[n]
	     : x->mode == MODE_TREE ? '/'
				    : 0;
	cy = y->n > n		    ? (unsigned char)y->name[n]
	     : y->mode == MODE_TREE ? '/'
				    : 0;
	return cx < cy ? -1 : cx > cy;
}

static struct entry *
find(struct level *l, const char *name, size_t n)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (l->entry[i].n == n && !memcmp(l->entry[i].name, name, n))
			return &l->entry[i];
	return NULL;
}

static int edit(struct objects *o, const struct oid *old,
    const struct change *c, size_t n, size_t skip, struct oid *out,
    struct err *e);

/* Sets entry NAME of the level to id, "" removing it. */
static void
set(struct level *l, struct entry *en, const char *name, size_t len,
    unsigned mode, const struct oid *id)
{
	if (!id->hex[0]) {
		if (en)
			en->gone = true;
		return;
	}
	if (!en) {
		GROW(l->entry, l->n, l->cap);
		en = &l->entry[l->n++];
		memset(en, 0, sizeof *en);
		en->name = name;
		en->n = len;
	}
	en->mode = mode;
	oid_to_raw(en->id, id);
}

/*
 * Applies the changes that share their next component; returns how many, or 0
 * with e set.
 */
static size_t
apply(struct objects *o, struct level *l, const struct change *c, size_t n,
    size_t skip, struct err *e)
{
	const char *name = c[0].path + skip;
	size_t len = strcspn(name, "/"), k = 1;
	struct entry *en = find(l, name, len);
	bool dir = name[len] == '/';
	struct oid sub = { "" }, id;

	if (en && (dir != (en->mode == MODE_TREE) ||
		      (!dir && (en->mode & 0170000) != 0100000))) {
		/* nothing to remove below what is not there */
		if (!c[0].id.hex[0])
			return 1;
		err_set(e, ERR_DATA,
		    en->mode == MODE_LINK
			? "%s: a submodule is in its place"
			: "%s: something else is in its place",
		    c[0].path);
		return 0;
	}
	if (!dir) {
		set(l, en, name, len, c[0].mode, &c[0].id);
		return 1;
	}
	while (k < n && !strncmp(c[k].path + skip, name, len + 1))
		k++;
	if (en)
		oid_of_raw(&sub, en->id);
	if (edit(o, &sub, c, k, skip + len + 1, &id, e))
		return 0;
	set(l, en, name, len, MODE_TREE, &id);
	return k;
}

static int
write_level(struct objects *o, struct level *l, struct oid *out, struct err *e)
{
	struct buf b = { 0 };
	size_t i;
	int rc = 0;

	if (l->n)
		qsort(l->entry, l->n, sizeof *l->entry, by_name);
	for (i = 0; i < l->n; i++) {
		const struct entry *en = &l->entry[i];

		if (en->gone)
			continue;
		buf_addf(&b, "%o ", en->mode);
		buf_add(&b, en->name, en->n);
		buf_addc(&b, '\0');
		buf_add(&b, en->id, 20);
	}
	memset(out, 0, sizeof *out);
	if (b.n)
		rc = objects_put(o, OBJ_TREE, buf_span(&b), out, e);
	buf_release(&b);
	return rc;
}

static int
edit(struct objects *o, const struct oid *old, const struct change *c, size_t n,
    size_t skip, struct oid *out, struct err *e)
{
	struct level l = { 0 };
	size_t done, i;
	int rc = -1;

	if (old->hex[0] && (repo_object(o->repo, old, OBJ_TREE, &l.raw, e) ||
			       parse(&l, old, e)))
		goto out;
	for (i = 0; i < n; i += done) {
		done = apply(o, &l, c + i, n - i, skip, e);
		if (!done)
			goto out;
	}
	rc = write_level(o, &l, out, e);
out:
	buf_release(&l.raw);
	free(l.entry);
	return rc;
}

int
tree_edit(struct objects *o, const struct oid *old, const struct change *c,
    size_t n, struct oid *out, struct err *e)
{
	if (edit(o, old, c, n, 0, out, e))
		return -1;
	/* A commit needs a tree, if an empty one. */
	if (!out->hex[0])
		return objects_put(o, OBJ_TREE, span(""), out, e);
	return 0;
}
