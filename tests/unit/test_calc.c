/* Figures worked out by hand; 400-quote-arithmetic.t has them by the thousand.
 */
#include "unit.h"

#include "crm/trade/calc.h"

static struct dec
dec(const char *text)
{
	struct dec d = { 0 };

	CHECK(dec_parse(span(text), &d), "%s", text);
	return d;
}

static struct off
off(const char *text, int exponent)
{
	struct off o;
	struct err e = { 0 };

	CHECK(off_parse(span(text), exponent, &o, &e) == 0, "%s", e.msg);
	return o;
}

enum { V20, GST_QST, COMPOUND, EXEMPT, V10, NCLASSES };

/* A quote to be filled in: rows of quantity, price, discount. */
struct quote {
	struct calc c;
	struct calc_line line[8];
	struct tax_class class[NCLASSES];
	struct off off[10];
};

static void
quote_init(struct quote *q, int exponent)
{
	struct tax_class *k = q->class;

	memset(q, 0, sizeof *q);
	k[V20].part[0].rate = dec("20");
	k[V20].n = 1;
	k[V10].part[0].rate = dec("10");
	k[V10].n = 1;
	k[GST_QST].part[0].rate = dec("5");
	k[GST_QST].part[1].rate = dec("9.975");
	k[GST_QST].n = 2;
	k[COMPOUND] = k[GST_QST];
	k[COMPOUND].part[1].compound = true;
	q->c.exponent = exponent;
	q->c.taxes = q->class;
	q->c.ntaxes = NCLASSES;
	q->c.line = q->line;
	q->c.off = q->off;
}

static struct calc_line *
add(struct quote *q, const char *quantity, const char *price, const char *less,
    size_t tax)
{
	struct calc_line *l = &q->line[q->c.nlines++];

	l->quantity = dec(quantity);
	l->price = dec(price);
	l->off = off(less, q->c.exponent);
	l->tax = tax;
	l->counted = true;
	return l;
}

static void
run(struct quote *q)
{
	struct err e = { 0 };

	CHECK(calc_run(&q->c, &e) == 0, "%s", e.msg);
}

#define SAME(got, want)                                                        \
	CHECK((got) == (want), "%lld, not %lld", (long long)(got),             \
	    (long long)(want))

static void
rounding(void **state)
{
	/* n / d by each of the five */
	static const struct {
		int n, d;
		int want[5];
	} cases[] = {
		{ 5, 2, { 3, 2, 2, 3, 2 } },
		{ 7, 2, { 4, 4, 3, 4, 3 } },
		{ -5, 2, { -3, -2, -2, -3, -2 } },
		{ -7, 2, { -4, -4, -3, -4, -3 } },
		{ 1, 3, { 0, 0, 0, 1, 0 } },
		{ 2, 3, { 1, 1, 1, 1, 0 } },
		{ -2, 3, { -1, -1, -1, -1, 0 } },
		{ 6, 3, { 2, 2, 2, 2, 2 } },
		{ 0, 3, { 0, 0, 0, 0, 0 } },
		{ 1, 2, { 1, 0, 0, 1, 0 } },
		{ -1, 2, { -1, 0, 0, -1, 0 } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		for (int h = 0; h < 5; h++) {
			int got = (int)calc_round(
			    cases[i].n, cases[i].d, (enum halves)h);

			CHECK(got == cases[i].want[h], "%d/%d by %d: %d",
			    cases[i].n, cases[i].d, h, got);
		}
	}
}

static void
shares(void **state)
{
	static const struct {
		int64_t units;
		int128 weight[4];
		size_t n;
		int64_t want[4];
	} cases[] = {
		{ 100, { 1, 1, 1 }, 3, { 34, 33, 33 } },
		{ 200, { 1, 1, 1 }, 3, { 67, 67, 66 } },
		/* 8.33, 16.67, 25, 50: the one is for 16.67 */
		{ 100, { 1, 2, 3, 6 }, 4, { 8, 17, 25, 50 } },
		{ -100, { 1, 2, 3, 6 }, 4, { -8, -17, -25, -50 } },
		{ 7, { 0, 0 }, 2, { 7, 0 } },
		{ 7, { 0, 5, 0 }, 3, { 0, 7, 0 } },
		{ 0, { 1, 2 }, 2, { 0, 0 } },
		{ 5, { 9 }, 1, { 5 } },
	};
	/* (2^60 + 1) x 2^100 has more than 128 bits */
	int128 large[3] = { (int128)1 << 100, (int128)1 << 100,
		(int128)1 << 101 };
	int64_t out[4];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		calc_share(cases[i].units, cases[i].weight, cases[i].n, out);
		for (size_t k = 0; k < cases[i].n; k++)
			CHECK(out[k] == cases[i].want[k], "%zu, %zu: %lld", i,
			    k, (long long)out[k]);
	}
	/* thirds and halves of it: .25, .25, .5 are left; the last has most */
	calc_share(((int64_t)1 << 60) + 1, large, 3, out);
	SAME(out[0], (int64_t)1 << 58);
	SAME(out[1], (int64_t)1 << 58);
	SAME(out[2], ((int64_t)1 << 59) + 1);
}

