#include "unit.h"

#include "base/money.h"

static void
exponents(void **state)
{
	static const struct {
		const char *code;
		int exponent;
	} cases[] = {
		{ "AED", 2 },
		{ "USD", 2 },
		{ "EUR", 2 },
		{ "GBP", 2 },
		{ "CHF", 2 },
		{ "JPY", 0 },
		{ "KRW", 0 },
		{ "ISK", 0 },
		{ "UGX", 0 },
		{ "XOF", 0 },
		{ "BHD", 3 },
		{ "IQD", 3 },
		{ "JOD", 3 },
		{ "KWD", 3 },
		{ "LYD", 3 },
		{ "OMR", 3 },
		{ "TND", 3 },
		{ "CLF", 4 },
		{ "UYW", 4 },
		{ "ZWL", 2 },
		{ "eur", -1 },
		{ "XXX", -1 },
		{ "XAU", -1 },
		{ "AAA", -1 },
		{ "ZZZ", -1 },
		{ "EU", -1 },
		{ "EURO", -1 },
		{ "", -1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int n = currency_exponent(span(cases[i].code));

		CHECK(n == cases[i].exponent, "%s: %d", cases[i].code, n);
	}
}

/* The whole table, so that a slip of the order would show. */
static void
all_currencies(void **state)
{
	size_t known = 0, by_exponent[5] = { 0 };
	char code[4] = "";

	(void)state;
	for (int n = 0; n < 26 * 26 * 26; n++) {
		int x;

		code[0] = (char)('A' + n / 676);
		code[1] = (char)('A' + n / 26 % 26);
		code[2] = (char)('A' + n % 26);
		x = currency_exponent(span(code));
		if (x < 0)
			continue;
		assert_in_range(x, 0, 4);
		known++;
		by_exponent[x]++;
	}
	assert_int_equal(known, 171);
	assert_int_equal(by_exponent[0], 17);
	assert_int_equal(by_exponent[1], 0);
	assert_int_equal(by_exponent[3], 7);
	assert_int_equal(by_exponent[4], 2);
}

static void
units(void **state)
{
	static const struct {
		const char *in;
		int scale;
		bool ok;
		int64_t value;
	} cases[] = {
		{ "0", 2, true, 0 },
		{ "-0", 2, true, 0 },
		{ "1", 2, true, 100 },
		{ "+1", 2, true, 100 },
		{ "1.5", 2, true, 150 },
		{ "-1234.56", 2, true, -123456 },
		{ "1.500000000000000000000000", 2, true, 150 },
		{ "1.505", 2, false, 0 },
		{ "1.005", 3, true, 1005 },
		{ "12", 0, true, 12 },
		{ "12.0", 0, true, 12 },
		{ "12.1", 0, false, 0 },
		{ ".5", 2, true, 50 },
		{ "5.", 2, true, 500 },
		{ "00012", 0, true, 12 },
		{ "92233720368547758.07", 2, true, INT64_MAX },
		{ "-92233720368547758.07", 2, true, -INT64_MAX },
		{ "92233720368547758.08", 2, false, 0 },
		{ "-92233720368547758.08", 2, false, 0 },
		{ "9223372036854775807", 0, true, INT64_MAX },
		{ "-9223372036854775808", 0, false, 0 },
		{ "9223372036854775807", 1, false, 0 },
		{ "99999999999999999999", 0, false, 0 },
		{ "9", 18, true, 9000000000000000000 },
		{ "10", 18, false, 0 },
		{ "0", 18, true, 0 },
		{ "0.000000000000000001", 18, true, 1 },
		{ "", 2, false, 0 },
		{ "-", 2, false, 0 },
		{ ".", 2, false, 0 },
		{ "-.", 2, false, 0 },
		{ "1.2.3", 2, false, 0 },
		{ "1,5", 2, false, 0 },
		{ " 1", 2, false, 0 },
		{ "1 ", 2, false, 0 },
		{ "1e3", 2, false, 0 },
		{ "--1", 2, false, 0 },
		{ "1-", 2, false, 0 },
		{ "\xd9\xa1", 2, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int64_t v = 42;
		bool ok = dec_units(span(cases[i].in), cases[i].scale, &v);

		CHECK(ok == cases[i].ok, "'%s'", cases[i].in);
		CHECK(v == (ok ? cases[i].value : 42), "'%s': %lld",
		    cases[i].in, (long long)v);
	}
}

static void
parsing(void **state)
{
	static const struct {
		const char *in;
		bool ok;
		struct dec d;
	} cases[] = {
		{ "1.50", true, { 150, 2 } },
		{ "-3", true, { -3, 0 } },
		{ "5.", true, { 5, 0 } },
		{ ".25", true, { 25, 2 } },
		{ "0.000000000000000001", true, { 1, 18 } },
		{ "0.0000000000000000001", false, { 0, 0 } },
		{ "1.0000000000000000000", false, { 0, 0 } },
		{ "10.000000000000000000", false, { 0, 0 } },
		{ "9223372036854775807", true, { INT64_MAX, 0 } },
		{ "9223372036854775808", false, { 0, 0 } },
		{ "", false, { 0, 0 } },
		{ "x", false, { 0, 0 } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct dec d = { 42, 7 };
		bool ok = dec_parse(span(cases[i].in), &d);

		CHECK(ok == cases[i].ok, "'%s'", cases[i].in);
		CHECK(!ok || d.value == cases[i].d.value, "'%s'", cases[i].in);
		CHECK(!ok || d.scale == cases[i].d.scale, "'%s'", cases[i].in);
	}
}

static const int128 huge =
    (int128)1234567890123456789 * 1000000000000000000 + 987654321098765432;

static void
formatting(void **state)
{
	const int128 least = (int128)1 << 126;
	const struct {
		int128 units;
		int scale;
		const char *plain, *grouped;
	} cases[] = {
		{ 0, 0, "0", "0" },
		{ 0, 2, "0.00", "0.00" },
		{ 5, 2, "0.05", "0.05" },
		{ -5, 2, "-0.05", "-0.05" },
		{ 123, 2, "1.23", "1.23" },
		{ 99999, 2, "999.99", "999.99" },
		{ 100000, 2, "1000.00", "1,000.00" },
		{ 12345678, 2, "123456.78", "123,456.78" },
		{ -123456789, 2, "-1234567.89", "-1,234,567.89" },
		{ 1234, 0, "1234", "1,234" },
		{ 1, 18, "0.000000000000000001", "0.000000000000000001" },
		{ INT64_MIN, 0, "-9223372036854775808",
		    "-9,223,372,036,854,775,808" },
		{ huge, 2, "12345678901234567899876543210987654.32",
		    "12,345,678,901,234,567,899,876,543,210,987,654.32" },
		{ -least - least, 0, "-170141183460469231731687303715884105728",
		    "-170,141,183,460,469,231,731,687,303,715,884,105,728" },
	};
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		buf_reset(&b);
		dec_format(&b, cases[i].units, cases[i].scale);
		assert_string_equal(b.p, cases[i].plain);
		buf_reset(&b);
		dec_format_grouped(&b, cases[i].units, cases[i].scale);
		assert_string_equal(b.p, cases[i].grouped);
	}
	buf_release(&b);
}

static void
trimming(void **state)
{
	static const struct {
		struct dec d;
		int least;
		const char *want;
	} cases[] = {
		{ { 250, 2 }, 0, "2.5" },
		{ { 1200, 2 }, 0, "12" },
		{ { 1200, 2 }, 2, "12.00" },
		{ { 12, 0 }, 3, "12.000" },
		{ { 12345, 4 }, 2, "1.2345" },
		{ { -500, 2 }, 0, "-5" },
		{ { 0, 6 }, 0, "0" },
		{ { INT64_MAX, 0 }, 3, "9223372036854775807.000" },
	};
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int scale;
		int128 v = dec_trim(cases[i].d, cases[i].least, &scale);

		buf_reset(&b);
		dec_format(&b, v, scale);
		assert_string_equal(b.p, cases[i].want);
	}
	buf_release(&b);
}

static void
rounding(void **state)
{
	static const struct {
		int n, d, want;
	} cases[] = {
		{ 0, 7, 0 },
		{ 1, 2, 1 },
		{ -1, 2, -1 },
		{ 3, 2, 2 },
		{ -3, 2, -2 },
		{ 5, 2, 3 },
		{ 1, 3, 0 },
		{ -1, 3, 0 },
		{ 2, 3, 1 },
		{ -2, 3, -1 },
		{ 4, 10, 0 },
		{ 5, 10, 1 },
		{ -5, 10, -1 },
		{ 14, 10, 1 },
		{ 15, 10, 2 },
		{ 7, 1, 7 },
		{ -7, 1, -7 },
	};
	int128 most = ((((int128)1 << 126) - 1) << 1) + 1;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		CHECK(round_div(cases[i].n, cases[i].d) == cases[i].want,
		    "%d / %d", cases[i].n, cases[i].d);
	assert_true(round_div(most, most) == 1);
	assert_true(round_div(-most, most) == -1);
	assert_true(round_div(most / 2, most) == 0);
	assert_true(round_div(most / 2 + 1, most) == 1);
	assert_true(round_div(-most / 2 - 1, most) == -1);
}

static void
rescaling(void **state)
{
	static const struct {
		struct dec d;
		int exponent;
		bool ok;
		int64_t units;
	} cases[] = {
		{ { 15, 1 }, 2, true, 150 },
		{ { 1500, 3 }, 2, true, 150 },
		{ { 1505, 3 }, 2, false, 0 },
		{ { -1500, 3 }, 2, true, -150 },
		{ { 48, 0 }, 0, true, 48 },
		{ { 480, 1 }, 0, true, 48 },
		{ { 481, 1 }, 0, false, 0 },
		{ { 0, 18 }, 0, true, 0 },
		{ { 0, 0 }, 18, true, 0 },
		{ { INT64_MAX, 0 }, 0, true, INT64_MAX },
		{ { INT64_MAX, 0 }, 1, false, 0 },
		{ { -INT64_MAX, 0 }, 2, false, 0 },
	};
	struct err e = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int64_t v = 42;
		int r = dec_rescale(cases[i].d, cases[i].exponent, &v, &e);

		CHECK((r == 0) == cases[i].ok, "case %zu", i);
		CHECK(v == (r ? 42 : cases[i].units), "case %zu", i);
		assert_int_equal(e.code, r ? ERR_USAGE : ERR_OK);
		err_release(&e);
	}
	dec_rescale((struct dec){ 12345, 3 }, 2, &(int64_t){ 0 }, &e);
	assert_string_equal(
	    e.msg, "amount 12.345 has more than 2 digits behind the point");
	err_release(&e);
}

