/*
 * All records of a file. Where the separator is a comma the vectorised scanner
 * of the store's own files reads it in pieces, which is several times faster;
 * from the first piece that is not as strict as those files have to be libcsv
 * reads on.
 */
#include <stdlib.h>
#include <string.h>

#include "crm/import/import_impl.h"
#include "store/csvfile.h"
#include "store/scan.h"

#define PIECE ((size_t)1 << 20)
#define PIECE_MAX ((size_t)8 << 20)

struct each {
	const struct import *im;
	void *ctx;
	import_row_fn *row;
	import_bad_fn *bad;
	bool header;	    /* comes next */
	size_t at;	    /* so far the scanner has read */
	size_t base, lines; /* in front of what csv_read() gets */
};

bool
import_blank(const struct span *cell, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (span_trim(cell[i]).n)
			return false;
	}
	return true;
}

static int
each_record(void *ctx, const struct span *cell, size_t n, size_t line,
    size_t at, size_t end, struct err *e)
{
	struct each *x = ctx;

	if (x->header) {
		x->header = false;
		return 0;
	}
	return x->row(
	    x->ctx, cell, n, line + x->lines, at + x->base, end + x->base, e);
}

static int
each_bad(void *ctx, size_t line, size_t col, const char *what, size_t at,
    size_t end, struct err *e)
{
	struct each *x = ctx;

	x->header = false;
	if (!x->bad)
		return 0;
	return x->bad(
	    x->ctx, line + x->lines, col, what, at + x->base, end + x->base, e);
}

/* In blocks of a fixed size, which compilers do many bytes at a time. */
static size_t
count(const char *p, size_t n, char c)
{
	enum { BLOCK = 128 };
	size_t found = 0, i = 0;

	for (; n - i >= BLOCK; i += BLOCK) {
		unsigned char block = 0;

		for (size_t k = 0; k < BLOCK; k++)
			block = (unsigned char)(block + (p[i + k] == c));
		found += block;
	}
	for (; i < n; i++)
		found += p[i] == c;
	return found;
}

/*
 * The end of a piece that begins at `at`: behind a line end outside quotes.
 * `at` where there is none in reach.
 */
static size_t
piece_end(struct span s, size_t at)
{
	size_t end = at + PIECE, quotes, next;
	const char *nl;

	if (s.n - at <= PIECE)
		return s.n;
	nl = memrchr(s.p + at, '\n', PIECE);
	if (nl)
		end = (size_t)(nl - s.p) + 1;
	quotes = count(s.p + at, end - at, '"');
	while (!nl || quotes % 2) {
		nl = memchr(s.p + end, '\n', s.n - end);
		next = nl ? (size_t)(nl - s.p) + 1 : s.n;
		quotes += count(s.p + end, next - end, '"');
		end = next;
		if (end - at > PIECE_MAX || (!nl && quotes % 2))
			return at;
		if (!nl)
			break;
	}
	return end;
}

/* A row is a line, mostly. */
static size_t
lines_of(const char *p, const char *end)
{
	size_t n = 0;

	while ((p = memchr(p, '\n', (size_t)(end - p)))) {
		n++;
		p++;
	}
	return n;
}

static int
each_of_piece(struct each *x, const struct scan *scan, size_t at, size_t head,
    struct err *e)
{
	const char *p = x->im->text.text.p;
	int r = 0;

	for (size_t i = 0; i < scan->nrows && r == 0; i++) {
		size_t from = at + scan->row_at[i] - head;
		size_t end = at + scan->row_at[i + 1] - head;

		r = each_record(x, scan->cell + i * scan->ncells, scan->ncells,
		    1, from - x->base, end - x->base, e);
		x->lines += lines_of(p + from, p + end);
	}
	return r;
}

/* Reads as far as the scanner goes: *at is where libcsv has to go on. */
static int
each_fast(struct each *x, size_t *at, struct err *e)
{
	struct span text = x->im->text.text;
	struct scan scan = { 0 };
	struct buf head = { 0 }, piece = { 0 };
	struct arena names = { 0 };
	struct span *want = arena_alloc(&names, x->im->ncols * sizeof *want);
	struct err own = { 0 };
	int r = 0;

	for (size_t i = 0; i < x->im->ncols; i++) {
		want[i] = arena_printf(&names, "c%zu", i);
		buf_addf(&head, "%s%s", i ? "," : "", want[i].p);
	}
	buf_addc(&head, '\n');
	while (r == 0 && *at < text.n) {
		size_t end = piece_end(text, *at);

		if (end == *at)
			break;
		buf_reset(&piece);
		buf_addspan(&piece, buf_span(&head));
		buf_add(&piece, text.p + *at, end - *at);
		if (scan_file(&scan, "", buf_span(&piece), want, x->im->ncols,
			SCAN_ROWS, &own))
			break;
		r = each_of_piece(x, &scan, *at, head.n, e);
		*at = end;
	}
	err_release(&own);
	scan_release(&scan);
	arena_release(&names);
	buf_release(&head);
	buf_release(&piece);
	return r;
}

int
import_each(const struct import *im, import_row_fn *row, import_bad_fn *bad,
    void *ctx, struct err *e)
{
	struct each x = { .im = im,
		.ctx = ctx,
		.row = row,
		.bad = bad,
		.header = !im->headless,
		.lines = im->text.lines };
	struct csv_options o = { .sep = im->sep,
		.lazy_quotes = im->o->lazy_quotes };
	struct span rest = im->text.text;
	int r = 0;

	if (im->sep == ',' && !o.lazy_quotes && im->ncols > 1)
		r = each_fast(&x, &x.at, e);
	if (r || x.at == rest.n)
		return r;
	x.base = x.at;
	rest = span_n(rest.p + x.at, rest.n - x.at);
	return csv_read(rest, strcmp(im->o->file, "-") ? im->o->file : "stdin",
	    &o, each_record, each_bad, &x, e);
}
