#include "unit.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "store/ics.h"

#define NO ((struct span){ NULL, 0 })

/* An event in a calendar, with what other programs leave in such a file. */
#define FILE_OF(nl)                                                            \
	"BEGIN:VCALENDAR" nl "X-A:1" nl "BEGIN:VEVENT" nl "UID:u" nl           \
	"summary;LANGUAGE=de:lo" nl " ng" nl "junk" nl "CATEGORIES:a" nl       \
	"CATEGORIES:b" nl nl "BEGIN:VALARM" nl "TRIGGER:-PT5M" nl              \
	"END:VALARM" nl "X-B:\xfc" nl "END:VEVENT" nl "BEGIN:VTODO" nl         \
	"END:VTODO" nl "END:VCALENDAR" nl

#define NINES4 "23456789 23456789 23456789 23456789 "
#define NINES8 NINES4 NINES4 /* 72 octets */

enum { CAL = 1, EVENT, ALARM, TODO }; /* components */
enum { X_A, UID, SUMMARY, CAT_A, CAT_B, TRIGGER, X_B };

enum op { SET, REPLACE, REMOVE, ADD, TEXT, CUT };

struct step {
	enum op op;
	size_t of;
	const char *name, *params, *value; /* NULL: {NULL, 0} */
};

static struct span
or_null(const char *s)
{
	return s ? span(s) : NO;
}

static int
apply(struct ics *d, const struct step *s, struct err *e)
{
	/* What was given may go away. */
	char *name = s->name ? xstrdup(s->name) : NULL;
	char *value = s->value ? xstrdup(s->value) : NULL;
	struct span p = or_null(s->params), v = or_null(value);
	int rc = 0;

	if (s->op == SET)
		rc = ics_set(d, s->of, name, p, v, e);
	else if (s->op == REPLACE)
		rc = ics_replace(d, s->of, p, v, e);
	else if (s->op == REMOVE)
		ics_remove(d, s->of);
	else if (s->op == ADD)
		rc = ics_add(d, s->of, name, p, v, e);
	else if (s->op == TEXT)
		rc = ics_add_text(d, s->of, v, e);
	else
		ics_remove_comp(d, s->of);
	free(name);
	free(value);
	return rc;
}

static void
load(struct ics *d, const char *text)
{
	struct err e = { 0 };
	struct buf b = { 0 };

	memset(d, 0, sizeof *d);
	buf_adds(&b, text);
	CHECK(ics_parse(d, "a.ics", &b, &e) == 0, "%s", e.msg);
}

