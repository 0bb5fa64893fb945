/* base64: bytes as text (RFC 4648), with padding. */
#ifndef CRM_BASE_BASE64_H
#define CRM_BASE_BASE64_H

#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * Appends s. line, a multiple of 4, is the length of a line; each ends with a
 * newline, the last one too. 0: no lines.
 */
void base64_add(struct buf *out, struct span s, size_t line);

#endif
