#include "unit.h"

#include <stdlib.h>

#include "base/ascii.h"
#include "base/span.h"

static const struct span nothing = { NULL, 0 };

static void
comparing(void **state)
{
	static const struct {
		const char *a, *b;
		bool eq, ieq, starts, istarts;
		int cmp;
	} cases[] = {
		{ "", "", true, true, true, true, 0 },
		{ "abc", "abc", true, true, true, true, 0 },
		{ "abc", "ABC", false, true, false, true, 1 },
		{ "abc", "ab", false, false, true, true, 1 },
		{ "ab", "abc", false, false, false, false, -1 },
		{ "ABx", "ab", false, false, false, true, -1 },
		{ "", "a", false, false, false, false, -1 },
		/* Bytes above 127 sort behind ASCII, and have no case. */
		{ "\xc3\x84", "z", false, false, false, false, 1 },
		{ "\xc3\x84", "\xc3\xa4", false, false, false, false, -1 },
		{ "[", "{", false, false, false, false, -1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct span a = span(cases[i].a), b = span(cases[i].b);
		int c = span_cmp(a, b);

		CHECK(span_eq(a, b) == cases[i].eq, "case %zu", i);
		CHECK(span_eqs(a, cases[i].b) == cases[i].eq, "case %zu", i);
		CHECK(span_ieq(a, b) == cases[i].ieq, "case %zu", i);
		CHECK(span_ieqs(a, cases[i].b) == cases[i].ieq, "case %zu", i);
		CHECK(span_starts(a, b) == cases[i].starts, "case %zu", i);
		CHECK(span_istarts(a, b) == cases[i].istarts, "case %zu", i);
		CHECK((c > 0) - (c < 0) == cases[i].cmp, "case %zu", i);
	}
	assert_true(span_eq(nothing, span("")));
	assert_int_equal(span_cmp(nothing, span("")), 0);
	assert_true(span_starts(span("x"), nothing));
	assert_non_null(span(NULL).p);
	assert_false(span_eq(LIT("a\0b"), LIT("a\0c")));
}

static void
trimming(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "", "" },
		{ " \t\r\n\v\f", "" },
		{ " a b ", "a b" },
		{ "a", "a" },
		{ "\xc2\xa0 x", "\xc2\xa0 x" },
	};
	struct span t;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		t = span_trim(span(cases[i].in));
		CHECK(span_eqs(t, cases[i].out), "case %zu", i);
	}
	assert_non_null(span_trim(nothing).p);
}

static void
cutting(void **state)
{
	struct span s = span("a,,b"), empty = nothing;

	(void)state;
	assert_int_equal(span_count(s, ','), 2);
	assert_int_equal(span_count(span(""), ','), 0);
	assert_true(span_eqs(span_cut(&s, ','), "a"));
	assert_true(span_eqs(span_cut(&s, ','), ""));
	assert_true(span_eqs(span_cut(&s, ','), "b"));
	assert_int_equal(s.n, 0);
	assert_true(span_eqs(span_cut(&s, ','), ""));
	assert_true(span_eqs(span_cut(&empty, ','), ""));
	assert_non_null(empty.p);
}

