/*
 * ics_data: every file of the collected calendars is read, or refused for a
 * reason that is true of it. The counts are those of FACTS.tsv there, which
 * were made without us.
 */
#ifndef CRM_TEST_ICS_DATA_H
#define CRM_TEST_ICS_DATA_H

#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "store/ics.h"

/* What is to be refused, and where; everything else is read. */
static const char *const refused_files[][2] = {
	{ "ical.net/Recurrence__Bug2912657.ics", ":1: this is UTF-16" },
	{ "icalendar-py/fuzzing__corpus__Index_Error.ics",
	    ":1: this is no calendar" },
	{ "icalendar-py/fuzzing__corpus__Type_Error.ics",
	    ":1: this is no calendar" },
	{ "icalendar-py/fuzzing__corpus__timezone_same_start_and_offset.ics",
	    ":23: END:VCALENDARD, but what is open is BEGIN:VCALENDAR" },
	{ "icalendar-py/tests__calendars__timezone_same_start_and_offset.ics",
	    ":23: END:VCALENDARD, but what is open is BEGIN:VCALENDAR" },
	{ "icalendar-py/tests__calendars__big_bad_calendar.ics",
	    ":1: BEGIN:VCALENDAR has no END" },
	{ "icalendar-py/tests__calendars__small_bad_calendar.ics",
	    ":1: BEGIN:VCALENDAR has no END" },
	{ "icalendar-py/tests__calendars__pr_480_summary_with_colon.ics",
	    ":1: BEGIN:VCALENDAR has no END" },
	{ "icalendar-py/tests__calendars__fuzz_testcase_invalid_month.ics",
	    ":1: BEGIN:V has no END" },
	{ "icalendar-py/"
	  "tests__calendars__fuzz_testcase_0_char_in_component_name.ics",
	    ":1: a NUL character" },
};

/* First flaws, but for components outside of VCALENDAR. */
static const struct {
	const char *path;
	size_t line;
	const char *what;
} flawed_files[] = {
	{ "ical.net/Serialization__Bug2148092.ics", 9, "UTF-8" },
	{ "ical.net/Serialization__ProdID2.ics", 8, "UTF-8" },
	{ "icalendar-py/fuzzing__corpus__timezone_rdate.ics", 53, "no ':'" },
	{ "icalendar-py/tests__calendars__timezone_rdate.ics", 53, "no ':'" },
	{ "icalendar-py/tests__calendars__issue_104_broken_calendar.ics", 13,
	    "no ':'" },
	{ "icalendar-py/tests__calendars__issue_168_input.ics", 6, "no ':'" },
	{ "icalendar-py/tests__calendars__issue_348_exception_parsing_value"
	  ".ics",
	    8, "no ':'" },
	{ "icalendar-py/tests__calendars__issue_350.ics", 36, "outside" },
	{ "icalendar-py/tests__calendars__issue_351_whitespace_in_property_and_"
	  "params.ics",
	    4, "no name" },
	{ "icalendar-ruby/single_event_bad_line.ics", 20, "no ':'" },
};

/* Columns 5.. of FACTS.tsv: lines BEGIN:X, then lines of a property X. */
static const char *const counted[] = { "VEVENT", "VTODO", "VJOURNAL",
	"VFREEBUSY", "VTIMEZONE", "VALARM", "RRULE", "EXDATE", "RECURRENCE-ID",
	"ATTENDEE" };

static size_t
count_of(const struct ics *d, size_t column)
{
	size_t n = 0;

	for (size_t i = 0; column < 6 && i < d->ncomps; i++)
		n += span_ieqs(d->comp[i].name, counted[column]);
	for (size_t i = 0; column >= 6 && i < d->nprops; i++)
		n += span_ieqs(d->prop[i].name, counted[column]);
	return n;
}

static void
check_flaws(const char *path, const struct ics *d)
{
	const struct ics_comp *first = &d->comp[1];

	for (size_t i = 0; i < COUNT(flawed_files); i++) {
		if (strcmp(path, flawed_files[i].path))
			continue;
		CHECK(d->flaws && d->flaw_line == flawed_files[i].line &&
			  strstr(d->flaw, flawed_files[i].what),
		    "%s:%zu: %s", path, d->flaw_line, d->flaw);
		return;
	}
	if (!span_ieqs(first->name, "VCALENDAR"))
		CHECK(d->flaw_line == first->line &&
			  strstr(d->flaw, "outside of VCALENDAR"),
		    "%s", path);
	else
		CHECK(d->flaws == 0, "%s:%zu: %s", path, d->flaw_line, d->flaw);
}

/* One line of FACTS.tsv. True where its file was to be refused, and was. */
static bool
check_file(int dir, struct span facts)
{
	char *path = span_dup(span_cut(&facts, '\t'));
	struct buf b = { 0 }, copy = { 0 }, out = { 0 };
	const char *why = NULL;
	struct err e = { 0 };
	struct ics d = { 0 };
	int rc;

	assert_int_equal(file_read(dir, path, 0, &b, NULL, &e), 0);
	buf_addspan(&copy, buf_span(&b));
	for (size_t i = 0; i < COUNT(refused_files); i++)
		if (!strcmp(path, refused_files[i][0]))
			why = refused_files[i][1];
	rc = ics_parse(&d, path, &b, &e);
	CHECK(rc == (why ? -1 : 0), "%s: %s", path, e.msg);
	if (why)
		CHECK(span_starts(span(e.msg), span(path)) &&
			  span_starts(span(e.msg + strlen(path)), span(why)),
		    "%s", e.msg);
	else
		check_flaws(path, &d);
	if (!why) {
		ics_write(&d, &out);
		CHECK(span_eq(buf_span(&out), buf_span(&copy)), "%s", path);
	}
	for (size_t i = 0; i < 3; i++)
		span_cut(&facts, '\t');
	for (size_t i = 0; !why && i < COUNT(counted); i++) {
		struct span want = span_cut(&facts, '\t');
		int64_t n;

		assert_true(span_int(want, &n));
		CHECK(count_of(&d, i) == (size_t)n, "%s: %s %zu, not %d", path,
		    counted[i], count_of(&d, i), (int)n);
	}
	ics_release(&d);
	buf_release(&copy);
	buf_release(&out);
	err_release(&e);
	free(path);
	return why != NULL;
}

static void
real_files(void **state)
{
	const char *data = getenv("CRM_DATA");
	char *root = xasprintf("%s/ics", data ? data : "../shared/data");
	int dir = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	size_t n = 0, refusals = 0;
	struct buf facts = { 0 };
	struct span rest;

	(void)state;
	free(root);
	if (dir < 0)
		skip();
	assert_int_equal(file_read(dir, "FACTS.tsv", 0, &facts, NULL, NULL), 0);
	rest = buf_span(&facts);
	span_cut(&rest, '\n'); /* a remark, and the header */
	span_cut(&rest, '\n');
	for (; rest.n > 0; n++)
		refusals += check_file(dir, span_cut(&rest, '\n'));
	assert_int_equal(refusals, COUNT(refused_files));
	assert_true(n > refusals);
	buf_release(&facts);
	close(dir);
}

#endif
