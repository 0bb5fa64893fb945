#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define BLOCK_MIN ((size_t)8 << 10)
#define BLOCK_MAX ((size_t)1 << 20)

struct arena_block {
	struct arena_block *next;
	size_t n, cap;
	_Alignas(16) char data[];
};

static struct arena_block *
block_new(size_t cap)
{
	struct arena_block *b = xmalloc(xsum(sizeof *b, cap));

	b->next = NULL;
	b->n = 0;
	b->cap = cap;
	return b;
}

/*
 * A block with n bytes to spare. Blocks double, so that a small arena stays
 * small; something large gets a block of its own behind the head, so that the
 * rest of the head is not lost.
 */
static struct arena_block *
block_add(struct arena *a, size_t n)
{
	size_t cap = a->head ? a->head->cap * 2 : BLOCK_MIN;
	struct arena_block *b;

	if (cap > BLOCK_MAX)
		cap = BLOCK_MAX;
	if (a->head && n > cap / 4) {
		b = block_new(n);
		b->next = a->head->next;
		a->head->next = b;
		return b;
	}
	b = block_new(n > cap ? n : cap);
	b->next = a->head;
	a->head = b;
	return b;
}

/* align is a power of two, at most 16. */
static char *
take(struct arena *a, size_t n, size_t align)
{
	struct arena_block *b = a->head;
	size_t at = b ? (b->n + align - 1) & ~(align - 1) : 0;

	if (!b || at > b->cap || n > b->cap - at) {
		b = block_add(a, n);
		at = 0;
	}
	b->n = at + n;
	a->used += n;
	return b->data + at;
}

void *
arena_alloc(struct arena *a, size_t n)
{
	char *p = take(a, n, 16);

	memset(p, 0, n);
	return p;
}

char *
arena_dup(struct arena *a, const char *p, size_t n)
{
	char *s = take(a, xsum(n, 1), 1);

	if (n)
		memcpy(s, p, n);
	s[n] = '\0';
	return s;
}

struct span
arena_span(struct arena *a, struct span s)
{
	return span_n(arena_dup(a, s.p, s.n), s.n);
}

struct span
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;
	char small[256], *p;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(small, sizeof small, fmt, ap);
	if (n < 0)
		n = 0;
	if ((size_t)n < sizeof small) {
		p = arena_dup(a, small, (size_t)n);
	} else {
		p = take(a, (size_t)n + 1, 1);
		vsnprintf(p, (size_t)n + 1, fmt, again);
	}
	va_end(again);
	va_end(ap);
	return span_n(p, (size_t)n);
}

void
arena_release(struct arena *a)
{
	struct arena_block *next;

	for (struct arena_block *b = a->head; b; b = next) {
		next = b->next;
		free(b);
	}
	a->head = NULL;
	a->used = 0;
}
