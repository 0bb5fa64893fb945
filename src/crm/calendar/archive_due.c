/*
 * What is closed for long moves into archives, by itself, in batches.
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "crm/calendar/archive.h"
#include "crm/calendar/index_impl.h"
#include "crm/calendar/item.h"
#include "crm/change/change_impl.h"
#include "crm/change/copies.h"
#include "store/scan.h"

#define LOOKED ".git/crm/calendar/looked"
enum { BATCH = 200 };

struct due {
	struct changes *c;
	struct calendar *cal;
	struct person *person;
	struct archiving archiving;
	char **file, **to; /* of one person */
	size_t n, cap, to_n, to_cap;
	size_t moved;
};

static void
forget(struct due *d)
{
	for (size_t i = 0; i < d->n; i++) {
		free(d->file[i]);
		free(d->to[i]);
	}
	d->n = d->to_n = 0;
}

/* The rows of a folder that are due. Rows and files are in the same order. */
static int
find_due(struct due *d, const struct cal_collection *k, struct err *e)
{
	struct entity *act = d->cal->act;
	struct span *want = xcalloc(act->nfields + 1, sizeof *want);
	struct scan s = { 0 };
	struct buf path = { 0 };
	size_t row = 0;
	int r;

	for (size_t i = 0; i < act->nfields; i++)
		want[i] = span(act->field[i]->name);
	r = scan_file(&s, k->path, buf_span(&k->text), want, act->nfields, 0,
	    e);
	for (size_t i = 0; r == 0 && i < k->nfiles; i++) {
		const struct cal_file *f = &k->file[i];

		buf_reset(&path);
		if (f->nrows == 1 && row < s.nrows && !f->broken &&
		    archive_path(d->cal, s.cell + row * s.ncells,
			d->person->folder, &path)) {
			GROW(d->file, d->n, d->cap);
			GROW(d->to, d->to_n, d->to_cap);
			d->file[d->n++] = xstrdup(f->path);
			d->to[d->to_n++] = xstrdup(path.p);
		}
		row += f->nrows;
	}
	scan_release(&s);
	buf_release(&path);
	free(want);
	return r;
}

static int
move(struct due *d, const char *path, const char *to, struct err *e)
{
	struct txn *txn = d->c->txn;
	struct buf data = { 0 };
	struct ics doc = { 0 };
	struct item *it = NULL;
	enum txn_state st;
	size_t n = 0;
	int r;

	/* what is being edited can wait */
	if (txn_state(txn, path, &st, e))
		return -1;
	if (st != TXN_CLEAN)
		return 0;
	r = txn_read(txn, path, &data, e) ||
		    ics_parse(&doc, path, &data, e) ||
		    items_of(d->cal, &doc, path, &it, &n, e)
		? -1
		: 0;
	if (r == 0 && n == 1) {
		r = archiving_add(&d->archiving, to, &doc, it->uid, e) ||
			    txn_remove(txn, path, e) ||
			    change_copies(d->c->s, d->c->txn, path,
				&(struct copied){ .uid = it->uid }, e)
			? -1
			: 0;
		d->moved += r == 0;
	}
	items_free(it);
	ics_release(&doc);
	buf_release(&data);
	return r;
}

static int
of_person(struct due *d, size_t batch, struct err *e)
{
	char **folder;
	size_t n;
	int r = cal_collections(d->cal, d->person->folder, &folder, &n, e);

	for (size_t i = 0; i < n; i++) {
		struct cal_collection k = { 0 };
		size_t len = strlen(folder[i]);

		if (r == 0 && strcmp(folder[i] + len - 8, "/archive") != 0) {
			r = cal_read(d->cal, folder[i], &k, e);
			if (r == 0)
				r = find_due(d, &k, e);
			cal_collection_release(&k);
		}
		free(folder[i]);
	}
	free(folder);
	for (size_t i = 0; r == 0 && d->n > batch && i < d->n; i++)
		r = move(d, d->file[i], d->to[i], e);
	forget(d);
	return r;
}

/* Once a day is enough: nothing is due but by a day going by. */
static bool
looked_today(struct session *s)
{
	struct buf old = { 0 };
	struct err ignored = { 0 };
	char day[11];
	bool same;

	date_format(s->dates.today, day);
	same = file_read(s->dirfd, LOOKED, 64, &old, NULL, &ignored) == 0 &&
	       span_eqs(buf_span(&old), day);
	if (!same)
		index_replace(s->root, LOOKED, span(day));
	err_release(&ignored);
	buf_release(&old);
	return same;
}

static int
commit(struct due *d, struct err *e)
{
	struct buf subject = { 0 };
	struct oid id;
	int r = archiving_write(&d->archiving, e);

	buf_addf(&subject, "calendar: %zu archived", d->moved);
	if (r == 0)
		r = changes_commit(d->c, "calendar archive", NULL, subject.p,
		    NULL, &id, e);
	buf_release(&subject);
	return r;
}

int
archive_due(struct changes *outer, size_t *n, struct err *e)
{
	struct due d = { 0 };
	int64_t batch = BATCH;
	int r;

	*n = 0;
	if (outer->dry_run || looked_today(outer->s))
		return 0;
	if (session_calendar(outer->s, &d.cal, e) ||
	    rc_int(&outer->s->rc, "calendar.archive-batch", 0, 1000000, BATCH,
		&batch, e))
		return -1;
	d.c = changes_within(outer);
	d.archiving.c = d.c;
	r = 0;
	for (size_t i = 0; r == 0 && i < d.cal->npersons; i++) {
		d.person = &d.cal->person[i];
		r = of_person(&d, (size_t)batch, e);
	}
	if (r == 0 && d.moved)
		r = commit(&d, e);
	*n = r == 0 ? d.moved : 0;
	cal_forget(d.cal);
	changes_close(d.c);
	archiving_release(&d.archiving);
	free(d.file);
	free(d.to);
	return r;
}
