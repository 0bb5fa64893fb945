#include "crm/calendar/take.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/calendar/archive.h"
#include "crm/calendar/index.h"
#include "crm/calendar/item_impl.h"
#include "store/id.h"

bool
take_may_go_on(const struct err *e)
{
	return e->code == ERR_DATA || e->code == ERR_USAGE ||
	       e->code == ERR_DUPLICATE;
}

static void
drop_held(struct take *t)
{
	foreign_release(&t->held);
	strmap_release(&t->by_uid);
	memset(&t->by_uid, 0, sizeof t->by_uid);
	free(t->path);
	t->path = NULL;
}

void
take_release(struct take *t)
{
	drop_held(t);
}

/* --- what we have -------------------------------------------------------- */

/* The file that has a known item is held until another one is asked for. */
static int
hold(struct take *t, uint64_t id, struct err *e)
{
	struct calendar *cal;
	struct cal_path p;
	struct buf path = { 0 }, data = { 0 };
	int r = session_calendar(t->c->s, &cal, e);

	if (r == 0)
		r = cal_find(cal, id, &path, e);
	if (r || (t->path && strcmp(t->path, path.p) == 0))
		goto out;
	drop_held(t);
	r = txn_read(t->c->txn, path.p, &data, e);
	if (r == 0 && calendar_path(buf_span(&path), &p) && p.gz)
		r = archive_unpack(path.p, &data, e);
	if (r == 0)
		r = foreign_read(&t->held, path.p, &data, e);
	if (r)
		goto out;
	t->path = xstrdup(path.p);
	for (size_t i = 0; i < t->held.n; i++)
		strmap_set(&t->by_uid, t->held.item[i].uid, i);
out:
	buf_release(&path);
	buf_release(&data);
	return r;
}

/* What to do with one that is known: TAKEN_CHANGED where it is to be taken. */
static int
compare(struct take *t, const struct foreign *f, size_t i, uint64_t id,
    enum taken *what, struct err *e)
{
	const struct foreign_item *new = &f->item[i], *old;
	size_t at;
	int r = hold(t, id, e);

	*what = TAKEN_SAME;
	if (r)
		return r < 0 ? -1 : 0; /* made by this command: it is new */
	at = strmap_get(&t->by_uid, new->uid);
	if (at == (size_t)-1 || foreign_same(f, i, &t->held, at))
		return 0;
	old = &t->held.item[at];
	if (!t->update && !t->sent && !new->dated)
		*what = TAKEN_UNDATED;
	else if (t->update || new->sequence > old->sequence ||
		 (new->sequence == old->sequence &&
		     new->modified > old->modified))
		*what = TAKEN_CHANGED;
	else if (new->sequence < old->sequence ||
		 new->modified < old->modified)
		*what = TAKEN_OLDER;
	return 0;
}

/* --- the row of a foreign item ------------------------------------------- */

/* "path:7: DTSTART is no time" of the item's own text, told of the file. */
static int
refuse(const struct foreign *f, size_t i, const struct item *it,
    struct span flaw, struct err *e)
{
	const struct foreign_item *x = &f->item[i];
	size_t line = x->line;
	struct span number;
	int64_t n;

	if (span_starts(flaw, span(f->doc.path)))
		flaw = span_n(flaw.p + strlen(f->doc.path),
		    flaw.n - strlen(f->doc.path));
	span_cut(&flaw, ':');
	number = span_cut(&flaw, ':');
	if (span_int(number, &n) &&
	    n >= (int64_t)it->doc->comp[it->comp].line)
		line += (size_t)n - it->doc->comp[it->comp].line;
	return err_set(e, ERR_DATA, "%s:%zu: %.*s", f->doc.path, line,
	    SPANF(span_trim(flaw)));
}

static int
check_row(const struct foreign *f, size_t i, struct item *it,
    const struct span *value, struct span flaws, struct err *e)
{
	while (flaws.n) {
		struct span line = span_cut(&flaws, '\n');

		if (memmem(line.p, line.n, "DTSTART", 7) ||
		    memmem(line.p, line.n, "DUE", 3))
			return refuse(f, i, it, line, e);
	}
	if (it->kind == ITEM_EVENT && !act_cell(it->cal, value, "start").n)
		return err_set(e, ERR_DATA,
		    "%s:%zu: the event has no DTSTART", f->doc.path,
		    f->item[i].line);
	return 0;
}

/* Reads back what is to be written: values go to the arena of the changes. */
static int
read_row(struct take *t, struct foreign *f, size_t i, struct buf *text,
    struct record *out, struct err *e)
{
	struct calendar *cal;
	struct buf data = { 0 }, flaws = { 0 };
	struct ics doc = { 0 };
	struct item *it = NULL;
	size_t n = 0;
	int r = session_calendar(t->c->s, &cal, e);

	if (r)
		return -1;
	*out = (struct record){ .ent = cal->act, .n = cal->act->nfields };
	out->value =
	    arena_alloc(&t->c->arena, (out->n + 1) * sizeof *out->value);
	foreign_text(f, i, text);
	buf_addspan(&data, buf_span(text));
	r = ics_parse(&doc, f->doc.path, &data, e);
	if (r == 0)
		r = items_of(cal, &doc, f->doc.path, &it, &n, e);
	if (r == 0 && (n != 1 || !span_eq(it->uid, f->item[i].uid)))
		r = err_set(e, ERR_DATA,
		    "%s:%zu: the item reads as another one when it stands "
		    "alone", f->doc.path, f->item[i].line);
	if (r == 0)
		r = item_row(it, &t->c->arena, out->value, &flaws, e);
	if (r == 0)
		r = check_row(f, i, it, out->value, buf_span(&flaws), e);
	/* that one is not a copy */
	record_set(out, entity_field(out->ent, span("uid")),
	    arena_span(&t->c->arena, f->item[i].uid));
	items_free(it);
	ics_release(&doc);
	buf_release(&flaws);
	return r;
}

