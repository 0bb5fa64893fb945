/*
 * rows_in: rows that come down a pipe from list, or from another program that
 * changed them: CSV (a tab in the first line: TSV as list -o tsv writes it,
 * with \t, \n, \r and \\ for what would break a line), with or without a byte
 * order mark.
 */
#ifndef CRM_CRM_CHANGE_ROWS_IN_H
#define CRM_CRM_CHANGE_ROWS_IN_H

#include "base/err.h"
#include "base/span.h"
#include "store/csvfile.h"

/* As csv_read(); the first bad row ends it. */
int rows_in(struct span data, const char *name, csv_record_fn *record,
    void *ctx, struct err *e);

/*
 * What the first line is separated by, of rows that a spreadsheet may have
 * saved: a tab, ';' where no comma is, or ','. And reading by that.
 */
char rows_sep(struct span data);
int rows_in_by(struct span data, char sep, const char *name,
    csv_record_fn *record, void *ctx, struct err *e);

#endif
