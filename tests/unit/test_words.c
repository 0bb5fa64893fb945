#include "unit.h"

#include <stdlib.h>

#include "base/clock.h"
#include "crm/calendar/words.h"

static struct date_ctx ctx;

static void
start(const char *zone)
{
	struct err e = { 0 };

	setenv("CRM_NOW", "2026-11-21T10:00:00Z", 1);
	CHECK(clock_zone(zone, &e) == 0, "%s", e.msg);
	ctx.now = clock_now();
	ctx.today = clock_day(ctx.now, NULL);
	ctx.fiscal_month = 1;
}

/* Words separated by '|' into w; the result of the last. */
static int
take(struct when_words *w, const char *words, bool shifts, struct err *e)
{
	struct span rest = span(words);
	int r = 1;

	memset(w, 0, sizeof *w);
	while (rest.n && r == 1)
		r = when_word(w, &ctx, span_cut(&rest, '|'), shifts, e);
	return r;
}

static void
cells(void **state)
{
	static const struct {
		const char *words, *of, *start, *end; /* start NULL: refused */
	} cases[] = {
		{ "fri|14:00", "", "2026-11-27T13:00:00Z", "" },
		{ "14:00|1h|fri", "", "2026-11-27T13:00:00Z",
		    "2026-11-27T14:00:00Z" },
		{ "fri 14:00|1h30", "", "2026-11-27T13:00:00Z",
		    "2026-11-27T14:30:00Z" },
		{ "23:30-00:30", "", "2026-11-21T22:30:00Z",
		    "2026-11-21T23:30:00Z" },
		{ "+15min|90m", "", "2026-11-21T10:15:00Z",
		    "2026-11-21T11:45:00Z" },
		{ "2026-12-01T09:00:00Z|1h5m", "", "2026-12-01T09:00:00Z",
		    "2026-12-01T10:05:00Z" },
		{ "mon|3d", "", "2026-11-23", "2026-11-25" },
		/* a day later is the same time of day: 23 hours here */
		{ "2027-03-27|10:00|1d", "", "2027-03-27T09:00:00Z",
		    "2027-03-28T08:00:00Z" },
		{ "fri|30m", "", "2026-11-27", NULL },
		{ "10:00|11:00", "", NULL, NULL },
		{ "fri|sat", "", NULL, NULL },
		{ "fri|+2h", "", NULL, NULL },
		{ "30m|1h", "", NULL, NULL },
		{ "week", "", NULL, NULL },
		{ "tomorow", "", NULL, NULL },
		{ "wendesday", "", NULL, NULL },
		{ "9am", "", NULL, NULL },
		{ "9", "", NULL, NULL },
		{ "24:00", "", NULL, NULL },
		{ "9.30", "", NULL, NULL },
		{ "24.11.2026 10:00", "", "2026-11-24T09:00:00Z", "" },
		{ "24.11.|10:00|1.5h", "", "2026-11-24T09:00:00Z",
		    "2026-11-24T10:30:00Z" },
		{ "2027-02-30 10:00", "", NULL, NULL },
		{ "20261201", "", NULL, NULL },
		{ "2026-12-1", "", NULL, NULL },
		{ "1/12/2026", "", NULL, NULL },
		{ "9-10", "", NULL, NULL },
		{ "1.3h", "", NULL, NULL },
		{ "10:00|-30m", "", NULL, NULL },
		{ "0m", "", NULL, NULL },
		{ "9:00|90", "", NULL, NULL },
		{ "tue-wed", "", NULL, NULL },
		{ "10:00-", "", NULL, NULL },
		{ "at", "", NULL, NULL },
		/* moved: what is not said stays */
		{ "fri", "2026-12-01T09:00:00Z", "2026-11-27T09:00:00Z", "" },
		{ "15:30", "2026-12-01T09:00:00Z", "2026-12-01T14:30:00Z",
		    "" },
		{ "fri", "2026-12-01", "2026-11-27", "" },
	};

	(void)state;
	start("Europe/Berlin");
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct when_words w;
		struct err e = { 0 };
		struct buf a = { 0 }, b = { 0 };
		int r = take(&w, cases[i].words, false, &e);

		CHECK((r == 1) == (cases[i].start != NULL), "%s",
		    cases[i].words);
		if (r == 1) {
			CHECK(when_cell(&w, &ctx, span(cases[i].of), &a,
				  &e) == 0 &&
				span_eqs(buf_span(&a), cases[i].start),
			    "%s: %s", cases[i].words, a.p);
			r = when_end(&w, &ctx, buf_span(&a), &b, &e);
			CHECK((r == 0) == (cases[i].end != NULL), "%s",
			    cases[i].words);
		}
		if (r == 0)
			CHECK(span_eqs(buf_span(&b), cases[i].end), "%s: %s",
			    cases[i].words, b.p);
		err_release(&e);
		buf_release(&a);
		buf_release(&b);
	}
}

static void
no_words(void **state)
{
	static const char *const cases[] = { "budget", "m", "1h60",
		"1h30x", "10:00-x", "030-1234567", "4711-12345", "2nd", "3 of them",
		"kick-off", "1234567m", "+1", "money", "Monte", "" };

	(void)state;
	start("UTC");
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct when_words w = { 0 };
		struct err e = { 0 };
		int r = when_word(&w, &ctx, span(cases[i]), true, &e);

		CHECK(r == 0, "'%s' is %d: %s", cases[i], r, e.msg);
		CHECK(!when_said(&w), "'%s' says when", cases[i]);
	}
}

static void
shifts(void **state)
{
	static const struct {
		const char *word, *from, *to;
	} cases[] = {
		{ "+1d", "2026-11-27T13:00:00Z", "2026-11-28T13:00:00Z" },
		{ "-30min", "2026-11-27T13:00:00Z", "2026-11-27T12:30:00Z" },
		{ "+2h", "2026-11-27T13:00:00Z", "2026-11-27T15:00:00Z" },
		{ "+1w", "2026-11-27", "2026-12-04" },
		{ "+1m", "2026-01-31", "2026-02-28" },
		{ "-1q", "2026-05-31", "2026-02-28" },
		{ "+1y", "2024-02-29", "2025-02-28" },
		{ "+2h", "2026-11-27", "2026-11-27" },
		/* the same time of day, though the clocks change */
		{ "+1d", "2027-03-27T09:00:00Z", "2027-03-28T08:00:00Z" },
	};

	(void)state;
	start("Europe/Berlin");
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct when_words w = { 0 };
		struct err e = { 0 };
		struct buf b = { 0 };

		CHECK(when_word(&w, &ctx, span(cases[i].word), true, &e) == 1,
		    "%s", cases[i].word);
		when_shift(&w, &ctx, span(cases[i].from), &b);
		CHECK(span_eqs(buf_span(&b), cases[i].to), "%s of %s: %s",
		    cases[i].word, cases[i].from, b.p);
		buf_release(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells),
		cmocka_unit_test(no_words),
		cmocka_unit_test(shifts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
