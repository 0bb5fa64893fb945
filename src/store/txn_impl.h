/*
 * txn_impl: what txn.c (putting) and commit.c (the protocol) share.
 */
#ifndef CRM_STORE_TXN_IMPL_H
#define CRM_STORE_TXN_IMPL_H

#include "base/strmap.h"
#include "store/objects.h"
#include "store/pack.h"
#include "store/publish.h"
#include "store/ref.h"
#include "store/txn.h"

/* One path as this transaction found it and wants it. */
struct tfile {
	char *path;
	bool based;	  /* base is set: the file was looked at */
	struct stat base; /* st_ino 0: it was not there */
	bool racy; /* changed so lately that a next change may not show */

	bool known; /* the next five are set */
	enum txn_state state;
	struct oid head, index, work;
	unsigned mode;

	bool adopted;	    /* an edit that may be replaced: txn_adopt() */
	bool put;	    /* has a new content ... */
	bool removed;	    /* ... which is none */
	struct buf data;    /* the new content, or */
	char tmp[TMP_NAME]; /* bulk: where it lies in tmp */
	struct oid id;	    /* its name, at commit; bulk: after pack_wait */
};

struct txn {
	bool committed; /* something was */
	struct place p;
	int lockfd, readfd;
	int wait_ms;
	mode_t umask;
	bool masked; /* umask is to be restored */
	bool broken; /* a commit got stuck: only txn_end now */
	struct repo *repo;
	struct head head;
	struct index_copy index;
	struct tfile **file;
	size_t n, cap;
	struct strmap by_path; /* to the index in file */
	bool bulk;
	struct pack *pack;
	unsigned seq; /* of names in tmp */
};

/* Forgets all files. */
void txn_forget(struct txn *t);

#endif
