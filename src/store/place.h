/*
 * place: the folders a transaction works in, as descriptors, and the locks in
 * them. For the files of src/store only.
 *
 *   .git/crm/lock   one writer at a time (flock)
 *   .git/crm/gate   held for a moment by who is about to lock `read`, so that
 *                   a writer gets past a stream of readers
 *   .git/crm/read   shared by readers, exclusive while files change
 *   .git/crm/txn    the journal
 *   .git/crm/tmp/   whatever is not finished
 */
#ifndef CRM_STORE_PLACE_H
#define CRM_STORE_PLACE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/span.h"

struct place {
	char *root;
	int rootfd, gitfd, crmfd, tmpfd;
	bool sync;
	/*
	 * While defer is set, place_tmp() leaves its syncs to place_flush(). A
	 * row of fsyncs costs little more than one: the first makes the file
	 * system write out all that was made before.
	 */
	bool defer;
	int *later; /* descriptors to be synced */
	size_t nlater, later_cap;
};

/* Opens, and makes .git/crm and .git/crm/tmp where make is set. */
int place_open(struct place *p, const char *root, bool make, struct err *e);
void place_release(struct place *p);

/* Removes all that lies in .git/crm/tmp. Only under the writers' lock. */
void place_clean(struct place *p);

/* Writes tmp/name anew; synced where p->sync. st (may be NULL) is its stat. */
int place_tmp(struct place *p, const char *name, struct span data, mode_t mode,
    struct stat *st, struct err *e);

/* Syncs what was put off. On failure nothing is known of any of it. */
int place_flush(struct place *p, struct err *e);
/* Forgets it instead. */
void place_forget(struct place *p);

/* fsync of a folder below fd, and nothing where p->sync is off. */
int place_sync_dir(
    const struct place *p, int fd, const char *dir, struct err *e);

/* Sleeps a moment, longer each time; false once the deadline has passed. */
bool nap(int64_t deadline, unsigned *times);

/*
 * flock of .git/crm/NAME, made if need be. 0 with *fd; 1 where the deadline
 * passed; -1.
 */
int place_lock(struct place *p, const char *name, int how, int64_t deadline,
    int *fd, struct err *e);

/* The readers' lock, past the gate. Results as place_lock. */
int place_read_lock(
    struct place *p, int how, int64_t deadline, int *fd, struct err *e);

/*
 * A lock of git's own (index.lock and the like): a link to a file in tmp, so
 * that its inode is in the journal before the lock exists. path is below .git.
 */
struct gitlock {
	char *path;	 /* "index.lock" */
	const char *tmp; /* name in tmp */
	ino_t ino;
	bool held;
};

int gitlock_make(struct place *p, struct gitlock *l, const char *path,
    const char *tmp, struct span content, struct err *e);
/* 0; 1 where somebody else holds it; -1. */
int gitlock_take(struct place *p, struct gitlock *l, struct err *e);
/* Removes the lock where it is a link to our file in tmp, held or left by a
 * crash. */
void gitlock_drop(struct place *p, struct gitlock *l);
void gitlock_release(struct gitlock *l); /* memory only */

#endif
