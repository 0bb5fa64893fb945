/*
 * One occurrence of a series: which is meant, and changing it alone.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "crm/calendar/item.h"
#include "crm/calendar/occur_impl.h"
#include "crm/calendar/series.h"
#include "crm/own.h"

#define DAY 86400
enum { MOST = 10000 };

/* --- changing ------------------------------------------------------------ */

static bool
is_own_field(const char *name)
{
	for (size_t i = 0; i < SERIES_FIELDS; i++) {
		if (strcmp(series_field[i], name) == 0)
			return true;
	}
	return false;
}

/* What the line had, but for the fields that are set anew; then those. */
static void
put_sets(struct buf *out, struct span old, const char *const *field,
    const struct span *set, size_t n)
{
	const char *sep = " ";

	while (old.n) {
		struct span one = ics_cut(&old, ';'), rest = one;
		struct span name = span_trim(span_cut(&rest, '='));
		size_t i = 0;

		while (i < n && !span_eqs(name, field[i]))
			i++;
		if (i < n || !name.n)
			continue;
		buf_addf(out, "%s%.*s", sep, SPANF(one));
		sep = ";";
	}
	for (size_t i = 0; i < n; i++) {
		buf_addf(out, "%s%s=", sep, field[i]);
		ics_escape(out, set[i]);
		sep = ";";
	}
}

static int
by_line(const void *a, const void *b)
{
	return span_cmp(*(const struct span *)a, *(const struct span *)b);
}

/* The lines of a cell, sorted, appended to out. */
static void
put_sorted(struct span text, struct buf *out)
{
	struct span *line = NULL;
	size_t n = 0, cap = 0;

	while (text.n) {
		struct span one = span_cut(&text, '\n');

		if (!one.n)
			continue;
		GROW(line, n, cap);
		line[n++] = one;
	}
	if (n)
		qsort(line, n, sizeof *line, by_line);
	for (size_t i = 0; i < n; i++)
		buf_addf(out, "%s%.*s", i ? "\n" : "", SPANF(line[i]));
	free(line);
}

int
exceptions_set(struct calendar *cal, const struct span *value,
    struct span key, const char *const *field, const struct span *set,
    size_t nfield, struct buf *out, struct err *e)
{
	struct series_lines l = { 0 };
	struct span old = span("");
	struct buf text = { 0 };
	bool extra = false;

	for (size_t i = 0; i < nfield; i++) {
		if (!is_own_field(field[i]))
			return err_set(e, ERR_USAGE,
			    "%s: one occurrence cannot have its own; change "
			    "the whole series", field[i]);
	}
	series_lines(act_cell(cal, value, "exceptions"), &l);
	for (size_t i = 0; i < l.n; i++) {
		const struct series_line *x = &l.v[i];

		if (x->following || !span_eq(x->key, key)) {
			buf_addf(&text, "%.*s%s %.*s\n", SPANF(x->key),
			    x->following ? "+" : "", SPANF(x->rest));
			continue;
		}
		extra |= x->extra;
		if (x->sets.n)
			old = x->sets;
	}
	buf_addspan(&text, key);
	if (!nfield)
		buf_adds(&text, " -");
	else if (extra)
		buf_adds(&text, " +");
	if (nfield)
		put_sets(&text, old, field, set, nfield);
	buf_addc(&text, '\n');
	put_sorted(buf_span(&text), out);
	free(l.v);
	buf_release(&text);
	return 0;
}

/* --- which is meant ------------------------------------------------------ */

static bool
is_open(struct calendar *cal, const struct occurrence *o)
{
	struct span state = act_cell(cal, o->value, "state");

	return !span_eqs(state, "done") && !span_eqs(state, "cancelled");
}

static int
found(const struct occurrence *o, char key[32])
{
	memcpy(key, o->key.p, o->key.n < 31 ? o->key.n : 31);
	key[o->key.n < 31 ? o->key.n : 31] = '\0';
	return 0;
}

/* The next that is not over; of a task the first that is open. */
static int
next_open(struct calendar *cal, const struct occur_row *row, char key[32],
    struct err *e)
{
	int64_t now = clock_now();
	int64_t from = row->kind == ITEM_TASK ? now - 366 * DAY : now;
	struct occurrences o = { 0 };
	int r = -1;

