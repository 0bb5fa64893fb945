#include "store/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/csvwrite.h"
#include "store/id.h"
#include "store/table_impl.h"

#define NONE ((size_t)-1)

/* Bytes of the row's line end: 2, 1, or 0 at the end of some files. */
size_t
table_eol(struct span raw)
{
	if (raw.n == 0 || raw.p[raw.n - 1] != '\n')
		return 0;
	return raw.n > 1 && raw.p[raw.n - 2] == '\r' ? 2 : 1;
}

size_t
table_col(const struct table *t, struct span name)
{
	for (size_t c = 0; c < t->ncols; c++) {
		if (span_eq(t->col[c], name))
			return c;
	}
	return NONE;
}

void
table_push_col(struct table *t, struct span name)
{
	GROW(t->col, t->ncols, t->col_cap);
	t->col[t->ncols++] = arena_span(&t->arena, name);
}

struct table_row *
table_push_row(struct table *t)
{
	struct table_row *r;

	GROW(t->row, t->nrows, t->row_cap);
	r = &t->row[t->nrows++];
	memset(r, 0, sizeof *r);
	return r;
}

/* Fields may have been added to the entity since the file was read. */
static void
map_fields(struct table *t)
{
	size_t n = t->ent->nfields;

	if (t->nfield_col == n)
		return;
	t->id_col = table_col(t, span("id"));
	t->field_col = xreallocarray(t->field_col, n, sizeof *t->field_col);
	for (; t->nfield_col < n; t->nfield_col++)
		t->field_col[t->nfield_col] =
		    table_col(t, span(t->ent->field[t->nfield_col]->name));
}

static size_t
add_column(struct table *t, struct span name)
{
	map_fields(t);
	table_push_col(t, name);
	for (size_t f = 0; f < t->nfield_col; f++) {
		if (t->field_col[f] == NONE &&
		    span_eqs(name, t->ent->field[f]->name))
			t->field_col[f] = t->ncols - 1;
	}
	t->header_changed = t->changed = true;
	return t->ncols - 1;
}

/*
 * A slot has the upper half of the id's hash, so that most slots are passed by
 * without a look at their row, and the row's number plus one; 0 is free. A row
 * whose key was changed leaves its old slot behind, which then no longer
 * matches; nused counts it.
 */
static uint64_t
hash_of(uint64_t id)
{
	return id * 0x9e3779b97f4a7c15u;
}

static size_t
slot_of(const struct table *t, uint64_t hash)
{
	return hash >> 20 & (t->nslots - 1);
}

static void
hash_put(struct table *t, size_t row)
{
	uint64_t hash = hash_of(t->row[row].id);
	size_t i = slot_of(t, hash);

	while (t->slot[i])
		i = (i + 1) & (t->nslots - 1);
	t->slot[i] = hash >> 32 << 32 | (row + 1);
	t->nused++;
}

static void
hash_build(struct table *t)
{
	size_t want = 64;

	while (want < t->nrows * 4)
		want *= 2;
	free(t->slot);
	t->slot = xcalloc(want, sizeof *t->slot);
	t->nslots = want;
	t->nused = 0;
	for (size_t i = 0; i < t->nrows; i++)
		hash_put(t, i);
}

/* After a row was added or got another id. */
static void
hash_note(struct table *t, size_t row)
{
	if (!t->slot)
		return;
	if (t->nused + 1 > t->nslots / 2)
		hash_build(t);
	else
		hash_put(t, row);
}

size_t
table_find(struct table *t, uint64_t id)
{
	uint64_t hash = hash_of(id), slot;

	if (!t->slot)
		hash_build(t);
	for (size_t i = slot_of(t, hash); (slot = t->slot[i]);
	     i = (i + 1) & (t->nslots - 1)) {
		size_t row = (uint32_t)slot - 1;

		if (slot >> 32 == hash >> 32 && t->row[row].id == id &&
		    !t->row[row].removed)
			return row;
	}
	return NONE;
}

/* The next cell of a row that is known to be sound; *p is put behind it. */
static struct span
next_cell(struct table *t, const char **p, const char *end)
{
	const char *from = *p, *q = from;
	size_t quotes = 0;
	char *o, *copy;

	if (q == end || *q != '"') {
		q = memchr(from, ',', (size_t)(end - from));
		*p = q ? q + 1 : end;
		return span_n(from, (size_t)((q ? q : end) - from));
	}
	for (q = ++from; q < end; q++) {
		if (*q != '"')
			continue;
		if (q + 1 == end || q[1] != '"')
			break;
		q++;
		quotes++;
	}
	*p = q + 1 < end ? q + 2 : end;
	if (!quotes)
		return span_n(from, (size_t)(q - from));
	copy = o = arena_dup(&t->arena, from, (size_t)(q - from));
	for (; from < q; from++) {
		*o++ = *from;
		from += *from == '"';
	}
	return span_n(copy, (size_t)(o - copy));
}

static void
load_cells(struct table *t, struct table_row *r)
{
	const char *p = r->raw.p, *end;

	if (r->cell)
		return;
	end = p + r->raw.n - table_eol(r->raw);
	r->cell = arena_alloc(&t->arena, r->width * sizeof *r->cell);
	for (uint32_t c = 0; c < r->width; c++)
		r->cell[c] = next_cell(t, &p, end);
}

