#include "crm/change/apply.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/money.h"
#include "base/strmap.h"
#include "crm/calendar/index.h"
#include "crm/calendar/item.h"
#include "crm/change/resolve.h"
#include "crm/change/rows_in.h"
#include "crm/change/value.h"
#include "store/id.h"

/* A table file as it was in a base commit. */
struct base_table {
	char *key; /* "COMMIT PATH" */
	struct table t;
	bool absent;
};

struct apply {
	struct changes *c;
	const struct entity *ent;
	const struct apply_options *o;
	struct apply_result *out;
	const struct field **field; /* per input column, NULL: not taken */
	size_t nfields, idcol, basecol;
	bool header;
	struct base_table **base;
	size_t nbases, base_cap;
	struct strmap by_key;
	struct strmap seen; /* id -> line of its row */
	struct arena ids;
	char last[OID_HEX + 1]; /* the revision resolved last, its commit */
	struct oid last_oid;
};

void
apply_result_release(struct apply_result *r)
{
	buf_release(&r->notes);
}

static int
unknown_column(struct apply *a, struct span name, struct err *e)
{
	struct buf near = { 0 };

	entity_suggest(a->ent, name, &near);
	err_set(e, ERR_USAGE, "stdin:1: %s has no field '%.*s'", a->ent->label,
	    SPANF(name));
	if (near.n)
		err_suffix(e, "; the nearest: %s", near.p);
	buf_release(&near);
	return -1;
}

static int
read_header(struct apply *a, const struct span *cell, size_t n, struct err *e)
{
	struct entity *own = schema_entity(&a->c->s->schema, span(a->ent->name));

	a->field = xcalloc(n + 1, sizeof *a->field);
	a->nfields = n;
	/* columns that only files have; before records are made */
	if (session_learn(a->c->s, own, e))
		return -1;
	a->idcol = a->basecol = (size_t)-1;
	for (size_t i = 0; i < n; i++) {
		const struct field *f = entity_field(a->ent, cell[i]);

		for (size_t k = 0; k < i; k++)
			if (span_eq(cell[k], cell[i]))
				return err_set(e, ERR_DATA,
				    "stdin:1: column '%.*s' is there twice",
				    SPANF(cell[i]));
		if (span_eqs(cell[i], "id"))
			a->idcol = i;
		else if (span_eqs(cell[i], "_base"))
			a->basecol = i;
		else if (f && !(f->flags & FIELD_VIRTUAL))
			a->field[i] = f;
		else if (memchr(cell[i].p, '.', cell[i].n) || f)
			buf_addf(&a->out->notes,
			    "column %.*s is for reading only and is left "
			    "alone\n", SPANF(cell[i]));
		else
			return unknown_column(a, cell[i], e);
	}
	if (a->idcol == (size_t)-1)
		return err_set(
		    e, ERR_DATA, "stdin:1: rows need an id column");
	return 0;
}

static int
base_commit(struct apply *a, struct span rev, struct oid *out, struct err *e)
{
	char text[OID_HEX + 1];

	if (rev.n < 7 || rev.n > OID_HEX)
		return err_set(e, ERR_DATA, "'%.*s' in _base is no commit",
		    SPANF(rev));
	memcpy(text, rev.p, rev.n);
	text[rev.n] = '\0';
	if (strcmp(a->last, text) == 0) {
		*out = a->last_oid;
		return 0;
	}
	if (repo_resolve(txn_repo(a->c->txn), text, out, e))
		return err_prefix(e, "_base: ");
	memcpy(a->last, text, rev.n + 1);
	a->last_oid = *out;
	return 0;
}

static int
base_table(struct apply *a, const struct oid *commit, const char *path,
    struct base_table **out, struct err *e)
{
	struct buf key = { 0 }, data = { 0 };
	struct base_table *b;
	size_t i;
	int r = -1, got;

	buf_addf(&key, "%s %s", commit->hex, path);
	i = strmap_get(&a->by_key, buf_span(&key));
	if (i != (size_t)-1) {
		*out = a->base[i];
		buf_release(&key);
		return 0;
	}
	b = xcalloc(1, sizeof *b);
	b->key = buf_detach(&key);
	got = repo_read(txn_repo(a->c->txn), commit, path, &data, e);
	if (got < 0 ||
	    (got == 0 && (entity_text(a->c->s, a->ent, path, &data, e) ||
			     table_parse(&b->t, a->ent, path, &data, e))))
		goto out;
	b->absent = got == 1;
	GROW(a->base, a->nbases, a->base_cap);
	strmap_set(&a->by_key, span(b->key), a->nbases);
	a->base[a->nbases++] = b;
	*out = b;
	b = NULL;
	r = 0;
out:
	buf_release(&data);
	if (b) {
		table_release(&b->t);
		free(b->key);
		free(b);
	}
	return r;
}

