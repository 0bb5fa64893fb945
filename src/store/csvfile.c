#include "store/csvfile.h"

#include <csv.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

enum {
	MAX_CELL = 1 << 20,
	MAX_FIELDS = 1000,
	SEED = 1024,
	SNIFF = 50,
};

/*
 * libcsv's buffer is given by us with this in front of it: its realloc hook
 * has no context, so the block itself says how far it may grow.
 */
union block {
	struct {
		size_t max;
	} h;
	max_align_t align;
};

struct reader {
	struct csv_parser csv;
	struct span data;
	const char *name;
	struct csv_options o;
	csv_record_fn *record;
	csv_bad_fn *bad;
	void *ctx;

	/* the record that is being read */
	struct buf text; /* its cells, end to end */
	size_t *end;	 /* where each ends in text */
	size_t n, end_cap;
	struct span *cell;
	size_t cell_cap;
	size_t too_long; /* number of the cell that is, or SIZE_MAX */
	bool done;
	size_t line, at; /* where it starts */

	/* where reading is */
	size_t now_line, now;
	size_t cr, cr_from; /* the first CR at or behind cr_from, or data.n */
	size_t rescans;	    /* bytes that may still be read twice */
};

static void *
block_realloc(void *p, size_t n)
{
	union block *b = (union block *)p - 1;

	if (n > b->h.max)
		return NULL;
	b = realloc(b, sizeof *b + n);
	return b ? b + 1 : NULL;
}

static void
block_free(void *p)
{
	if (p)
		free((union block *)p - 1);
}

/* Blanks and tabs are part of a cell. */
static int
no_space(unsigned char c)
{
	(void)c;
	return 0;
}

static void
start_parser(struct reader *r)
{
	union block *b = xmalloc(sizeof *b + SEED);

	/* The parser holds a closing quote, too, until it knows it is one. */
	b->h.max = r->o.max_cell + 2 < SEED ? SEED : r->o.max_cell + 2;
	csv_init(&r->csv, CSV_STRICT | CSV_STRICT_FINI);
	csv_set_delim(&r->csv, (unsigned char)r->o.sep);
	csv_set_space_func(&r->csv, no_space);
	csv_set_realloc_func(&r->csv, block_realloc);
	csv_set_free_func(&r->csv, block_free);
	csv_set_blk_size(&r->csv, 1 << 16);
	r->csv.entry_buf = (unsigned char *)(b + 1);
	r->csv.entry_size = SEED;
}

static void
on_cell(void *p, size_t n, void *ctx)
{
	struct reader *r = ctx;

	if (n > r->o.max_cell && r->too_long == SIZE_MAX)
		r->too_long = r->n;
	if (r->n++ >= r->o.max_fields || r->too_long != SIZE_MAX)
		return;
	GROW(r->end, r->n - 1, r->end_cap);
	buf_add(&r->text, p, n);
	r->end[r->n - 1] = r->text.n;
}

static void
on_end(int c, void *ctx)
{
	struct reader *r = ctx;

	(void)c;
	r->done = true;
}

static void
start_record(struct reader *r)
{
	r->n = 0;
	r->done = false;
	r->too_long = SIZE_MAX;
	buf_reset(&r->text);
	r->line = r->now_line;
	r->at = r->now;
}

/* Few files have CRs: one look to the end must do for all lines. */
static void
find_cr(struct reader *r)
{
	const char *p, *d = r->data.p;

	if (r->now < r->cr_from) {
		p = memchr(d + r->now, '\r', r->cr_from - r->now);
		r->cr = p ? (size_t)(p - d) : r->cr;
	} else if (r->cr < r->now) {
		p = memchr(d + r->now, '\r', r->data.n - r->now);
		r->cr = p ? (size_t)(p - d) : r->data.n;
	} else {
		return;
	}
	r->cr_from = r->now;
}

/* The end of the line at now, its CR, LF or CRLF included. */
static size_t
line_end(struct reader *r)
{
	const char *d = r->data.p, *p;
	size_t n = r->data.n, lf;

	find_cr(r);
	p = memchr(d + r->now, '\n', n - r->now);
	lf = p ? (size_t)(p - d) : n;
	if (r->cr < lf)
		return r->cr + 1 + (r->cr + 1 == lf && lf < n);
	return lf < n ? lf + 1 : n;
}

/*
 * The start of the record's cell of that number, or of the last one that
 * begins before end; libcsv does not tell where cells are.
 */
