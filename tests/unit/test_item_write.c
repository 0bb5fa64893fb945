/* Changing a field of an activity: what becomes of its property's line. */
#include "qstore.h"

#include <string.h>

#include "crm/calendar/item.h"

static struct session s;
static struct calendar *cal;

static int
setup(void **state)
{
	struct err e = { 0 };

	(void)state;
	place_make(NULL);
	put("crmrc", "# crm store, format 1\n");
	qstore_open(&s);
	CHECK(session_calendar(&s, &cal, &e) == 0, "%s", e.msg);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	session_close(&s);
	place_remove(NULL);
	return 0;
}

/* The file of a meeting with that line, where the field gets that value. */
static void
changed(const char *line, const char *field, const char *value,
    struct buf *out)
{
	struct buf text = { 0 };
	struct arena arena = { 0 };
	struct ics doc = { 0 };
	struct item *it = NULL;
	struct err e = { 0 };
	size_t n, size = cal->act->nfields * sizeof(struct span);
	struct span *before = arena_alloc(&arena, size);
	struct span *after = arena_alloc(&arena, size);

	buf_addf(&text,
	    "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:VEVENT\nUID:u\n"
	    "DTSTART:20261201T090000Z\n%s\nEND:VEVENT\nEND:VCALENDAR\n",
	    line);
	CHECK(ics_parse(&doc, "u.ics", &text, &e) == 0, "%s", e.msg);
	CHECK(items_of(cal, &doc, "calendar/ana/events/u.ics", &it, &n, &e) ==
		  0, "%s", e.msg);
	CHECK(item_row(it, &arena, before, NULL, &e) == 0, "%s", e.msg);
	memcpy(after, before, size);
	after[entity_field(cal->act, span(field))->index] = span(value);
	CHECK(item_set(it, before, after, &e) == 0, "%s: %s", line, e.msg);
	ics_write(&doc, out);
	buf_addc(out, '\0');
	items_free(it);
	ics_release(&doc);
	arena_release(&arena);
	buf_release(&text);
}

static void
parameters(void **state)
{
	static const struct {
		const char *line, *field, *value;
		const char *want; /* a whole line */
	} cases[] = {
		{ "SUMMARY;LANGUAGE=de:Besuch", "subject", "Visit",
		    "SUMMARY;LANGUAGE=de:Visit" },
		{ "SUMMARY;X-A=\"b;c:d\";LANGUAGE=de:Besuch", "subject", "a,b",
		    "SUMMARY;X-A=\"b;c:d\";LANGUAGE=de:a\\,b" },
		/* of the old text */
		{ "DESCRIPTION;ALTREP=\"cid:1@x\";LANGUAGE=de:alt", "note",
		    "new", "DESCRIPTION;LANGUAGE=de:new" },
		{ "SUMMARY;LANGUAGE=de;encoding=QUOTED-PRINTABLE;"
		  "CHARSET=ISO-8859-1:B=E4r",
		    "subject", "B\xc3\xa4r", "SUMMARY;LANGUAGE=de:B\xc3\xa4r" },
		{ "SUMMARY;QUOTED-PRINTABLE:a=20b", "subject", "c",
		    "SUMMARY:c" },
		/* a type that is still right, and one that is not */
		{ "URL;VALUE=URI:http://a.example/", "url",
		    "http://b.example/", "URL;VALUE=URI:http://b.example/" },
		{ "DESCRIPTION;VALUE=URI;LANGUAGE=de:http://a.example/",
		    "note", "text", "DESCRIPTION;LANGUAGE=de:text" },
		{ "LAST-MODIFIED;TZID=Europe/Berlin;X-A=1:20261101T090000",
		    "subject", "x", "LAST-MODIFIED;X-A=1:20261121T120000Z" },
		{ "RRULE;VALUE=RECUR;X-A=1:FREQ=DAILY", "repeat",
		    "FREQ=WEEKLY", "RRULE;VALUE=RECUR;X-A=1:FREQ=WEEKLY" },
		/* what no line can be written with does not keep the change */
		{ "SUMMARY;LANGUAGE=de;X-A=\"b:c", "subject", "x",
		    "SUMMARY;LANGUAGE=de:x" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf b = { 0 }, want = { 0 };

		changed(cases[i].line, cases[i].field, cases[i].value, &b);
		buf_addf(&want, "\n%s\n", cases[i].want);
		CHECK(strstr(b.p, want.p), "case %zu: no line %s in\n%s", i,
		    cases[i].want, b.p);
		buf_release(&b);
		buf_release(&want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parameters),
	};

	return cmocka_run_group_tests_name("item_write", tests, setup,
	    teardown);
}
