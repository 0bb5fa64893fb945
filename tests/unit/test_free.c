/*
 * Free time of several persons. Cases with zones and a change of the clock are
 * worked out by hand; many random ones are computed anew here, minute by
 * minute, with the C library's zones.
 */
#include "unit.h"

#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "crm/calendar/free.h"
#include "store/ical.h"

#define WEEK 0x3eu

static const struct ical_zone *
zone(const char *name)
{
	struct err e = { 0 };
	const struct ical_zone *z =
	    *name ? ical_zone(span(name), span(""), &e) : NULL;

	CHECK(z || !*name, "%s: %s", name, e.msg);
	return z;
}

static int64_t
at(const char *text)
{
	int64_t t;

	CHECK(instant_parse(span(text), &t), "%s", text);
	return t;
}

struct case_person {
	const char *zone;
	int begin, end;
	const char *busy[6]; /* from, to, from, to */
};

static const struct {
	const char *name, *from, *to;
	int least, buffer, step;
	const char *off;
	struct case_person person[3];
	const char *want[8];
} cases[] = {
	{ "a day, two meetings", "2026-11-23T00:00:00Z",
	    "2026-11-24T00:00:00Z", 45, 0, 15, NULL,
	    { { "UTC", 540, 1080,
		  { "2026-11-23T10:00:00Z", "2026-11-23T11:05:00Z",
		      "2026-11-23T11:30:00Z", "2026-11-23T12:00:00Z" } } },
	    { "2026-11-23T09:00:00Z", "2026-11-23T10:00:00Z",
		"2026-11-23T12:00:00Z", "2026-11-23T18:00:00Z" } },
	{ "a buffer around them", "2026-11-23T00:00:00Z",
	    "2026-11-24T00:00:00Z", 45, 15, 15, NULL,
	    { { "UTC", 540, 1080,
		  { "2026-11-23T10:00:00Z", "2026-11-23T11:05:00Z" } } },
	    { "2026-11-23T09:00:00Z", "2026-11-23T09:45:00Z",
		"2026-11-23T11:30:00Z", "2026-11-23T18:00:00Z" } },
	{ "nested and touching ones", "2026-11-23T00:00:00Z",
	    "2026-11-24T00:00:00Z", 15, 0, 15, NULL,
	    { { "UTC", 540, 720,
		  { "2026-11-23T09:00:00Z", "2026-11-23T11:00:00Z",
		      "2026-11-23T09:30:00Z", "2026-11-23T10:00:00Z",
		      "2026-11-23T11:00:00Z", "2026-11-23T11:15:00Z" } } },
	    { "2026-11-23T11:15:00Z", "2026-11-23T12:00:00Z" } },
	/* 9-18: Berlin 8-17 UTC, New York 14-23, Kolkata 3:30-12:30 */
	{ "Berlin and New York", "2026-11-23T00:00:00Z",
	    "2026-11-24T00:00:00Z", 60, 0, 15, NULL,
	    { { "Europe/Berlin", 540, 1080, { NULL } },
		{ "America/New_York", 540, 1080, { NULL } } },
	    { "2026-11-23T14:00:00Z", "2026-11-23T17:00:00Z" } },
	{ "Berlin and Kolkata, half hours off", "2026-11-23T00:00:00Z",
	    "2026-11-24T00:00:00Z", 60, 0, 60, NULL,
	    { { "Europe/Berlin", 540, 1080, { NULL } },
		{ "Asia/Kolkata", 540, 1080, { NULL } } },
	    { "2026-11-23T08:00:00Z", "2026-11-23T12:00:00Z" } },
	{ "all three never", "2026-11-23T00:00:00Z", "2026-11-28T00:00:00Z",
	    15, 0, 15, NULL,
	    { { "Europe/Berlin", 540, 1080, { NULL } },
		{ "America/New_York", 540, 1080, { NULL } },
		{ "Asia/Kolkata", 540, 1080, { NULL } } },
	    { NULL } },
	/* Berlin's clock goes back on Sunday the 25th, New York's a week later:
	   on Monday 9-18 is 8-17 UTC in Berlin, still 13-22 in New York. */
	{ "between two changes of the clock", "2026-10-23T00:00:00Z",
	    "2026-10-27T00:00:00Z", 60, 0, 15, NULL,
	    { { "Europe/Berlin", 540, 1080, { NULL } },
		{ "America/New_York", 540, 1080, { NULL } } },
	    { "2026-10-23T13:00:00Z", "2026-10-23T16:00:00Z",
		"2026-10-26T13:00:00Z", "2026-10-26T17:00:00Z" } },
	/* Night work on the Saturday: 22:00 CEST to 06:00 CET is nine hours. */
	{ "a night of nine hours, begun on a working day",
	    "2026-10-23T12:00:00Z", "2026-10-26T00:00:00Z", 60, 0, 15, NULL,
	    { { "Europe/Berlin", 1320, 360, { NULL } } },
	    { "2026-10-23T20:00:00Z", "2026-10-24T04:00:00Z" } },
	{ "a day off", "2026-12-24T00:00:00Z", "2026-12-29T00:00:00Z", 60, 0,
	    15, "2026-12-25", { { "UTC", 540, 600, { NULL } } },
	    { "2026-12-24T09:00:00Z", "2026-12-24T10:00:00Z",
		"2026-12-28T09:00:00Z", "2026-12-28T10:00:00Z" } },
	{ "from now on, in the middle of a step", "2026-11-23T09:07:00Z",
	    "2026-11-23T12:00:00Z", 30, 0, 30, NULL,
	    { { "UTC", 540, 1080, { NULL } } },
	    { "2026-11-23T09:30:00Z", "2026-11-23T12:00:00Z" } },
};

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct free_query q = { .from = at(cases[i].from),
			.to = at(cases[i].to), .least = cases[i].least * 60,
			.buffer = cases[i].buffer * 60,
			.step = cases[i].step };
		struct free_person p[3] = { { 0 } };
		struct stretches got = { 0 };
		size_t n = 0, k = 0;
		int32_t off;

		for (; n < 3 && cases[i].person[n].zone; n++) {
			const struct case_person *x = &cases[i].person[n];

			p[n].zone = zone(x->zone);
			p[n].begin = x->begin;
			p[n].end = x->end;
			p[n].weekdays = WEEK;
			for (int b = 0; b < 6 && x->busy[b]; b += 2)
				stretch_add(&p[n].busy, at(x->busy[b]),
				    at(x->busy[b + 1]));
		}
		if (cases[i].off && date_parse(span(cases[i].off), &off)) {
			q.off = &off;
			q.noff = 1;
		}
		free_find(&q, p, n, &got);
		for (; k < got.n; k++) {
			char from[21], to[21];

			instant_format(got.v[k].from, from);
			instant_format(got.v[k].to, to);
			CHECK(cases[i].want[2 * k], "%s: also %s to %s",
			    cases[i].name, from, to);
			assert_string_equal(from, cases[i].want[2 * k]);
			assert_string_equal(to, cases[i].want[2 * k + 1]);
		}
		CHECK(!cases[i].want[2 * k], "%s: not %s", cases[i].name,
		    cases[i].want[2 * k]);
		for (size_t j = 0; j < n; j++)
			free(p[j].busy.v);
		free(got.v);
	}
}