	/* a moment that is just over begins before now */
	for (int years = 1; r == -1 && years <= 16; years *= 4) {
		size_t i = 0;

		occurrences_release(&o);
		if (occur_row(cal, row, from, now + years * 366LL * DAY, MOST,
			&o, e))
			goto out;
		while (i < o.n && !is_open(cal, &o.v[i]))
			i++;
		if (i < o.n)
			r = found(&o.v[i], key);
	}
	if (r)
		err_set(e, ERR_NOENT,
		    "nothing of the series is left to come; say which by its "
		    "day");
out:
	occurrences_release(&o);
	return r;
}

static void
near_text(const struct clock_zone *zone, const struct occurrence *o,
    struct buf *out)
{
	char day[11];

	if (!o)
		return;
	buf_adds(out, out->n ? " and " : "");
	if (!o->day) {
		instant_local(zone, o->from, out);
		return;
	}
	date_format(clock_day(o->from, NULL), day);
	buf_adds(out, day);
}

static int
none_there(const struct clock_zone *zone, const struct occurrences *o,
    struct span when, int64_t at, struct err *e)
{
	const struct occurrence *before = NULL, *after = NULL;
	struct buf b = { 0 };

	for (size_t i = 0; i < o->n; i++) {
		if (o->v[i].from < at)
			before = &o->v[i];
		else if (!after)
			after = &o->v[i];
	}
	near_text(zone, before, &b);
	near_text(zone, after, &b);
	err_set(e, ERR_NOENT, "nothing of the series takes place %s %.*s%s%s",
	    when.n == 10 ? "on" : "at", SPANF(when),
	    b.n ? "; the nearest: " : "", b.n ? b.p : "");
	buf_release(&b);
	return -1;
}

static int
at_time(struct calendar *cal, const struct occur_row *row, struct span when,
    char key[32], struct err *e)
{
	struct occurrences o = { 0 };
	const struct occurrence *best = NULL;
	const struct clock_zone *zone = session_own(cal->s)->zone;
	int64_t at, till;
	bool timed;
	int32_t day;
	int r = -1;

	if (!when_parse(when, &at, &timed))
		return err_set(
		    e, ERR_USAGE, "'%.*s' is no day or time", SPANF(when));
	till = at + 1;
	if (!timed) {
		day = clock_day(at, NULL);
		/* whole days are the store's, times the user's */
		if (act_cell(cal, row->value, "start").n > 10 ||
		    act_cell(cal, row->value, "due").n > 10)
			at = clock_at_in(zone, day, 0);
		else
			zone = NULL;
		till = clock_at_in(zone, day + 1, 0);
	}
	if (occur_row(cal, row, at - 400LL * DAY, till + 400LL * DAY, MOST,
		&o, e))
		goto out;
	for (size_t i = 0; i < o.n; i++) {
		const struct occurrence *x = &o.v[i];
		bool begins = x->from >= at && x->from < till;

		if (span_eq(x->key, when))
			best = x;
		if (best && span_eq(best->key, when))
			break;
		/* what begins there rather than what lasts until then, and
		 * what is open rather than what is not */
		if (!begins && (timed || x->from > at || x->to <= at))
			continue;
		if (!best || (best->from < at && begins) ||
		    (!is_open(cal, best) && is_open(cal, x)))
			best = x;
	}
	r = best ? found(best, key) : none_there(zone, &o, when, at, e);
out:
	occurrences_release(&o);
	return r;
}

int
occur_key(struct calendar *cal, const struct span *value, struct span when,
    char key[32], struct err *e)
{
	const struct activity *a =
	    calendar_activity(cal, act_cell(cal, value, "type"));
	struct occur_row row = { .value = value,
		.kind = a ? a->kind : ITEM_EVENT };

	if (act_cell(cal, value, "due").n)
		row.kind = ITEM_TASK;
	if (!act_cell(cal, value, "repeat").n &&
	    !act_cell(cal, value, "exceptions").n)
		return err_set(e, ERR_USAGE, "it does not repeat");
	if (!when.n)
		return next_open(cal, &row, key, e);
	return at_time(cal, &row, when, key, e);
}
