/*
 * Occurrences of many: of the rows of the folders that are wanted. Most rows
 * cannot touch the window, which their text says: only the others are taken
 * apart.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "crm/calendar/index.h"
#include "crm/calendar/item.h"
#include "crm/calendar/occur_impl.h"
#include "store/id.h"
#include "store/scan.h"

#define DAY 86400
#define MARGIN (2 * DAY)
enum { MOST = 10000 };

/* The columns by which a row is passed over. */
enum { C_STATE, C_TYPE, C_START, C_END, C_DUE, C_REPEAT, C_EXCEPTIONS, COLS };

struct collect {
	struct calendar *cal;
	struct occurrences *out;
	int64_t from, to;
	unsigned what;
	char lo[21], hi[21]; /* surely enclose the window */
	struct scan scan;    /* of columns */
	struct scan row;     /* of all fields, of one row */
	struct span *names;
	size_t nnames, *index; /* their fields */
	struct buf text;       /* the rows that are taken */
};

static bool
wanted_state(const struct collect *c, struct span state)
{
	if (span_eqs(state, "done"))
		return c->what & OCCUR_DONE;
	if (span_eqs(state, "cancelled"))
		return c->what & OCCUR_CANCELLED;
	return true;
}

static int
cmp_day(struct span cell, const char *day)
{
	return memcmp(cell.p, day, 10);
}

/*
 * The last day on which a rule of our own making can have a start, where that
 * is cheap to say: its UNTIL, or COUNT of days or weeks.
 */
static bool
rule_is_over(const struct collect *c, struct span rule, struct span start)
{
	int64_t count = 0, interval = 1, unit = 0;
	int32_t day, last;
	char text[11];
	bool by = false;

	if (memchr(rule.p, ' ', rule.n) || start.n < 10)
		return false;
	while (rule.n) {
		struct span part = span_cut(&rule, ';'), name;

		name = span_cut(&part, '=');
		if (span_eqs(name, "UNTIL") && part.n >= 8) {
			char until[10] = { part.p[0], part.p[1], part.p[2],
				part.p[3], '-', part.p[4], part.p[5], '-',
				part.p[6], part.p[7] };

			return memcmp(until, c->lo, 10) < 0;
		}
		if (span_eqs(name, "COUNT") && !span_int(part, &count))
			return false;
		if (span_eqs(name, "INTERVAL") && !span_int(part, &interval))
			return false;
		if (span_eqs(name, "FREQ"))
			unit = span_eqs(part, "DAILY")	  ? 1
			       : span_eqs(part, "WEEKLY") ? 7
							  : 0;
		by |= name.n > 2 && memcmp(name.p, "BY", 2) == 0 &&
		      !(unit == 7 && span_eqs(name, "BYDAY"));
	}
	if (!unit || by || count < 1 || count > 100000 || interval < 1 ||
	    interval > 1000 || !date_parse(span_n(start.p, 10), &day))
		return false;
	if (count * interval * unit > 3000000 - day)
		return false;
	last = day + (int32_t)((count + 1) * interval * unit);
	date_format(last, text);
	return memcmp(text, c->lo, 10) < 0;
}

/* Could it touch the window, going by the text of its times? */
static bool
may_touch(const struct collect *c, const struct span *cell)
{
	struct span first = { 0 }, last = { 0 };
	bool series = cell[C_REPEAT].n || cell[C_EXCEPTIONS].n;
	/* others than "KEY -" may be before the start */
	bool changed = memchr(cell[C_EXCEPTIONS].p, '=',
			   cell[C_EXCEPTIONS].n) ||
		       memchr(cell[C_EXCEPTIONS].p, '+',
			   cell[C_EXCEPTIONS].n);

	for (int i = C_START; i <= C_DUE; i++) {
		if (cell[i].n < 10)
			continue;
		if (!first.n || memcmp(cell[i].p, first.p, 10) < 0)
			first = cell[i];
		if (!last.n || memcmp(cell[i].p, last.p, 10) > 0)
			last = cell[i];
	}
	if (!first.n)
		return false;
	if (!series && !wanted_state(c, cell[C_STATE]))
		return false;
	if (!changed && cmp_day(first, c->hi) > 0)
		return false;
	if (!series)
		return cmp_day(last, c->lo) >= 0;
	/* what takes days may reach into the window from its last start */
	return cell[C_EXCEPTIONS].n || memcmp(first.p, last.p, 10) != 0 ||
	       !rule_is_over(c, cell[C_REPEAT], first);
}

