/*
 * The files behind a change: loading them under the lock, finding a record's
 * row, choosing a new record's file.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strmap.h"
#include "crm/calendar/item.h"
#include "crm/calendar/outside.h"
#include "crm/change/change_impl.h"
#include "store/id.h"

/* A month's file, and each of its overflow files, is filled to this. */
#define SEGMENT_ROWS 1000

struct changed_table *
change_held(struct changes *c, const char *path)
{
	size_t i = strmap_get(c->by_path, span(path));

	return i == (size_t)-1 ? NULL : c->table[i];
}

/* A calendar file that could not be taken over, or was changed just now. */
static int
left_alone(struct changes *c, const struct entity *ent, const char *path,
    struct err *e)
{
	struct buf data = { 0 };
	int r = txn_read(c->txn, path, &data, e);

	if (r == 0)
		r = entity_text(c->s, ent, path, &data, e);
	buf_release(&data);
	return r < 0 ? -1
		     : err_set(e, ERR_BUSY,
			   "%s: changed by another program just now; 'crm "
			   "commit' takes it over", path);
}

/* Is its edit by hand being checked: by a rule that reads it, too? */
static bool
is_checked(const struct changes *c, const char *path)
{
	for (; c; c = c->within)
		if (c->by_hand && strcmp(c->by_hand, path) == 0)
			return true;
	return false;
}

/* A file edited by hand is committed by itself first; half staged, not. */
static int
settle_edit(struct changes *c, const struct entity *ent, const char *path,
    struct err *e)
{
	enum txn_state st;

	if (txn_whole(c->txn, path, &st, e))
		return -1;
	if (st != TXN_EDITED || is_checked(c, path))
		return 0;
	if (ent->layout != LAYOUT_CALENDAR)
		return change_hand_edit(c, ent, path, e);
	if (c->dry_run || c->outside)
		return 0;
	/* most were taken over when the command began (outside.h) */
	if (outside_settle_file(c, path, e) ||
	    txn_state(c->txn, path, &st, e))
		return -1;
	return st == TXN_EDITED ? left_alone(c, ent, path, e) : 0;
}

static int
read_table(struct changes *c, struct changed_table *ct, struct err *e)
{
	struct buf data = { 0 };
	int r = txn_read(c->txn, ct->path, &data, e) < 0 ||
			entity_text(c->s, ct->ent, ct->path, &data, e) ||
			table_parse(&ct->t, ct->ent, ct->path, &data, e)
		? -1
		: 0;

	buf_release(&data);
	return r;
}

/* The copies of a meeting say the last of it, too. */
static int
settle_copies(struct changes *c, struct changed_table *ct, struct err *e)
{
	int r;

	if (ct->ent->layout != LAYOUT_CALENDAR || c->dry_run || c->outside)
		return 0;
	r = outside_settle(c, ct, e);
	if (r <= 0)
		return r;
	table_release(&ct->t);
	free(ct->col);
	ct->col = NULL;
	ct->ncol = 0;
	return read_table(c, ct, e);
}

int
change_table(struct changes *c, const struct entity *ent, const char *path,
    struct changed_table **out, struct err *e)
{
	struct changed_table *ct = change_held(c, path);
	struct entity *own;
	int r = -1;

	if (ct) {
		*out = ct;
		return 0;
	}
	if (settle_edit(c, ent, path, e))
		return -1;
	ct = xcalloc(1, sizeof *ct);
	ct->path = xstrdup(path);
	ct->ent = ent;
	if (read_table(c, ct, e) || settle_copies(c, ct, e))
		goto out;
	ct->live = table_live(&ct->t);
	own = schema_entity(&c->s->schema, span(ent->name));
	schema_learn(&c->s->schema, own, ct->t.col, ct->t.ncols);
	GROW(c->table, c->ntables, c->table_cap);
	strmap_set(c->by_path, span(ct->path), c->ntables);
	c->table[c->ntables++] = ct;
	*out = ct;
	ct = NULL;
	r = 0;
out:
	if (ct) {
		table_release(&ct->t);
		free(ct->col);
		free(ct->path);
		free(ct);
	}
	return r;
}

/* Tables that are held, by what ids in them begin with: 4096 of them. */
struct change_place {
	uint64_t head;
	struct changed_table *ct;
};

#define PLACES_BITS 12

/* From this many files on: an import asks for each of its rows. */
#define PLACES_FROM 8

/*
 * The head of an id that the i-th of its files stands for: the month, with one
 * character, with two. No two of them are the same, since no letter is 0.
 */
static uint64_t
head_of(uint64_t id, int i)
{
	return id >> (40 - 5 * i);
}

