#include "unit.h"

#include <stdlib.h>

#include "base/date.h"

struct period_case {
	const char *in, *from, *to; /* "" is an open end, NULL is refused */
	enum date_unit unit;
};

/* today is Saturday, 2026-11-21. */
static struct date_ctx
context(int fiscal_month)
{
	struct date_ctx c = { .fiscal_month = fiscal_month };

	date_from_civil(2026, 11, 21, &c.today);
	return c;
}

static void
check(const struct period_case *t, const struct date_ctx *c)
{
	struct date_range r = { 0 };
	enum date_unit unit = UNIT_DAY;
	char from[11] = "", to[11] = "";
	struct err e = { 0 };
	int got = date_period(span(t->in), c, &r, &unit, &e);

	if (!t->from) {
		CHECK(got == -1 && e.code == ERR_USAGE, "'%s' taken", t->in);
		assert_non_null(e.msg);
	} else {
		CHECK(got == 0, "'%s': %s", t->in, e.msg);
		if (r.has_from)
			date_format(r.from, from);
		if (r.has_to)
			date_format(r.to, to);
		CHECK(strcmp(from, t->from) == 0, "'%s': %s", t->in, from);
		CHECK(strcmp(to, t->to) == 0, "'%s': %s", t->in, to);
		CHECK(unit == t->unit, "'%s': unit %d", t->in, (int)unit);
	}
	err_release(&e);
}

static void
written(void **state)
{
	static const struct period_case cases[] = {
		{ "2026-11-21", "2026-11-21", "2026-11-21", UNIT_DAY },
		{ " 2026-11-21 ", "2026-11-21", "2026-11-21", UNIT_DAY },
		{ "2024-02-29", "2024-02-29", "2024-02-29", UNIT_DAY },
		{ "2026-02-29", NULL, NULL, 0 },
		{ "21.11.2026", "2026-11-21", "2026-11-21", UNIT_DAY },
		{ "1.2.2027", "2027-02-01", "2027-02-01", UNIT_DAY },
		{ "01.02.2027", "2027-02-01", "2027-02-01", UNIT_DAY },
		{ "21.11.", "2026-11-21", "2026-11-21", UNIT_DAY },
		{ "20.11.", "2027-11-20", "2027-11-20", UNIT_DAY },
		{ "3.1.+1w", "2027-01-10", "2027-01-10", UNIT_DAY },
		{ "1.12...24.12.", "2026-12-01", "2026-12-24", UNIT_DAY },
		{ "1.12.2026..", "2026-12-01", "", UNIT_DAY },
		{ "..1.12.", "", "2026-12-01", UNIT_DAY },
		{ "30.2.2027", NULL, NULL, 0 },
		{ "29.2.", NULL, NULL, 0 },
		{ "21.13.2026", NULL, NULL, 0 },
		{ "21.11", NULL, NULL, 0 },
		{ "21.11.26", NULL, NULL, 0 },
		{ "21..2026", NULL, NULL, 0 },
		{ "211.1.2026", NULL, NULL, 0 },
		{ "2026-11", "2026-11-01", "2026-11-30", UNIT_MONTH },
		{ "2024-02", "2024-02-01", "2024-02-29", UNIT_MONTH },
		{ "2026-00", NULL, NULL, 0 },
		{ "2026-13", NULL, NULL, 0 },
		{ "2026-1", NULL, NULL, 0 },
		{ "2026", "2026-01-01", "2026-12-31", UNIT_YEAR },
		{ "0000", NULL, NULL, 0 },
		{ "0001", "0001-01-01", "0001-12-31", UNIT_YEAR },
		{ "9999", "9999-01-01", "9999-12-31", UNIT_YEAR },
		{ "202", NULL, NULL, 0 },
		{ "20261", NULL, NULL, 0 },
		{ "2026-", NULL, NULL, 0 },
		{ "2026-Q1", "2026-01-01", "2026-03-31", UNIT_QUARTER },
		{ "2026-q4", "2026-10-01", "2026-12-31", UNIT_QUARTER },
		{ "2026-Q0", NULL, NULL, 0 },
		{ "2026-Q5", NULL, NULL, 0 },
		{ "2026-Q", NULL, NULL, 0 },
		{ "2026-Q12", NULL, NULL, 0 },
		{ "2026-W40", "2026-09-28", "2026-10-04", UNIT_WEEK },
		{ "2026-w01", "2025-12-29", "2026-01-04", UNIT_WEEK },
		{ "2026-W53", "2026-12-28", "2027-01-03", UNIT_WEEK },
		{ "2020-W53", "2020-12-28", "2021-01-03", UNIT_WEEK },
		{ "2021-W01", "2021-01-04", "2021-01-10", UNIT_WEEK },
		{ "2025-W53", NULL, NULL, 0 },
		{ "2026-W00", NULL, NULL, 0 },
		{ "2026-W54", NULL, NULL, 0 },
		{ "2026-W99", NULL, NULL, 0 },
		{ "2026-W4", NULL, NULL, 0 },
		{ "FY2027", "2027-01-01", "2027-12-31", UNIT_YEAR },
		{ "fy2027-q1", "2027-01-01", "2027-03-31", UNIT_QUARTER },
		{ "FY2027-Q5", NULL, NULL, 0 },
		{ "FY0000", NULL, NULL, 0 },
		{ "FY27", NULL, NULL, 0 },
		{ "FY2027-W1", NULL, NULL, 0 },
	};
	struct date_ctx c = context(1);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check(&cases[i], &c);
}

