/*
 * chars: text of mail to clean UTF-8. Mail lies about its charset, or does not
 * name it: what does not decode becomes U+FFFD and never fails. Control
 * characters but newline and tab are left out of everything.
 */
#ifndef CRM_MIME_CHARS_H
#define CRM_MIME_CHARS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * Appends in as UTF-8. charset is as the message names it; NULL, unknown, or
 * US-ASCII with other bytes: UTF-8 where it is that, else guess, else
 * Windows-1252. Returns the number of places that did not decode.
 */
size_t chars_utf8(
    struct buf *out, struct span in, const char *charset, const char *guess);

/*
 * Appends s without control characters, newlines being LF, and with invalid
 * bytes as U+FFFD.
 */
void chars_text(struct buf *out, struct span s);

/* The same as one line: each run of blanks that is no single one is a blank. */
void chars_line(struct buf *out, struct span s);

/*
 * Appends text whose lines are flowed (RFC 3676) with paragraphs as lines
 * again; delsp: the blank at the end of a line is no part of the text.
 */
void chars_unflow(struct buf *out, struct span s, bool delsp);

#endif
