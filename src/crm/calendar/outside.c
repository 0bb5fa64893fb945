#include "crm/calendar/outside.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/calendar/outside_impl.h"
#include "crm/change/copies.h"
#include "crm/change/resolve.h"
#include "store/id.h"

/* Is it another's, whose record does not change by this? */
static bool
is_others(const struct thing *t)
{
	return t->item->copy || t->owner.n;
}

/* --- which was which ----------------------------------------------------- */

/* The same UID in the same file. */
static void
match_in_place(struct suspect *s)
{
	struct strmap old = { 0 };
	bool added;

	for (size_t i = 0; i < s->old.n; i++)
		strmap_add(&old, s->old.thing[i].uid, i, &added);
	for (size_t i = 0; i < s->new.n; i++) {
		struct thing *t = &s->new.thing[i];
		size_t at = strmap_get(&old, t->uid);

		t->was = at == (size_t)-1 ? NULL : &s->old.thing[at];
		if (t->was)
			t->was->taken = true;
	}
	strmap_release(&old);
}

/* What is gone from where it was may have come to another place. */
static void
note_gone(struct outside *o, struct suspect *s)
{
	for (size_t i = 0; i < s->old.n; i++) {
		struct thing *t = &s->old.thing[i];
		bool added;

		if (t->taken || t->item->copy)
			continue;
		GROW(o->olds, o->nolds, o->olds_cap);
		o->olds[o->nolds] = t;
		strmap_add(&o->old, t->uid, o->nolds++, &added);
	}
}

/* Is that file one of those that are taken over now, and comes later? */
static bool
comes_later(struct outside *o, const char *path, const char *other)
{
	const struct suspect *s = outside_suspect(o, other);

	return s && !s->old.there && strcmp(path, other) < 0;
}

/* The UID is also in a file that is nothing but what is committed. */
static int
match_other(struct outside *o, struct thing *t, struct err *e)
{
	struct buf other = { 0 };
	struct cal_path p;
	int r = cal_other(o->cal, t->id, t->of->path, &other, e);

	if (r || comes_later(o, t->of->path, other.p))
		goto out;
	calendar_path(span(other.p), &p);
	if (!span_eq(p.folder, t->of->where.folder)) {
		t->owner = arena_span(&o->arena, p.folder);
	} else if (p.archive && !t->of->where.archive) {
		t->back = true;
		r = archiving_drop(&o->archiving, other.p, t->uid, e);
	} else {
		outside_leave(o, t->of,
		    "%s: its UID is that of %s, too; remove one of them",
		    t->of->path, other.p);
	}
out:
	buf_release(&other);
	return r < 0 ? -1 : 0;
}

static int
match_elsewhere(struct outside *o, struct suspect *s, struct err *e)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->new.n && !s->left; i++) {
		struct thing *t = &s->new.thing[i];
		size_t at;

		if (t->was || is_others(t))
			continue;
		at = strmap_get(&o->old, t->uid);
		if (at != (size_t)-1 && !o->olds[at]->taken) {
			t->was = o->olds[at];
			t->was->taken = true;
		} else {
			r = match_other(o, t, e);
		}
	}
	return r;
}

/* --- taking over --------------------------------------------------------- */

/* So many are told by name. */
#define NAMES_TOLD 5

void
outside_count(struct outside *o, const struct record *before,
    const struct record *after)
{
	const struct record *r = after ? after : before;
	char id[ID_LEN + 1];

	o->count++;
	if (o->nnames++ >= NAMES_TOLD)
		return;
	id_unpack(r->id, id);
	buf_addf(&o->names, "%s%s", o->names.n ? ", " : "", id);
	/* who commits may be another than whose it is */
	if (!span_eqs(record_get(r, "private"), "yes"))
		buf_addf(&o->names, " '%.*s'",
		    SPANF(record_get(r, "subject")));
	if (!after || !before)
		buf_adds(&o->names, after ? " (new)" : " (gone)");
}

/* For people: what the commit is about. */
static void
tell(struct outside *o, struct span subject)
{
	struct buf *out = &o->outer->s->elsewhere;

	buf_addspan(out, subject);
	if (o->names.n)
		buf_addf(out, ": %s", o->names.p);
	if (o->nnames > NAMES_TOLD)
		buf_addf(out, " and %zu more", o->nnames - NAMES_TOLD);
	buf_addc(out, '\n');
}

