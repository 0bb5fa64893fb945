#include "cmd/emit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "cmd/emit_impl.h"
#include "store/csvwrite.h"

static int
header(struct emit *em, char sep, struct err *e)
{
	for (size_t i = 0; i < em->ncols; i++)
		em->row[i] = span(em->col[i].name);
	csv_row(emit_out(), em->row, em->ncols, sep);
	return emit_flush(e);
}

static int
csv_begin(struct emit *em, struct err *e)
{
	return header(em, ',', e);
}

static int
csv_line(struct emit *em, const struct span *cell, struct err *e)
{
	csv_row(emit_out(), cell, em->ncols, ',');
	return emit_flush(e);
}

/* No quotes in TSV: what would break a line or a cell is escaped. */
static void
tsv_cell(struct buf *out, struct span s)
{
	size_t from = 0;

	for (size_t i = 0; i < s.n; i++) {
		const char *with;

		switch (s.p[i]) {
		case '\t':
			with = "\\t";
			break;
		case '\n':
			with = "\\n";
			break;
		case '\r':
			with = "\\r";
			break;
		case '\\':
			with = "\\\\";
			break;
		default:
			continue;
		}
		buf_add(out, s.p + from, i - from);
		buf_adds(out, with);
		from = i + 1;
	}
	if (from < s.n)
		buf_add(out, s.p + from, s.n - from);
}

static int
tsv_line(struct emit *em, const struct span *cell, struct err *e)
{
	struct buf *out = emit_out();

	for (size_t i = 0; i < em->ncols; i++) {
		if (i > 0)
			buf_addc(out, '\t');
		tsv_cell(out, cell[i]);
	}
	buf_addc(out, '\n');
	return emit_flush(e);
}

static int
tsv_begin(struct emit *em, struct err *e)
{
	for (size_t i = 0; i < em->ncols; i++)
		em->row[i] = span(em->col[i].name);
	return tsv_line(em, em->row, e);
}

static int
ids_line(struct emit *em, const struct span *cell, struct err *e)
{
	struct buf *out = emit_out();

	if (em->ncols > 0)
		tsv_cell(out, cell[0]);
	buf_addc(out, '\n');
	return emit_flush(e);
}

static int
count_line(struct emit *em, const struct span *cell, struct err *e)
{
	(void)em, (void)cell, (void)e;
	return 0;
}

static int
count_end(struct emit *em, struct err *e)
{
	buf_addf(emit_out(), "%zu\n", em->nrows);
	return emit_flush(e);
}

static const struct emit_format formats[] = {
	{ "table", 0, NULL, emit_table_row, emit_table_end },
	{ "csv", EMIT_MACHINE, csv_begin, csv_line, NULL },
	{ "tsv", EMIT_MACHINE, tsv_begin, tsv_line, NULL },
	{ "json", EMIT_MACHINE, emit_json_begin, emit_json_row, emit_json_end },
	{ "ndjson", EMIT_MACHINE, emit_ndjson_begin, emit_ndjson_row, NULL },
	{ "ids", EMIT_MACHINE | EMIT_IDS, NULL, ids_line, NULL },
	{ "count", EMIT_MACHINE, NULL, count_line, count_end },
	{ "md", 0, emit_md_begin, emit_md_row, emit_md_end },
};

enum { NFORMATS = sizeof formats / sizeof *formats };

static const char *
format_name(const struct emit_options *o)
{
	if (o->format)
		return o->format;
	return o->porcelain || !emit_is_tty() ? "csv" : "table";
}

static const struct emit_format *
format_find(const char *name)
{
	for (size_t i = 0; i < NFORMATS; i++)
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	return NULL;
}

bool
emit_is_machine(const struct emit_options *o)
{
	const struct emit_format *f = format_find(format_name(o));

	return f && f->flags & EMIT_MACHINE;
}

bool
emit_wants_ids(const struct emit_options *o)
{
	const struct emit_format *f = format_find(format_name(o));

	return f && f->flags & EMIT_IDS;
}

static int
unknown(const char *name, struct err *e)
{
	struct buf known = { 0 };

	for (size_t i = 0; i < NFORMATS; i++)
		buf_addf(&known, "%s%s", i ? ", " : "", formats[i].name);
	err_set(e, ERR_USAGE, "unknown output format '%s'; known are: %s", name,
	    known.p);
	buf_release(&known);
	return -1;
}

