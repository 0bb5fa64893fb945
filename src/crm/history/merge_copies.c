/*
 * Copies of a meeting after a merge: those that name somebody else than whose
 * it is now are made anew.
 */
#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"
#include "crm/calendar/item.h"
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

/* Copies as the master has it now. */
static int
make_copies(struct session *s, struct txn **txn, const struct meeting *m,
    size_t *made, struct err *e)
{
	struct calendar *cal = s->calendar;
	struct arena arena = { 0 };
	struct span *v =
	    arena_alloc(&arena, (cal->act->nfields + 1) * sizeof *v);
	struct copied k = { .owner = m->folder, .master = buf_span(&m->text) };
	struct buf copy = { 0 };
	struct ics d = { 0 };
	struct item *it = NULL;
	size_t n = 0;
	int r;

	buf_addspan(&copy, k.master);
	r = ics_parse(&d, m->master.p, &copy, e) ||
		    items_of(cal, &d, m->master.p, &it, &n, e)
		? -1
		: 0;
	if (r == 0 && n == 1) {
		r = item_row(it, &arena, v, NULL, e) || merge_begun(s, txn, e)
			? -1
			: 0;
		k.uid = it->uid;
		k.with = act_cell(cal, v, "with");
		k.replies = act_cell(cal, v, "replies");
		if (r == 0)
			r = change_copies(s, *txn, m->master.p, &k, e);
		*made += r == 0;
	}
	items_free(it);
	ics_release(&d);
	arena_release(&arena);
	return r;
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
