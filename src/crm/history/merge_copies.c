/*
 * Copies of a meeting after a merge: those that name somebody else than whose
 * it is now are made anew.
 */
#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"
#include "crm/calendar/item_impl.h"
#include "crm/change/copies.h"
#include "crm/history/conflict_impl.h"

int
merge_begun(struct session *s, struct txn **txn, struct err *e)
{
	return *txn ? 0 : txn_begin(txn, s->root, s->wait_ms, e);
}

int
merge_read(struct session *s, struct txn *txn, const char *path,
    struct buf *text, struct err *e)
{
	return txn ? txn_read(txn, path, text, e)
		   : file_read(s->dirfd, path, 0, text, NULL, e);
}

bool
merge_there(struct session *s, const struct cal_path *like, struct span folder,
    struct buf *out)
{
	const char *end = like->name.p + like->name.n;
	const char *tail = like->folder.p + like->folder.n;

	buf_reset(out);
	buf_addf(out, "calendar/%.*s%.*s", SPANF(folder),
	    SPANF(span_n(tail, (size_t)(end - tail))));
	return faccessat(s->dirfd, out->p, F_OK, 0) == 0;
}

/* A meeting in the calendars of several. */
struct meeting {
	struct buf master, text; /* the path of the one that is it, its text */
	struct span folder;	 /* the owner's */
	size_t masters;
	struct buf named; /* owners that copies name, a line each */
};

/* One version of a meeting. */
struct reading {
	struct arena arena;
	struct ics doc;
	struct item *item;
	struct span *cell;
};

/* What is at a path, by what it says itself. */
static void
take_note(struct session *s, struct txn *txn, const char *path,
    struct span folder, struct meeting *m)
{
	struct buf text = { 0 }, copy = { 0 };
	struct err ignored = { 0 };
	struct ics d = { 0 };
	int r = merge_read(s, txn, path, &text, &ignored);

	buf_addspan(&copy, buf_span(&text));
	if (r == 0 && ics_parse(&d, path, &copy, &ignored) == 0) {
		struct span owner = span("");

		for (size_t i = 1; i < d.ncomps && !owner.n; i++)
			owner = span_trim(ics_value(&d, i, "X-CRM-OWNER"));
		if (owner.n) {
			buf_addf(&m->named, "%.*s\n", SPANF(owner));
		} else {
			buf_reset(&m->master);
			buf_addf(&m->master, "%s", path);
			buf_reset(&m->text);
			buf_addspan(&m->text, buf_span(&text));
			m->folder = folder;
			m->masters++;
		}
	}
	ics_release(&d);
	err_release(&ignored);
	buf_release(&text);
	buf_release(&copy);
}

static bool
names_another(const struct meeting *m)
{
	struct span rest = buf_span(&m->named);

	while (rest.n)
		if (!span_eq(span_cut(&rest, '\n'), m->folder))
			return true;
	return false;
}

/* The one item of a text, and its row. 0; 1 where there is not just one. */
static int
read_one(struct calendar *cal, struct reading *x, const char *path,
    struct span text, struct err *e)
{
	struct buf copy = { 0 };
	size_t n = 0;

	x->cell =
	    arena_alloc(&x->arena, (cal->act->nfields + 1) * sizeof *x->cell);
	buf_addspan(&copy, text);
	if (ics_parse(&x->doc, path, &copy, e) ||
	    items_of(cal, &x->doc, path, &x->item, &n, e))
		return -1;
	if (n != 1)
		return 1;
	return item_row(x->item, &x->arena, x->cell, NULL, e);
}

static void
release(struct reading *x)
{
	items_free(x->item);
	ics_release(&x->doc);
	arena_release(&x->arena);
}

/* Copies as the master has it now. */
static int
make_copies(struct session *s, struct txn **txn, const struct meeting *m,
    size_t *made, struct err *e)
{
	struct copied k = { .owner = m->folder, .master = buf_span(&m->text) };
	struct reading x = { 0 };
	int r = read_one(s->calendar, &x, m->master.p, k.master, e);

	if (r == 0)
		r = merge_begun(s, txn, e);
	if (r == 0) {
		k.uid = x.item->uid;
		k.with = act_cell(s->calendar, x.cell, "with");
		k.replies = act_cell(s->calendar, x.cell, "replies");
		r = change_copies(s, *txn, m->master.p, &k, e);
		*made += r == 0;
	}
	release(&x);
	return r < 0 ? -1 : 0;
}

int
merge_guests(struct calendar *cal, const char *path, struct span base,
    struct span owner, struct span other, struct buf *text, struct err *e)
{
	struct reading was = { 0 }, is = { 0 };
	struct buf list = { 0 };
	struct span with, rest;
	int r = read_one(cal, &was, path, base, e);

	if (r == 0)
		r = read_one(cal, &is, path, buf_span(text), e);
	if (r)
		goto out;
	rest = with = act_cell(cal, is.cell, "with");
	while (rest.n) {
		struct span one = span_trim(span_cut(&rest, ';'));

		if (!span_ieq(one, owner))
			buf_addf(&list, "%s%.*s", list.n ? ";" : "",
			    SPANF(one));
	}
	if (other.n && !item_is_guest(with, other) &&
	    item_is_guest(act_cell(cal, was.cell, "with"), other))
		buf_addf(&list, "%s%.*s", list.n ? ";" : "", SPANF(other));
	if (span_eq(with, buf_span(&list)))
		goto out;
	r = item_set_with(is.item, with, buf_span(&list), e);
	buf_reset(text);
	if (r == 0)
		ics_write(&is.doc, text);
out:
	release(&was);
	release(&is);
	buf_release(&list);
	return r < 0 ? -1 : 0;
}

int
merge_copies(struct session *s, struct txn **txn, const struct cal_path *like,
    bool given, size_t *made, struct err *e)
{
	struct calendar *cal;
	struct meeting m = { 0 };
	struct buf path = { 0 };
	int r = session_calendar(s, &cal, e);

	for (size_t i = 0; r == 0 && i < cal->npersons; i++)
		if (merge_there(s, like, cal->person[i].folder, &path))
			take_note(s, *txn, path.p, cal->person[i].folder, &m);
	if (r == 0 && m.masters == 1 && (given || names_another(&m)))
		r = make_copies(s, txn, &m, made, e);
	buf_release(&path);
	buf_release(&m.master);
	buf_release(&m.text);
	buf_release(&m.named);
	return r;
}