/* 0 the row is in this file of the base; 1 it is not; -1. */
static int
base_find(struct apply *a, const struct oid *commit, const char *path,
    uint64_t id, struct base_table **b, size_t *row, struct err *e)
{
	if (base_table(a, commit, path, b, e))
		return -1;
	if ((*b)->absent)
		return 1;
	*row = table_find(&(*b)->t, id);
	return *row == (size_t)-1;
}

/* An activity that was moved since: where it would be, had another had it. */
static int
base_moved(struct apply *a, const struct oid *commit, uint64_t id,
    struct base_table **b, size_t *row, struct err *e)
{
	struct calendar *cal;
	struct buf path = { 0 };
	char uid[ID_LEN + 1];
	int r = 1;

	if (session_calendar(a->c->s, &cal, e))
		return -1;
	id_unpack(id, uid);
	for (size_t i = 0; r == 1 && i < cal->npersons * ITEM_KINDS; i++) {
		buf_reset(&path);
		calendar_new_path(&path, cal->person[i / ITEM_KINDS].folder,
		    (enum item_kind)(i % ITEM_KINDS), id, span(uid));
		r = base_find(a, commit, path.p, id, b, row, e);
	}
	buf_release(&path);
	return r;
}

/* Where the record stood in its base. 0; 1 where it did not; -1. */
static int
base_row(struct apply *a, struct span rev, uint64_t id,
    struct base_table **b, size_t *row, struct err *e)
{
	struct oid commit;
	char *path[3];
	int n, r = 1;

	if (base_commit(a, rev, &commit, e))
		return -1;
	n = record_paths(a->c->s, a->ent, id, path, e);
	if (n < 0)
		return -1;
	for (int i = 0; i < n; i++) {
		if (r == 1)
			r = base_find(a, &commit, path[i], id, b, row, e);
		free(path[i]);
	}
	if (r == 1 && a->ent->layout == LAYOUT_CALENDAR)
		r = base_moved(a, &commit, id, b, row, e);
	return r;
}

/*
 * An amount with more digits than its currency has, as programs write that
 * reckon in binary fractions (494.40000000000003): rounded, and said.
 */
static struct span
money_digits(struct apply *a, const struct record *r, const struct field *f,
    struct span typed, size_t line)
{
	struct span cur = record_get(r, "currency");
	struct buf b = { 0 };
	struct span text;
	int64_t scale = 1, units;
	struct dec d;
	int exp;

	if (!cur.n)
		cur = span(a->c->s->currency);
	exp = currency_exponent(cur);
	if (exp < 0 || !dec_parse(typed, &d) || d.scale <= exp ||
	    dec_units(typed, exp, &units))
		return typed;
	for (int i = exp; i < d.scale; i++)
		scale *= 10;
	dec_format(&b, round_div(d.value, scale), exp);
	text = arena_span(&a->c->arena, buf_span(&b));
	buf_release(&b);
	if (a->out->rounded++ == 0)
		a->out->first_rounded = arena_printf(&a->c->arena,
		    "stdin:%zu: %s %.*s is %.*s %.*s", line, f->name,
		    SPANF(typed), SPANF(text), SPANF(cur));
	return text;
}

/* The cell in store form; what is there already is not read again. */
static int
normal(struct apply *a, const struct record *r, const struct field *f,
    struct span typed, size_t line, struct span *out, struct err *e)
{
	struct entry_context ec = { .ids_only = a->o->ids_only,
		.pipeline = record_get(r, "pipeline"),
		.row_currency = record_get(r, "currency") };
	struct buf b = { 0 };
	char cur[4];

	if (span_eq(typed, record_at(r, f))) {
		*out = record_at(r, f);
		return 0;
	}
	if (f->type == F_MONEY)
		typed = money_digits(a, r, f, typed, line);
	if (value_entry(a->c->s, f, typed, &ec, &b, cur, e)) {
		buf_release(&b);
		return err_prefix(e, "%s: ", f->name);
	}
	*out = arena_span(&a->c->arena, buf_span(&b));
	buf_release(&b);
	return 0;
}

/* One cell: theirs came with the row, ours is in the store. */
static int
take_cell(struct apply *a, struct record *after, const struct field *f,
    struct span theirs, bool has_base, struct span base, size_t line)
{
	struct span ours = record_at(after, f);