static void
yen_has_no_decimals(void **state)
{
	static const int64_t want[5] = { 100, 100, 100, 100, 99 };
	struct quote q;

	(void)state;
	quote_init(&q, 0);
	add(&q, "3", "333", "", V10);
	for (int h = 0; h < 5; h++) {
		q.c.halves = (enum halves)h;
		run(&q);
		SAME(q.c.subtotal, 999);
		SAME(q.c.taxes_total, want[h]); /* 99.9 */
		SAME(q.c.total, 999 + want[h]);
	}
}

static void
dinars_have_three_decimals(void **state)
{
	/* 0.5 x 0.001 is half a fils, 2.5 x 0.001 two and a half */
	static const int64_t low[5] = { 1, 0, 0, 1, 0 };
	static const int64_t high[5] = { 3, 2, 2, 3, 2 };
	struct quote q;

	(void)state;
	quote_init(&q, 3);
	add(&q, "0.5", "0.001", "", EXEMPT);
	add(&q, "2.5", "0.001", "", EXEMPT);
	add(&q, "1.5", "2.3335", "", EXEMPT); /* 3.50025 */
	for (int h = 0; h < 5; h++) {
		q.c.halves = (enum halves)h;
		run(&q);
		SAME(q.line[0].amount, low[h]);
		SAME(q.line[1].amount, high[h]);
		SAME(q.line[2].amount, h == ALWAYS_UP ? 3501 : 3500);
	}
}

