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

/* Computed by python3-dateutil 2.8.2, from 2026 on, six at most. */
static void
dateutil(void **state)
{
	static const struct {
		const char *rule, *starts;
	} cases[] = {
		{ "FREQ=DAILY",
		    "20260101T090000,20260102T090000,20260103T090000,"
		    "20260104T090000,20260105T090000,20260106T090000" },
		{ "FREQ=DAILY;INTERVAL=3",
		    "20260103T090000,20260106T090000,20260109T090000,"
		    "20260112T090000,20260115T090000,20260118T090000" },
		{ "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR",
		    "20260101T090000,20260102T090000,20260105T090000,"
		    "20260106T090000,20260107T090000,20260108T090000" },
		{ "FREQ=DAILY;BYMONTHDAY=-1",
		    "20260131T090000,20260228T090000,20260331T090000,"
		    "20260430T090000,20260531T090000,20260630T090000" },
		{ "FREQ=DAILY;BYMONTH=3,6;INTERVAL=5",
		    "20260304T090000,20260309T090000,20260314T090000,"
		    "20260319T090000,20260324T090000,20260329T090000" },
		{ "FREQ=DAILY;BYHOUR=9,13;BYMINUTE=0,30",
		    "20260101T090000,20260101T093000,20260101T130000,"
		    "20260101T133000,20260102T090000,20260102T093000" },
		{ "FREQ=DAILY;BYHOUR=9,13,17;BYSETPOS=-1",
		    "20260101T170000,20260102T170000,20260103T170000,"
		    "20260104T170000,20260105T170000,20260106T170000" },
		{ "FREQ=DAILY;COUNT=1000", "" },
		{ "FREQ=WEEKLY",
		    "20260101T090000,20260108T090000,20260115T090000,"
		    "20260122T090000,20260129T090000,20260205T090000" },
		{ "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR",
		    "20260102T090000,20260112T090000,20260114T090000,"
		    "20260116T090000,20260126T090000,20260128T090000" },
		{ "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU",
		    "20260111T090000,20260112T090000,20260125T090000,"
		    "20260126T090000,20260208T090000,20260209T090000" },
		{ "FREQ=WEEKLY;BYDAY=TU;COUNT=60", "" },
		{ "FREQ=WEEKLY;BYDAY=MO,TU,WE;BYSETPOS=2",
		    "20260106T090000,20260113T090000,20260120T090000,"
		    "20260127T090000,20260203T090000,20260210T090000" },
		{ "FREQ=WEEKLY;BYMONTH=7;BYDAY=SA",
		    "20260704T090000,20260711T090000,20260718T090000,"
		    "20260725T090000,20270703T090000,20270710T090000" },
		{ "FREQ=MONTHLY",
		    "20260105T090000,20260205T090000,20260305T090000,"
		    "20260405T090000,20260505T090000,20260605T090000" },
		{ "FREQ=MONTHLY;BYMONTHDAY=31",
		    "20260131T090000,20260331T090000,20260531T090000,"
		    "20260731T090000,20260831T090000,20261031T090000" },
		{ "FREQ=MONTHLY;BYMONTHDAY=-1",
		    "20260131T090000,20260228T090000,20260331T090000,"
		    "20260430T090000,20260531T090000,20260630T090000" },
		{ "FREQ=MONTHLY;BYMONTHDAY=15,-2",
		    "20260115T090000,20260130T090000,20260215T090000,"
		    "20260227T090000,20260315T090000,20260330T090000" },
		{ "FREQ=MONTHLY;BYDAY=2TU",
		    "20260113T090000,20260210T090000,20260310T090000,"
		    "20260414T090000,20260512T090000,20260609T090000" },
		{ "FREQ=MONTHLY;BYDAY=-1FR;INTERVAL=2",
		    "20260130T090000,20260327T090000,20260529T090000,"
		    "20260731T090000,20260925T090000,20261127T090000" },
		{ "FREQ=MONTHLY;BYDAY=5SU",
		    "20260329T090000,20260531T090000,20260830T090000,"
		    "20261129T090000,20270131T090000,20270530T090000" },
		{ "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
		    "20260130T090000,20260227T090000,20260331T090000,"
		    "20260430T090000,20260529T090000,20260630T090000" },
		{ "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-2",
		    "20260101T090000,20260129T090000,20260202T090000,"
		    "20260226T090000,20260302T090000,20260330T090000" },
		{ "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
		    "20260213T090000,20260313T090000,20261113T090000,"
		    "20270813T090000,20281013T090000" },
		{ "FREQ=MONTHLY;INTERVAL=5;COUNT=12", "" },
		{ "FREQ=YEARLY",
		    "20260305T090000,20270305T090000,20280305T090000" },
		{ "FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29",
		    "20280229T090000" },
		{ "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
		    "20261025T090000,20271031T090000,20281029T090000" },
		{ "FREQ=YEARLY;BYDAY=20MO",
		    "20260518T090000,20270517T090000,20280515T090000" },
		{ "FREQ=YEARLY;BYDAY=-1WE",
		    "20261230T090000,20271229T090000,20281227T090000" },
		{ "FREQ=YEARLY;BYYEARDAY=1,100,-1",
		    "20260101T090000,20260410T090000,20261231T090000,"
		    "20270101T090000,20270410T090000,20271231T090000" },
		{ "FREQ=YEARLY;BYWEEKNO=1,53;BYDAY=MO",
		    "20261228T090000,20270104T090000,20280103T090000" },
		{ "FREQ=YEARLY;BYWEEKNO=-1;BYDAY=SU;WKST=SU",
		    "20261227T090000,20271226T090000,20281224T090000" },
		{ "FREQ=YEARLY;BYMONTHDAY=13;BYDAY=FR",
		    "20260213T090000,20260313T090000,20261113T090000,"
		    "20270813T090000,20281013T090000" },
		{ "FREQ=YEARLY;BYMONTH=11;BYDAY=TH;BYSETPOS=4",
		    "20261126T090000,20271125T090000,20281123T090000" },
		{ "FREQ=YEARLY;BYDAY=MO;BYSETPOS=-1",
		    "20261228T090000,20271227T090000,20281225T090000" },
		{ "FREQ=DAILY;UNTIL=20260215T090000",
		    "20260101T090000,20260102T090000,20260103T090000,"
		    "20260104T090000,20260105T090000,20260106T090000" },
		{ "FREQ=WEEKLY;BYDAY=MO;UNTIL=20260301T000000",
		    "20260105T090000,20260112T090000,20260119T090000,"
		    "20260126T090000,20260202T090000,20260209T090000" },
		{ "FREQ=HOURLY;INTERVAL=90",
		    "20260103T090000,20260107T030000,20260110T210000,"
		    "20260114T150000,20260118T090000,20260122T030000" },
		{ "FREQ=HOURLY;INTERVAL=7;BYHOUR=3,6",
		    "20260102T060000,20260103T030000,20260109T060000,"
		    "20260110T030000,20260116T060000,20260117T030000" },
		{ "FREQ=HOURLY;BYDAY=SA;BYHOUR=9,10",
		    "20260103T090000,20260103T100000,20260110T090000,"
		    "20260110T100000,20260117T090000,20260117T100000" },
		{ "FREQ=MINUTELY;INTERVAL=1441",
		    "20260101T202700,20260102T202800,20260103T202900,"
		    "20260104T203000,20260105T203100,20260106T203200" },
		{ "FREQ=MINUTELY;BYHOUR=9;BYMINUTE=0,20,40;BYDAY=MO",
		    "20260105T090000,20260105T092000,20260105T094000,"
		    "20260112T090000,20260112T092000,20260112T094000" },
		{ "FREQ=MINUTELY;INTERVAL=7;BYHOUR=12;BYMONTHDAY=1",
		    "20260101T120200,20260101T120900,20260101T121600,"
		    "20260101T122300,20260101T123000,20260101T123700" },
		{ "FREQ=SECONDLY;BYHOUR=8;BYMINUTE=0;BYSECOND=0,15;BYMONTHDAY=-"
		  "1",
		    "20260131T080000,20260131T080015,20260228T080000,"
		    "20260228T080015,20260331T080000,20260331T080015" },
	};
	struct ical_time start;

	(void)state;
	use_zone("UTC");
	start = at("20200305T090000", NULL);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct list got = { .most = 6 };

		CHECK(starts(cases[i].rule, start, 1767225600, 1861920000,
			  &got) == 0,
		    "%s", cases[i].rule);
		CHECK(strcmp(got.text.p, cases[i].starts) == 0, "%s\n%s\n%s",
		    cases[i].rule, cases[i].starts, got.text.p);
		buf_release(&got.text);
	}
	ical_end();
}

