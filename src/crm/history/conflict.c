#include "crm/history/conflict.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/calendar/index.h"
#include "crm/calendar/item.h"
#include "crm/history/conflict_impl.h"
#include "store/csvwrite.h"
#include "store/id.h"
#include "store/scan.h"

enum { TABLE, ID, COLUMN, BASE, OURS, THEIRS, NCOLS };

static const char *const columns[NCOLS] = { "table", "id", "column", "base",
	"ours", "theirs" };

static void
cells_of(const struct conflict *r, struct span cell[NCOLS])
{
	cell[TABLE] = r->table;
	cell[ID] = r->id;
	cell[COLUMN] = r->column;
	cell[BASE] = r->base;
	cell[OURS] = r->ours;
	cell[THEIRS] = r->theirs;
}

int
conflicts_parse(
    struct conflicts *c, const char *name, struct span text, struct err *e)
{
	struct span want[NCOLS];
	struct scan s = { 0 };
	int r;

	for (size_t i = 0; i < NCOLS; i++)
		want[i] = span(columns[i]);
	r = scan_file(&s, name, text, want, NCOLS, 0, e);
	for (size_t i = 0; r == 0 && i < s.nrows; i++) {
		const struct span *v = s.cell + i * NCOLS;
		struct conflict row = { v[TABLE], v[ID], v[COLUMN], v[BASE],
			v[OURS], v[THEIRS] };

		conflicts_add(c, &row);
	}
	scan_release(&s);
	return r;
}

static int
row_cmp(const struct conflict *a, const struct conflict *b)
{
	int c = span_cmp(a->table, b->table);

	if (!c)
		c = span_cmp(a->id, b->id);
	return c ? c : span_cmp(a->column, b->column);
}

/* Of all values the greatest stands, the next one is offered. */
static void
unite(struct conflict *old, const struct conflict *new)
{
	struct span v[4] = { old->ours, old->theirs, new->ours, new->theirs };
	struct span top = span_cmp(v[0], v[2]) > 0 ? v[0] : v[2];
	struct span next = span("");

	for (int i = 0; i < 4; i++)
		if (!span_eq(v[i], top) && span_cmp(v[i], next) > 0)
			next = v[i];
	old->ours = top;
	old->theirs = next;
}

void
conflicts_add(struct conflicts *c, const struct conflict *row)
{
	struct conflict own = *row;
	struct span *part[NCOLS] = { &own.table, &own.id, &own.column,
		&own.base, &own.ours, &own.theirs };
	size_t lo = 0, hi = c->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (row_cmp(&c->row[mid], row) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (size_t i = 0; i < NCOLS; i++)
		*part[i] = arena_span(&c->arena, *part[i]);
	if (lo < c->n && row_cmp(&c->row[lo], row) == 0) {
		if (span_eq(c->row[lo].base, own.base))
			unite(&c->row[lo], &own);
		else
			c->row[lo] = own;
		return;
	}
	GROW(c->row, c->n, c->cap);
	memmove(c->row + lo + 1, c->row + lo, (c->n - lo) * sizeof *c->row);
	c->row[lo] = own;
	c->n++;
}

void
conflicts_write(const struct conflicts *c, struct buf *out)
{
	struct span cell[NCOLS];

	for (size_t i = 0; i < NCOLS; i++)
		cell[i] = span(columns[i]);
	csv_row(out, cell, NCOLS, ',');
	for (size_t i = 0; i < c->n; i++) {
		cells_of(&c->row[i], cell);
		csv_row(out, cell, NCOLS, ',');
	}
}

void
conflicts_release(struct conflicts *c)
{
	free(c->row);
	arena_release(&c->arena);
	memset(c, 0, sizeof *c);
}

/* --- is it still open? --------------------------------------------------- */

bool
conflict_key(const struct entity *ent, struct span text, uint64_t *id)
{
	struct span *value;
	size_t n = 0, parts = 1;

	if (ent->letter) {
		*id = id_pack_canonical(text);
		return *id != 0;
	}
	for (size_t i = 0; i < ent->nfields; i++)
		n += (ent->field[i]->flags & FIELD_KEY) != 0;
	for (size_t i = 0; i < text.n; i++)
		parts += text.p[i] == '/';
	if (parts != n)
		return false;
	value = xcalloc(ent->nfields + 1, sizeof *value);
	for (size_t i = 0; i < ent->nfields; i++)
		if (ent->field[i]->flags & FIELD_KEY)
			value[i] = span_cut(&text, '/');
	*id = table_key(ent, value);
	free(value);
	return true;
}

void
lookup_release(struct lookup *l)
{
	for (size_t i = 0; i < l->n; i++) {
		table_release(&l->file[i]->t);
		free(l->file[i]->path);
		free(l->file[i]);
	}
	free(l->file);
	memset(l, 0, sizeof *l);
}

static struct lookup_file *
lookup_table(struct lookup *l, const struct entity *ent, const char *path)
{
	struct lookup_file *f;
	struct err ignored = { 0 };
	struct buf data = { 0 };

	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->file[i]->path, path) == 0)
			return l->file[i];
	f = xcalloc(1, sizeof *f);
	f->path = xstrdup(path);
	/* what cannot be read is left to the commands that need it */
	f->bad = l->read(l->ctx, path, &data, &ignored) < 0 ||
		 entity_text(l->s, ent, path, &data, &ignored) < 0 ||
		 table_parse(&f->t, ent, path, &data, &ignored) < 0;
	err_release(&ignored);
	buf_release(&data);
	GROW(l->file, l->n, l->cap);
	l->file[l->n++] = f;
	return f;
}

