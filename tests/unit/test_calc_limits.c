/* Quotes at the limits of what is computed, of structs filled in by hand. */
#include "unit.h"

#include "crm/trade/calc.h"
#include "crm/trade/calc_impl.h"

enum { MANY = 40 }; /* more than are shared out without asking for memory */

static const struct calc_line one_line = { .quantity = { 1, 0 },
	.price = { 10, 0 },
	.counted = true };

/* Of n lines, of one class, in a currency of two decimals. */
static struct calc
calc_of(struct calc_line *line, size_t n, const struct tax_class *class)
{
	struct calc c = { .exponent = 2,
		.line = line,
		.nlines = n,
		.taxes = class,
		.ntaxes = 1 };

	return c;
}

static void
refuses(struct calc *c, enum err_code code, const char *says)
{
	struct err e = { 0 };

	CHECK(calc_run(c, &e) < 0, "%s", says);
	CHECK(e.code == code, "%s: %d", says, e.code);
	CHECK(strstr(e.msg, says), "'%s', not '%s'", e.msg, says);
	err_release(&e);
}

static void
runs(struct calc *c)
{
	struct err e = { 0 };

	CHECK(calc_run(c, &e) == 0, "%s", e.msg);
}

static void
many_shares(void **state)
{
	int128 weight[MANY];
	int64_t out[MANY], sum = 0;

	(void)state;
	/* 1 to 40 make 820, of which each has 1000 i / 820; 20 are left */
	for (int i = 0; i < MANY; i++)
		weight[i] = i + 1;
	calc_share(1000, weight, MANY, out);
	for (int i = 0; i < MANY; i++) {
		CHECK(out[i] == (i + 1) * 1000 / 820 ||
			out[i] == (i + 1) * 1000 / 820 + 1,
		    "%d: %lld", i, (long long)out[i]);
		sum += out[i];
	}
	assert_int_equal(sum, 1000);
	assert_int_equal(out[8], 11);  /* 10 and 800, the largest rest */
	assert_int_equal(out[39], 49); /* 48 and 640 */
	assert_int_equal(out[0], 1);   /* 1 and 180: none of those */
	/* 40 of 0.25 that come to 10: one each to the first ten */
	for (int i = 0; i < MANY; i++)
		weight[i] = 25;
	calc_share_exact(10, weight, MANY, 100, out);
	for (int i = 0; i < MANY; i++)
		assert_int_equal(out[i], i < 10);
}

/* What a discount is when it was not typed. */
static void
discounts(void **state)
{
	static const struct tax_class exempt;
	struct calc_line line = one_line;
	struct calc c = calc_of(&line, 1, &exempt);
	struct off whole = { .percent = true, .share = { 1000000, 4 } };

	(void)state;
	c.off = &whole;
	c.noffs = 1;
	runs(&c);
	assert_int_equal(c.total, 0);
	whole.share.value = 1000001; /* 100.0001 % */
	refuses(&c, ERR_USAGE, "discount: it is no share of 0 to 100 %");
	whole.share.value = -1;
	refuses(&c, ERR_USAGE, "discount: it is no share");
	whole = (struct off){ .amount = -1 };
	refuses(&c, ERR_USAGE, "discount: it is negative");
	c.noffs = 0;
	line.off = (struct off){ .percent = true, .share = { 1000001, 4 } };
	refuses(&c, ERR_USAGE, "line 1: its discount is no share of 0 to 100");
	line.off = (struct off){ .percent = true, .share = { -1, 4 } };
	refuses(&c, ERR_USAGE, "line 1: its discount is no share");
	line.off = (struct off){ .amount = -1 };
	refuses(&c, ERR_USAGE, "line 1: its discount is negative");
	line.off = (struct off){ .amount = 1000 };
	runs(&c);
	assert_int_equal(c.given, 1000);
	line.off.amount++;
	refuses(&c, ERR_USAGE, "line 1: its discount is larger than");
}

static void
rates(void **state)
{
	struct tax_class class = { .key = { "x", 1 }, .n = 1 };
	struct calc_line line = one_line;
	struct calc c = calc_of(&line, 1, &class);

	(void)state;
	class.part[0].rate = (struct dec){ 10000000, 4 }; /* 1000 % */
	runs(&c);
	assert_int_equal(c.total, 11000);
	class.part[0].rate.value++;
	refuses(&c, ERR_DATA, "tax class x: a rate is 0 to 1000 %");
	class.part[0].rate = (struct dec){ -1, 4 };
	refuses(&c, ERR_DATA, "tax class x: a rate");
	class.part[0].rate = (struct dec){ 1, 5 };
	refuses(&c, ERR_DATA, "up to 4 digits behind the point");
	line.tax = 1;
	refuses(&c, ERR_BUG, "line 1: no tax class");
}

/* The summary has room for 32 taxes. */
static void
taxes(void **state)
{
	struct tax_class class[33] = { 0 };
	struct calc_line line[33];
	struct calc c = calc_of(line, 32, class);

	(void)state;
	for (size_t i = 0; i < 33; i++) {
		class[i].part[0].rate = (struct dec){ (int64_t)i, 0 };
		class[i].n = 1;
		line[i] = one_line;
		line[i].tax = i;
	}
	c.ntaxes = 33;
	runs(&c);
	assert_int_equal(c.nsums, 32);
	/* 0 to 31 % of 10.00 are 49.60 */
	assert_int_equal(c.taxes_total, 4960);
	c.nlines = 33;
	refuses(&c, ERR_DATA, "there are more than 32 taxes in it");
}

static void
the_whole(void **state)
{
	static const struct tax_class exempt;
	struct calc_line line = one_line;
	struct calc c = calc_of(&line, 1, &exempt);

	(void)state;
	/* coins of 0.02: 10.01 is half way, and goes up */
	line.price = (struct dec){ 1001, 2 };
	c.cash = 2;
	runs(&c);
	assert_int_equal(c.payable, 1002);
	c.cash = 1;
	runs(&c);
	assert_int_equal(c.payable, 1001);
	c.cash = -1;
	refuses(&c, ERR_BUG, "no such currency");
	c.cash = 0;
	c.exponent = 7;
	refuses(&c, ERR_BUG, "no such currency");
	c.exponent = 2;
	c.shipping = -1;
	refuses(&c, ERR_USAGE, "shipping is negative");
	c.shipping = (int64_t)CALC_MAX + 1;
	refuses(&c, ERR_DATA, "shipping is too large");
	c.shipping = 0;
	c.adjustment = -(int64_t)CALC_MAX - 1;
	refuses(&c, ERR_DATA, "the adjustment is too large");
	c.adjustment = (int64_t)CALC_MAX;
	refuses(&c, ERR_DATA, "the total is too large");
	c.adjustment -= 1001;
	runs(&c);
	assert_int_equal(c.total, (int64_t)CALC_MAX);
}

/* An amount that is typed is at most what fits, to the unit. */
static void
typed(void **state)
{
	struct err e = { 0 };
	struct off o;

	(void)state;
	assert_int_equal(off_parse(span("10000000000000"), 2, &o, &e), 0);
	assert_true(o.amount == CALC_MAX);
	assert_int_equal(off_parse(span("10000000000000.01"), 2, &o, &e), -1);
	CHECK(strstr(e.msg, "is too large"), "%s", e.msg);
	err_release(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_shares),
		cmocka_unit_test(discounts),
		cmocka_unit_test(rates),
		cmocka_unit_test(taxes),
		cmocka_unit_test(the_whole),
		cmocka_unit_test(typed),
	};

	return cmocka_run_group_tests_name("calc_limits", tests, NULL, NULL);
}
