/*
 * scan: the vectorised reader of store CSV (RFC 4180; UTF-8; LF or CRLF; a
 * header; every row as wide as the header). It finds only the wanted columns
 * of every row. SSE2, AVX2 or AVX-512 is chosen at run time; a portable version
 * gives the same result, and CRM_SCAN=portable|sse2|avx2|avx512 forces one
 * (tests).
 *
 * scan_file() works on one whole file in memory. Cells are spans into the
 * input, or, where a cell has doubled quotes, into the scan's own scratch;
 * both are valid until the next scan_file() with the same struct scan. Nothing
 * is allocated per row once the buffers have grown.
 */
#ifndef CRM_STORE_SCAN_H
#define CRM_STORE_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

struct scan {
	/* result of scan_file(): nrows * ncells cells, row by row; cell i of a
	 * row is wanted column i; one that the header lacks is empty */
	struct span *cell;
	size_t ncells, nrows;
	/* the header, unquoted; borrowed like the cells */
	struct span *header;
	size_t nheader;
	/* where wanted */
	uint64_t *row_at; /* with SCAN_ROWS: byte offset of each row, nrows + 1
			     entries, the last is the end of the last row */
	/* internal */
	uint32_t *pos;	      /* separators of the rows at hand */
	struct scan_col *map; /* the wanted columns that the file has */
	size_t nmap;
	char *scratch; /* cells that had doubled quotes */
	size_t nscratch, scratch_max;
	size_t cell_cap, row_cap, header_cap, pos_cap, map_cap, scratch_cap;
	/* files of a table mostly have the header of the one before */
	struct buf head;   /* that header's bytes, or none */
	struct buf wanted; /* the names that were wanted of it */
	size_t alike;	   /* how often at most the same */
	bool mapped;	   /* map is that of head and wanted */
};

enum { SCAN_ROWS = 1 };

/*
 * Scans data, a whole file named name in messages. want holds the names of the
 * wanted columns. Fails with ERR_DATA and "name:line:col: what" (line and byte
 * column from 1, a BOM not counted; of a row with the wrong number of fields
 * its start) for: a quote where none may be, an open quote at the end (the
 * line is that of the opening quote), a row with too few or too many fields, a
 * bare CR, a NUL, a blank line, no header, an empty or repeated header name.
 * An empty file has no rows and no header and is no error. The last newline
 * may be missing; a UTF-8 BOM is skipped. Invalid UTF-8 is not looked for here
 * (crm check does).
 */
int scan_file(struct scan *s, const char *name, struct span data,
    const struct span *want, size_t nwant, int flags, struct err *e);

void scan_release(struct scan *s);

#endif
