#include "qstore.h"

#include <stdio.h>
#include <string.h>

#include "crm/calendar/item.h"
#include "crm/calendar/occur.h"

/*
 * What takes place_dir when. Expected times are worked out by hand, in UTC; the
 * store's zone is Berlin's (UTC+1, in summer +2).
 */

static struct session s;
static struct calendar *cal;

static int
setup(void **state)
{
	(void)state;
	place_make(NULL);
	put("crmrc",
	    "# crm store, format 1\n[core]\n\ttimezone = Europe/Berlin\n");
	put("config/users.csv",
	    "id,login,name,email\nU2601-aaaaaaaa,ana,Ana,ana@example.org\n"
	    "U2601-bbbbbbbb,bo,Bo,bo@example.org\n");
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	place_remove(NULL);
	return 0;
}

static void
reopen(void)
{
	struct err e = { 0 };

	cal = NULL;
	qstore_open(&s);
	CHECK(session_calendar(&s, &cal, &e) == 0, "%s", e.msg);
}

static void
no_files(void)
{
	assert_int_equal(system("rm -rf calendar"), 0);
}

/* A file of a calendar: components alone, as lines. */
static void
put_ics(const char *path, const char *lines)
{
	struct buf b = { 0 };

	buf_adds(&b, "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n");
	buf_adds(&b, lines);
	buf_adds(&b, "END:VCALENDAR\n");
	put(path, b.p);
	buf_release(&b);
}

static int64_t
at(const char *when)
{
	int64_t t;

	CHECK(when_parse(span(when), &t, NULL), "%s", when);
	return t;
}

/* "04-09 07:30+60", whole days "04-09 d1", what is overridden with its key. */
static char *
text_of(const struct occurrences *o)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < o->n; i++) {
		const struct occurrence *x = &o->v[i];
		char t[21];
		int32_t first = clock_day(x->from, NULL);

		if (i)
			buf_adds(&b, ", ");
		if (x->day) {
			date_format(first, t);
			buf_addf(&b, "%s d%d", t + 5,
			    (int)(clock_day(x->to, NULL) - first));
			continue;
		}
		instant_format(x->from, t);
		buf_addf(&b, "%.5s %.5s+%d", t + 5, t + 11,
		    (int)((x->to - x->from) / 60));
	}
	return buf_detach(&b);
}

static void
is(const char *what, const char *from, const char *to, unsigned flags,
    const char *want)
{
	struct occurrences o = { 0 };
	struct err e = { 0 };
	char *got;

	reopen();
	CHECK(occur_collect(cal, NULL, 0, at(from), at(to), flags, &o, &e) ==
		  0, "%s: %s", what, e.msg);
	got = text_of(&o);
	CHECK(strcmp(got, want) == 0, "%s:\n got %s\nwant %s\n%s", what, got,
	    want, o.flaws.n ? o.flaws.p : "");
	free(got);
	occurrences_release(&o);
	session_close(&s);
}

#define ALL                                                                    \
	(OCCUR_EVENTS | OCCUR_TASKS | OCCUR_NOTES | OCCUR_DONE | OCCUR_ARCHIVE)

/* --- files of khal's tests ----------------------------------------------- */

