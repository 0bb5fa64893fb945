#include "unit.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "ics_data.h"
#include "store/ics.h"

#define CAL(s) "BEGIN:VCALENDAR\r\n" s "END:VCALENDAR\r\n"
#define BYTES(s)                                                               \
	{                                                                      \
		(s), sizeof(s) - 1                                             \
	}
#define EVENT(s) CAL("BEGIN:VEVENT\r\n" s "END:VEVENT\r\n")

static int
parse(struct ics *d, struct span text, struct err *e)
{
	struct buf b = { 0 };

	/* The exact size, so that the sanitizer sees reading too far. */
	b.p = xmalloc(text.n + 1);
	memcpy(b.p, text.p, text.n);
	b.p[text.n] = '\0';
	b.n = text.n;
	b.cap = text.n + 1;
	memset(d, 0, sizeof *d);
	return ics_parse(d, "a.ics", &b, e);
}

static void
must_parse(struct ics *d, const char *text)
{
	struct err e = { 0 };

	CHECK(parse(d, span(text), &e) == 0, "%s: %s", text, e.msg);
}

/*
 * <VCALENDAR NAME(params)=value <VEVENT ... > > and flaws, with lines of
 * what is not at its first one.
 */
static void
dump(struct buf *b, const struct ics *d, size_t comp)
{
	size_t c = ics_child(d, comp, NULL, ICS_NONE), p = ICS_NONE;

	while ((p = ics_find(d, comp, NULL, p)) != ICS_NONE) {
		const struct ics_prop *q = &d->prop[p];

		for (; c != ICS_NONE && d->comp[c].at < q->at;
		     c = ics_child(d, comp, NULL, c)) {
			buf_addf(b, "<%.*s ", SPANF(d->comp[c].name));
			dump(b, d, c);
			buf_adds(b, "> ");
		}
		buf_addf(b, "%.*s(%.*s)=%.*s ", SPANF(q->name),
		    SPANF(q->params), SPANF(q->value));
	}
	for (; c != ICS_NONE; c = ics_child(d, comp, NULL, c)) {
		buf_addf(b, "<%.*s ", SPANF(d->comp[c].name));
		dump(b, d, c);
		buf_adds(b, "> ");
	}
}