/* What other programs lose, we still know. */
static void
keep_ours(struct take *t, const struct record *before, struct record *after)
{
	struct calendar *cal = t->c->s->calendar;
	const struct activity *was =
	    calendar_activity(cal, record_get(before, "type"));
	const struct activity *is =
	    calendar_activity(cal, record_get(after, "type"));

	for (size_t i = 0; i < after->n; i++) {
		const struct act_prop *p = act_prop(after->ent->field[i]);
		bool ours = !p || (!p->prop && p->how != P_OWN &&
				      p->how != P_SERIES &&
				      p->how != P_ZONE && p->how != P_ALARMS);

		if (ours && !after->value[i].n)
			after->value[i] =
			    record_at(before, after->ent->field[i]);
	}
	record_put(after, "owner", record_get(before, "owner"));
	/* a call of ours comes back as a meeting without a word */
	if (was && is && was->kind == is->kind)
		record_put(after, "type", record_get(before, "type"));
	if (span_eqs(record_get(before, "state"), "done") && is &&
	    is->kind == ITEM_EVENT &&
	    span_eqs(record_get(after, "state"), "planned"))
		record_put(after, "state", span("done"));
}

/*
 * Would taking it change nothing that it says? What we have is later than it
 * as soon as we have written it, with what we know.
 */
static bool
says_nothing(struct take *t, const struct record *before,
    const struct record *after)
{
	static const char *const whole[] = { "where", "end", "repeat",
		"exceptions" };
	struct record next = change_copy(t->c, after);
	bool same = true;

	keep_ours(t, before, &next);
	for (size_t i = 0; i < next.n; i++) {
		const struct field *f = next.ent->field[i];
		struct span now = record_at(before, f), v = next.value[i];
		bool must = v.n && strcmp(f->name, "replies") != 0;

		for (size_t k = 0; k < sizeof whole / sizeof *whole; k++)
			must = must || strcmp(f->name, whole[k]) == 0;
		same = same && (!must || span_eq(now, v));
	}
	return same;
}

static void
add_links(const struct take *t, struct record *after)
{
	for (size_t i = 0; t->links && i < after->n; i++) {
		struct span v =
		    record_at(t->links, after->ent->field[i]);

		if (v.n && !after->value[i].n)
			after->value[i] = v;
	}
}

static int
apply(struct take *t, struct record *before, struct record *after,
    const struct buf *text, struct err *e)
{
	if (before)
		keep_ours(t, before, after);
	else
		record_put(after, "owner", t->owner);
	add_links(t, after);
	change_given(t->c, after->id, buf_span(text));
	return change_apply(t->c, before, after,
	    CHANGE_GIVEN | CHANGE_HISTORY, e);
}

/* Is it of a feed, and what it shows ours? It says less than we know. */
static int
is_picture(struct take *t, const struct foreign_item *x, bool *is,
    struct err *e)
{
	struct calendar *cal;
	struct record r;
	int rc = session_calendar(t->c->s, &cal, e);

	*is = span_eqs(x->feed, FEED_BUSY);
	if (rc || *is || !x->feed.n)
		return rc;
	rc = change_load(t->c, cal->act, act_id(x->feed), &r, e);
	*is = rc == 0;
	return rc < 0 ? -1 : 0;
}

/* Does one that was left, or one that was only sent again, say nothing new? */
static bool
may_be_same(const struct take *t, enum taken what)
{
	return what == TAKEN_OLDER || what == TAKEN_UNDATED ||
	       (what == TAKEN_CHANGED && t->sent && !t->update);
}

int
take_item(struct take *t, struct foreign *f, size_t i, enum taken *what,
    struct record *out, struct err *e)
{
	struct record before = { 0 }, after = { 0 };
	struct buf text = { 0 };
	bool picture;
	int r = is_picture(t, &f->item[i], &picture, e), known = 1;

	*what = TAKEN_FEED;
	if (r || picture)
		return r;
	r = read_row(t, f, i, &text, &after, e);
	after.id = act_id(f->item[i].uid);
	if (r == 0)
		known = change_load(t->c, after.ent, after.id, &before, e);
	*what = TAKEN_ADDED;
	if (r || known < 0) {
		r = -1;
	} else if (known == 0) {
		if (!span_eq(record_get(&before, "uid"), f->item[i].uid))
			r = err_set(e, ERR_DATA,
			    "its UID has the id of another activity");
		else
			r = compare(t, f, i, after.id, what, e);
		if (r == 0 && may_be_same(t, *what) &&
		    says_nothing(t, &before, &after))
			*what = TAKEN_SAME;
	}
	if (r == 0 && (*what == TAKEN_ADDED || *what == TAKEN_CHANGED))
		r = apply(t, known == 0 ? &before : NULL, &after, &text, e);
	if (r == 0 && out)
		*out = *what == TAKEN_ADDED || *what == TAKEN_CHANGED
		    ? after
		    : before;
	if (r && take_may_go_on(e) &&
	    !span_starts(span(e->msg), span(f->doc.path)))
		err_prefix(e, "%s:%zu: ", f->doc.path, f->item[i].line);
	buf_release(&text);
	return r;
}
