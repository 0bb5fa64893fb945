/*
 * Which files are looked at: those that another program may have changed, and
 * of meetings the files of the others, which may have been changed, too.
 */
#include "crm/calendar/outside.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "crm/calendar/outside_impl.h"
#include "crm/change/resolve.h"

static int
read_one(struct outside *o, const char *path, struct err *e)
{
	struct suspect *s = xcalloc(1, sizeof *s);
	bool added;
	int r;

	s->path = xstrdup(path);
	r = outside_read(o, s, e);
	if (r) {
		suspect_free(s);
		return r < 0 ? -1 : 0;
	}
	GROW(o->file, o->n, o->cap);
	strmap_add(&o->by_path, span(s->path), o->n, &added);
	o->file[o->n++] = s;
	return 0;
}

struct suspect *
outside_suspect(struct outside *o, const char *path)
{
	size_t at = strmap_get(&o->by_path, span(path));

	return at == (size_t)-1 ? NULL : o->file[at];
}

bool
outside_shared(const struct calendar *cal, struct span with)
{
	bool shared = false;

	for (size_t i = 0; with.n && !shared && i < cal->npersons; i++)
		shared = item_is_guest(with, cal->person[i].email);
	return shared;
}

/* The other files of a meeting of several: its master, and its copies. */
static int
add_others(struct outside *o, const struct thing *t, struct err *e)
{
	struct buf path = { 0 };
	int r = 0;

	if (t->item->kind != ITEM_EVENT || t->of->where.archive ||
	    !(t->item->copy ||
		outside_shared(o->cal, act_cell(o->cal, t->value, "with"))))
		return 0;
	for (size_t i = 0; r >= 0 && i <= o->cal->npersons; i++) {
		buf_reset(&path);
		r = i == o->cal->npersons
		    ? cal_other(o->cal, t->id, t->of->path, &path, e)
		    : cal_copy(o->cal, t->id, o->cal->person[i].folder, &path,
			  e);
		if (r == 0 && !outside_suspect(o, path.p))
			r = read_one(o, path.p, e);
	}
	buf_release(&path);
	return r < 0 ? -1 : 0;
}

static int
read_all(struct outside *o, char *const *path, size_t n, struct err *e)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++)
		r = read_one(o, path[i], e);
	/* it grows by what is found */
	for (size_t i = 0; r == 0 && i < o->n; i++) {
		struct suspect *s = o->file[i];

		for (size_t k = 0; r == 0 && k < s->new.n; k++)
			r = add_others(o, &s->new.thing[k], e);
		for (size_t k = 0; r == 0 && k < s->old.n; k++)
			r = add_others(o, &s->old.thing[k], e);
	}
	return r;
}

static void
release(struct outside *o)
{
	strmap_release(&o->by_path);
	for (size_t i = 0; i < o->n; i++)
		suspect_free(o->file[i]);
	free(o->file);
	free(o->olds);
	strmap_release(&o->old);
	resolver_free(o->contacts);
	archiving_release(&o->archiving);
	buf_release(&o->told);
	buf_release(&o->names);
	arena_release(&o->arena);
}