/* The path of the file that has the row at an offset of the text. */
static const char *
path_of(const struct cal_collection *c, size_t at)
{
	const char *p;

	if (c->text.n < c->rows.n || at < c->text.n - c->rows.n)
		return NULL;
	p = c->rows.p + (at - (c->text.n - c->rows.n));
	for (size_t i = 0; i < c->nfiles; i++) {
		const struct cal_file *f = &c->file[i];

		if (p >= f->rows.p && p < f->rows.p + f->rows.n)
			return f->path;
	}
	return NULL;
}

static enum item_kind
kind_of(const struct collect *c, const struct cal_path *where,
    const struct span *cell)
{
	const struct activity *a;

	if (!where->archive)
		return where->kind;
	a = calendar_activity(c->cal, cell[C_TYPE]);
	if (cell[C_DUE].n)
		return ITEM_TASK;
	return a ? a->kind : ITEM_EVENT;
}

/* Takes a row apart, its texts copied, and adds what takes place. */
static int
add_row(struct collect *c, struct occur_row *row, struct span line,
    struct err *e)
{
	struct occurrences *out = c->out;
	struct err bad = { 0 };
	struct span *value;
	size_t kept = out->n;

	buf_reset(&c->text);
	act_header(c->cal, &c->text);
	buf_addspan(&c->text, line);
	if (scan_file(&c->row, "calendar", buf_span(&c->text), c->names,
		c->nnames, 0, e))
		return -1;
	value = arena_alloc(
	    &out->arena, (c->cal->act->nfields + 1) * sizeof *value);
	for (size_t i = 0; i < c->cal->act->nfields; i++)
		value[i] = span("");
	for (size_t i = 0; i < c->nnames && c->row.nrows; i++)
		value[c->index[i]] =
		    arena_span(&out->arena, c->row.cell[i]);
	row->value = value;
	if (occur_row(c->cal, row, c->from, c->to, MOST, out, &bad)) {
		struct span *alone = arena_alloc(
		    &out->arena, (c->cal->act->nfields + 1) * sizeof *alone);

		buf_addf(&out->flaws, "%s%s%s\n", row->path ? row->path : "",
		    row->path ? ": " : "", bad.msg);
		memcpy(alone, value, c->cal->act->nfields * sizeof *alone);
		alone[entity_field(c->cal->act, span("repeat"))->index] =
		    alone[entity_field(c->cal->act, span("exceptions"))
			      ->index] = span("");
		row->value = alone;
		occur_row(c->cal, row, c->from, c->to, 1, out, NULL);
	}
	err_release(&bad);
	for (size_t i = kept; i < out->n; i++) {
		if (wanted_state(c, act_cell(c->cal, out->v[i].value, "state")))
			out->v[kept++] = out->v[i];
	}
	out->n = kept;
	return 0;
}

static int
rows_of(struct collect *c, const struct cal_collection *from, bool copies,
    const struct cal_path *where, size_t person, struct err *e)
{
	static const char *const names[COLS] = { "state", "type", "start",
		"end", "due", "repeat", "exceptions" };
	const struct buf *text = copies ? &from->copies : &from->text;
	struct span want[COLS];
	int r;

	for (int i = 0; i < COLS; i++)
		want[i] = span(names[i]);
	r = scan_file(&c->scan, from->path, buf_span(text), want, COLS,
	    SCAN_ROWS, e);
	for (size_t i = 0; r == 0 && i < c->scan.nrows; i++) {
		const struct span *cell = c->scan.cell + i * c->scan.ncells;
		size_t at = c->scan.row_at[i];
		struct occur_row row = { .person = person, .copy = copies };

		if (!may_touch(c, cell))
			continue;
		row.kind = kind_of(c, where, cell);
		if (!(c->what & (OCCUR_EVENTS << row.kind)))
			continue;
		row.path = copies || !cell[C_REPEAT].n ? NULL
						       : path_of(from, at);
		r = add_row(c, &row,
		    span_n(text->p + at, c->scan.row_at[i + 1] - at), e);
	}
	return r;
}

