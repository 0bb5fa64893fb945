/*
 * plumb: what a transaction needs of git beyond repo.h. Declared without
 * git2.h; for the files of src/store only.
 */
#ifndef CRM_STORE_GIT_PLUMB_H
#define CRM_STORE_GIT_PLUMB_H

#include <stdbool.h>

#include "store/repo.h"

enum obj_type { OBJ_COMMIT = 1, OBJ_TREE = 2, OBJ_BLOB = 3 };

enum {
	MODE_TREE = 0040000,
	MODE_FILE = 0100644,
	MODE_EXEC = 0100755,
	MODE_LINK = 0160000, /* a submodule */
};

/* What git calls this content. May be called by several threads at a time. */
int obj_hash(
    enum obj_type type, struct span data, struct oid *out, struct err *e);
const char *obj_type_name(enum obj_type type);

/* False where CRM_FSYNC=0: nothing is synced, for benchmarks and scripts. */
bool sync_wanted(void);

/* Replaces out by the object's content. */
int repo_object(struct repo *r, const struct oid *id, enum obj_type type,
    struct buf *out, struct err *e);

/* Looks no further than what is known of packs already; a miss is cheap. */
bool repo_has_object(struct repo *r, const struct oid *id);

/*
 * For an object that is there: makes it young, so that a git gc under way does
 * not take it away. Writes it where it is gone.
 */
int repo_freshen(
    struct repo *r, enum obj_type type, struct span data, struct err *e);

/* "" for the commit "". */
int repo_tree(
    struct repo *r, const struct oid *commit, struct oid *tree, struct err *e);

/*
 * The blob at path and its mode. 0; 1 where there is none (*blob is ""); -1,
 * with ERR_DATA for what is no plain file (a link, a submodule, a folder).
 */
int repo_entry(struct repo *r, const struct oid *commit, const char *path,
    struct oid *blob, unsigned *mode, struct err *e);

/* The text of a commit object by the identity and clock of repo.h. */
int repo_commit_text(struct repo *r, const struct oid *tree,
    const struct oid *parent, const char *message, struct buf *out,
    struct err *e);

/* The committer as it stands in a commit and in reflogs: name <mail> time. */
int repo_committer(
    struct repo *r, const struct oid *parent, struct buf *out, struct err *e);

bool repo_config_bool(struct repo *r, const char *name, bool def);
/* Appends the value; false where it is not set. */
bool repo_config_str(struct repo *r, const char *name, struct buf *out);

#endif
