#include "unit.h"

#include <time.h>

#include "base/date.h"

static int32_t
at(const char *text)
{
	int32_t day;

	CHECK(date_parse(span(text), &day), "'%s'", text);
	return day;
}

static const char *
text(int32_t day)
{
	static char out[11];

	date_format(day, out);
	return out;
}

/* Every day there is, against the one before and the C library. */
static void
every_day(void **state)
{
	int32_t first = at("0001-01-01"), last = at("9999-12-31"), again;
	int y, m, d;
	struct tm tm;

	(void)state;
	for (int32_t day = first; day <= last; day++) {
		time_t t = (time_t)day * 86400;

		date_civil(day, &y, &m, &d);
		gmtime_r(&t, &tm);
		CHECK(y == tm.tm_year + 1900 && m == tm.tm_mon + 1 &&
			  d == tm.tm_mday,
		    "day %d is %d-%d-%d", day, y, m, d);
		CHECK(date_weekday(day) == (tm.tm_wday + 6) % 7 + 1, "day %d",
		    day);
		CHECK(date_from_civil(y, m, d, &again) && again == day,
		    "day %d", day);
	}
}

static void
leap_years(void **state)
{
	static const struct {
		int y, m, d;
		bool ok;
	} cases[] = {
		{ 2024, 2, 29, true },
		{ 2023, 2, 29, false },
		{ 2000, 2, 29, true },
		{ 1900, 2, 29, false },
		{ 2100, 2, 29, false },
		{ 2400, 2, 29, true },
		{ 2024, 2, 30, false },
		{ 2024, 4, 31, false },
		{ 2024, 12, 31, true },
		{ 2024, 12, 32, false },
		{ 2024, 0, 1, false },
		{ 2024, 13, 1, false },
		{ 2024, 1, 0, false },
		{ 2024, 1, -1, false },
		{ 1, 1, 1, true },
		{ 0, 12, 31, false },
		{ 9999, 12, 31, true },
		{ 10000, 1, 1, false },
		{ -4, 2, 29, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int32_t day = 42;
		bool ok =
		    date_from_civil(cases[i].y, cases[i].m, cases[i].d, &day);

		CHECK(ok == cases[i].ok, "case %zu", i);
		CHECK(ok || day == 42, "case %zu", i);
	}
	assert_int_equal(at("1970-01-01"), 0);
	assert_int_equal(at("1969-12-31"), -1);
	assert_int_equal(at("2000-03-01"), 11017);
}

static void
strict(void **state)
{
	static const char *const bad[] = { "", "2026-11-2", "2026-11-211",
		"2026-1-21", "2026/11/21", "2026-11/21", "20261121", "26-11-21",
		" 2026-11-21", "2026-11-21 ", "2026-02-29", "2026-00-10",
		"2026-13-10", "0000-01-01", "-001-01-01", "2026-11-2x",
		"2026-1:-21", "2026-11-/1", "x026-11-21", "2026-11-21T",
		"2026-11-\xb2\xb1" };
	int32_t day = 42;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		CHECK(!date_parse(span(bad[i]), &day), "'%s'", bad[i]);
		assert_int_equal(day, 42);
	}
	assert_false(date_parse(LIT("2026-11-2\0"), &day));
	assert_string_equal(text(at("2026-11-21")), "2026-11-21");
	assert_string_equal(text(at("0001-01-01")), "0001-01-01");
	assert_string_equal(text(INT32_MIN), "0001-01-01");
	assert_string_equal(text(INT32_MAX), "9999-12-31");
}

