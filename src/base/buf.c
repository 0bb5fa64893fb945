#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* The slow half of every addition, kept out of line. */
static __attribute__((noinline)) void
grow(struct buf *b, size_t extra)
{
	size_t want = xsum(xsum(b->n, extra), 1);
	size_t cap = b->cap < 32 ? 64 : b->cap + b->cap / 2;

	if (cap < want)
		cap = want;
	b->p = xrealloc(b->p, cap);
	b->cap = cap;
	b->p[b->n] = '\0';
}

static inline void
room(struct buf *b, size_t extra)
{
	/* One byte more than extra for the NUL; cap is 0 or more than n. */
	if (b->cap - b->n <= extra)
		grow(b, extra);
}

void
buf_grow(struct buf *b, size_t extra)
{
	room(b, extra);
}

void
buf_add(struct buf *b, const void *p, size_t n)
{
	room(b, n);
	if (n)
		memcpy(b->p + b->n, p, n);
	b->n += n;
	b->p[b->n] = '\0';
}

void
buf_addc(struct buf *b, char c)
{
	room(b, 1);
	b->p[b->n++] = c;
	b->p[b->n] = '\0';
}

void
buf_adds(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_addspan(struct buf *b, struct span s)
{
	buf_add(b, s.p, s.n);
}

void
buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(b, fmt, ap);
	va_end(ap);
}

void
buf_vaddf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	room(b, 64);
	n = vsnprintf(b->p + b->n, b->cap - b->n, fmt, ap);
	if (n < 0) {
		b->p[b->n] = '\0';
	} else if ((size_t)n >= b->cap - b->n) {
		room(b, (size_t)n);
		vsnprintf(b->p + b->n, b->cap - b->n, fmt, again);
	}
	va_end(again);
	if (n > 0)
		b->n += (size_t)n;
}

void
buf_pad(struct buf *b, char c, size_t n)
{
	room(b, n);
	memset(b->p + b->n, c, n);
	b->n += n;
	b->p[b->n] = '\0';
}

void
buf_cut(struct buf *b, size_t n)
{
	if (n < b->n) {
		b->n = n;
		b->p[n] = '\0';
	}
}

void
buf_reset(struct buf *b)
{
	buf_cut(b, 0);
}

char *
buf_detach(struct buf *b)
{
	char *p = b->p ? b->p : xstrdup("");

	memset(b, 0, sizeof *b);
	return p;
}

struct span
buf_span(const struct buf *b)
{
	return span_n(b->p, b->n);
}

void
buf_release(struct buf *b)
{
	free(b->p);
	memset(b, 0, sizeof *b);
}

const char *
plural(size_t n, const char *one, const char *many)
{
	return n == 1 ? one : many;
}
