/*
 * header: the rows of a message's header.
 */
#ifndef CRM_MIME_HEADER_H
#define CRM_MIME_HEADER_H

#include <gmime/gmime.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * Appends them. raw: the whole message, for the id of one without an id.
 * guess: the charset of header lines that say none, or NULL.
 */
void header_rows(
    struct buf *out, GMimeMessage *m, struct span raw, const char *guess);

/* Appends the decoded text of the first such header as one line; or nothing. */
void header_text(
    struct buf *out, GMimeObject *of, const char *name, const char *guess);

#endif
