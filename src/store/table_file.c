#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/csvwrite.h"
#include "store/id.h"
#include "store/scan.h"
#include "store/table_impl.h"

/* The line of a row in the file as read, from 1. */
static size_t
line_of(const struct table *t, size_t row)
{
	const char *p = t->data.p, *end = t->row[row].raw.p;
	size_t line = 1;

	while ((p = memchr(p, '\n', (size_t)(end - p)))) {
		line++;
		p++;
	}
	return line;
}

static int
bad_id(struct table *t, size_t row, struct err *e)
{
	struct span id = table_cell(t, row, span("id"));

	return err_set(e, ERR_DATA,
	    "%s:%zu: '%.*s' is not the id of a record of this table (%c, year "
	    "and month, '-', eight characters); to add a record by hand use "
	    "the add command",
	    t->path, line_of(t, row), SPANF(id), t->ent->letter);
}

static int
repeated(struct table *t, size_t first, size_t row, struct err *e)
{
	return err_set(e, ERR_DATA, "%s:%zu: the same %s as in line %zu",
	    t->path, line_of(t, row), t->ent->letter ? "id" : "key",
	    line_of(t, first));
}

/*
 * Most files are sorted as we wrote them, and then no id can be there twice.
 */
static int
check_rows(struct table *t, struct err *e)
{
	bool ascending = t->ent->letter != '\0';

	for (size_t i = 0; i < t->nrows; i++) {
		if (t->ent->letter && id_letter(t->row[i].id) != t->ent->letter)
			return bad_id(t, i, e);
		if (i && t->row[i].id <= t->row[i - 1].id)
			ascending = false;
	}
	for (size_t i = 0; !ascending && i < t->nrows; i++) {
		size_t first = table_find(t, t->row[i].id);

		if (first != i)
			return repeated(t, first, i, e);
	}
	return 0;
}

/* Rows from what the scan found; its first cell is the id, if there are ids. */
static void
take_rows(struct table *t, const struct scan *s)
{
	const char *p = t->data.p;

	t->head = span_n(p, (size_t)s->row_at[0]);
	t->head_cols = t->ncols;
	t->row = xreallocarray(NULL, s->nrows + 1, sizeof *t->row);
	t->row_cap = s->nrows + 1;
	for (size_t i = 0; i < s->nrows; i++) {
		struct table_row *r = table_push_row(t);
		uint64_t at = s->row_at[i];

		r->raw = span_n(p + at, (size_t)(s->row_at[i + 1] - at));
		r->width = (uint32_t)t->ncols;
		r->id = t->ent->letter ? id_pack_canonical(s->cell[i])
				       : table_row_id(t, i);
	}
}

static int
check_header(const struct table *t, struct err *e)
{
	for (size_t f = 0; f < t->ent->nfields; f++) {
		const struct field *field = t->ent->field[f];
		bool needed = t->ent->letter
				  ? field->type == F_ID
				  : (field->flags & FIELD_KEY) &&
					(field->flags & FIELD_REQUIRED);

		if (needed && table_col(t, span(field->name)) == (size_t)-1)
			return err_set(e, ERR_DATA,
			    "%s:1: there is no column '%s'", t->path,
			    field->name);
	}
	return 0;
}

static void
default_columns(struct table *t)
{
	const unsigned out =
	    FIELD_HIDDEN | FIELD_VIRTUAL | FIELD_RARE | FIELD_FOUND;

	for (size_t f = 0; f < t->ent->nfields; f++) {
		const struct field *field = t->ent->field[f];

		if (!(field->flags & out) || (field->flags & FIELD_KEY))
			table_push_col(t, span(field->name));
	}
}

int
table_parse(struct table *t, const struct entity *ent, const char *path,
    struct buf *data, struct err *e)
{
	const struct span want = span("id");
	struct scan s = { 0 };
	int r = -1;

