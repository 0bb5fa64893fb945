/*
 * scan_impl: what the files of the scanner share, and what its tests need to
 * run one method beside another. Nothing else includes it.
 *
 * There are two ways through a file. The fast one makes bit masks of quotes,
 * commas and newlines of 64 bytes at a time, writes down where the separators
 * lie and takes them a row at a time; it only knows "well-formed" and "look
 * closer". The exact one goes byte by byte, and decides what the fast one
 * gives up on: CRLF, and every error.
 */
#ifndef CRM_STORE_SCAN_IMPL_H
#define CRM_STORE_SCAN_IMPL_H

#include <stddef.h>
#include <stdint.h>

#include "store/scan.h"

/* A wanted column that the file has. */
struct scan_col {
	uint32_t col; /* in the file */
	uint32_t out; /* in a row of scan.cell */
};

/* What one block of 64 bytes leaves to the next. */
struct scan_mask {
	uint64_t in;	 /* all ones where a quote is open */
	uint64_t close;	 /* 1 where the last byte closed a quote */
	uint64_t before; /* 1 where a quote may follow on the last byte */
	uint64_t bad;	 /* not 0: leave it to scan_exact() */
	size_t nnl;	 /* newlines outside quotes */
};

enum { SCAN_BLOCK = 64, SCAN_SLACK = 64 };

struct scan_kernel {
	const char *name;
	/*
	 * Writes the offsets of the separators in nblock blocks from p to pos,
	 * at being the offset of p, and returns how many. pos has room for
	 * one a byte and SCAN_SLACK more.
	 */
	size_t (*split)(struct scan_mask *m, const char *p, size_t nblock,
	    uint32_t at, uint32_t *pos);
};

/*
 * The method of that name (portable, sse2, avx2, avx512), or NULL where this
 * machine lacks it. The portable one has no split.
 */
const struct scan_kernel *scan_kernel_named(const char *name);

/* The one that CRM_SCAN names, else the best; found once in a process. */
const struct scan_kernel *scan_kernel(void);

/* scan_file() by that method: the tests hold them against each other. */
int scan_file_with(const struct scan_kernel *k, struct scan *s,
    const char *name, struct span data, const struct span *want, size_t nwant,
    int flags, struct err *e);

/* Reads the header at *at and leaves *at behind it. */
int scan_header(struct scan *s, const char *name, struct span data, size_t *at,
    struct err *e);

/* Reads the rows from at byte by byte, replacing all that s has of rows. */
int scan_exact(struct scan *s, const char *name, struct span data, size_t at,
    int flags, struct err *e);

/* The content of a quoted cell; p[0] and p[n - 1] are its quotes. */
struct span scan_unquote(struct scan *s, const char *p, size_t n);

/* Room for nrows rows; keeps what is there. */
void scan_room(struct scan *s, size_t nrows, int flags);

#endif
