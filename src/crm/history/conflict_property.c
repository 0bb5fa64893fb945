/*
 * Deciding a conflict about what is no field of an activity: a property of its
 * calendar file (X-COLOR, GEO), or a whole occurrence. The line is changed, all
 * else stays.
 */
#include <stdlib.h>

#include "crm/calendar/archive.h"
#include "crm/calendar/foreign.h"
#include "crm/calendar/index.h"
#include "crm/calendar/item_impl.h"
#include "crm/history/conflict_impl.h"
#include "crm/history/merge_ics_impl.h"

struct taking {
	struct changes *c;
	const struct conflict *k;
	struct span uid;
	struct calendar *cal;
	struct arena arena;
	struct ics doc;
};

/* The item as it stands in its file, alone. */
static int
read_item(struct taking *t, uint64_t id, struct buf *text, struct err *e)
{
	struct buf path = { 0 }, data = { 0 };
	struct foreign f = { 0 };
	struct cal_path where;
	int r = cal_find(t->cal, id, &path, e);

	if (r == 0)
		r = txn_read(t->c->txn, path.p, &data, e);
	if (r == 0 && calendar_path(buf_span(&path), &where) && where.gz)
		r = archive_unpack(path.p, &data, e);
	if (r == 0)
		r = foreign_read(&f, path.p, &data, e);
	for (size_t i = 0; r == 0 && i < f.n; i++)
		if (span_eq(f.item[i].uid, t->uid))
			foreign_text(&f, i, text);
	if (r > 0 || (r == 0 && !text->n))
		r = err_set(e, ERR_NOENT, "no record %.*s", SPANF(t->k->id));
	foreign_release(&f);
	buf_release(&data);
	buf_release(&path);
	return r;
}

/* One text as a document, and as a row in the arena of the changes. */
static int
read_row(struct taking *t, struct span text, struct ics *doc,
    struct span **value, struct err *e)
{
	struct buf data = { 0 };
	struct item *it = NULL;
	size_t n = 0;
	int r;

	*value = arena_alloc(
	    &t->c->arena, (t->cal->act->nfields + 1) * sizeof **value);
	buf_addspan(&data, text);
	r = ics_parse(doc, "calendar", &data, e);
	if (r == 0)
		r = items_of(t->cal, doc, doc->path, &it, &n, e);
	if (r == 0 && n != 1)
		r = err_set(e, ERR_DATA, "%.*s: nothing would be left of it",
		    SPANF(t->k->id));
	if (r == 0)
		r = item_row(it, &t->c->arena, *value, NULL, e);
	items_free(it);
	return r;
}

/* --- the line ------------------------------------------------------------ */

/* ";PARAMS:VALUE" taken apart; false: it is none. */
static bool
split(struct span whole, struct span *params, struct span *value)
{
	bool quoted = false;

	if (!whole.n || whole.p[0] != ';')
		return false;
	for (size_t i = 1; i < whole.n; i++) {
		quoted ^= whole.p[i] == '"';
		if (whole.p[i] != ':' || quoted)
			continue;
		*params = span_n(whole.p + 1, i - 1);
		*value = span_n(whole.p + i + 1, whole.n - i - 1);
		return true;
	}
	return false;
}

static int
set_line(struct taking *t, const struct elem *el, struct err *e)
{
	struct span params = { NULL, 0 }, value = t->k->theirs;
	int form = TELL_VALUE;

	while (form < TELL_FORMS &&
	       !span_eq(tell_value(el, (enum tell_form)form, &t->arena),
		   t->k->ours))
		form++;
	if (form == TELL_FORMS)
		return err_set(e, ERR_USAGE,
		    "%.*s: %.*s was changed since; take ours, and it stays so",
		    SPANF(t->k->id), SPANF(t->k->column));
	if (!value.n && form != TELL_PARAMS) {
		ics_remove(&t->doc, el->prop);
		return 0;
	}
	if (form == TELL_PARAMS) {
		params = value.n ? value : span("");
		value = el->value;
	} else if (form == TELL_WHOLE || !el->params.n) {
		/* theirs may be the one without */
		if (!split(t->k->theirs, &params, &value))
			params = span("");
	}
	return ics_replace(&t->doc, el->prop, params, value, e);
}

/* Of a component: its line that the row is about. 0; 1 where it has none. */
static int
take_of(struct taking *t, size_t comp, struct err *e)
{
	struct span rid = span_trim(ics_value(&t->doc, comp, "RECURRENCE-ID"));
	struct buf column = { 0 };
	struct elems all = { 0 };
	int r = 1;

	buf_addf(&column, "(%.*s)", SPANF(rid));
	if (rid.n && span_eq(buf_span(&column), t->k->column)) {
		ics_remove_comp(&t->doc, comp);
		r = 0;
	}
	if (r)
		elems_of(&t->arena, &t->doc, comp, &all);
	for (size_t i = 0; r > 0 && i < all.n; i++) {
		if (all.v[i].how >= ELEM_WORD)
			continue;
		buf_reset(&column);
		tell_column(&all.v[i], rid, &column);
		if (span_eq(buf_span(&column), t->k->column))
			r = set_line(t, &all.v[i], e);
	}
	free(all.v);
	buf_release(&column);
	return r;
}

static int
take_line(struct taking *t, struct err *e)
{
	int r = 1;

	for (size_t i = 1; r > 0 && i < t->doc.ncomps; i++)
		if (t->doc.comp[t->doc.comp[i].parent].parent == 0 &&
		    span_eq(span_trim(ics_value(&t->doc, i, "UID")), t->uid))
			r = take_of(t, i, e);
	return r > 0 ? err_set(e, ERR_USAGE,
			   "%.*s: %.*s is not there any more; take ours",
			   SPANF(t->k->id), SPANF(t->k->column))
		     : r;
}

/* --- the activity -------------------------------------------------------- */

int
conflict_take_property(struct changes *c, const struct record *record,
    const struct conflict *k, unsigned how, struct err *e)
{
	struct taking t = { .c = c, .k = k, .uid = record_get(record, "uid") };
	struct record after = change_copy(c, record);
	struct buf text = { 0 };
	struct ics patched = { 0 };
	const struct span *given = change_was_given(c, record->id);
	struct span *was, *is;
	int r = -1;

	if (session_calendar(c->s, &t.cal, e))
		return -1;
	/* one that was decided just now is not in the file yet */
	if (given)
		buf_addspan(&text, *given);
	else if (read_item(&t, record->id, &text, e))
		goto out;
	if (read_row(&t, buf_span(&text), &t.doc, &was, e) || take_line(&t, e))
		goto out;
	buf_reset(&text);
	ics_write(&t.doc, &text);
	if (read_row(&t, buf_span(&text), &patched, &is, e))
		goto out;
	for (size_t i = 0; i < after.n && i < t.cal->act->nfields; i++)
		if (!span_eq(was[i], is[i]))
			after.value[i] = is[i];
	change_given(c, record->id, buf_span(&text));
	r = change_apply(c, record, &after, how | CHANGE_GIVEN, e);
out:
	arena_release(&t.arena);
	ics_release(&t.doc);
	ics_release(&patched);
	buf_release(&text);
	return r;
}