/* Rules that never have a time end within their budget, or are refused. */
static void
never(void **state)
{
	static const struct {
		const char *rule;
		int result;
	} cases[] = {
		{ "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", 0 },
		{ "FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30", 0 },
		{ "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=31", 0 },
		{ "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", 0 },
		{ "FREQ=MONTHLY;BYDAY=1TH;BYSETPOS=2", 0 },
		{ "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6", 0 },
		{ "FREQ=SECONDLY;INTERVAL=60;BYSECOND=1", -1 },
		{ "FREQ=SECONDLY;COUNT=1000000000", -1 },
		{ "FREQ=DAILY;COUNT=1000000000", -1 },
		{ "FREQ=YEARLY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14;"
		  "BYMINUTE=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15;BYSECOND="
		  "0,1,2,3,4,5,6,7,8,9;BYDAY=MO,TU,WE,TH,FR",
		    -1 },
		{ "RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=31", -2 },
		{ "FREQ=NEVER", -1 },
		{ "FREQ=DAILY;INTERVAL=0", -1 },
		{ "FREQ=DAILY;COUNT=2;UNTIL=20260101", -1 },
		{ "FREQ=DAILY;FREQ=DAILY", -1 },
		{ "FREQ=DAILY;X=1", -1 },
		{ "FREQ=DAILY;BYMONTH=13", -1 },
		{ "FREQ=DAILY\nX:1", -1 },
		{ "INTERVAL=2", -1 },
		{ "", -1 },
	};
	struct ical_time start;

	(void)state;
	use_zone("UTC");
	start = at("20200305T090000Z", NULL);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct list got = { .most = 1 };
		clock_t used = clock();
		int result =
		    starts(cases[i].rule, start, 253000000000, INT64_MAX, &got);

		CHECK(cases[i].result == -2 || result == cases[i].result, "%s",
		    cases[i].rule);
		assert_in_range(clock() - used, 0, 2 * CLOCKS_PER_SEC);
		buf_release(&got.text);
	}
	ical_end();
}

