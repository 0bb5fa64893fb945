/*
 * Writing held calendar files: items that changed property by property, new
 * ones made of their rows, or as they were given.
 */
#include <stdlib.h>
#include <string.h>

#include "base/strmap.h"
#include "crm/calendar/archive.h"
#include "crm/calendar/item.h"
#include "crm/calendar/organizer.h"
#include "crm/change/change_impl.h"
#include "crm/change/copies.h"

/* A calendar file that is being written. */
struct out {
	struct changes *c;
	struct calendar *cal;
	struct changed_table *ct;
	struct cal_path path;
	struct ics doc;
	struct item *item;
	size_t nitems;
	struct strmap by_uid;
	bool fresh;  /* there is no such file yet */
	size_t live; /* items that stay in it */
	struct strmap zones; /* TZIDs of VTIMEZONEs added to it */
};

static int
open_file(struct out *o, struct err *e)
{
	struct buf data = { 0 };
	int r = txn_read(o->c->txn, o->ct->path, &data, e);
	bool added;

	o->fresh = r == 1;
	if (r == 0 && o->path.gz)
		r = archive_unpack(o->ct->path, &data, e);
	if (r == 0)
		r = ics_parse(&o->doc, o->ct->path, &data, e);
	if (r == 0)
		r = items_of(o->cal, &o->doc, o->ct->path, &o->item,
		    &o->nitems, e);
	for (size_t i = 0; r == 0 && i < o->nitems; i++)
		strmap_add(&o->by_uid, o->item[i].uid, i, &added);
	o->live = o->nitems;
	buf_release(&data);
	return r < 0 ? -1 : 0;
}

static void
close_file(struct out *o)
{
	items_free(o->item);
	ics_release(&o->doc);
	strmap_release(&o->by_uid);
	strmap_release(&o->zones);
}

/* Takes an item's components out of the file. */
static void
take_out(struct out *o, size_t item)
{
	struct ics *d = &o->doc;

	for (size_t i = 1; i < d->ncomps; i++) {
		if (d->comp[d->comp[i].parent].parent == 0 &&
		    span_eq(span_trim(ics_value(d, i, "UID")),
			o->item[item].uid))
			ics_remove_comp(d, i);
	}
	o->live--;
}

/* Puts a file of its own: what was moved to another folder, or is new. */
static int
put_alone(struct out *o, const char *path, struct buf *text, struct err *e)
{
	struct changed_table *held = change_held(o->c, path);

	/* that file's own rows are written by its own turn */
	if (held && held != o->ct)
		return err_set(e, ERR_BUSY, "%s: it is being changed, too",
		    path);
	return txn_put(o->c->txn, path, text, e);
}

/* The text of one item of the file, as a calendar of its own. */
static int
item_alone(struct out *o, size_t item, struct buf *out, struct err *e)
{
	struct ics *d = &o->doc;
	const char *eol = d->crlf ? "\r\n" : "\n";
	struct buf whole = { 0 };
	struct ics now = { 0 };
	int r;

	ics_write(d, &whole);
	r = ics_parse(&now, o->ct->path, &whole, e);
	buf_addf(out, "BEGIN:VCALENDAR%sVERSION:2.0%s"
		      "PRODID:-//crm//crm//EN%s", eol, eol, eol);
	for (size_t i = 1; r == 0 && i < now.ncomps; i++) {
		bool own = span_eq(span_trim(ics_value(&now, i, "UID")),
		    o->item[item].uid);

		if (now.comp[now.comp[i].parent].parent == 0 &&
		    (own || span_ieqs(now.comp[i].name, "VTIMEZONE")))
			buf_add(out, now.text.p + now.comp[i].at,
			    now.comp[i].end - now.comp[i].at);
	}
	buf_addf(out, "END:VCALENDAR%s", eol);
	ics_release(&now);
	buf_release(&whole);
	return r;
}

/* Where the row belongs by its owner, kind and age; same: where it is. */
static int
target_path(struct out *o, const struct span *value, bool same_kind,
    struct buf *path, bool *same, struct err *e)
{
	struct span folder;
	bool live = !span_eqs(act_cell(o->cal, value, "state"), "done") &&
		    !span_eqs(act_cell(o->cal, value, "state"), "cancelled");

