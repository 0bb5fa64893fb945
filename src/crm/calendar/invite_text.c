#include "crm/calendar/invite_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "crm/calendar/item_impl.h"
#include "crm/calendar/repeat.h"
#include "crm/own.h"

/* A time as it is read: in its own zone, else in that of who invites. */
struct shown {
	struct ical_time t; /* day and sec are those to show */
	const char *zone;   /* "" where only the offset is known */
	int off;	    /* minutes east of UTC */
};

static void
show(const struct invite_text *v, const struct ical_time *t, struct shown *out)
{
	const struct clock_zone *own = session_own(v->s)->zone;
	int64_t at = ical_instant(t);
	int minutes;

	out->t = *t;
	out->zone = own ? own->name : act_zone(v->s);
	if (t->kind == ICAL_ZONED) {
		out->zone = ical_zone_name(t->zone);
	} else if (t->kind == ICAL_UTC &&
	    ics_find(v->doc, v->comp, "RRULE", ICS_NONE) != ICS_NONE) {
		/* its rule names days in UTC */
		out->zone = "";
	} else if (t->kind != ICAL_DATE) {
		out->t.day = clock_day_in(own, at, &minutes);
		out->t.sec = minutes * 60;
	}
	out->off = (int)(((int64_t)out->t.day * 86400 + out->t.sec - at) / 60);
}

static void
put_day(int32_t day, struct buf *out)
{
	char text[11];

	date_format(day, text);
	buf_addf(out, "%s %s", weekday_word(day), text);
}

static void
put_time(int32_t sec, struct buf *out)
{
	buf_addf(out, " %02d:%02d", sec / 3600, sec / 60 % 60);
}

/* Of whole days it is the last one. */
static void
put_end(const struct shown *from, const struct shown *to, struct buf *out)
{
	bool same = to->t.day == from->t.day;

	if (same && to->t.sec == from->t.sec)
		return;
	buf_adds(out, " -");
	if (!same) {
		buf_addc(out, ' ');
		put_day(to->t.day, out);
	}
	if (to->t.kind != ICAL_DATE)
		put_time(to->t.sec, out);
}

static void
put_when(const struct invite_text *v, const struct ical_time *start,
    struct shown *from, struct buf *out)
{
	struct shown to;
	struct ical_time end;
	int off;

	show(v, start, from);
	put_day(from->t.day, out);
	if (start->kind != ICAL_DATE)
		put_time(from->t.sec, out);
	if (item_end(v->doc, v->comp, &end) &&
	    (end.kind == ICAL_DATE) == (start->kind == ICAL_DATE)) {
		if (start->kind == ICAL_ZONED)
			end = ical_from_instant(ical_instant(&end), start);
		show(v, &end, &to);
		put_end(from, &to, out);
	}
	if (start->kind == ICAL_DATE)
		return;
	off = from->off;
	buf_addf(out, " (%s%sUTC%c%02d:%02d)", from->zone,
	    *from->zone ? ", " : "", off < 0 ? '-' : '+', abs(off) / 60,
	    abs(off) % 60);
}

/* --- what repeats -------------------------------------------------------- */

/* Days on which it does not take place. */
static void
put_out(const struct invite_text *v, struct buf *out)
{
	const char *sep = "not on ";
	size_t p = ICS_NONE;
	bool bad;
	struct ical_time t;
	struct shown day;

	while ((p = ics_find(v->doc, v->comp, "EXDATE", p)) != ICS_NONE) {
		struct span list = v->doc->prop[p].value;

		while (list.n) {
			if (!ical_time_parse(span_trim(ics_cut(&list, ',')),
				item_zone(v->doc, p, &bad), &t))
				continue;
			show(v, &t, &day);
			buf_adds(out, *sep == 'n' ? "\n        " : "");
			buf_adds(out, sep);
			put_day(day.t.day, out);
			sep = ", ";
		}
	}
}

/* Has it single ones that the rule does not tell of? */
static bool
differs(const struct invite_text *v)
{
	struct span uid = span_trim(ics_value(v->doc, v->comp, "UID"));

	for (size_t i = 1; i < v->doc->ncomps; i++) {
		if (i != v->comp &&
		    span_eq(span_trim(ics_value(v->doc, i, "UID")), uid))
			return true;
	}
	return ics_find(v->doc, v->comp, "RDATE", ICS_NONE) != ICS_NONE;
}

static void
put_repeat(
    const struct invite_text *v, const struct shown *from, struct buf *out)
{
	size_t p = ICS_NONE;

	while ((p = ics_find(v->doc, v->comp, "RRULE", p)) != ICS_NONE) {
		buf_adds(out, "\n        ");
		repeat_words(v->doc->prop[p].value, &from->t, out);
	}
	put_out(v, out);
	if (differs(v))
		buf_adds(out, "\n        single ones otherwise: the calendar "
			      "beside this text has them");
}

/* --- who ----------------------------------------------------------------- */

static void
put_guests(const struct invite_text *v, struct buf *out)
{
	const char *sep = "Guests: ";
	struct buf one = { 0 };
	size_t p = ICS_NONE;

	while ((p = ics_find(v->doc, v->comp, "ATTENDEE", p)) != ICS_NONE) {
		buf_reset(&one);
		if (!item_mail(v->doc->prop[p].value, &one) ||
		    span_eq(buf_span(&one), v->mail))
			continue;
		buf_addf(out, "%s%s", sep, one.p);
		sep = ",\n        ";
	}
	buf_adds(out, *sep == ',' ? "\n" : "");
	buf_release(&one);
}

void
invite_text(const struct invite_text *v, struct buf *out)
{
	size_t p = ics_find(v->doc, v->comp, "DTSTART", ICS_NONE);
	struct buf where = { 0 };
	struct ical_time t;
	struct shown from;

	buf_addf(out, "%.*s\n\n", SPANF(v->subject));
	if (p == ICS_NONE)
		p = ics_find(v->doc, v->comp, "DUE", ICS_NONE);
	if (p != ICS_NONE && item_time(v->doc, p, &t)) {
		buf_adds(out, "When:   ");
		put_when(v, &t, &from, out);
		put_repeat(v, &from, out);
		buf_addc(out, '\n');
	}
	ics_unescape(&where, ics_value(v->doc, v->comp, "LOCATION"));
	if (where.n)
		buf_addf(out, "Where:  %s\n", where.p);
	buf_addf(out, "From:   %.*s <%.*s>\n", SPANF(v->name), SPANF(v->mail));
	put_guests(v, out);
	buf_release(&where);
}
