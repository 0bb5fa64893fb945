/*
 * Is an activity over, or has it still to come?
 */
#include "base/clock.h"
#include "crm/calendar/item.h"
#include "crm/calendar/occur.h"

enum { DAY = 86400 };
#define CENTURY ((int64_t)36525 * DAY)

/* Has a series an occurrence that is not over? */
static bool
goes_on(struct item *it, const struct span *value)
{
	struct occur_row row = { .value = value, .kind = it->kind };
	struct occurrences all = { 0 };
	struct err ignored = { 0 };
	/* of a rule that is none, or takes too long, nobody knows */
	bool yes = occur_row(it->cal, &row, clock_now(), clock_now() + CENTURY,
		       1, &all, &ignored) ||
		   all.n;

	occurrences_release(&all);
	err_release(&ignored);
	return yes;
}

bool
item_over(struct item *it, const struct span *value)
{
	struct span state = act_cell(it->cal, value, "state");
	int64_t from, to;
	bool day;

	if (span_eqs(state, "done") || span_eqs(state, "cancelled"))
		return true;
	/* a task is not over by being late */
	if (it->kind != ITEM_EVENT ||
	    !occur_times(it->cal, it->kind, value, &from, &to, &day))
		return false;
	if (act_cell(it->cal, value, "repeat").n ||
	    act_cell(it->cal, value, "exceptions").n)
		return !goes_on(it, value);
	return to <= clock_now();
}
