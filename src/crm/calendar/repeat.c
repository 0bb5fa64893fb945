#include "crm/calendar/repeat.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"

static const char *const weekday[] = { "Monday", "Tuesday", "Wednesday",
	"Thursday", "Friday", "Saturday", "Sunday" };
static const char *const month[] = { "January", "February", "March", "April",
	"May", "June", "July", "August", "September", "October", "November",
	"December" };
static const char *const nth[] = { "last", "", "first", "second", "third",
	"fourth", "fifth" };

static const struct {
	const char *freq, *unit;
} units[] = { { "DAILY", "day" }, { "WEEKLY", "week" }, { "MONTHLY", "month" },
	{ "YEARLY", "year" } };

/* A rule taken apart; what is not there is empty. */
struct parts {
	struct span freq, interval, count, until, byday, bymonthday, bymonth,
	    wkst;
};

static bool
take(struct span rule, struct parts *p)
{
	const struct {
		const char *name;
		struct span *value;
	} known[] = { { "FREQ", &p->freq }, { "INTERVAL", &p->interval },
		{ "COUNT", &p->count }, { "UNTIL", &p->until },
		{ "BYDAY", &p->byday }, { "BYMONTHDAY", &p->bymonthday },
		{ "BYMONTH", &p->bymonth }, { "WKST", &p->wkst } };

	while (rule.n) {
		struct span value = span_trim(span_cut(&rule, ';'));
		struct span name = span_trim(span_cut(&value, '='));
		bool is = !name.n;

		for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
			if (!span_ieqs(name, known[i].name))
				continue;
			*known[i].value = span_trim(value);
			is = true;
		}
		if (!is)
			return false;
	}
	return true;
}

const char *
weekday_word(int32_t day)
{
	return weekday[date_weekday(day) - 1];
}

/* What stands between the i-th of a list and the one before it. */
static const char *
joint(size_t i, bool last)
{
	return i == 0 ? "" : last ? " and " : ", ";
}

/* MO,TH; of months 2TH and -1FR, too. */
static bool
put_days(struct span list, bool ordinals, struct buf *out)
{
	static const char days[] = "MOTUWETHFRSASU";

	for (size_t i = 0; list.n; i++) {
		struct span one = span_trim(span_cut(&list, ','));
		struct span at = span_n(one.p, one.n < 2 ? 0 : one.n - 2);
		int64_t n = 0;
		size_t k = 0;

		if (at.n && at.p[0] == '+')
			at = span_n(at.p + 1, at.n - 1);
		if (one.n < 2 || (at.n > 0) != ordinals ||
		    (at.n && (!span_int(at, &n) || !n || n < -1 || n > 5)))
			return false;
		while (k < 7 && !span_ieq(span_n(one.p + one.n - 2, 2),
				    span_n(days + 2 * k, 2)))
			k++;
		if (k == 7)
			return false;
		buf_adds(out, joint(i, !list.n));
		if (ordinals)
			buf_addf(out, "the %s ", nth[n + 1]);
		buf_adds(out, weekday[k]);
	}
	return true;
}

/* 1,15,-1 */
static bool
put_month_days(struct span list, struct buf *out)
{
	for (size_t i = 0; list.n; i++) {
		struct span one = span_trim(span_cut(&list, ','));
		int64_t n;

		if (!span_int(one, &n) || n < -1 || n == 0)
			return false;
		buf_adds(out, joint(i, !list.n));
		if (n < 0)
			buf_adds(out, "the last day");
		else
			buf_addf(out, "day %d", (int)n);
	}
	return true;
}

/* On which days of its unit. False: there are no words for it. */
static bool
put_on(const struct parts *p, const struct ical_time *start, struct buf *out)
{
	int y, m, d;

	date_civil(start->day, &y, &m, &d);
	if (p->bymonth.n || (p->byday.n && p->bymonthday.n))
		return false;
	if (span_ieqs(p->freq, "DAILY"))
		return !p->byday.n && !p->bymonthday.n;
	buf_adds(out, " on ");
	if (span_ieqs(p->freq, "YEARLY"))
		buf_addf(out, "%s %d", month[m - 1], d);
	else if (p->byday.n)
		return put_days(
		    p->byday, span_ieqs(p->freq, "MONTHLY"), out);
	else if (p->bymonthday.n)
		return span_ieqs(p->freq, "MONTHLY") &&
		    put_month_days(p->bymonthday, out);
	else if (span_ieqs(p->freq, "MONTHLY"))
		buf_addf(out, "day %d", d);
	else
		buf_adds(out, weekday_word(start->day));
	return !p->byday.n && !p->bymonthday.n;
}

static bool
put_end(const struct parts *p, const struct ical_time *start, struct buf *out)
{
	struct ical_time t;
	char day[11];

	if (p->count.n)
		buf_addf(out, ", %.*s times", SPANF(p->count));
	if (!p->until.n)
		return true;
	if (!ical_time_parse(p->until, NULL, &t))
		return false;
	if (t.kind == ICAL_UTC && start->kind != ICAL_DATE)
		t = ical_from_instant(ical_instant(&t), start);
	date_format(t.day, day);
	buf_addf(out, " until %s", day);
	return true;
}

static bool
put_rule(struct span rule, const struct ical_time *start, struct buf *out)
{
	struct parts p = { 0 };
	int64_t n = 1;

	if (!take(rule, &p) || (p.interval.n && !span_int(p.interval, &n)))
		return false;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (!span_ieqs(p.freq, units[i].freq))
			continue;
		if (n == 1)
			buf_addf(out, "every %s", units[i].unit);
		else
			buf_addf(out, "every %lld %ss", (long long)n,
			    units[i].unit);
		return put_on(&p, start, out) && put_end(&p, start, out);
	}
	return false;
}

void
repeat_words(
    struct span rule, const struct ical_time *start, struct buf *out)
{
	struct buf b = { 0 };

	if (put_rule(rule, start, &b))
		buf_addspan(out, buf_span(&b));
	else
		buf_addf(out, "by the rule %.*s", SPANF(rule));
	buf_release(&b);
}
