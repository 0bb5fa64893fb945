/*
 * The rows of one file: their ids, and their cells.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "crm/check/check_impl.h"
#include "crm/change/value.h"
#include "store/id.h"
#include "store/table.h"
#include "store/unicode.h"

/* --- a set of places ----------------------------------------------------- */

static size_t
slot_of(const struct place_set *s, uint64_t key)
{
	size_t i =
	    (size_t)((key * 0x9e3779b97f4a7c15u) >> 20) & (s->nslots - 1);

	while (s->slot[i].key && s->slot[i].key != key)
		i = (i + 1) & (s->nslots - 1);
	return i;
}

size_t
seen_find(const struct place_set *s, uint64_t key)
{
	size_t i;

	if (s->nslots == 0)
		return CHECK_NONE;
	i = slot_of(s, key);
	return s->slot[i].key ? i : CHECK_NONE;
}

static void
seen_grow(struct place_set *s)
{
	struct place_set old = *s;

	s->nslots = old.nslots ? old.nslots * 2 : 1024;
	s->slot = xcalloc(s->nslots, sizeof *s->slot);
	for (size_t i = 0; i < old.nslots; i++)
		if (old.slot[i].key)
			s->slot[slot_of(s, old.slot[i].key)] = old.slot[i];
	free(old.slot);
}

/* False where it was there. *at is its slot either way. */
static bool
seen_add(
    struct place_set *s, uint64_t key, uint32_t file, uint32_t row, size_t *at)
{
	key = key ? key : 1;
	if (s->n >= s->nslots / 2)
		seen_grow(s);
	*at = slot_of(s, key);
	if (s->slot[*at].key)
		return false;
	s->slot[*at] = (struct place_seen){ key, file, row };
	s->n++;
	return true;
}

void
seen_release(struct place_set *s)
{
	free(s->slot);
	memset(s, 0, sizeof *s);
}

/* --- ids ----------------------------------------------------------------- */

/* ": 'VALUE' of ID and ID", or without the ids where rows have none. */
static void
add_sharers(struct check *c, const struct place_seen *first, size_t row,
    struct span v, struct buf *out)
{
	struct buf id[2] = { { 0 }, { 0 } };

	buf_addf(out, ": '%.*s'", SPANF(v));
	check_id_of(c, first->file, first->row, &id[0]);
	check_id_of(c, c->at, row, &id[1]);
	if (id[0].n && id[1].n)
		buf_addf(out, " of %s and %s", id[0].p, id[1].p);
	buf_release(&id[0]);
	buf_release(&id[1]);
}

/* v: the value that two records have; empty: an id, or a key of several. */
static int
say_twice(struct check *c, const struct place_seen *first, size_t row,
    const char *what, struct span v, struct err *e)
{
	struct buf who = { 0 };
	int r;
	const char *kind = c->file[c->at].ent->name, *way_out = NULL;

	if (c->file[c->at].ent->layout == LAYOUT_CALENDAR)
		return check_say(c, c->file[c->at].path, 0, CHECK_ERROR, e,
		    "the same %s as in %s, and neither is a copy; remove one",
		    strcmp(what, "id") == 0 ? "UID" : what,
		    c->file[first->file].path);
	if (strcmp(what, "number") == 0 && (strcmp(kind, "quote") == 0 ||
					       strcmp(kind, "order") == 0))
		way_out = kind;
	if (v.n)
		add_sharers(c, first, row, v, &who);
	r = check_say(c, c->file[c->at].path, check_line(c, row),
	    CHECK_ERROR, e, "the same %s as in %s:%zu%s%s%s%s", what,
	    c->file[first->file].path,
	    check_line_of(c, first->file, first->row), who.n ? who.p : "",
	    way_out ? "; crm-" : "", way_out ? way_out : "",
	    way_out ? " renumber ID gives one of them the next" : "");
	buf_release(&who);
	return r;
}

/*
 * How many of an id's low bits say nothing about the file: in MM.csv all of
 * the random part, in MM/x.csv all but the first character, and so on.
 */
static int
free_bits(const struct check_file *f)
{
	size_t n = strlen(f->path);
	size_t month = strlen(f->ent->path) + strlen("/2026/11.csv");

	return n <= month ? 40 : n == month + 2 ? 35 : 30;
}

