#include "unit.h"

#include "base/buf.h"
#include "crm/phone.h"

/* What a number is, dialled from a country. */
static void
reading(void **state)
{
	static const struct {
		const char *home, *text, *e164, *ext;
	} cases[] = {
		/* the same line in Berlin, however it is written */
		{ "DE", "030 1234567", "+49301234567", "" },
		{ "DE", "030 / 123 45 67", "+49301234567", "" },
		{ "DE", "(030) 1234-567", "+49301234567", "" },
		{ "DE", "+49 (0)30 1234567", "+49301234567", "" },
		{ "DE", "+49 030 1234567", "+49301234567", "" },
		{ "DE", "0049301234567", "+49301234567", "" },
		{ "DE", "0049 (0)30 1234567", "+49301234567", "" },
		{ "DE", "tel:+49-30-1234567", "+49301234567", "" },
		{ "DE", "Tel. 030 1234567", "+49301234567", "" },
		{ "DE", "49301234567", "+49301234567", "" },
		{ "US", "011 49 30 1234567", "+49301234567", "" },
		{ "AU", "0011 49 30 1234567", "+49301234567", "" },
		{ "JP", "010 49 30 1234567", "+49301234567", "" },
		{ "RU", "810 49 30 1234567", "+49301234567", "" },
		{ NULL, "+49301234567", "+49301234567", "" },
		{ NULL, "0049301234567", "+49301234567", "" },
		{ NULL, "030 1234567", "0301234567", "" },
		/* extensions */
		{ "US", "831.605.2433x72946", "+18316052433", "72946" },
		{ "US", "(831) 605-2433 ext. 12", "+18316052433", "12" },
		{ "US", "+1-831-605-2433 Extension 12", "+18316052433", "12" },
		{ "US", "001-831-605-2433x0017", "+18316052433", "0017" },
		{ "US", "+1 831 605 2433 #7", "+18316052433", "7" },
		{ "US", "tel:+18316052433;ext=55", "+18316052433", "55" },
		{ "DE", "030 1234567 Durchwahl 12", "+49301234567", "12" },
		/* North America: ten digits, the 1 is the trunk's, too */
		{ "US", "(831) 605-2433", "+18316052433", "" },
		{ "US", "1 831 605 2433", "+18316052433", "" },
		{ "CA", "604 555 4729", "+16045554729", "" },
		{ "US", "605-2433", "6052433", "" },
		{ "US", "1-800-FLOWERS", "+18003569377", "" },
		/* others: a trunk of another kind, or none */
		{ "GB", "(171) 555-7788", "+441715557788", "" },
		{ "GB", "0171 555 7788", "+441715557788", "" },
		{ "France", "01 42 34 22 66", "+33142342266", "" },
		{ "FR", "88.60.15.31", "+3388601531", "" },
		{ "IT", "011-4988260", "+390114988260", "" },
		{ "IT", "+39 011 4988260", "+390114988260", "" },
		{ "ES", "(91) 555 22 82", "+34915552282", "" },
		{ "DK", "31 12 34 56", "+4531123456", "" },
		{ "HU", "06 1 234 5678", "+3612345678", "" },
		{ "RU", "8 (495) 123-45-67", "+74951234567", "" },
		{ "RU", "+7 495 123 45 67", "+74951234567", "" },
		{ "SE", "0921-12 34 65", "+46921123465", "" },
		{ "BR", "(11) 555-7647", "+55115557647", "" },
		{ "PT", "(1) 354-2534", "+35113542534", "" },
		{ "CH", "0452-076545", "+41452076545", "" },
		{ "AT", "7675-3425", "+4376753425", "" },
		{ "PL", "(26) 642-7012", "+48266427012", "" },
		{ "44", "0171 555 7788", "+441715557788", "" },
		{ "+41", "0452-076545", "+41452076545", "" },
		/* within a house */
		{ "DE", "201", "201", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct phone_country *home =
		    cases[i].home ? phone_country(span(cases[i].home)) : NULL;
		struct buf b = { 0 };
		struct phone p;

		CHECK(!cases[i].home || home, "case %zu", i);
		CHECK(phone_parse(span(cases[i].text), home, &p), "%s",
		    cases[i].text);
		phone_format(&p, &b);
		CHECK(span_eqs(buf_span(&b), cases[i].e164), "%s is %s",
		    cases[i].text, b.p);
		CHECK(span_eqs(span(p.ext), cases[i].ext), "%s ext %s",
		    cases[i].text, p.ext);
		buf_release(&b);
	}
}

static void
refused(void **state)
{
	static const char *const cases[] = { "", " ", "12", "none", "+", "x12",
		"+999 1234567", "call me", "12345678901234567890",
		"030 123 456 and 030 123 457 and more" };
	struct phone p;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		CHECK(!phone_parse(span(cases[i]), phone_country(span("DE")),
			  &p), "'%s'", cases[i]);
}

/* Without a country the end of a number decides. */
static void
comparing(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} cases[] = {
		{ "+49301234567", "0301234567", true },
		{ "0301234567", "0049301234567", true },
		{ "0301234567", "301234567", true },
		{ "+49301234567", "+43301234567", false },
		{ "+49301234567", "234567", false },
		{ "201", "201", true },
		{ "201", "0201", false },
		{ "+49301234567", "0401234567", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct phone a, b;

		CHECK(phone_parse(span(cases[i].a), NULL, &a) &&
			phone_parse(span(cases[i].b), NULL, &b), "case %zu",
		    i);
		CHECK(phone_same(&a, &b) == cases[i].same, "case %zu", i);
		CHECK(phone_same(&b, &a) == cases[i].same, "case %zu", i);
	}
}

/* The quick end is that of the number that is read. */
static void
ends(void **state)
{
	static const char *const cases[] = { "030 1234567", "+49301234567",
		"831.605.2433x72946", "(831) 605-2433 #4", "201",
		"tel:+18316052433;ext=55", "1-800-FLOWERS", "ab12" };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char tail[PHONE_TAIL];
		struct phone p;
		size_t n;

		if (!phone_tail(span(cases[i]), tail, &n))
			continue;
		if (!phone_parse(span(cases[i]), NULL, &p))
			continue;
		CHECK(n <= p.n &&
			span_eq(span_n(tail, n),
			    span_n(p.digits + p.n - n, n)), "%s", cases[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reading),
		cmocka_unit_test(refused),
		cmocka_unit_test(comparing),
		cmocka_unit_test(ends),
	};

	return cmocka_run_group_tests_name("phone", tests, NULL, NULL);
}
