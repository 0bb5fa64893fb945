/*
 * csvwrite: the canonical form of CSV in a store and in our output: RFC 4180
 * with LF ends and minimal quoting. A cell is quoted only where it holds a
 * comma (the separator), a quote, CR or LF, begins or ends with a blank or
 * tab, or is the empty single cell of a one-column row.
 */
#ifndef CRM_STORE_CSVWRITE_H
#define CRM_STORE_CSVWRITE_H

#include "base/buf.h"
#include "base/span.h"

void csv_cell(struct buf *out, struct span s, char sep);
void csv_row(struct buf *out, const struct span *cell, size_t n, char sep);

#endif
