/* Payment terms, and the tables of terms and of taxes. */
#include "qstore.h"

#include "crm/trade/tax.h"
#include "crm/trade/terms.h"

#define DAY 20000 /* 2024-10-04 */
#define DELIVERED 20100

/* text of amounts and days: "3000@0 3001@30", - where the day is not known */
static char *
plan_text(const struct terms *t, int64_t total, int32_t delivery)
{
	struct instalment out[TERMS_MAX];
	struct buf b = { 0 };
	struct err e = { 0 };

	if (terms_schedule(t, total, DAY, delivery, out, &e) < 0) {
		buf_addf(&b, "error %d", e.code);
		err_release(&e);
		return buf_detach(&b);
	}
	for (size_t i = 0; i < t->n; i++) {
		buf_addf(&b, "%s%lld@", i ? " " : "", (long long)out[i].amount);
		if (out[i].due == DATE_NONE)
			buf_addc(&b, '-');
		else
			buf_addf(&b, "%d", (int)out[i].due - DAY);
		assert_int_equal(out[i].term, i);
	}
	return buf_detach(&b);
}

static void
schedules(void **state)
{
	/* of 100.01, in cents */
	static const struct {
		const char *text, *plan, *words;
	} cases[] = {
		{ "", "10001@0", "in full with the order" },
		{ "cash", "10001@0", "in full with the order" },
		{ "net30", "10001@30", "in full 30 days after the order" },
		{ "NET 1", "10001@1", "in full 1 day after the order" },
		/* 30.003, 60.006 */
		{ "30/30/40", "3000@0 3001@30 4000@60",
		    "30 % with the order, 30 % 30 days after the order, 40 % "
		    "60 days after the order" },
		{ "33.3333% / 33.3333% / 33.3334%", "3334@0 3333@30 3334@60",
		    "33.3333 % with the order, 33.3333 % 30 days after the "
		    "order, 33.3334 % 60 days after the order" },
		{ "20%@order 50%@delivery 30%@+30", "2000@0 5001@100 3000@30",
		    "20 % with the order, 50 % on delivery, 30 % 30 days "
		    "after the order" },
		{ "1000@order rest@+30", "error 64",
		    "1,000.00 with the order, the rest 30 days after the "
		    "order" },
		{ "40.5@2024-10-05 rest@delivery+14", "4050@1 5951@114",
		    "40.50 by 2024-10-05, the rest 14 days after delivery" },
		{ "40 60.01@delivery", "4000@0 6001@100",
		    "40.00 with the order, 60.01 on delivery" },
		{ "40 60@delivery", "error 64",
		    "40.00 with the order, 60.00 on delivery" },
		{ "deposit 20% net30", "2000@0 8001@30",
		    "20 % as a deposit with the order, the rest 30 days after "
		    "the order" },
		{ "Deposit 50.00@+7 Rest@Delivery", "5000@7 5001@100",
		    "50.00 as a deposit 7 days after the order, the rest on "
		    "delivery" },
		{ "100%@delivery", "10001@100", "in full on delivery" },
		/* 12.50125, of 100.01 */
		{ "12.50%@order rest@+30", "1250@0 8751@30",
		    "12.5 % with the order, the rest 30 days after the "
		    "order" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct err e = { 0 };
		struct buf b = { 0 };
		struct terms t;
		char *plan;

		CHECK(terms_parse(NULL, span(cases[i].text), 2, &t, &e) == 0,
		    "%s: %s", cases[i].text, e.msg);
		plan = plan_text(&t, 10001, DELIVERED);
		CHECK(strcmp(plan, cases[i].plan) == 0, "%s: %s", cases[i].text,
		    plan);
		free(plan);
		terms_text(&t, 2, &b);
		CHECK(strcmp(b.p, cases[i].words) == 0, "%s: %s", cases[i].text,
		    b.p);
		buf_release(&b);
	}
}

static void
yen_dinars_and_days_not_known(void **state)
{
	static const struct {
		const char *text;
		int exponent;
		int64_t total;
		const char *plan;
	} cases[] = {
		/* 33.33.. of 100 yen by thirds; halves are rounded up */
		{ "33.3333/33.3333/33.3334", 0, 100, "33@0 34@30 33@60" },
		{ "50/50", 0, 1, "1@0 0@30" },
		{ "50/50", 0, -1, "-1@0 0@30" },
		{ "0.125 rest@delivery", 3, 1000, "125@0 875@-" },
		{ "0.125@delivery+9 rest@2024-10-04", 3, 125, "125@- 0@0" },
		{ "25/25/25/25", 3, 10, "3@0 2@30 3@60 2@90" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct err e = { 0 };
		struct terms t;
		char *plan;

		CHECK(terms_parse(NULL, span(cases[i].text), cases[i].exponent,
			  &t, &e) == 0,
		    "%s: %s", cases[i].text, e.msg);
		plan = plan_text(&t, cases[i].total, DATE_NONE);
		CHECK(strcmp(plan, cases[i].plan) == 0, "%s: %s", cases[i].text,
		    plan);
		free(plan);
	}
}

static void
refused(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "30/30", "sum to 60 %" },
		{ "30/30/40.5", "sum to 100.5 %" },
		{ "30//70", "'' is no share" },
		{ "0/100", "'0' is no share" },
		{ "50%@order 40%@delivery", "sum to 90 %" },
		{ "100% rest", "shares of 100 % leave nothing" },
		{ "60% 40% 10.00", "leave nothing" },
		{ "rest rest@+30", "one rest" },
		{ "net30 net60", "one rest" },
		{ "net", "days, net30, not by ''" },
		{ "netto", "not by 'to'" },
		{ "net99999", "not by '99999'" },
		{ "deposit", "deposit is followed" },
		{ "deposit deposit 20% net30", "'deposit' is no part" },
		{ "deposit net30", "'net30' is no part" },
		{ "20%@tomorrow rest", "'tomorrow' is no day" },
		{ "20%@ rest", "'' is no day" },
		{ "20%@+ rest", "'+' is no day" },
		{ "20%@+-1 rest", "'+-1' is no day" },
		{ "20%@delivery14 rest", "'delivery14' is no day" },
		{ "20%@2026-02-30 rest", "'2026-02-30' is no day" },
		{ "-5% rest", "'-5' is no share" },
		{ "101% rest", "'101' is no share" },
		{ "0.00001% rest", "'0.00001' is no share" },
		{ "0 rest", "the amount 0 is not above 0" },
		{ "-1 rest", "the amount -1 is not above 0" },
		{ "0.001 rest", "more than 2 digits" },
		{ "99999999999999999 rest", "large" },
		{ "soon", "'soon' is no part" },
		{ "1,000 rest", "'1,000' is no part" },
	};
	struct buf many = { 0 };
	struct terms t;
	struct err e = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		CHECK(terms_parse(NULL, span(cases[i].text), 2, &t, &e) < 0,
		    "%s", cases[i].text);
		CHECK(e.code == ERR_USAGE && strstr(e.msg, cases[i].says),
		    "%s: %d %s", cases[i].text, e.code, e.msg);
		err_release(&e);
	}
	for (int i = 0; i <= TERMS_MAX; i++)
		buf_adds(&many, "1% ");
	CHECK(terms_parse(NULL, buf_span(&many), 2, &t, &e) < 0, "many");
	CHECK(strstr(e.msg, "more than 60 parts"), "%s", e.msg);
	err_release(&e);
	buf_release(&many);
}

