/*
 * unicode: what needs tables, through utf8proc (the only file that includes
 * it).
 */
#ifndef CRM_STORE_UNICODE_H
#define CRM_STORE_UNICODE_H

#include "base/buf.h"
#include "base/span.h"

/* Terminal columns of s; control characters count 0, wide ones 2. */
size_t uni_width(struct span s);

/* Bytes of s that fit into width columns, never inside a character. */
size_t uni_fit(struct span s, size_t width);

/*
 * Appends the folded form for comparing names: NFKC case folding, runs of
 * white space as one blank, none at the ends. Pure ASCII takes a fast path.
 */
void uni_fold(struct buf *out, struct span s);

/* Appends s in NFC; what is not valid UTF-8 is copied as it is. */
void uni_nfc(struct buf *out, struct span s);

#endif
