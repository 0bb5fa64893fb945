/*
 * Tables: the first bytes choose an entity, a row and a column; the rest, up
 * to a NUL, is the new value, and then comes the file. After setting one cell
 * and writing, reading finds that cell changed and no other, and the rows that
 * were not touched are there byte for byte.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "crm/entities.h"
#include "store/table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(cond)                                                             \
	do {                                                                   \
		if (!(cond))                                                   \
			abort();                                               \
	} while (0)

static bool
parse(struct table *t, const struct entity *ent, struct span text)
{
	struct err e = { 0 };
	struct buf b = { 0 };
	int r;

	buf_addspan(&b, text);
	r = table_parse(t, ent, "f", &b, &e);
	MUST(r == 0 || e.code == ERR_DATA);
	err_release(&e);
	buf_release(&b);
	return r == 0;
}

/* b is a with v in the cell at row, col. */
static void
compare(struct table *a, struct table *b, size_t row, size_t col, struct span v)
{
	MUST(a->ncols == b->ncols && a->nrows == b->nrows);
	for (size_t c = 0; c < a->ncols; c++)
		MUST(span_eq(a->col[c], b->col[c]));
	for (size_t r = 0; r < a->nrows; r++) {
		size_t r2 = table_find(b, a->row[r].id);
		struct span raw = a->row[r].raw;

		MUST(r2 < b->nrows);
		for (size_t c = 0; c < a->ncols; c++)
			MUST(span_eq(table_cell_at(b, r2, c),
			    r == row && c == col ? v : table_cell_at(a, r, c)));
		if (r != row)
			MUST(span_starts(b->row[r2].raw, raw) &&
			     b->row[r2].raw.n <= raw.n + 1);
	}
}

/* A cell of no key, so that the row stays who it is. */
static bool
choose(const struct table *t, size_t *row, size_t *col)
{
	const struct field *f;

	if (t->nrows == 0)
		return false;
	*row %= t->nrows;
	*col %= t->ncols;
	f = entity_field(t->ent, t->col[*col]);
	return !f || (f->type != F_ID && !(f->flags & FIELD_KEY));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct schema schema;
	struct table a = { 0 }, b = { 0 }, c = { 0 };
	const struct entity *ent;
	struct span rest, v;
	struct buf out = { 0 };
	size_t row, col;

	if (schema.n == 0)
		entities_builtin(&schema);
	if (size < 3)
		return 0;
	ent = schema_entity(&schema, span(data[0] % 2 ? "opp" : "stage"));
	row = data[1];
	col = data[2];
	rest = span_n((const char *)data + 3, size - 3);
	v = span_cut(&rest, '\0');
	if (!parse(&a, ent, rest) || !parse(&b, ent, rest))
		goto out;
	table_write(&b, &out);
	MUST(rest.n == 0 || span_eq(buf_span(&out), rest));
	if (!choose(&a, &row, &col))
		goto out;
	table_set(&b, row, a.col[col], v);
	buf_reset(&out);
	table_write(&b, &out);
	MUST(parse(&c, ent, buf_span(&out)));
	compare(&a, &c, row, col, v);
out:
	table_release(&a);
	table_release(&b);
	table_release(&c);
	buf_release(&out);
	return 0;
}