	if (act_folder_of(o->cal, act_cell(o->cal, value, "owner"), &folder, e))
		return -1;
	*same = span_eq(folder, o->path.folder) &&
		(o->path.archive ? !live : same_kind);
	if (*same)
		return 0;
	calendar_new_path(path, folder, act_kind_of(o->cal, value),
	    act_id(act_cell(o->cal, value, "uid")),
	    act_cell(o->cal, value, "uid"));
	return 0;
}

/* The given text, changed where the row says something else. */
static int
fit_given(struct out *o, struct span given, const struct span *value,
    const char *path, struct buf *text, struct err *e)
{
	struct arena arena = { 0 };
	struct span *old =
	    arena_alloc(&arena, (o->cal->act->nfields + 1) * sizeof *old);
	struct buf data = { 0 };
	struct ics doc = { 0 };
	struct item *it = NULL;
	size_t n = 0;
	int r;

	buf_addspan(&data, given);
	r = ics_parse(&doc, path, &data, e);
	if (r == 0)
		r = items_of(o->cal, &doc, path, &it, &n, e);
	if (r == 0 &&
	    (n != 1 || !span_eq(it->uid, act_cell(o->cal, value, "uid"))))
		r = err_set(e, ERR_BUG, "%s: this is another item", path);
	if (r == 0)
		r = item_row(it, &arena, old, NULL, e);
	if (r == 0)
		r = item_set(it, old, value, e);
	if (r == 0)
		ics_write(&doc, text);
	items_free(it);
	ics_release(&doc);
	arena_release(&arena);
	return r;
}

/* The calendar of an item that is new at path. */
static int
new_text(struct out *o, const struct span *value, const char *path,
    struct buf *text, struct err *e)
{
	const struct span *given = change_was_given(
	    o->c, act_id(act_cell(o->cal, value, "uid")));

	return given ? fit_given(o, *given, value, path, text, e)
		     : item_new(o->cal, act_kind_of(o->cal, value), value, text,
			   e);
}

/* The components of a new item go into the file that is there. */
static int
merge_in(struct out *o, struct buf *text, struct err *e)
{
	struct ics one = { 0 };
	int r = ics_parse(&one, o->ct->path, text, e);

	for (size_t i = 1; r == 0 && i < one.ncomps; i++) {
		struct span tzid = span_trim(ics_value(&one, i, "TZID"));
		bool added;

		if (one.comp[one.comp[i].parent].parent != 0 ||
		    one.comp[i].parent == 0)
			continue;
		if (span_ieqs(one.comp[i].name, "VTIMEZONE")) {
			strmap_add(&o->zones,
			    arena_span(&o->c->arena, tzid), 0, &added);
			if (!added || item_has_zone(&o->doc, tzid))
				continue;
		}
		r = ics_add_text(&o->doc, 1,
		    span_n(one.text.p + one.comp[i].at,
			one.comp[i].end - one.comp[i].at), e);
	}
	ics_release(&one);
	return r;
}

/* Another kind of component: the item is made anew, with the same UID. */
static int
remake(struct out *o, size_t item, const struct span *value, const char *path,
    struct err *e)
{
	struct buf text = { 0 };
	int r = new_text(o, value, path, &text, e);

	take_out(o, item);
	if (r == 0)
		r = put_alone(o, path, &text, e);
	buf_release(&text);
	return r;
}

static int
change_item(struct out *o, size_t item, const struct span *value,
    struct err *e)
{
	struct item *it = &o->item[item];
	struct arena arena = { 0 };
	struct span *old =
	    arena_alloc(&arena, (o->cal->act->nfields + 1) * sizeof *old);
	bool same = true, same_kind = act_kind_of(o->cal, value) == it->kind;
	bool given = change_was_given(o->c, act_id(it->uid)) != NULL;
	struct buf path = { 0 }, text = { 0 };
	int r = target_path(o, value, same_kind, &path, &same, e);

