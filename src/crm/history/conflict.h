/*
 * conflict: what merging could not decide by itself. git's merge driver may
 * write its one file only, so it leaves what it found in .git/crm/conflicts;
 * the post-merge hook, or else the next command that writes, moves it to
 * conflicts.csv and commits that by itself.
 *
 * A conflict is open as long as the value that was left standing is still
 * there; once the cell was changed, somebody has decided.
 */
#ifndef CRM_CRM_HISTORY_CONFLICT_H
#define CRM_CRM_HISTORY_CONFLICT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"
#include "crm/change/change.h"
#include "crm/session.h"

#define CONFLICT_PATH "conflicts.csv"

/* A row of conflicts.csv; table is the path of the table ("opps"). */
struct conflict {
	struct span table, id, column, base, ours, theirs;
};

struct conflicts {
	struct conflict *row;
	size_t n, cap;
	struct arena arena;
};

/* Adds the rows of text, a file of that form. */
int conflicts_parse(
    struct conflicts *c, const char *name, struct span text, struct err *e);
/*
 * Adds one row (copied). Of one with the same table, id and column, from the
 * same base, the greatest value stands and the next one is offered; from
 * another base it is replaced. Sorted by table, id and column.
 */
void conflicts_add(struct conflicts *c, const struct conflict *row);
void conflicts_write(const struct conflicts *c, struct buf *out);
void conflicts_release(struct conflicts *c);

/*
 * git's merge driver: merges the three files and replaces the second. path is
 * the file's place in the store, root the top of its work tree. Rows are
 * spooled below .git/crm unless inner (a merge of merge bases, which is not
 * what anybody sees). 0; 1 where path is no table; -1.
 */
struct merge_files {
	const char *base, *ours, *theirs, *path, *root;
	bool inner;
	struct conflicts found;
};
int merge_files(struct merge_files *m, struct err *e);

/*
 * Calendar files over which git stopped a merge, since one side removed them
 * and the other changed them: where the item is in another's calendar by now
 * the change is merged into that, else the file stays, with a conflict. When
 * nothing is left to be merged, the merge is committed. *n is how many.
 */
int merge_moved(const char *root, size_t *n, struct err *e);

/*
 * After a merge or rebase that came about (ORIG_HEAD is where it began): an
 * activity that each side gave to somebody else is in the calendars of both.
 * It becomes the one of whose id is the greater, with what both changed, and a
 * conflict of its owner; copies of meetings name who owns them now. What one
 * side made another kind, while the other changed it or gave it away, is of
 * that kind, with the fields of both. Committed by itself. *n is how many.
 */
int merge_twice(struct session *s, size_t *n, struct err *e);

/* Is anything spooled? Cheap: for every command that writes. */
bool conflicts_spooled(const struct session *s);

/*
 * Sets this clone up for merging where it is not (session_set_up). Moves
 * spooled rows to conflicts.csv, drops the ones there that have been
 * decided, and commits that by itself: to be called before anything else is
 * changed in c. What belongs to a merge that was given up is dropped. Rows
 * that cannot be moved now (half staged) wait.
 */
int conflicts_collect(struct changes *c, struct err *e);

/* The open ones, spooled ones among them. */
int conflicts_open(struct session *s, struct conflicts *out, struct err *e);

/*
 * Decides those of a record (column "" is all of them): the other value is
 * written through change_apply where theirs; the rows go. *n is how many.
 */
int conflicts_take(struct changes *c, struct span id, struct span column,
    bool theirs, unsigned how, size_t *n, struct err *e);

#endif