static void
cash_in_francs(void **state)
{
	static const struct {
		const char *price;
		enum halves halves;
		int64_t want;
	} cases[] = {
		{ "10.02", HALF_UP, 1000 },
		{ "10.03", HALF_UP, 1005 },
		{ "10.01", ALWAYS_UP, 1005 },
		{ "10.04", ALWAYS_DOWN, 1000 },
		{ "10.05", ALWAYS_UP, 1005 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct quote q;

		quote_init(&q, 2);
		q.c.cash = 5;
		q.c.halves = cases[i].halves;
		add(&q, "1", cases[i].price, "", EXEMPT);
		run(&q);
		SAME(q.c.payable, cases[i].want);
	}
}

static void
quebec(void **state)
{
	/* 9.975 % of 100.00, and of 105.00 */
	static const int64_t qst[5] = { 998, 998, 997, 998, 997 };
	static const int64_t compound[5] = { 1047, 1047, 1047, 1048, 1047 };
	struct quote q;

	(void)state;
	for (int h = 0; h < 5; h++) {
		quote_init(&q, 2);
		q.c.halves = (enum halves)h;
		add(&q, "1", "100", "", GST_QST);
		add(&q, "1", "100", "", COMPOUND);
		run(&q);
		SAME(q.line[0].taxed[0], 500);
		SAME(q.line[0].taxed[1], qst[h]);
		SAME(q.line[1].taxed[0], 500);
		SAME(q.line[1].taxed[1], compound[h]);
		SAME(q.c.nsums, 4);
		SAME(q.c.sum[1].base, 10000);
		SAME(q.c.sum[3].base, 10500);
		SAME(q.c.total, 20000 + 1000 + qst[h] + compound[h]);
	}
}

static void
thirds_of_a_discount(void **state)
{
	struct quote q;

	(void)state;
	quote_init(&q, 2);
	for (int i = 0; i < 3; i++)
		add(&q, "1", "10", "", V20);
	q.off[0] = off("1.00", 2);
	q.off[1] = off("10%", 2); /* of 29.00 */
	q.c.noffs = 2;
	run(&q);
	SAME(q.c.off_each[0], 100);
	SAME(q.c.off_each[1], 290);
	SAME(q.c.off_total, 390);
	SAME(q.c.given, 390);
	SAME(q.line[0].share, 130);
	SAME(q.c.net, 2610);
	SAME(q.c.total, 3132);
	q.c.noffs = 1;
	run(&q);
	SAME(q.line[0].share, 34);
	SAME(q.line[1].share, 33);
	SAME(q.line[2].share, 33);
	SAME(q.c.off_each[1], 0);
}

static void
rounded_once(void **state)
{
	struct quote q;

	(void)state;
	quote_init(&q, 2);
	for (int i = 0; i < 3; i++)
		add(&q, "1", "0.335", "", V20);
	run(&q); /* 0.34 x 3; 20 % of 0.34 is 0.07 */
	SAME(q.c.subtotal, 102);
	SAME(q.c.taxes_total, 21);
	q.c.by_document = true;
	run(&q); /* 1.005 is 1.01, 20 % of it 0.20 */
	SAME(q.c.subtotal, 101);
	SAME(q.line[0].amount, 34);
	SAME(q.line[1].amount, 34);
	SAME(q.line[2].amount, 33);
	SAME(q.c.taxes_total, 20);
	SAME(q.line[0].taxed[0], 7);
	SAME(q.line[1].taxed[0], 7);
	SAME(q.line[2].taxed[0], 6);
	q.c.halves = HALF_EVEN;
	run(&q); /* 1.00 */
	SAME(q.c.subtotal, 100);
	SAME(q.line[0].amount, 34);
	SAME(q.line[2].amount, 33);
}

static void
tax_within(void **state)
{
	struct quote q;

	(void)state;
	quote_init(&q, 2);
	q.c.mode = TAX_INCLUSIVE;
	add(&q, "1", "100", "", V20); /* 83.333 */
	/* 100 / 1.1547375 = 86.5997...; 13.40 as 5 to 10.47375 */
	add(&q, "1", "100", "", COMPOUND);
	q.c.shipping = 1100;
	q.c.shipping_tax = V10;
	run(&q);
	SAME(q.line[0].net, 8333);
	SAME(q.line[0].taxed[0], 1667);
	SAME(q.line[1].net, 8660);
	SAME(q.line[1].taxed[0], 433);
	SAME(q.line[1].taxed[1], 907);
	SAME(q.c.shipping_net, 1000);
	SAME(q.c.net, 8333 + 8660 + 1000);
	SAME(q.c.total, 21100);
	/* three of 0.10 with 20 %: 0.08 each; of 0.30: 0.25 */
	quote_init(&q, 2);
	q.c.mode = TAX_INCLUSIVE;
	for (int i = 0; i < 3; i++)
		add(&q, "1", "0.10", "", V20);
	run(&q);
	SAME(q.c.net, 24);
	q.c.by_document = true;
	run(&q);
	SAME(q.c.net, 25);
	SAME(q.line[0].net, 9);
	SAME(q.line[0].taxed[0], 1);
	SAME(q.line[2].net, 8);
	SAME(q.line[2].taxed[0], 2);
}

static void
all_of_it(void **state)
{
	struct quote q;

	(void)state;
	quote_init(&q, 2);
	add(&q, "12", "100", "5%", V20)->cost = dec("61.5");
	add(&q, "3", "33.333", "", V10)->cost = dec("20.115");
	add(&q, "1", "500", "50", V20)->counted = false;
	q.line[2].cost = dec("400");
	q.off[0] = off("100", 2);
	q.c.noffs = 1;
	q.c.shipping = 2500;
	q.c.shipping_tax = V10;
	q.c.adjustment = -7;
	q.c.cash = 5;
	run(&q);
	SAME(q.line[0].gross, 120000);
	SAME(q.line[0].amount, 114000);
	SAME(q.line[1].amount, 10000); /* 99.999 */
	SAME(q.c.subtotal, 124000);
	/* 100.00 to 1140 : 100 is 91.935 : 8.065 */
	SAME(q.line[0].share, 9194);
	SAME(q.line[1].share, 806);
	SAME(q.line[0].net, 104806);
	SAME(q.line[1].net, 9194);
	SAME(q.line[0].taxed[0], 20961);
	SAME(q.line[1].taxed[0], 919);
	SAME(q.line[2].amount, 45000);
	SAME(q.line[2].taxed[0], 9000);
	SAME(q.c.net, 116500);
	SAME(q.c.nsums, 2);
	SAME(q.c.sum[1].tax, V10);
	SAME(q.c.sum[1].base, 11694);
	SAME(q.c.sum[1].amount, 1169);
	SAME(q.c.total, 116500 + 20961 + 1169 - 7);
	SAME(q.c.payable, 138625); /* 1386.23 */
	SAME(q.c.given, 16000);
	SAME(q.c.cost, 79835); /* 738.00 + 60.345 */
	SAME(q.c.margin, 114000 - 79835);
	q.c.mode = TAX_NONE;
	run(&q);
	SAME(q.c.total, 116493);
	SAME(q.c.nsums, 0);
}

/* As crm-quote(7) has it. */
static void
example_of_the_page(void **state)
{
	static const int64_t want[3][4] = {
		{ 9000, 1046, 7954, 1591 },
		{ 5400, 628, 4772, 477 },
		{ 693, 81, 612, 122 },
	};
	struct quote q;

	(void)state;
	quote_init(&q, 2);
	add(&q, "3", "33.333", "10%", V20);
	add(&q, "12", "4.50", "", V10);
	add(&q, "7", "0.99", "", V20);
	q.off[0] = off("5%", 2);
	q.off[1] = off("10.00", 2);
	q.c.noffs = 2;
	q.c.shipping = 990;
	q.c.shipping_tax = V20;
	run(&q);
	for (int i = 0; i < 3; i++) {
		SAME(q.line[i].amount, want[i][0]);
		SAME(q.line[i].share, want[i][1]);
		SAME(q.line[i].net, want[i][2]);
		SAME(q.line[i].taxed[0], want[i][3]);
	}
	SAME(q.c.subtotal, 15093);
	SAME(q.c.off_each[0], 755);
	SAME(q.c.net, 14328);
	SAME(q.c.sum[0].base, 9556);
	SAME(q.c.sum[0].amount, 1911);
	SAME(q.c.sum[1].base, 4772);
	SAME(q.c.sum[1].amount, 477);
	SAME(q.c.total, 16716);
}

static void
near_the_limit(void **state)
{
	struct tax_class *k;
	struct err e = { 0 };
	struct quote q;

	(void)state;
	/* 10^15 of them, and 7.5 % of these within: 930232558139534.88 */
	quote_init(&q, 0);
	q.c.mode = TAX_INCLUSIVE;
	k = &q.class[V20];
	k->part[0].rate = dec("7.5");
	add(&q, "1000000000000", "1000", "", V20);
	run(&q);
	SAME(q.line[0].net, 930232558139535);
	SAME(q.c.total, 1000000000000000);
	/* with tax on top it is more than that */
	q.c.mode = TAX_EXCLUSIVE;
	assert_int_equal(calc_run(&q.c, &e), -1);
	assert_int_equal(e.code, ERR_DATA);
	/* four rates of four decimals: 10^24 x 10^15 has more than 127 bits */
	q.c.mode = TAX_INCLUSIVE;
	for (k->n = 0; k->n < TAX_PARTS; k->n++)
		k->part[k->n].rate = dec("33.3333");
	assert_int_equal(calc_run(&q.c, &e), -1);
	assert_int_equal(e.code, ERR_DATA);
	CHECK(strstr(e.msg, "so many digits"), "%s", e.msg);
	err_release(&e);
	/* 10^8 has not: it is 2.333332 of what is without tax */
	q.line[0].quantity = dec("1");
	q.line[0].price = dec("100000000");
	run(&q);
	SAME(q.line[0].net, 42857167);
	SAME(q.line[0].taxed[0] + q.line[0].taxed[1] + q.line[0].taxed[2] +
		 q.line[0].taxed[3],
	    57142833);
}

static void
nothing_at_all(void **state)
{
	struct quote q;

	(void)state;
	quote_init(&q, 2);
	q.off[0] = off("10%", 2);
	q.c.noffs = 1;
	q.c.by_document = true;
	run(&q);
	SAME(q.c.total, 0);
	add(&q, "1", "0", "", V20);
	add(&q, "2", "10", "100%", V20);
	run(&q);
	SAME(q.c.total, 0);
	SAME(q.c.given, 2000);
	SAME(q.c.nsums, 1);
}

static void
refused(void **state)
{
	static const struct {
		const char *quantity, *price, *off, *whole;
		enum err_code code;
		const char *says;
	} cases[] = {
		{ "0", "1", "", "", ERR_USAGE, "line 2: the quantity" },
		{ "-1", "1", "", "", ERR_USAGE, "line 2: the quantity" },
		{ "1", "-1", "", "", ERR_USAGE, "line 2: the price" },
		{ "0.1234567", "1", "", "", ERR_USAGE, "line 2: the quantity" },
		{ "1", "0.1234567", "", "", ERR_USAGE, "line 2: the price" },
		{ "2", "10", "20.01", "", ERR_USAGE, "line 2: its discount" },
		{ "1", "10", "", "20.01", ERR_USAGE,
		    "discount: 20.01 is more than what is left, 20.00" },
		{ "1000000000000.1", "1", "", "", ERR_DATA,
		    "line 2: the quantity" },
		{ "1000000000000", "10.01", "", "", ERR_DATA,
		    "line 2: quantity times price" },
		{ "1", "10000000000000", "", "", ERR_DATA, "line 2: the sum" },
		{ "1", "9223372036854775807", "", "", ERR_DATA,
		    "line 2: quantity times price" },
		/* below the limit without tax, above it with */
		{ "1", "9999999999990", "", "", ERR_DATA, "line 2: " },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct quote q;
		struct err e = { 0 };

		quote_init(&q, 2);
		add(&q, "1", "10", "", V20);
		add(&q, cases[i].quantity, cases[i].price, cases[i].off, V20);
		q.off[0] = off(cases[i].whole, 2);
		q.c.noffs = cases[i].whole[0] != '\0';
		CHECK(calc_run(&q.c, &e) < 0, "%zu", i);
		CHECK(e.code == cases[i].code, "%zu: %d: %s", i, e.code, e.msg);
		CHECK(strstr(e.msg, cases[i].says), "%zu: %s", i, e.msg);
		err_release(&e);
	}
}

static void
discounts_as_typed(void **state)
{
	static const struct {
		const char *text;
		bool ok, percent;
		int64_t value;
		int scale;
	} cases[] = {
		{ "", true, false, 0, 0 },
		{ "  ", true, false, 0, 0 },
		{ "10%", true, true, 10, 0 },
		{ " 12.5 % ", true, true, 125, 1 },
		{ "100%", true, true, 100, 0 },
		{ "0.0001%", true, true, 1, 4 },
		{ "50", true, false, 5000, 0 },
		{ "50.5", true, false, 5050, 0 },
		{ "50.500", true, false, 5050, 0 },
		{ "100.0001%", false, 0, 0, 0 },
		{ "0.00001%", false, 0, 0, 0 },
		{ "-1%", false, 0, 0, 0 },
		{ "-1", false, 0, 0, 0 },
		{ "0.001", false, 0, 0, 0 },
		{ "%", false, 0, 0, 0 },
		{ "ten", false, 0, 0, 0 },
		{ "1,000", false, 0, 0, 0 },
		{ "10%%", false, 0, 0, 0 },
		{ "99999999999999999", false, 0, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct err e = { 0 };
		struct off o;
		bool ok = off_parse(span(cases[i].text), 2, &o, &e) == 0;

		CHECK(ok == cases[i].ok, "%s: %s", cases[i].text, e.msg);
		if (ok) {
			CHECK(
			    o.percent == cases[i].percent, "%s", cases[i].text);
			SAME(o.percent ? o.share.value : o.amount,
			    cases[i].value);
			SAME(o.share.scale, cases[i].scale);
		} else {
			CHECK(e.code == ERR_USAGE, "%s: %d", cases[i].text,
			    e.code);
		}
		err_release(&e);
	}
}

static void
words(void **state)
{
	enum tax_mode mode = TAX_NONE;
	enum halves h = HALF_UP;

	(void)state;
	assert_true(tax_mode_parse(span("inclusive"), &mode));
	SAME(mode, TAX_INCLUSIVE);
	assert_false(tax_mode_parse(span(""), &mode));
	assert_true(halves_parse(span("half-even"), &h));
	SAME(h, HALF_EVEN);
	assert_true(halves_parse(span("down"), &h));
	SAME(h, ALWAYS_DOWN);
	assert_false(halves_parse(span("half"), &h));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rounding),
		cmocka_unit_test(shares),
		cmocka_unit_test(yen_has_no_decimals),
		cmocka_unit_test(dinars_have_three_decimals),
		cmocka_unit_test(cash_in_francs),
		cmocka_unit_test(quebec),
		cmocka_unit_test(thirds_of_a_discount),
		cmocka_unit_test(rounded_once),
		cmocka_unit_test(tax_within),
		cmocka_unit_test(all_of_it),
		cmocka_unit_test(example_of_the_page),
		cmocka_unit_test(near_the_limit),
		cmocka_unit_test(nothing_at_all),
		cmocka_unit_test(refused),
		cmocka_unit_test(discounts_as_typed),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
