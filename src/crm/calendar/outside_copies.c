/*
 * What other programs did to copies of a meeting (crm/change/copies.h) is done
 * to the meeting itself, whose copies then follow. A copy that was deleted, or
 * cancelled, before the meeting is over says that its person does not come: who
 * calls a meeting off does it in the master.
 */
#include <string.h>

#include "crm/calendar/outside_impl.h"
#include "crm/change/copies.h"

/* Taken over by itself; together. */
static const char *const single[] = { "subject", "where", "note", "priority",
	"url" };
static const char *const times[] = { "start", "end", "repeat", "exceptions" };
/* The person's own (busy till the meeting changes), and how times are written;
 * all else that a copy has otherwise than its meeting is put back. */
static const char *const personal[] = { "remind", "busy", "zone" };
enum { NSINGLE = sizeof single / sizeof *single };
enum { NTIMES = sizeof times / sizeof *times };
enum { NPERSONAL = sizeof personal / sizeof *personal };

/* --- which of them ------------------------------------------------------- */

/*
 * A file that is written when the copy's meeting changes. 1 where it has an
 * edit that is not one of those that are taken over now.
 */
static int
may_write(struct outside *o, const char *path, struct err *e)
{
	struct suspect *s = outside_suspect(o, path);
	enum txn_state st;

	/* what cannot be read is not written, either */
	if (s && s->left)
		return s->new.n > 0;
	if (s)
		return txn_adopt(o->c->txn, path, e);
	if (txn_state(o->c->txn, path, &st, e))
		return -1;
	return st != TXN_CLEAN;
}

/* Has it guests among the users, or had it? */
static bool
is_shared(struct outside *o, const struct thing *t)
{
	return outside_shared(o->cal, act_cell(o->cal, t->value, "with")) ||
	       (t->was && is_shared(o, t->was));
}

static int
may_write_all(struct outside *o, struct thing *t, const char *master,
    struct err *e)
{
	struct buf path = { 0 };
	struct cal_path where;
	int r;

	if (!t->item->copy && !t->owner.n && !is_shared(o, t))
		return 0;
	r = may_write(o, t->of->path, e);
	calendar_path(span(master), &where);
	buf_adds(&path, master);
	for (size_t i = 0; r == 0; i++) {
		r = may_write(o, path.p, e);
		if (r || i == o->cal->npersons)
			break;
		buf_reset(&path);
		buf_addf(&path, "calendar/%.*s/events/%.*s",
		    SPANF(o->cal->person[i].folder), SPANF(where.name));
	}
	if (r == 1)
		outside_leave(o, t->of, "%s: it waits for %s, which is edited, "
					"too", t->of->path, path.p);
	buf_release(&path);
	return r;
}

/* Finds the meeting of a copy, where it is one that still is to follow. */
static int
match_master(struct outside *o, struct thing *t, struct err *e)
{
	struct buf path = { 0 };
	struct cal_path where;
	struct suspect *s;
	int r = cal_other(o->cal, t->id, t->of->path, &path, e);

	if (r)
		goto out;
	s = outside_suspect(o, path.p);
	r = !calendar_path(span(path.p), &where) || where.archive ||
	    where.kind != ITEM_EVENT || span_eq(where.folder,
					    t->of->where.folder) ||
	    (s && !s->left && !s->new.there);
	if (r == 0)
		r = may_write_all(o, t, path.p, e);
	if (r == 0)
		t->master = arena_dup(&o->arena, path.p, path.n);
out:
	buf_release(&path);
	return r < 0 ? -1 : 0;
}

static struct thing *
renamed_to(struct outside *o, const struct thing *old)
{
	for (size_t i = 0; i < o->n; i++) {
		struct suspect *s = o->file[i];

		if (s->person != old->of->person || s->where.archive)
			continue;
		for (size_t k = 0; k < s->new.n; k++)
			if (!s->new.thing[k].was &&
			    span_eq(s->new.thing[k].uid, old->uid))
				return &s->new.thing[k];
	}
	return NULL;
}

/* What lost its mark is no meeting of its own. */
static void
note_owners(struct suspect *s)
{
	for (size_t k = 0; k < s->new.n; k++) {
		struct thing *t = &s->new.thing[k];

		if (t->was && t->was->item->copy && !t->item->copy &&
		    t->item->kind == ITEM_EVENT)
			t->owner = ics_value(t->was->doc, t->was->item->comp,
			    "X-CRM-OWNER");
	}
}