static int
place_count(const struct entity *ent)
{
	return ent->layout == LAYOUT_SINGLE ? 1 : 3;
}

/* The i-th of the id's files. */
static int
place(struct changes *c, const struct entity *ent, uint64_t id, int i,
    struct changed_table **ct, struct err *e)
{
	uint64_t head = head_of(id, i);
	size_t at = head * 0x9e3779b97f4a7c15u >> (64 - PLACES_BITS);
	char path[3][PATH_CAP];

	if (c->places && c->places[at].head == head &&
	    c->places[at].ct->ent == ent && ent->letter) {
		*ct = c->places[at].ct;
		return 0;
	}
	(void)entity_paths(ent, id, path);
	if (change_table(c, ent, path[i], ct, e))
		return -1;
	if (!c->places && c->ntables >= PLACES_FROM)
		c->places = xcalloc(1 << PLACES_BITS, sizeof *c->places);
	if (c->places && ent->letter) {
		c->places[at].head = head;
		c->places[at].ct = *ct;
	}
	return 0;
}

int
change_find(struct changes *c, const struct entity *ent, uint64_t id,
    struct changed_table **ct, size_t *row, struct err *e)
{
	int n;

	if (ent->layout == LAYOUT_CALENDAR)
		return change_find_act(c, ent, id, ct, row, e);
	n = place_count(ent);
	for (int i = 0; i < n; i++) {
		if (place(c, ent, id, i, ct, e))
			return -1;
		*row = table_find(&(*ct)->t, id);
		if (*row != (size_t)-1)
			return 0;
	}
	return 1;
}

/* Columns of the table by field; made again when either has grown. */
static void
map_columns(struct changed_table *ct)
{
	size_t n = ct->ent->nfields;

	if (ct->ncol == n && !ct->t.header_changed)
		return;
	ct->col = xreallocarray(ct->col, n + 1, sizeof *ct->col);
	for (size_t i = 0; i < n; i++)
		ct->col[i] = table_col(&ct->t, span(ct->ent->field[i]->name));
	ct->ncol = n;
}

struct span *
change_values(struct changes *c, struct changed_table *ct, size_t row)
{
	size_t n = ct->ent->nfields;
	struct span *v = arena_alloc(&c->arena, (n + 1) * sizeof *v);

	map_columns(ct);
	for (size_t i = 0; i < n; i++)
		v[i] = ct->col[i] == (size_t)-1
		    ? span("")
		    : arena_span(
			  &c->arena, table_cell_at(&ct->t, row, ct->col[i]));
	return v;
}

int
change_place(struct changes *c, struct record *after, bool given,
    struct changed_table **ct, struct err *e)
{
	const struct entity *ent = after->ent;
	struct changed_table *t, *room = NULL;
	uint64_t id = after->id;
	int n = place_count(ent);

	if (ent->layout == LAYOUT_CALENDAR)
		return change_place_act(c, after, given, ct, e);
	/* an id that is given can be in any of them */
	for (int i = 0; i < n && (given || !room); i++) {
		if (place(c, ent, id, i, &t, e))
			return -1;
		if (table_find(&t->t, id) != (size_t)-1)
			return err_set(
			    e, ERR_DUPLICATE, "%s: the id or key is taken",
			    t->path);
		if (!room && (t->live < SEGMENT_ROWS || i == n - 1))
			room = t;
	}
	*ct = room;
	return 0;
}

int
change_beside(struct changes *c, const struct entity *ent, uint64_t id,
    struct record **out, size_t *n, struct err *e)
{
	char path[3][PATH_CAP], text[ID_LEN + 1];
	int files = entity_paths(ent, id, path);
	struct record *r = NULL;
	size_t cap = 0;

	*n = 0;
	id_unpack(id, text);
	for (int i = 0; i < files; i++) {
		struct changed_table *ct;
		size_t col;

		if (change_table(c, ent, path[i], &ct, e)) {
			free(r);
			return -1;
		}
		col = table_col(&ct->t, span(ent->beside));
		for (size_t k = 0; col != (size_t)-1 && k < ct->t.nrows; k++) {
			/* ids tell most apart, without a look at the row */
			if (ct->t.row[k].removed ||
			    !id_beside(ct->t.row[k].id, id) ||
			    !span_eqs(table_cell_at(&ct->t, k, col), text))
				continue;
			GROW(r, *n, cap);
			r[(*n)++] = (struct record){ .ent = ent,
				.id = ct->t.row[k].id,
				.value = change_values(c, ct, k),
				.n = ent->nfields };
		}
	}
	*out = arena_alloc(&c->arena, (*n + 1) * sizeof **out);
	if (*n)
		memcpy(*out, r, *n * sizeof *r);
	free(r);
	return 0;
}
