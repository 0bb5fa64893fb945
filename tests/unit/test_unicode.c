#include "unit.h"

#include "store/unicode.h"

#define ACUTE "\xcc\x81"	 /* combining */
#define E_ACUTE "\xc3\xa9"	 /* one code point */
#define WIDE "\xe6\x97\xa5"	 /* U+65E5 */
#define EMOJI "\xf0\x9f\x98\x80" /* U+1F600 */
#define FAMILY                                                                 \
	"\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9" /* two joined by ZWJ */

static void
widths(void **state)
{
	static const struct {
		const char *in;
		size_t width;
	} cases[] = {
		{ "", 0 },
		{ "plain", 5 },
		{ "a\tb\x1b", 2 },
		{ E_ACUTE, 1 },
		{ "e" ACUTE, 1 },
		{ WIDE WIDE, 4 },
		{ EMOJI, 2 },
		{ "\xe2\x82\xac", 1 },
		{ "\xe2\x80\x8d", 0 },
		/* An invalid byte is shown as one character. */
		{ "\xff", 1 },
		{ "\xe6\x97", 2 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t w = uni_width(span(cases[i].in));

		CHECK(w == cases[i].width, "case %zu: %zu", i, w);
	}
	assert_int_equal(uni_width(span_n(NULL, 0)), 0);
}

static void
fitting(void **state)
{
	static const struct {
		const char *in;
		size_t width, bytes;
	} cases[] = {
		{ "", 5, 0 },
		{ "plain", 5, 5 },
		{ "plain", 4, 4 },
		{ "plain", 0, 0 },
		{ WIDE WIDE, 4, 6 },
		{ WIDE WIDE, 3, 3 },
		{ WIDE WIDE, 1, 0 },
		{ "ae" ACUTE "b", 2, 4 },
		{ "ae" ACUTE "b", 1, 1 },
		{ "e" ACUTE, 1, 3 },
		{ "e" ACUTE, 0, 0 },
		/* Not half of what is one character. */
		{ "a" FAMILY, 3, 1 },
		{ "a" FAMILY "b", 5, 12 },
		{ "\xff\xff", 1, 1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t n = uni_fit(span(cases[i].in), cases[i].width);

		CHECK(n == cases[i].bytes, "case %zu: %zu", i, n);
	}
	assert_int_equal(uni_fit(span_n(NULL, 0), 3), 0);
}

static void
folding(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "", "" },
		{ "  ACME \t Corp\n ", "acme corp" },
		{ " ", "" },
		{ "\xc3\x84rger GmbH", "\xc3\xa4rger gmbh" },
		{ "A\xcc\x88rger", "\xc3\xa4rger" },
		{ "Stra\xc3\x9f"
		  "e",
		    "strasse" },
		{ "STRASSE", "strasse" },
		/* Full width, ligature, no-break and ideographic space. */
		{ "\xef\xbc\xa1\xef\xbc\xa3", "ac" },
		{ "\xef\xac\x81n", "fin" },
		{ "a\xc2\xa0\xe3\x80\x80"
		  "b",
		    "a b" },
		{ "\xe2\x80\xa8x\xe1\x9a\x80", "x" },
		/* Soft hyphen and ZWJ are not seen. */
		{ "co\xc2\xad"
		  "op\xe2\x80\x8d",
		    "coop" },
		{ "\xce\xa3\xcf\x82", "\xcf\x83\xcf\x83" },
		/* Not UTF-8: as good as bytes can be. */
		{ " A\xff  B ", "a\xff b" },
	};
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		buf_reset(&b);
		buf_adds(&b, "before");
		uni_fold(&b, span(cases[i].in));
		CHECK(strcmp(b.p + 6, cases[i].out) == 0, "case %zu: '%s'", i,
		    b.p + 6);
	}
	buf_reset(&b);
	uni_fold(&b, LIT("A\0B"));
	assert_memory_equal(b.p, "a\0b", 4);
	buf_reset(&b);
	uni_fold(&b, LIT("\xc3\x84\0B"));
	assert_memory_equal(b.p, "\xc3\xa4\0b", 5);
	buf_release(&b);
}

static void
composing(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "", "" },
		{ "Plain", "Plain" },
		{ E_ACUTE, E_ACUTE },
		{ "e" ACUTE, E_ACUTE },
		{ " e" ACUTE " \t", " " E_ACUTE " \t" },
		{ "\xe2\x84\xab", "\xc3\x85" },
		{ "\xef\xac\x81", "\xef\xac\x81" },
		{ "\xe1\x84\x80\xe1\x85\xa1", "\xea\xb0\x80" },
		{ "e" ACUTE "\xff", "e" ACUTE "\xff" },
		{ "\xc3", "\xc3" },
	};
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		buf_reset(&b);
		uni_nfc(&b, span(cases[i].in));
		CHECK(span_eqs(buf_span(&b), cases[i].out), "case %zu: '%s'", i,
		    b.p);
	}
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(widths),
		cmocka_unit_test(fitting),
		cmocka_unit_test(folding),
		cmocka_unit_test(composing),
	};

	return cmocka_run_group_tests_name("unicode", tests, NULL, NULL);
}