static const struct {
	const char *file;
	size_t n;	   /* from 1960 to 2030 */
	const char *first; /* of those, in the order of time */
} khal[] = {
	{ "event_d_rdate", 4, "08-12 d1, 08-13 d1, 08-14 d1, 08-15 d1" },
	{ "event_d_rr", 10, "04-09 d1, 04-10 d1" },
	{ "event_dt_rd", 2, "04-09 07:30+60, 04-10 07:30+60" },
	{ "event_dt_two_rd", 4,
	    "04-09 07:30+60, 04-10 07:30+60, 04-11 07:30+60, 04-12 07:30+60" },
	{ "event_dtr_exdatez", 3,
	    "06-30 05:30+271, 07-07 05:30+271, 07-14 05:30+271" },
	/* its zone is none: of the store */
	{ "event_dtr_no_tz_exdatez", 5,
	    "04-03 08:00+30, 05-03 08:00+30, 07-03 08:00+30, 08-03 08:00+30, "
	    "09-03 08:00+30" },
	{ "event_dtr_notz_untilz", 7, "" },
	{ "event_invalid_exdate", 3,
	    "11-12 20:50+70, 11-19 20:50+70, 12-03 20:50+70" },
	{ "event_rdate_no_value", 27,
	    "08-31 09:30+60, 09-14 09:30+60, 01-25 10:30+60, 02-08 10:30+60" },
	{ "event_rrule_recuid", 6,
	    "06-30 05:00+300, 07-07 07:00+300, 07-14 05:00+300, "
	    "07-21 05:00+300, 07-28 05:00+300, 08-04 05:00+300" },
	{ "event_rrule_recuid_cancelled", 5,
	    "06-30 05:00+300, 07-07 07:00+300, 07-21 05:00+300" },
	{ "event_rrule_recuid_update", 5,
	    "06-30 05:00+300, 07-07 05:00+300, 07-21 05:00+300" },
	{ "event_rrule_recuid_invalid_tzid", 6,
	    "06-30 05:00+300, 07-07 07:00+300, 07-14 05:00+300" },
	{ "event_dt_multi_recuid_no_master", 2,
	    "06-30 05:30+270, 07-07 06:30+210" },
	{ "event_dt_recuid_no_master", 1, "03-29 14:00+25" },
	/* the first, and an override of none that is there, at its time;
	 * 09:30 in Berlin to 10:30 in New York; Bogota is UTC-5, Reunion +4 */
	{ "cal_lots_of_timezones", 12,
	    "04-09 07:30+420, 04-09 07:30+420, 04-11 16:30+420, "
	    "04-13 16:30+420, 04-15 16:30+420, 04-18 07:30+420, "
	    "05-09 07:30+420, 05-09 18:30+60, 06-09 07:30+420" },
	{ "event_dt_rrule_invalid_until", 3, "12-01 d1, 01-01 d1, 02-01 d1" },
	{ "event_dt_rrule_invalid_until2", 35, "04-09 07:30+60" },
	/* the start takes place_dir, whatever the rule says */
	{ "event_dt_rrule_until_before_start", 1, "11-09 18:30+60" },
	{ "event_rrule_no_occurence", 1, "01-01 09:30+15" },
	{ "event_r_past", 65, "04-23 d1" },
	{ "mult_uids_and_recuid_no_order", 12,
	    "03-01 d1, 05-01 d1, 07-01 d1, 09-01 d1, 11-01 d1, 01-01 d1, "
	    "06-30 05:00+300, 07-07 07:00+300, 07-14 05:00+300" },
};

static void
test_khal(void **state)
{
	const char *data = getenv("CRM_DATA");
	struct err e = { 0 };

	(void)state;
	if (!data || chdir(place_dir) < 0)
		skip();
	for (size_t i = 0; i < sizeof khal / sizeof *khal; i++) {
		struct occurrences o = { 0 };
		char *path = xasprintf("%s/ics/khal/%s.ics", data,
			  khal[i].file), *got;
		struct buf text = { 0 };
		int fd = open(path, O_RDONLY);

		if (fd < 0)
			skip();
		assert_int_equal(file_slurp(fd, path, 0, &text, &e), 0);
		close(fd);
		no_files();
		put("calendar/ana/events/x.ics", text.p);
		reopen();
		CHECK(occur_collect(cal, NULL, 0, at("1960-01-01"),
			  at("2030-01-01"), ALL, &o, &e) == 0, "%s", e.msg);
		got = text_of(&o);
		CHECK(o.n == khal[i].n &&
			  strncmp(got, khal[i].first,
			      strlen(khal[i].first)) == 0,
		    "%s: %zu, not %zu:\n got %s\nwant %s\n%s", khal[i].file,
		    o.n, khal[i].n, got, khal[i].first,
		    o.flaws.n ? o.flaws.p : "");
		occurrences_release(&o);
		session_close(&s);
		buf_release(&text);
		free(got);
		free(path);
	}
}

