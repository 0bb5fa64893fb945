/*
 * An agenda as text for people: a heading for each day, a line for each item.
 */
#include "cmd/agenda.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "store/unicode.h"

static const char *const weekdays[] = { "Mon", "Tue", "Wed", "Thu", "Fri",
	"Sat", "Sun" };
static const char *const months[] = { "January", "February", "March", "April",
	"May", "June", "July", "August", "September", "October", "November",
	"December" };

#define BOLD "\033[1m"
#define DIM "\033[2m"
#define RED "\033[31m"
#define PLAIN "\033[m"

void
agenda_day(struct buf *out, int32_t day, bool year)
{
	int y, m, d;

	date_civil(day, &y, &m, &d);
	buf_addf(out, "%s %d %.3s", weekdays[date_weekday(day) - 1], d,
	    months[m - 1]);
	if (year)
		buf_addf(out, " %d", y);
}

void
agenda_month_name(struct buf *out, int32_t day)
{
	int y, m, d;

	date_civil(day, &y, &m, &d);
	buf_addf(out, "%s %d", months[m - 1], y);
}

static void
put_time(struct buf *out, int64_t t)
{
	int minutes;

	clock_day(t, &minutes);
	buf_addf(out, "%02d:%02d", minutes / 60, minutes % 60);
}

void
agenda_when(struct buf *out, const struct agenda_item *x, int32_t day)
{
	int64_t from = clock_instant(day, 0), to = clock_instant(day + 1, 0);
	bool starts = x->o.from >= from, ends = x->o.to <= to;

	if (x->o.kind == ITEM_TASK) {
		if (!x->o.day) {
			buf_adds(out, "by ");
			put_time(out, x->o.from);
		}
		return;
	}
	if (x->o.day || (!starts && !ends)) {
		buf_adds(out, "all day");
		return;
	}
	if (!starts || !ends)
		buf_adds(out, starts ? "from " : "to ");
	if (starts)
		put_time(out, x->o.from);
	if (starts && ends && x->o.to > x->o.from)
		buf_addc(out, '-');
	/* midnight is the end of this day */
	if (ends && x->o.to > x->o.from && x->o.to == to)
		buf_adds(out, "24:00");
	else if (ends && x->o.to > x->o.from)
		put_time(out, x->o.to);
}

void
agenda_who(struct buf *out, const struct agenda *a, const struct agenda_item *x)
{
	for (size_t i = 0; i < x->npersons; i++) {
		struct span name = agenda_person(a, x->person[i]);

		name = span_cut(&name, ' ');
		buf_addf(out, "%s%.*s", i ? ", " : "", SPANF(name));
	}
}

/* --- lines --------------------------------------------------------------- */

/* A line, its cells safe; they are aligned when all are known. */
struct line {
	struct span when, who, subject, rest;
	char mark; /* '!' in a conflict, or of what is late */
	bool heading, late, dim, task, done, red;
};

struct lines {
	const struct agenda_form *f;
	struct line *v;
	size_t n, cap;
	struct arena arena;
	struct buf tmp, flat;
};

/* What is shown of a text: one line of it, safe. */
static struct span
safe(struct lines *l, struct span s)
{
	buf_reset(&l->tmp);
	buf_reset(&l->flat);
	for (size_t i = 0; i < s.n; i++)
		buf_addc(&l->flat,
		    s.p[i] == '\n' || s.p[i] == '\r' || s.p[i] == '\t'
			? ' '
			: s.p[i]);
	term_safe(&l->tmp, buf_span(&l->flat), false);
	return arena_span(&l->arena, buf_span(&l->tmp));
}

static struct line *
new_line(struct lines *l)
{
	struct line *x;

	GROW(l->v, l->n, l->cap);
	x = &l->v[l->n++];
	memset(x, 0, sizeof *x);
	x->mark = ' ';
	return x;
}