	memset(t, 0, sizeof *t);
	t->ent = ent;
	t->path = xstrdup(path);
	t->data = *data;
	memset(data, 0, sizeof *data);
	if (scan_file(&s, path, buf_span(&t->data), &want, 1, SCAN_ROWS, e) < 0)
		goto out;
	if (s.nheader == 0) {
		default_columns(t);
		r = 0;
		goto out;
	}
	for (size_t c = 0; c < s.nheader; c++)
		table_push_col(t, s.header[c]);
	if (check_header(t, e) < 0)
		goto out;
	take_rows(t, &s);
	r = check_rows(t, e);
out:
	scan_release(&s);
	if (r < 0)
		table_release(t);
	return r;
}

/* A row or header line with cells for the columns that came later. */
static void
put_line(struct buf *out, struct span raw, const struct span *col, size_t n)
{
	size_t eol = table_eol(raw);

	if (n == 0 && eol) {
		buf_addspan(out, raw);
		return;
	}
	buf_add(out, raw.p, raw.n - eol);
	for (size_t i = 0; i < n; i++) {
		buf_addc(out, ',');
		if (col)
			csv_cell(out, col[i], ',');
	}
	if (eol)
		buf_add(out, raw.p + raw.n - eol, eol);
	else
		buf_addc(out, '\n');
}

static void
put_row(struct buf *out, struct table *t, const struct table_row *r)
{
	if (r->raw.p) {
		put_line(out, r->raw, NULL, t->ncols - r->width);
		return;
	}
	csv_row(out, r->cell, r->width, ',');
	if (r->width < t->ncols) {
		buf_cut(out, out->n - 1);
		buf_pad(out, ',', t->ncols - r->width);
		buf_addc(out, '\n');
	}
}

/*
 * Sorts by id, a byte at a time from the lowest; tmp has room for as much.
 * Import makes thousands of files of random ids: comparing would cost more
 * than serialising them. Bytes that are the same in all ids (the letter and
 * the month) cost nothing.
 */
struct sort_item {
	uint64_t id;
	size_t row;
};

static struct sort_item *
sort_ids(struct sort_item *item, struct sort_item *tmp, size_t n)
{
	for (int shift = 0; shift < 64; shift += 8) {
		size_t at[256] = { 0 }, sum = 0;
		struct sort_item *swap = item;

		for (size_t i = 0; i < n; i++)
			at[item[i].id >> shift & 255]++;
		if (at[item[0].id >> shift & 255] == n)
			continue;
		for (int b = 0; b < 256; b++) {
			size_t count = at[b];

			at[b] = sum;
			sum += count;
		}
		for (size_t i = 0; i < n; i++)
			tmp[at[item[i].id >> shift & 255]++] = item[i];
		item = tmp;
		tmp = swap;
	}
	return item;
}

static void
put_rows(struct buf *out, struct table *t)
{
	struct sort_item *mem, *item;
	bool sorted = true;
	size_t n = 0;

	mem = xmalloc(2 * (t->nrows + 1) * sizeof *mem);
	item = mem;
	for (size_t i = 0; i < t->nrows; i++) {
		if (t->row[i].removed)
			continue;
		item[n].id = t->row[i].id;
		item[n].row = i;
		sorted = sorted && (n == 0 || item[n - 1].id <= item[n].id);
		n++;
	}
	if (t->ent->letter && !sorted)
		item = sort_ids(mem, mem + n, n);
	for (size_t i = 0; i < n; i++)
		put_row(out, t, &t->row[item[i].row]);
	free(mem);
}

void
table_write(struct table *t, struct buf *out)
{
	size_t room = t->head.n;

	if (!t->changed && t->data.n) {
		buf_addspan(out, buf_span(&t->data));
		return;
	}
	for (size_t i = 0; i < t->nrows; i++)
		room += t->row[i].raw.n + t->ncols + 1;
	buf_grow(out, room);
	if (t->head_cols)
		put_line(out, t->head, t->col + t->head_cols,
		    t->ncols - t->head_cols);
	else
		csv_row(out, t->col, t->ncols, ',');
	put_rows(out, t);
}