static const struct {
	const char *what, *text, *out;
	size_t flaws, flaw_line;
	const char *flaw;
} reads[] = {
	{ "CRLF", EVENT("SUMMARY:a\r\n"), "<VCALENDAR <VEVENT SUMMARY()=a > > ",
	    0, 0, NULL },
	{ "LF, no end of the last line", "BEGIN:VCALENDAR\nX:1\nEND:VCALENDAR",
	    "<VCALENDAR X()=1 > ", 0, 0, NULL },
	{ "a mark", "\xef\xbb\xbf" CAL("X:1\r\n"), "<VCALENDAR X()=1 > ", 0, 0,
	    NULL },
	{ "lower case", "begin:vcalendar\nx:1\nend:VCalendar\n",
	    "<vcalendar x()=1 > ", 0, 0, NULL },
	{ "blanks behind a component's name",
	    "BEGIN:VCALENDAR \nX:1\nEND:VCALENDAR\t\n", "<VCALENDAR X()=1 > ",
	    0, 0, NULL },
	{ "blank lines", "\n\r\n" CAL("\r\nX:1\n\n\r\nY:2\r\n") "\r\n\n",
	    "<VCALENDAR X()=1 Y()=2 > ", 0, 0, NULL },
	{ "CRs in front of CRLF",
	    "BEGIN:VCALENDAR\r\r\nX:1\r\r\r\nEND:VCALENDAR\r\r\n",
	    "<VCALENDAR X()=1 > ", 0, 0, NULL },
	{ "two calendars", CAL("A:1\r\n") CAL("B:2\r\n"),
	    "<VCALENDAR A()=1 > <VCALENDAR B()=2 > ", 0, 0, NULL },
	{ "nesting, properties behind components",
	    CAL("A:\r\nBEGIN:X\r\nB:\r\nBEGIN:Y\r\nC:\r\nEND:Y\r\nD:\r\n"
		"BEGIN:Y\r\nEND:Y\r\nEND:X\r\nE:\r\n"),
	    "<VCALENDAR A()= <X B()= <Y C()= > D()= <Y > > E()= > ", 0, 0,
	    NULL },
	{ "a fold", CAL("X:a\r\n b\r\n  c\r\n\td\r\n"),
	    "<VCALENDAR X()=ab cd > ", 0, 0, NULL },
	{ "a value on the next line", CAL("X:\r\n 1\r\nY\r\n :2\r\n"),
	    "<VCALENDAR X()=1 Y()=2 > ", 0, 0, NULL },
	{ "a fold within a character", CAL("X:\xc3\r\n \xa4\r\n"),
	    "<VCALENDAR X()=\xc3\xa4 > ", 0, 0, NULL },
	{ "a fold in a name", CAL("SUMM\r\n ARY:1\r\n"),
	    "<VCALENDAR SUMMARY()=1 > ", 0, 0, NULL },
	{ "a folded BEGIN", "BEG\n IN:VCALENDAR\nX:1\nEND:VCAL\n ENDAR\n",
	    "<VCALENDAR X()=1 > ", 0, 0, NULL },
	{ "an empty fold", CAL("X:1\r\n \r\n\t\r\nY:2\r\n"),
	    "<VCALENDAR X()=1 Y()=2 > ", 0, 0, NULL },
	{ "blank lines within a fold", CAL("X\r\n\r\n\n :1\r\nY:2\r\n"),
	    "<VCALENDAR X()=1 Y()=2 > ", 0, 0, NULL },
	{ "parameters", CAL("X;A=1;B=2:3:4\r\nY;:\r\nZ;A:\r\n"),
	    "<VCALENDAR X(A=1;B=2)=3:4 Y()= Z(A)= > ", 0, 0, NULL },
	{ "quotes", CAL("X;A=\"b:c;d\";E=\"f\":g\"h\r\n"),
	    "<VCALENDAR X(A=\"b:c;d\";E=\"f\")=g\"h > ", 0, 0, NULL },
	{ "names of other programs", CAL("X-LOTUS_UID:1\r\nG1.X:2\r\n"),
	    "<VCALENDAR X-LOTUS_UID()=1 G1.X()=2 > ", 0, 0, NULL },
	{ "tabs", CAL("X:\ta\tb\r\n"), "<VCALENDAR X()=\ta\tb > ", 0, 0, NULL },
	{ "soft line breaks",
	    CAL("X;ENCODING=QUOTED-PRINTABLE:a=\r\nb:c=\r\n=3D\r\nY:=\r\n"
		"Z:=\r\n"),
	    "<VCALENDAR X(ENCODING=QUOTED-PRINTABLE)=ab:c=3D Y()== Z()== > ", 0,
	    0, NULL },
	{ "no colon", CAL("X\r\nY:1\r\nZ;A=B\r\n"), "<VCALENDAR Y()=1 > ", 2, 2,
	    "no ':'" },
	{ "no name", CAL(":1\r\nA B:2\r\nY:1\r\n;A=b:1\r\n"),
	    "<VCALENDAR Y()=1 > ", 3, 2, "no name" },
	{ "no colon behind a quote", CAL("X;A=\"b\r\nY:1\r\n"),
	    "<VCALENDAR Y()=1 > ", 1, 2, "no ':'" },
	{ "an open quote", CAL("X;A=\"b:c:d\r\n"), "<VCALENDAR X(A=\"b)=c:d > ",
	    1, 2, "not closed" },
	{ "lines behind the end", CAL("") "X:1\njunk\n", "<VCALENDAR > ", 2, 3,
	    "outside" },
	{ "an event alone", "BEGIN:VEVENT\nX:1\nEND:VEVENT\n",
	    "<VEVENT X()=1 > ", 1, 1, "outside of VCALENDAR" },
	{ "control characters",
	    CAL("X:1\r\nY:a\x01\x1b\x7f"
		"b\rc\r\n"),
	    "<VCALENDAR X()=1 Y()=a   b c > ", 1, 3, "control" },
	{ "Windows-1252",
	    CAL("X:Gr\xfc\xdf"
		"e \x92 \x81\r\n"),
	    "<VCALENDAR X()=Gr\xc3\xbc\xc3\x9f"
	    "e \xe2\x80\x99 \xef\xbf\xbd > ",
	    1, 2, "UTF-8" },
	{ "half a character", CAL("X:\xc3\xbc\xc3\r\n"),
	    "<VCALENDAR X()=\xc3\xbc\xc3\x83 > ", 1, 2, "UTF-8" },
};