struct span
table_cell_at(struct table *t, size_t row, size_t col)
{
	struct table_row *r = &t->row[row];

	if (col >= r->width)
		return span("");
	load_cells(t, r);
	return r->cell[col];
}

struct span
table_cell(struct table *t, size_t row, struct span col)
{
	return table_cell_at(t, row, table_col(t, col));
}

static uint64_t
key_add(uint64_t h, struct span v)
{
	return ((h ^ span_hash(v)) * 0x9e3779b97f4a7c15u) ^ (h >> 29);
}

/* Values past n are empty. */
static uint64_t
key_of(const struct entity *ent, const struct span *value, size_t n)
{
	uint64_t h = 1;

	for (size_t f = 0; f < ent->nfields; f++) {
		if (ent->field[f]->flags & FIELD_KEY)
			h = key_add(h, f < n ? value[f] : span(""));
	}
	return h ? h : 1;
}

uint64_t
table_key(const struct entity *ent, const struct span *value)
{
	return key_of(ent, value, ent->nfields);
}

uint64_t
table_row_id(struct table *t, size_t row)
{
	uint64_t h = 1;

	if (t->ent->letter)
		return id_pack_canonical(table_cell(t, row, span("id")));
	for (size_t f = 0; f < t->ent->nfields; f++) {
		const struct field *field = t->ent->field[f];

		if (field->flags & FIELD_KEY)
			h = key_add(h, table_cell(t, row, span(field->name)));
	}
	return h ? h : 1;
}

static bool
is_key(const struct entity *ent, struct span col)
{
	const struct field *f;

	if (ent->letter)
		return span_eqs(col, "id");
	f = entity_field(ent, col);
	return f && (f->flags & FIELD_KEY);
}

void
table_set(struct table *t, size_t row, struct span col, struct span v)
{
	struct table_row *r = &t->row[row];
	size_t c = table_col(t, col);

	if (span_eq(table_cell_at(t, row, c), v))
		return;
	if (c == NONE)
		c = add_column(t, col);
	load_cells(t, r);
	if (c >= r->width) {
		struct span *wider;

		wider = arena_alloc(&t->arena, t->ncols * sizeof *wider);
		memcpy(wider, r->cell, r->width * sizeof *wider);
		for (size_t i = r->width; i < t->ncols; i++)
			wider[i] = span("");
		r->cell = wider;
		r->width = (uint32_t)t->ncols;
	}
	r->cell[c] = arena_span(&t->arena, v);
	r->raw = (struct span){ NULL, 0 };
	r->changed = t->changed = true;
	if (is_key(t->ent, col)) {
		r->id = table_row_id(t, row);
		hash_note(t, row);
	}
}

/* The cells of a new row in the order of the columns. */
static const struct span *
new_line(
    struct table *t, const char *id_text, const struct span *value, size_t n)
{
	map_fields(t);
	for (size_t f = 0; f < n; f++) {
		const struct field *field = t->ent->field[f];

		if (value[f].n && t->field_col[f] == NONE &&
		    !(field->flags & FIELD_VIRTUAL))
			add_column(t, span(field->name));
	}
	if (t->line_cap < t->ncols) {
		t->line_cap = t->ncols + 16;
		t->line = xreallocarray(t->line, t->line_cap, sizeof *t->line);
	}
	memset(t->line, 0, t->ncols * sizeof *t->line);
	for (size_t f = 0; f < n; f++) {
		if (t->field_col[f] != NONE)
			t->line[t->field_col[f]] = value[f];
	}
	if (t->ent->letter)
		t->line[t->id_col] = span_n(id_text, ID_LEN);
	return t->line;
}

size_t
table_add(struct table *t, uint64_t id, const struct span *value, size_t n)
{
	char id_text[ID_LEN + 1] = "";
	const struct span *line;
	struct table_row *r;

	if (t->ent->letter)
		id_unpack(id, id_text);
	else if (!id)
		id = key_of(t->ent, value, n);
	line = new_line(t, id_text, value, n);
	buf_reset(&t->text);
	csv_row(&t->text, line, t->ncols, ',');
	r = table_push_row(t);
	r->raw = arena_span(&t->arena, buf_span(&t->text));
	r->id = id;
	r->width = (uint32_t)t->ncols;
	t->changed = true;
	hash_note(t, t->nrows - 1);
	return t->nrows - 1;
}

void
table_remove(struct table *t, size_t row)
{
	if (t->row[row].removed)
		return;
	t->row[row].removed = true;
	t->nremoved++;
	t->changed = true;
}

size_t
table_live(const struct table *t)
{
	return t->nrows - t->nremoved;
}

void
table_release(struct table *t)
{
	free(t->path);
	buf_release(&t->data);
	free(t->col);
	free(t->row);
	free(t->slot);
	free(t->field_col);
	free(t->line);
	buf_release(&t->text);
	arena_release(&t->arena);
	memset(t, 0, sizeof *t);
}