	if (span_eq(theirs, ours) || (has_base && span_eq(theirs, base)))
		return 0;
	if (has_base && !span_eq(ours, base)) {
		char id[ID_LEN + 1];

		id_unpack(after->id, id);
		a->out->conflicts++;
		buf_addf(&a->out->notes,
		    "stdin:%zu: %s %s: '%.*s' became '%.*s' here and '%.*s' "
		    "there\n", line, id, f->name, SPANF(base), SPANF(ours),
		    SPANF(theirs));
		if (a->o->on_conflict != APPLY_THEIRS)
			return 0;
	}
	record_set(after, f, theirs);
	return 0;
}

static int
take_cells(struct apply *a, struct record *after, const struct span *cell,
    size_t n, size_t line, struct err *e)
{
	struct base_table *b = NULL;
	size_t row = 0;
	bool has_base = false;

	if (a->basecol < n && cell[a->basecol].n) {
		int r = base_row(
		    a, cell[a->basecol], after->id, &b, &row, e);

		if (r < 0)
			return -1;
		has_base = r == 0;
	}
	a->out->without_base += !has_base;
	for (size_t k = 0; k < 2 * a->nfields; k++) {
		size_t i = k % a->nfields;
		const struct field *f = i < n ? a->field[i] : NULL;
		struct span theirs, base;

		if (!f || field_decides(f) != (k < a->nfields))
			continue;
		base = has_base ? table_cell(&b->t, row, span(f->name))
				: span("");
		if (has_base && span_eq(cell[i], base))
			continue;
		if (normal(a, after, f, cell[i], line, &theirs, e))
			return -1;
		take_cell(a, after, f, theirs, has_base, base, line);
		if (f->type == F_CURRENCY)
			record_rescale(a->c, after, record_at(after, f));
	}
	return 0;
}

/* Which of two rows of one record is meant? */
static int
once(struct apply *a, uint64_t id, size_t line, struct err *e)
{
	struct span key = arena_span(
	    &a->ids, span_n((const char *)&id, sizeof id));
	char text[ID_LEN + 1];
	bool added;
	size_t first = strmap_get(&a->seen, key);

	if (first == (size_t)-1) {
		strmap_add(&a->seen, key, line, &added);
		return 0;
	}
	id_unpack(id, text);
	return err_set(e, ERR_DATA, "stdin:%zu: %s is in line %zu already",
	    line, text, first);
}

static int
apply_row(void *ctx, const struct span *cell, size_t n, size_t line, size_t at,
    size_t end, struct err *e)
{
	struct apply *a = ctx;
	struct record before, after;
	uint64_t id;
	int r;

	(void)at;
	(void)end;
	if (!a->header) {
		a->header = true;
		return read_header(a, cell, n, e);
	}
	a->out->rows++;
	id = a->idcol < n ? id_pack(cell[a->idcol]) : 0;
	if (!id)
		return err_set(e, ERR_DATA,
		    "stdin:%zu: a row without a full id; new records are "
		    "added by add or import", line);
	if (once(a, id, line, e))
		return -1;
	r = change_load(a->c, a->ent, id, &before, e);
	if (r)
		return r < 0 ? -1
			     : err_set(e, ERR_NOENT,
				   "stdin:%zu: no %s %.*s", line,
				   a->ent->name, SPANF(cell[a->idcol]));
	after = change_copy(a->c, &before);
	if (take_cells(a, &after, cell, n, line, e) ||
	    change_apply(a->c, &before, &after, a->o->how, e))
		return err_prefix(e, "stdin:%zu: ", line);
	return 0;
}

int
apply_rows(struct changes *c, const struct entity *ent, struct span data,
    const struct apply_options *o, struct apply_result *out, struct err *e)
{
	struct apply a = { .c = c, .ent = ent, .o = o, .out = out };
	int r;

	memset(out, 0, sizeof *out);
	r = rows_in(data, "stdin", apply_row, &a, e);
	if (r == 0 && out->conflicts && o->on_conflict == APPLY_REFUSE)
		r = err_set(e, ERR_NO,
		    "%zu %s changed on both sides; nothing was written "
		    "(--ours keeps the store's, --theirs takes the rows')",
		    out->conflicts,
		    plural(out->conflicts, "cell was", "cells were"));
	for (size_t i = 0; i < a.nbases; i++) {
		table_release(&a.base[i]->t);
		free(a.base[i]->key);
		free(a.base[i]);
	}
	free(a.base);
	free(a.field);
	strmap_release(&a.by_key);
	strmap_release(&a.seen);
	arena_release(&a.ids);
	return r;
}
