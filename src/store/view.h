/*
 * view: the files of a store as they are in the work tree, or as they were in
 * one commit; so that as-of is an argument and not a second reader. Paths are
 * relative to the store's root. All functions may be called by several threads
 * at a time.
 */
#ifndef CRM_STORE_VIEW_H
#define CRM_STORE_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

struct view {
	const struct view_ops *ops;
};

struct view_ops {
	int (*read)(
	    struct view *v, const char *path, struct buf *out, struct err *e);
	int (*list)(struct view *v, const char *dir, const char *suffix,
	    char ***path, size_t **size, size_t *n, struct err *e);
	void (*free)(struct view *v);
};

/* The work tree below dirfd (borrowed). */
struct view *view_work(int dirfd);

/* Replaces the content of out. 0; 1 where there is no such file; -1. */
int view_read(struct view *v, const char *path, struct buf *out, struct err *e);

/*
 * All regular files below dir whose name ends in suffix, by path in byte
 * order, names beginning with '.' left out, with estimates of their
 * sizes. No such dir: none. Links and other non-regular files are refused
 * with ERR_DATA. Free with view_list_free.
 */
int view_list(struct view *v, const char *dir, const char *suffix, char ***path,
    size_t **size, size_t *n, struct err *e);
void view_list_free(char **path, size_t *size, size_t n);

void view_free(struct view *v);

#endif