/* --- our own ------------------------------------------------------------- */

static void
test_windows(void **state)
{
	(void)state;
	no_files();
	put_ics("calendar/ana/events/a.ics",
	    "BEGIN:VEVENT\nUID:a\nSUMMARY:Noon\nDTSTART:20261127T110000Z\n"
	    "DTEND:20261127T120000Z\nEND:VEVENT\n"
	    "BEGIN:VEVENT\nUID:b\nSUMMARY:Bell\nDTSTART:20261127T120000Z\n"
	    "END:VEVENT\n"
	    "BEGIN:VEVENT\nUID:c\nSUMMARY:Fair\nDTSTART;VALUE=DATE:20261125\n"
	    "DTEND;VALUE=DATE:20261128\nEND:VEVENT\n");
	put_ics("calendar/ana/tasks/t.ics",
	    "BEGIN:VTODO\nUID:t\nSUMMARY:Call\nDTSTART:20261101T000000Z\n"
	    "DUE:20261127T115900Z\nEND:VTODO\n"
	    "BEGIN:VTODO\nUID:u\nSUMMARY:Some day\nEND:VTODO\n"
	    "BEGIN:VTODO\nUID:v\nSUMMARY:That day\n"
	    "DUE;VALUE=DATE:20261127\nEND:VTODO\n"
	    "BEGIN:VTODO\nUID:w\nSUMMARY:Ready\nSTATUS:COMPLETED\n"
	    "DUE:20261127T115900Z\nEND:VTODO\n");
	is("its end is no touch", "2026-11-27T12:00:00Z",
	    "2026-11-27T13:00:00Z", OCCUR_EVENTS,
	    "11-25 d3, 11-27 12:00+0");
	is("nor is the window's", "2026-11-27T10:00:00Z",
	    "2026-11-27T11:00:00Z", OCCUR_EVENTS, "11-25 d3");
	is("a day, whose midnights are local", "2026-11-26T23:00:00Z",
	    "2026-11-27T23:00:00Z", OCCUR_EVENTS,
	    "11-25 d3, 11-27 11:00+60, 11-27 12:00+0");
	is("the last day is over", "2026-11-27T23:00:00Z",
	    "2026-11-28T23:00:00Z", OCCUR_EVENTS | OCCUR_TASKS, "");
	is("tasks by when they are due", "2026-11-27", "2026-11-28",
	    OCCUR_TASKS, "11-27 d1, 11-27 11:59+0");
	is("what is done, too", "2026-11-27", "2026-11-28",
	    OCCUR_TASKS | OCCUR_DONE,
	    "11-27 d1, 11-27 11:59+0, 11-27 11:59+0");
}

