/*
 * txn: the one way by which files of a store change. A transaction is the
 * exclusive right to write, a set of new file contents, and one commit of
 * them, with this promise: whatever happens (a kill, a full disk, an I/O
 * error, at any point), the next command finds the old state or the new one,
 * never something between, and what the user has staged or edited stays. The
 * process's umask is the store's until txn_end().
 *
 * The protocol (crm-store(5), THE COMMIT):
 *  0 flock .git/crm/lock; a journal there is recovered first
 *  1 callers read through the transaction and put new contents, all in memory
 *    (large ones are spooled to .git/crm/tmp and one pack)
 *  2 blobs, trees and the commit are written and fsynced; nothing names them
 *  3 the new files are written to .git/crm/tmp and fsynced
 *  4 the journal (.git/crm/txn) is written and fsynced
 *  5 .git/index.lock is taken (git's own lock); paths are checked unchanged
 *  6 the branch moves by compare-and-swap: the commit point
 *  7 files are renamed into place, folders fsynced, the index published
 *  8 the journal goes, locks go
 *
 * Readers of the work tree hold .git/crm/read shared while they read files;
 * steps 4 to 8 hold it exclusively, so that a reader sees one state, and so
 * that a journal seen by a reader is known to be a dead writer's.
 */
#ifndef CRM_STORE_TXN_H
#define CRM_STORE_TXN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "store/repo.h"

struct txn;

/*
 * Begins: takes the lock (waiting up to wait_ms, then ERR_BUSY), recovers,
 * opens the repository, checks that it is idle. root is the store's folder.
 */
int txn_begin(struct txn **t, const char *root, int wait_ms, struct err *e);

struct repo *txn_repo(struct txn *t);
const struct oid *txn_head(const struct txn *t); /* "" on an unborn branch */

enum txn_state {
	TXN_CLEAN,  /* work tree, index and HEAD agree, or it is nowhere */
	TXN_EDITED, /* the work tree differs from HEAD; the index agrees with
		       one of the two */
	TXN_PARTLY, /* staged content that is neither: refused by txn_put */
};

/*
 * How the file stands. An edited one must be committed by itself first
 * (txn_put of the work tree's content, then txn_commit) before it is changed.
 */
int txn_state(
    struct txn *t, const char *path, enum txn_state *st, struct err *e);
/* The same, for whoever can do nothing with TXN_PARTLY: it is ERR_BUSY. */
int txn_whole(
    struct txn *t, const char *path, enum txn_state *st, struct err *e);

/*
 * The file is an edit that was read through this transaction; what is put next
 * is made of it, and may take its place. Until the commit, which still refuses
 * where the file was changed again meanwhile.
 */
int txn_adopt(struct txn *t, const char *path, struct err *e);

/*
 * Files below the folder dir (names that begin with '.' left out) that may not
 * be CLEAN, in byte order: those whose stat is not the one in git's index,
 * those that the index and the last commit have differently, new ones, and
 * ones that are gone. One stat for each file; read are those for which git's
 * index does not vouch. Free each, and the array.
 */
int txn_suspects(struct txn *t, const char *dir, char ***path, size_t *n,
    struct err *e);
/*
 * The same for a folder in which no name came or went since it was looked
 * through: files whose content is not what git's index has.
 */
int txn_edited(struct txn *t, const char *dir, char ***path, size_t *n,
    struct err *e);

/*
 * The content as this transaction sees it: what was put, else the work tree's
 * file. Replaces out. 0; 1 where absent; -1.
 */
int txn_read(struct txn *t, const char *path, struct buf *out, struct err *e);

/*
 * Sets the content of path (0600, or as core.sharedRepository says; folders
 * are made). Takes the bytes of data, which is empty afterwards. Refuses
 * unsafe paths, links, submodules on the way (ERR_DATA), TXN_PARTLY, and
 * TXN_EDITED unless data is the work tree's content (ERR_BUSY).
 */
int txn_put(struct txn *t, const char *path, struct buf *data, struct err *e);
int txn_remove(struct txn *t, const char *path, struct err *e);
/* Would they refuse new content? As they do; nothing is put. */
int txn_may_put(struct txn *t, const char *path, struct err *e);

/*
 * Announces a large change: contents are spooled as they are put, compressed
 * by all cores into one pack, and synced once.
 */
void txn_bulk(struct txn *t);

/*
 * Commits what was put, as one commit on HEAD with message; *id is it. Nothing
 * put, or nothing that differs: no commit, *id is "". May be called again for
 * a next commit in the same transaction. On failure nothing has changed, but
 * for ERR_UNSURE: committed, durability not confirmed.
 */
int txn_commit(
    struct txn *t, const char *message, struct oid *id, struct err *e);

/* Drops what was put and not committed, and the locks. t may be NULL. */
void txn_end(struct txn *t);

/*
 * For readers: a shared hold on the work tree. Where a crashed writer left a
 * journal and the writers' lock is free, recovers first. *fd is -1 where there
 * is nothing to lock (a read-only disk). Release by close().
 */
int txn_read_lock(const char *root, int *fd, struct err *e);

/*
 * Spawns "git gc" detached when enough lies loose since the last time;
 * txn_end() calls it after a commit. CRM_GC=0 turns it off.
 */
void txn_maintain(const char *root);

#endif
