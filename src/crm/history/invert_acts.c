/*
 * The inverse of what a commit did to calendar files. What of them is no field
 * comes back, too: as bytes, or by merging.
 */
#include <stdlib.h>
#include <string.h>

#include "crm/calendar/archive.h"
#include "crm/calendar/index.h"
#include "crm/calendar/item.h"
#include "crm/change/change_impl.h"
#include "crm/history/history_impl.h"
#include "crm/history/merge_ics.h"

/* One file of the commit; text is NULL where there is none. */
struct version {
	struct buf text;
	bool there;
};

static struct repo *
repo_of(const struct invert *v)
{
	return txn_repo(v->c->txn);
}

static int
version_at(struct invert *v, const struct oid *commit, const char *path,
    struct version *out, struct err *e)
{
	int r = repo_read(repo_of(v), commit, path, &out->text, e);

	out->there = r == 0;
	return r < 0 ? -1 : 0;
}

/* Files of the commit by what is to be done. */
struct acts {
	const struct entity *ent;
	struct paths whole, rows; /* put back; record by record */
};

/*
 * Of files that came or went all are put back, or none: an item that was moved
 * is in two of them.
 */
static bool
all_as_left(struct invert *v, const struct paths *p)
{
	struct err ignored = { 0 };
	bool all = true;

	for (size_t i = 0; all && i < p->n; i++)
		all = !change_held(v->c, p->v[i]) &&
		    invert_same(v, p->v[i], &ignored) == 0;
	err_release(&ignored);
	return all;
}

static int
put_bytes(struct invert *v, const char *path, struct err *e)
{
	struct version old = { 0 };
	int r = version_at(v, &v->target->parent, path, &old, e);

	if (r == 0)
		r = old.there ? txn_put(v->c->txn, path, &old.text, e)
			      : txn_remove(v->c->txn, path, e);
	buf_release(&old.text);
	return r;
}

static int
put_whole(struct invert *v, const struct acts *a, struct err *e)
{
	struct table was = { 0 }, old = { 0 };
	int r = 0;

	if (a->whole.n == 0)
		return 0;
	if (acts_at(v->c->s, repo_of(v), &v->target->id, a->ent, &a->whole,
		true, &was, e) ||
	    acts_at(v->c->s, repo_of(v), &v->target->parent, a->ent,
		&a->whole, true, &old, e))
		r = -1;
	if (r == 0)
		r = invert_tell(v, a->ent, &was, &old, e);
	for (size_t i = 0; r == 0 && i < a->whole.n; i++)
		r = put_bytes(v, a->whole.v[i], e);
	table_release(&was);
	table_release(&old);
	return r;
}

static int
put_rows(struct invert *v, const struct acts *a, struct err *e)
{
	struct table was = { 0 }, old = { 0 };
	int r = 0;

	if (a->rows.n == 0)
		return 0;
	if (acts_at(v->c->s, repo_of(v), &v->target->id, a->ent, &a->rows,
		false, &was, e) ||
	    acts_at(v->c->s, repo_of(v), &v->target->parent, a->ent, &a->rows,
		false, &old, e))
		r = -1;
	if (r == 0)
		r = invert_rows(v, a->ent, &was, &old, e);
	table_release(&was);
	table_release(&old);
	return r;
}

/* --- merging ------------------------------------------------------------- */

static int
note(void *ctx, const struct merge_conflict *c, struct err *e)
{
	struct invert *v = ctx;

	(void)e;
	invert_changed(v, "%.*s: %.*s has been changed", SPANF(c->id),
	    SPANF(c->column));
	return 0;
}

static int
table_of(struct invert *v, const struct entity *ent, const char *path,
    struct span text, struct table *t, struct err *e)
{
	struct buf data = { 0 };
	int r;

	buf_addspan(&data, text);
	r = entity_text(v->c->s, ent, path, &data, e);
	if (r == 0)
		r = table_parse(t, ent, path, &data, e);
	buf_release(&data);
	return r;
}

