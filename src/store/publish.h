/*
 * publish: step 7 of a commit (txn.h), the same for the commit itself and for
 * recovery: the new files go into the work tree and git's index is rewritten.
 */
#ifndef CRM_STORE_PUBLISH_H
#define CRM_STORE_PUBLISH_H

#include "store/gindex.h"
#include "store/journal.h"

/* Git's index as it was read, and the stat by which a change of it is seen. */
struct index_copy {
	struct gindex *ix;
	struct stat st; /* st_ino 0: there is no index yet */
};

/* Reads .git/index unless what is read is still it. */
int index_load(struct place *p, struct index_copy *c, struct err *e);
void index_release(struct index_copy *c);

/*
 * The content of a file of the work tree by name, "" where it is not there.
 * st gets its stat, st_ino 0 where it is not there. ERR_DATA for what is no
 * plain file.
 */
int work_hash(struct place *p, const char *path, struct oid *out,
    struct stat *st, struct err *e);

/* The stat only. */
int work_stat(
    struct place *p, const char *path, struct stat *st, struct err *e);

/*
 * Makes the folders of all new files; names of those made go to *made. Fails
 * where a file could not be put into its folder.
 */
struct dirs {
	char **path;
	size_t n, cap;
};
int publish_dirs(
    struct place *p, const struct journal *j, struct dirs *made, struct err *e);
void dirs_undo(struct place *p, struct dirs *made); /* and release */
void dirs_release(struct dirs *made);

/*
 * Puts the files in place. A file that holds neither what it held before nor
 * the new content was edited meanwhile, and stays.
 */
int publish_files(
    struct place *p, struct repo *r, struct journal *j, struct err *e);

/* Rewrites the index by what publish_files did. c is used up. */
int publish_index(
    struct place *p, struct journal *j, struct index_copy *c, struct err *e);

/* Syncs the folders of both: what is published lasts. */
int publish_sync(struct place *p, const struct journal *j, struct err *e);

#endif
