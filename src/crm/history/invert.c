/*
 * The inverse of one commit, on top of what is there now.
 *
 * Where every file that it changed still is as it left it, the old files are
 * put back whole: exact to the byte, and fast for an import of a million
 * records. Else record by record and cell by cell, through change_apply().
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/change/change_impl.h"
#include "crm/history/history_impl.h"
#include "crm/change/hook.h"
#include "crm/change/refs.h"
#include "crm/history/tdiff.h"
#include "store/id.h"

#define NONE ((size_t)-1)

/* Files from which the objects go into one pack. */
enum { BULK_FILES = 64, LISTED = 20 };

static const struct entity *
entity_of(const struct invert *v, const char *path)
{
	return schema_path(&v->c->s->schema, path);
}

static struct repo *
repo_of(const struct invert *v)
{
	return txn_repo(v->c->txn);
}

void
invert_changed(struct invert *v, const char *fmt, ...)
{
	va_list ap;

	v->nchanged++;
	if (v->nchanged > LISTED)
		return;
	if (v->changed.n)
		buf_addc(&v->changed, '\n');
	va_start(ap, fmt);
	buf_vaddf(&v->changed, fmt, ap);
	va_end(ap);
	if (v->nchanged == LISTED)
		buf_adds(&v->changed, "\n...");
}

static int
tell(struct invert *v, const struct entity *ent, struct span key,
    struct span field, struct span old, struct span new, struct err *e)
{
	struct history_cell cell = { NULL, ent, key, field, old, new };

	return v->fn ? v->fn(v->ctx, &cell, e) : 0;
}

/* --- edits by hand come first -------------------------------------------- */

static int
settle_path(void *ctx, const char *path, struct err *e)
{
	struct invert *v = ctx;
	const struct entity *ent = entity_of(v, path);
	struct changed_table *ct;
	enum txn_state st;

	if (txn_state(v->c->txn, path, &st, e))
		return -1;
	v->slow = v->slow || (ent && ent->ruled);
	if (st == TXN_CLEAN)
		return 0;
	v->slow = true;
	if (!ent)
		return err_set(e, ERR_BUSY,
		    "%s: edited and not committed; commit it, or 'git "
		    "restore %s'",
		    path, path);
	return change_table(v->c, ent, path, &ct, e);
}

/* Before anything is put: an edit by hand is a commit of its own. */
int
invert_settle(struct invert *v, struct err *e)
{
	return repo_diff(
	    repo_of(v), &v->target->parent, &v->target->id, settle_path, v, e);
}

/* --- whole files --------------------------------------------------------- */

int
invert_same(struct invert *v, const char *path, struct err *e)
{
	struct buf now = { 0 }, then = { 0 };
	int a = txn_read(v->c->txn, path, &now, e);
	int b =
	    a < 0 ? -1 : repo_read(repo_of(v), &v->target->id, path, &then, e);
	int r = a < 0 || b < 0
		    ? -1
		    : a != b ||
			  (a == 0 && !span_eq(buf_span(&now), buf_span(&then)));

	buf_release(&now);
	buf_release(&then);
	return r;
}

struct telling {
	struct invert *v;
	const struct entity *ent;
	struct buf key;
	bool hooks;
};

static int
tell_cell(void *ctx, struct span column, struct span old, struct span new,
    struct err *e)
{
	struct telling *t = ctx;

	if (span_eqs(column, "id"))
		return 0;
	return tell(t->v, t->ent, buf_span(&t->key), column, old, new, e);
}

static void
touch(struct changes *c, const struct entity *ent, uint64_t id)
{
	if (!ent->letter || ent->entailed)
		return;
	GROW(c->touched, c->ntouched, c->touched_cap);
	c->touched[c->ntouched++] = id;
}

/* What the row says of each field, as a record with the id of the row. */
static struct record
row_record(
    struct invert *v, const struct entity *ent, struct table *t, size_t row)
{
	struct record r = { .ent = ent, .id = t->row[row].id };

	r.n = ent->nfields;
	r.value = arena_alloc(&v->c->arena, (r.n + 1) * sizeof *r.value);
	for (size_t f = 0; f < r.n; f++)
		r.value[f] = arena_span(&v->c->arena,
		    table_cell(t, row, span(ent->field[f]->name)));
	return r;
}

/* The hooks hear of records, however they were put back. */
static int
note_hooks(struct invert *v, const struct entity *ent, struct table *a,
    size_t ra, struct table *b, size_t rb)
{
	struct record before, after;

	if (ra != NONE)
		before = row_record(v, ent, a, ra);
	if (rb != NONE)
		after = row_record(v, ent, b, rb);
	return hook_note(
	    v->c, ra == NONE ? NULL : &before, rb == NONE ? NULL : &after);
}

static bool
has_hooks(const struct changes *c)
{
	const struct rc *rc = &c->s->rc;

	for (size_t i = 0; i < rc->n && !c->no_hooks; i++)
		if (strncmp(rc->entry[i].key, "hook.", 5) == 0)
			return true;
	return false;
}

