/*
 * alloc: memory for libgit2. 1.5 does not check every allocation, and crashes
 * where one fails; so none does: the process ends as everywhere (mem.h).
 */
#include <stdlib.h>
#include <string.h>

#include <git2/sys/alloc.h>

#include "base/mem.h"
#include "store/git/git.h"

static void *
get(size_t n, const char *file, int line)
{
	(void)file, (void)line;
	return xmalloc(n);
}

static void *
get_zeroed(size_t n, size_t size, const char *file, int line)
{
	(void)file, (void)line;
	return xcalloc(n, size);
}

static char *
copy(const char *s, const char *file, int line)
{
	(void)file, (void)line;
	return xstrdup(s);
}

static char *
copy_exactly(const char *s, size_t n, const char *file, int line)
{
	(void)file, (void)line;
	return xstrndup(s, n);
}

static char *
copy_part(const char *s, size_t n, const char *file, int line)
{
	return copy_exactly(s, strnlen(s, n), file, line);
}

static void *
resize(void *p, size_t n, const char *file, int line)
{
	(void)file, (void)line;
	return xrealloc(p, n);
}

static void *
resize_array(void *p, size_t n, size_t size, const char *file, int line)
{
	(void)file, (void)line;
	return xreallocarray(p, n, size);
}

static void *
get_array(size_t n, size_t size, const char *file, int line)
{
	return resize_array(NULL, n, size, file, line);
}

void
lg_use_our_memory(void)
{
	static git_allocator ours = { get, get_zeroed, copy, copy_part,
		copy_exactly, resize, resize_array, get_array, free };

	git_libgit2_opts(GIT_OPT_SET_ALLOCATOR, &ours);
}
