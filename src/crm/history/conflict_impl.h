/*
 * conflict_impl: what the files of conflict share: looking at the cell that a
 * conflict is about. Not for others.
 */
#ifndef CRM_CRM_HISTORY_CONFLICT_IMPL_H
#define CRM_CRM_HISTORY_CONFLICT_IMPL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "crm/calendar/calendar.h"
#include "crm/history/conflict.h"
#include "crm/history/tdiff.h"
#include "store/schema.h"
#include "store/table.h"
#include "store/txn.h"

/*
 * Below the store: one file for each merge and path, named FROM-HASH.csv, of
 * a rebase FROM-rHASH.csv, where FROM is the commit that was merged into.
 */
#define CONFLICT_SPOOL ".git/crm/conflicts"

struct lookup_file {
	char *path;
	struct table t;
	bool bad;
};

/* Files as read() gives them, each parsed once. */
struct lookup {
	struct session *s;
	int (*read)(
	    void *ctx, const char *path, struct buf *out, struct err *e);
	void *ctx;
	struct lookup_file **file;
	size_t n, cap;
};

enum lookup_state {
	LOOKUP_FOUND,
	LOOKUP_ABSENT,
	LOOKUP_UNKNOWN, /* no such table, or its file cannot be read */
};

void lookup_release(struct lookup *l);

/* The key of a record from its text; false where it is none of ent's. */
bool conflict_key(const struct entity *ent, struct span text, uint64_t *id);

/* Leaves what was found by merging m->path for conflicts_collect(). */
int merge_spool(const struct merge_files *m, struct err *e);

/* Is a rebase going on in the store that dirfd is? */
bool conflict_rebasing(int dirfd);

/* Runs git ARGS (NULL at the end) there; what it prints goes to out or nowhere.
 */
int merge_git(const char *root, const char *const args[], struct buf *out,
    struct err *e);
/* The UID of the first item of a calendar; appended. False: it has none. */
bool merge_uid(const struct buf *text, struct buf *uid);

/*
 * What merge_twice() has begun to write, if anything: *txn, from the first that
 * is to be written on. merge_read(): a file as that has it.
 */
int merge_begun(struct session *s, struct txn **txn, struct err *e);
int merge_read(struct session *s, struct txn *txn, const char *path,
    struct buf *text, struct err *e);
/* Where a folder has a file of the same name and kind; false: it has none. */
bool merge_there(struct session *s, const struct cal_path *like,
    struct span folder, struct buf *out);
/*
 * Makes the copies of a meeting anew where it was given to somebody, or one
 * names another than its owner; *made counts those. like is a file of it.
 */
int merge_copies(struct session *s, struct txn **txn,
    const struct cal_path *like, bool given, size_t *made, struct err *e);
/*
 * Of a meeting, text, that each side gave to a guest, who is none then: the one
 * whose it is not is a guest as before (base), the owner is none. Addresses.
 */
int merge_guests(struct calendar *cal, const char *path, struct span base,
    struct span owner, struct span other, struct buf *text, struct err *e);

/*
 * What an item is of which one side made another kind while the other changed
 * it, field by field: the version both had, the one of the new kind, and the
 * other. Where both changed a field that of the new kind stands, and fn (or
 * NULL) is told; so it is with what is no field (X-COLOR, fields that only
 * config/fields.csv knows). The result does not depend on when it is made.
 */
int merge_kinds(const char *const path[3], const struct span text[3],
    struct buf *out, merge_conflict_fn *fn, void *ctx, struct err *e);
/* Has just one side, side[*made], another kind than base has? */
bool merge_kinds_differ(const char *path, const struct buf side[3], int *made);

/* What is spooled and belongs to a merge that came about. */
void conflicts_pending(struct session *s, struct conflicts *out);

/* Takes out the rows that have been decided; true where there were any. */
bool conflicts_prune(struct lookup *l, struct conflicts *c);

/*
 * The other value of a row about a property of a calendar that is no field, or
 * about an occurrence, becomes the one that is there; record is the activity.
 * ERR_USAGE where that was changed since, or is in a form that cannot be set.
 */
int conflict_take_property(struct changes *c, const struct record *record,
    const struct conflict *k, unsigned how, struct err *e);

#endif
