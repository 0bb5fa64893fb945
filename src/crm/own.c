#include "crm/own.h"

#include <string.h>

#include "base/clock.h"
#include "crm/calendar/calendar.h"
#include "crm/calendar/item.h"
#include "crm/calendar/who.h"
#include "store/ical.h"

#define DAY_SECONDS 86400

static int
offset(const struct clock_zone *z, int64_t instant)
{
	struct ical_time like = { .kind = ICAL_ZONED, .zone = z->data };
	struct ical_time t = ical_from_instant(instant, &like);

	return (int)((int64_t)t.day * DAY_SECONDS + t.sec - instant);
}

const struct date_ctx *
session_own(struct session *s)
{
	struct err ignored = { 0 };
	struct calendar *cal;
	size_t me;

	if (s->own_known)
		return &s->own;
	s->own_known = true;
	s->own = s->dates;
	if (session_calendar(s, &cal, &ignored) == 0 &&
	    (me = who_me(cal)) != (size_t)-1 && cal->person[me].zone.n &&
	    !span_eqs(cal->person[me].zone, act_zone(s)))
		s->own_clock.data =
		    ical_zone(cal->person[me].zone, span(""), &ignored);
	err_release(&ignored);
	if (!s->own_clock.data)
		return &s->own;
	s->own_clock.offset = offset;
	s->own_clock.name = ical_zone_name(s->own_clock.data);
	s->own.zone = &s->own_clock;
	s->own.today = clock_day_in(s->own.zone, s->own.now, NULL);
	return &s->own;
}

const char *
session_own_zone(struct session *s)
{
	const struct clock_zone *z = session_own(s)->zone;

	return z ? z->name : "";
}
