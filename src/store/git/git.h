/*
 * git: what the files of this folder share. They are the only ones that
 * include git2.h; everything they offer is declared without it, in store/repo.h
 * and store/git/plumb.h.
 */
#ifndef CRM_STORE_GIT_GIT_H
#define CRM_STORE_GIT_GIT_H

#include <git2.h>
#include <pthread.h>

#include "store/repo.h"

struct repo {
	git_repository *git;
	git_odb *odb;
	git_config *config; /* read at need, once */
	char *root;
	pthread_mutex_t lock; /* for views: libgit2 wants one user at a time */
};

/* Makes libgit2 take its memory from mem.h; before it is started. */
void lg_use_our_memory(void);

/* Starts libgit2, once in a process. */
int lg_start(struct err *e);

/*
 * Sets e from libgit2's last error: the text, then ": ", then what libgit2
 * said. rc is its result. Returns -1.
 */
int lg_fail(struct err *e, int rc, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* False where it is "" (none). */
bool lg_oid(git_oid *out, const struct oid *id);
void lg_hex(struct oid *out, const git_oid *id);

/* NULL with e set. */
git_commit *lg_commit(struct repo *r, const struct oid *id, struct err *e);
git_tree *lg_tree(struct repo *r, const struct oid *commit, struct err *e);

#endif