static bool
belongs_here(struct check *c, uint64_t id)
{
	const struct check_file *f = &c->file[c->at];
	uint64_t group = id >> free_bits(f);
	char path[3][PATH_CAP];
	int n;

	if (f->ent->layout != LAYOUT_MONTHLY)
		return true;
	if (c->group_file == c->at + 1 && c->group == group)
		return true;
	n = entity_paths(f->ent, id, path);
	for (int i = 0; i < n; i++)
		if (strcmp(path[i], f->path) == 0) {
			c->group_file = c->at + 1;
			c->group = group;
			return true;
		}
	return false;
}

static int
check_id(struct check *c, size_t row, struct err *e)
{
	const struct check_file *f = &c->file[c->at];
	struct span text = c->scan.cell[row];
	uint64_t id = id_pack_canonical(text);
	char path[3][PATH_CAP];
	size_t at;
	bool fresh;

	if (!id || id_letter(id) != f->ent->letter)
		return !f->wanted
			   ? 0
			   : check_say(c, f->path, check_line(c, row),
				 CHECK_ERROR, e,
				 "'%.*s' is not the id of a record of this "
				 "table "
				 "(%c, year and month, '-', eight characters)",
				 SPANF(text), f->ent->letter);
	/* links of activities have the ids of those */
	if (schema_letter(&c->s->schema, f->ent->letter) != f->ent)
		return 0;
	fresh = seen_add(&c->ids, id, (uint32_t)c->at, (uint32_t)row, &at);
	if (!fresh && f->wanted && say_twice(c, &c->ids.slot[at], row, "id",
			  span(""), e))
		return -1;
	if (!f->wanted || belongs_here(c, id))
		return 0;
	entity_paths(f->ent, id, path);
	return check_say(c, f->path, check_line(c, row), CHECK_ERROR, e,
	    "%.*s is not found in this file; its place is %s", SPANF(text),
	    path[0]);
}

int
check_ids(struct check *c, size_t file, struct err *e)
{
	const struct check_file *f = &c->file[file];
	const struct span want = span("id");
	bool has = false;
	int r = check_read(c, file, &want, 1, e);

	if (r || !f->ent->letter)
		return r < 0 ? -1 : 0;
	for (size_t i = 0; i < c->scan.nheader; i++)
		has = has || span_eqs(c->scan.header[i], "id");
	if (!has && c->scan.nheader) {
		c->file[file].bad = true;
		return check_say(
		    c, f->path, 1, CHECK_ERROR, e, "there is no column 'id'");
	}
	for (size_t i = 0; i < c->scan.nrows; i++)
		if (check_id(c, i, e))
			return -1;
	return 0;
}

/* --- cells --------------------------------------------------------------- */

/* Types whose values are few: each is looked up once. */
static bool
is_listed(const struct field *f)
{
	return f->type == F_CHOICE || f->type == F_CHOICES ||
	       f->type == F_STAGE || f->type == F_CURRENCY ||
	       f->type == F_BOOL || f->type == F_PERIOD;
}

/* What a value of such a field is known by. */
static void
known_key(
    const struct field *f, struct span v, struct span pipeline, struct buf *out)
{
	buf_reset(out);
	buf_add(out, &f, sizeof f);
	if (f->type == F_STAGE)
		buf_addspan(out, pipeline);
	buf_addc(out, '\0');
	buf_addspan(out, v);
}

/* value_check(), but once only for each value of a listed type. */
static int
check_value(struct check *c, const struct field *f, struct span v,
    struct span pipeline, struct span currency, struct err *bad)
{
	struct span key;
	bool added;

	if (!is_listed(f))
		return value_check(c->s, f, v, pipeline, currency, bad);
	known_key(f, v, pipeline, &c->key);
	key = buf_span(&c->key);
	if (strmap_get(&c->known, key) != (size_t)-1)
		return 0;
	if (value_check(c->s, f, v, pipeline, currency, bad))
		return -1;
	strmap_add(&c->known, arena_span(&c->arena, key), 0, &added);
	return 0;
}

static int
say_cell(struct check *c, size_t row, const struct field *f, struct err *bad,
    struct err *e)
{
	int r = check_say(c, c->file[c->at].path, check_line(c, row),
	    CHECK_ERROR, e, "%s: %s", f->name, bad->msg ? bad->msg : "");

