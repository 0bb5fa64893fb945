/*
 * Times of items: what a property says, as a cell and back. A cell is a day or
 * an instant; in a file the day behind the last ends what takes whole days
 * (RFC 5545 §3.6.1), in a cell it is the last day.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "crm/calendar/item_impl.h"

/* The definition of a zone that came with the file, as text. */
static struct span
vtimezone_of(struct ics *d, struct span tzid)
{
	for (size_t i = 1; i < d->ncomps; i++) {
		if (span_ieqs(d->comp[i].name, "VTIMEZONE") &&
		    span_eq(ics_value(d, i, "TZID"), tzid))
			return span_n(d->text.p + d->comp[i].at,
			    d->comp[i].end - d->comp[i].at);
	}
	return span("");
}

const struct ical_zone *
item_zone_named(struct ics *d, struct span tzid)
{
	return ical_zone(tzid, vtimezone_of(d, tzid), NULL);
}

const struct ical_zone *
item_zone(struct ics *d, size_t prop, bool *bad)
{
	const struct ical_zone *z;
	struct span tzid;

	*bad = false;
	if (!ics_param(d, prop, "TZID", &tzid))
		return NULL;
	z = item_zone_named(d, tzid);
	*bad = z == NULL;
	return z;
}

bool
item_time(struct ics *d, size_t prop, struct ical_time *out)
{
	bool bad;
	const struct ical_zone *z = item_zone(d, prop, &bad);

	/* of a zone that nobody knows: better the wall time than nothing */
	return ical_time_parse(span_trim(d->prop[prop].value), z, out);
}

void
item_cell_of(const struct ical_time *t, char out[21])
{
	if (t->kind == ICAL_DATE)
		date_format(t->day, out);
	else
		instant_format(ical_instant(t), out);
}

/* Days and weeks keep the wall time, hours do not (RFC 5545 §3.3.6). */
static struct ical_time
behind(const struct ical_time *t, struct span duration, int64_t seconds)
{
	struct ical_time out = *t;

	if (t->kind == ICAL_DATE ||
	    (seconds % 86400 == 0 && !memchr(duration.p, 'T', duration.n))) {
		out.day += (int32_t)(seconds / 86400);
		return out;
	}
	return ical_from_instant(ical_instant(t) + seconds, t);
}

bool
item_end(struct ics *d, size_t comp, struct ical_time *out)
{
	size_t end = ics_find(d, comp, "DTEND", ICS_NONE);
	size_t start = ics_find(d, comp, "DTSTART", ICS_NONE);
	struct span duration = span_trim(ics_value(d, comp, "DURATION"));
	struct ical_time from = { 0 };
	int64_t seconds;

	if (start != ICS_NONE && !item_time(d, start, &from))
		start = ICS_NONE;
	if (end != ICS_NONE) {
		if (!item_time(d, end, out))
			return false;
	} else if (start != ICS_NONE && duration.n &&
	    ical_duration(duration, &seconds) && seconds >= 0) {
		*out = behind(&from, duration, seconds);
	} else {
		return false;
	}
	if (out->kind == ICAL_DATE && start != ICS_NONE &&
	    out->day > from.day)
		out->day--;
	return true;
}

bool
item_time_of(
    struct span cell, const struct ical_time *like, struct ical_time *out)
{
	static const struct ical_time utc = { .kind = ICAL_UTC };
	bool timed;
	int64_t t;

	if (!when_parse(cell, &t, &timed))
		return false;
	if (timed) {
		if (!like || like->kind == ICAL_DATE)
			like = &utc;
		*out = ical_from_instant(t, like);
		return true;
	}
	memset(out, 0, sizeof *out);
	out->kind = ICAL_DATE;
	return date_parse(cell, &out->day);
}

void
item_time_text(
    const struct ical_time *t, struct buf *params, struct buf *value)
{
	char text[20];

	ical_time_format(t, text);
	buf_adds(value, text);
	if (t->kind == ICAL_DATE)
		buf_adds(params, "VALUE=DATE");
	if (t->kind == ICAL_ZONED) {
		buf_adds(params, "TZID=");
		ics_param_value(params, span(ical_zone_name(t->zone)));
	}
}

int
item_set_time(struct ics *d, size_t comp, const char *prop, struct span cell,
    const struct ical_time *like, bool is_end, struct err *e)
{
	size_t p = ics_find(d, comp, prop, ICS_NONE);
	size_t start = ics_find(d, comp, "DTSTART", ICS_NONE);
	struct buf params = { 0 }, value = { 0 };
	struct ical_time t, old;
	int r;

	if (!cell.n) {
		if (p != ICS_NONE)
			ics_remove(d, p);
		return 0;
	}
	if (!like && p != ICS_NONE && item_time(d, p, &old) &&
	    old.kind != ICAL_DATE)
		like = &old;
	if (!like && start != ICS_NONE && item_time(d, start, &old))
		like = &old;
	if (!item_time_of(cell, like, &t))
		return err_set(e, ERR_DATA, "'%.*s' is no time", SPANF(cell));
	if (is_end && t.kind == ICAL_DATE)
		t.day++;
	item_time_text(&t, &params, &value);
	/* parameters that another program put there are of the old time */
	buf_addc(&params, '\0');
	r = ics_set(d, comp, prop, span_n(params.p, params.n - 1),
	    buf_span(&value), e);
	buf_release(&params);
	buf_release(&value);
	return r;
}