static void
named(void **state)
{
	static const struct period_case cases[] = {
		{ "today", "2026-11-21", "2026-11-21", UNIT_DAY },
		{ "NOW", "2026-11-21", "2026-11-21", UNIT_DAY },
		{ "Yesterday", "2026-11-20", "2026-11-20", UNIT_DAY },
		{ "tomorrow", "2026-11-22", "2026-11-22", UNIT_DAY },
		{ "sat", "2026-11-21", "2026-11-21", UNIT_DAY },
		{ "sunday", "2026-11-22", "2026-11-22", UNIT_DAY },
		{ "Fri", "2026-11-27", "2026-11-27", UNIT_DAY },
		{ "mon", "2026-11-23", "2026-11-23", UNIT_DAY },
		{ "tues", NULL, NULL, 0 },
		{ "week", "2026-11-16", "2026-11-22", UNIT_WEEK },
		{ "this-week", "2026-11-16", "2026-11-22", UNIT_WEEK },
		{ "last-week", "2026-11-09", "2026-11-15", UNIT_WEEK },
		{ "next-week", "2026-11-23", "2026-11-29", UNIT_WEEK },
		{ "month", "2026-11-01", "2026-11-30", UNIT_MONTH },
		{ "last-month", "2026-10-01", "2026-10-31", UNIT_MONTH },
		{ "next-month", "2026-12-01", "2026-12-31", UNIT_MONTH },
		{ "quarter", "2026-10-01", "2026-12-31", UNIT_QUARTER },
		{ "last-quarter", "2026-07-01", "2026-09-30", UNIT_QUARTER },
		{ "next-quarter", "2027-01-01", "2027-03-31", UNIT_QUARTER },
		{ "year", "2026-01-01", "2026-12-31", UNIT_YEAR },
		{ "last-year", "2025-01-01", "2025-12-31", UNIT_YEAR },
		{ "next-year", "2027-01-01", "2027-12-31", UNIT_YEAR },
		{ "last-fri", NULL, NULL, 0 },
		{ "next-today", NULL, NULL, 0 },
		{ "last-", NULL, NULL, 0 },
		{ "last week", NULL, NULL, 0 },
		{ "sow", "2026-11-16", "2026-11-16", UNIT_DAY },
		{ "eow", "2026-11-22", "2026-11-22", UNIT_DAY },
		{ "som", "2026-11-01", "2026-11-01", UNIT_DAY },
		{ "eom", "2026-11-30", "2026-11-30", UNIT_DAY },
		{ "soq", "2026-10-01", "2026-10-01", UNIT_DAY },
		{ "eoq", "2026-12-31", "2026-12-31", UNIT_DAY },
		{ "soy", "2026-01-01", "2026-01-01", UNIT_DAY },
		{ "eoy", "2026-12-31", "2026-12-31", UNIT_DAY },
		{ "eod", NULL, NULL, 0 },
		{ "", NULL, NULL, 0 },
		{ " ", NULL, NULL, 0 },
		{ "soon", NULL, NULL, 0 },
		{ "21.11 2026", NULL, NULL, 0 },
		{ "11/21/2026", NULL, NULL, 0 },
		{ "\xff", NULL, NULL, 0 },
	};
	struct date_ctx c = context(0);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check(&cases[i], &c);
}