static void
reading(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(reads); i++) {
		struct buf b = { 0 };
		struct ics d;

		must_parse(&d, reads[i].text);
		dump(&b, &d, 0);
		CHECK(strcmp(b.p, reads[i].out) == 0, "%s: %s", reads[i].what,
		    b.p);
		CHECK(d.flaws == reads[i].flaws &&
			  d.flaw_line == reads[i].flaw_line,
		    "%s: %zu flaws, line %zu", reads[i].what, d.flaws,
		    d.flaw_line);
		CHECK(!d.flaw == !reads[i].flaw &&
			  (!d.flaw || strstr(d.flaw, reads[i].flaw)),
		    "%s: %s", reads[i].what, d.flaw ? d.flaw : "no flaw");
		buf_release(&b);
		ics_release(&d);
	}
}

static const struct {
	struct span text;
	const char *msg;
} refused[] = {
	{ BYTES(""), "a.ics:1: there is no BEGIN" },
	{ BYTES("\r\n\n"), "a.ics:1: there is no BEGIN" },
	{ BYTES("hello\n"), "a.ics:1: this is no calendar" },
	{ BYTES("\nX:1\n" CAL("")), "a.ics:2: this is no calendar" },
	{ BYTES("END:VCALENDAR\n"), "a.ics:1: this is no calendar" },
	{ BYTES(" " CAL("")), "a.ics:1: this is no calendar" },
	{ BYTES(CAL("") "END:VEVENT\n"),
	    "a.ics:3: END:VEVENT without a BEGIN" },
	{ BYTES("BEGIN:VCALENDAR\nX:1\n"),
	    "a.ics:1: BEGIN:VCALENDAR has no END" },
	{ BYTES("BEGIN:VCALENDAR\n\nBEGIN:VEVENT\nX:a\n b\nEND:VCALENDAR\n"),
	    "a.ics:6: END:VCALENDAR, but what is open is BEGIN:VEVENT in line "
	    "3" },
	{ BYTES(CAL("X:a\0b\r\n")), "a.ics:2: a NUL character" },
	{ BYTES(CAL("X:a\r\n b\0\r\n")), "a.ics:2: a NUL character" },
	{ BYTES(CAL("X:a\rEND:VCALENDAR\r\n")),
	    "a.ics:2: a line ends in a CR" },
	{ BYTES(CAL("X:a\rbegin:VEVENT\r\n")), "a.ics:2: a line ends in a CR" },
	{ BYTES("BEGIN:VCALENDAR\rEND:VCALENDAR\r"),
	    "a.ics:1: lines end in CR alone" },
	{ BYTES("\xff\xfe"
		"B\0"),
	    "a.ics:1: this is UTF-16" },
	{ BYTES("\xfe\xff\0B"), "a.ics:1: this is UTF-16" },
};

static void
refusing(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++) {
		struct err e = { 0 };
		struct ics d;

		CHECK(parse(&d, refused[i].text, &e) == -1, "%zu", i);
		CHECK(e.code == ERR_DATA && strncmp(e.msg, refused[i].msg,
						strlen(refused[i].msg)) == 0,
		    "%zu: %s", i, e.msg);
		ics_release(&d);
		err_release(&e);
	}
}