/* The cell as it now is; borrowed from l. */
static enum lookup_state
lookup_cell(struct lookup *l, struct span table, struct span id,
    struct span column, struct span *now)
{
	const struct entity *ent = schema_entity(&l->s->schema, table);
	enum lookup_state state = LOOKUP_ABSENT;
	struct err ignored = { 0 };
	uint64_t key;
	char *path[3];
	int n;

	if (!ent || !conflict_key(ent, id, &key))
		return LOOKUP_UNKNOWN;
	n = record_paths(l->s, ent, key, path, &ignored);
	if (n < 0)
		state = LOOKUP_UNKNOWN;
	for (int i = 0; i < n; i++) {
		struct lookup_file *f = lookup_table(l, ent, path[i]);
		size_t row = f->bad ? (size_t)-1 : table_find(&f->t, key);

		if (f->bad && state == LOOKUP_ABSENT)
			state = LOOKUP_UNKNOWN;
		if (row != (size_t)-1 && state != LOOKUP_FOUND) {
			*now = table_cell(&f->t, row, column);
			state = LOOKUP_FOUND;
		}
		free(path[i]);
	}
	err_release(&ignored);
	return state;
}

static bool
is_open(struct lookup *l, const struct conflict *r)
{
	const struct entity *ent;
	struct span now, other;
	enum lookup_state st;

	st = lookup_cell(l, r->table, r->id, r->column, &now);
	if (st != LOOKUP_FOUND)
		return st == LOOKUP_UNKNOWN;
	if (span_eqs(r->column, "(record)"))
		return true;
	if (span_eqs(r->column, "(id)"))
		return lookup_cell(l, r->table, r->theirs, span("id"),
			   &other) != LOOKUP_ABSENT;
	/* a property, which a table has no column for: until it is decided */
	ent = schema_entity(&l->s->schema, r->table);
	if (ent->layout == LAYOUT_CALENDAR && !entity_field(ent, r->column))
		return true;
	return span_eq(now, r->ours);
}

bool
conflicts_prune(struct lookup *l, struct conflicts *c)
{
	size_t n = 0, had = c->n;

	for (size_t i = 0; i < had; i++)
		if (is_open(l, &c->row[i]))
			c->row[n++] = c->row[i];
	c->n = n;
	return n != had;
}

