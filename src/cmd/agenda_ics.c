/*
 * An agenda as a feed: what takes place in the window, each occurrence by
 * itself, in UTC. Private items of others are "busy" and have no more than
 * their times.
 */
#include <string.h>

#include "base/clock.h"
#include "cmd/agenda.h"
#include "crm/calendar/foreign.h"
#include "store/ical.h"
#include "store/id.h"

static int
put(const struct agenda_form *f, const char *name, struct span params,
    struct span value)
{
	return value.n ? ics_line(f->out, name, params, value, true, f->e) : 0;
}

static int
put_text(const struct agenda_form *f, const char *name, struct span value)
{
	struct buf b = { 0 };
	int r;

	ics_escape(&b, value);
	r = put(f, name, span(""), buf_span(&b));
	buf_release(&b);
	return r;
}

/* A day or an instant; the end of whole days is the day behind. */
static int
put_time(const struct agenda_form *f, const char *name, int64_t at, bool day)
{
	struct ical_time t = { .kind = day ? ICAL_DATE : ICAL_UTC };
	char text[20];

	if (day)
		t.day = clock_day(at, NULL);
	else
		t = ical_from_instant(at, &t);
	ical_time_format(&t, text);
	return put(f, name, span(day ? "VALUE=DATE" : ""), span(text));
}

static int
put_times(const struct agenda_form *f, const struct agenda_item *x)
{
	if (x->o.kind == ITEM_TASK)
		return put_time(f, "DUE", x->o.from, x->o.day);
	if (put_time(f, "DTSTART", x->o.from, x->o.day))
		return -1;
	return x->o.kind == ITEM_EVENT && x->o.to > x->o.from
	    ? put_time(f, "DTEND", x->o.to, x->o.day)
	    : 0;
}

/*
 * The UID is the feed's own, with which one of a series it is: who subscribes
 * has the meeting itself, too, perhaps, and an import must not take it for it.
 */
static int
put_uid(const struct agenda_form *f, const struct agenda_item *x)
{
	struct span uid = act_cell(f->a->cal, x->o.value, "uid");
	struct buf b = { 0 };
	int r;

	buf_addspan(&b, uid);
	if (x->o.key.n)
		buf_addf(&b, ".%.*s", SPANF(x->o.key));
	buf_adds(&b, ".crm-feed");
	r = put_text(f, "UID", buf_span(&b)) ||
			    put(f, "X-CRM-FEED", span(""), uid)
		? -1
		: 0;
	buf_release(&b);
	return r;
}

static int
put_state(const struct agenda_form *f, const struct agenda_item *x)
{
	const char *word = x->cancelled		     ? "CANCELLED"
			   : x->o.kind == ITEM_EVENT ? "CONFIRMED"
			   : x->o.kind == ITEM_NOTE  ? "FINAL"
			   : x->done		     ? "COMPLETED"
						     : "NEEDS-ACTION";

	return put(f, "STATUS", span(""), span(word));
}

static int
put_shown(const struct agenda_form *f, const struct agenda_item *x)
{
	struct buf who = { 0 };
	int r;

	agenda_who(&who, f->a, x);
	r = put_uid(f, x) ||
			    put_text(f, "SUMMARY", x->subject) ||
			    put_text(f, "LOCATION", x->where) ||
			    put_text(f, "DESCRIPTION", x->about) ||
			    (f->npersons > 1 &&
				put_text(f, "CATEGORIES", buf_span(&who))) ||
			    put_state(f, x)
		? -1
		: 0;
	buf_release(&who);
	return r;
}

/* Whose time it is may be known, and no more. */
static int
put_hidden(const struct agenda_form *f, const struct agenda_item *x)
{
	struct buf b = { 0 };
	int r;

	buf_addf(&b, "%llx %.*s", (unsigned long long)x->o.id,
	    SPANF(x->o.key));
	buf_addf(&b, "%016llx", (unsigned long long)span_hash(buf_span(&b)));
	r = put(f, "UID", span(""), span_n(b.p + b.n - 16, 16)) ||
			    put(f, "SUMMARY", span(""), span("busy")) ||
			    put(f, "CLASS", span(""), span("PRIVATE")) ||
			    put(f, "X-CRM-FEED", span(""), span(FEED_BUSY))
		? -1
		: 0;
	buf_release(&b);
	return r;
}

static int
put_item(const struct agenda_form *f, const struct agenda_item *x)
{
	const char *comp = item_kind_component(x->o.kind);

	buf_addf(f->out, "BEGIN:%s\r\n", comp);
	if (put_time(f, "DTSTAMP", f->a->now, false) || put_times(f, x) ||
	    (x->hidden ? put_hidden(f, x) : put_shown(f, x)))
		return -1;
	buf_addf(f->out, "END:%s\r\n", comp);
	return 0;
}

int
agenda_ics(const struct agenda_form *f)
{
	int r = 0;

	buf_adds(f->out, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
			 "PRODID:-//crm//crm//EN\r\nMETHOD:PUBLISH\r\n");
	r = put_text(f, "X-WR-CALNAME", f->title);
	for (size_t i = 0; r == 0 && i < f->a->nlate; i++)
		r = put_item(f, &f->a->late[i]);
	for (size_t i = 0; r == 0 && i < f->a->n; i++)
		r = put_item(f, &f->a->item[i]);
	buf_adds(f->out, "END:VCALENDAR\r\n");
	return r;
}