static void
test_series(void **state)
{
	(void)state;
	no_files();
	put_ics("calendar/ana/events/a.ics",
	    "BEGIN:VEVENT\nUID:a\nSUMMARY:Team\n"
	    "DTSTART;TZID=Europe/Berlin:20261019T090000\n"
	    "DTEND;TZID=Europe/Berlin:20261019T093000\n"
	    "RRULE:FREQ=WEEKLY;COUNT=4\nEND:VEVENT\n");
	is("the wall time stays when the clock changes", "2026-01-01",
	    "2027-01-01", OCCUR_EVENTS,
	    "10-19 07:00+30, 10-26 08:00+30, 11-02 08:00+30, 11-09 08:00+30");
	put_ics("calendar/ana/events/a.ics",
	    "BEGIN:VEVENT\nUID:a\nSUMMARY:Team\nDTSTART:20261118T090000Z\n"
	    "RRULE:FREQ=WEEKLY;BYDAY=FR;COUNT=3\nEND:VEVENT\n");
	is("a start that the rule does not give is counted", "2026-01-01",
	    "2027-01-01", OCCUR_EVENTS,
	    "11-18 09:00+0, 11-20 09:00+0, 11-27 09:00+0");
	put_ics("calendar/ana/events/a.ics",
	    "BEGIN:VEVENT\nUID:a\nSUMMARY:Team\nDTSTART:20261102T090000Z\n"
	    "RRULE:FREQ=WEEKLY;COUNT=2\nRRULE:FREQ=MONTHLY;COUNT=2\n"
	    "END:VEVENT\n");
	is("several rules", "2026-01-01", "2027-01-01", OCCUR_EVENTS,
	    "11-02 09:00+0, 11-09 09:00+0, 12-02 09:00+0");
	put_ics("calendar/ana/events/a.ics",
	    "BEGIN:VEVENT\nUID:a\nSUMMARY:Team\n"
	    "DTSTART;TZID=Europe/Berlin:20261019T090000\n"
	    "DTEND;TZID=Europe/Berlin:20261019T093000\n"
	    "RRULE:FREQ=WEEKLY;COUNT=5\n"
	    "EXDATE;TZID=Europe/Berlin:20261109T090000\n"
	    "RDATE;VALUE=PERIOD;TZID=Europe/Berlin:20261021T090000/PT2H\n"
	    "RDATE;TZID=Europe/Berlin:20261022T090000\nEND:VEVENT\n"
	    "BEGIN:VEVENT\nUID:a\nSUMMARY:Late\n"
	    "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:"
	    "20261026T090000\n"
	    "DTSTART;TZID=Europe/Berlin:20261026T160000\n"
	    "DTEND;TZID=Europe/Berlin:20261026T170000\nEND:VEVENT\n"
	    "BEGIN:VEVENT\nUID:a\nSUMMARY:Once\n"
	    "RECURRENCE-ID;TZID=Europe/Berlin:20261102T090000\n"
	    "DTSTART;TZID=Europe/Berlin:20261201T080000\nEND:VEVENT\n");
	is("from then on, dates besides, one put off", "2026-01-01",
	    "2027-01-01", OCCUR_EVENTS,
	    "10-19 07:00+30, 10-21 07:00+120, 10-22 07:00+30, "
	    "10-26 15:00+60, 11-16 15:00+60, 12-01 07:00+0");
	is("the one that was moved into the window", "2026-12-01",
	    "2026-12-02", OCCUR_EVENTS, "12-01 07:00+0");
	is("not where it was", "2026-11-02", "2026-11-03", OCCUR_EVENTS, "");
	is("that of the later hours", "2026-11-16T15:30:00Z",
	    "2026-11-16T15:31:00Z", OCCUR_EVENTS, "11-16 15:00+60");
}

