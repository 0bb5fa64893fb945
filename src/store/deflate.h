/*
 * deflate: zlib, for git's objects. deflate.c is the only file that includes
 * zlib.h.
 */
#ifndef CRM_STORE_DEFLATE_H
#define CRM_STORE_DEFLATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/* Appends head and body as one zlib stream, at git's fastest level. */
void deflate_add(struct buf *out, struct span head, struct span body);

/* True where packed is a whole zlib stream of exactly head and body. */
bool deflate_same(struct span packed, struct span head, struct span body);

/* Appends text as a gzip file (RFC 1952), without a name or time in it. */
void gzip_add(struct buf *out, struct span text);
/* Appends what one unpacks to. False: damaged, or more than max bytes. */
bool gzip_open(struct span packed, size_t max, struct buf *out);

uint32_t crc_add(uint32_t crc, struct span s);

#endif
