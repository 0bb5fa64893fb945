/*
 * Calendar files: what makes sense as a table of activities, but not to
 * calendar programs or to those who look for a person's activities.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "crm/calendar/calendar.h"
#include "crm/check/check_impl.h"
#include "store/ics.h"
#include "store/id.h"

/* --- whose, and what for ------------------------------------------------- */

/* A folder's files come one after the other. */
static int
check_folder(struct check *c, struct calendar *cal, const char *path,
    const struct cal_path *p, struct span *last, struct err *e)
{
	if (span_eq(*last, p->folder))
		return 0;
	*last = p->folder;
	if (calendar_folder(cal, p->folder) != (size_t)-1)
		return 0;
	return check_say(c, path, 0, CHECK_NOTE, e,
	    "calendar/%.*s is the folder of nobody: no user has that login or "
	    "id",
	    SPANF(p->folder));
}

/* RFC 4791 §4.1: what is kept is no message. */
static int
check_method(struct check *c, const char *path, struct err *e)
{
	struct buf data = { 0 };
	struct ics d = { 0 };
	size_t k = ICS_NONE;
	int r = 0;

	if (session_read(c->s, path, &data, NULL) ||
	    ics_parse(&d, path, &data, NULL)) /* told before */
		goto out;
	while (r == 0 && (k = ics_child(&d, 0, NULL, k)) != ICS_NONE) {
		size_t m = ics_find(&d, k, "METHOD", ICS_NONE);

		if (m != ICS_NONE)
			r = check_say(c, path, d.prop[m].line, CHECK_NOTE, e,
			    "METHOD:%.*s is for messages; servers refuse to "
			    "keep a file that has it: remove the line",
			    SPANF(d.prop[m].value));
	}
out:
	ics_release(&d);
	buf_release(&data);
	return r;
}

/* --- act-links ----------------------------------------------------------- */

enum { ID, COLS = 6 };
static const char *const link_col[COLS] = { "id", "account", "contact", "lead",
	"opp", "campaign" };

struct link {
	size_t file, row;
	struct span cell[COLS];
};

struct links {
	struct link *v;
	size_t n, cap;
	struct strmap by_id;
};

static int
read_links(struct check *c, size_t file, const struct span *want,
    struct links *all, struct err *e)
{
	int r = check_read(c, file, want, COLS, e);

	for (size_t row = 0; r == 0 && row < c->scan.nrows; row++) {
		struct link *l;

		GROW(all->v, all->n, all->cap);
		l = &all->v[all->n];
		l->file = file;
		l->row = row;
		for (size_t k = 0; k < COLS; k++)
			l->cell[k] = arena_span(
			    &c->arena, c->scan.cell[row * COLS + k]);
		strmap_set(&all->by_id, l->cell[ID], all->n++);
	}
	return r < 0 ? -1 : 0;
}

/* What the activities of a file say of their links, and act-links of them. */
static int
compare(struct check *c, size_t file, const struct span *want,
    const struct links *all, struct err *e)
{
	int r = check_read(c, file, want, COLS, e);

	for (size_t i = 0; r == 0 && i < c->scan.nrows * COLS; i += COLS) {
		const struct span *cell = c->scan.cell + i;
		size_t at = strmap_get(&all->by_id, cell[ID]);
		const struct link *l = at == (size_t)-1 ? NULL : &all->v[at];

		for (size_t k = 1; r == 0 && l && k < COLS; k++)
			if (!span_eq(cell[k], l->cell[k]))
				r = check_say(c, c->file[l->file].path,
				    check_line_of(c, l->file, l->row),
				    CHECK_NOTE, e,
				    "%s: %.*s has '%.*s' here and '%.*s' in "
				    "%s, which counts",
				    link_col[k], SPANF(cell[ID]),
				    SPANF(l->cell[k]), SPANF(cell[k]),
				    c->file[file].path);
	}
	return r < 0 ? -1 : 0;
}

static int
check_lost(struct check *c, const struct links *all, struct err *e)
{
	for (size_t i = 0; i < c->nfiles; i++) /* it may be in there */
		if (c->file[i].bad &&
		    c->file[i].ent->layout == LAYOUT_CALENDAR)
			return 0;
	for (size_t i = 0; i < all->n; i++) {
		const struct link *l = &all->v[i];
		uint64_t id = id_pack_canonical(l->cell[ID]);

		if (id && seen_find(&c->ids, id) == CHECK_NONE &&
		    check_say(c, c->file[l->file].path,
			check_line_of(c, l->file, l->row), CHECK_NOTE, e,
			"%.*s is in no calendar file; remove the row",
			SPANF(l->cell[ID])))
			return -1;
	}
	return 0;
}

static int
check_links(struct check *c, struct err *e)
{
	const struct entity *ent =
	    schema_entity(&c->s->schema, span("act-link"));
	struct span want[COLS];
	struct links all = { 0 };
	int r = 0;

	for (size_t k = 0; k < COLS; k++)
		want[k] = span(link_col[k]);
	for (size_t i = 0; r == 0 && i < c->nfiles; i++)
		if (c->file[i].ent == ent && c->file[i].wanted &&
		    !c->file[i].bad)
			r = read_links(c, i, want, &all, e);
	for (size_t i = 0; r == 0 && all.n && i < c->nfiles; i++)
		if (c->file[i].ent->layout == LAYOUT_CALENDAR &&
		    !c->file[i].bad)
			r = compare(c, i, want, &all, e);
	if (r == 0)
		r = check_lost(c, &all, e);
	strmap_release(&all.by_id);
	free(all.v);
	return r;
}

int
check_calendar(struct check *c, struct err *e)
{
	struct calendar *cal;
	struct span last = span("");
	struct cal_path p;

	if (session_calendar(c->s, &cal, e))
		return -1;
	for (size_t i = 0; i < c->nfiles; i++) {
		const struct check_file *f = &c->file[i];

		if (f->ent->layout != LAYOUT_CALENDAR || !f->wanted ||
		    !calendar_path(span(f->path), &p))
			continue;
		if (check_folder(c, cal, f->path, &p, &last, e) ||
		    (!p.archive && !f->bad &&
			(check_method(c, f->path, e) ||
			    check_copies(c, cal, f->path, e))))
			return -1;
	}
	return check_links(c, e);
}
