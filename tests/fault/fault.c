/*
 * fault: a preload library that lets a program's N-th change of the outside
 * world fail, or kills it just before. Counted are the calls of libc that
 * create, write, sync, rename, link or remove. It acts in the program whose
 * name is in FAULT_PROG only, not in what that one starts.
 *
 *   FAULT_PROG=NAME    the program (its last path component)
 *   FAULT_AT=N         the N-th call, from 1; 0 or unset: none
 *   FAULT_KIND=kill|ENOSPC|EIO|EINTR
 *              ENOMEM  counts and fails requests for memory instead
 *   FAULT_STICKY=1     that call and all after it (not with kill)
 *   FAULT_COUNT=FILE   at exit: how many calls there were
 *   FAULT_LOG=FILE     a line for each call, to find out what N was
 */
/* else open and open64 become one name */
#undef _FILE_OFFSET_BITS

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_int count;
static int at, error, logfd = -1;
static bool active, sticky, memory;
static const char *count_file;

static long
raw(long nr, long a, long b, long c, long d)
{
	long (*f)(long, ...) =
	    (long (*)(long, ...))(uintptr_t)dlsym(RTLD_NEXT, "syscall");

	return f(nr, a, b, c, d);
}

static int
error_of(const char *kind)
{
	return !strcmp(kind, "ENOSPC")	? ENOSPC
	       : !strcmp(kind, "EIO")	? EIO
	       : !strcmp(kind, "EINTR") ? EINTR
	       : !strcmp(kind, "ENOMEM") ? ENOMEM
					: 0;
}