/* Several rules, dates and exceptions. */
static void
sets(void **state)
{
	const struct ical_zone *z;
	struct span rules[] = { LIT("FREQ=WEEKLY;BYDAY=MO"),
		LIT("FREQ=MONTHLY;BYMONTHDAY=1;UNTIL=20260701") };
	struct ical_time rdate[2], exdate[3];
	struct ical_rule r = { .rrule = rules,
		.nrrule = 2,
		.rdate = rdate,
		.nrdate = 2,
		.exdate = exdate,
		.nexdate = 3 };
	struct list got = { 0 };
	bool more = false;

	(void)state;
	use_zone("UTC");
	z = zone("Europe/Berlin");
	r.start = at("20260601T100000", z); /* a Monday */
	rdate[0] = at("20260610T080000Z", NULL);
	rdate[1] = at("20260608T080000Z", NULL); /* one of the rule's */
	exdate[0] = at("20260615T100000", z);
	exdate[1] = at("20260622T080000Z", NULL);
	exdate[2] = at("20260629", NULL);
	assert_int_equal(ical_expand(&r, INT64_MIN, INT64_MAX, 6, collect, &got,
			     &more, NULL),
	    0);
	assert_string_equal(got.text.p,
	    "20260601T100000,20260608T100000,20260610T080000Z,20260701T100000,"
	    "20260706T100000,20260713T100000");
	assert_true(more);
	buf_release(&got.text);

	/* Without a rule the start is one, and UNTIL ends to the second. */
	got.n = 0;
	r.nrrule = 0;
	assert_int_equal(ical_expand(&r, INT64_MIN, INT64_MAX, 9, collect, &got,
			     &more, NULL),
	    0);
	assert_string_equal(
	    got.text.p, "20260601T100000,20260608T080000Z,20260610T080000Z");
	assert_false(more);
	buf_release(&got.text);
	got.n = 0;
	assert_int_equal(starts("FREQ=DAILY;UNTIL=20260603T080000Z", r.start,
			     INT64_MIN, INT64_MAX, &got),
	    0);
	assert_string_equal(
	    got.text.p, "20260601T100000,20260602T100000,20260603T100000");
	buf_release(&got.text);
	got.n = 0;
	assert_int_equal(starts("FREQ=DAILY;UNTIL=20260603T075959Z", r.start,
			     INT64_MIN, INT64_MAX, &got),
	    0);
	assert_string_equal(got.text.p, "20260601T100000,20260602T100000");
	buf_release(&got.text);
	got.n = 0;
	assert_int_equal(starts("RSCALE=GREGORIAN;FREQ=MONTHLY;COUNT=3;"
				"SKIP=BACKWARD;BYMONTHDAY=31",
			     at("20260131", NULL), INT64_MIN, INT64_MAX, &got),
	    0);
	assert_string_equal(got.text.p, "20260131,20260228,20260331");
	buf_release(&got.text);
	ical_end();
}

