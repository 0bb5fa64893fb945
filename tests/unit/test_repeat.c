#include "unit.h"

#include "base/buf.h"
#include "crm/calendar/repeat.h"

static void
words(void **state)
{
	static const struct {
		const char *rule, *start, *want;
	} cases[] = {
		{ "FREQ=DAILY;COUNT=6", "20261231T140000Z",
		    "every day, 6 times" },
		{ "FREQ=WEEKLY", "20261231T140000Z",
		    "every week on Thursday" },
		{ "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;UNTIL=20270204",
		    "20261231", "every 2 weeks on Monday and Thursday until "
				"2027-02-04" },
		{ "FREQ=WEEKLY;BYDAY=MO,TU,FR;WKST=MO", "20261228",
		    "every week on Monday, Tuesday and Friday" },
		{ "FREQ=MONTHLY", "20261231", "every month on day 31" },
		{ "FREQ=MONTHLY;BYMONTHDAY=1,-1", "20261201",
		    "every month on day 1 and the last day" },
		{ "FREQ=MONTHLY;INTERVAL=3;BYDAY=2TH,-1FR", "20261210",
		    "every 3 months on the second Thursday and the last "
		    "Friday" },
		{ "FREQ=YEARLY", "20261231", "every year on December 31" },
		/* what there are no words for */
		{ "FREQ=HOURLY", "20261231T140000Z",
		    "by the rule FREQ=HOURLY" },
		{ "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1", "20261231",
		    "by the rule FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1" },
		{ "FREQ=MONTHLY;BYDAY=TH", "20261231",
		    "by the rule FREQ=MONTHLY;BYDAY=TH" },
		{ "FREQ=WEEKLY;BYDAY=1TH", "20261231",
		    "by the rule FREQ=WEEKLY;BYDAY=1TH" },
		{ "FREQ=YEARLY;BYDAY=TH", "20261231",
		    "by the rule FREQ=YEARLY;BYDAY=TH" },
		{ "FREQ=DAILY;BYDAY=MO", "20261228",
		    "by the rule FREQ=DAILY;BYDAY=MO" },
		{ "FREQ=WEEKLY;BYDAY=X", "20261228",
		    "by the rule FREQ=WEEKLY;BYDAY=X" },
		{ "", "20261228", "by the rule " },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct ical_time start;
		struct buf b = { 0 };

		assert_true(
		    ical_time_parse(span(cases[i].start), NULL, &start));
		repeat_words(span(cases[i].rule), &start, &b);
		CHECK(span_eqs(buf_span(&b), cases[i].want), "%s: %s",
		    cases[i].rule, b.p);
		buf_release(&b);
	}
	(void)state;
}

static void
until_is_local(void **state)
{
	/* 23:59:59 of February 4 in Berlin */
	struct span rule = span("FREQ=WEEKLY;UNTIL=20270204T225959Z");
	const struct ical_zone *z =
	    ical_zone(span("Pacific/Auckland"), span(""), NULL);
	struct ical_time start;
	struct buf b = { 0 };

	assert_true(ical_time_parse(span("20261231T140000"), z, &start));
	repeat_words(rule, &start, &b);
	CHECK(span_eqs(buf_span(&b),
		  "every week on Thursday until 2027-02-05"), "%s", b.p);
	buf_release(&b);
	ical_end();
	(void)state;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words),
		cmocka_unit_test(until_is_local),
	};

	return cmocka_run_group_tests_name("repeat", tests, NULL, NULL);
}