__attribute__((constructor)) static void
start(void)
{
	const char *prog = getenv("FAULT_PROG"), *n = getenv("FAULT_AT");
	const char *kind = getenv("FAULT_KIND"), *log = getenv("FAULT_LOG");

	if (!prog || strcmp(prog, program_invocation_short_name) != 0)
		return;
	active = true;
	at = n ? atoi(n) : 0;
	error = kind ? error_of(kind) : 0;
	memory = error == ENOMEM;
	sticky = getenv("FAULT_STICKY") != NULL;
	count_file = getenv("FAULT_COUNT");
	if (log)
		logfd = (int)raw(SYS_openat, AT_FDCWD, (long)log,
		    O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
}

__attribute__((destructor)) static void
stop(void)
{
	char line[16];
	int fd, n;

	if (!active || !count_file)
		return;
	active = false;
	n = snprintf(line, sizeof line, "%d\n", count);
	fd = (int)raw(SYS_openat, AT_FDCWD, (long)count_file,
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	raw(SYS_write, fd, (long)line, n, 0);
}

/* Counts one call; true where it has to fail, with errno set. */
static bool
due(const char *what, const char *path)
{
	char line[512];
	int n, len;

	n = ++count;
	if (logfd >= 0) {
		len = snprintf(
		    line, sizeof line, "%d %s %s\n", n, what, path ? path : "");
		raw(SYS_write, logfd, (long)line, len, 0);
	}
	if (!at || n < at || (n > at && !sticky))
		return false;
	/* Signals come in bursts; who tries again gets through in the end. */
	if (error == EINTR && n > at + 50)
		return false;
	if (!error) {
		raw(SYS_kill, getpid(), SIGKILL, 0, 0);
		for (;;)
			pause();
	}
	errno = error;
	return true;
}

static bool
fails(const char *what, const char *path)
{
	return active && !memory && due(what, path);
}

static bool
writes(int flags)
{
	return (flags & (O_CREAT | O_TRUNC)) ||
	       (flags & O_ACCMODE) == O_WRONLY || (flags & O_ACCMODE) == O_RDWR;
}

#define NEXT(type, name)                                                       \
	static type next;                                                      \
	if (!next)                                                             \
	next = (type)(uintptr_t)dlsym(RTLD_NEXT, name)

typedef int open_fn(const char *, int, ...);
typedef int openat_fn(int, const char *, int, ...);

static mode_t
mode_arg(int flags, va_list ap)
{
	return (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE
		   ? (mode_t)va_arg(ap, int)
		   : 0;
}

#define OPEN(name)                                                             \
	int name(const char *path, int flags, ...);                            \
	int name(const char *path, int flags, ...)                             \
	{                                                                      \
		va_list ap;                                                    \
		mode_t mode;                                                   \
		NEXT(open_fn *, #name);                                        \
		va_start(ap, flags);                                           \
		mode = mode_arg(flags, ap);                                    \
		va_end(ap);                                                    \
		if (writes(flags) && fails(#name, path))                       \
			return -1;                                             \
		return next(path, flags, mode);                                \
	}
#define OPENAT(name)                                                           \
	int name(int dirfd, const char *path, int flags, ...);                 \
	int name(int dirfd, const char *path, int flags, ...)                  \
	{                                                                      \
		va_list ap;                                                    \
		mode_t mode;                                                   \
		NEXT(openat_fn *, #name);                                      \
		va_start(ap, flags);                                           \
		mode = mode_arg(flags, ap);                                    \
		va_end(ap);                                                    \
		if (writes(flags) && fails(#name, path))                       \
			return -1;                                             \
		return next(dirfd, path, flags, mode);                         \
	}
OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

#define FOPEN(name)                                                            \
	FILE *name(const char *path, const char *mode);                        \
	FILE *name(const char *path, const char *mode)                         \
	{                                                                      \
		typedef FILE *fn(const char *, const char *);                  \
		NEXT(fn *, #name);                                             \
		if (strpbrk(mode, "wa+") && fails(#name, path))                \
			return NULL;                                           \
		return next(path, mode);                                       \
	}
FOPEN(fopen)
FOPEN(fopen64)

/* The rest have one shape: DEF(result, name, parameters, arguments, path). */
#define DEF(type, name, params, args, path)                                    \
	type name params;                                                      \
	type name params                                                       \
	{                                                                      \
		typedef type fn params;                                        \
		NEXT(fn *, #name);                                             \
		if (fails(#name, path))                                        \
			return (type)-1;                                       \
		return next args;                                              \
	}

/* Output to a terminal or pipe is no change of the store. */
#define DEFW(name, params, args)                                               \
	ssize_t name params;                                                   \
	ssize_t name params                                                    \
	{                                                                      \
		typedef ssize_t fn params;                                     \
		NEXT(fn *, #name);                                             \
		if (fd > 2 && fails(#name, NULL))                              \
			return -1;                                             \
		return next args;                                              \
	}

DEFW(write, (int fd, const void *p, size_t n), (fd, p, n))
DEFW(pwrite, (int fd, const void *p, size_t n, off_t o), (fd, p, n, o))
DEFW(pwrite64, (int fd, const void *p, size_t n, off64_t o), (fd, p, n, o))
DEFW(writev, (int fd, const struct iovec *v, int n), (fd, v, n))
DEF(int, fsync, (int fd), (fd), NULL)
DEF(int, fdatasync, (int fd), (fd), NULL)
DEF(int, syncfs, (int fd), (fd), NULL)
DEF(int, rename, (const char *a, const char *b), (a, b), b)
DEF(int, renameat, (int x, const char *a, int y, const char *b), (x, a, y, b),
    b)
DEF(int, renameat2, (int x, const char *a, int y, const char *b, unsigned f),
    (x, a, y, b, f), b)
DEF(int, link, (const char *a, const char *b), (a, b), b)
DEF(int, linkat, (int x, const char *a, int y, const char *b, int f),
    (x, a, y, b, f), b)
DEF(int, symlink, (const char *a, const char *b), (a, b), b)
DEF(int, unlink, (const char *a), (a), a)
DEF(int, unlinkat, (int x, const char *a, int f), (x, a, f), a)
DEF(int, mkdir, (const char *a, mode_t m), (a, m), a)
DEF(int, mkdirat, (int x, const char *a, mode_t m), (x, a, m), a)
DEF(int, rmdir, (const char *a), (a), a)
DEF(int, truncate, (const char *a, off_t n), (a, n), a)
DEF(int, ftruncate, (int fd, off_t n), (fd, n), NULL)
DEF(int, ftruncate64, (int fd, off64_t n), (fd, n), NULL)
DEF(int, chmod, (const char *a, mode_t m), (a, m), a)
DEF(int, fchmod, (int fd, mode_t m), (fd, m), NULL)
DEF(int, flock, (int fd, int how), (fd, how), NULL)
DEF(int, utimensat, (int x, const char *a, const struct timespec t[2], int f),
    (x, a, t, f), a)
DEF(int, utimes, (const char *a, const struct timeval t[2]), (a, t), a)

/* A close that fails has closed the file all the same. */
int
close(int fd)
{
	typedef int fn(int);
	NEXT(fn *, "close");
	int mode = active ? fcntl(fd, F_GETFL) : -1;

	if (mode != -1 && writes(mode) && fails("close", NULL)) {
		int saved = errno;

		next(fd);
		errno = saved;
		return -1;
	}
	return next(fd);
}

/* openat2, the only one that comes by number. */
long
syscall(long nr, ...)
{
	long a[6];
	va_list ap;
	int i;
	typedef long fn(long, ...);
	NEXT(fn *, "syscall");

	va_start(ap, nr);
	for (i = 0; i < 6; i++)
		a[i] = va_arg(ap, long);
	va_end(ap);
	if (nr == SYS_openat2 &&
	    writes((int)((const struct open_how *)a[2])->flags) &&
	    fails("openat2", (const char *)a[1]))
		return -1;
	return next(nr, a[0], a[1], a[2], a[3], a[4], a[5]);
}

/*
 * Memory. The C library's own functions under other names, for the loader
 * asks for memory before there is a constructor, and dlsym() does, too. A
 * sanitizer has functions of its own, which are left alone.
 */
#define MEM(name, params, args)                                                \
	extern void *__libc_##name params;                                     \
	void *name params                                                      \
	{                                                                      \
		if (active && memory && due(#name, NULL))                      \
			return NULL;                                           \
		return __libc_##name args;                                     \
	}

MEM(malloc, (size_t n), (n))
MEM(calloc, (size_t n, size_t size), (n, size))
MEM(realloc, (void *p, size_t n), (p, n))