static void
terms_of_the_store(void **state)
{
	struct err e = { 0 };
	struct buf b = { 0 };
	struct session s;
	struct terms t;

	(void)state;
	place_make(NULL);
	put("crmrc", "# crm store, format 1\n[quote]\n"
		     "\tinstalment-days = 10\n");
	put("config/terms.csv", "term,label,schedule,text\n"
				"std,Usual,deposit 30% net14,\n"
				"thirds,,33/33/34,Three parts.\n"
				"half,Half,50/40,\n"
				"loop,Loop,std,\n");
	qstore_open(&s);
	CHECK(terms_parse(&s, span(" STD "), 2, &t, &e) == 0, "%s", e.msg);
	assert_true(span_eqs(t.label, "Usual"));
	assert_int_equal(t.n, 2);
	assert_true(t.term[0].deposit);
	assert_int_equal(t.term[1].days, 14);
	CHECK(terms_parse(&s, span("thirds"), 2, &t, &e) == 0, "%s", e.msg);
	assert_true(span_eqs(t.label, "thirds"));
	assert_int_equal(t.term[2].days, 20);
	terms_text(&t, 2, &b);
	assert_string_equal(b.p, "Three parts.");
	CHECK(terms_parse(&s, span("half"), 2, &t, &e) < 0, "half");
	assert_int_equal(e.code, ERR_DATA);
	CHECK(strstr(e.msg, "config/terms.csv:4: ") == e.msg, "%s", e.msg);
	err_release(&e);
	CHECK(terms_parse(&s, span("loop"), 2, &t, &e) < 0, "loop");
	err_release(&e);
	CHECK(terms_parse(&s, span("10/90"), 2, &t, &e) == 0, "%s", e.msg);
	assert_int_equal(t.term[1].days, 10);
	assert_true(t.label.n == 0);
	buf_release(&b);
	session_close(&s);
	place_remove(NULL);
}

