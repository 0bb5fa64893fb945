/*
 * ref: git's refs as files: HEAD, the branch it names, packed-refs, reflogs.
 * No libgit2, for readers must not load it, and because the locks of a commit
 * must be known before they are taken, which libgit2 does not offer.
 */
#ifndef CRM_STORE_REF_H
#define CRM_STORE_REF_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "store/repo.h"

/* Where HEAD points. */
struct head {
	struct buf name; /* "refs/heads/main", or "HEAD" where detached */
	struct oid id;	 /* "" on an unborn branch */
};

/* Reads through gitfd, the .git folder. */
int head_read(int gitfd, struct head *h, struct err *e);
void head_release(struct head *h);

/* The value of a full ref name; "" where there is none. */
int ref_read(int gitfd, const char *name, struct oid *out, struct err *e);

/*
 * Appends to logs/NAME, which is made where make is set. who is "name <mail>
 * time". Nothing where the last line has the same new value already.
 */
int reflog_add(int gitfd, const char *name, bool make, const struct oid *old,
    const struct oid *id, struct span who, struct span what, struct err *e);

#endif
