/*
 * An agenda as a month: weeks are rows, with some lines for each day.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cmd/agenda.h"
#include "store/unicode.h"

#define BOLD "\033[1m"
#define DIM "\033[2m"
#define RED "\033[31m"
#define REVERSE "\033[7m"
#define PLAIN "\033[m"

enum { WIDTH = 80, NARROW = 6 };

struct grid {
	const struct agenda_form *f;
	size_t cell; /* width of a day */
	int32_t from, to; /* days of the month: [from, to) */
};

static void
rule(const struct grid *g, const char *left, const char *mid,
    const char *right)
{
	for (int i = 0; i < 7; i++) {
		buf_adds(g->f->out, i ? mid : left);
		for (size_t k = 0; k < g->cell; k++)
			buf_adds(g->f->out, "─");
	}
	buf_addf(g->f->out, "%s\n", right);
}

static void
put(const struct grid *g, struct span s, const char *on)
{
	struct buf *out = g->f->out;
	size_t n = uni_fit(s, g->cell), w = uni_width(span_n(s.p, n));

	buf_adds(out, "│");
	if (g->f->color)
		buf_adds(out, on);
	buf_add(out, s.p, n);
	if (w < g->cell)
		buf_pad(out, ' ', g->cell - w);
	if (g->f->color && *on)
		buf_adds(out, PLAIN);
}

/* The items of a day: those of whole days first. */
static size_t
items_on(const struct agenda *a, int32_t day, const struct agenda_item **v)
{
	size_t n = 0;

	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < a->n; i++) {
			if (a->item[i].o.day == (pass == 0) &&
			    agenda_is_on(&a->item[i], day))
				v[n++] = &a->item[i];
		}
	}
	return n;
}

/*
 * "9 Budget", "14:30 kick-off", a box and the task; of several persons, whose
 * it is before it.
 */
static void
label(const struct agenda_form *f, const struct agenda_item *x, int32_t day,
    struct buf *out)
{
	struct buf b = { 0 };
	int32_t on;
	int min;

	on = clock_day(x->o.from, &min);
	if (x->conflict || x->overdue)
		buf_addc(&b, '!');
	for (size_t i = 0; f->npersons > 1 && i < x->npersons; i++)
		buf_addf(&b, "%.*s%c",
		    SPANF(f->a->cal->person[x->person[i]].folder),
		    i + 1 < x->npersons ? ',' : ' ');
	if (x->o.kind == ITEM_TASK)
		buf_adds(&b, x->done ? "☑ " : "☐ ");
	else if (!x->o.day && on == day && min % 60)
		buf_addf(&b, "%d:%02d ", min / 60, min % 60);
	else if (!x->o.day && on == day)
		buf_addf(&b, "%d ", min / 60);
	for (size_t i = 0; i < x->subject.n; i++)
		buf_addc(&b, (unsigned char)x->subject.p[i] < ' '
			? ' '
			: x->subject.p[i]);
	buf_reset(out);
	term_safe(out, buf_span(&b), false);
	buf_release(&b);
}

static void
numbers(const struct grid *g, int32_t monday)
{
	struct buf b = { 0 };

	for (int32_t day = monday; day < monday + 7; day++) {
		int y, m, d;

		buf_reset(&b);
		date_civil(day, &y, &m, &d);
		/* a number above nothing would say that nothing is there */
		if (day < g->from || day >= g->to) {
			put(g, span(""), "");
			continue;
		}
		buf_addf(&b, "%2d", d);
		if (day == g->f->a->today)
			buf_adds(&b, g->cell > 8 ? " today" : " *");
		put(g, buf_span(&b),
		    day == g->f->a->today ? REVERSE : BOLD);
	}
	buf_adds(g->f->out, "│\n");
	buf_release(&b);
}

static void
week(const struct grid *g, int32_t monday, const struct agenda_item **v)
{
	const struct agenda *a = g->f->a;
	size_t lines = 1, at[8] = { 0 };
	struct buf b = { 0 };

	for (int i = 0; i < 7; i++) {
		int32_t day = monday + i;
		size_t n = day >= g->from && day < g->to
			? items_on(a, day, v + at[i])
			: 0;

		at[i + 1] = at[i] + n;
		if (n > lines)
			lines = n < g->f->lines ? n : g->f->lines;
	}
	numbers(g, monday);
	for (size_t line = 0; line < lines; line++) {
		for (int i = 0; i < 7; i++) {
			size_t n = at[i + 1] - at[i];
			const struct agenda_item *x =
			    line < n ? v[at[i] + line] : NULL;
			const char *on = "";

			buf_reset(&b);
			buf_adds(&b, "");
			if (n > lines && line == lines - 1) {
				buf_addf(&b, "+%zu more", n - lines + 1);
				on = DIM;
			} else if (x) {
				label(g->f, x, monday + i, &b);
				on = x->conflict || x->overdue ? RED
				    : x->done || x->cancelled  ? DIM
							       : "";
			}
			put(g, buf_span(&b), on);
		}
		buf_adds(g->f->out, "│\n");
	}
	buf_release(&b);
}

static void
centred(const struct grid *g, struct span s)
{
	size_t w = uni_width(s), room = 7 * g->cell + 8;

	if (w < room)
		buf_pad(g->f->out, ' ', (room - w) / 2);
	buf_addf(g->f->out, "%s%.*s%s\n", g->f->color ? BOLD : "", SPANF(s),
	    g->f->color ? PLAIN : "");
}

static void
heading(const struct grid *g)
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri",
		"Sat", "Sun" };
	struct buf b = { 0 }, safe = { 0 };

	agenda_month_name(&b, g->from);
	if (g->f->title.n)
		buf_addf(&b, ", %.*s", SPANF(g->f->title));
	term_safe(&safe, buf_span(&b), false);
	centred(g, buf_span(&safe));
	rule(g, "┌", "┬", "┐");
	for (int i = 0; i < 7; i++)
		put(g, span(days[i]), BOLD);
	buf_adds(g->f->out, "│\n");
	buf_release(&b);
	buf_release(&safe);
}

int
agenda_month(const struct agenda_form *f)
{
	const struct agenda *a = f->a;
	size_t width = f->width ? f->width : WIDTH;
	struct grid g = { .f = f, .from = a->first,
		.to = a->first + a->days };
	const struct agenda_item **v;

	g.cell = width > 8 + 7 * NARROW ? (width - 8) / 7 : NARROW;
	v = xcalloc(7 * a->n + 1, sizeof *v);
	heading(&g);
	for (int32_t day = g.from - date_weekday(g.from) + 1; day < g.to;
	     day += 7) {
		rule(&g, "├", "┼", "┤");
		week(&g, day, v);
	}
	rule(&g, "└", "┴", "┘");
	if (a->nlate)
		buf_addf(f->out, "%s! %zu %s overdue%s\n", f->color ? RED : "",
		    a->nlate, plural(a->nlate, "task is", "tasks are"),
		    f->color ? PLAIN : "");
	if (a->nconflicts)
		buf_addf(f->out, "%s! %zu %s%s\n", f->color ? RED : "",
		    a->nconflicts,
		    plural(a->nconflicts, "conflict", "conflicts"),
		    f->color ? PLAIN : "");
	free(v);
	return 0;
}
