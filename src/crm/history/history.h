/*
 * history: what changed, field by field, read from the commits themselves;
 * and taking commits back.
 */
#ifndef CRM_CRM_HISTORY_HISTORY_H
#define CRM_CRM_HISTORY_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "crm/change/change.h"
#include "crm/session.h"

/* --- log ----------------------------------------------------------------- */

struct history_commit {
	struct oid id;
	int64_t time;
	struct span author; /* "Name <mail>" */
	struct span verb;   /* of the trailer; "" where it is none of ours */
	struct span subject;
};

/*
 * A cell that a commit changed. A file that is no table has its path for the
 * key and the field "(file)"; old and new are "" or "there".
 */
struct history_cell {
	const struct history_commit *commit;
	const struct entity *ent; /* NULL for a file */
	struct span key, field, old, new;
};

typedef int history_fn(
    void *ctx, const struct history_cell *cell, struct err *e);

/*
 * Which: records of an entity, single records (of any), or all, but then
 * without the tables that only record what is said elsewhere (append-only).
 */
struct history_options {
	const struct entity *ent;
	const uint64_t *id;
	size_t nids;
	bool has_since;
	int64_t since;
	size_t limit; /* commits; 0 is all */
};

/*
 * From s->base (HEAD, or as-of) back, newest first; a commit's cells by file
 * and key. Of a merge only what neither side had.
 */
int history_log(struct session *s, const struct history_options *o,
    history_fn *fn, void *ctx, struct err *e);

/* --- undo ---------------------------------------------------------------- */

struct undo_options {
	const char *commit; /* a revision; NULL: the newest */
	size_t steps;	    /* how many of the newest; 0 is 1 */
	bool redo;	    /* the last undo instead */
	bool force;	    /* also what was changed since */
	bool pushed;	    /* also what has left the house */
};

struct undo_target {
	struct oid id, parent;
	char *subject;
	bool gone; /* it went out of the house: not to be taken back */
};

struct undo {
	struct undo_target *target;
	size_t n, cap;
	struct buf trailer; /* Crm-Undoes of the commit to be made */
	struct buf subject;
};

/*
 * Takes commits back, on top of what is there now, as changes of c: cells get
 * their old values, added records go, removed ones come back (all byte for
 * byte where the files were not touched since), other files are put back as
 * they were. A cell or record that was changed since is left alone: ERR_NO
 * with a list of them. fn, where not NULL, gets every cell that changes. The
 * caller commits with the trailer and subject. ERR_NO: nothing to take back;
 * ERR_PERM: it has been pushed, or it made the store.
 */
int history_undo(struct changes *c, const struct undo_options *o,
    struct undo *out, history_fn *fn, void *ctx, struct err *e);
void undo_release(struct undo *u);

#endif
