/*
 * What other programs did to copies of a meeting (crm/change/copies.h) is done
 * to the meeting itself, whose copies then follow. A copy that was deleted
 * before the meeting is over says that its person does not come.
 */
#include <string.h>

#include "crm/calendar/outside_impl.h"

/*
 * Taken over by itself; together. The rest of a copy (alarms, categories,
 * busy, the answers of others) is the person's own, or was lost on the way.
 */
static const char *const single[] = { "subject", "where", "note" };
static const char *const times[] = { "start", "end", "repeat", "exceptions" };
enum { NSINGLE = sizeof single / sizeof *single };
enum { NTIMES = sizeof times / sizeof *times };

static struct suspect *
suspect_at(struct outside *o, const char *path)
{
	for (size_t i = 0; i < o->n; i++)
		if (strcmp(o->file[i]->path, path) == 0)
			return o->file[i];
	return NULL;
}

/* --- which of them ------------------------------------------------------- */

/*
 * A file that is written when the copy's meeting changes. 1 where it has an
 * edit that is not one of those that are taken over now.
 */
static int
may_write(struct outside *o, const char *path, struct err *e)
{
	struct suspect *s = suspect_at(o, path);
	enum txn_state st;

	if (s)
		return s->left ? 1 : txn_adopt(o->c->txn, path, e);
	if (txn_state(o->c->txn, path, &st, e))
		return -1;
	return st != TXN_CLEAN;
}

static int
may_write_all(struct outside *o, struct thing *t, const char *master,
    struct err *e)
{
	struct buf path = { 0 };
	struct cal_path where;
	int r = may_write(o, t->of->path, e);

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
	s = suspect_at(o, path.p);
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

/* A deleted copy that is in another file of the person's: it was renamed. */
static bool
is_renamed(struct outside *o, struct thing *old)
{
	for (size_t i = 0; i < o->n; i++) {
		struct suspect *s = o->file[i];

		if (s->person != old->of->person)
			continue;
		for (size_t k = 0; k < s->new.n; k++)
			if (span_eq(s->new.thing[k].uid, old->uid))
				return true;
	}
	return false;
}

int
outside_copies_match(struct outside *o, struct err *e)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < o->n; i++) {
		struct suspect *s = o->file[i];

		for (size_t k = 0; r == 0 && k < s->new.n && !s->left; k++) {
			struct thing *t = &s->new.thing[k];
			struct cal_path where;

			if (!t->was || !t->was->item->copy ||
			    s->where.archive || t->item->kind != ITEM_EVENT)
				continue;
			r = match_master(o, t, e);
			/* the mark was lost: it is no meeting of its own */
			if (t->master && !t->item->copy &&
			    calendar_path(span(t->master), &where))
				t->owner = where.folder;
		}
		for (size_t k = 0; r == 0 && k < s->old.n && !s->left; k++) {
			struct thing *t = &s->old.thing[k];

			if (!t->taken && t->item->copy && !s->where.archive &&
			    !outside_over(o, t) && !is_renamed(o, t))
				r = match_master(o, t, e);
		}
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

static bool
is_listed(struct span list, struct span mail)
{
	while (list.n)
		if (span_ieq(span_trim(span_cut(&list, ';')), mail))
			return true;
	return false;
}

/* What the person says of coming: by the copy, or by its being gone. */
static bool
take_answer(struct outside *o, const struct thing *t, bool gone,
    struct record *after)
{
	struct span mail = o->cal->person[t->of->person].email;
	struct span now = span("declined"), was = span("");

	if (!mail.n || !is_listed(record_get(after, "with"), mail))
		return false;
	if (!gone) {
		/* a program that took the attendees off says nothing */
		if (!is_listed(act_cell(o->cal, t->value, "with"), mail))
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

static int
take_copy(struct outside *o, struct thing *t, bool gone, struct err *e)
{
	struct entity *act = o->cal->act;
	struct suspect *s = suspect_at(o, t->master);
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
	for (size_t i = 0; !gone && i < NSINGLE; i++) {
		if (!differ(o, t, &single[i], 1))
			continue;
		take_fields(o, t, &after, &single[i], 1);
		any = true;
	}
	if (!gone && differ(o, t, times, NTIMES)) {
		take_fields(o, t, &after, times, NTIMES);
		any = true;
	}
	if (!any)
		return 0;
	o->count++;
	return change_apply(o->c, &before, &after,
	    CHANGE_GIVEN | CHANGE_CHECKED, e);
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