	if (r == 0 && (!same_kind || (!same && given))) {
		r = remake(o, item, value, path.p, e);
		goto out;
	}
	if (r == 0 && given) {
		take_out(o, item);
		o->live++;
		r = new_text(o, value, o->ct->path, &text, e) ||
			    merge_in(o, &text, e)
			? -1
			: 0;
		goto out;
	}
	if (r == 0)
		r = item_row(it, &arena, old, NULL, e) ||
			    item_set(it, old, value, e)
			? -1
			: 0;
	if (r == 0 && !it->copy && !o->c->by_organizer)
		organizer_unaware(it, old, value, &o->c->s->notes);
	if (r == 0 && !same) {
		r = item_alone(o, item, &text, e) ||
			    put_alone(o, path.p, &text, e)
			? -1
			: 0;
		take_out(o, item);
	}
out:
	arena_release(&arena);
	buf_release(&path);
	buf_release(&text);
	return r;
}

static int
add_item(struct out *o, const struct span *value, struct err *e)
{
	struct buf text = { 0 };
	int r = new_text(o, value, o->ct->path, &text, e);

	o->live++;
	/* the first of a new file is that file, into which the others go */
	if (r == 0)
		r = o->fresh && o->doc.ncomps == 0
		    ? ics_parse(&o->doc, o->ct->path, &text, e)
		    : merge_in(o, &text, e);
	buf_release(&text);
	return r;
}

static int
put_row(struct out *o, size_t row, struct err *e)
{
	struct table *t = &o->ct->t;
	const struct table_row *tr = &t->row[row];
	struct span *value = change_values(o->c, o->ct, row);
	size_t item =
	    strmap_get(&o->by_uid, act_cell(o->cal, value, "uid"));

	if (tr->removed) {
		if (item != (size_t)-1)
			take_out(o, item);
		return 0;
	}
	if (item == (size_t)-1)
		return add_item(o, value, e);
	return tr->changed ? change_item(o, item, value, e) : 0;
}

/* The copies in other people's calendars of what changed here. */
static int
put_copies(struct out *o, size_t row, struct err *e)
{
	const struct table_row *tr = &o->ct->t.row[row];
	struct span *value = change_values(o->c, o->ct, row);
	struct copied m = { .uid = act_cell(o->cal, value, "uid") };
	struct buf path = { 0 }, master = { 0 };
	bool same = true;
	int r = 0;

	m.fresh = strmap_get(&o->by_uid, m.uid) == (size_t)-1;
	if (!tr->removed && !tr->changed && !m.fresh)
		return 0;
	if (tr->removed || act_kind_of(o->cal, value) != ITEM_EVENT)
		return change_copies(
		    o->c->s, o->c->txn, o->ct->path, &m, e);
	if (act_folder_of(o->cal, act_cell(o->cal, value, "owner"), &m.owner,
		e) ||
	    target_path(o, value, o->path.kind == ITEM_EVENT, &path, &same, e))
		r = -1;
	if (r == 0 && same)
		buf_addf(&path, "%s", o->ct->path);
	if (r == 0)
		r = txn_read(o->c->txn, path.p, &master, e) < 0 ? -1 : 0;
	m.with = act_cell(o->cal, value, "with");
	m.replies = act_cell(o->cal, value, "replies");
	m.master = buf_span(&master);
	if (r == 0)
		r = change_copies(o->c->s, o->c->txn, path.p, &m, e);
	buf_release(&path);
	buf_release(&master);
	return r;
}

int
change_put_acts(struct changes *c, struct changed_table *ct, struct err *e)
{
	struct out o = { .c = c, .ct = ct };
	struct buf text = { 0 };
	int r = -1;

	calendar_path(span(ct->path), &o.path);
	if (session_calendar(c->s, &o.cal, e) || open_file(&o, e))
		goto out;
	for (size_t i = 0; i < ct->t.nrows; i++)
		if (put_row(&o, i, e)) {
			err_prefix(e, "%s: ", ct->path);
			goto out;
		}
	ics_write(&o.doc, &text);
	if (o.path.gz)
		archive_pack(&text);
	if (o.live)
		r = txn_put(c->txn, ct->path, &text, e);
	else
		r = o.fresh ? 0 : txn_remove(c->txn, ct->path, e);
	for (size_t i = 0; r == 0 && !o.path.archive && i < ct->t.nrows; i++)
		r = put_copies(&o, i, e);
out:
	close_file(&o);
	buf_release(&text);
	return r;
}
