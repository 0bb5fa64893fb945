/*
 * Changes of activities. Each calendar file that is held is a table of the
 * rows that it gives (crm/calendar/item.h); when the change is committed, the
 * rows that differ are written back into the file, property by property.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strmap.h"
#include "crm/calendar/archive.h"
#include "crm/calendar/index.h"
#include "crm/calendar/item.h"
#include "crm/change/change_int.h"
#include "store/id.h"

/* --- finding ------------------------------------------------------------- */

static void
remember(struct changes *c, uint64_t id, const char *path)
{
	struct span key =
	    arena_span(&c->arena, span_n((const char *)&id, sizeof id));

	if (!c->acts)
		c->acts = xcalloc(1, sizeof *c->acts);
	strmap_set(c->acts, key, strmap_get(c->by_path, span(path)));
}

static bool
is_held(const struct changes *c, uint64_t id)
{
	return c->acts && strmap_get(c->acts, span_n((const char *)&id,
						  sizeof id)) != (size_t)-1;
}

int
change_find_act(struct changes *c, const struct entity *ent, uint64_t id,
    struct changed_table **ct, size_t *row, struct err *e)
{
	size_t held = c->acts ? strmap_get(c->acts,
				    span_n((const char *)&id, sizeof id))
			      : (size_t)-1;
	struct calendar *cal;
	struct buf path = { 0 };
	int r;

	if (held != (size_t)-1) {
		*ct = c->table[held];
		*row = table_find(&(*ct)->t, id);
		if (*row != (size_t)-1)
			return 0;
	}
	if (session_calendar(c->s, &cal, e))
		return -1;
	r = cal_find(cal, id, &path, e);
	if (r == 0)
		r = change_table(c, ent, path.p, ct, e);
	if (r == 0) {
		*row = table_find(&(*ct)->t, id);
		remember(c, id, path.p);
		r = *row == (size_t)-1;
	}
	buf_release(&path);
	return r;
}

/* --- new ones ------------------------------------------------------------ */

static int
folder_of(struct calendar *cal, struct span owner, struct span *out,
    struct err *e)
{
	size_t p = calendar_person(cal, owner);

	if (p == (size_t)-1)
		return err_set(e, ERR_USAGE,
		    owner.n ? "owner '%.*s' is no user"
			    : "an activity needs an owner%.*s",
		    SPANF(owner));
	*out = cal->person[p].folder;
	return 0;
}

static enum item_kind
kind_of(const struct calendar *cal, const struct span *value)
{
	const struct activity *a =
	    calendar_activity(cal, act_cell(cal, value, "type"));

	return a ? a->kind : ITEM_EVENT;
}

int
change_place_act(struct changes *c, struct record *after, bool given,
    struct changed_table **ct, struct err *e)
{
	struct calendar *cal;
	struct changed_table *taken;
	struct span folder, uid = record_get(after, "uid");
	struct buf path = { 0 };
	char text[ID_LEN + 1];
	size_t row;
	int r;

	if (session_calendar(c->s, &cal, e) ||
	    folder_of(cal, record_get(after, "owner"), &folder, e))
		return -1;
	id_unpack(after->id, text);
	if (given) {
		r = change_find_act(c, after->ent, after->id, &taken, &row, e);
		if (r <= 0)
			return r ? r
				 : err_set(e, ERR_DUPLICATE,
				       "%s: the activity is there already",
				       taken->path);
	} else if (is_held(c, after->id) || cal_taken(cal, after->id)) {
		return err_set(e, ERR_DUPLICATE, "the id is taken");
	}
	if (!uid.n)
		record_set(after, entity_field(after->ent, span("uid")),
		    arena_span(&c->arena, span(text)));
	if (!archive_path(cal, after->value, folder, &path))
		calendar_new_path(&path, folder, kind_of(cal, after->value),
		    after->id, record_get(after, "uid"));
	r = change_table(c, after->ent, path.p, ct, e);
	if (r == 0)
		remember(c, after->id, path.p);
	buf_release(&path);
	return r;
}

/* --- writing ------------------------------------------------------------- */

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
	bool fresh;	  /* there is no such file yet */
	size_t live;	  /* items that stay in it */
	struct buf added; /* text of items that are new in it */
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
	buf_release(&o->added);
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

	if (folder_of(o->cal, act_cell(o->cal, value, "owner"), &folder, e))
		return -1;
	*same = span_eq(folder, o->path.folder) &&
		(o->path.archive ? !live : same_kind);
	if (*same)
		return 0;
	calendar_new_path(path, folder, kind_of(o->cal, value),
	    act_id(act_cell(o->cal, value, "uid")),
	    act_cell(o->cal, value, "uid"));
	return 0;
}

/* Another kind of component: the item is made anew, with the same UID. */
static int
remake(struct out *o, size_t item, const struct span *value, const char *path,
    struct err *e)
{
	struct buf text = { 0 };
	int r = item_new(o->cal, kind_of(o->cal, value), value, &text, e);

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
	bool same = true, same_kind = kind_of(o->cal, value) == it->kind;
	struct buf path = { 0 }, text = { 0 };
	int r = target_path(o, value, same_kind, &path, &same, e);

	if (r == 0 && !same_kind) {
		r = remake(o, item, value, path.p, e);
		goto out;
	}
	if (r == 0)
		r = item_row(it, &arena, old, NULL, e) ||
			    item_set(it, old, value, e)
			? -1
			: 0;
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

/* The components of a new calendar without its frame. */
static int
add_item(struct out *o, const struct span *value, struct err *e)
{
	struct buf text = { 0 };
	struct ics one = { 0 };
	int r = item_new(o->cal, kind_of(o->cal, value), value, &text, e);

	o->live++;
	if (r == 0 && o->fresh && !o->added.n) {
		buf_addspan(&o->added, buf_span(&text));
		goto out;
	}
	if (r == 0)
		r = ics_parse(&one, o->ct->path, &text, e);
	for (size_t i = 1; r == 0 && i < one.ncomps; i++) {
		struct span comp = span_n(one.text.p + one.comp[i].at,
		    one.comp[i].end - one.comp[i].at);

		if (one.comp[one.comp[i].parent].parent != 0)
			continue;
		if (!o->fresh) {
			r = ics_add_text(&o->doc, 1, comp, e);
			continue;
		}
		/* a new file: in front of its END:VCALENDAR */
		buf_cut(&o->added, o->added.n - strlen("END:VCALENDAR\r\n"));
		buf_addspan(&o->added, comp);
		buf_adds(&o->added, "END:VCALENDAR\r\n");
	}
out:
	ics_release(&one);
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
	if (o.live == 0) {
		r = o.fresh ? 0 : txn_remove(c->txn, ct->path, e);
		goto out;
	}
	if (o.fresh)
		buf_addspan(&text, buf_span(&o.added));
	else
		ics_write(&o.doc, &text);
	if (o.path.gz)
		archive_pack(&text);
	r = txn_put(c->txn, ct->path, &text, e);
out:
	close_file(&o);
	buf_release(&text);
	return r;
}