static int
by_path(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/*
 * Files that may differ: of folders that changed all names are compared; of
 * one's own, where a command of activities asks, also files edited in place. (A
 * look at everybody's costs more than the change.)
 */
static int
suspects(struct changes *outer, char ***path, size_t *n, struct err *e)
{
	struct buf dirs = { 0 };
	struct span rest;
	char *own = xasprintf("calendar/%s", session_me(outer->s));
	size_t cap = 0;
	int r = 0;

	*path = NULL;
	*n = 0;
	outside_changed(outer->s, &dirs);
	rest = buf_span(&dirs);
	for (bool more = rest.n || outer->s->calendars; more && r == 0;) {
		char *dir = span_dup(span_cut(&rest, '\n'));
		char **found = NULL;
		size_t nfound = 0;

		more = rest.n > 0;
		if (*dir)
			r = txn_suspects(outer->txn, dir, &found, &nfound, e);
		else
			r = txn_edited(outer->txn, own, &found, &nfound, e);
		/* last: what is edited in place, unless all was looked at */
		if (!more && *dir && outer->s->calendars &&
		    strcmp(dir, "calendar") != 0)
			more = true;
		for (size_t i = 0; i < nfound; i++) {
			GROW(*path, *n, cap);
			(*path)[(*n)++] = found[i];
		}
		free(found);
		free(dir);
	}
	buf_release(&dirs);
	free(own);
	if (*n)
		qsort(*path, *n, sizeof **path, by_path);
	return r;
}

/* Takes over these files, of different names; all: there are no others. */
static int
take(struct changes *outer, char *const *path, size_t n, bool all,
    size_t *taken, struct err *e)
{
	struct outside o = { .outer = outer };
	int r;

	o.c = changes_within(outer);
	o.archiving.c = o.c;
	o.c->outside = true;
	r = session_calendar(outer->s, &o.cal, e) || read_all(&o, path, n, e)
	    ? -1
	    : 0;
	*taken = o.n;
	if (r == 0 && o.n)
		r = outside_take_over(&o, e);
	changes_close(o.c);
	if (o.cal)
		cal_forget(o.cal);
	if (r == 0 && all)
		outside_told(outer->s, buf_span(&o.told));
	else if (r == 0)
		buf_addspan(&outer->s->notes, buf_span(&o.told));
	release(&o);
	return r;
}

int
outside_collect(struct changes *outer, struct err *e)
{
	char **path;
	size_t n, kept = 0, taken;
	int r = suspects(outer, &path, &n, e);

	for (size_t i = 0; i < n; i++) {
		if (kept && strcmp(path[kept - 1], path[i]) == 0)
			free(path[i]);
		else
			path[kept++] = path[i];
	}
	if (r == 0 && kept)
		r = take(outer, path, kept, true, &taken, e);
	else if (r == 0)
		outside_told(outer->s, span(""));
	for (size_t i = 0; i < kept; i++)
		free(path[i]);
	free(path);
	return r;
}

/* --- what turns out to be changed ---------------------------------------- */

/* Adds a file that is there, and is not what was committed. */
static int
add_edited(struct changes *c, const char *path, char ***v, size_t *n,
    struct err *e)
{
	enum txn_state st;
	struct stat sb;
	size_t cap = *n;

	if (fstatat(c->s->dirfd, path, &sb, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	if (txn_state(c->txn, path, &st, e))
		return -1;
	for (size_t i = 0; i < *n; i++)
		if (strcmp((*v)[i], path) == 0)
			return 0;
	if (st == TXN_EDITED) {
		GROW(*v, *n, cap);
		(*v)[(*n)++] = xstrdup(path);
	}
	return 0;
}

/* The copies of a meeting, by its master's name, or renamed. */
static int
add_copies(struct changes *c, struct calendar *cal, const char *master,
    uint64_t id, char ***v, size_t *n, struct err *e)
{
	struct cal_path where;
	struct buf path = { 0 };
	int r = 0;

	calendar_path(span(master), &where);
	for (size_t i = 0; r >= 0 && i < cal->npersons; i++) {
		buf_reset(&path);
		buf_addf(&path, "calendar/%.*s/events/%.*s",
		    SPANF(cal->person[i].folder), SPANF(where.name));
		r = add_edited(c, path.p, v, n, e);
		buf_reset(&path);
		if (r == 0 && cal->held)
			r = cal_copy(
			    cal, id, cal->person[i].folder, &path, e);
		if (r == 0 && path.n)
			r = add_edited(c, path.p, v, n, e);
	}
	buf_release(&path);
	return r < 0 ? -1 : 0;
}

int
outside_settle(struct changes *c, struct changed_table *ct, struct err *e)
{
	size_t with = table_col(&ct->t, span("with"));
	struct calendar *cal;
	struct cal_path where;
	char **path = NULL;
	size_t n = 0, taken = 0;
	int r = session_calendar(c->s, &cal, e);

	if (!calendar_path(span(ct->path), &where) || where.archive ||
	    where.kind != ITEM_EVENT)
		return r;
	for (size_t i = 0; r == 0 && with != (size_t)-1 && i < ct->t.nrows;
	     i++) {
		if (outside_shared(cal, table_cell_at(&ct->t, i, with)))
			r = add_copies(c, cal, ct->path, ct->t.row[i].id,
			    &path, &n, e);
	}
	if (r == 0 && n)
		r = take(c, path, n, false, &taken, e);
	for (size_t i = 0; i < n; i++)
		free(path[i]);
	free(path);
	return r ? -1 : taken > 0;
}

int
outside_settle_file(struct changes *c, const char *path, struct err *e)
{
	char *one[1] = { (char *)(uintptr_t)path };
	size_t taken;

	return take(c, one, 1, false, &taken, e);
}
