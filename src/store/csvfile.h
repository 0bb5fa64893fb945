/*
 * csvfile: foreign CSV, read with libcsv (the only file that includes csv.h).
 * Used by import and by whatever reads rows from a pipe; store files are read
 * by scan.h. libcsv is set to strict and fed line by line so that errors have
 * a line and a column.
 */
#ifndef CRM_STORE_CSVFILE_H
#define CRM_STORE_CSVFILE_H

#include <stddef.h>

#include "base/err.h"
#include "base/span.h"

struct csv_options {
	char sep;	   /* 0: found out among , ; tab | */
	size_t max_cell;   /* bytes; 0 is 1 MiB */
	size_t max_fields; /* 0 is 1000 */
	int lazy_quotes;   /* accept a quote inside an unquoted cell */
};

/*
 * Called for every record, the header included. line is where it starts (from
 * 1); at is its first byte's offset and end the offset behind it (its line end
 * included). Cells are borrowed until the call returns. Non-zero stops the
 * reading with that result.
 */
typedef int csv_record_fn(void *ctx, const struct span *cell, size_t n,
    size_t line, size_t at, size_t end, struct err *e);

/*
 * Called for a record that is no CSV (bad quote, NUL, cell too long, too many
 * fields). line and col are the place of the error. Non-zero stops; 0 goes on
 * behind the first line of the record, so that one stray quote does not take
 * the records with it that it seems to enclose (end is there; only where much
 * would be read twice it is behind the line of the error). NULL stops at the
 * first.
 */
typedef int csv_bad_fn(void *ctx, size_t line, size_t col, const char *what,
    size_t at, size_t end, struct err *e);

/*
 * Reads data (UTF-8, BOM stripped by the caller). Blank lines are skipped.
 * CR, LF and CRLF end a record outside quotes. Returns 0, -1 with e set, or
 * what a callback returned.
 */
int csv_read(struct span data, const char *name, const struct csv_options *o,
    csv_record_fn *record, csv_bad_fn *bad, void *ctx, struct err *e);

/*
 * The separator of data among , ; tab |: the one by which the first 50 records
 * have most fields in equal number. 0 where two fit equally well.
 */
char csv_sniff(struct span data);

#endif
