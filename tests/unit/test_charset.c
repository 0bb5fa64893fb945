#include "unit.h"

#include "store/charset.h"

#define IN(s) s, sizeof(s) - 1

static void
decoding(void **state)
{
	static const struct {
		const char *in;
		size_t n;
		const char *charset, *text, *name;
		char sep;
	} cases[] = {
		{ IN(""), NULL, "", "UTF-8", 0 },
		{ IN("a,\xc3\xa9\n"), NULL, "a,\xc3\xa9\n", "UTF-8", 0 },
		{ IN("\xef\xbb\xbf"
		     "a\n"),
		    NULL, "a\n", "UTF-8", 0 },
		/* A mark says more than the user did. */
		{ IN("\xef\xbb\xbf\xc3\xa9"), "CP1252", "\xc3\xa9", "UTF-8",
		    0 },
		{ IN("\xff\xfe"
		     "a\0\xe9\0\n\0"),
		    NULL, "a\xc3\xa9\n", "UTF-16LE", 0 },
		{ IN("\xfe\xff\0a\0\xe9\0\n"), NULL, "a\xc3\xa9\n", "UTF-16BE",
		    0 },
		{ IN("\xff\xfe\0\0"
		     "a\0\0\0"),
		    NULL, "a", "UTF-32LE", 0 },
		/* a character beyond the first 65,536 */
		{ IN("\xff\xfe\x3d\xd8\x00\xde"), NULL, "\xf0\x9f\x98\x80",
		    "UTF-16LE", 0 },
		{ IN("a\0b\0"), "UTF-16LE", "ab", "UTF-16LE", 0 },
		{ IN("Soci\xe9t\xe9 \x80"), "CP1252",
		    "Soci\xc3\xa9t\xc3\xa9 \xe2\x82\xac", "CP1252", 0 },
		{ IN("\xc7\xe1"), "windows-1256", "\xd8\xa7\xd9\x84",
		    "windows-1256", 0 },
		{ IN("\xa4"), "ISO-8859-15", "\xe2\x82\xac", "ISO-8859-15", 0 },
		{ IN("\x8e"), "MacRoman", "\xc3\xa9", "MacRoman", 0 },
		/* Excel's line is no record. */
		{ IN("sep=;\r\na;b\r\n"), NULL, "a;b\r\n", "UTF-8", ';' },
		{ IN("SEP=\t\na\n"), NULL, "a\n", "UTF-8", '\t' },
		{ IN("\"sep=|\"\ra|b\r"), NULL, "a|b\r", "UTF-8", '|' },
		{ IN("sep=;"), NULL, "", "UTF-8", ';' },
		{ IN("sep=;;\n"), NULL, "sep=;;\n", "UTF-8", 0 },
		{ IN("\xff\xfes\0e\0p\0=\0;\0\n\0a\0"), NULL, "a", "UTF-16LE",
		    ';' },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct charset_text t;
		struct err e = { 0 };
		int r = charset_decode(&t, "f", span_n(cases[i].in, cases[i].n),
		    cases[i].charset, &e);

		CHECK(r == 0, "case %zu: %s", i, e.msg);
		CHECK(span_eqs(t.text, cases[i].text), "case %zu: '%.*s'", i,
		    SPANF(t.text));
		CHECK(!strcmp(t.name, cases[i].name), "case %zu", i);
		CHECK(t.sep == cases[i].sep, "case %zu", i);
		CHECK(t.lines == (cases[i].sep != 0), "case %zu", i);
		charset_release(&t);
	}
}

static void
refusing(void **state)
{
	static const struct {
		const char *in;
		size_t n;
		const char *charset;
		enum err_code code;
		const char *place, *hint;
	} cases[] = {
		{ IN("a,b\nx,caf\xe9\n"), NULL, ERR_DATA,
		    "f:2:6: ", "--charset CP1252" },
		{ IN("\xef\xbb\xbf\xe9"), NULL, ERR_DATA,
		    "f:1:4: ", "--charset" },
		{ IN("a\r\rb\xff"), NULL, ERR_DATA, "f:3:2: ", "0xff" },
		{ IN("a\nb\0c"), NULL, ERR_DATA, "f:2:2: ", "NUL" },
		{ IN("a\0b\0c\0d\0"), NULL, ERR_DATA,
		    "f:1:2: ", "--charset UTF-16LE" },
		{ IN("\0a\0b\0c\0d"), NULL, ERR_DATA,
		    "f:1:1: ", "--charset UTF-16BE" },
		{ IN("ab\ncd\x81"), "CP1252", ERR_DATA,
		    "f:2:3: ", "0x81 is not CP1252" },
		{ IN("\xff\xfe"
		     "a\0b"),
		    NULL, ERR_DATA, "f:1:2: ", "in the middle" },
		{ IN("a"), "klingon", ERR_USAGE, "charset 'klingon'",
		    "iconv -l" },
		{ IN("a"), "../x", ERR_USAGE, "charset", "not known" },
		{ IN("a"), "", ERR_USAGE, "charset", "not known" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct charset_text t;
		struct err e = { 0 };
		int r = charset_decode(&t, "f", span_n(cases[i].in, cases[i].n),
		    cases[i].charset, &e);

		CHECK(r == -1, "case %zu", i);
		CHECK(e.code == cases[i].code, "case %zu: %s", i, e.msg);
		CHECK(!strncmp(e.msg, cases[i].place, strlen(cases[i].place)),
		    "case %zu: %s", i, e.msg);
		CHECK(strstr(e.msg, cases[i].hint), "case %zu: %s", i, e.msg);
		err_release(&e);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decoding),
		cmocka_unit_test(refusing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