static const char taxes[] = "tax,part,from,label,rate,compound,code,reason\n"
			    "vat,,,VAT,19,,S,\n"
			    "vat,,2020-07-01,VAT,16,,S,\n"
			    "vat,,2021-01-01,VAT,19.0,no,S,\n"
			    "qc,GST,2008-01-01,,5,,S,\n"
			    "qc,QST,2013-01-01,QST,9.975,no,,\n"
			    "qc,QST,2012-01-01,QST,9.5,yes,,\n"
			    "ex,,,,0,,E,Export\n"
			    "new,,2030-01-01,,1,,,\n";

static int32_t
day(const char *text)
{
	int32_t d = 0;

	CHECK(date_parse(span(text), &d), "%s", text);
	return d;
}

static void
taxes_of_the_store(void **state)
{
	static const struct {
		const char *key, *day;
		size_t n;
		int64_t last; /* rate of the last part, 4 decimals */
		bool compound;
	} cases[] = {
		{ "vat", "1999-01-01", 1, 190000, false },
		{ "vat", "2020-06-30", 1, 190000, false },
		{ "vat", "2020-07-01", 1, 160000, false },
		{ "vat", "2026-11-21", 1, 190000, false },
		{ "qc", "2008-01-01", 1, 50000, false },
		{ "qc", "2012-12-31", 2, 95000, true },
		{ "qc", "2026-11-21", 2, 99750, false },
		{ "ex", "2026-11-21", 1, 0, false },
		{ "", "2026-11-21", 1, 190000, false },
	};
	struct err e = { 0 };
	struct tax_class k;
	struct session s;

	(void)state;
	place_make(NULL);
	put("crmrc", "# crm store, format 1\n[quote]\n\ttax-class = vat\n");
	put("config/taxes.csv", taxes);
	qstore_open(&s);
	for (size_t i = 0; i < COUNT(cases); i++) {
		CHECK(tax_class_of(&s, span(cases[i].key), day(cases[i].day),
			  &k, &e) == 0,
		    "%s", e.msg);
		CHECK(k.n == cases[i].n, "%zu: %zu", i, k.n);
		CHECK(k.part[k.n - 1].rate.value == cases[i].last &&
			  k.part[k.n - 1].rate.scale == 4,
		    "%zu", i);
		CHECK(k.part[k.n - 1].compound == cases[i].compound, "%zu", i);
	}
	CHECK(tax_class_of(&s, span("qc"), DAY, &k, &e) == 0, "%s", e.msg);
	assert_true(span_eqs(k.part[0].label, "GST"));
	assert_true(span_eqs(k.part[1].name, "QST"));
	CHECK(tax_class_of(&s, span("ex"), DAY, &k, &e) == 0, "%s", e.msg);
	assert_true(span_eqs(k.code, "E") && span_eqs(k.reason, "Export"));
	assert_true(span_eqs(k.part[0].label, "ex"));
	CHECK(tax_class_of(&s, span("ust"), DAY, &k, &e) < 0, "ust");
	assert_int_equal(e.code, ERR_USAGE);
	assert_string_equal(
	    e.msg, "there is no tax class 'ust'; there are vat, qc, ex, new");
	CHECK(tax_class_of(&s, span("new"), DAY, &k, &e) < 0, "new");
	assert_string_equal(
	    e.msg, "the tax class 'new' holds from 2030-01-01 on, not before");
	err_release(&e);
	session_close(&s);
	place_remove(NULL);
}

