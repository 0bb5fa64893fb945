/*
 * What people type of activities: how they repeat, when they remind.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/date.h"
#include "crm/calendar/item_impl.h"
#include "crm/calendar/words.h"
#include "crm/own.h"

const char *
act_zone(const struct session *s)
{
	const char *zone;

	if (!s)
		return "";
	zone = rc_get(&s->rc, "core.timezone");
	if (!zone)
		zone = getenv("TZ");
	return !zone || !*zone || *zone == ':' || strcmp(zone, "UTC") == 0
	    ? ""
	    : zone;
}

/* --- repeat -------------------------------------------------------------- */

static const struct {
	const char *word, *rule;
} words[] = {
	{ "daily", "FREQ=DAILY" },
	{ "weekly", "FREQ=WEEKLY" },
	{ "fortnightly", "FREQ=WEEKLY;INTERVAL=2" },
	{ "biweekly", "FREQ=WEEKLY;INTERVAL=2" },
	{ "monthly", "FREQ=MONTHLY" },
	{ "quarterly", "FREQ=MONTHLY;INTERVAL=3" },
	{ "yearly", "FREQ=YEARLY" },
	{ "weekdays", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR" },
};

/* The last day, in the form that the start has (RFC 5545 §3.3.10). */
static int
add_until(struct session *s, struct span word, struct span start,
    struct buf *out, struct err *e)
{
	static const struct ical_time utc = { .kind = ICAL_UTC };
	struct ical_time until = { .kind = ICAL_DATE };
	char text[20];
	int32_t day;
	const struct date_ctx *own = session_own(s);

	if (date_entry(word, own, &day, e))
		return err_prefix(e, "repeat: ");
	until.day = day;
	if (start.n > 10)
		until = ical_from_instant(
		    clock_at_in(own->zone, day + 1, 0) - 1, &utc);
	ical_time_format(&until, text);
	buf_addf(out, ";UNTIL=%s", text);
	return 0;
}

/* Rules of iCalendar, mostly one; several are joined by a blank. */
static int
add_rules(struct span rules, struct buf *out, struct err *e)
{
	while (rules.n) {
		struct span one = span_cut(&rules, ' ');

		if (!one.n)
			continue;
		if (ical_rule_check(one, e))
			return -1;
		if (out->n)
			buf_addc(out, ' ');
		buf_addspan(out, one);
	}
	return 0;
}

/* weekly, weekly:6 (six times), weekly:2026-12-31 (until then), or a rule. */
int
act_repeat(struct session *s, struct span text, struct span start,
    struct buf *out, struct err *e)
{
	struct span rest = span_trim(text), word;
	int64_t times;

	if (memchr(rest.p, '=', rest.n))
		return add_rules(rest, out, e);
	word = span_trim(span_cut(&rest, ':'));
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (!span_ieqs(word, words[i].word))
			continue;
		buf_adds(out, words[i].rule);
		rest = span_trim(rest);
		if (!rest.n)
			return 0;
		if (!span_int(rest, &times))
			return add_until(s, rest, start, out, e);
		if (times < 1 || times > 10000)
			return err_set(e, ERR_USAGE,
			    "repeat: %.*s times is not possible",
			    SPANF(rest));
		buf_addf(out, ";COUNT=%lld", (long long)times);
		return 0;
	}
	return err_set(e, ERR_USAGE,
	    "repeat: '%.*s' is not understood; say daily, weekdays, weekly, "
	    "fortnightly, monthly, quarterly or yearly, with :N times or "
	    ":DAY, or a rule of iCalendar", SPANF(text));
}

/* --- how long ------------------------------------------------------------ */

/* One number and its unit, which is taken off. */
static bool
take_lead(struct span *rest, int64_t *seconds)
{
	static const struct {
		const char *unit;
		int64_t seconds;
	} units[] = { { "", 60 }, { "m", 60 }, { "min", 60 }, { "h", 3600 },
		{ "d", 86400 }, { "w", 604800 } };
	size_t n = 0, end;
	int64_t v;

	while (n < rest->n && rest->p[n] >= '0' && rest->p[n] <= '9')
		n++;
	for (end = n; end < rest->n; end++)
		if (rest->p[end] >= '0' && rest->p[end] <= '9')
			break;
	for (size_t i = 0; n && n < 7 && i < sizeof units / sizeof *units;
	     i++) {
		if (!span_ieqs(span_n(rest->p + n, end - n),
			units[i].unit) ||
		    !span_int(span_n(rest->p, n), &v))
			continue;
		*seconds = v * units[i].seconds;
		*rest = span_n(rest->p + end, rest->n - end);
		return true;
	}
	return false;
}

bool
act_duration(struct span text, int64_t *seconds)
{
	int64_t one, last = INT64_MAX, sum = 0;

	if (when_hours(text, &one)) {
		*seconds = one * 60;
		return true;
	}
	do { /* 1h30: the smaller follows the larger */
		if (!take_lead(&text, &one) || one >= last)
			return false;
		sum += last = one;
	} while (text.n);
	*seconds = sum;
	return true;
}

/* --- remind -------------------------------------------------------------- */

int
act_remind(struct session *s, struct span list, struct buf *out, struct err *e)
{
	bool timed;
	int64_t t;
	char at[21];

	for (char sep = '\0'; list.n; sep = ';') {
		struct span one = span_trim(span_cut(
		    &list, memchr(list.p, ';', list.n) ? ';' : ','));

		if (!one.n)
			continue;
		if (sep && out->n)
			buf_addc(out, sep);
		if (alarm_canonical(one, out))
			continue;
		if (instant_entry(one, session_own(s), &t, &timed, NULL))
			return err_set(e, ERR_USAGE,
			    "remind: '%.*s' is not understood; say 15m, 2h, "
			    "1d before, or a time", SPANF(one));
		instant_format(t, at);
		buf_adds(out, at);
	}
	return 0;
}
