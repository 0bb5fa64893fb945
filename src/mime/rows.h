/*
 * rows: what crm-mime prints: CSV rows of what, name, value, type and size.
 */
#ifndef CRM_MIME_ROWS_H
#define CRM_MIME_ROWS_H

#include "base/buf.h"
#include "base/span.h"

#define ROWS_HEADER "what,name,value,type,size\n"

/* Appends a row of these; name and value may be NULL. */
void row_add(
    struct buf *out, const char *what, const char *name, struct span value);

/* name: as the message gives it; file: where it was written, or "". */
void row_attachment(struct buf *out, struct span name, const char *file,
    const char *type, size_t size);

#endif
