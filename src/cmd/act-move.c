/* crm-act move: to another time, or by so much. */
#include <string.h>

#include "cmd/act-do.h"
#include "cmd/verbs.h"
#include "crm/calendar/series.h"
#include "crm/own.h"

static void
shift_field(struct deed *d, const char *field)
{
	struct span cell = record_get(&d->before, field);
	struct buf b = { 0 };

	when_shift(d->when, session_own(&d->c->s), cell, &b);
	if (b.n)
		act_put(d->ch, &d->after, field, buf_span(&b));
	buf_release(&b);
}

/* A series is moved by its first. */
static int
check_whole(struct deed *d)
{
	struct span rule = record_get(&d->series, "repeat");

	if (!rule.n || d->key[0])
		return 0;
	if (memmem(rule.p, rule.n, "BY", 2) &&
	    (d->when->has_day || d->when->shift_n))
		return err_set(&d->c->err, ERR_USAGE,
		    "its rule names the days (%.*s): crm-act set ID "
		    "start=... repeat=...", SPANF(rule));
	return 0;
}

/* What differs hangs on where single ones were. */
static int
move_exceptions(struct deed *d)
{
	struct calendar *cal;
	struct buf b = { 0 };
	int r;

	if (d->key[0] || !record_get(&d->series, "exceptions").n)
		return 0;
	if (session_calendar(&d->c->s, &cal, &d->c->err))
		return -1;
	r = series_shift(
	    cal, d->before.value, d->after.value, &b, &d->c->err);
	if (r == 0)
		act_put(d->ch, &d->after, "exceptions", buf_span(&b));
	buf_release(&b);
	return r;
}

static int
move_to(struct deed *d, const char *field)
{
	struct call *c = d->c;
	struct buf b = { 0 };
	int r = 0;

	if (when_said(d->when))
		r = when_cell(d->when, session_own(&c->s),
		    record_get(&d->before, field), &b, &c->err);
	if (r == 0 && b.n) {
		/* a time for what took whole days: its end is made anew */
		if (b.n > 10 && record_get(&d->before, "end").n == 10)
			act_put(d->ch, &d->after, "end", span(""));
		act_put(d->ch, &d->after, field, buf_span(&b));
	}
	buf_reset(&b);
	if (r == 0)
		r = when_end(d->when, session_own(&c->s),
		    record_get(&d->after, field), &b, &c->err);
	if (r == 0 && b.n)
		act_put(d->ch, &d->after, "end", buf_span(&b));
	buf_release(&b);
	return r;
}

static int
do_move(struct deed *d)
{
	bool event = !record_get(&d->before, "due").n;
	const char *field = event ? "start" : "due";

	if (check_whole(d))
		return -1;
	if (!d->when->has_shift)
		return move_to(d, field) ? -1 : move_exceptions(d);
	if (!record_get(&d->before, field).n)
		return err_set(&d->c->err, ERR_USAGE,
		    "it has no time that could be shifted; say when");
	shift_field(d, "start");
	shift_field(d, "end");
	shift_field(d, "due");
	return move_exceptions(d);
}

int
verb_act_move(struct call *c)
{
	struct when_words w = { 0 };
	int n = c->argc;

	/* ids first: words that say when are taken off the end */
	while (n > 1) {
		int r = when_word(&w, session_own(&c->s),
		    span(c->argv[n - 1]), true, &c->err);

		if (r < 0)
			return -1;
		if (r == 0)
			break;
		n--;
	}
	if (!when_said(&w) && !w.minutes && !w.days)
		return err_set(&c->err, ERR_USAGE,
		    "which ones, to when? crm-act move ID fri 14:00, or +1d "
		    "from where they are");
	return act_deeds(c, n, do_move, &w, "move");
}
