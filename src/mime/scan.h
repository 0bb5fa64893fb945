/*
 * scan: what a message is refused for before GMime builds a tree of it, which
 * takes a few hundred times the memory of a header line or of a part. Knows
 * lines, header blocks and boundaries, and nothing else of MIME.
 */
#ifndef CRM_MIME_SCAN_H
#define CRM_MIME_SCAN_H

#include "base/err.h"
#include "base/span.h"

#define MIME_BYTES_MAX ((size_t)64 << 20)
#define MIME_PARTS_MAX 1000
#define MIME_NESTING_MAX 50
#define MIME_HEADER_MAX 10000 /* lines of one header block */

/* The message from its first header line: an mbox has a "From " line first. */
struct span scan_start(struct span s);

/*
 * Fails with ERR_DATA and "message:line: ..." where it is no mail or has more
 * parts or header lines than we take. s is what scan_start returned of whole.
 */
int scan_limits(struct span whole, struct span s, struct err *e);

#endif