/* What stands in place of `old`, which is there once; "" adds nothing. */
static const struct {
	const char *what;
	struct step step[4];
	const char *old, *new;
} edits[] = {
	{ "set replaces where it stands",
	    { { SET, EVENT, "SUMMARY", NULL, "x" } },
	    "summary;LANGUAGE=de:lo\n ng\n", "summary;LANGUAGE=de:x\n" },
	{ "set replaces parameters", { { SET, EVENT, "SUMMARY", "", "x" } },
	    "summary;LANGUAGE=de:lo\n ng\n", "summary:x\n" },
	{ "what stays the same is not touched",
	    { { SET, EVENT, "SUMMARY", NULL, "long" } }, "", "" },
	{ "nor with its parameters given",
	    { { SET, EVENT, "Summary", "LANGUAGE=de", "long" } }, "", "" },
	{ "nor what is read otherwise than it stands",
	    { { SET, EVENT, "X-B", NULL, "\xc3\xbc" } }, "", "" },
	{ "set, then set back",
	    { { SET, EVENT, "SUMMARY", "A=b", "x" },
		{ SET, EVENT, "SUMMARY", "LANGUAGE=de", "long" } },
	    "", "" },
	{ "later edits win",
	    { { SET, EVENT, "UID", "A=b", "x" },
		{ SET, EVENT, "UID", NULL, "y" } },
	    "UID:u\n", "UID;A=b:y\n" },
	{ "an empty value is one", { { SET, EVENT, "UID", NULL, "" } },
	    "UID:u\n", "UID:\n" },
	{ "set replaces the first", { { SET, EVENT, "CATEGORIES", NULL, "x" } },
	    "CATEGORIES:a\n", "CATEGORIES:x\n" },
	{ "set adds before components", { { SET, EVENT, "X", NULL, "1" } },
	    "BEGIN:VALARM\n", "X:1\nBEGIN:VALARM\n" },
	{ "twice set is added once",
	    { { SET, EVENT, "X", "A=b", "1" }, { SET, EVENT, "x", NULL, "2" } },
	    "BEGIN:VALARM\n", "X;A=b:2\nBEGIN:VALARM\n" },
	{ "set adds to what is empty", { { SET, TODO, "X", "", "1" } },
	    "END:VTODO\n", "X:1\nEND:VTODO\n" },
	{ "set in a calendar", { { SET, CAL, "METHOD", "", "1" } },
	    "BEGIN:VEVENT\n", "METHOD:1\nBEGIN:VEVENT\n" },
	{ "set in an alarm", { { SET, ALARM, "TRIGGER", NULL, "1" } },
	    "TRIGGER:-PT5M\n", "TRIGGER:1\n" },
	{ "set is of its component alone", { { SET, ALARM, "UID", "", "1" } },
	    "END:VALARM\n", "UID:1\nEND:VALARM\n" },
	{ "set to nothing removes all",
	    { { ADD, EVENT, "CATEGORIES", "", "c" },
		{ SET, EVENT, "CATEGORIES", NULL, NULL } },
	    "CATEGORIES:a\nCATEGORIES:b\n", "" },
	{ "replace", { { REPLACE, CAT_B, NULL, "A=b", "x" } }, "CATEGORIES:b\n",
	    "CATEGORIES;A=b:x\n" },
	{ "remove", { { REMOVE, SUMMARY, NULL, NULL, NULL } },
	    "summary;LANGUAGE=de:lo\n ng\n", "" },
	{ "replace by nothing", { { REPLACE, X_B, NULL, NULL, NULL } },
	    "X-B:\xfc\n", "" },
	{ "remove, then set: parameters as they were",
	    { { REPLACE, SUMMARY, NULL, "", "y" },
		{ REMOVE, SUMMARY, NULL, NULL, NULL },
		{ SET, EVENT, "SUMMARY", NULL, "x" } },
	    "summary;LANGUAGE=de:lo\n ng\n", "summary;LANGUAGE=de:x\n" },
	{ "add stands behind the others",
	    { { ADD, EVENT, "CATEGORIES", "", "c" },
		{ ADD, EVENT, "CATEGORIES", "", "d" } },
	    "CATEGORIES:b\n", "CATEGORIES:b\nCATEGORIES:c\nCATEGORIES:d\n" },
	{ "add behind what is replaced",
	    { { ADD, EVENT, "CATEGORIES", "", "c" },
		{ REPLACE, CAT_B, NULL, NULL, "x" } },
	    "CATEGORIES:b\n", "CATEGORIES:x\nCATEGORIES:c\n" },
	{ "a component, behind properties",
	    { { TEXT, TODO, NULL, NULL, "BEGIN:V\nEND:V\n" },
		{ ADD, TODO, "X", "", "1" } },
	    "END:VTODO\n", "X:1\nBEGIN:V\nEND:V\nEND:VTODO\n" },
	{ "a component of the file",
	    { { TEXT, 0, NULL, NULL, "BEGIN:V\nEND:V\n" } }, "END:VCALENDAR\n",
	    "END:VCALENDAR\nBEGIN:V\nEND:V\n" },
	{ "remove a component", { { CUT, TODO, NULL, NULL, NULL } },
	    "BEGIN:VTODO\nEND:VTODO\n", "" },
	{ "a component is removed with its edits",
	    { { SET, ALARM, "TRIGGER", NULL, "1" },
		{ SET, ALARM, "X", NULL, "1" },
		{ CUT, ALARM, NULL, NULL, NULL },
		{ SET, EVENT, "Y", NULL, "1" } },
	    "BEGIN:VALARM\nTRIGGER:-PT5M\nEND:VALARM\n", "Y:1\n" },
	{ "removed twice, and around",
	    { { CUT, ALARM, NULL, NULL, NULL },
		{ CUT, EVENT, NULL, NULL, NULL },
		{ CUT, EVENT, NULL, NULL, NULL } },
	    "BEGIN:VEVENT\nUID:u\nsummary;LANGUAGE=de:lo\n ng\njunk\n"
	    "CATEGORIES:a\nCATEGORIES:b\n\nBEGIN:VALARM\nTRIGGER:-PT5M\n"
	    "END:VALARM\nX-B:\xfc\nEND:VEVENT\n",
	    "" },
	{ "a long line is folded at 75 octets, between characters",
	    { { SET, TODO, "X", "", NINES8 "\xc3\xa4" NINES8 "end" } },
	    "END:VTODO\n",
	    "X:" NINES8 "\n \xc3\xa4" NINES8 "\n end\nEND:VTODO\n" },
};