int
emit_open(struct emit **out, const struct emit_options *o,
    const struct emit_column *col, size_t ncols, struct err *e)
{
	const char *name = format_name(o);
	const struct emit_format *f = format_find(name);
	struct emit *em;

	*out = NULL;
	if (!f)
		return unknown(name, e);
	if (o->porcelain && !(f->flags & EMIT_MACHINE))
		return err_set(e, ERR_USAGE,
		    "--porcelain goes with csv, tsv, json, ndjson, ids and "
		    "count, not with '%s'",
		    name);
	em = xcalloc(1, sizeof *em);
	em->f = f;
	em->o = *o;
	em->ncols = ncols;
	em->col = xcalloc(ncols + 1, sizeof *em->col);
	if (ncols)
		memcpy(em->col, col, ncols * sizeof *col);
	while (em->currency < ncols && col[em->currency].type != F_CURRENCY)
		em->currency++;
	em->row = xcalloc(ncols + 1, sizeof *em->row);
	em->held = xcalloc(ncols + 1, sizeof *em->held);
	if (f->begin && f->begin(em, e)) {
		emit_drop(em);
		return -1;
	}
	*out = em;
	return 0;
}

/* A machine's format shown on a terminal must not act on it either. */
static void
make_safe(struct emit *em, struct span *cell)
{
	size_t at = 0;

	buf_reset(&em->safe);
	buf_grow(&em->safe, 0);
	for (size_t i = 0; i < em->ncols; i++) {
		size_t from = em->safe.n;

		term_safe(&em->safe, cell[i], true);
		cell[i].n = em->safe.n - from;
	}
	for (size_t i = 0; i < em->ncols; at += cell[i++].n)
		cell[i].p = em->safe.p + at;
}

/* Keeps a row until it is known whether it is the last. */
static void
hold(struct emit *em, const struct span *cell)
{
	size_t at = 0;

	buf_reset(&em->held_buf);
	buf_grow(&em->held_buf, 0);
	for (size_t i = 0; i < em->ncols; i++)
		buf_addspan(&em->held_buf, cell[i]);
	for (size_t i = 0; i < em->ncols; at += cell[i++].n)
		em->held[i] = span_n(em->held_buf.p + at, cell[i].n);
	em->has_held = true;
}

int
emit_row(struct emit *em, const struct span *cell, size_t n, struct err *e)
{
	bool machine = em->f->flags & EMIT_MACHINE;

	if (n < em->ncols || (machine && emit_is_tty())) {
		for (size_t i = 0; i < em->ncols; i++)
			em->row[i] = i < n ? cell[i] : span_n("", 0);
		if (machine && emit_is_tty())
			make_safe(em, em->row);
		cell = em->row;
	}
	if (em->o.total) {
		if (em->has_held) {
			em->nrows++;
			if (em->f->row(em, em->held, e))
				return -1;
		}
		hold(em, cell);
		return 0;
	}
	em->nrows++;
	return em->f->row(em, cell, e);
}

/* Machines do not get the total: to them it would be a row too many. */
static int
put_total(struct emit *em, struct err *e)
{
	if (!em->has_held || em->f->flags & EMIT_MACHINE)
		return 0;
	em->in_total = true;
	return em->f->row(em, em->held, e);
}

int
emit_close(struct emit *em, size_t *rows, struct err *e)
{
	int rc = 0;

	if (!em)
		return 0;
	rc = put_total(em, e);
	if (!rc && em->f->end)
		rc = em->f->end(em, e);
	if (rows)
		*rows = em->nrows;
	emit_drop(em);
	return rc;
}

void
emit_drop(struct emit *em)
{
	if (!em)
		return;
	free(em->col);
	free(em->row);
	free(em->held);
	free(em->cell);
	free(em->key);
	buf_release(&em->safe);
	buf_release(&em->held_buf);
	buf_release(&em->tmp);
	buf_release(&em->shown);
	arena_release(&em->arena);
	free(em);
}

int
emit_end(struct emit *em, int failed, size_t *rows, struct err *e)
{
	if (!failed)
		return emit_close(em, rows, e);
	emit_drop(em);
	return -1;
}