/* --- random ones --------------------------------------------------------- */

static const char *const zones[] = { "Europe/Berlin", "America/New_York",
	"Asia/Kolkata", "Pacific/Chatham" };

/* Does the person work at that minute, as the C library's zone has it? */
static bool
works(const char *name, const struct free_person *p, int64_t t)
{
	time_t tt = (time_t)t;
	struct tm tm;
	int minute, weekday;

	setenv("TZ", name, 1);
	tzset();
	localtime_r(&tt, &tm);
	minute = tm.tm_hour * 60 + tm.tm_min;
	weekday = tm.tm_wday ? tm.tm_wday : 7;
	return p->weekdays >> weekday & 1 && minute >= p->begin &&
	       minute < p->end;
}

static bool
taken(const struct free_person *p, int64_t t, int64_t buffer)
{
	for (size_t i = 0; i < p->busy.n; i++) {
		if (t >= p->busy.v[i].from - buffer &&
		    t < p->busy.v[i].to + buffer)
			return true;
	}
	return false;
}

static void
test_random(void **state)
{
	unsigned seed = 7;

	(void)state;
	for (int round = 0; round < 40; round++) {
		/* four days around a change of the clock */
		struct free_query q = { .from = at(round % 2
					    ? "2026-10-23T00:00:00Z"
					    : "2027-03-26T00:00:00Z"),
			.least = 30 * 60, .buffer = round % 3 * 600,
			.step = 15 };
		struct free_person p[2] = { { 0 } };
		const char *name[2];
		struct stretches got = { 0 };
		size_t k = 0;
		int64_t since = 0;

		q.to = q.from + 4 * 86400;
		for (int i = 0; i < 2; i++) {
			name[i] = zones[rand_r(&seed) % COUNT(zones)];
			p[i].zone = zone(name[i]);
			p[i].begin = 60 * (6 + rand_r(&seed) % 4);
			p[i].end = 60 * (14 + rand_r(&seed) % 10);
			p[i].weekdays = WEEK | 1u << 7;
			for (int b = 0; b < 12; b++) {
				int64_t from = q.from +
				    rand_r(&seed) % (4 * 1440) * 60;

				stretch_add(&p[i].busy, from,
				    from + (1 + rand_r(&seed) % 120) * 60);
			}
		}
		free_find(&q, p, 2, &got);
		/* quarter by quarter: a quarter is free as a whole or not */
		for (int64_t t = q.from; t <= q.to; t += 900) {
			bool ok = t < q.to;

			for (int m = 0; ok && m < 15; m++)
				for (int i = 0; ok && i < 2; i++)
					ok = works(name[i], &p[i],
						 t + m * 60) &&
					     !taken(&p[i], t + m * 60,
						 q.buffer);
			if (ok && !since)
				since = t;
			if (ok || !since)
				continue;
			if (t - since >= q.least) {
				CHECK(k < got.n, "round %d: one more", round);
				assert_int_equal(got.v[k].from, since);
				assert_int_equal(got.v[k].to, t);
				k++;
			}
			since = 0;
		}
		assert_int_equal(k, got.n);
		free(p[0].busy.v);
		free(p[1].busy.v);
		free(got.v);
	}
	setenv("TZ", "UTC", 1);
	tzset();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_random),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