	err_release(bad);
	return r;
}

static int
check_unique(struct check *c, size_t row, const struct field *f, struct span v,
    struct err *e)
{
	struct buf key = { 0 };
	size_t at;
	bool fresh;

	buf_add(&key, &f, sizeof f);
	uni_fold(&key, v);
	fresh = seen_add(&c->unique, span_hash(buf_span(&key)), (uint32_t)c->at,
	    (uint32_t)row, &at);
	buf_release(&key);
	return fresh
	    ? 0
	    : say_twice(c, &c->unique.slot[at], row, f->name, v, e);
}

static int
check_ref(struct check *c, size_t row, const struct field *f, struct span v,
    struct err *e)
{
	uint64_t id = id_pack_canonical(v);

	if (seen_find(&c->ids, id) != CHECK_NONE || check_unknowable(c, id))
		return 0;
	return check_say(c, c->file[c->at].path, check_line(c, row), CHECK_NOTE,
	    e, "%s: %.*s is not in this store", f->name, SPANF(v));
}

/* The columns of a file, and where the cells are that others need. */
struct layout_of {
	struct span *name;
	const struct field **field; /* of each column */
	size_t *col;		    /* of each field of the entity */
	size_t ncols, pipeline, currency;
	struct arena arena;
};

/* A record above itself: whoever goes up never arrives. */
static int
check_self(struct check *c, const struct layout_of *l, size_t row,
    const struct field *f, const struct span *cell, struct err *e)
{
	const struct field *id =
	    entity_field(c->file[c->at].ent, span("id"));
	size_t col = l->col[f->index];

	if (!id || l->col[id->index] == CHECK_NONE || col == CHECK_NONE ||
	    !span_eq(cell[l->col[id->index]], cell[col]))
		return 0;
	return check_say(c, c->file[c->at].path, check_line(c, row),
	    CHECK_ERROR, e, "%s: %.*s is its own", f->name, SPANF(cell[col]));
}

/* What belongs to a record is sought in the files of its id alone. */
static int
check_beside(struct check *c, const struct layout_of *l, size_t row,
    const struct field *f, const struct span *cell, struct err *e)
{
	const struct entity *ent = c->file[c->at].ent;
	const struct field *id = entity_field(ent, span("id"));
	uint64_t own, other = id_pack_canonical(cell[l->col[f->index]]);

	if (!ent->beside || strcmp(ent->beside, f->name) != 0 || !id || !other ||
	    l->col[id->index] == CHECK_NONE)
		return 0;
	own = id_pack_canonical(cell[l->col[id->index]]);
	if (!own || id_beside(own, other))
		return 0;
	return check_say(c, c->file[c->at].path, check_line(c, row),
	    CHECK_ERROR, e,
	    "%.*s: is not found with its %s; ids beside each other have the "
	    "month and the next two characters in common",
	    SPANF(cell[l->col[id->index]]), f->name);
}

static int
check_cell(struct check *c, const struct layout_of *l, size_t row, size_t col,
    const struct span *cell, struct err *e)
{
	const struct field *f = l->field[col];
	struct span v = cell[col];
	struct err bad = { 0 };

	if (v.n == 0)
		return f->flags & FIELD_REQUIRED
			   ? check_say(c, c->file[c->at].path,
				 check_line(c, row), CHECK_ERROR, e,
				 "%s: is required", f->name)
			   : 0;
	if (f->type == F_ID)
		return 0;
	if (check_value(c, f, v,
		l->pipeline == CHECK_NONE ? span("") : cell[l->pipeline],
		l->currency == CHECK_NONE ? span("") : cell[l->currency], &bad))
		return say_cell(c, row, f, &bad, e);
	if (f->type == F_REF &&
	    (check_ref(c, row, f, v, e) || check_self(c, l, row, f, cell, e) ||
		check_beside(c, l, row, f, cell, e)))
		return -1;
	return f->flags & FIELD_UNIQUE ? check_unique(c, row, f, v, e) : 0;
}

