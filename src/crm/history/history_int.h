/*
 * history_int: what the files of history share: versions of a file. Not for
 * others.
 */
#ifndef CRM_CRM_HISTORY_HISTORY_INT_H
#define CRM_CRM_HISTORY_HISTORY_INT_H

#include "crm/history/history.h"
#include "store/table.h"

struct paths {
	char **v;
	size_t n, cap;
};

/* Files that differ, in byte order. */
int paths_between(struct repo *r, const struct oid *a, const struct oid *b,
    struct paths *out, struct err *e);
void paths_release(struct paths *p);

/* The file in a commit as a table; an empty one where it is not there. */
int table_at(struct session *s, struct repo *r, const struct oid *commit,
    const struct entity *ent, const char *path, struct table *t,
    struct err *e);

/*
 * The inverse of one commit as changes of c. What was changed since is added
 * to changed (a line each, nchanged of them), or overwritten where force.
 */
struct invert {
	struct changes *c;
	const struct undo_target *target;
	history_fn *fn;
	void *ctx;
	bool force;
	bool slow; /* tables are held in memory: no more whole files */
	struct buf changed;
	size_t nchanged;
};
int invert_settle(struct invert *v, struct err *e);
int invert_commit(struct invert *v, struct err *e);

#endif