static struct record
record_of(struct outside *o, const struct thing *t, struct span *value)
{
	struct record r = { .ent = o->cal->act, .id = t->id,
		.value = value, .n = o->cal->act->nfields };

	return r;
}

/* What healing and rules made of the row goes into the file. */
static void
write_row(struct outside *o, struct changed_table *ct, struct thing *t)
{
	struct entity *act = o->cal->act;
	size_t row = table_find(&ct->t, t->id);

	for (size_t i = 0; row != (size_t)-1 && i < act->nfields; i++) {
		const struct field *f = act->field[i];

		if ((f->flags & FIELD_VIRTUAL) ||
		    span_eq(t->value[i], t->after[i]))
			continue;
		table_set(&ct->t, row, span(f->name), t->after[i]);
		/* the table may have it from act-links already */
		ct->t.row[row].changed = ct->t.changed = true;
	}
}

static const struct entity *
link_entity(struct outside *o)
{
	return schema_entity(&o->c->s->schema, span("act-link"));
}

/*
 * What can be in the way of taking a file's items is met before any of them
 * has had an effect.
 */
static int
prepare(struct outside *o, struct suspect *s, struct err *e)
{
	struct record r;

	for (size_t i = 0; i < s->new.n; i++) {
		struct thing *t = &s->new.thing[i];

		if (is_others(t))
			continue;
		if (outside_heal(o, t, e) ||
		    change_load(o->c, link_entity(o), t->id, &r, e) < 0)
			return -1;
	}
	return 0;
}

static int
take_thing(struct outside *o, struct changed_table *ct, struct thing *t,
    struct err *e)
{
	struct record before, after;

	if (is_others(t))
		return 0;
	if (t->was)
		before = record_of(o, t->was, t->was->value);
	after = record_of(o, t, t->after);
	if (!t->back &&
	    change_apply(o->c, t->was ? &before : NULL, &after,
		CHANGE_HAND | CHANGE_OUTSIDE | CHANGE_CHECKED, e))
		return -1;
	write_row(o, ct, t);
	outside_count(o, t->was ? &before : NULL, &after);
	return 0;
}

/* A file of another's meeting says whose it is. */
static int
mark_copies(struct outside *o, struct suspect *s, bool *marked, struct err *e)
{
	struct ics *d = &s->new.doc;

	for (size_t i = 0; i < s->new.n; i++) {
		struct thing *t = &s->new.thing[i];

		if (!t->owner.n)
			continue;
		*marked = true;
		if (ics_set(d, t->item->comp, "X-CRM-OWNER", span(""),
			t->owner, e) ||
		    cal_note_copy(o->cal, t->id, s->path, e))
			return -1;
	}
	return 0;
}

static int
put_file(struct outside *o, struct suspect *s, struct changed_table *ct,
    struct err *e)
{
	struct buf text = { 0 };
	bool marked = false;
	int r = mark_copies(o, s, &marked, e);

	/* it may be written again, as the copy or master of another file */
	if (r == 0)
		r = txn_adopt(o->c->txn, s->path, e);
	if (r == 0 && !ct->t.changed) {
		if (marked)
			ics_write(&s->new.doc, &text);
		else
			buf_addspan(&text, buf_span(&s->new.raw));
		r = txn_put(o->c->txn, s->path, &text, e);
	}
	buf_release(&text);
	return r;
}

/* Nothing of what was put into a file's table is written. */
static void
drop(struct changed_table *ct)
{
	for (size_t i = 0; i < ct->t.nrows; i++)
		ct->t.row[i].changed = false;
	ct->t.changed = false;
}

/* A file that cannot be taken is left as it is, and the others are taken. */
static void
take_file(struct outside *o, struct suspect *s)
{
	struct changed_table *ct = NULL;
	struct err bad = { 0 };
	size_t count = o->count;
	int r;

	if (s->left || !s->new.there)
		return;
	r = change_table(o->c, o->cal->act, s->path, &ct, &bad);
	if (r == 0)
		r = prepare(o, s, &bad);
	for (size_t i = 0; r == 0 && i < s->new.n; i++)
		r = take_thing(o, ct, &s->new.thing[i], &bad);
	if (r == 0)
		r = put_file(o, s, ct, &bad);
	if (r && ct)
		drop(ct);
	if (r) {
		bool named = span_starts(span(bad.msg), span(s->path));

		o->count = count;
		outside_leave(o, s, "%s%s%s", named ? "" : s->path,
		    named ? "" : ": ", bad.msg);
	}
	err_release(&bad);
}