static void
integers(void **state)
{
	static const struct {
		const char *in;
		bool ok;
		int64_t value;
	} cases[] = {
		{ "0", true, 0 },
		{ "-0", true, 0 },
		{ "+7", true, 7 },
		{ "-12", true, -12 },
		{ "007", true, 7 },
		{ "9223372036854775807", true, INT64_MAX },
		{ "-9223372036854775808", true, INT64_MIN },
		{ "9223372036854775808", false, 0 },
		{ "-9223372036854775809", false, 0 },
		{ "99999999999999999999", false, 0 },
		{ "", false, 0 },
		{ "-", false, 0 },
		{ "+", false, 0 },
		{ "--1", false, 0 },
		{ " 1", false, 0 },
		{ "1 ", false, 0 },
		{ "1.0", false, 0 },
		{ "0x1", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int64_t v = 42;
		bool ok = span_int(span(cases[i].in), &v);

		CHECK(ok == cases[i].ok, "'%s'", cases[i].in);
		CHECK(v == (ok ? cases[i].value : 42), "'%s'", cases[i].in);
	}
}

static int
compare_u64(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void
hashing(void **state)
{
	enum { N = 100000 };
	uint64_t *v = calloc(N, sizeof *v);
	char text[64];
	size_t low[64] = { 0 };

	(void)state;
	for (size_t i = 0; i < N; i++) {
		/* Lengths 1 to 40, so that every branch is taken. */
		int n = snprintf(text, sizeof text, "%zu", i);

		n += snprintf(text + n, sizeof text - (size_t)n, "%.*s",
		    (int)(i % 36), "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
		v[i] = span_hash(span_n(text, (size_t)n));
		low[v[i] % 64]++;
	}
	for (size_t i = 0; i < 64; i++)
		CHECK(low[i] > N / 64 * 3 / 4 && low[i] < N / 64 * 5 / 4,
		    "%zu of %d in bucket %zu", low[i], N, i);
	qsort(v, N, sizeof *v, compare_u64);
	for (size_t i = 1; i < N; i++)
		CHECK(v[i] != v[i - 1], "equal hashes at %zu", i);
	free(v);
	assert_int_equal(span_hash(nothing), span_hash(span("")));
	assert_int_not_equal(span_hash(LIT("\0")), span_hash(LIT("\0\0")));
	/* The same bytes at another alignment. */
	memcpy(text + 1, "LEAD-0000000000000001", 21);
	assert_int_equal(span_hash(span_n(text + 1, 21)),
	    span_hash(span("LEAD-0000000000000001")));
}

static void
distances(void **state)
{
	static const struct {
		const char *a, *b;
		int max, want;
	} cases[] = {
		{ "", "", 3, 0 },
		{ "", "abc", 3, 3 },
		{ "", "abcd", 3, 4 },
		{ "status", "status", 0, 0 },
		{ "status", "STATUS", 0, 0 },
		{ "stauts", "status", 3, 1 },
		{ "staus", "status", 3, 1 },
		{ "ba", "ab", 1, 1 },
		{ "kitten", "sitting", 3, 3 },
		{ "kitten", "sitting", 2, 3 },
		{ "kitten", "sitting", 1, 2 },
		{ "abcdef", "badcfe", 3, 3 },
		{ "abcdef", "ghijkl", 2, 3 },
		{ "a", "b", 0, 1 },
		{ "a", "aaaaaaaaaa", 4, 5 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct span a = span(cases[i].a), b = span(cases[i].b);
		int d = span_distance(a, b, cases[i].max);

		CHECK(d == cases[i].want, "'%s' '%s': %d", cases[i].a,
		    cases[i].b, d);
		CHECK(span_distance(b, a, cases[i].max) == d, "case %zu", i);
	}
}

static void
duplicating(void **state)
{
	char *s = span_dup(span_n("abc", 2));

	(void)state;
	assert_string_equal(s, "ab");
	free(s);
	s = span_dup(nothing);
	assert_string_equal(s, "");
	free(s);
}

static void
taking(void **state)
{
	struct span s = span(":a");

	(void)state;
	assert_false(span_take(&s, 'a'));
	assert_true(span_take(&s, ':'));
	assert_true(span_take(&s, 'a'));
	assert_int_equal(s.n, 0);
	assert_false(span_take(&s, 'a'));
	s = nothing;
	assert_false(span_take(&s, '\0'));
}

static void
ascii(void **state)
{
	(void)state;
	assert_true(span_is_ascii(nothing));
	assert_true(span_is_ascii(span_n("a\0\x7f", 3)));
	assert_false(span_is_ascii(span("a\xc3\xa4")));
	assert_false(span_is_ascii(span("0123456789abcdef0123456789abcdef\x80")));
	for (int i = -128; i < 128; i++) {
		char c = (char)i, low = ascii_lower(c), up = ascii_upper(c);

		assert_int_equal(ascii_digit(c), i >= 48 && i <= 57);
		assert_int_equal(ascii_letter(c),
		    (i >= 65 && i <= 90) || (i >= 97 && i <= 122));
		assert_int_equal(low, i >= 65 && i <= 90 ? i + 32 : i);
		assert_int_equal(up, i >= 97 && i <= 122 ? i - 32 : i);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comparing),
		cmocka_unit_test(trimming),
		cmocka_unit_test(cutting),
		cmocka_unit_test(integers),
		cmocka_unit_test(hashing),
		cmocka_unit_test(distances),
		cmocka_unit_test(duplicating),
		cmocka_unit_test(taking),
		cmocka_unit_test(ascii),
	};

	return cmocka_run_group_tests_name("span", tests, NULL, NULL);
}
