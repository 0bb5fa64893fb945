/*
 * index: git's index file, read and rewritten at a path of our own. Standing
 * apart from the repository it takes no locks and checks no objects; the
 * caller holds .git/index.lock and puts the result into place.
 */
#ifndef CRM_STORE_GIT_INDEX_H
#define CRM_STORE_GIT_INDEX_H

#include <stdbool.h>
#include <sys/stat.h>

#include "store/repo.h"

struct gindex;

struct gindex_entry {
	struct oid id;
	unsigned mode;
	bool conflict; /* in a merge: there is no one entry */
	bool sparse;   /* kept out of the work tree by sparse-checkout */
};

/* path need not exist: an empty index. */
int gindex_open(struct gindex **ix, const char *path, struct err *e);

/* 0, or 1 where path is not in the index (or only announced by add -N). */
int gindex_get(struct gindex *ix, const char *path, struct gindex_entry *out);

/* True where the entry of path was recorded with just this stat. */
bool gindex_fresh(struct gindex *ix, const char *path, const struct stat *st);

/* st NULL: an entry that git compares by content at its next look. */
int gindex_set(struct gindex *ix, const char *path, const struct oid *id,
    unsigned mode, const struct stat *st, struct err *e);
int gindex_drop(struct gindex *ix, const char *path, struct err *e);

/*
 * Before an index of time `written` is written anew: an entry not older than
 * it may hide an edit made in the same tick, which git finds by comparing
 * times with those of the index file; the new file's time would end that. So
 * entries whose file is not exactly as recorded are marked to be looked at.
 */
void gindex_smudge(
    struct gindex *ix, int rootfd, const struct timespec *written);

/* Writes to the path it was opened with. Not synced. */
int gindex_write(struct gindex *ix, struct err *e);
void gindex_free(struct gindex *ix);

#endif
