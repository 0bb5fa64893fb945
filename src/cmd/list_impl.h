/* list_impl: what list, export and show share: columns, and rows of a query. */
#ifndef CRM_CMD_LIST_IMPL_H
#define CRM_CMD_LIST_IMPL_H

#include "cmd/cli.h"

/* The columns of a list: paths, and how they are shown. */
struct columns {
	struct path **path;
	bool *label;
	struct emit_column *emit;
	size_t n, cap;
	bool base; /* a last column _base, which is in no file */
};

/* Adds the one that text names, a path; people: as people read it. */
int columns_add(struct call *c, struct query *q, struct columns *k,
    struct span text, bool people);
void columns_release(struct columns *k);

/* Lists of -c and -s or NULL; and where in a crmrc a view says so, or NULL. */
struct wanted {
	const char *columns, *sort;
	const struct rc_entry *columns_from, *sort_from;
	bool ours; /* columns are the verb's: what says most comes first, and
		      the last are left out where there is no room */
};

/*
 * Lists what q selects. base: complete rows for machines carry the commit they
 * come from. foot, or NULL, is for people. 1 where nothing is, with -e.
 */
int list_query(struct call *c, struct query *q, const struct wanted *w,
    bool base, const char *foot);

/*
 * The first rows (limit 0: all) that q selects, as people read them; w says
 * which columns and in what order. k gets the columns; both are released by
 * the caller, after a failure too.
 */
int list_first(struct call *c, struct query *q, const struct wanted *w,
    size_t limit, struct columns *k, struct result *out);

/*
 * The fields of a record that are filled, a line each; those that are computed
 * only if they are asked for. (show.c)
 */
int show_record(struct call *c, uint64_t id, bool computed);

/*
 * What belongs to a record of c->ent, for people, a few of each kind:
 * activities, quotes, orders and the like; nothing of what it has none of.
 * (show_records.c)
 */
int show_records(struct call *c, uint64_t id);

#endif
