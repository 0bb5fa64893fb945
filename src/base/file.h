/*
 * file: whole files, and paths below a directory that cannot lead out of it.
 * Functions that take dirfd resolve path beneath it without following any
 * symbolic link (openat2 RESOLVE_BENEATH|RESOLVE_NO_SYMLINKS where the kernel
 * has it, else component by component with O_NOFOLLOW).
 */
#ifndef CRM_BASE_FILE_H
#define CRM_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/* openat beneath dirfd; -1 with errno set (ELOOP, EXDEV: a link). */
int file_open(int dirfd, const char *path, int flags, mode_t mode);

/*
 * Appends the whole of a regular file to out, capped at max bytes (0: no
 * cap). Fails with ERR_NOENT, ERR_IO, ERR_PERM, or ERR_DATA for what is no
 * regular file or is larger. st may be NULL.
 */
int file_read(int dirfd, const char *path, size_t max, struct buf *out,
    struct stat *st, struct err *e);

/*
 * The same of a file that a person named: it may lie anywhere, behind links,
 * and be a pipe, which is waited for.
 */
int file_load(const char *path, size_t max, struct buf *out, struct err *e);

/* Reads fd to its end. */
int file_slurp(
    int fd, const char *name, size_t max, struct buf *out, struct err *e);
/*
 * The same of a regular file that had size bytes when it was looked at: where
 * it still has, it is read at once. It may have grown or shrunk.
 */
int file_slurp_sized(
    int fd, const char *name, size_t size, struct buf *out, struct err *e);

/* All of p[0..n), restarted after EINTR and short writes. -1 with errno. */
int file_write_all(int fd, const void *p, size_t n);

/*
 * Creates or truncates path with data, mode and, where sync, an fsync; the
 * close is checked. Missing folders are made (mode 0700 & what umask allows).
 */
int file_write(int dirfd, const char *path, struct span data, mode_t mode,
    bool sync, struct err *e);

/* mkdir -p of the folder part of path beneath dirfd. */
int file_mkdirs(int dirfd, const char *path, struct err *e);
int file_fsync_dir(int dirfd, const char *dir); /* "" is dirfd itself */

/* Is it the same file, unchanged? st_ino 0: there is none. */
bool stat_same(const struct stat *a, const struct stat *b);

/*
 * Is path, of the store, the file that a person named, or below it? Of what
 * was named "./" in front and "/" behind do not count.
 */
bool path_within(const char *path, const char *named);

/* true where a relative path has no "", ".", ".." or ".git" component. */
bool path_is_safe(const char *path);

#endif