void
outside_copies_renamed(struct outside *o)
{
	for (size_t i = 0; i < o->n; i++) {
		struct suspect *s = o->file[i];

		for (size_t k = 0; k < s->old.n; k++) {
			struct thing *t = &s->old.thing[k], *now = NULL;

			if (!t->taken && t->item->copy && !s->where.archive)
				now = renamed_to(o, t);
			t->taken |= now != NULL;
			if (now)
				now->was = t;
		}
	}
	for (size_t i = 0; i < o->n; i++)
		note_owners(o->file[i]);
}

static int
match_new(struct outside *o, struct thing *t, struct err *e)
{
	struct cal_path where;
	int r;

	if (t->item->kind != ITEM_EVENT || t->of->where.archive)
		return 0;
	if (t->was && t->was->item->copy) {
		r = match_master(o, t, e);
		if (t->master && t->owner.n &&
		    calendar_path(span(t->master), &where))
			t->owner = where.folder;
		return r;
	}
	/* a meeting is written, and its copies */
	if (t->item->copy || t->owner.n)
		return 0;
	return may_write_all(o, t, t->of->path, e) < 0 ? -1 : 0;
}

static int
match_old(struct outside *o, struct thing *t, struct err *e)
{
	if (t->taken || t->item->kind != ITEM_EVENT || t->of->where.archive)
		return 0;
	if (!t->item->copy)
		return may_write_all(o, t, t->of->path, e) < 0 ? -1 : 0;
	return item_over(t->item, t->value) ? 0 : match_master(o, t, e);
}

int
outside_copies_match(struct outside *o, struct err *e)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < o->n; i++) {
		struct suspect *s = o->file[i];

		for (size_t k = 0; r == 0 && k < s->new.n && !s->left; k++)
			r = match_new(o, &s->new.thing[k], e);
		for (size_t k = 0; r == 0 && k < s->old.n && !s->left; k++)
			r = match_old(o, &s->old.thing[k], e);
	}
	return r;
}

/* --- taking -------------------------------------------------------------- */

/* Are any of the fields otherwise in the copy than they were? */
static bool
differ(struct outside *o, const struct thing *t, const char *const *field,
    size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!span_eq(act_cell(o->cal, t->value, field[i]),
			act_cell(o->cal, t->was->value, field[i])))
			return true;
	return false;
}

static void
take_fields(struct outside *o, const struct thing *t, struct record *after,
    const char *const *field, size_t n)
{
	for (size_t i = 0; i < n; i++)
		record_put(after, field[i],
		    act_cell(o->cal, t->value, field[i]));
}

static void
answer(struct outside *o, struct record *after, struct span mail,
    struct span status)
{
	struct buf b = { 0 };

	item_reply_set(record_get(after, "replies"), mail, status, &b);
	record_put(after, "replies", arena_span(&o->c->arena, buf_span(&b)));
	buf_release(&b);
}

/* What the person says of coming: by the copy, or by its being gone. */
static bool
take_answer(struct outside *o, const struct thing *t, bool gone,
    struct record *after)
{
	struct span mail = o->cal->person[t->of->person].email;
	struct span now = span("declined"), was = span("");

	if (!item_is_guest(record_get(after, "with"), mail))
		return false;
	if (!gone) {
		/* a program that took the attendees off says nothing */
		if (!item_is_guest(act_cell(o->cal, t->value, "with"), mail))
			return false;
		now = item_reply(act_cell(o->cal, t->value, "replies"), mail);
		was = item_reply(
		    act_cell(o->cal, t->was->value, "replies"), mail);
		if (span_eq(now, was))
			return false;
	}
	answer(o, after, mail, now.n ? now : span("needs-action"));
	return true;
}

/* Addresses that were added to the copy's list, and taken off it. */
static bool
take_guests(struct outside *o, const struct thing *t, struct record *after)
{
	struct span new = act_cell(o->cal, t->value, "with");
	struct span old = act_cell(o->cal, t->was->value, "with");
	struct span now = record_get(after, "with"), rest = now, one;
	struct buf b = { 0 };

	/* a program that has no guests took them off */
	if (!new.n || span_eq(new, old))
		return false;
	while (rest.n) {
		one = span_trim(span_cut(&rest, ';'));
		if (item_is_guest(new, one) || !item_is_guest(old, one))
			buf_addf(&b, "%s%.*s", b.n ? ";" : "", SPANF(one));
	}
	for (rest = new; rest.n;) {
		one = span_trim(span_cut(&rest, ';'));
		if (!item_is_guest(old, one) && !item_is_guest(now, one))
			buf_addf(&b, "%s%.*s", b.n ? ";" : "", SPANF(one));
	}
	record_put(after, "with", arena_span(&o->c->arena, buf_span(&b)));
	buf_release(&b);
	return !span_eq(record_get(after, "with"), now);
}