/* Where things stand in the file, from what is written there. */
static void
places(void **state)
{
	static const char text[] = "\xef\xbb\xbf"
				   "BEGIN:VCALENDAR\n\nX:a\n\n b\n\nBEGIN:V\n"
				   "Y:1\nEND:V\nZ:2\nEND:VCALENDAR\n\n";
	struct ics d;
	size_t v, x;

	(void)state;
	must_parse(&d, text);
	assert_int_equal(d.ncomps, 3);
	assert_int_equal(d.nprops, 3);
	assert_int_equal(d.comp[0].end, sizeof text - 1);
	assert_int_equal(d.comp[1].at, 3);
	assert_int_equal(d.comp[1].line, 1);
	assert_int_equal(d.comp[1].end, sizeof text - 2);
	assert_ptr_equal(
	    d.text.p + d.comp[1].inner_end, strstr(d.text.p, "END:VCAL"));
	assert_int_equal(d.comp[1].next, 3);
	x = ics_find(&d, 1, "x", ICS_NONE);
	assert_int_equal(d.prop[x].line, 3);
	assert_ptr_equal(d.text.p + d.prop[x].at, strstr(d.text.p, "X:"));
	assert_ptr_equal(d.text.p + d.prop[x].end, strstr(d.text.p, "\nBEG"));
	v = ics_child(&d, 1, "v", ICS_NONE);
	assert_int_equal(v, 2);
	assert_int_equal(d.comp[v].parent, 1);
	assert_int_equal(d.comp[v].line, 7);
	assert_int_equal(d.prop[d.comp[v].prop].comp, v);
	assert_true(ics_find(&d, 1, "Y", ICS_NONE) == ICS_NONE);
	assert_true(ics_find(&d, v, "X", ICS_NONE) == ICS_NONE);
	assert_true(ics_child(&d, v, NULL, ICS_NONE) == ICS_NONE);
	assert_true(ics_child(&d, 1, "V", v) == ICS_NONE);
	assert_true(span_eqs(ics_value(&d, 1, "Z"), "2"));
	assert_true(span_eqs(ics_value(&d, 1, "none"), ""));
	assert_false(d.crlf);
	ics_release(&d);
}

/* n times s between head and tail. */
static struct buf
repeat(const char *head, const char *s, size_t n, const char *tail)
{
	struct buf b = { 0 };

	buf_adds(&b, head);
	buf_grow(&b, n * strlen(s) + strlen(tail));
	while (n-- > 0)
		buf_adds(&b, s);
	buf_adds(&b, tail);
	return b;
}

#define HEAD "BEGIN:VCALENDAR\n"
#define TAIL "END:VCALENDAR\n"

