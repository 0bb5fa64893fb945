#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/date.h"
#include "base/file.h"
#include "store/ical.h"

static void
use_zone(const char *zone)
{
	struct err e = { 0 };

	CHECK(clock_zone(zone, &e) == 0, "%s", e.msg);
}

static const struct ical_zone *
zone(const char *name)
{
	struct err e = { 0 };
	const struct ical_zone *z = ical_zone(span(name), span(NULL), &e);

	CHECK(z, "%s", e.msg);
	return z;
}

static struct ical_time
at(const char *text, const struct ical_zone *z)
{
	struct ical_time t;

	CHECK(ical_time_parse(span(text), z, &t), "'%s'", text);
	return t;
}

/* The starts so far, separated by commas. */
struct list {
	struct buf text;
	size_t n, most; /* most 0: no end */
};

static int
collect(void *ctx, const struct ical_time *t)
{
	struct list *l = ctx;
	char text[20];

	ical_time_format(t, text);
	if (l->n++)
		buf_addc(&l->text, ',');
	buf_adds(&l->text, text);
	return l->n == l->most;
}

/* --- times --------------------------------------------------------------- */

static void
times(void **state)
{
	static const struct {
		const char *in;
		int kind; /* -1: refused */
		int64_t instant;
	} cases[] = {
		{ "20261121", ICAL_DATE, 1795219200 - 3600 },
		{ "20261121T140000", ICAL_FLOATING, 1795266000 },
		{ "20261121T140000Z", ICAL_UTC, 1795269600 },
		{ "20161231T235960Z", ICAL_UTC, 1483228799 },
		/* Berlin: 02:30 is not there, and is there twice */
		{ "20260329T023000", ICAL_FLOATING, 1774747800 },
		{ "20261025T023000", ICAL_FLOATING, 1792888200 },
		{ "00010101T000000Z", ICAL_UTC, INT64_C(-62135596800) },
		{ "99991231T235959Z", ICAL_UTC, INT64_C(253402300799) },
		{ "20261121T240000", -1, 0 },
		{ "20261121T146000", -1, 0 },
		{ "20261121T140061", -1, 0 },
		{ "20261121T1400", -1, 0 },
		{ "20261121T140000z", -1, 0 },
		{ "20261121T140000+0100", -1, 0 },
		{ "20261121T", -1, 0 },
		{ "20260229", -1, 0 },
		{ "2026-11-21", -1, 0 },
		{ "00000101", -1, 0 },
		{ " 20261121", -1, 0 },
		{ "", -1, 0 },
	};

	(void)state;
	use_zone("Europe/Berlin");
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct ical_time t = { 0 };
		bool ok = ical_time_parse(span(cases[i].in), NULL, &t);
		char text[20];

		CHECK(ok == (cases[i].kind >= 0), "'%s'", cases[i].in);
		if (!ok)
			continue;
		CHECK((int)t.kind == cases[i].kind, "'%s'", cases[i].in);
		CHECK(ical_instant(&t) == cases[i].instant, "'%s'  %lld",
		    cases[i].in, (long long)ical_instant(&t));
		ical_time_format(&t, text);
		if (!strstr(cases[i].in, "60Z"))
			CHECK(strcmp(text, cases[i].in) == 0, "%s", text);
	}
}