/* Reads the header of the file at hand into l; columns become fields. */
static void
layout_read(struct check *c, struct layout_of *l)
{
	struct entity *ent = c->file[c->at].ent;
	const struct scan *s = &c->scan;

	schema_learn(&c->s->schema, ent, s->header, s->nheader);
	l->ncols = s->nheader;
	l->name = arena_alloc(&l->arena, (l->ncols + 1) * sizeof *l->name);
	l->field = arena_alloc(&l->arena, (l->ncols + 1) * sizeof *l->field);
	l->col = arena_alloc(&l->arena, (ent->nfields + 1) * sizeof *l->col);
	for (size_t i = 0; i < ent->nfields; i++)
		l->col[i] = CHECK_NONE;
	l->pipeline = l->currency = CHECK_NONE;
	check_pick_columns(c, s->header, s->nheader);
	for (size_t i = 0; i < l->ncols; i++) {
		const struct field *f = entity_field(ent, s->header[i]);

		l->name[i] = arena_span(&l->arena, s->header[i]);
		l->field[i] = f;
		if (f)
			l->col[f->index] = i;
		if (span_eqs(l->name[i], "pipeline"))
			l->pipeline = i;
		if (f && f->type == F_CURRENCY)
			l->currency = i;
	}
}

/* Columns without which no row can be complete. */
static int
check_columns(struct check *c, const struct layout_of *l, struct err *e)
{
	const struct check_file *f = &c->file[c->at];

	for (size_t i = 0; c->scan.nrows && i < f->ent->nfields; i++)
		if (f->ent->field[i]->flags & FIELD_REQUIRED &&
		    l->col[i] == CHECK_NONE &&
		    check_say(c, f->path, 1, CHECK_ERROR, e,
			"there is no column '%s', which is required",
			f->ent->field[i]->name))
			return -1;
	return 0;
}

/* Tables without ids: the key cells together are there once. */
static int
check_key(struct check *c, const struct layout_of *l, struct place_set *keys,
    const struct span *cell, size_t row, struct err *e)
{
	const struct entity *ent = c->file[c->at].ent;
	struct span *value;
	size_t at;
	bool fresh;

	if (ent->letter)
		return 0;
	value = xcalloc(ent->nfields + 1, sizeof *value);
	for (size_t i = 0; i < ent->nfields; i++)
		if (l->col[i] != CHECK_NONE)
			value[i] = cell[l->col[i]];
	fresh = seen_add(
	    keys, table_key(ent, value), (uint32_t)c->at, (uint32_t)row, &at);
	free(value);
	return fresh ? 0 : say_twice(c, &keys->slot[at], row, "key",
			      span(""), e);
}

static int
check_rows(struct check *c, const struct layout_of *l, struct place_set *keys,
    struct err *e)
{
	const struct entity *ent = c->file[c->at].ent;

	for (size_t row = 0; row < c->scan.nrows; row++) {
		const struct span *cell = c->scan.cell + row * l->ncols;

		for (size_t k = 0; k < l->ncols; k++)
			if (l->field[k] && check_cell(c, l, row, k, cell, e))
				return -1;
		check_row_stage(c, ent, cell, row);
		if (check_key(c, l, keys, cell, row, e) ||
		    check_row_target(c, ent, cell, l->col, row, e))
			return -1;
	}
	return 0;
}

static int
check_utf8(struct check *c, struct err *e)
{
	struct span text = buf_span(&c->text);
	size_t bad = utf8_check(text), line = 1;

	if (bad == text.n)
		return 0;
	for (size_t i = 0; i < bad; i++)
		line += text.p[i] == '\n';
	return check_say(c, c->file[c->at].path, line, CHECK_ERROR, e,
	    "not valid UTF-8 (byte 0x%02x)", (unsigned char)text.p[bad]);
}

int
check_cells(struct check *c, size_t file, struct err *e)
{
	struct layout_of l = { 0 };
	struct place_set keys = { 0 };
	int r = check_read(c, file, NULL, 0, e);

	if (r)
		return r < 0 ? -1 : 0;
	layout_read(c, &l);
	r = check_read(c, file, l.name, l.ncols, e);
	if (r == 0 && (check_utf8(c, e) || check_columns(c, &l, e) ||
			  check_rows(c, &l, &keys, e)))
		r = -1;
	seen_release(&keys);
	arena_release(&l.arena);
	return r < 0 ? -1 : 0;
}