static bool
wanted_folder(const struct collect *c, const char *path, const size_t *person,
    size_t n, struct cal_path *where, size_t *whose)
{
	struct buf any = { 0 };
	bool ok;

	buf_addf(&any, "%s/x.ics", path);
	ok = calendar_path(buf_span(&any), where);
	if (ok) {
		/* the folder's name outlives the buffer in its path */
		where->folder = span_n(path + (where->folder.p - any.p),
		    where->folder.n);
		*whose = calendar_folder(c->cal, where->folder);
		ok = where->archive ? c->what & OCCUR_ARCHIVE
				    : c->what & (OCCUR_EVENTS << where->kind);
	}
	buf_release(&any);
	if (!ok || n == 0)
		return ok;
	for (size_t i = 0; i < n; i++) {
		if (person[i] == *whose)
			return true;
	}
	return false;
}

/* Of the parts of one meeting the first stays, its master before copies. */
static void
drop_parts(struct collect *c)
{
	struct occurrence *v = c->out->v;
	struct strmap seen = { 0 };
	struct buf key = { 0 };
	size_t kept = 0;

	for (int copies = 0; copies < 2; copies++) {
		for (size_t i = 0; i < c->out->n; i++) {
			struct strmap_entry *x;
			bool added;

			if (v[i].copy != copies)
				continue;
			buf_reset(&key);
			buf_addf(&key, "%llx %.*s",
			    (unsigned long long)v[i].id, SPANF(v[i].key));
			x = strmap_add(&seen,
			    arena_span(&c->out->arena, buf_span(&key)), i,
			    &added);
			if (!added && copies && x->value != i)
				v[i].value = NULL;
		}
	}
	for (size_t i = 0; i < c->out->n; i++) {
		if (v[i].value)
			v[kept++] = v[i];
	}
	c->out->n = kept;
	strmap_release(&seen);
	buf_release(&key);
}

static void
collect_names(struct collect *c)
{
	const struct entity *act = c->cal->act;

	c->names = xcalloc(act->nfields + 1, sizeof *c->names);
	c->index = xcalloc(act->nfields + 1, sizeof *c->index);
	for (size_t i = 0; i < act->nfields; i++) {
		if (act->field[i]->flags & FIELD_VIRTUAL)
			continue;
		c->index[c->nnames] = i;
		c->names[c->nnames++] = span(act->field[i]->name);
	}
}

static int
folder_of(struct collect *c, const char *path, const struct cal_path *where,
    size_t person, struct err *e)
{
	struct cal_collection rows;
	int r;

	if (cal_read(c->cal, path, &rows, e))
		return -1;
	buf_addspan(&c->out->flaws, buf_span(&rows.flaws));
	r = rows_of(c, &rows, false, where, person, e);
	if (r == 0)
		r = rows_of(c, &rows, true, where, person, e);
	cal_collection_release(&rows);
	return r;
}

int
occur_collect(struct calendar *cal, const size_t *person, size_t n,
    int64_t from, int64_t to, unsigned what, struct occurrences *out,
    struct err *e)
{
	struct collect c = { .cal = cal, .out = out, .from = from, .to = to,
		.what = what };
	char **path = NULL;
	size_t npaths = 0;
	int r;

	memset(out, 0, sizeof *out);
	instant_format(from - MARGIN, c.lo);
	instant_format(to + MARGIN, c.hi);
	collect_names(&c);
	r = cal_collections(cal,
	    n == 1 ? cal->person[person[0]].folder : span(""), &path, &npaths,
	    e);
	for (size_t i = 0; i < npaths; i++) {
		struct cal_path where;
		size_t whose;

		if (r == 0 && wanted_folder(&c, path[i], person, n, &where,
				  &whose))
			r = folder_of(&c, path[i], &where, whose, e);
		free(path[i]);
	}
	free(path);
	if (what & OCCUR_ONCE)
		drop_parts(&c);
	occur_sort(out->v, out->n);
	scan_release(&c.scan);
	scan_release(&c.row);
	buf_release(&c.text);
	free(c.names);
	free(c.index);
	return r;
}

void
occurrences_release(struct occurrences *o)
{
	free(o->v);
	buf_release(&o->flaws);
	arena_release(&o->arena);
	memset(o, 0, sizeof *o);
}