static void
offsets(void **state)
{
	static const struct period_case cases[] = {
		{ "+2w", "2026-12-05", "2026-12-05", UNIT_DAY },
		{ "-30d", "2026-10-22", "2026-10-22", UNIT_DAY },
		{ "+3m", "2027-02-21", "2027-02-21", UNIT_DAY },
		{ "+1Q", "2027-02-21", "2027-02-21", UNIT_DAY },
		{ "+1y", "2027-11-21", "2027-11-21", UNIT_DAY },
		{ "+0d", "2026-11-21", "2026-11-21", UNIT_DAY },
		{ "eom+1w", "2026-12-07", "2026-12-07", UNIT_DAY },
		{ "eom-1w+1d", "2026-11-24", "2026-11-24", UNIT_DAY },
		{ "fri-1w", "2026-11-20", "2026-11-20", UNIT_DAY },
		{ "2026-01-31+1m", "2026-02-28", "2026-02-28", UNIT_DAY },
		{ "2026-01-30+1m", "2026-02-28", "2026-02-28", UNIT_DAY },
		/* Left to right: the clamped day stays. */
		{ "2026-01-31+1m+1m", "2026-03-28", "2026-03-28", UNIT_DAY },
		{ "2024-02-29+1y", "2025-02-28", "2025-02-28", UNIT_DAY },
		/* Longer ones move as a whole. */
		{ "2026-11+1m", "2026-12-01", "2026-12-31", UNIT_MONTH },
		{ "2026-01+1m", "2026-02-01", "2026-02-28", UNIT_MONTH },
		{ "month-1y", "2025-11-01", "2025-11-30", UNIT_MONTH },
		{ "quarter-1q", "2026-07-01", "2026-09-30", UNIT_QUARTER },
		{ "quarter-1y", "2025-10-01", "2025-12-31", UNIT_QUARTER },
		{ "2026-q3+1m", "2026-08-01", "2026-10-31", UNIT_DAY },
		{ "week+1w", "2026-11-23", "2026-11-29", UNIT_WEEK },
		{ "week+1d", "2026-11-17", "2026-11-23", UNIT_DAY },
		{ "week+1m", "2026-12-16", "2026-12-22", UNIT_DAY },
		{ "year-1y", "2025-01-01", "2025-12-31", UNIT_YEAR },
		{ "2w", NULL, NULL, 0 },
		{ "+2", NULL, NULL, 0 },
		{ "+w", NULL, NULL, 0 },
		{ "+", NULL, NULL, 0 },
		{ "+-2w", NULL, NULL, 0 },
		{ "+2h", NULL, NULL, 0 },
		{ "+2w+", NULL, NULL, 0 },
		{ "+ 2w", NULL, NULL, 0 },
		{ "soon+2w", NULL, NULL, 0 },
		{ "+99999999d", NULL, NULL, 0 },
		{ "-99999999y", NULL, NULL, 0 },
		{ "+999999999d", NULL, NULL, 0 },
		{ "+99999999999999999999d", NULL, NULL, 0 },
	};
	struct date_ctx c = context(1);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check(&cases[i], &c);
}

static void
ranges(void **state)
{
	static const struct period_case cases[] = {
		{ "2026-01..2026-03", "2026-01-01", "2026-03-31", UNIT_DAY },
		{ "2026-01 .. 2026-03", "2026-01-01", "2026-03-31", UNIT_DAY },
		{ "2026-Q3..today", "2026-07-01", "2026-11-21", UNIT_DAY },
		{ "-30d..+30d", "2026-10-22", "2026-12-21", UNIT_DAY },
		{ "2026..", "2026-01-01", "", UNIT_DAY },
		{ "..2026", "", "2026-12-31", UNIT_DAY },
		{ "..eom+1w", "", "2026-12-07", UNIT_DAY },
		{ "today..today", "2026-11-21", "2026-11-21", UNIT_DAY },
		{ "..", NULL, NULL, 0 },
		{ " .. ", NULL, NULL, 0 },
		{ "...", NULL, NULL, 0 },
		{ "2026-03..2026-01", NULL, NULL, 0 },
		{ "2026...2027", NULL, NULL, 0 },
		{ "2025..2026..2027", NULL, NULL, 0 },
		{ "soon..", NULL, NULL, 0 },
		{ "..soon", NULL, NULL, 0 },
		{ "2026-02-30..", NULL, NULL, 0 },
	};
	struct date_ctx c = context(1);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check(&cases[i], &c);
}