static void
put_item(struct lines *l, const struct agenda_item *x, int32_t day, bool late)
{
	const struct agenda *a = l->f->a;
	struct line *v = new_line(l);
	struct buf b = { 0 };

	if (late)
		agenda_day(&b, clock_day(x->o.from, NULL), false);
	else
		agenda_when(&b, x, day);
	v->when = safe(l, buf_span(&b));
	if (l->f->npersons > 1) {
		buf_reset(&b);
		agenda_who(&b, a, x);
		v->who = safe(l, buf_span(&b));
	}
	v->subject = safe(l, x->subject);
	buf_reset(&b);
	buf_addf(&b, "%.*s%s%.*s", SPANF(x->about),
	    x->about.n && x->where.n ? "; " : "", SPANF(x->where));
	v->rest = safe(l, buf_span(&b));
	v->task = x->o.kind == ITEM_TASK;
	v->done = x->done;
	v->dim = x->done || x->cancelled || x->hidden;
	v->red = x->overdue || x->conflict;
	v->late = late;
	v->mark = v->red ? '!' : ' ';
	buf_release(&b);
}

static void
put_heading(struct lines *l, int32_t day)
{
	const struct agenda *a = l->f->a;
	struct line *v = new_line(l);
	struct buf b = { 0 };

	agenda_day(&b, day, true);
	buf_adds(&b, day == a->today	   ? ", today"
		     : day == a->today + 1 ? ", tomorrow"
					   : "");
	v->heading = true;
	v->subject = safe(l, buf_span(&b));
	buf_release(&b);
}

/* Whole days first, then by time; what began before comes at its day's start.
 */
static void
day_lines(struct lines *l, int32_t day)
{
	const struct agenda *a = l->f->a;
	bool today = day == a->today, any = today;

	for (size_t i = 0; i < a->n && !any; i++)
		any = agenda_is_on(&a->item[i], day);
	if (!any)
		return;
	put_heading(l, day);
	for (size_t i = 0; today && i < a->nlate; i++)
		put_item(l, &a->late[i], day, true);
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < a->n; i++) {
			const struct agenda_item *x = &a->item[i];

			if (x->o.day == (pass == 0) && agenda_is_on(x, day))
				put_item(l, x, day, false);
		}
	}
	if (l->v[l->n - 1].heading)
		new_line(l)->rest = span("nothing");
}

/* --- drawing ------------------------------------------------------------- */

static void
widest(size_t *w, struct span s)
{
	size_t n = uni_width(s);

	if (n > *w)
		*w = n;
}

/* s in w columns, cut with an ellipsis; padded where there is more behind. */
static void
put_cell(struct buf *out, struct span s, size_t w, bool pad)
{
	size_t have = uni_width(s);

	if (have > w && w) {
		size_t n = uni_fit(s, w - 1);

		buf_add(out, s.p, n);
		buf_adds(out, "…");
		have = uni_width(span_n(s.p, n)) + 1;
	} else {
		buf_addspan(out, s);
	}
	if (pad && have < w)
		buf_pad(out, ' ', w - have);
}

struct widths {
	size_t when, who, subject, rest;
};

static struct widths
measure(const struct lines *l)
{
	struct widths w = { 0 };
	size_t room = l->f->width, fixed;

	for (size_t i = 0; i < l->n; i++) {
		if (l->v[i].heading)
			continue;
		widest(&w.when, l->v[i].when);
		widest(&w.who, l->v[i].who);
		widest(&w.subject, l->v[i].subject);
		widest(&w.rest, l->v[i].rest);
	}
	if (w.who > 20)
		w.who = 20;
	fixed = 4 + w.when + 2 + (w.who ? w.who + 2 : 0);
	if (!room || fixed + w.subject + 2 + w.rest <= room)
		return w;
	room = room > fixed + 20 ? room - fixed - 2 : 18;
	/* the subject gives way down to half, the rest gets what is left */
	if (w.subject > room / 2)
		w.subject = w.rest > room / 2 ? room - room / 2
			    : room > w.rest   ? room - w.rest
					      : room;
	w.rest = room > w.subject ? room - w.subject : 0;
	return w;
}

static void
draw_line(const struct lines *l, const struct line *x, const struct widths *w)
{
	struct buf *out = l->f->out;
	bool color = l->f->color;
	const char *on = !color ? "" : x->red ? RED : x->dim ? DIM : "";

	buf_addf(out, "%s%c ", on, x->mark);
	buf_adds(out, !x->task ? "  " : x->done ? "☑ " : "☐ ");
	put_cell(out, x->when, w->when, true);
	buf_adds(out, "  ");
	if (w->who) {
		put_cell(out, x->who, w->who, true);
		buf_adds(out, "  ");
	}
	put_cell(out, x->subject, w->subject, x->rest.n);
	if (*on)
		buf_adds(out, PLAIN);
	if (x->rest.n && w->rest) {
		buf_addf(out, "  %s", color ? DIM : "");
		put_cell(out, x->rest, w->rest, false);
		buf_adds(out, color ? PLAIN : "");
	}
	while (out->n && out->p[out->n - 1] == ' ')
		buf_cut(out, out->n - 1);
	buf_addc(out, '\n');
}

