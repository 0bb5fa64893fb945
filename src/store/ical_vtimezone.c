/*
 * VTIMEZONE as it is written: the changes of a zone from some year on, those
 * alike in one part, by their dates; and for what comes behind the last known
 * one a repetition for each half of the rule.
 */
#include "store/ical_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/mem.h"

#define YEARS 200 /* of changes without a rule that are looked at */

/* A change, and what was before it. */
struct step {
	int64_t wall; /* by the clock that it ends */
	int32_t before;
	struct tz_type to;
	bool done;
};

struct steps {
	struct step *v;
	size_t n, cap;
	bool rules; /* the last two are repeated for ever */
};

struct writer {
	struct buf *out;
	bool crlf;
};

/* One content line; behind 73 bytes it goes on in the next. */
static void
line(struct writer *w, const char *text)
{
	const char *end = w->crlf ? "\r\n" : "\n";
	size_t n = strlen(text), first = 75;

	while (n > first) {
		buf_add(w->out, text, first);
		buf_addf(w->out, "%s ", end);
		text += first;
		n -= first;
		first = 74;
	}
	buf_addf(w->out, "%s%s", text, end);
}

static void
offset_line(struct writer *w, const char *name, int32_t off)
{
	char text[40];
	int v = abs(off), n;

	n = snprintf(text, sizeof text, "%s:%c%02d%02d", name,
	    off < 0 ? '-' : '+', v / 3600, v / 60 % 60);
	if (v % 60)
		snprintf(text + n, sizeof text - (size_t)n, "%02d", v % 60);
	line(w, text);
}

static void
add_wall(struct buf *b, int64_t wall)
{
	const struct ical_time like = { .kind = ICAL_FLOATING };
	struct ical_time t = ical_from_wall(wall, &like);
	char text[20];

	ical_time_format(&t, text);
	buf_adds(b, text);
}

/*
 * A half of the rule. Its day may lie some days behind the one that it names:
 * then it is the one weekday in a week of the month, or of the year, counted
 * from the end, which knows no leap days.
 */
static void
rule_line(struct buf *b, const struct tz_day *d)
{
	static const char names[] = "SUMOTUWETHFRSA";
	int shift = d->sec / 86400 - (d->sec % 86400 < 0), wd, first, last;
	int32_t month, day;

	buf_adds(b, "RRULE:FREQ=YEARLY;");
	if (d->form != 'M') {
		day = d->day - (d->form == 'J') + shift;
		/* 1970 has no leap day, as J has it */
		if (d->form == '0') {
			buf_addf(b, "BYYEARDAY=%d", day + 1);
			return;
		}
		date_civil(day, &first, &last, &wd);
		buf_addf(b, "BYMONTH=%d;BYMONTHDAY=%d", last, wd);
		return;
	}
	wd = ((d->day + shift) % 7 + 7) % 7;
	if (!shift) {
		buf_addf(b, "BYMONTH=%d;BYDAY=%d%.2s", d->month,
		    d->week == 5 ? -1 : d->week, names + 2 * wd);
		return;
	}
	date_from_civil(1970, d->month, 1, &month);
	last = date_bucket_end(month, UNIT_MONTH, 1) - month + 1;
	first = (d->week == 5 ? last - 6 : 7 * d->week - 6) + shift;
	buf_addf(b, "BYDAY=%.2s;", names + 2 * wd);
	if (first >= 1 && first + 6 <= last)
		buf_addf(b, "BYMONTH=%d;BYMONTHDAY=", d->month);
	else
		buf_adds(b, "BYYEARDAY=");
	for (int i = 0; i < 7; i++) {
		day = month + first - 1 + i; /* the day of 1970, from 0 */
		buf_addf(b, "%s%d", i ? "," : "",
		    first >= 1 && first + 6 <= last ? first + i
		    : d->month > 2		    ? day - 365
						    : day + 1);
	}
}

