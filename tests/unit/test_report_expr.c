#include "unit.h"

#include "crm/report/report_expr.h"

/* a is 7.50, b is 2, c is 0, empty has no value */
static const struct {
	const char *text, *want; /* NULL: empty */
	int scale;
} cases[] = {
	{ "a", "7.50", 2 },
	{ "a + b", "9.50", 2 },
	{ "a-b-1", "4.50", 2 },
	{ "a - (b - 1)", "6.50", 2 },
	{ "2 + 3 * 4", "14", 0 },
	{ "(2 + 3) * 4", "20", 0 },
	{ "-a", "-7.5", 1 },
	{ "--a * -2", "-15", 0 },
	{ "12 / 4 / 3", "1", 0 },
	{ "12 / (4 / 3)", "9", 0 },
	{ "1 / 3", "0.333", 3 },
	{ "2 / 3", "0.67", 2 },
	{ "-2 / 3", "-0.67", 2 },
	{ "1 / 3 * 3", "1.000", 3 },
	{ "1 / 8", "0.13", 2 },
	{ "-1 / 8", "-0.13", 2 },
	{ ".5 + 0.25", "0.8", 1 },
	{ "a / b * 100", "375.0", 1 },
	{ "a / c", NULL, 0 },
	{ "b - a / c", NULL, 0 },
	{ "empty + 1", NULL, 0 },
	{ "empty * 0", NULL, 0 },
	{ "-empty", NULL, 0 },
	{ "c / a", "0", 0 },
	{ "a / 1000000000 * 1000000000", "7.50", 2 },
};

static const struct {
	const char *text, *what;
} errors[] = {
	{ "", "column 1" },
	{ "a +", "column 4" },
	{ "a b", "an operator" },
	{ "(a", "')' is missing" },
	{ "a)", "an operator" },
	{ "1.2.3", "no number" },
	{ "a % b", "an operator" },
	{ "9999999999999999999999", "no number" },
	{ "*", "expected" },
};

static struct ratio
value_of(struct span name)
{
	struct ratio none = { 0, 0 };

	if (span_eqs(name, "a"))
		return ratio_dec(750, 2);
	if (span_eqs(name, "b"))
		return ratio_dec(2, 0);
	return span_eqs(name, "c") ? ratio_dec(0, 0) : none;
}

static void
values(void **state)
{
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct expr x;
		struct err e = { 0 };
		struct ratio v[8], r;
		int128 units;

		CHECK(expr_parse(&x, span(cases[i].text), &e) == 0, "%s: %s",
		    cases[i].text, e.msg);
		for (size_t k = 0; k < x.nnames; k++)
			v[k] = value_of(x.name[k]);
		CHECK(expr_eval(&x, v, &r, &e) == 0, "%s: %s", cases[i].text,
		    e.msg);
		CHECK((r.den == 0) == !cases[i].want, "%s", cases[i].text);
		buf_reset(&b);
		if (r.den && ratio_units(r, cases[i].scale, &units))
			dec_format(&b, units, cases[i].scale);
		CHECK(
		    span_eqs(buf_span(&b), cases[i].want ? cases[i].want : ""),
		    "%s: %s", cases[i].text, b.p);
		expr_release(&x);
	}
	buf_release(&b);
}

static void
refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(errors); i++) {
		struct expr x;
		struct err e = { 0 };

		CHECK(expr_parse(&x, span(errors[i].text), &e) == -1, "%s",
		    errors[i].text);
		assert_int_equal(e.code, ERR_DATA);
		CHECK(strstr(e.msg, errors[i].what), "%s: %s", errors[i].text,
		    e.msg);
		err_release(&e);
	}
}

/* Deep and long formulas end in a message, huge values too. */
static void
limits(void **state)
{
	char text[5000];
	struct expr x;
	struct err e = { 0 };
	struct ratio r;

	(void)state;
	memset(text, '(', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	assert_int_equal(expr_parse(&x, span(text), &e), -1);
	for (size_t i = 0; i + 1 < sizeof text; i++)
		text[i] = "1+"[i % 2];
	assert_int_equal(expr_parse(&x, span(text), &e), -1);
	assert_int_equal(expr_parse(&x,
			     span("999999999999999999 * 999999999999999999 * "
				  "999999999999999999"),
			     &e),
	    0);
	assert_int_equal(expr_eval(&x, NULL, &r, &e), -1);
	assert_non_null(strstr(e.msg, "too large"));
	expr_release(&x);
	err_release(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values),
		cmocka_unit_test(refused),
		cmocka_unit_test(limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
