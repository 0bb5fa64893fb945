/* gindex_impl: what the files of gindex share. */
#ifndef CRM_STORE_GINDEX_IMPL_H
#define CRM_STORE_GINDEX_IMPL_H

#include "base/arena.h"
#include "store/gindex.h"
#include "store/hash.h"

/* The fixed part of an entry, and where in it is what. */
enum {
	IX_CTIME = 0,
	IX_MTIME = 8,
	IX_DEV = 16,
	IX_INO = 20,
	IX_MODE = 24,
	IX_UID = 28,
	IX_GID = 32,
	IX_SIZE = 36,
	IX_ID = 40,
	IX_FIXED = 60
};

enum {
	IX_ASSUME = 0x8000, /* flags */
	IX_EXTENDED = 0x4000,
	IX_STAGE = 0x3000,
	IX_NAME = 0x0fff,
	IX_SKIP = 0x4000, /* more flags: skip-worktree */
	IX_INTENT = 0x2000,
};

struct ixentry {
	const unsigned char *fixed; /* in the file, or in mem */
	const char *name;	    /* the same */
	uint32_t n;		    /* of name */
	uint16_t flags, more;	    /* without the length */
};

/* A folder whose tree is known, or (count < 0) not any more. In pre-order. */
struct ixnode {
	struct span name;
	int64_t count, subs;
	size_t end; /* past its last descendant */
	const unsigned char *id;
};

struct gindex {
	unsigned version;
	struct buf file;
	struct arena mem;
	struct ixentry *entry; /* by name, then stage */
	size_t n, cap;
	struct ixnode *node; /* the TREE extension */
	size_t nnode, node_cap;
	struct span undo;      /* the REUC extension */
	struct span untracked; /* the UNTR extension */
};

/* Reads the TREE extension; without a trace where it makes no sense. */
void ixtree_read(struct gindex *ix, struct span s);

/* No folder on the way to path is known any more. */
void ixtree_forget(struct gindex *ix, const char *path);
void ixtree_write(const struct gindex *ix, struct buf *out);

#endif
