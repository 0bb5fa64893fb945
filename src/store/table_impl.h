/*
 * table_impl: what table.c (rows and cells) and table_file.c (from and to a
 * file's bytes) share.
 */
#ifndef CRM_STORE_TABLE_IMPL_H
#define CRM_STORE_TABLE_IMPL_H

#include "store/table.h"

/* Bytes of the row's line end: 2, 1, or 0 at the end of some files. */
size_t table_eol(struct span raw);

void table_push_col(struct table *t, struct span name); /* copied */
struct table_row *table_push_row(struct table *t);	/* zeroed */

/* What the row is known by, from its cells. */
uint64_t table_row_id(struct table *t, size_t row);

#endif