/* --- zones --------------------------------------------------------------- */

/* Computed by python's zoneinfo; gaps and folds by hand. */
static void
zones(void **state)
{
	static const struct {
		const char *zone, *wall;
		int64_t instant;
	} cases[] = {
		{ "Europe/Berlin", "20260701T120000", 1782900000 },
		{ "Europe/Berlin", "20401101T120000", 2235380400 },
		{ "Europe/Berlin", "20990701T120000", 4086583200 },
		{ "Europe/Berlin", "19140701T120000", -1751547600 },
		{ "America/New_York", "20380315T120000", 2152281600 },
		{ "Asia/Tehran", "20230701T120000", 1688200200 },
		{ "Africa/Casablanca", "20250310T120000", 1741608000 },
		{ "Asia/Kolkata", "20260101T000000", 1767205800 },
		{ "Australia/Lord_Howe", "20261201T120000", 1796086800 },
		{ "Pacific/Apia", "20111231T120000", 1325282400 },
		{ "Africa/Cairo", "20301015T120000", 1918285200 },
		{ "America/Nuuk", "20300601T120000", 1906549200 },
		{ "Asia/Gaza", "20800601T120000", 3484458000 },
		{ "America/Santiago", "21500101T120000", 5680335600 },
		{ "Europe/Dublin", "20260101T120000", 1767268800 },
		{ "Etc/GMT+5", "20260101T120000", 1767286800 },
		{ "UTC", "20260101T120000", 1767268800 },
		{ "Europe/Berlin", "20260329T023000", 1774747800 },
		{ "Europe/Berlin", "20261025T023000", 1792888200 },
		{ "Europe/Berlin", "20500327T023000", 2531957400 },
		/* the 30th was not there at all */
		{ "Pacific/Apia", "20111230T120000", 1325282400 },
	};
	struct ical_time t, back;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		t = at(cases[i].wall, zone(cases[i].zone));
		CHECK(ical_instant(&t) == cases[i].instant, "%s %s %lld",
		    cases[i].zone, cases[i].wall, (long long)ical_instant(&t));
		back = ical_from_instant(cases[i].instant, &t);
		CHECK(ical_instant(&back) == cases[i].instant, "%s %s",
		    cases[i].zone, cases[i].wall);
	}
	ical_end();
}