static void
entry(void **state)
{
	static const struct {
		const char *in;
		char decimal;
		bool ok;
		int64_t value;
		int scale;
		const char *currency;
	} cases[] = {
		{ "48", '.', true, 48, 0, "" },
		{ " 48 ", '.', true, 48, 0, "" },
		{ "48", '\0', true, 48, 0, "" },
		{ "48.50", '.', true, 4850, 2, "" },
		{ "48k", '.', true, 48000, 0, "" },
		{ "48K", '.', true, 48000, 0, "" },
		{ "48 k", '.', true, 48000, 0, "" },
		{ "1.5M", '.', true, 1500000, 0, "" },
		{ "1.5m", '.', true, 1500000, 0, "" },
		{ "1.2345k", '.', true, 12345, 1, "" },
		{ ".5M", '.', true, 500000, 0, "" },
		{ "EUR 48k", '.', true, 48000, 0, "EUR" },
		{ "EUR48k", '.', true, 48000, 0, "EUR" },
		{ "48k EUR", '.', true, 48000, 0, "EUR" },
		{ "48kEUR", '.', true, 48000, 0, "EUR" },
		{ "48MXN", '.', true, 48, 0, "MXN" },
		{ "48MMXN", '.', true, 48000000, 0, "MXN" },
		{ "48 KES", '.', true, 48, 0, "KES" },
		{ "48kkwd", '.', true, 48000, 0, "KWD" },
		{ "eur 5", '.', true, 5, 0, "EUR" },
		{ "48,000", '.', true, 48000, 0, "" },
		{ "1,234,567.89", '.', true, 123456789, 2, "" },
		{ "$1,234.50", '.', true, 123450, 2, "USD" },
		{ "-$5", '.', true, -5, 0, "USD" },
		{ "$-5", '.', true, -5, 0, "USD" },
		{ "+5", '.', true, 5, 0, "" },
		{ "EUR -5", '.', true, -5, 0, "EUR" },
		{ "\xe2\x82\xac 12", '.', true, 12, 0, "EUR" },
		{ "12\xe2\x82\xac", '.', true, 12, 0, "EUR" },
		{ "12k \xe2\x82\xac", '.', true, 12000, 0, "EUR" },
		{ "\xc2\xa3"
		  "3",
		    '.', true, 3, 0, "GBP" },
		{ "\xc2\xa5"
		  "300",
		    '.', true, 300, 0, "JPY" },
		{ "1.234,50", ',', true, 123450, 2, "" },
		{ "1.234", ',', true, 1234, 0, "" },
		{ "1,5M", ',', true, 1500000, 0, "" },
		{ "0,5", ',', true, 5, 1, "" },
		{ "EUR 1.234.567,8", ',', true, 12345678, 1, "EUR" },
		{ "0", '.', true, 0, 0, "" },
		{ "9223372036854775807", '.', true, INT64_MAX, 0, "" },
		{ "9223372036854775807k", '.', false, 0, 0, "" },
		{ "9223372036854775808", '.', false, 0, 0, "" },
		/* Separators in the wrong place, or of the other country. */
		{ "48,00", '.', false, 0, 0, "" },
		{ "4,8000", '.', false, 0, 0, "" },
		{ "1234,567", '.', false, 0, 0, "" },
		{ "1,234,56", '.', false, 0, 0, "" },
		{ "1,,234", '.', false, 0, 0, "" },
		{ ",234", '.', false, 0, 0, "" },
		{ "1,234,", '.', false, 0, 0, "" },
		{ "0,500", '.', false, 0, 0, "" },
		{ "1.234,50", '.', false, 0, 0, "" },
		{ "1,234.50", ',', false, 0, 0, "" },
		{ "12.5", ',', false, 0, 0, "" },
		{ "1.5,000", '.', false, 0, 0, "" },
		{ "1.2.3", '.', false, 0, 0, "" },
		{ "5.", '.', false, 0, 0, "" },
		{ "", '.', false, 0, 0, "" },
		{ ".", '.', false, 0, 0, "" },
		{ "k", '.', false, 0, 0, "" },
		{ "EUR", '.', false, 0, 0, "" },
		{ "-", '.', false, 0, 0, "" },
		{ "--5", '.', false, 0, 0, "" },
		{ "-EUR -5", '.', false, 0, 0, "" },
		{ "5-", '.', false, 0, 0, "" },
		{ "5 5", '.', false, 0, 0, "" },
		{ "48kk", '.', false, 0, 0, "" },
		{ "48x", '.', false, 0, 0, "" },
		{ "48 EURO", '.', false, 0, 0, "" },
		{ "EUR 5 EUR", '.', false, 0, 0, "" },
		{ "$5 USD", '.', false, 0, 0, "" },
		{ "ZZZ 5", '.', false, 0, 0, "" },
		{ "XAU 5", '.', false, 0, 0, "" },
		{ "1e5", '.', false, 0, 0, "" },
		{ "5\xff", '.', false, 0, 0, "" },
		{ "\xe2\x82", '.', false, 0, 0, "" },
	};
	struct err e = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct dec d = { 42, 7 };
		char code[4] = "old";
		int r = money_entry(
		    span(cases[i].in), cases[i].decimal, &d, code, &e);

		CHECK((r == 0) == cases[i].ok, "'%s': %s", cases[i].in,
		    e.msg ? e.msg : "taken");
		CHECK(d.value == (r ? 42 : cases[i].value), "'%s': %lld",
		    cases[i].in, (long long)d.value);
		CHECK(d.scale == (r ? 7 : cases[i].scale), "'%s'", cases[i].in);
		assert_string_equal(code, r ? "old" : cases[i].currency);
		assert_int_equal(e.code, r ? ERR_USAGE : ERR_OK);
		err_release(&e);
	}
}