/* The text that path is to have; counted and told by its rows. */
static int
put_merged(struct invert *v, const struct entity *ent, const char *path,
    struct span now, struct buf *text, struct err *e)
{
	struct table a = { 0 }, b = { 0 };
	int r = -1;

	if (table_of(v, ent, path, now, &a, e) == 0 &&
	    table_of(v, ent, path, buf_span(text), &b, e) == 0 &&
	    invert_tell(v, ent, &a, &b, e) == 0)
		r = txn_put(v->c->txn, path, text, e);
	table_release(&a);
	table_release(&b);
	return r;
}

/*
 * A file that was there before and after, and has been changed since: merged,
 * from what the commit made, with what was there before it.
 */
static int
merge_back(struct invert *v, const struct entity *ent, const char *path,
    struct err *e)
{
	struct entity *act =
	    schema_entity(&v->c->s->schema, span(ent->name));
	struct version made = { 0 }, old = { 0 };
	struct buf now = { 0 }, out = { 0 };
	size_t before = v->nchanged;
	int r = -1;

	if (txn_read(v->c->txn, path, &now, e) ||
	    version_at(v, &v->target->id, path, &made, e) ||
	    version_at(v, &v->target->parent, path, &old, e))
		goto out;
	r = ics_merge(act, path, buf_span(&made.text), buf_span(&now),
	    buf_span(&old.text), &out, note, v, e);
	if (r == 0 && v->nchanged == before)
		r = put_merged(v, ent, path, buf_span(&now), &out, e);
out:
	buf_release(&now);
	buf_release(&out);
	buf_release(&made.text);
	buf_release(&old.text);
	return r;
}

/* Can it be merged: is it here, plain text, and in nobody's hands? */
static bool
can_merge(struct invert *v, const char *path)
{
	struct err ignored = { 0 };
	struct buf now = { 0 };
	struct cal_path p;
	bool fine = !v->force && !change_held(v->c, path) &&
	    calendar_path(span(path), &p) && !p.gz &&
	    txn_read(v->c->txn, path, &now, &ignored) == 0;

	err_release(&ignored);
	buf_release(&now);
	return fine;
}

/* A file that the commit changed, and that was there before it. */
static int
invert_changed_file(
    struct invert *v, struct acts *a, const char *path, struct err *e)
{
	int same = invert_same(v, path, e);

	if (same < 0)
		return -1;
	if (same == 0 && !change_held(v->c, path))
		return paths_add(&a->whole, path, e);
	return can_merge(v, path) ? merge_back(v, a->ent, path, e)
				  : paths_add(&a->rows, path, e);
}

int
invert_acts(struct invert *v, const struct paths *p, struct err *e)
{
	struct acts a = { .ent = schema_entity(
			      &v->c->s->schema, span("act")) };
	struct paths came = { 0 };
	bool whole;
	int r = 0;

	for (size_t i = 0; r == 0 && i < p->n; i++) {
		struct version made = { 0 }, old = { 0 };

		r = version_at(v, &v->target->id, p->v[i], &made, e) ||
		    version_at(v, &v->target->parent, p->v[i], &old, e);
		if (r == 0 && made.there != old.there)
			r = paths_add(&came, p->v[i], e);
		else if (r == 0)
			r = invert_changed_file(v, &a, p->v[i], e);
		buf_release(&made.text);
		buf_release(&old.text);
	}
	whole = all_as_left(v, &came);
	for (size_t i = 0; r == 0 && i < came.n; i++)
		r = paths_add(whole ? &a.whole : &a.rows, came.v[i], e);
	if (r == 0)
		r = put_whole(v, &a, e) || put_rows(v, &a, e) ? -1 : 0;
	paths_release(&came);
	paths_release(&a.whole);
	paths_release(&a.rows);
	return r ? -1 : 0;
}