static void
zone_names(void **state)
{
	static const struct {
		const char *in, *name; /* name NULL: refused */
	} cases[] = {
		{ "Europe/Berlin", "Europe/Berlin" },
		{ " Europe/Berlin ", "Europe/Berlin" },
		{ "/freeassociation.sourceforge.net/Europe/Berlin",
		    "Europe/Berlin" },
		{ "/freeassociation.sourceforge.net/Tzfile/Europe/Berlin",
		    "Europe/Berlin" },
		{ "/mozilla.org/20070129_1/America/Argentina/Salta",
		    "America/Argentina/Salta" },
		{ "W. Europe Standard Time", "Europe/Berlin" },
		{ "w. europe standard time", "Europe/Berlin" },
		{ "AUS Central Standard Time", "Australia/Darwin" },
		{ "Yukon Standard Time", "America/Whitehorse" },
		{ "Central Standard Time", "America/Chicago" },
		{ "Central Standard Time (Mexico)", "America/Mexico_City" },
		{ "UTC", "UTC" },
		{ "../../etc/passwd", NULL },
		{ "/etc/passwd", NULL },
		{ "Europe/../Europe/Berlin", NULL },
		{ "Europe", NULL },
		{ "zone.tab", NULL },
		{ "right/Europe/Berlin", NULL },
		{ "Europe/Berlin\nX", NULL },
		{ "Europe/B\xc3\xa4rlin", NULL },
		{ "Standard Time", NULL },
		{ "/", NULL },
		{ "///", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct err e = { 0 };
		const struct ical_zone *z =
		    ical_zone(span(cases[i].in), span(NULL), &e);

		CHECK(!z == !cases[i].name, "'%s'", cases[i].in);
		if (z) {
			assert_string_equal(ical_zone_name(z), cases[i].name);
			assert_ptr_equal(z, zone(cases[i].in));
		} else {
			assert_int_equal(e.code, ERR_DATA);
			assert_null(strchr(e.msg, '\n'));
		}
		err_release(&e);
	}
	ical_end();
}

/* What is written for a zone says, read back, the same of each day. */
static void
vtimezones(void **state)
{
	static const char *const names[] = { "Europe/Berlin", "Africa/Cairo",
		"America/Nuuk", "Asia/Gaza", "Africa/Casablanca", "Asia/Tokyo",
		"America/Santiago", "Europe/Dublin", "Etc/GMT-3" };
	int64_t from = 1767225600; /* 2026 */

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct ical_time a = { .kind = ICAL_ZONED }, b = a, x, y;
		struct buf text = { 0 };
		struct err e = { 0 };

		a.zone = zone(names[i]);
		assert_int_equal(
		    ical_vtimezone(&text, a.zone, from, i % 2, &e), 0);
		b.zone =
		    ical_zone(LIT("what nobody knows"), buf_span(&text), &e);
		CHECK(b.zone, "%s", e.msg);
		for (int64_t t = from; t < 4070908800; t += 40000) {
			x = ical_from_instant(t, &a);
			y = ical_from_instant(t, &b);
			CHECK(x.day == y.day && x.sec == y.sec, "%s %lld",
			    names[i], (long long)t);
		}
		buf_release(&text);
	}
	ical_end();
}

/* Where it says too little it is no zone. */
static void
bad_vtimezones(void **state)
{
	static const char *const texts[] = { "x", "BEGIN:STANDARD",
		"BEGIN:STANDARD\nEND:STANDARD",
		"BEGIN:STANDARD\nDTSTART:20200101T000000\nTZOFFSETFROM:+1\n"
		"TZOFFSETTO:+0100\nEND:STANDARD",
		"BEGIN:STANDARD\nDTSTART:20200101T000000\nTZOFFSETFROM:+0100\n"
		"TZOFFSETTO:+0100\nRRULE:FREQ=NEVER\nEND:STANDARD" };

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct err e = { 0 };

		assert_null(ical_zone(LIT("none"), span(texts[i]), &e));
		assert_int_equal(e.code, ERR_DATA);
		err_release(&e);
	}
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
		cmocka_unit_test(dateutil),
		cmocka_unit_test(never),
		cmocka_unit_test(sets),
		cmocka_unit_test(zones),
		cmocka_unit_test(zone_names),
		cmocka_unit_test(vtimezones),
		cmocka_unit_test(bad_vtimezones),
		cmocka_unit_test(libical_list),
	};

	return cmocka_run_group_tests_name("ical", tests, NULL, NULL);
}
