/*
 * repo: the git repository under a store, through libgit2 (the files in
 * src/store/git are the only ones that include git2.h). Opening one starts
 * libgit2, so readers of the work tree never do; repo_head_fast() is for them.
 *
 * Author and committer: GIT_AUTHOR_NAME and the like, else git's user.name and
 * user.email, else made from the login and host name as git does. Control
 * characters are taken out. The time is clock_now(), but never before the
 * parent's time.
 */
#ifndef CRM_STORE_REPO_H
#define CRM_STORE_REPO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "store/view.h"

#define OID_HEX 40

/* A commit, tree or blob name in hex; "" is "none". */
struct oid {
	char hex[OID_HEX + 1];
};

struct repo;

/*
 * Makes root (an existing folder) a repository unless it is one, and sets what
 * a store needs in .git/config: core.fsync=all, core.splitIndex=false,
 * merge.crm.* (the record merge driver, run as "crm merge-file %O %A %B %P")
 * and the post-merge hook. Idempotent: a clone is set up by the same call.
 */
int repo_setup(const char *root, struct err *e);

/*
 * Fails with a clear message for: no repository, a bare one, one owned by
 * somebody else, SHA-256, a split index, a linked work tree or submodule.
 */
int repo_open(struct repo **r, const char *root, struct err *e);
void repo_free(struct repo *r);

/*
 * ERR_BUSY in the middle of a merge, rebase, cherry-pick, revert or bisect; not
 * in the hooks that git runs when one is done.
 */
int repo_idle(struct repo *r, struct err *e);

/*
 * The same without libgit2, from .git/HEAD, the loose ref or packed-refs.
 * False where that does not tell (out is "").
 */
bool repo_head_fast(const char *root, struct oid *out);

/* A revision as git spells it (gitrevisions(7)) to a commit. ERR_NOENT. */
int repo_resolve(
    struct repo *r, const char *rev, struct oid *out, struct err *e);

/* The newest first-parent commit of HEAD made at or before t. ERR_NOENT. */
int repo_at(struct repo *r, int64_t t, struct oid *out, struct err *e);

/* A view of that commit's tree; it keeps using r, which must outlive it. */
struct view *repo_view(struct repo *r, const struct oid *commit, struct err *e);

/* The blob at path in a commit: replaces out. 0; 1 where absent; -1. */
int repo_read(struct repo *r, const struct oid *commit, const char *path,
    struct buf *out, struct err *e);

struct repo_commit {
	struct oid id, parent; /* first parent, or "" */
	int nparents;
	int64_t time;
	const char *author; /* "Name <mail>" */
	const char *message;
};

/*
 * Commits from `from` back, newest first, first parents only if asked; fn's
 * non-zero result stops the walk and is returned.
 */
typedef int repo_commit_fn(
    void *ctx, const struct repo_commit *c, struct err *e);
int repo_log(struct repo *r, const struct oid *from, bool first_parent,
    repo_commit_fn *fn, void *ctx, struct err *e);

int repo_commit(struct repo *r, const struct oid *id, repo_commit_fn *fn,
    void *ctx, struct err *e);

/*
 * Paths that differ between two commits ("" for the empty tree), in byte
 * order, no rename detection.
 */
typedef int repo_path_fn(void *ctx, const char *path, struct err *e);
int repo_diff(struct repo *r, const struct oid *a, const struct oid *b,
    repo_path_fn *fn, void *ctx, struct err *e);

/* Paths of the work tree that differ from a commit, new ones too. */
int repo_edited(struct repo *r, const struct oid *commit, repo_path_fn *fn,
    void *ctx, struct err *e);

/* 1 where a is b or an ancestor of b; 0, also of one that is not here; -1. */
int repo_is_ancestor(struct repo *r, const struct oid *a, const struct oid *b,
    struct err *e);

/*
 * true where commit is contained in a remote-tracking branch: it has left the
 * house; or where that cannot be told.
 */
bool repo_is_pushed(struct repo *r, const struct oid *commit);

/* Who commits: "Name <mail>"; *made where it came from the login. */
int repo_identity(struct repo *r, struct buf *out, bool *made, struct err *e);

#endif