static int
tell_row(void *ctx, struct table *a, size_t ra, struct table *b, size_t rb,
    struct err *e)
{
	struct telling *t = ctx;
	struct changes *c = t->v->c;

	/* what a change entails is not counted, as in change.c */
	if (t->ent->entailed)
		;
	else if (ra == NONE)
		c->added++;
	else if (rb == NONE)
		c->removed++;
	else
		c->changed++;
	if (rb == NONE && t->ent->letter && !t->v->force)
		refs_gone(c, a->row[ra].id);
	touch(c, t->ent, rb == NONE ? a->row[ra].id : b->row[rb].id);
	if (t->hooks && note_hooks(t->v, t->ent, a, ra, b, rb))
		return -1;
	if (!t->v->fn)
		return 0;
	buf_reset(&t->key);
	table_row_key(rb == NONE ? a : b, rb == NONE ? ra : rb, &t->key);
	return tdiff_cells(a, ra, b, rb, tell_cell, t, e);
}

int
invert_tell(struct invert *v, const struct entity *ent, struct table *a,
    struct table *b, struct err *e)
{
	struct telling t = { .v = v, .ent = ent, .hooks = has_hooks(v->c) };
	int r = tdiff(a, b, tell_row, &t, e);

	buf_release(&t.key);
	return r;
}

/* What putting the old file back changes. */
static int
tell_table(
    struct invert *v, const struct entity *ent, const char *path, struct err *e)
{
	struct table a = { 0 }, b = { 0 };
	int r = -1;

	if (table_at(v->c->s, repo_of(v), &v->target->id, ent, path, &a, e) == 0 &&
	    table_at(v->c->s, repo_of(v), &v->target->parent, ent, path, &b, e) == 0)
		r = invert_tell(v, ent, &a, &b, e);
	table_release(&a);
	table_release(&b);
	return r;
}

static int
put_back(struct invert *v, const char *path, struct err *e)
{
	const struct entity *ent = entity_of(v, path);
	struct buf old = { 0 };
	int had = repo_read(repo_of(v), &v->target->parent, path, &old, e);
	int r = had < 0 ? -1 : 0;

	if (r == 0 && ent)
		r = tell_table(v, ent, path, e);
	else if (r == 0)
		r = tell(v, NULL, span(path), span("(file)"), span("there"),
		    span(had == 0 ? "as it was" : ""), e);
	if (r == 0)
		r = had == 0 ? txn_put(v->c->txn, path, &old, e)
			     : txn_remove(v->c->txn, path, e);
	buf_release(&old);
	return r;
}

/* --- record by record ---------------------------------------------------- */

static int
tell_record(struct invert *v, struct span key, const struct record *old,
    const struct record *new, struct err *e)
{
	const struct entity *ent = old ? old->ent : new->ent;
	int r = 0;

	for (size_t f = 0; r == 0 && f < ent->nfields; f++) {
		struct span a = record_at(old, ent->field[f]);
		struct span b = record_at(new, ent->field[f]);

		if (!span_eq(a, b) && ent->field[f]->type != F_ID)
			r = tell(
			    v, ent, key, span(ent->field[f]->name), a, b, e);
	}
	return r;
}

static int
apply(struct invert *v, struct span key, const struct record *now,
    struct record *want, struct err *e)
{
	if (tell_record(v, key, now, want, e))
		return -1;
	return change_apply(v->c, now, want,
	    CHANGE_UNDO | CHANGE_CHECKED | (v->force ? CHANGE_FORCE : 0), e);
}

/* Cells get their old values; those that were changed since do not. */
static int
revert_cells(struct invert *v, struct span key, const struct record *made,
    const struct record *old, const struct record *now, struct err *e)
{
	const struct entity *ent = made->ent;
	struct record want = change_copy(v->c, now);
	bool fine = true;

	for (size_t f = 0; f < ent->nfields; f++) {
		const struct field *field = ent->field[f];
		struct span was = record_at(old, field);
		struct span is = record_at(now, field);

		if (span_eq(record_at(made, field), was) || span_eq(is, was))
			continue;
		if (!v->force && !span_eq(is, record_at(made, field))) {
			invert_changed(v, "%.*s: %s is '%.*s' by now",
			    SPANF(key), field->name, SPANF(is));
			fine = false;
			continue;
		}
		record_set(&want, field, was);
	}
	return fine ? apply(v, key, now, &want, e) : 0;
}

static bool
same_record(const struct record *a, const struct record *b)
{
	for (size_t f = 0; f < a->ent->nfields; f++)
		if (!span_eq(record_at(a, a->ent->field[f]),
			record_at(b, a->ent->field[f])))
			return false;
	return true;
}