/* An item that is gone; ask: nothing is done, but what can be in the way met. */
static int
gone(struct outside *o, struct thing *t, bool ask, struct err *e)
{
	struct copied none = { .uid = t->uid, .ask = ask };
	struct record before = record_of(o, t, t->value), link;
	struct buf path = { 0 };
	int r = 0;

	if (t->item->kind == ITEM_EVENT && !t->of->where.archive)
		r = change_copies(
		    o->c->s, o->c->txn, t->of->path, &none, e);
	if (r == 0 && !t->of->where.archive && item_over(t->item, t->value)) {
		archive_place(
		    o->cal, t->value, t->of->where.folder, &path);
		r = ask ? archiving_ready(&o->archiving, path.p, e)
			: archiving_add(&o->archiving, path.p, t->doc,
			      t->uid, e);
	} else if (r == 0 && ask) {
		r = change_load(o->c, link_entity(o), t->id, &link, e) < 0;
	} else if (r == 0) {
		r = change_apply(o->c, &before, NULL,
		    CHANGE_HAND | CHANGE_OUTSIDE, e);
	}
	if (r == 0 && !ask)
		outside_count(o, &before, NULL);
	buf_release(&path);
	return r ? -1 : 0;
}

static int
all_gone(struct outside *o, struct suspect *s, bool ask, struct err *e)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->old.n; i++)
		if (!s->old.thing[i].taken && !s->old.thing[i].item->copy)
			r = gone(o, &s->old.thing[i], ask, e);
	if (r == 0 && !s->new.there)
		r = ask ? txn_may_put(o->c->txn, s->path, e)
			: txn_remove(o->c->txn, s->path, e);
	return r;
}

/*
 * What is in the way leaves the file as it was, with all that hangs on it;
 * what fails behind that leaves everything so.
 */
static int
take_gone(struct outside *o, struct suspect *s, struct err *e)
{
	struct err bad = { 0 };

	if (s->left)
		return 0;
	if (all_gone(o, s, true, &bad) == 0)
		return all_gone(o, s, false, e);
	outside_leave(o, s, "%s: %s", s->path, bad.msg);
	err_release(&bad);
	return 0;
}

static int
commit(struct outside *o, struct err *e)
{
	struct buf subject = { 0 };
	struct oid id;
	int r = archiving_write(&o->archiving, e);

	/* of a copy that changes nothing else, it is that one */
	buf_addf(&subject, "calendar: %zu changed elsewhere",
	    o->count ? o->count : 1);
	if (r == 0 && o->outer->ntables)
		changes_hand_on(o->outer, o->c);
	if (r == 0)
		r = changes_commit(o->c, "calendar outside", NULL, subject.p,
		    NULL, &id, e);
	if (r == 0 && id.hex[0])
		tell(o, buf_span(&subject));
	buf_release(&subject);
	return r;
}

int
outside_take_over(struct outside *o, struct err *e)
{
	int r = 0;

	for (size_t i = 0; i < o->n; i++)
		match_in_place(o->file[i]);
	outside_copies_renamed(o);
	for (size_t i = 0; i < o->n; i++)
		if (!o->file[i]->left)
			note_gone(o, o->file[i]);
	for (size_t i = 0; r == 0 && i < o->n; i++)
		r = match_elsewhere(o, o->file[i], e);
	if (r == 0)
		r = outside_copies_match(o, e);
	for (size_t i = 0; r == 0 && i < o->n; i++)
		take_file(o, o->file[i]);
	for (size_t i = 0; r == 0 && i < o->n; i++)
		r = take_gone(o, o->file[i], e);
	if (r == 0)
		r = outside_copies_take(o, e) || outside_copies_follow(o, e)
			? -1
			: 0;
	return r ? r : commit(o, e);
}