static size_t
cell_start(const struct reader *r, size_t number, size_t end)
{
	const char *d = r->data.p;
	size_t i, n = 0, at = r->at;
	bool in = false, closed = false;

	for (i = r->at; i < end && n <= number; i++) {
		if (in) {
			closed = d[i] == '"';
			in = !closed;
		} else {
			/* A quote elsewhere is bare, which may be allowed. */
			in = d[i] == '"' && (i == at || closed);
			closed = false;
			if (d[i] == r->o.sep && ++n <= number)
				at = i + 1;
		}
	}
	return at;
}

static void
place(const struct reader *r, size_t at, size_t *line, size_t *col)
{
	const char *d = r->data.p;
	size_t i, start = r->at;

	*line = r->line;
	for (i = r->at; i < at; i++) {
		if (d[i] == '\n' || (d[i] == '\r' && d[i + 1] != '\n')) {
			++*line;
			start = i + 1;
		}
	}
	*col = at - start + 1;
}

/*
 * Reports what is wrong at offset at; next is the end of the line being read.
 * Reading goes on behind the record's first line, so that a stray quote does
 * not take the records with it that it seems to enclose. That reads bytes
 * again, which crafted data could make a habit of: hence the limit.
 */
static int
bad_record(
    struct reader *r, size_t at, size_t next, const char *what, struct err *e)
{
	size_t line, col, last = r->now_line;
	int ret;

	place(r, at, &line, &col);
	if (!r->bad)
		return err_set(
		    e, ERR_DATA, "%s:%zu:%zu: %s", r->name, line, col, what);
	if (r->now != r->at && next - r->at <= r->rescans) {
		r->rescans -= next - r->at;
		r->now = r->at;
		next = line_end(r);
		last = r->line;
	}
	ret = r->bad(r->ctx, line, col, what, r->at, next, e);
	csv_free(&r->csv);
	start_parser(r);
	r->now = next;
	r->now_line = last + 1;
	start_record(r);
	return ret;
}

static int
good_record(struct reader *r, size_t next, struct err *e)
{
	size_t i, from = 0, line = r->line, at = r->at;
	int ret;

	for (i = 0; i < r->n; i++) {
		GROW(r->cell, i, r->cell_cap);
		r->cell[i] = span_n(r->text.p + from, r->end[i] - from);
		from = r->end[i];
	}
	ret = r->record(r->ctx, r->cell, r->n, line, at, next, e);
	r->now = next;
	r->now_line++;
	start_record(r);
	return ret;
}

static int
end_record(struct reader *r, size_t next, struct err *e)
{
	char what[64];

	if (r->too_long != SIZE_MAX) {
		snprintf(what, sizeof what, "cell longer than %zu bytes",
		    r->o.max_cell);
		return bad_record(
		    r, cell_start(r, r->too_long, next), next, what, e);
	}
	if (r->n > r->o.max_fields) {
		snprintf(
		    what, sizeof what, "more than %zu fields", r->o.max_fields);
		return bad_record(r, r->at, next, what, e);
	}
	return good_record(r, next, e);
}

/* Feeds the bytes from now to next; returns the offset where it stopped. */
static size_t
feed(struct reader *r, size_t next)
{
	const char *d = r->data.p, *nul;
	size_t at = r->now, stop;

	nul = memchr(d + at, '\0', next - at);
	stop = nul ? (size_t)(nul - d) : next;
	for (;;) {
		at += csv_parse(&r->csv, d + at, stop - at, on_cell, on_end, r);
		if (at == stop || !r->o.lazy_quotes || r->csv.quoted ||
		    csv_error(&r->csv) != CSV_EPARSE)
			return at;
		/* A quote inside a bare cell: let this one byte pass. */
		csv_set_opts(&r->csv, CSV_STRICT_FINI);
		at += csv_parse(&r->csv, d + at, 1, on_cell, on_end, r);
		csv_set_opts(&r->csv, CSV_STRICT | CSV_STRICT_FINI);
	}
}

static int
stopped(struct reader *r, size_t at, size_t next, struct err *e)
{
	char what[64];

	if (r->data.p[at] == '\0')
		return bad_record(r, at, next, "NUL byte", e);
	if (csv_error(&r->csv) != CSV_EPARSE) {
		snprintf(what, sizeof what, "cell longer than %zu bytes",
		    r->o.max_cell);
		return bad_record(
		    r, cell_start(r, SIZE_MAX, at), next, what, e);
	}
	return bad_record(r, at, next,
	    r->csv.quoted ? "text behind a closing quote"
			  : "quote inside a bare cell",
	    e);
}

