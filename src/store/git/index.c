#include "store/git/index.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "store/git/git.h"

struct gindex {
	git_index *ix;
};

int
gindex_open(struct gindex **out, const char *path, struct err *e)
{
	struct gindex *g = xcalloc(1, sizeof *g);
	int rc;

	*out = NULL;
	if (lg_start(e)) {
		free(g);
		return -1;
	}
	rc = git_index_open(&g->ix, path);
	if (rc) {
		const git_error *ge = git_error_last();

		if (ge && ge->message && strstr(ge->message, "'link'"))
			err_set(e, ERR_DATA,
			    "git's index is split, which is not supported: "
			    "git config core.splitIndex false && git "
			    "update-index --no-split-index");
		else
			lg_fail(e, rc, "cannot read git's index");
		gindex_free(g);
		return -1;
	}
	*out = g;
	return 0;
}

int
gindex_get(struct gindex *g, const char *path, struct gindex_entry *out)
{
	const git_index_entry *en = git_index_get_bypath(g->ix, path, 0);
	int i;

	memset(out, 0, sizeof *out);
	for (i = 1; !en && i <= 3; i++)
		if (git_index_get_bypath(g->ix, path, i)) {
			out->conflict = true;
			return 0;
		}
	if (!en || (en->flags_extended & GIT_INDEX_ENTRY_INTENT_TO_ADD))
		return 1;
	lg_hex(&out->id, &en->id);
	out->mode = en->mode;
	out->sparse = (en->flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE) != 0;
	return 0;
}

static bool
same_stat(const git_index_entry *en, const struct stat *st)
{
	return en->file_size == (uint32_t)st->st_size &&
	       en->ino == (uint32_t)st->st_ino &&
	       en->mtime.seconds == (int32_t)st->st_mtim.tv_sec &&
	       en->mtime.nanoseconds == (uint32_t)st->st_mtim.tv_nsec &&
	       en->ctime.seconds == (int32_t)st->st_ctim.tv_sec &&
	       en->ctime.nanoseconds == (uint32_t)st->st_ctim.tv_nsec;
}

bool
gindex_fresh(struct gindex *g, const char *path, const struct stat *st)
{
	const git_index_entry *en = git_index_get_bypath(g->ix, path, 0);

	return en && same_stat(en, st);
}

int
gindex_set(struct gindex *g, const char *path, const struct oid *id,
    unsigned mode, const struct stat *st, struct err *e)
{
	const git_index_entry *old = git_index_get_bypath(g->ix, path, 0);
	git_index_entry en = { 0 };
	int rc;

	if (old) {
		en.flags = old->flags & ~GIT_INDEX_ENTRY_NAMEMASK;
		en.flags_extended =
		    old->flags_extended & ~(GIT_INDEX_ENTRY_INTENT_TO_ADD);
	}
	if (!lg_oid(&en.id, id))
		return err_set(e, ERR_BUG, "index entry without a blob");
	en.mode = mode;
	en.path = path;
	if (st) {
		en.ctime.seconds = (int32_t)st->st_ctim.tv_sec;
		en.ctime.nanoseconds = (uint32_t)st->st_ctim.tv_nsec;
		en.mtime.seconds = (int32_t)st->st_mtim.tv_sec;
		en.mtime.nanoseconds = (uint32_t)st->st_mtim.tv_nsec;
		en.dev = (uint32_t)st->st_dev;
		en.ino = (uint32_t)st->st_ino;
		en.uid = st->st_uid;
		en.gid = st->st_gid;
		en.file_size = (uint32_t)st->st_size;
	}
	rc = git_index_add(g->ix, &en);
	return rc ? lg_fail(e, rc, "%s: cannot enter into git's index", path)
		  : 0;
}

int
gindex_drop(struct gindex *g, const char *path, struct err *e)
{
	int rc;

	if (!git_index_get_bypath(g->ix, path, 0))
		return 0;
	rc = git_index_remove(g->ix, path, 0);
	return rc ? lg_fail(e, rc, "%s: cannot take out of git's index", path)
		  : 0;
}

static void
smudge(struct gindex *g, const git_index_entry *en, int rootfd,
    const struct timespec *written)
{
	git_index_entry copy = *en;
	struct stat st;

	if (en->file_size == 0 || (en->mode & S_IFMT) != S_IFREG)
		return;
	if (!fstatat(rootfd, en->path, &st, AT_SYMLINK_NOFOLLOW) &&
	    same_stat(en, &st) &&
	    (st.st_mtim.tv_sec < written->tv_sec ||
		st.st_mtim.tv_nsec < written->tv_nsec))
		return;
	copy.file_size = 0;
	/* best effort: what cannot be marked stays as it was */
	(void)git_index_add(g->ix, &copy);
}

void
gindex_smudge(struct gindex *g, int rootfd, const struct timespec *written)
{
	size_t i, n = git_index_entrycount(g->ix);

	for (i = 0; i < n; i++) {
		const git_index_entry *en = git_index_get_byindex(g->ix, i);

		if (en->mtime.seconds >= (int32_t)written->tv_sec &&
		    !(en->flags & GIT_INDEX_ENTRY_STAGEMASK))
			smudge(g, en, rootfd, written);
	}
}

int
gindex_write(struct gindex *g, struct err *e)
{
	int rc = git_index_write(g->ix);

	return rc ? lg_fail(e, rc, "cannot write git's index") : 0;
}

void
gindex_free(struct gindex *g)
{
	if (!g)
		return;
	git_index_free(g->ix);
	free(g);
}
