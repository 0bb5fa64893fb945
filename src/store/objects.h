/*
 * objects: writes git's objects, each into a file of its own, or all into one
 * pack (pack.h) where a change is large. Nothing names them yet, so a failure
 * leaves only what git gc takes away.
 */
#ifndef CRM_STORE_OBJECTS_H
#define CRM_STORE_OBJECTS_H

#include "base/buf.h"
#include "store/git/plumb.h"
#include "store/place.h"

struct pack;

struct objects {
	struct place *p;
	struct repo *repo;
	struct pack *pack; /* NULL: loose */
	int fd;		   /* .git/objects; opened at need */
	bool touched[256], made;
	char (*path)[OID_HEX + 2]; /* of obj0, obj1, ... in tmp */
	size_t npaths, path_cap;
	uint64_t bytes, count; /* loose ones written */
};

void objects_init(struct objects *o, struct place *p, struct repo *r);

/*
 * Writes one object into tmp and names it. One that is there already is not written
 * again, unless it is there as a damaged file, as an unclean stop leaves it:
 * then that is replaced.
 */
int objects_put(struct objects *o, enum obj_type type, struct span data,
    struct oid *out, struct err *e);

/*
 * Puts what was written into place: till then it lies in tmp, so that no
 * object has its name before its content is synced (place_flush()).
 */
int objects_place(struct objects *o, struct err *e);

/* Syncs the folders of what was put into place. */
int objects_sync(struct objects *o, struct err *e);
void objects_release(struct objects *o);

/* One path of a commit. id "" removes it. */
struct change {
	const char *path;
	struct oid id;
	unsigned mode;
};

/*
 * The tree `old` ("" for the empty one) with n changes, which are sorted by
 * path in byte order. A folder that becomes empty goes. Fails with ERR_DATA
 * where a file stands in the way of a folder or the reverse, or a link or
 * submodule in the way of either.
 */
int tree_edit(struct objects *o, const struct oid *old, const struct change *c,
    size_t n, struct oid *out, struct err *e);

#endif