/* Every day by itself shows what the whole shows of it. */
static void
test_days(void **state)
{
	struct occurrences whole = { 0 };
	struct err e = { 0 };
	size_t seen = 0;

	(void)state;
	no_files();
	put_ics("calendar/ana/events/a.ics",
	    "BEGIN:VEVENT\nUID:a\nDTSTART;TZID=America/New_York:"
	    "20261019T200000\nDURATION:PT30H\nRRULE:FREQ=DAILY;INTERVAL=3;"
	    "COUNT=9\nEXDATE:20261101T000000Z\nEND:VEVENT\n"
	    "BEGIN:VEVENT\nUID:b\nDTSTART;VALUE=DATE:20261031\n"
	    "RRULE:FREQ=MONTHLY\nEND:VEVENT\n"
	    "BEGIN:VEVENT\nUID:c\nDTSTART:20261020T235900Z\n"
	    "RRULE:FREQ=WEEKLY;UNTIL=20261111T000000Z\nEND:VEVENT\n");
	put_ics("calendar/bo/tasks/t.ics",
	    "BEGIN:VTODO\nUID:t\nDUE:20261024T220000Z\n"
	    "RRULE:FREQ=DAILY;COUNT=12\nEND:VTODO\n");
	reopen();
	CHECK(occur_collect(cal, NULL, 0, at("2026-10-01"), at("2027-01-01"),
		  ALL, &whole, &e) == 0, "%s", e.msg);
	for (int32_t d = 20727; d < 20727 + 92; d++) {
		int64_t from = clock_instant(d, 0), to = clock_instant(d + 1, 0);
		struct occurrences day = { 0 };
		size_t want = 0;

		CHECK(occur_collect(
			  cal, NULL, 0, from, to, ALL, &day, &e) == 0, "%s",
		    e.msg);
		for (size_t i = 0; i < whole.n; i++) {
			const struct occurrence *x = &whole.v[i];

			want += x->from == x->to
			    ? x->from >= from && x->from < to
			    : x->from < to && x->to > from;
		}
		CHECK(day.n == want, "day %d: %zu, not %zu", (int)d, day.n,
		    want);
		seen += want;
		occurrences_release(&day);
	}
	assert_true(seen > whole.n && whole.n == 8 + 2 + 4 + 12);
	occurrences_release(&whole);
	session_close(&s);
}

static void
test_parts(void **state)
{
	static const char copy[] =
	    "BEGIN:VEVENT\nUID:m\nSUMMARY:Kick-off\nX-CRM-OWNER:ana\n"
	    "DTSTART:20261127T110000Z\nEND:VEVENT\n";
	struct occurrences o = { 0 };
	struct err e = { 0 };
	size_t bo;

	(void)state;
	no_files();
	put_ics("calendar/ana/events/m.ics", copy);
	put_ics("calendar/bo/events/m.ics", copy);
	is("everybody's part", "2026-11-27", "2026-11-28", OCCUR_EVENTS,
	    "11-27 11:00+0, 11-27 11:00+0");
	is("the meeting once", "2026-11-27", "2026-11-28",
	    OCCUR_EVENTS | OCCUR_ONCE, "11-27 11:00+0");
	reopen();
	bo = calendar_folder(cal, span("bo"));
	CHECK(occur_collect(cal, &bo, 1, at("2026-11-27"), at("2026-11-28"),
		  OCCUR_EVENTS | OCCUR_ONCE, &o, &e) == 0, "%s", e.msg);
	assert_true(o.n == 1 && o.v[0].copy && o.v[0].person == bo);
	assert_true(span_eqs(
	    act_cell(cal, o.v[0].value, "owner"), "U2601-aaaaaaaa"));
	occurrences_release(&o);
	session_close(&s);
}

static void
test_flaws(void **state)
{
	struct occurrences o = { 0 };
	struct err e = { 0 };

	(void)state;
	no_files();
	put_ics("calendar/ana/events/a.ics",
	    "BEGIN:VEVENT\nUID:a\nDTSTART:20261127T110000Z\n"
	    "RRULE:FREQ=SOMETIMES\nEND:VEVENT\n");
	put("calendar/ana/events/b.ics", "no calendar\n");
	reopen();
	CHECK(occur_collect(cal, NULL, 0, at("2026-11-27"), at("2026-11-28"),
		  OCCUR_EVENTS, &o, &e) == 0, "%s", e.msg);
	assert_int_equal(o.n, 1);
	assert_non_null(strstr(o.flaws.p, "calendar/ana/events/a.ics: "));
	assert_non_null(strstr(o.flaws.p, "calendar/ana/events/b.ics:1: "));
	occurrences_release(&o);
	session_close(&s);
}

/* --- one of a series ----------------------------------------------------- */

