#include "unit.h"

#include "base/buf.h"
#include "store/rc.h"

/* All entries as "key=value" lines. */
static void
reading(void **state)
{
	static const struct {
		const char *text;
		const char *want;
	} c[] = {
		{ "", "" },
		{ "# only\n; comments\n\n \t\n", "" },
		{ "[core]\ncurrency = EUR\n", "core.currency=EUR\n" },
		{ "\xef\xbb\xbf[core]\r\ncurrency = EUR\r\n",
		    "core.currency=EUR\n" },
		{ "[core]\ncurrency = EUR", "core.currency=EUR\n" },
		{ "[core]\ncurrency = EUR\r", "core.currency=EUR\n" },
		{ "[Core] Lock-Wait=5 # five\n", "core.lock-wait=5\n" },
		{ "[a]x\n[a]y # y\n[a]\tz\t\n[a]v=",
		    "a.x=true\na.y=true\na.z=true\na.v=\n" },
		{ "[view \"My Open\"]\nFilter = +OPEN\n",
		    "view.My Open.filter=+OPEN\n" },
		{ "[v \"a.b\"]\nc=1\n[v \"q\\\"\\\\\"]\nd=2\n[v "
		  "\"\"]\ne\n",
		    "v.a.b.c=1\nv.q\"\\.d=2\nv..e=true\n" },
		{ "[ a  \"b\" ]\nc=1\n", "a.b.c=1\n" },
		{ "[a]\nb =   x  y  \nc = \"  x \" # z\nd = x # y\n",
		    "a.b=x  y\na.c=  x \na.d=x\n" },
		{ "[a]\nb = \"x # y ; z\"\nc=a\"b c\"d\n",
		    "a.b=x # y ; z\na.c=ab cd\n" },
		{ "[a]\nb = \\\"x\\\" \\\\ \\t\\n.\n", "a.b=\"x\" \\ \t\n.\n" },
		{ "[a]\nb = one \\\n  two\\\nthree\nc=\"q\\\nr\"\n",
		    "a.b=one   twothree\na.c=qr\n" },
		{ "[a]\nb = \\\r\n  x\r\nc=1\r\n", "a.b=x\na.c=1\n" },
		{ "[a]\nb=1\nb=2\n", "a.b=1\na.b=2\n" },
		{ "[a]\nb=gr\xc3\xbc\xc3\x9f\n", "a.b=gr\xc3\xbc\xc3\x9f\n" },
		{ "[a]\nb==x=\n", "a.b==x=\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(c); i++) {
		struct rc rc = { 0 };
		struct err e = { 0 };
		struct buf b = { 0 };

		CHECK(rc_read(&rc, "crmrc", span(c[i].text), &e) == 0,
		    "case %zu: %s", i, e.msg);
		buf_adds(&b, "");
		for (size_t k = 0; k < rc.n; k++)
			buf_addf(
			    &b, "%s=%s\n", rc.entry[k].key, rc.entry[k].value);
		assert_string_equal(b.p, c[i].want);
		buf_release(&b);
		rc_release(&rc);
	}
}

static void
refused(void **state)
{
	static const struct {
		const char *text;
		const char *msg; /* beginning */
	} c[] = {
		{ "x = 1\n", "f:1: a setting needs a [section]" },
		{ "\n[a]\nb = \"x\n\nc = y\n", "f:3: the quote is not closed" },
		{ "[a]\nb = \"x\\\ny", "f:2: the quote is not closed" },
		{ "[a]\r\nb = \\q\r\n", "f:2: unknown escape" },
		{ "[a]\nb = x\\", "f:2: unknown escape" },
		{ "[a]\nb = x\\\ny\\z", "f:3: unknown escape" },
		{ "[a\nb = x\n", "f:1: ']' is missing" },
		{ "[a", "f:1: ']' is missing" },
		{ "[", "f:1: a section is" },
		{ "[]\n", "f:1: a section is" },
		{ "[1a]\n", "f:1: a section is" },
		{ "[a.b]\n", "f:1: write [name \"sub\"]" },
		{ "[a \"b]\n", "f:1: the quote of this section" },
		{ "[a \"b\\n\"]\n", "f:1: in a section's name only" },
		{ "[a \"b\" x]\n", "f:1: ']' is missing" },
		{ "[a]\n\n1b = x\n", "f:3: a setting is" },
		{ "[a]\n= x\n", "f:2: a setting is" },
		{ "[a]\nb c = x\n", "f:2: '=' is missing" },
		{ "[a]\nb_c = x\n", "f:2: '=' is missing" },
		{ "[include]\npath = /etc/passwd\n",
		    "f:1: settings cannot include" },
		{ "[a]\nb=1\n[IncludeIf \"gitdir:x\"]\npath = x\n",
		    "f:3: settings cannot include" },
		{ "[a]\nb = \x1b[2J\n", "f:2: a control character" },
		{ "[a]\rb = 1\n", "f:1: a control character" },
		{ "[a]\nb = \xff\n", "f:2: not UTF-8" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(c); i++) {
		struct rc rc = { 0 };
		struct err e = { 0 };

		rc_read(&rc, "first", LIT("[k]\nept=1\n"), &e);
		CHECK(
		    rc_read(&rc, "f", span(c[i].text), &e) < 0, "case %zu", i);
		assert_int_equal(e.code, ERR_DATA);
		CHECK(strncmp(e.msg, c[i].msg, strlen(c[i].msg)) == 0,
		    "case %zu: %s", i, e.msg);
		/* What was read before is still all there is. */
		assert_int_equal(rc.n, 1);
		err_release(&e);
		rc_release(&rc);
	}
}

static void
nul(void **state)
{
	struct rc rc = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(rc_read(&rc, "f", LIT("[a]\nb = x\0y\n"), &e), -1);
	assert_string_equal(e.msg, "f:2: a control character");
	err_release(&e);
	rc_release(&rc);
}

static void
values(void **state)
{
	static const char team[] = "[a]\nn=5\nyes=On\nno=0\nbad=maybe\n"
				   "big=99999999999999999999\n";
	static const char own[] = "\n[a]\nn=7\n[v \"S.T\"]\nk=1\nk=2\n";
	struct rc rc = { 0 };
	struct err e = { 0 };
	int64_t n;

	(void)state;
	assert_int_equal(rc_read(&rc, "team", span(team), &e), 0);
	assert_int_equal(rc_read(&rc, "own", span(own), &e), 0);
	assert_string_equal(rc_get(&rc, "a.n"), "7");
	assert_null(rc_get(&rc, "a"));
	assert_string_equal(rc_find(&rc, "a.n")->file, "own");
	assert_int_equal(rc_find(&rc, "a.n")->line, 3);
	assert_string_equal(rc_find_sub(&rc, "v", "S.T", "k")->value, "2");
	assert_null(rc_find_sub(&rc, "v", "s.t", "k"));
	assert_int_equal(rc_int(&rc, "a.n", 0, 7, 1, &n, &e), 0);
	assert_int_equal(n, 7);
	assert_int_equal(rc_int(&rc, "a.none", 0, 7, 1, &n, &e), 0);
	assert_int_equal(n, 1);
	assert_int_equal(rc_int(&rc, "a.n", 0, 6, 1, &n, &e), -1);
	assert_int_equal(rc_int(&rc, "a.big", 0, 6, 1, &n, &e), -1);
	assert_string_equal(e.msg, "team:6: a.big is a whole number from 0 to "
				   "6, not '99999999999999999999'");
	err_release(&e);
	rc_release(&rc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reading),
		cmocka_unit_test(refused),
		cmocka_unit_test(nul),
		cmocka_unit_test(values),
	};

	return cmocka_run_group_tests_name("rc", tests, NULL, NULL);
}
