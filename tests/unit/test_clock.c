#include "unit.h"

#include <stdlib.h>
#include <time.h>

#include "base/clock.h"

static int32_t
at(const char *text)
{
	int32_t day;

	CHECK(date_parse(span(text), &day), "'%s'", text);
	return day;
}

static void
use_zone(const char *zone)
{
	struct err e = { 0 };

	CHECK(clock_zone(zone, &e) == 0, "%s", e.msg);
}

static void
instants(void **state)
{
	static const struct {
		const char *in, *out; /* out NULL: refused */
	} cases[] = {
		{ "2026-11-21T18:55:39Z", "2026-11-21T18:55:39Z" },
		{ "2026-11-21 18:55:39Z", "2026-11-21T18:55:39Z" },
		{ "2026-11-21T18:55Z", "2026-11-21T18:55:00Z" },
		{ "2026-11-21T18:55+01:00", "2026-11-21T17:55:00Z" },
		{ "2026-11-21T00:30:01+05:45", "2026-11-20T18:45:01Z" },
		{ "2026-12-31T23:00-05:00", "2027-01-01T04:00:00Z" },
		{ "1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z" },
		{ "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z" },
		{ "9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z" },
		{ "0001-01-01T00:00+00:01", NULL },
		{ "9999-12-31T23:59-00:01", NULL },
		{ "2026-11-21", NULL },
		{ "2026-11-21T", NULL },
		{ "2026-11-21T18:55", NULL },
		{ "2026-11-21T18:55:39", NULL },
		{ "2026-11-21T18Z", NULL },
		{ "2026-11-21T18:55:Z", NULL },
		{ "2026-11-21T18:55:60Z", NULL },
		{ "2026-11-21T24:00Z", NULL },
		{ "2026-11-21T18:60Z", NULL },
		{ "2026-11-21t18:55Z", NULL },
		{ "2026-11-21T18:55z", NULL },
		{ "2026-11-21T18:55ZZ", NULL },
		{ "2026-11-21T18:55 Z", NULL },
		{ "2026-11-21T18:55+0100", NULL },
		{ "2026-11-21T18:55+01", NULL },
		{ "2026-11-21T18:55+24:00", NULL },
		{ "2026-11-21T18:55:39.5Z", NULL },
		{ "2026-02-30T18:55Z", NULL },
		{ "2026-11-21T1x:55Z", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int64_t t = 42;
		char out[21];
		bool ok = instant_parse(span(cases[i].in), &t);

		CHECK(ok == (cases[i].out != NULL), "'%s'", cases[i].in);
		if (!ok) {
			assert_int_equal(t, 42);
			continue;
		}
		instant_format(t, out);
		assert_string_equal(out, cases[i].out);
	}
}

static void
wall_times(void **state)
{
	static const struct {
		const char *zone, *day;
		int minutes;
		const char *instant;
		int offset;
	} cases[] = {
		{ "UTC", "2026-11-21", 1135, "2026-11-21T18:55:00Z", 0 },
		{ "Europe/Berlin", "2026-07-01", 0, "2026-06-30T22:00:00Z",
		    120 },
		{ "Europe/Berlin", "2026-11-21", 0, "2026-11-20T23:00:00Z",
		    60 },
		/* Gap: 02:00 to 03:00 on 29 March; the later wall time. */
		{ "Europe/Berlin", "2026-03-29", 119, "2026-03-29T00:59:00Z",
		    60 },
		{ "Europe/Berlin", "2026-03-29", 120, "2026-03-29T01:00:00Z",
		    120 },
		{ "Europe/Berlin", "2026-03-29", 150, "2026-03-29T01:30:00Z",
		    120 },
		{ "Europe/Berlin", "2026-03-29", 180, "2026-03-29T01:00:00Z",
		    120 },
		/* Fold: 02:00 to 03:00 on 25 October; the first of the two. */
		{ "Europe/Berlin", "2026-10-25", 119, "2026-10-24T23:59:00Z",
		    120 },
		{ "Europe/Berlin", "2026-10-25", 120, "2026-10-25T00:00:00Z",
		    120 },
		{ "Europe/Berlin", "2026-10-25", 179, "2026-10-25T00:59:00Z",
		    120 },
		{ "Europe/Berlin", "2026-10-25", 180, "2026-10-25T02:00:00Z",
		    60 },
		{ "America/New_York", "2026-03-08", 150, "2026-03-08T07:30:00Z",
		    -240 },
		{ "America/New_York", "2026-03-08", 119, "2026-03-08T06:59:00Z",
		    -300 },
		{ "America/New_York", "2026-11-01", 90, "2026-11-01T05:30:00Z",
		    -240 },
		{ "America/New_York", "2026-11-01", 120, "2026-11-01T07:00:00Z",
		    -300 },
		{ "Asia/Kathmandu", "2026-11-21", 0, "2026-11-20T18:15:00Z",
		    345 },
		/* A gap at midnight, and a whole day that never was. */
		{ "America/Sao_Paulo", "2018-11-04", 0, "2018-11-04T03:00:00Z",
		    -120 },
		{ "Pacific/Apia", "2011-12-30", 0, "2011-12-30T10:00:00Z",
		    840 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int64_t t;
		char out[21];

		use_zone(cases[i].zone);
		t = clock_instant(at(cases[i].day), cases[i].minutes);
		instant_format(t, out);
		CHECK(
		    strcmp(out, cases[i].instant) == 0, "case %zu: %s", i, out);
		CHECK(clock_offset(t) == cases[i].offset, "case %zu: %d", i,
		    clock_offset(t));
	}
}

/* Each quarter of an hour of a year comes back, outside of gaps and folds. */
static void
there_and_back(void **state)
{
	static const char *const zones[] = { "Europe/Berlin",
		"America/New_York", "Australia/Lord_Howe", "Asia/Kolkata" };

	(void)state;
	for (size_t z = 0; z < COUNT(zones); z++) {
		int64_t t = (int64_t)at("2026-01-01") * 86400;
		size_t folded = 0;

		use_zone(zones[z]);
		for (int i = 0; i < 366 * 96; i++, t += 900) {
			int minutes;
			int32_t day = clock_day(t, &minutes);
			int64_t back = clock_instant(day, minutes);

			assert_in_range(minutes, 0, 1439);
			folded += back != t;
			CHECK(back <= t && t - back <= 3600, "%s: %lld",
			    zones[z], (long long)t);
		}
		/* The second time round of a fold, of an hour or half one. */
		CHECK(folded == (z < 2	     ? 4
				    : z == 2 ? 2
					     : 0),
		    "%s: %zu", zones[z], folded);
	}
}

static void
zones(void **state)
{
	static const char *const bad[] = { "Europe/Nowhere", "../etc/passwd",
		"/etc/localtime", "Europe/../Europe/Berlin", "Europe", "x y",
		"<+03>-3", "CET-1CEST,M3.5.0,M10.5.0", ":UTC", "zone.tab" };
	struct err e = { 0 };

	(void)state;
	use_zone("Europe/Berlin");
	for (size_t i = 0; i < COUNT(bad); i++) {
		CHECK(clock_zone(bad[i], &e) == -1, "'%s'", bad[i]);
		assert_int_equal(e.code, ERR_DATA);
		err_release(&e);
		/* The zone before stays. */
		assert_int_equal(clock_offset(0), 60);
	}
	use_zone("UTC");
	use_zone("Etc/GMT+5");
	assert_int_equal(clock_offset(0), -300);
	use_zone("");
	use_zone(NULL);
	assert_int_equal(clock_offset(0), -300);
}

static void
fixed_now(void **state)
{
	static const struct {
		const char *in, *out; /* out NULL: refused */
	} cases[] = {
		{ "2026-11-21", "2026-11-20T23:00:00Z" },
		{ "2026-11-21T18:55:39Z", "2026-11-21T18:55:39Z" },
		{ "2026-11-21 18:55+01:00", "2026-11-21T17:55:00Z" },
		{ "@0", "1970-01-01T00:00:00Z" },
		{ "@1795287339", "2026-11-21T18:55:39Z" },
		{ "@-1", "1969-12-31T23:59:59Z" },
		{ "@253402300799", "9999-12-31T23:59:59Z" },
		{ "@253402300800", NULL },
		{ "@", NULL },
		{ "@1x", NULL },
		{ "today", NULL },
		{ "2026-11-21T18:55:39", NULL },
	};

	(void)state;
	use_zone("Europe/Berlin");
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct err e = { 0 };
		char out[21];
		int r;

		setenv("CRM_NOW", cases[i].in, 1);
		r = clock_init(&e);
		CHECK((r == 0) == (cases[i].out != NULL), "'%s'", cases[i].in);
		if (r == 0) {
			instant_format(clock_now(), out);
			assert_string_equal(out, cases[i].out);
		} else {
			assert_int_equal(e.code, ERR_USAGE);
		}
		err_release(&e);
	}
	for (int i = 0; i < 2; i++) {
		if (i)
			unsetenv("CRM_NOW");
		else
			setenv("CRM_NOW", "", 1);
		assert_int_equal(clock_init(NULL), 0);
		assert_true(labs((long)(clock_now() - time(NULL))) <= 1);
	}
}

static void
entry(void **state)
{
	static const struct {
		const char *in, *out; /* out NULL: refused */
		bool timed;
	} cases[] = {
		{ "now", "2026-11-21T18:55:39Z", true },
		{ "+15min", "2026-11-21T19:10:39Z", true },
		{ "-15MIN", "2026-11-21T18:40:39Z", true },
		{ "+2h", "2026-11-21T20:55:39Z", true },
		{ "-48h", "2026-11-19T18:55:39Z", true },
		{ "today", "2026-11-20T23:00:00Z", false },
		{ "2026-07-01", "2026-06-30T22:00:00Z", false },
		{ "+2w", "2026-12-04T23:00:00Z", false },
		{ "+2m", "2027-01-20T23:00:00Z", false },
		{ "2026-07-01 09:30", "2026-07-01T07:30:00Z", true },
		{ "2026-07-01T09:30", "2026-07-01T07:30:00Z", true },
		{ "2026-07-01 9:30", "2026-07-01T07:30:00Z", true },
		{ "tomorrow 15:00", "2026-11-22T14:00:00Z", true },
		{ "satT15:00", "2026-11-21T14:00:00Z", true },
		{ "eom+1w 8:00", "2026-12-07T07:00:00Z", true },
		{ "fri  8:00", "2026-11-27T07:00:00Z", true },
		{ "2026-03-29 02:30", "2026-03-29T01:30:00Z", true },
		{ "2026-10-25 02:30", "2026-10-25T00:30:00Z", true },
		{ "2026-11-21T18:55:39Z", "2026-11-21T18:55:39Z", true },
		{ "2026-11-21T18:55-05:00", "2026-11-21T23:55:00Z", true },
		{ "15:00", NULL, false },
		{ "sat15:00", NULL, false },
		{ "today 24:00", NULL, false },
		{ "today 9:60", NULL, false },
		{ "today 9", NULL, false },
		{ "today 9:3", NULL, false },
		{ "today 09:30:00", NULL, false },
		{ "month 9:30", NULL, false },
		{ "+min", NULL, false },
		{ "+h", NULL, false },
		{ "2h", NULL, false },
		{ "++2h", NULL, false },
		{ "+525600000h", NULL, false },
		{ "0001-01-01", NULL, false },
		{ "0001-01-01 1:00", "0001-01-01T00:06:32Z", true },
		{ "9999-12-31 23:59", "9999-12-31T22:59:00Z", true },
		{ "+9999999999h", NULL, false },
		{ "+99999999999999999999min", NULL, false },
		{ "", NULL, false },
	};
	struct date_ctx c = { 0 };

	(void)state;
	use_zone("Europe/Berlin");
	assert_true(instant_parse(span("2026-11-21T18:55:39Z"), &c.now));
	c.today = clock_day(c.now, NULL);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct err e = { 0 };
		bool timed = !cases[i].timed;
		int64_t t = 42;
		char out[21];
		int r = instant_entry(span(cases[i].in), &c, &t, &timed, &e);

		CHECK((r == 0) == (cases[i].out != NULL), "'%s': %s",
		    cases[i].in, e.msg ? e.msg : "taken");
		if (r == 0) {
			instant_format(t, out);
			CHECK(strcmp(out, cases[i].out) == 0, "'%s': %s",
			    cases[i].in, out);
			CHECK(timed == cases[i].timed, "'%s'", cases[i].in);
		} else {
			assert_int_equal(e.code, ERR_USAGE);
			assert_int_equal(t, 42);
		}
		err_release(&e);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(instants),
		cmocka_unit_test(wall_times),
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(zones),
		cmocka_unit_test(fixed_now),
		cmocka_unit_test(entry),
	};

	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