static const struct span *
row(const char *start, const char *end, const char *repeat,
    const char *exceptions)
{
	static struct span v[100];
	struct { const char *field, *text; } cells[] = { { "type", "meet" },
		{ "start", start }, { "end", end }, { "repeat", repeat },
		{ "exceptions", exceptions }, { "id", "E2611-00000000" } };

	assert_true(cal->act->nfields < 100);
	for (size_t i = 0; i < 100; i++)
		v[i] = span("");
	for (size_t i = 0; i < 6; i++)
		v[entity_field(cal->act, span(cells[i].field))->index] =
		    span(cells[i].text);
	return v;
}

static void
key_is(const struct span *v, const char *when, const char *want)
{
	char key[32] = "";
	struct err e = { 0 };
	int r = occur_key(cal, v, span(when), key, &e);

	if (r)
		CHECK(strstr(e.msg, want), "%s: '%s', not '%s'", when, e.msg,
		    want);
	else
		CHECK(strcmp(key, want) == 0, "%s: %s, not %s", when, key,
		    want);
	err_release(&e);
}

/* The clock is at noon of Saturday, 2026-11-21 UTC. */
static void
test_key(void **state)
{
	const struct span *v;

	(void)state;
	reopen();
	v = row("2026-11-06T13:00:00Z", "2026-11-06T14:00:00Z",
	    "FREQ=WEEKLY;COUNT=6",
	    "2026-11-27T13:00:00Z -\n"
	    "2026-12-04T13:00:00Z start=2026-12-05T09:00:00Z;"
	    "end=2026-12-05T10:00:00Z");
	key_is(v, "", "2026-12-04T13:00:00Z");
	key_is(v, "2026-12-05", "2026-12-04T13:00:00Z");
	key_is(v, "2026-12-05T09:00:00Z", "2026-12-04T13:00:00Z");
	key_is(v, "2026-12-04T13:00:00Z", "2026-12-04T13:00:00Z");
	key_is(v, "2026-11-20", "2026-11-20T13:00:00Z");
	key_is(v, "2026-11-27",
	    "the nearest: 2026-11-20 14:00 and 2026-12-05 10:00");
	key_is(v, "soon", "is no day or time");
	v = row("2025-11-06", "2025-11-07", "FREQ=YEARLY;COUNT=1", "");
	key_is(v, "", "nothing of the series is left to come");
	key_is(v, "2025-11-07", "2025-11-06");
	v = row("2025-11-06", "", "", "");
	key_is(v, "", "it does not repeat");
	session_close(&s);
}

static void
test_exceptions_set(void **state)
{
	static const char *const field[] = { "state", "result" };
	const struct span set[] = { span("done"), span("a;b, c") };
	struct buf b = { 0 };
	struct err e = { 0 };
	const struct span *v;

	(void)state;
	reopen();
	v = row("2026-11-06", "", "FREQ=WEEKLY",
	    "2026-11-13 state=planned;where=Bonn\n2026-11-14 +\n2026-11-27 -");
	assert_int_equal(exceptions_set(
	    cal, v, span("2026-11-13"), field, set, 2, &b, &e), 0);
	assert_string_equal(b.p,
	    "2026-11-13 where=Bonn;state=done;result=a\\;b\\, c\n"
	    "2026-11-14 +\n2026-11-27 -");
	buf_reset(&b);
	assert_int_equal(exceptions_set(
	    cal, v, span("2026-11-14"), field, set, 1, &b, &e), 0);
	assert_non_null(strstr(b.p, "\n2026-11-14 + state=done\n"));
	buf_reset(&b);
	assert_int_equal(exceptions_set(
	    cal, v, span("2026-11-20"), NULL, NULL, 0, &b, &e), 0);
	assert_non_null(strstr(b.p, "\n2026-11-20 -\n2026-11-27 -"));
	buf_release(&b);
	err_release(&e);
	session_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_khal),
		cmocka_unit_test(test_windows),
		cmocka_unit_test(test_series),
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_flaws),
		cmocka_unit_test(test_key),
		cmocka_unit_test(test_exceptions_set),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