static void
buckets(void **state)
{
	static const struct {
		const char *day;
		enum date_unit unit;
		int fiscal;
		const char *from, *to, *name;
	} cases[] = {
		{ "2026-11-21", UNIT_DAY, 1, "2026-11-21", "2026-11-21",
		    "2026-11-21" },
		{ "2026-11-21", UNIT_WEEK, 1, "2026-11-16", "2026-11-22",
		    "2026-W47" },
		{ "2026-11-16", UNIT_WEEK, 4, "2026-11-16", "2026-11-22",
		    "2026-W47" },
		{ "2026-11-22", UNIT_WEEK, 1, "2026-11-16", "2026-11-22",
		    "2026-W47" },
		{ "2026-11-21", UNIT_MONTH, 1, "2026-11-01", "2026-11-30",
		    "2026-11" },
		{ "2024-02-10", UNIT_MONTH, 7, "2024-02-01", "2024-02-29",
		    "2024-02" },
		{ "2026-11-21", UNIT_QUARTER, 1, "2026-10-01", "2026-12-31",
		    "2026-Q4" },
		{ "2026-11-21", UNIT_QUARTER, 0, "2026-10-01", "2026-12-31",
		    "2026-Q4" },
		{ "2026-11-21", UNIT_YEAR, 1, "2026-01-01", "2026-12-31",
		    "2026" },
		/* The year before or after the calendar's has the Thursday. */
		{ "2021-01-03", UNIT_WEEK, 1, "2020-12-28", "2021-01-03",
		    "2020-W53" },
		{ "2021-01-04", UNIT_WEEK, 1, "2021-01-04", "2021-01-10",
		    "2021-W01" },
		{ "2024-12-30", UNIT_WEEK, 1, "2024-12-30", "2025-01-05",
		    "2025-W01" },
		{ "2027-01-01", UNIT_WEEK, 1, "2026-12-28", "2027-01-03",
		    "2026-W53" },
		{ "2023-01-01", UNIT_WEEK, 1, "2022-12-26", "2023-01-01",
		    "2022-W52" },
		/* Fiscal years, named after their end. */
		{ "2026-11-21", UNIT_YEAR, 4, "2026-04-01", "2027-03-31",
		    "FY2027" },
		{ "2026-03-31", UNIT_YEAR, 4, "2025-04-01", "2026-03-31",
		    "FY2026" },
		{ "2026-11-21", UNIT_QUARTER, 4, "2026-10-01", "2026-12-31",
		    "FY2027-Q3" },
		{ "2026-01-31", UNIT_QUARTER, 2, "2025-11-01", "2026-01-31",
		    "FY2026-Q4" },
		{ "2026-02-01", UNIT_QUARTER, 2, "2026-02-01", "2026-04-30",
		    "FY2027-Q1" },
		{ "2026-01-15", UNIT_QUARTER, 12, "2025-12-01", "2026-02-28",
		    "FY2026-Q1" },
		{ "2026-12-01", UNIT_YEAR, 12, "2026-12-01", "2027-11-30",
		    "FY2027" },
		{ "2026-11-30", UNIT_YEAR, 12, "2025-12-01", "2026-11-30",
		    "FY2026" },
		{ "2026-09-30", UNIT_QUARTER, 10, "2026-07-01", "2026-09-30",
		    "FY2026-Q4" },
		/* The ends of time. */
		{ "0001-02-01", UNIT_YEAR, 4, "0001-01-01", "0001-03-31",
		    "FY0001" },
		{ "9999-12-31", UNIT_YEAR, 1, "9999-01-01", "9999-12-31",
		    "9999" },
		{ "9999-12-31", UNIT_WEEK, 1, "9999-12-27", "9999-12-31",
		    "9999-W52" },
		{ "9999-12-31", UNIT_QUARTER, 11, "9999-11-01", "9999-12-31",
		    "FY9999-Q1" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int32_t day = at(cases[i].day);
		char name[16];

		assert_string_equal(
		    text(date_bucket(day, cases[i].unit, cases[i].fiscal)),
		    cases[i].from);
		assert_string_equal(
		    text(date_bucket_end(day, cases[i].unit, cases[i].fiscal)),
		    cases[i].to);
		date_bucket_name(day, cases[i].unit, cases[i].fiscal, name);
		assert_string_equal(name, cases[i].name);
	}
}

/* Buckets tile the calendar: no gap, no overlap, one name each. */
static void
buckets_tile(void **state)
{
	int32_t first = at("2019-01-01"), last = at("2030-12-31");

	(void)state;
	for (int f = 1; f <= 12; f++) {
		for (int u = UNIT_DAY; u <= UNIT_YEAR; u++) {
			for (int32_t d = first; d <= last; d++) {
				int32_t from = date_bucket(d, u, f);
				int32_t to = date_bucket_end(d, u, f);
				char a[16], b[16];

				CHECK(from <= d && d <= to, "%s", text(d));
				assert_int_equal(date_bucket(to, u, f), from);
				assert_int_equal(
				    date_bucket(to + 1, u, f), to + 1);
				date_bucket_name(from, u, f, a);
				date_bucket_name(d, u, f, b);
				assert_string_equal(a, b);
				date_bucket_name(to + 1, u, f, b);
				assert_string_not_equal(a, b);
			}
		}
	}
}

static void
adding(void **state)
{
	static const struct {
		const char *day;
		int n;
		enum date_unit unit;
		const char *want;
	} cases[] = {
		{ "2026-11-21", 0, UNIT_MONTH, "2026-11-21" },
		{ "2026-12-31", 1, UNIT_DAY, "2027-01-01" },
		{ "2026-01-01", -1, UNIT_DAY, "2025-12-31" },
		{ "2026-11-21", 2, UNIT_WEEK, "2026-12-05" },
		{ "2026-01-31", 1, UNIT_MONTH, "2026-02-28" },
		{ "2024-01-31", 1, UNIT_MONTH, "2024-02-29" },
		{ "2026-03-31", -1, UNIT_MONTH, "2026-02-28" },
		{ "2026-01-31", 2, UNIT_MONTH, "2026-03-31" },
		{ "2026-11-30", 3, UNIT_MONTH, "2027-02-28" },
		{ "2026-01-15", -1, UNIT_MONTH, "2025-12-15" },
		{ "2026-01-15", -13, UNIT_MONTH, "2024-12-15" },
		{ "2026-11-30", 1, UNIT_QUARTER, "2027-02-28" },
		{ "2024-02-29", 1, UNIT_YEAR, "2025-02-28" },
		{ "2024-02-29", 4, UNIT_YEAR, "2028-02-29" },
		{ "2024-02-29", -124, UNIT_YEAR, "1900-02-28" },
		{ "2026-11-21", INT32_MAX, UNIT_YEAR, "9999-12-31" },
		{ "2026-11-21", INT32_MIN, UNIT_YEAR, "0001-01-01" },
		{ "2026-11-21", INT32_MAX, UNIT_WEEK, "9999-12-31" },
		{ "2026-11-21", INT32_MIN, UNIT_DAY, "0001-01-01" },
		{ "0001-01-31", -1, UNIT_MONTH, "0001-01-01" },
		{ "9999-12-01", 1, UNIT_MONTH, "9999-12-31" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(
		    text(date_add(at(cases[i].day), cases[i].n, cases[i].unit)),
		    cases[i].want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_day),
		cmocka_unit_test(leap_years),
		cmocka_unit_test(strict),
		cmocka_unit_test(buckets),
		cmocka_unit_test(buckets_tile),
		cmocka_unit_test(adding),
	};

	return cmocka_run_group_tests_name("date", tests, NULL, NULL);
}
