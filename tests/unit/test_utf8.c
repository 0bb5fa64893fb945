#include "unit.h"

#include "base/utf8.h"

static void
decoding(void **state)
{
	static const struct {
		const char *in;
		size_t n;
		uint32_t cp;
	} cases[] = {
		{ "a", 1, 'a' },
		{ "\x7f", 1, 0x7f },
		{ "\xc2\x80", 2, 0x80 },
		{ "\xdf\xbf", 2, 0x7ff },
		{ "\xe0\xa0\x80", 3, 0x800 },
		{ "\xed\x9f\xbf", 3, 0xd7ff },
		{ "\xee\x80\x80", 3, 0xe000 },
		{ "\xef\xbf\xbf", 3, 0xffff },
		{ "\xf0\x90\x80\x80", 4, 0x10000 },
		{ "\xf4\x8f\xbf\xbf", 4, 0x10ffff },
		/* A tail byte alone, overlong forms, surrogates, too large. */
		{ "\x80", 0, 0 },
		{ "\xbf", 0, 0 },
		{ "\xc0\xaf", 0, 0 },
		{ "\xc1\xbf", 0, 0 },
		{ "\xe0\x9f\xbf", 0, 0 },
		{ "\xf0\x8f\xbf\xbf", 0, 0 },
		{ "\xed\xa0\x80", 0, 0 },
		{ "\xed\xbf\xbf", 0, 0 },
		{ "\xf4\x90\x80\x80", 0, 0 },
		{ "\xf5\x80\x80\x80", 0, 0 },
		{ "\xff", 0, 0 },
		/* Cut off, and broken off by something else. */
		{ "\xc3", 0, 0 },
		{ "\xe2\x82", 0, 0 },
		{ "\xf0\x9f\x98", 0, 0 },
		{ "\xe2\x28\xa1", 0, 0 },
		{ "\xc3(", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint32_t cp = 0;
		size_t n;

		n = utf8_decode(cases[i].in, strlen(cases[i].in), &cp);
		CHECK(n == cases[i].n && cp == cases[i].cp,
		    "case %zu: %zu U+%04X", i, n, (unsigned)cp);
	}
}

static void
every_code_point(void **state)
{
	(void)state;
	for (uint32_t cp = 0; cp <= 0x10ffff; cp++) {
		uint32_t again = 0;
		char text[4];
		size_t n = utf8_encode(cp, text), got;

		got = utf8_decode(text, n, &again);
		if (cp >= 0xd800 && cp <= 0xdfff)
			CHECK(got == 0, "U+%04X", (unsigned)cp);
		else
			CHECK(got == n && again == cp, "U+%04X", (unsigned)cp);
	}
}

static void
checking(void **state)
{
	static const struct {
		const char *in;
		size_t at;
	} cases[] = {
		{ "", 0 },
		{ "plain", 5 },
		{ "more than eight bytes", 21 },
		{ "12345678\xff", 8 },
		{ "1234567\xff", 7 },
		{ "12345678\xc3\xa4", 10 },
		{ "1234567\xc3\xa4x", 10 },
		{ "1234567\xc3", 7 },
		{ "\xe2\x82\xac\xe2\x82", 3 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		CHECK(utf8_check(span(cases[i].in)) == cases[i].at, "case %zu",
		    i);
	assert_int_equal(utf8_check(span_n(NULL, 0)), 0);
}

static void
safe(void **state)
{
	static const struct {
		const char *in, *cell, *text; /* text: keep_nl */
	} cases[] = {
		{ "", "", "" },
		{ "plain \xc3\xa4\xe2\x82\xac", "plain \xc3\xa4\xe2\x82\xac",
		    "plain \xc3\xa4\xe2\x82\xac" },
		{ "a\tb\nc", "a\\x09b\\x0ac", "a\tb\nc" },
		{ "a\r\n", "a\\x0d\\x0a", "a\\x0d\n" },
		{ "\x1b[31m", "\\x1b[31m", "\\x1b[31m" },
		{ "\x1b]0;x\x07", "\\x1b]0;x\\x07", "\\x1b]0;x\\x07" },
		{ "\x7f", "\\x7f", "\\x7f" },
		/* C1 as a code point, and as a lone byte. */
		{ "\xc2\x80\xc2\x9b\xc2\x9f", "\\u{80}\\u{9b}\\u{9f}",
		    "\\u{80}\\u{9b}\\u{9f}" },
		{ "\xc2\xa0", "\xc2\xa0", "\xc2\xa0" },
		{ "\x9b"
		  "31m",
		    "\\x9b31m", "\\x9b31m" },
		/* The first and last of each run of controls of direction. */
		{ "\xe2\x80\xaa\xe2\x80\xae", "\\u{202a}\\u{202e}",
		    "\\u{202a}\\u{202e}" },
		{ "\xe2\x81\xa6\xe2\x81\xa9", "\\u{2066}\\u{2069}",
		    "\\u{2066}\\u{2069}" },
		{ "\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c",
		    "\\u{200e}\\u{200f}\\u{61c}",
		    "\\u{200e}\\u{200f}\\u{61c}" },
		/* Their neighbours are text: ZWJ joins emoji. */
		{ "\xe2\x80\x8d", "\xe2\x80\x8d", "\xe2\x80\x8d" },
		{ "\xff\xc3(\xe2\x82", "\\xff\\xc3(\\xe2\\x82",
		    "\\xff\\xc3(\\xe2\\x82" },
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80", "\\xed\\xa0\\x80" },
		{ "C:\\x1b", "C:\\x1b", "C:\\x1b" },
	};
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		buf_reset(&b);
		term_safe(&b, span(cases[i].in), false);
		CHECK(span_eqs(buf_span(&b), cases[i].cell), "case %zu: %s", i,
		    b.p);
		buf_reset(&b);
		term_safe(&b, span(cases[i].in), true);
		CHECK(span_eqs(buf_span(&b), cases[i].text), "case %zu: %s", i,
		    b.p);
	}
	buf_reset(&b);
	term_safe(&b, LIT("a\0b"), true);
	assert_string_equal(b.p, "a\\x00b");
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decoding),
		cmocka_unit_test(every_code_point),
		cmocka_unit_test(checking),
		cmocka_unit_test(safe),
	};

	return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
