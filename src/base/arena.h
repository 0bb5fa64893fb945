/*
 * arena: many small allocations freed at once. Zero is a valid empty arena.
 * Memory is aligned to 16 bytes unless it is a string.
 */
#ifndef CRM_BASE_ARENA_H
#define CRM_BASE_ARENA_H

#include <stddef.h>

#include "base/span.h"

struct arena {
	struct arena_block *head;
	size_t used; /* bytes handed out, for limits and tests */
};

void *arena_alloc(struct arena *a, size_t n);		   /* zeroed */
char *arena_dup(struct arena *a, const char *p, size_t n); /* NUL-terminated */
struct span arena_span(struct arena *a, struct span s);	   /* copy */
struct span arena_printf(struct arena *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void arena_release(struct arena *a);

#endif