static void
part(struct writer *w, struct steps *s, size_t at, const struct tz_day *rule)
{
	struct step *first = &s->v[at];
	const char *kind = first->to.dst ? "DAYLIGHT" : "STANDARD";
	struct buf text = { 0 };

	buf_addf(&text, "BEGIN:%s", kind);
	line(w, text.p);
	buf_reset(&text);
	buf_adds(&text, "DTSTART:");
	add_wall(&text, first->wall);
	line(w, text.p);
	offset_line(w, "TZOFFSETFROM", first->before);
	offset_line(w, "TZOFFSETTO", first->to.off);
	buf_reset(&text);
	buf_addf(&text, "TZNAME:%s", first->to.abbr);
	line(w, text.p);
	buf_reset(&text);
	if (rule)
		rule_line(&text, rule);
	for (size_t i = at + 1; i < s->n && !rule; i++) {
		struct step *o = &s->v[i];

		if (o->done || o->before != first->before ||
		    o->to.off != first->to.off || o->to.dst != first->to.dst ||
		    strcmp(o->to.abbr, first->to.abbr) != 0)
			continue;
		o->done = true;
		buf_adds(&text, text.n ? "," : "RDATE:");
		add_wall(&text, o->wall);
	}
	if (text.n)
		line(w, text.p);
	buf_reset(&text);
	buf_addf(&text, "END:%s", kind);
	line(w, text.p);
	buf_release(&text);
}

/* Is it a change that the rule makes? */
static bool
by_rule(const struct tz_rule *r, const struct step *s)
{
	const struct tz_day *d = s->to.dst ? &r->begin : &r->end;
	const struct tz_type *to = s->to.dst ? &r->dst : &r->std;
	const struct tz_type *before = s->to.dst ? &r->std : &r->dst;

	return r->has_dst && s->to.off == to->off && s->before == before->off &&
	       tz_day_wall(d, tz_year(s->wall)) == s->wall;
}

/*
 * The changes from the one that holds at `from` on, up to where only the
 * rule's follow: with one of each half.
 */
static void
gather(struct steps *s, const struct ical_zone *z, int64_t from)
{
	struct tz_change c, last = { .at = from };
	int64_t end = from + YEARS * 366 * DAY_SECONDS;
	struct step one = { .to = z->first };
	size_t ruled = 0;

	if (tz_prev(z, from, &c))
		last = c;
	else if (!tz_next(z, from, &c))
		c.at = end;
	else
		last = c;
	while (c.at < end) {
		one.before = tz_at(z, c.at - 1).off;
		one.wall = c.at + one.before;
		one.to = c.type;
		GROW(s->v, s->n, s->cap);
		s->v[s->n++] = one;
		ruled = by_rule(&z->rule, &one) ? ruled + 1 : 0;
		if (z->n == 0 || c.at >= z->change[z->n - 1].at) {
			s->rules = ruled >= 2;
			if (s->rules)
				break;
		}
		last = c;
		if (!tz_next(z, last.at, &c))
			break;
	}
	/* The rule's half can begin with the first that followed it. */
	if (s->rules)
		s->n -= ruled - 2;
}

int
ical_vtimezone(struct buf *out, const struct ical_zone *z, int64_t from,
    bool crlf, struct err *e)
{
	struct writer w = { .out = out, .crlf = crlf };
	struct steps s = { 0 };
	struct step always = { 0 };
	struct buf id = { 0 };
	int32_t day = 0;

	if (!z->db)
		return err_set(e, ERR_DATA,
		    "time zone '%s' is not of the tz database", z->name);
	date_from_civil(tz_year(from), 1, 1, &day);
	gather(&s, z, day * DAY_SECONDS - tz_at(z, from).off);
	if (!s.n) {
		/* It never changes. */
		always.to = tz_at(z, from);
		always.before = always.to.off;
		GROW(s.v, s.n, s.cap);
		s.v[s.n++] = always;
	}
	line(&w, "BEGIN:VTIMEZONE");
	buf_addf(&id, "TZID:%s", z->name);
	line(&w, id.p);
	for (size_t i = 0; i < s.n; i++) {
		struct step *p = &s.v[i];
		bool rule = s.rules && i + 2 >= s.n;

		if (rule)
			part(&w, &s, i,
			    p->to.dst ? &z->rule.begin : &z->rule.end);
		else if (!p->done)
			part(&w, &s, i, NULL);
	}
	line(&w, "END:VTIMEZONE");
	free(s.v);
	buf_release(&id);
	return 0;
}