static int
read_session(void *ctx, const char *path, struct buf *out, struct err *e)
{
	return session_read(ctx, path, out, e);
}

int
conflicts_open(struct session *s, struct conflicts *out, struct err *e)
{
	struct lookup l = {
		.s = s, .read = read_session, .ctx = s
	};
	struct buf text = { 0 };
	int r = session_read(s, CONFLICT_PATH, &text, e);

	if (r == 0)
		r = conflicts_parse(out, CONFLICT_PATH, buf_span(&text), e);
	if (r >= 0) {
		conflicts_pending(s, out);
		conflicts_prune(&l, out);
	}
	lookup_release(&l);
	buf_release(&text);
	return r < 0 ? -1 : 0;
}

/* --- deciding ------------------------------------------------------------ */

/* The other value becomes the value. */
static int
take_theirs(
    struct changes *c, const struct conflict *k, unsigned how, struct err *e)
{
	const struct entity *ent = schema_entity(&c->s->schema, k->table);
	struct record before, after;
	const struct field *f;
	uint64_t id;
	int r;

	if (span_eqs(k->column, "(id)"))
		return err_set(e, ERR_USAGE,
		    "%.*s: two records had this id and the other one is now "
		    "%.*s; check what refers to them, then take ours",
		    SPANF(k->id), SPANF(k->theirs));
	if (!ent || !conflict_key(ent, k->id, &id))
		return err_set(e, ERR_DATA, "%.*s: there is no table '%.*s'",
		    SPANF(k->id), SPANF(k->table));
	r = change_load(c, ent, id, &before, e);
	if (r)
		return r < 0 ? -1
			     : err_set(e, ERR_NOENT, "no record %.*s",
				   SPANF(k->id));
	if (span_eqs(k->column, "(record)"))
		return change_apply(c, &before, NULL, how, e);
	f = entity_field(ent, k->column);
	if (!f && ent->layout == LAYOUT_CALENDAR)
		return conflict_take_property(c, &before, k, how, e);
	if (!f)
		return err_set(e, ERR_USAGE,
		    "%.*s: '%.*s' is no field; edit the file, then take ours",
		    SPANF(k->id), SPANF(k->column));
	after = change_copy(c, &before);
	record_set(&after, f, arena_span(&c->arena, k->theirs));
	return change_apply(c, &before, &after, how, e);
}

static int
drop_row(struct changes *c, const struct conflict *k, struct err *e)
{
	const struct entity *ent =
	    schema_entity(&c->s->schema, span("conflict"));
	struct record r = { .ent = ent, .n = ent->nfields };
	int rc;

	r.value = arena_alloc(&c->arena, r.n * sizeof *r.value);
	record_set(&r, entity_field(ent, span("table")), k->table);
	record_set(&r, entity_field(ent, span("id")), k->id);
	record_set(&r, entity_field(ent, span("column")), k->column);
	r.id = table_key(ent, r.value);
	rc = change_load(c, ent, r.id, &r, e);
	if (rc)
		return rc < 0 ? -1 : 0;
	return change_apply(c, &r, NULL, CHANGE_CHECKED, e);
}

int
conflicts_take(struct changes *c, struct span id, struct span column,
    bool theirs, unsigned how, size_t *n, struct err *e)
{
	struct conflicts all = { 0 };
	struct buf text = { 0 };
	int r = txn_read(c->txn, CONFLICT_PATH, &text, e);

	if (r == 0)
		r = conflicts_parse(&all, CONFLICT_PATH, buf_span(&text), e);
	if (r < 0)
		goto out;
	r = 0;
	for (size_t i = 0; r == 0 && i < all.n; i++) {
		const struct conflict *k = &all.row[i];

		if (!span_eq(k->id, id) ||
		    (column.n && !span_eq(k->column, column)))
			continue;
		if (theirs)
			r = take_theirs(c, k, how, e);
		if (r == 0)
			r = drop_row(c, k, e);
		++*n;
	}
out:
	conflicts_release(&all);
	buf_release(&text);
	return r;
}
