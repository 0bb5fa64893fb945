/*
 * gindex: git's index file (gitformat-index(5), versions 2 to 4), in memory.
 * It takes no locks and checks no objects: the caller holds .git/index.lock,
 * reads the file, changes entries, and puts the new bytes into its place.
 *
 * What is not changed stays as it is, byte for byte: other entries with their
 * stat, flags and stages, and the version. Of the extensions, the cached trees
 * stay where no path below them changes, the resolved conflicts stay, the
 * untracked cache stays while the names are the same; others go, as git itself
 * drops what it does not keep up (it makes them anew).
 */
#ifndef CRM_STORE_GINDEX_H
#define CRM_STORE_GINDEX_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/err.h"
#include "store/repo.h"

struct gindex;

struct gindex_entry {
	struct oid id;
	unsigned mode;
	bool conflict; /* in a merge: there is no one entry */
	bool sparse;   /* kept out of the work tree by sparse-checkout */
};

/*
 * Takes the file's bytes, which is empty afterwards; nothing is an empty index.
 * ERR_DATA for a damaged one and for a kind that is not supported (split,
 * sparse). *ix is NULL then.
 */
int gindex_read(struct gindex **ix, struct buf *file, struct err *e);

/* 0, or 1 where path is not in the index (or only announced by add -N). */
int gindex_get(struct gindex *ix, const char *path, struct gindex_entry *out);

/* True where the entry of path was recorded with just this stat. */
bool gindex_fresh(struct gindex *ix, const char *path, const struct stat *st);

/*
 * The entries below a folder (its name ends in '/'), in byte order: *at is 0
 * first; the path is not NUL-terminated. False: there are no more.
 */
bool gindex_below(struct gindex *ix, const char *dir, size_t *at,
    struct span *path, struct oid *id);

/*
 * Sets the entry, keeping what the user set of it (assume-unchanged and the
 * like); one that is a folder of path, or in path as a folder, goes. st NULL:
 * an entry that git compares by content at its next look.
 */
void gindex_set(struct gindex *ix, const char *path, const struct oid *id,
    unsigned mode, const struct stat *st);
void gindex_drop(struct gindex *ix, const char *path);

/*
 * Before an index of time `written` is written anew: an entry not older than
 * it may hide an edit made in the same tick, which git finds by comparing
 * times with those of the index file; the new file's time would end that. So
 * entries whose file is not exactly as recorded are marked to be looked at.
 */
void gindex_smudge(
    struct gindex *ix, int rootfd, const struct timespec *written);

/* Appends the file. */
void gindex_write(const struct gindex *ix, struct buf *out);
void gindex_free(struct gindex *ix);

#endif