static void
limits(void **state)
{
	static const struct {
		const char *head, *s;
		size_t n;
		const char *tail, *msg;
	} cases[] = {
		{ HEAD "X:", "a", (size_t)20 << 20, "\n" TAIL,
		    "a.ics:2: a line of more than 1 MiB" },
		{ HEAD "X:", "\n a", (size_t)2 << 20, "\n" TAIL,
		    "a.ics:2: more than 200,000 lines" },
		{ HEAD "X:", "\n aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 100000,
		    "\n" TAIL, "a.ics:2: a line of more than 1 MiB" },
		{ HEAD, "BEGIN:V\n", 200000, "", "a.ics:33: components are" },
		{ HEAD, "BEGIN:V\nEND:V\n", 100000, TAIL,
		    "a.ics:200001: more than 200,000 lines" },
		{ HEAD, "\n", 300000, TAIL,
		    "a.ics:200001: more than 200,000 lines" },
		{ HEAD, "\n", (size_t)64 << 20, TAIL,
		    "a.ics:1: more than 64 MiB" },
		{ HEAD "X;ENCODING=QUOTED-PRINTABLE:", "=\n", 300000, TAIL,
		    "a.ics:2: more than 200,000 lines" },
		{ HEAD "X:", "\\", ((size_t)1 << 20) - 2, "\n" TAIL, NULL },
		{ HEAD, "\n", 199998, TAIL, NULL },
		{ "", "BEGIN:V\n", 32, "", "a.ics:32: BEGIN:V has no END" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf b = repeat(
		    cases[i].head, cases[i].s, cases[i].n, cases[i].tail);
		struct err e = { 0 };
		struct ics d = { 0 };
		int rc = ics_parse(&d, "a.ics", &b, &e);

		CHECK(cases[i].msg ? rc == -1 && strncmp(e.msg, cases[i].msg,
						     strlen(cases[i].msg)) == 0
				   : rc == 0,
		    "%zu: %s", i, e.msg);
		CHECK(b.p == NULL && b.n == 0, "%zu", i);
		CHECK(d.arena.used <= (size_t)2 << 20, "%zu", i);
		CHECK(d.prop_cap <= 32, "%zu", i);
		ics_release(&d);
		err_release(&e);
	}
}

static void
params(void **state)
{
	static const struct {
		const char *params, *name, *out;
	} cases[] = {
		{ "TZID=Europe/Berlin", "TZID", "Europe/Berlin" },
		{ "tzid=X", "TZID", "X" },
		{ "A=1;B=2;C=3", "B", "2" },
		{ "A=1;B=2;C=3", "D", NULL },
		{ "AB=1", "B", NULL },
		{ "A", "A", "" },
		{ "A=", "A", "" },
		{ " A = b ;C=d", "A", "b" },
		{ "A=\"b;c:d,e\";C=d", "A", "b;c:d,e" },
		{ "A=\"b;C=d\"", "C", NULL },
		{ "A=\"b\",\"c\"", "A", "b,c" },
		{ "A=b,c", "A", "b,c" },
		{ "A=b=c", "A", "b=c" },
		{ "A=a^nb^^c^'d^e^", "A", "a\nb^c\"d^e^" },
		{ "A=\"^'x^'\"", "A", "\"x\"" },
		{ "A=1;A=2", "A", "1" },
		{ ";;A=1", "A", "1" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *text = xasprintf(CAL("X;%s:v\r\n"), cases[i].params);
		struct span out = span("?");
		struct ics d;
		bool got;

		must_parse(&d, text);
		assert_int_equal(d.nprops, 1);
		got = ics_param(&d, 0, cases[i].name, &out);
		CHECK(got == (cases[i].out != NULL) &&
			  span_eqs(out, got ? cases[i].out : "?"),
		    "%s: %.*s", cases[i].params, SPANF(out));
		ics_release(&d);
		free(text);
	}
}

static void
unescaping(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "", "" },
		{ "abc", "abc" },
		{ "a\\nb\\Nc", "a\nb\nc" },
		{ "\\\\n\\,\\;", "\\n,;" },
		{ "C:\\Users\\\\x", "C:\\Users\\x" },
		{ "a\\", "a\\" },
		{ "\\\"", "\\\"" },
		{ "\\\xc3\xa4", "\\\xc3\xa4" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf b = { 0 };

		ics_unescape(&b, span(cases[i].in));
		CHECK(span_eqs(buf_span(&b), cases[i].out), "%s: %.*s",
		    cases[i].in, SPANF(buf_span(&b)));
		buf_release(&b);
	}
}

static void
cutting(void **state)
{
	struct span list = span("a,b\\,c,\\\\,,d\\"), semi = span("1,2;3");

	(void)state;
	assert_true(span_eqs(ics_cut(&list, ','), "a"));
	assert_true(span_eqs(ics_cut(&list, ','), "b\\,c"));
	assert_true(span_eqs(ics_cut(&list, ','), "\\\\"));
	assert_true(span_eqs(ics_cut(&list, ','), ""));
	assert_true(span_eqs(ics_cut(&list, ','), "d\\"));
	assert_int_equal(list.n, 0);
	assert_true(span_eqs(ics_cut(&list, ','), ""));
	assert_true(span_eqs(ics_cut(&semi, ';'), "1,2"));
	assert_true(span_eqs(semi, "3"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reading),
		cmocka_unit_test(refusing),
		cmocka_unit_test(places),
		cmocka_unit_test(limits),
		cmocka_unit_test(params),
		cmocka_unit_test(unescaping),
		cmocka_unit_test(cutting),
		cmocka_unit_test(real_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
