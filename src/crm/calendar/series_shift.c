/*
 * A series takes place at another time of day: what is different in it goes
 * along.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "crm/calendar/item.h"
#include "crm/calendar/series.h"
#include "store/ical.h"
#include "store/ics.h"

struct shifting {
	struct calendar *cal;
	const struct span *before, *after;
	struct ical_time form; /* how times of the series are written */
	int32_t by;	       /* seconds on the clock of its zone */
	int32_t sec;	       /* its time of day, before */
};

/* A moment in the series' zone; floating times are in the store's. */
static struct ical_time
at_home(const struct shifting *s, int64_t t)
{
	return ical_from_instant(t, &s->form);
}

static void
put_shifted(const struct shifting *s, struct span cell, struct buf *out)
{
	struct ical_time t;
	int64_t at;
	bool timed;
	char text[21];

	if (!when_parse(cell, &at, &timed) || !timed) {
		buf_addspan(out, cell);
		return;
	}
	t = at_home(s, at);
	t.sec += s->by;
	t.day += t.sec < 0 ? -1 : t.sec >= 86400;
	t.sec = (t.sec + 86400) % 86400;
	instant_format(ical_instant(&t), text);
	buf_adds(out, text);
}

/* An additional date at a time of its own stays there. */
static bool
stays(const struct shifting *s, const struct series_line *l)
{
	int64_t at;

	return l->extra && when_parse(l->key, &at, NULL) &&
	    at_home(s, at).sec != s->sec;
}

static struct span
own_value(struct span sets, const char *field)
{
	while (sets.n) {
		struct span value = ics_cut(&sets, ';');
		struct span name = span_trim(span_cut(&value, '='));

		if (span_eqs(name, field))
			return value;
	}
	return span("");
}

/*
 * What has a start of its own stays there, and ends when it did; what only
 * ends otherwise goes along, end and all.
 */
static void
put_sets(const struct shifting *s, const struct series_line *l,
    struct buf *out)
{
	bool own = own_value(l->sets, "start").n > 0;
	struct span sets = l->sets;
	const char *sep = " ";
	char text[21];

	while (sets.n) {
		struct span value = ics_cut(&sets, ';');
		struct span name = span_trim(span_cut(&value, '='));

		buf_addf(out, "%s%.*s=", sep, SPANF(name));
		if (!own && (span_eqs(name, "end") ||
				(span_eqs(name, "due") &&
				    act_cell(s->cal, s->before, "start").n)))
			put_shifted(s, value, out);
		else
			buf_addspan(out, value);
		sep = ";";
	}
	for (size_t i = 1; own && i < SERIES_TIMES; i++) {
		if (own_value(l->sets, series_field[i]).n)
			continue;
		series_expected(
		    s->cal, s->before, l->key, series_field[i], text);
		if (text[0])
			buf_addf(out, ";%s=%s", series_field[i], text);
	}
}

static void
put_line(const struct shifting *s, const struct series_line *l,
    struct buf *out)
{
	if (out->n)
		buf_addc(out, '\n');
	if (stays(s, l)) {
		buf_addf(out, "%.*s %.*s", SPANF(l->key), SPANF(l->rest));
		return;
	}
	put_shifted(s, l->key, out);
	buf_addf(out, "%s%s", l->following ? "+" : "",
	    l->out ? " -" : l->extra ? " +" : "");
	put_sets(s, l, out);
}

/* The time of day on which all hangs; false: of whole days, or none. */
static bool
series_time(struct shifting *s, const struct span *value, struct ical_time *t)
{
	struct span cell = act_cell(s->cal, value, "start");
	int64_t at;
	bool timed;

	if (!cell.n)
		cell = act_cell(s->cal, value, "due");
	if (!when_parse(cell, &at, &timed))
		return false;
	*t = at_home(s, at);
	return timed;
}

int
series_shift(struct calendar *cal, const struct span *before,
    const struct span *after, struct buf *out, struct err *e)
{
	struct shifting s = { .cal = cal, .before = before, .after = after,
		.form = { .kind = ICAL_UTC } };
	struct span zone = act_cell(cal, before, "zone");
	struct series_lines lines = { 0 };
	struct ical_time from, to;

	if (zone.n) {
		s.form.zone = ical_zone(zone, span(""), e);
		if (!s.form.zone)
			return -1;
		s.form.kind = ICAL_ZONED;
	}
	if (!series_time(&s, before, &from) || !series_time(&s, after, &to) ||
	    from.day != to.day)
		return err_set(e, ERR_USAGE,
		    "single ones of this series are changed, and hang on its "
		    "days: the time of day can be moved with --all; other "
		    "days: move single ones with --on DAY, or call off what "
		    "comes and plan a new series");
	s.by = to.sec - from.sec;
	s.sec = from.sec;
	series_lines(act_cell(cal, before, "exceptions"), &lines);
	for (size_t i = 0; i < lines.n; i++)
		put_line(&s, &lines.v[i], out);
	free(lines.v);
	return 0;
}
