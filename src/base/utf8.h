/*
 * utf8: validation, decoding, and term_safe, the one function through which
 * everything that is printed for people passes. Width and case folding need
 * tables and live in store/unicode.h.
 */
#ifndef CRM_BASE_UTF8_H
#define CRM_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * Decodes one code point at p[0..n), n > 0. Returns its length 1..4, or 0
 * where the bytes are not valid UTF-8 (RFC 3629: overlong forms, surrogates
 * and values past U+10FFFF are invalid).
 */
size_t utf8_decode(const char *p, size_t n, uint32_t *cp);
size_t utf8_encode(uint32_t cp, char out[4]);

/* Offset of the first invalid byte, or s.n where all is valid. */
size_t utf8_check(struct span s);

/*
 * Appends s to out with everything that could act on a terminal made visible:
 * C0 (but a tab or newline where keep_nl), DEL, C1, bidirectional controls
 * U+202A-202E, U+2066-2069, U+200E, U+200F, U+061C, and invalid bytes become
 * \x1b or \u{202e}. A backslash that is there already stays as it is.
 */
void term_safe(struct buf *out, struct span s, bool keep_nl);

#endif