/* s with `old` replaced, its lines ended so. */
static struct buf
expected(const char *s, const char *old, const char *new, const char *nl)
{
	const char *hit = strstr(s, old);
	struct buf b = { 0 }, out = { 0 };
	struct span rest;

	CHECK(hit && (!*old || !strstr(hit + 1, old)), "%s", old);
	buf_add(&b, s, (size_t)(hit - s));
	buf_adds(&b, new);
	buf_adds(&b, hit + strlen(old));
	for (rest = buf_span(&b); rest.n > 0;) {
		buf_addspan(&out, span_cut(&rest, '\n'));
		buf_adds(&out, nl);
	}
	buf_release(&b);
	return out;
}

static void
run_edit(size_t i, bool crlf)
{
	struct buf out = { 0 }, want = expected(FILE_OF("\n"), edits[i].old,
				    edits[i].new, crlf ? "\r\n" : "\n");
	struct ics d;

	load(&d, crlf ? FILE_OF("\r\n") : FILE_OF("\n"));
	assert_int_equal(d.nprops, X_B + 1);
	for (size_t k = 0; k < COUNT(edits[i].step); k++) {
		struct step s = edits[i].step[k];
		struct buf lines = { 0 };

		if (!s.op && !s.of)
			break;
		if (s.op == TEXT && crlf) {
			lines = expected(s.value, "", "", "\r\n");
			s.value = lines.p;
		}
		assert_int_equal(apply(&d, &s, NULL), 0);
		buf_release(&lines);
	}
	CHECK(ics_changed(&d) == (*edits[i].old != '\0'), "%s", edits[i].what);
	ics_write(&d, &out);
	CHECK(span_eq(buf_span(&out), buf_span(&want)), "%s: %s", edits[i].what,
	    out.p);
	/* What was parsed is still there. */
	assert_true(span_eqs(ics_value(&d, EVENT, "SUMMARY"), "long"));
	ics_release(&d);
	buf_release(&out);
	buf_release(&want);
}

static void
editing(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(edits); i++) {
		run_edit(i, false);
		run_edit(i, true);
	}
}

static const struct step wrong[] = {
	{ SET, EVENT, "UID", "", "a\nX:1" },
	{ SET, EVENT, "UID", "", "a\r\nX:1" },
	{ SET, EVENT, "UID", "", "a\r" },
	{ SET, EVENT, "UID", "", "a\x01" },
	{ SET, EVENT, "UID", "", "a\x7f" },
	{ SET, EVENT, "UID", "", "\xff" },
	{ SET, EVENT, "UID", "", "\xc3" },
	{ SET, EVENT, "UID", "A=b\nX:1", "a" },
	{ SET, EVENT, "UID", "A=b:c", "a" },
	{ SET, EVENT, "UID", "A=\"b", "a" },
	{ SET, EVENT, "UID", "A=\xff", "a" },
	{ SET, EVENT, "UID", "ENCODING=QUOTED-PRINTABLE", "a=" },
	{ SET, EVENT, "X Y", "", "a" },
	{ SET, EVENT, "X\nY", "", "a" },
	{ SET, EVENT, "X:Y", "", "a" },
	{ SET, EVENT, "", "", "a" },
	{ SET, EVENT, "END", "", "VEVENT" },
	{ ADD, EVENT, "begin", "", "VEVENT" },
	{ ADD, 0, "X", "", "1" },
	{ ADD, EVENT, "X", "", "1\n" },
	{ REPLACE, UID, NULL, NULL, "1\n" },
	{ TEXT, EVENT, NULL, NULL, "" },
	{ TEXT, EVENT, NULL, NULL, "X:1\n" },
	{ TEXT, EVENT, NULL, NULL, "BEGIN:V\n" },
	{ TEXT, EVENT, NULL, NULL, "BEGIN:V\nEND:V" },
	{ TEXT, EVENT, NULL, NULL, "BEGIN:V\nEND:V\nX:1\n" },
	{ TEXT, EVENT, NULL, NULL, "BEGIN:V\nEND:V\nEND:VEVENT\n" },
	{ TEXT, EVENT, NULL, NULL,
	    "\xef\xbb\xbf"
	    "BEGIN:V\nEND:V\n" },
};