static void
fiscal(void **state)
{
	static const struct period_case cases[] = {
		{ "FY2027", "2026-04-01", "2027-03-31", UNIT_YEAR },
		{ "FY2027-Q1", "2026-04-01", "2026-06-30", UNIT_QUARTER },
		{ "FY2027-Q4", "2027-01-01", "2027-03-31", UNIT_QUARTER },
		{ "quarter", "2026-10-01", "2026-12-31", UNIT_QUARTER },
		{ "year", "2026-04-01", "2027-03-31", UNIT_YEAR },
		{ "last-year", "2025-04-01", "2026-03-31", UNIT_YEAR },
		{ "soy", "2026-04-01", "2026-04-01", UNIT_DAY },
		{ "eoy", "2027-03-31", "2027-03-31", UNIT_DAY },
		/* The calendar's, as written. */
		{ "2026", "2026-01-01", "2026-12-31", UNIT_YEAR },
		{ "2026-Q1", "2026-01-01", "2026-03-31", UNIT_QUARTER },
		{ "FY0001", NULL, NULL, 0 },
	};
	static const struct period_case february[] = {
		{ "FY2027-Q4", "2026-11-01", "2027-01-31", UNIT_QUARTER },
		{ "quarter", "2026-11-01", "2027-01-31", UNIT_QUARTER },
		{ "next-quarter", "2027-02-01", "2027-04-30", UNIT_QUARTER },
		{ "soq", "2026-11-01", "2026-11-01", UNIT_DAY },
		{ "quarter-1q", "2026-08-01", "2026-10-31", UNIT_QUARTER },
	};
	struct date_ctx c = context(4);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check(&cases[i], &c);
	c = context(2);
	for (size_t i = 0; i < COUNT(february); i++)
		check(&february[i], &c);
}

static void
entry(void **state)
{
	static const struct {
		const char *in, *day, *msg;
	} cases[] = {
		{ "today", "2026-11-21", NULL },
		{ "eom+1w", "2026-12-07", NULL },
		{ "2026-11-21", "2026-11-21", NULL },
		{ "month", NULL,
		    "'month' is the period from 2026-11-01 to 2026-11-30, not "
		    "one day; give one of its days" },
		{ "2026..", NULL,
		    "'2026..' is a period without end, not one day" },
		{ "2026-02-30", NULL, "there is no date '2026-02-30'" },
		{ "+99999y", NULL,
		    "date '+99999y' is outside the years 1 to 9999" },
	};
	struct date_ctx c = context(1);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct err e = { 0 };
		int32_t day = 42;
		char out[11];
		int r = date_entry(span(cases[i].in), &c, &day, &e);

		if (cases[i].day) {
			CHECK(r == 0, "'%s': %s", cases[i].in, e.msg);
			date_format(day, out);
			assert_string_equal(out, cases[i].day);
		} else {
			CHECK(r == -1 && day == 42, "'%s'", cases[i].in);
			assert_string_equal(e.msg, cases[i].msg);
		}
		err_release(&e);
	}
}

/* A long chain of offsets must end in an answer, not in the stack. */
static void
long_words(void **state)
{
	enum { N = 300000 };
	char *text = malloc(N);
	struct date_ctx c = context(1);
	struct date_range r;
	struct err e = { 0 };

	(void)state;
	for (size_t i = 0; i < N; i++)
		text[i] = "+1d"[i % 3];
	assert_int_equal(date_period(span_n(text, N), &c, &r, NULL, &e), -1);
	assert_true(strlen(e.msg) < 300);
	err_release(&e);
	free(text);
}

/* What a bucket is called names that bucket. */
static void
names_mean_their_bucket(void **state)
{
	(void)state;
	for (int f = 1; f <= 12; f++) {
		struct date_ctx c = context(f);

		for (int u = UNIT_DAY; u <= UNIT_YEAR; u++) {
			for (int32_t d = 18000; d < 18000 + 800; d++) {
				struct date_range r;
				enum date_unit unit;
				char name[16];

				date_bucket_name(d, u, f, name);
				CHECK(date_period(
					  span(name), &c, &r, &unit, NULL) == 0,
				    "%s", name);
				CHECK(r.from == date_bucket(d, u, f) &&
					  r.to == date_bucket_end(d, u, f) &&
					  (int)unit == u,
				    "%s", name);
			}
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(written),
		cmocka_unit_test(named),
		cmocka_unit_test(offsets),
		cmocka_unit_test(ranges),
		cmocka_unit_test(fiscal),
		cmocka_unit_test(entry),
		cmocka_unit_test(long_words),
		cmocka_unit_test(names_mean_their_bucket),
	};

	return cmocka_run_group_tests_name("date_period", tests, NULL, NULL);
}
