/*
 * journal: .git/crm/txn, what a commit is about to do, written before the
 * first lock of git's is taken and gone when all is done. It holds names only,
 * no content: what is to be in a file lies in .git/crm/tmp, and in git.
 */
#ifndef CRM_STORE_JOURNAL_H
#define CRM_STORE_JOURNAL_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/err.h"
#include "store/place.h"
#include "store/repo.h"

#define TMP_NAME 16

struct jfile {
	char *path;
	struct oid work;  /* content in the work tree before; "" none */
	struct oid index; /* entry in git's index before; "" none */
	struct oid id;	  /* content after; "" removes the file */
	unsigned mode;
	char tmp[TMP_NAME]; /* the new file in tmp; "" where work is id */

	/* not in the file */
	bool based;	  /* base tells what the file was at */
	struct stat base; /* st_ino 0: it was not there */
	bool racy;	  /* an edit since may not show in its stat */
	bool skip;	  /* recovery: not ours any more */
	bool done;	  /* st is of the file with the new content */
	struct stat st;
};

struct journal {
	char *ref; /* "refs/heads/main" or "HEAD" */
	struct oid old, id;
	char *who, *what; /* for the reflogs */
	struct gitlock lock[3];
	struct jfile *file; /* by path */
	size_t n, cap;
};

/* Which lock is which; JL_HEAD is unused where HEAD is detached. */
enum { JL_INDEX, JL_HEAD, JL_REF };

/* Writes it into tmp; then puts it into place, from where it counts. */
int journal_make(struct place *p, const struct journal *j, struct err *e);
int journal_put(struct place *p, struct err *e);

/* 0; 1 where there is none; -1. */
int journal_read(struct place *p, struct journal *j, struct err *e);
bool journal_there(struct place *p);
int journal_drop(struct place *p, struct err *e);
void journal_unname(struct journal *j); /* ref, who and what go */
void journal_release(struct journal *j);

#endif
