/*
 * mem: allocation that does not fail. Out of memory ends the process with a
 * message and a status: the only place in the library that does so.
 */
#ifndef CRM_BASE_MEM_H
#define CRM_BASE_MEM_H

#include <stddef.h>

#include "base/err.h"

/*
 * The status for want of memory: ERR_BUG, and behind a commit ERR_UNSURE,
 * since a status that is neither says that nothing was changed.
 */
void mem_status(enum err_code code);

void *xmalloc(size_t n);
void *xcalloc(size_t n, size_t size); /* checks n * size for overflow */
void *xrealloc(void *p, size_t n);
void *xreallocarray(void *p, size_t n, size_t size);
size_t xsum(size_t a, size_t b); /* a + b; no memory where that overflows */
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n); /* NUL-terminated copy */
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * Makes room for one more element in a growing array: GROW(v, n, cap) where v
 * is a pointer, n the count and cap the capacity, both size_t.
 */
#define GROW(v, n, cap)                                                        \
	((n) < (cap)                                                           \
		? (void)0                                                      \
		: (void)((v) = xreallocarray((v),                              \
			     ((cap) = (cap) ? (cap)*2 : 16), sizeof *(v))))

#endif