static void
comparing(void **state)
{
	static const struct {
		struct dec a, b;
		int want;
	} cases[] = {
		{ { 0, 0 }, { 0, 18 }, 0 },
		{ { 15, 1 }, { 150, 2 }, 0 },
		{ { 15, 1 }, { 151, 2 }, -1 },
		{ { -15, 1 }, { -151, 2 }, 1 },
		/* more than 64 bits, at one scale */
		{ { INT64_MAX, 0 }, { INT64_MAX, 18 }, 1 },
		{ { -INT64_MAX, 0 }, { 1, 18 }, -1 },
	};
	int128 large = 1;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		CHECK(dec_cmp(cases[i].a, cases[i].b) == cases[i].want,
		    "case %zu", i);
		CHECK(dec_cmp(cases[i].b, cases[i].a) == -cases[i].want,
		    "case %zu", i);
	}
	for (int i = 0; i <= 38; i++, large = i <= 38 ? large * 10 : 0)
		assert_true(pow10_128(i) == large);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exponents),
		cmocka_unit_test(all_currencies),
		cmocka_unit_test(units),
		cmocka_unit_test(parsing),
		cmocka_unit_test(formatting),
		cmocka_unit_test(trimming),
		cmocka_unit_test(rounding),
		cmocka_unit_test(rescaling),
		cmocka_unit_test(entry),
		cmocka_unit_test(comparing),
	};

	return cmocka_run_group_tests_name("money", tests, NULL, NULL);
}