static void
durations(void **state)
{
	static const struct {
		const char *in;
		int64_t seconds; /* -1: refused */
	} cases[] = {
		{ "PT15M", 900 },
		{ "-P1D", -86400 },
		{ "+P2W", 1209600 },
		{ "P1DT2H3M4S", 93784 },
		{ "PT0S", 0 },
		{ "P0DT0H30M0S", 1800 },
		{ "PT1H30S", 3630 },
		{ "P9999999999W", INT64_C(6047999999395200) },
		{ "P", -1 },
		{ "PT", -1 },
		{ "P1DT", -1 },
		{ "PT1M1H", -1 },
		{ "P1H", -1 },
		{ "PT1D", -1 },
		{ "1D", -1 },
		{ "PD", -1 },
		{ "P1", -1 },
		{ "P-1D", -1 },
		{ "PT99999999999S", -1 },
		{ "", -1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int64_t s = -1;
		bool ok = ical_duration(span(cases[i].in), &s);

		CHECK(ok == (cases[i].seconds != -1), "'%s'", cases[i].in);
		if (ok)
			assert_int_equal(s, cases[i].seconds);
	}
}

/* --- rules --------------------------------------------------------------- */

/* The starts of a rule, and what the call returned. */
static int
starts(const char *rule, struct ical_time start, int64_t from, int64_t to,
    struct list *got)
{
	struct span text = span(rule);
	struct ical_rule r = { .start = start, .rrule = &text, .nrrule = 1 };
	struct err e = { 0 };
	int result = ical_expand(&r, from, to, 1000, collect, got, NULL, &e);

	if (result < 0) {
		assert_int_equal(e.code, ERR_DATA);
		assert_non_null(e.msg);
	}
	err_release(&e);
	buf_addc(&got->text, '\0');
	return result;
}

/* A daily rule of 1990 is not walked through from there. */
static void
windows(void **state)
{
	struct ical_time start, from, to;
	struct list got = { 0 };

	(void)state;
	use_zone("Europe/Berlin");
	start = at("19900101T090000", zone("Europe/Berlin"));
	from = at("20261025", NULL);
	to = at("20261027T080000Z", NULL);
	assert_int_equal(starts("FREQ=DAILY", start, ical_instant(&from),
			     ical_instant(&to), &got),
	    0);
	assert_string_equal(got.text.p, "20261025T090000,20261026T090000");
	buf_release(&got.text);
	ical_end();
}

/* --- the recurrences of libical's own test ------------------------------- */

struct recurrence {
	char rule[1024], start[64], from[64];
};

static bool
field(const char *line, const char *name, char *out, size_t size)
{
	size_t n = strlen(name);

	if (strncmp(line, name, n) != 0)
		return false;
	snprintf(out, size, "%.*s", (int)strcspn(line + n, "\r\n"), line + n);
	return true;
}

static void
one_recurrence(const struct recurrence *r, const char *instances, size_t line)
{
	struct ical_rule rule = { .start = at(r->start, NULL) };
	struct span text = span(r->rule);
	struct list got = { 0 };
	struct ical_time from = { 0 };
	struct err e = { 0 };
	int result;

	/* What libical does not implement (BYxxx of an impossible kind). */
	if (strstr(instances, "***"))
		return;
	rule.rrule = &text;
	rule.nrrule = 1;
	if (*r->from)
		from = at(r->from, NULL);
	for (const char *p = instances; *p; p++)
		got.most += *p == ',';
	got.most++;
	result = ical_expand(&rule, *r->from ? ical_instant(&from) : INT64_MIN,
	    INT64_MAX, 10000, collect, &got, NULL, &e);
	CHECK(result == 0, "line %zu: %s: %s", line, r->rule, e.msg);
	buf_addc(&got.text, '\0');
	/* Where it begins later, what is before is left out. */
	if (*r->from)
		while (*instances && strncmp(instances, r->from, 15) < 0)
			instances += strcspn(instances, ",") + 1;
	CHECK(strcmp(got.text.p, instances) == 0, "line %zu: %s\n%s\n%s", line,
	    r->rule, instances, got.text.p);
	buf_release(&got.text);
}

static void
libical_list(void **state)
{
	struct buf text = { 0 };
	struct recurrence r = { 0 };
	char path[1024], instances[16384];
	const char *dir = getenv("CRM_DATA");
	size_t line = 0, n = 0;
	int fd;
	struct span rest;

	(void)state;
	snprintf(path, sizeof path,
	    "%s/ics/libical/src__test__icalrecur_test.txt",
	    dir && *dir ? dir : "../shared/data");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		skip();
	assert_int_equal(file_slurp(fd, path, 0, &text, NULL), 0);
	close(fd);
	use_zone("UTC");
	rest = buf_span(&text);
	while (rest.n) {
		struct span s = span_cut(&rest, '\n');
		char one[16384];

		line++;
		snprintf(one, sizeof one, "%.*s", SPANF(s));
		if (field(one, "RRULE:", r.rule, sizeof r.rule)) {
			*r.start = *r.from = '\0';
			n++;
		} else if (field(one, "INSTANCES:", instances,
			       sizeof instances)) {
			one_recurrence(&r, instances, line);
		}
		field(one, "DTSTART:", r.start, sizeof r.start);
		field(one, "START-AT:", r.from, sizeof r.from);
	}
	assert_int_equal(n, 146);
	buf_release(&text);
	ical_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times),
		cmocka_unit_test(durations),
		cmocka_unit_test(windows),
		cmocka_unit_test(libical_list),
	};

	return cmocka_run_group_tests_name("ical", tests, NULL, NULL);
}
