#include "unit.h"

#include "crm/import/import_impl.h"

/* --- numbers ------------------------------------------------------------- */

static void
numbers(void **state)
{
	static const struct {
		const char *in;
		char decimal;
		const char *out, *currency; /* out NULL: no number */
	} cases[] = {
		{ "0", '.', "0", "" },
		{ "1054", '.', "1054", "" },
		{ "1234.50", '.', "1234.50", "" },
		{ "$1,234.50", '.', "1234.50", "$" },
		{ "US$ 12", '.', "12", "USD" },
		{ "1.234,50", ',', "1234.50", "" },
		{ "1.234,50 \xe2\x82\xac", ',', "1234.50", "EUR" },
		{ "\xe2\x82\xac 1.234", ',', "1234", "EUR" },
		{ "EUR 48k", '.', "48000", "EUR" },
		{ "48k eur", '.', "48000", "EUR" },
		{ "$342.09K", '.', "342090", "$" },
		{ "$1,117.10K", '.', "1117100", "$" },
		{ "1.5M", '.', "1500000", "" },
		{ "(1,200)", '.', "-1200", "" },
		{ "($12.50)", '.', "-12.50", "$" },
		{ "-$12.50", '.', "-12.50", "$" },
		{ "$-12.50", '.', "-12.50", "$" },
		{ "12.50-", '.', "-12.50", "" },
		{ "\xe2\x88\x92"
		  "7",
		    '.', "-7", "" },
		{ "+7", '.', "7", "" },
		{ "48 000,00", ',', "48000.00", "" },
		{ "48\xc2\xa0"
		  "000,00\xc2\xa0\xe2\x82\xac",
		    ',', "48000.00", "EUR" },
		{ "1\xe2\x80\xaf"
		  "234,5",
		    ',', "1234.5", "" },
		{ "1'234.50", '.', "1234.50", "" },
		{ "12 %", '.', "12", "" },
		{ "12,5%", ',', "12.5", "" },
		{ ".5", '.', "0.5", "" },
		{ "12.", '.', "12", "" },
		{ "28000.0000", '.', "28000.0000", "" },
		{ "1,23", '.', NULL, "" },
		{ "1,234,56", '.', NULL, "" },
		{ "1.234.50", '.', NULL, "" },
		{ "0x10", '.', NULL, "" },
		{ "abc", '.', NULL, "" },
		{ "XYZ 12", '.', NULL, "" },
		{ "$ 12 EUR", '.', NULL, "" },
		{ "(-5)", '.', NULL, "" },
		{ "-", '.', NULL, "" },
		{ "1 2 3", '.', NULL, "" },
		{ "99999999999999999999", '.', NULL, "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct dec d;
		char cur[4] = "";
		struct buf b = { 0 };
		bool ok =
		    number_read(span(cases[i].in), cases[i].decimal, &d, cur);

		CHECK(ok == (cases[i].out != NULL), "'%s'", cases[i].in);
		if (!ok)
			continue;
		dec_format(&b, d.value, d.scale);
		CHECK(!strcmp(b.p, cases[i].out), "'%s': %s", cases[i].in, b.p);
		CHECK(!strcmp(cur, cases[i].currency), "'%s': %s", cases[i].in,
		    cur);
		buf_release(&b);
	}
}

/* Cells of a column, separated by '/', and what is decided of it. */
static void
decimals(void **state)
{
	static const struct {
		const char *cells;
		char given;
		bool whole;
		char decimal; /* 0: refused */
		const char *says;
	} cases[] = {
		{ "12/15", 0, false, '.', "" },
		{ "12.5/1.234", 0, false, '.', "" },
		{ "12,5/1.234", 0, false, ',', "" },
		{ "1.234,50", 0, false, ',', "" },
		{ "1,234.50/7,5", 0, false, 0, "line 1 and a comma in line 2" },
		{ "1.234.567/1.234", 0, false, ',', "" },
		{ "1,234,567", 0, false, '.', "" },
		{ "0.123", 0, false, '.', "" },
		{ "1234.567", 0, false, '.', "" },
		{ "1.234", 0, false, 0, "--decimal" },
		{ "7/1,234", 0, false, 0, "'1,234' in line 2" },
		{ "1.234", ',', false, ',', "" },
		{ "1.234", 0, true, ',', "" },
		{ "1,234", 0, true, '.', "" },
		{ "28000.0000", 0, false, '.', "" },
		{ "$22,700.00/$1,234", 0, false, '.', "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct number_facts f = { 0 };
		struct arena a = { 0 };
		struct err e = { 0 };
		struct span rest = span(cases[i].cells);
		char decimal = 0;
		size_t line = 0;

		while (rest.n) {
			struct span cell = span_cut(&rest, '/');

			number_look(&f, cell, ++line, &a);
		}
		int r = number_decide(&f, span("Betrag"), cases[i].given,
		    cases[i].whole, &decimal, &e);

		CHECK((r == 0) == (cases[i].decimal != 0), "'%s': %s",
		    cases[i].cells, e.msg);
		if (r == 0)
			CHECK(decimal == cases[i].decimal, "'%s': %c",
			    cases[i].cells, decimal);
		else
			CHECK(strstr(e.msg, cases[i].says) &&
				  strstr(e.msg, "Betrag"),
			    "'%s': %s", cases[i].cells, e.msg);
		err_release(&e);
		arena_release(&a);
	}
}

/* --- dates --------------------------------------------------------------- */

static void
dates(void **state)
{
	static const struct {
		const char *in;
		enum date_order order;
		const char *day; /* NULL: refused */
		int seconds;
	} cases[] = {
		{ "2017-03-01", DATES_UNSURE, "2017-03-01", -1 },
		{ "2017/03/01", DATES_UNSURE, "2017-03-01", -1 },
		{ "2017.3.1", DATES_UNSURE, "2017-03-01", -1 },
		{ "20101229", DATES_UNSURE, "2010-12-29", -1 },
		{ "2010-12-29 00:00:00.000", DATES_UNSURE, "2010-12-29", 0 },
		{ "2024-05-06T10:30:15Z", DATES_UNSURE, "2024-05-06", 37815 },
		{ "2024-05-06T10:30:15+02:00", DATES_UNSURE, "2024-05-06",
		    37815 },
		{ "15 Apr, 2021 00:03:00", DATES_UNSURE, "2021-04-15", 180 },
		{ "Apr 15, 2021", DATES_UNSURE, "2021-04-15", -1 },
		{ "April 15 2021 3:05 PM", DATES_UNSURE, "2021-04-15", 54300 },
		{ "Thursday, 15 April 2021", DATES_UNSURE, "2021-04-15", -1 },
		{ "15th of April 2021", DATES_UNSURE, "2021-04-15", -1 },
		{ "15-Apr-21", DATES_UNSURE, "2021-04-15", -1 },
		{ "4-Sept-1999", DATES_UNSURE, "1999-09-04", -1 },
		{ "31.12.2024", DATES_DMY, "2024-12-31", -1 },
		{ "01/02/2024", DATES_DMY, "2024-02-01", -1 },
		{ "01/02/2024", DATES_MDY, "2024-01-02", -1 },
		{ "01/02/2024", DATES_UNSURE, NULL, 0 },
		{ "2/2/2024", DATES_UNSURE, "2024-02-02", -1 },
		{ "12/31/24", DATES_MDY, "2024-12-31", -1 },
		{ "12/31/24 11:59:59 pm", DATES_MDY, "2024-12-31", 86399 },
		{ "12/31/99", DATES_MDY, "1999-12-31", -1 },
		{ "24-12-31", DATES_YMD, "2024-12-31", -1 },
		{ "31/02/2024", DATES_DMY, NULL, 0 },
		{ "2023-02-29", DATES_UNSURE, NULL, 0 },
		{ "29 Feb 2023", DATES_UNSURE, NULL, 0 },
		{ "44301", DATES_UNSURE, NULL, 0 },
		{ "44301", DATES_SERIAL, "2021-04-15", -1 },
		{ "44301.5", DATES_SERIAL, "2021-04-15", -1 },
		{ "2024", DATES_UNSURE, NULL, 0 },
		{ "Yes", DATES_UNSURE, NULL, 0 },
		{ "soon", DATES_DMY, NULL, 0 },
		{ "", DATES_DMY, NULL, 0 },
		{ "1/2/3/4", DATES_DMY, NULL, 0 },
		{ "12:30", DATES_DMY, NULL, 0 },
		{ "2024-05-06 25:00", DATES_UNSURE, NULL, 0 },
		{ "2024-05-06 x", DATES_UNSURE, NULL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct date_cell d;
		char text[11];
		const char *why =
		    date_read(span(cases[i].in), cases[i].order, &d);

		CHECK((why == NULL) == (cases[i].day != NULL), "'%s': %s",
		    cases[i].in, why);
		if (why)
			continue;
		date_format(d.day, text);
		CHECK(
		    !strcmp(text, cases[i].day), "'%s': %s", cases[i].in, text);
		CHECK(d.seconds == cases[i].seconds, "'%s': %d", cases[i].in,
		    d.seconds);
	}
}

static void
orders(void **state)
{
	static const struct {
		const char *cells; /* separated by '|' */
		enum date_order given, order;
		const char *says; /* where refused */
	} cases[] = {
		{ "2024-01-02|2024-02-01", DATES_UNSURE, DATES_UNSURE, NULL },
		{ "01/02/2024|13/02/2024", DATES_UNSURE, DATES_DMY, NULL },
		{ "01/02/2024|02/13/2024", DATES_UNSURE, DATES_MDY, NULL },
		{ "13/02/2024|02/13/2024", DATES_UNSURE, 0, "line 1" },
		{ "03/03/2024|01/02/2024", DATES_UNSURE, 0,
		    "'01/02/2024' in line 2" },
		{ "01/02/2024", DATES_MDY, DATES_MDY, NULL },
		{ "01.02.2024", DATES_UNSURE, DATES_DMY, NULL },
		{ "01.02.2024|02.13.2024", DATES_UNSURE, DATES_MDY, NULL },
		{ "15 Apr, 2021", DATES_UNSURE, DATES_UNSURE, NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct date_facts f = { 0 };
		struct arena a = { 0 };
		struct err e = { 0 };
		struct span rest = span(cases[i].cells);
		enum date_order order = DATES_UNSURE;
		size_t line = 0;

		while (rest.n) {
			struct span cell = span_cut(&rest, '|');

			date_look(&f, cell, ++line, &a);
		}
		int r =
		    date_decide(&f, span("Datum"), cases[i].given, &order, &e);

		CHECK((r == 0) == (cases[i].says == NULL), "'%s': %s",
		    cases[i].cells, e.msg);
		if (r == 0)
			CHECK(order == cases[i].order, "'%s'", cases[i].cells);
		else
			CHECK(strstr(e.msg, cases[i].says) &&
				  strstr(e.msg, "--date-format"),
			    "'%s': %s", cases[i].cells, e.msg);
		err_release(&e);
		arena_release(&a);
	}
}

/* What may be taken as it stands. */
static void
instants(void **state)
{
	static const char *const bad[] = { "2021-02-30T00:00:00Z",
		"2021-01-23T24:00:00Z", "2021-01-23T04:60:00Z",
		"2021-01-23T04:17:60Z", "2021-01-23 04:17:09Z",
		"2021-01-23T04:17:09z", "2021-01-23T04:17:9ZZ", "2021-01-23",
		"" };

	(void)state;
	assert_true(date_is_instant(span("2021-01-23T04:17:09Z")));
	assert_true(date_is_instant(span("2021-12-31T23:59:59Z")));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(date_is_instant(span(bad[i])));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(instants),
		cmocka_unit_test(numbers),
		cmocka_unit_test(decimals),
		cmocka_unit_test(dates),
		cmocka_unit_test(orders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