static int
remove_added(struct invert *v, struct span key, const struct record *made,
    const struct record *now, struct err *e)
{
	if (!v->force && !same_record(made, now)) {
		invert_changed(v, "%.*s: was added, and has been changed since",
		    SPANF(key));
		return 0;
	}
	return apply(v, key, now, NULL, e);
}

static int
revert_record(struct invert *v, struct span key, const struct record *made,
    struct record *old, struct err *e)
{
	const struct record *any = made ? made : old;
	struct record now;
	int absent;

	if (!any)
		return 0;
	absent = change_load(v->c, any->ent, any->id, &now, e);
	if (absent < 0)
		return -1;
	if (!made) {
		/* removed then: comes back */
		if (absent)
			return apply(v, key, NULL, old, e);
		if (same_record(old, &now))
			return 0;
		if (v->force)
			return apply(v, key, &now, old, e);
		invert_changed(v, "%.*s: is there again", SPANF(key));
		return 0;
	}
	if (absent && !old)
		return 0;
	if (absent && v->force)
		return apply(v, key, NULL, old, e);
	if (absent) {
		invert_changed(v, "%.*s: has been removed", SPANF(key));
		return 0;
	}
	return old ? revert_cells(v, key, made, old, &now, e)
		   : remove_added(v, key, made, &now, e);
}

static int
revert_row(void *ctx, struct table *a, size_t ra, struct table *b, size_t rb,
    struct err *e)
{
	struct telling *t = ctx;
	struct record made, old;

	buf_reset(&t->key);
	table_row_key(rb == NONE ? a : b, rb == NONE ? ra : rb, &t->key);
	if (ra != NONE)
		made = row_record(t->v, t->ent, a, ra);
	if (rb != NONE)
		old = row_record(t->v, t->ent, b, rb);
	return revert_record(t->v,
	    arena_span(&t->v->c->arena, buf_span(&t->key)),
	    ra == NONE ? NULL : &made, rb == NONE ? NULL : &old, e);
}

int
invert_rows(struct invert *v, const struct entity *ent, struct table *a,
    struct table *b, struct err *e)
{
	struct schema *s = &v->c->s->schema;
	struct entity *own = schema_entity(s, span(ent->name));
	struct telling t = { .v = v, .ent = ent };
	int r;

	schema_learn(s, own, a->col, a->ncols);
	schema_learn(s, own, b->col, b->ncols);
	r = tdiff(a, b, revert_row, &t, e);
	buf_release(&t.key);
	return r;
}

static int
revert_table(
    struct invert *v, const struct entity *ent, const char *path, struct err *e)
{
	struct table a = { 0 }, b = { 0 };
	int r = -1;

	if (table_at(v->c->s, repo_of(v), &v->target->id, ent, path, &a, e) == 0 &&
	    table_at(v->c->s, repo_of(v), &v->target->parent, ent, path, &b, e) == 0)
		r = invert_rows(v, ent, &a, &b, e);
	table_release(&a);
	table_release(&b);
	return r;
}

/* Files that are no tables go back whole, or not at all. */
static int
revert_file(struct invert *v, const char *path, struct err *e)
{
	int same = invert_same(v, path, e);

	if (same < 0)
		return -1;
	if (same == 0 || v->force)
		return put_back(v, path, e);
	invert_changed(v, "%s: has been changed", path);
	return 0;
}

/* Tables first: they may have to commit an edit by hand. */
static int
invert_tables(struct invert *v, const struct paths *p, struct err *e)
{
	struct paths acts = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < p->n; i++) {
		const struct entity *ent = entity_of(v, p->v[i]);

		if (ent && ent->layout == LAYOUT_CALENDAR)
			r = paths_add(&acts, p->v[i], e);
	}
	if (r == 0 && acts.n)
		r = invert_acts(v, &acts, e);
	for (size_t i = 0; r == 0 && i < p->n; i++) {
		const struct entity *ent = entity_of(v, p->v[i]);

		if (!ent || ent->layout == LAYOUT_CALENDAR)
			continue;
		r = v->slow ? revert_table(v, ent, p->v[i], e)
			    : put_back(v, p->v[i], e);
	}
	paths_release(&acts);
	return r;
}

int
invert_commit(struct invert *v, struct err *e)
{
	struct paths p = { 0 };
	int r = paths_between(
	    repo_of(v), &v->target->parent, &v->target->id, &p, e);

	for (size_t i = 0; r == 0 && !v->slow && i < p.n; i++) {
		int same = invert_same(v, p.v[i], e);

		if (same < 0)
			r = -1;
		else if (same)
			v->slow = true;
	}
	if (r == 0 && p.n > BULK_FILES && !v->c->dry_run)
		txn_bulk(v->c->txn);
	if (r == 0)
		r = invert_tables(v, &p, e);
	for (size_t i = 0; r == 0 && i < p.n; i++)
		if (!entity_of(v, p.v[i]))
			r = v->slow ? revert_file(v, p.v[i], e)
				    : put_back(v, p.v[i], e);
	paths_release(&p);
	return r ? r : changes_check(v->c, e);
}