static void
refusing(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct buf out = { 0 };
		struct err e = { 0 };
		struct ics d;

		load(&d, FILE_OF("\n"));
		CHECK(apply(&d, &wrong[i], &e) == -1, "%zu", i);
		CHECK(e.code == ERR_DATA || e.code == ERR_BUG, "%zu", i);
		CHECK(!strchr(e.msg, '\n'), "%zu: %s", i, e.msg);
		CHECK(!ics_changed(&d), "%zu", i);
		ics_write(&d, &out);
		assert_string_equal(out.p, FILE_OF("\n"));
		ics_release(&d);
		buf_release(&out);
		err_release(&e);
	}
}

/* A failed edit leaves an earlier one as it was. */
static void
failing_later(void **state)
{
	struct step good = { SET, EVENT, "UID", "A=b", "x" };
	struct buf out = { 0 };
	struct ics d;

	(void)state;
	load(&d, FILE_OF("\n"));
	assert_int_equal(apply(&d, &good, NULL), 0);
	assert_int_equal(apply(&d, &wrong[0], NULL), -1);
	ics_write(&d, &out);
	assert_non_null(strstr(out.p, "\nUID;A=b:x\n"));
	ics_release(&d);
	buf_release(&out);
}

/* The last line's end is missing; the first one says how lines end. */
static void
last_line(void **state)
{
	struct buf out = { 0 };
	struct ics d;

	(void)state;
	load(&d, "BEGIN:V\r\nA:1\nEND:V");
	assert_int_equal(
	    ics_add_text(&d, 0, span("BEGIN:W\r\nEND:W\r\n"), NULL), 0);
	assert_int_equal(ics_set(&d, 1, "A", NO, span("2"), NULL), 0);
	assert_int_equal(ics_set(&d, 1, "B", NO, span("3"), NULL), 0);
	ics_write(&d, &out);
	assert_string_equal(
	    out.p, "BEGIN:V\r\nA:2\nB:3\r\nEND:V\r\nBEGIN:W\r\nEND:W\r\n");
	ics_release(&d);
	buf_release(&out);
}

static void
escaping(void **state)
{
	static const struct {
		const char *text, *out;
	} cases[] = {
		{ "", "" },
		{ "a:b\"c", "a:b\"c" },
		{ "a,b;c\\d\ne", "a\\,b\\;c\\\\d\\ne" },
		{ "a\r\nb\r", "a\\nb" },
		{ "\\n", "\\\\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf b = { 0 };

		ics_escape(&b, span(cases[i].text));
		CHECK(span_eqs(buf_span(&b), cases[i].out), "%s: %s",
		    cases[i].text, b.p);
		buf_release(&b);
	}
}

static void
param_values(void **state)
{
	static const struct {
		const char *text, *out;
	} cases[] = {
		{ "", "" },
		{ "Ana", "Ana" },
		{ "Ana, Bo", "\"Ana, Bo\"" },
		{ "mailto:a@b", "\"mailto:a@b\"" },
		{ "a;b", "\"a;b\"" },
		{ " a", "\" a\"" },
		{ "a\"b^c\nd", "a^'b^^c^nd" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf b = { 0 }, line = { 0 };
		struct span got;
		struct ics d;

		buf_adds(&b, "A=");
		ics_param_value(&b, span(cases[i].text));
		CHECK(span_eqs(buf_span(&b), b.p) &&
			  strcmp(b.p + 2, cases[i].out) == 0,
		    "%s: %s", cases[i].text, b.p);
		buf_adds(&line, "BEGIN:V\n");
		assert_int_equal(
		    ics_line(&line, "X", buf_span(&b), span("v"), false, NULL),
		    0);
		buf_adds(&line, "END:V\n");
		load(&d, line.p);
		assert_true(ics_param(&d, 0, "A", &got));
		CHECK(span_eqs(got, cases[i].text), "%s", cases[i].text);
		ics_release(&d);
		buf_release(&line);
		buf_release(&b);
	}
}

static void
long_line(void **state)
{
	char *big = xcalloc((1 << 20) + 1, 1);
	struct buf b = { 0 };

	(void)state;
	memset(big, 'a', 1 << 20);
	assert_int_equal(
	    ics_line(&b, "X", span(""), span(big), true, NULL), -1);
	assert_int_equal(b.n, 0);
	big[(1 << 20) - 3] = '\0';
	assert_int_equal(ics_line(&b, "X", span(""), span(big), true, NULL), 0);
	assert_true(b.n > 1 << 20);
	free(big);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(editing),
		cmocka_unit_test(refusing),
		cmocka_unit_test(failing_later),
		cmocka_unit_test(last_line),
		cmocka_unit_test(escaping),
		cmocka_unit_test(param_values),
		cmocka_unit_test(long_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