/* "14:00-15:30 Kick-off", of at most so many columns; 0: any. */
static void
put_short(struct lines *l, const struct agenda_item *x, int32_t day,
    struct buf *out, size_t room)
{
	size_t at = out->n, used;

	agenda_when(out, x, day);
	buf_addc(out, ' ');
	used = uni_width(span_n(out->p + at, out->n - at));
	put_cell(out, safe(l, x->subject),
	    !room	      ? 0
	    : room > used + 1 ? room - used
			      : 1,
	    false);
}

/* Who is to be at which two: in a line, else a line for each of the two. */
static void
tell_conflict(struct lines *l, const struct agenda_conflict *c, struct buf *b)
{
	enum { JOINS = 5, READABLE = 24 };
	const struct agenda *a = l->f->a;
	const struct agenda_item *x = &a->item[c->a], *y = &a->item[c->b];
	int32_t day = clock_day(y->o.from, NULL);
	size_t width = l->f->width, used, room;

	buf_adds(b, "! conflict: ");
	agenda_day(b, day, false);
	buf_adds(b, ", ");
	used = uni_width(buf_span(b));
	put_cell(b, safe(l, agenda_person(a, c->person)),
	    !width	       ? 0
	    : width > used + 2 ? width - used - 1
			       : 1,
	    false);
	buf_addc(b, ':');
	used = uni_width(buf_span(b)) + 1 + JOINS;
	room = !width ? 0 : width > used ? (width - used) / 2 : 1;
	if (!width || room >= READABLE) {
		buf_addc(b, ' ');
		put_short(l, x, day, b, room);
		buf_adds(b, " and ");
		put_short(l, y, day, b, room);
		return;
	}
	room = width > 4 ? width - 4 : 1;
	buf_adds(b, "\n    ");
	put_short(l, x, day, b, room);
	buf_adds(b, "\n    ");
	put_short(l, y, day, b, room);
}

/* Conflicts are told in words, too. */
static void
tell_conflicts(struct lines *l)
{
	const struct agenda *a = l->f->a;
	struct buf b = { 0 };

	for (size_t i = 0; i < a->nconflicts && i < 20; i++) {
		buf_reset(&b);
		tell_conflict(l, &a->conflict[i], &b);
		buf_addf(l->f->out, "%s%s%s%s\n", i ? "" : "\n",
		    l->f->color ? RED : "", b.p, l->f->color ? PLAIN : "");
	}
	if (a->nconflicts > 20)
		buf_addf(l->f->out, "! and %zu more conflicts\n",
		    a->nconflicts - 20);
	buf_release(&b);
}

int
agenda_text(const struct agenda_form *f)
{
	struct lines l = { .f = f };
	struct widths w;

	for (int i = 0; i < f->a->days; i++)
		day_lines(&l, f->a->first + i);
	w = measure(&l);
	for (size_t i = 0; i < l.n; i++) {
		if (l.v[i].heading)
			buf_addf(f->out, "%s%s%.*s%s\n", i ? "\n" : "",
			    f->color ? BOLD : "", SPANF(l.v[i].subject),
			    f->color ? PLAIN : "");
		else
			draw_line(&l, &l.v[i], &w);
	}
	if (!l.n) {
		buf_adds(f->out, "nothing from ");
		agenda_day(f->out, f->a->first, true);
		buf_adds(f->out, " to ");
		agenda_day(f->out, f->a->first + f->a->days - 1, true);
		buf_addc(f->out, '\n');
	}
	tell_conflicts(&l);
	if (f->a->zone.n)
		buf_addf(f->out, "\n%stimes of %.*s%s\n",
		    f->color ? DIM : "", SPANF(f->a->zone),
		    f->color ? PLAIN : "");
	free(l.v);
	arena_release(&l.arena);
	buf_release(&l.tmp);
	buf_release(&l.flat);
	return 0;
}
