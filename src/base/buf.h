/*
 * buf: growable bytes. Zero is a valid empty buffer. p is always
 * NUL-terminated once anything was added (the NUL is not counted in n).
 */
#ifndef CRM_BASE_BUF_H
#define CRM_BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>

#include "base/span.h"

struct buf {
	char *p;
	size_t n, cap;
};

void buf_grow(struct buf *b, size_t extra); /* room for extra more bytes */
void buf_add(struct buf *b, const void *p, size_t n);
void buf_addc(struct buf *b, char c);
void buf_adds(struct buf *b, const char *s);
void buf_addspan(struct buf *b, struct span s);
void buf_addf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void buf_vaddf(struct buf *b, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));
void buf_pad(struct buf *b, char c, size_t n); /* n times c */
void buf_cut(struct buf *b, size_t n);	       /* shorten to n bytes */
void buf_reset(struct buf *b);		       /* n = 0, memory kept */
char *buf_detach(struct buf *b);	       /* never NULL; caller frees */
struct span buf_span(const struct buf *b);     /* borrowed till next change */
void buf_release(struct buf *b);

/* The word for n of them: plural(n, "row", "rows"). */
const char *plural(size_t n, const char *one, const char *many);

#endif