static int
read_all(struct reader *r, struct err *e)
{
	const char *d = r->data.p;
	size_t next, at;
	int ret = 0;

	start_record(r);
	while (ret == 0 && r->at < r->data.n) {
		if (r->now == r->data.n) {
			/* The last line has no end, or a quote is open. */
			if (csv_fini(&r->csv, on_cell, on_end, r))
				ret = bad_record(r,
				    cell_start(r, SIZE_MAX, r->now), r->now,
				    "this quote is never closed", e);
			else
				ret = end_record(r, r->now, e);
			continue;
		}
		next = line_end(r);
		if (r->now == r->at &&
		    (d[r->now] == '\n' || d[r->now] == '\r')) {
			r->now = next;
			r->now_line++;
			start_record(r);
			continue;
		}
		at = feed(r, next);
		if (at < next) {
			ret = stopped(r, at, next, e);
		} else if (r->done) {
			ret = end_record(r, next, e);
		} else {
			r->now = next;
			/* the last line may lack its end */
			if (d[next - 1] == '\n' || d[next - 1] == '\r')
				r->now_line++;
		}
	}
	return ret;
}

int
csv_read(struct span data, const char *name, const struct csv_options *o,
    csv_record_fn *record, csv_bad_fn *bad, void *ctx, struct err *e)
{
	struct reader r = { .data = data,
		.name = name,
		.record = record,
		.bad = bad,
		.ctx = ctx,
		.now_line = 1,
		.rescans = data.n + (1 << 24) };
	int ret;

	if (o)
		r.o = *o;
	if (!r.o.max_cell)
		r.o.max_cell = MAX_CELL;
	if (r.o.max_cell > SIZE_MAX / 4)
		r.o.max_cell = SIZE_MAX / 4;
	if (!r.o.max_fields)
		r.o.max_fields = MAX_FIELDS;
	if (!r.o.sep)
		r.o.sep = csv_sniff(data);
	if (!r.o.sep)
		return err_set(e, ERR_DATA,
		    "%s: cannot tell whether a comma, semicolon, tab or bar "
		    "separates the cells; name the separator",
		    name);
	r.cr = r.cr_from = data.n;
	start_parser(&r);
	ret = read_all(&r, e);
	csv_free(&r.csv);
	buf_release(&r.text);
	free(r.end);
	free(r.cell);
	return ret;
}

struct sniff {
	size_t fields[SNIFF]; /* of each record; 0 where it is bad */
	size_t n;
};

static int
sniff_record(void *ctx, const struct span *cell, size_t n, size_t line,
    size_t at, size_t end, struct err *e)
{
	struct sniff *s = ctx;

	(void)cell, (void)line, (void)at, (void)end, (void)e;
	s->fields[s->n++] = n;
	return s->n == SNIFF;
}

static int
sniff_bad(void *ctx, size_t line, size_t col, const char *what, size_t at,
    size_t end, struct err *e)
{
	(void)col, (void)what;
	return sniff_record(ctx, NULL, 0, line, at, end, e);
}

/*
 * How well a separator fits: not at all where most records have one field;
 * else by the fields of the records that agree, and better than any where not
 * all do if all agree (decimal commas agree in all records but the header).
 */
static size_t
sniff_score(const struct sniff *s)
{
	size_t i, j, same, best = 0, fields = 0;

	for (i = 0; i < s->n; i++) {
		for (same = j = 0; j < s->n; j++)
			same += s->fields[j] == s->fields[i];
		if (same > best || (same == best && s->fields[i] > fields)) {
			best = same;
			fields = s->fields[i];
		}
	}
	if (fields < 2)
		return 0;
	return best * fields + (best == s->n ? SIZE_MAX / 2 : 0);
}

char
csv_sniff(struct span data)
{
	static const char seps[] = { ',', ';', '\t', '|' };
	struct csv_options o = { 0 };
	size_t i, score, best = 0;
	char sep = ',';

	for (i = 0; i < sizeof seps; i++) {
		struct sniff s = { 0 };

		o.sep = seps[i];
		csv_read(data, "", &o, sniff_record, sniff_bad, &s, NULL);
		score = sniff_score(&s);
		if (score > best)
			sep = seps[i];
		else if (score == best && best > 0)
			sep = 0;
		best = score > best ? score : best;
	}
	return sep;
}