/* That it took place is common; that it is cancelled is the person's answer. */
static bool
take_state(struct outside *o, const struct thing *t, struct record *after)
{
	static const char *const state[] = { "state" };
	struct span now = act_cell(o->cal, t->value, "state");
	struct span mail = o->cal->person[t->of->person].email;

	if (!differ(o, t, state, 1))
		return false;
	if (span_eqs(now, "done")) {
		take_fields(o, t, after, state, 1);
		return true;
	}
	if (!span_eqs(now, "cancelled") ||
	    !item_is_guest(record_get(after, "with"), mail))
		return false;
	answer(o, after, mail, span("declined"));
	return true;
}

static bool
take_common(struct outside *o, const struct thing *t, struct record *after)
{
	static const char *const tags[] = { "tags" };
	bool any = take_guests(o, t, after);

	any |= take_state(o, t, after);
	for (size_t i = 0; i < NSINGLE; i++) {
		if (!differ(o, t, &single[i], 1))
			continue;
		take_fields(o, t, after, &single[i], 1);
		any = true;
	}
	/* who loses all that is ours loses categories, too */
	if (differ(o, t, tags, 1) &&
	    (item_has_own(t->item) || act_cell(o->cal, t->value, "tags").n)) {
		take_fields(o, t, after, tags, 1);
		any = true;
	}
	if (differ(o, t, times, NTIMES)) {
		take_fields(o, t, after, times, NTIMES);
		any = true;
	}
	return any;
}

/* Has the copy anything but what is personal otherwise than the meeting? */
static bool
strays(struct outside *o, const struct thing *t, const struct record *meeting)
{
	for (size_t i = 0; i < o->cal->act->nfields; i++) {
		const struct field *f = o->cal->act->field[i];
		bool own = f->flags & FIELD_VIRTUAL;

		for (size_t k = 0; k < NPERSONAL; k++)
			own |= strcmp(f->name, personal[k]) == 0;
		if (!own && !span_eq(t->value[i], record_at(meeting, f)))
			return true;
	}
	return false;
}

static int
take_copy(struct outside *o, struct thing *t, bool gone, struct err *e)
{
	struct entity *act = o->cal->act;
	struct suspect *s = outside_suspect(o, t->master);
	struct record before, after;
	bool any;
	int r;

	if (s && s->left)
		return 0;
	r = change_hold_act(o->c, act, t->id, t->master, e);
	if (r == 0)
		r = change_load(o->c, act, t->id, &before, e);
	if (r)
		return r < 0 ? -1 : 0;
	after = change_copy(o->c, &before);
	any = take_answer(o, t, gone, &after);
	if (!gone)
		any |= take_common(o, t, &after);
	outside_count(o, &before, &after);
	/* given: written, and so followed, though nothing of it changed */
	return any || (!gone && (t->owner.n || strays(o, t, &after)))
	    ? change_apply(o->c, &before, &after,
		  CHANGE_GIVEN | CHANGE_OUTSIDE | CHANGE_CHECKED, e)
	    : 0;
}

int
outside_copies_take(struct outside *o, struct err *e)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < o->n; i++) {
		struct suspect *s = o->file[i];

		for (size_t k = 0; r == 0 && k < s->new.n && !s->left; k++)
			if (s->new.thing[k].master)
				r = take_copy(o, &s->new.thing[k], false, e);
		for (size_t k = 0; r == 0 && k < s->old.n && !s->left; k++)
			if (s->old.thing[k].master)
				r = take_copy(o, &s->old.thing[k], true, e);
	}
	return r;
}

/* Its copies are as it is now; what its copies changed is written later. */
static int
follow(struct outside *o, struct thing *t, struct err *e)
{
	struct copied m = { .uid = t->uid, .owner = t->of->where.folder,
		.with = act_cell(o->cal, t->after, "with"),
		.replies = act_cell(o->cal, t->after, "replies"),
		.fresh = !t->was };
	struct buf text = { 0 };
	int r = txn_read(o->c->txn, t->of->path, &text, e);

	m.master = buf_span(&text);
	if (r == 0)
		r = change_copies(
		    o->c->s, o->c->txn, t->of->path, &m, e);
	buf_release(&text);
	return r < 0 ? -1 : 0;
}

int
outside_copies_follow(struct outside *o, struct err *e)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < o->n; i++) {
		struct suspect *s = o->file[i];

		for (size_t k = 0; r == 0 && k < s->new.n && !s->left; k++) {
			struct thing *t = &s->new.thing[k];

			if (t->item->kind == ITEM_EVENT && t->after &&
			    !s->where.archive && is_shared(o, t))
				r = follow(o, t, e);
		}
	}
	return r;
}
