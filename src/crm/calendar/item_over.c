/*
 * Is an activity over, or has it still to come?
 */
#include "base/clock.h"
#include "crm/calendar/item_impl.h"

enum { DAY = 86400 };
#define CENTURY ((int64_t)36525 * DAY)

static int
stop(void *ctx, const struct ical_time *t)
{
	(void)t;
	*(bool *)ctx = true;
	return 1;
}

/* Has a series an occurrence that is not over? */
static bool
goes_on(struct item *it, int64_t from)
{
	size_t start = ics_find(it->doc, it->comp, "DTSTART", ICS_NONE);
	struct span rule = ics_value(it->doc, it->comp, "RRULE");
	struct ical_rule r = { .rrule = &rule, .nrrule = 1 };
	struct err ignored = { 0 };
	bool found = false;

	if (start == ICS_NONE || !item_time(it->doc, start, &r.start))
		return true;
	if (ical_expand(&r, from, clock_now() + CENTURY, 1, stop, &found, NULL,
		&ignored))
		found = true; /* nobody knows */
	err_release(&ignored);
	return found;
}

bool
item_over(struct item *it, const struct span *value)
{
	struct span state = act_cell(it->cal, value, "state");
	struct span start = act_cell(it->cal, value, "start");
	struct span end = act_cell(it->cal, value, "end");
	int64_t from, to;
	bool timed;

	if (span_eqs(state, "done") || span_eqs(state, "cancelled"))
		return true;
	/* a task is not over by being late */
	if (it->kind != ITEM_EVENT || !when_parse(start, &from, &timed))
		return false;
	if (!end.n || !when_parse(end, &to, &timed))
		to = from;
	if (!timed)
		to += DAY;
	if (act_cell(it->cal, value, "repeat").n)
		return !goes_on(it, clock_now() - (to - from));
	return to <= clock_now();
}