static void
no_taxes(void **state)
{
	struct err e = { 0 };
	struct tax_class k;
	struct session s;

	(void)state;
	place_make(NULL);
	put("crmrc", "# crm store, format 1\n");
	qstore_open(&s);
	CHECK(tax_class_of(&s, span(""), DAY, &k, &e) == 0, "%s", e.msg);
	assert_int_equal(k.n, 0);
	CHECK(tax_class_of(&s, span("vat"), DAY, &k, &e) < 0, "vat");
	assert_string_equal(
	    e.msg, "there is no tax class 'vat'; config/taxes.csv has none");
	err_release(&e);
	session_close(&s);
	put("crmrc", "# crm store, format 1\n[quote]\n\ttax-class = vat\n");
	qstore_open(&s);
	CHECK(tax_class_of(&s, span(""), DAY, &k, &e) < 0, "vat");
	CHECK(strstr(e.msg, "crmrc:3: quote.tax-class: there is no"), "%s",
	    e.msg);
	err_release(&e);
	session_close(&s);
	place_remove(NULL);
}

static void
wrong_taxes(void **state)
{
	static const struct {
		const char *row, *says;
	} cases[] = {
		{ ",,,,5,,,", ":2: the tax has no key" },
		{ "a,,soon,,5,,,", ":2: 'soon' is no date" },
		{ "a,,,,five,,,", ":2: a rate is 0 to 1000 percent" },
		{ "a,,,,-1,,,", ":2: a rate" },
		{ "a,,,,1000.1,,,", ":2: a rate" },
		{ "a,,,,0.00001,,,", ":2: a rate" },
		{ "a,,,,5,maybe,,", ":2: compound is yes or no" },
		{ "a,,,,5,,,\na,,,,6,,,", ":3: the tax 'a' is there twice" },
		{ "a,1,,,5,,,\na,2,,,6,,,\na,3,,,6,,,\na,4,,,6,,,\na,5,,,6,,,",
		    "more than 4 parts" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct err e = { 0 };
		struct tax_class k;
		struct session s;
		char *text = xasprintf("%s%s\n",
		    "tax,part,from,label,rate,compound,code,reason\n",
		    cases[i].row);

		place_make(NULL);
		put("crmrc", "# crm store, format 1\n");
		put("config/taxes.csv", text);
		qstore_open(&s);
		CHECK(tax_class_of(&s, span("a"), DAY, &k, &e) < 0, "%s",
		    cases[i].row);
		CHECK(e.code == ERR_DATA && strstr(e.msg, cases[i].says) &&
			  strstr(e.msg, "config/taxes.csv") == e.msg,
		    "%d %s", e.code, e.msg);
		err_release(&e);
		session_close(&s);
		free(text);
		place_remove(NULL);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(schedules),
		cmocka_unit_test(yen_dinars_and_days_not_known),
		cmocka_unit_test(refused),
		cmocka_unit_test(terms_of_the_store),
		cmocka_unit_test(taxes_of_the_store),
		cmocka_unit_test(no_taxes),
		cmocka_unit_test(wrong_taxes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
