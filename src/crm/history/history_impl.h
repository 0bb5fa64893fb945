/*
 * history_impl: what the files of history share: versions of a file. Not for
 * others.
 */
#ifndef CRM_CRM_HISTORY_HISTORY_IMPL_H
#define CRM_CRM_HISTORY_HISTORY_IMPL_H

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
 * The rows of calendar files in a commit as one table: what moves from one file
 * to another is in both versions of it. Of lax, a file that cannot be read has
 * no rows.
 */
int acts_at(struct session *s, struct repo *r, const struct oid *commit,
    const struct entity *ent, const struct paths *p, bool lax,
    struct table *t, struct err *e);
/* Is the record among the rows of the file, in that commit? */
bool act_in(struct session *s, struct repo *r, const struct oid *commit,
    const struct entity *ent, const char *path, uint64_t id);

/* repo_path_fn: adds to ctx, a struct paths. */
int paths_add(void *ctx, const char *path, struct err *e);

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

/* What the files of invert share. 0 the file is as the commit left it; 1 not. */
int invert_same(struct invert *v, const char *path, struct err *e);
/* Says that something was changed since. */
void invert_changed(struct invert *v, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Counts and tells what differs, where files are put back whole. */
int invert_tell(struct invert *v, const struct entity *ent, struct table *a,
    struct table *b, struct err *e);
/* Record by record, from what the commit made (a) to what was there (b). */
int invert_rows(struct invert *v, const struct entity *ent, struct table *a,
    struct table *b, struct err *e);

/*
 * The calendar files that a commit changed. Where they are as it left them the
 * earlier bytes come back; a file that was changed since is merged, so that
 * what other programs wrote comes back, and what they wrote since stays.
 */
int invert_acts(struct invert *v, const struct paths *p, struct err *e);

#endif
