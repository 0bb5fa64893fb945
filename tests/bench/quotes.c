/*
 * quotes N [document]: computes N invented quotes of 10 lines by calc_run(),
 * rounded by line with taxes on top, or by document with taxes within; prints
 * the sum of their totals. quotes.py does the same by line.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crm/trade/calc.h"

enum { LINES = 10 };

static uint32_t seed = 1;

/* 0 to below n; quotes.py has the same. */
static int64_t
pick(uint32_t n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

static void
invent(struct calc_line *l)
{
	memset(l, 0, sizeof *l);
	l->quantity.value = 1 + pick(3000);
	l->quantity.scale = 2;
	l->price.value = pick(100000);
	l->price.scale = 2;
	l->off.percent = true;
	l->off.share.value = pick(20);
	l->tax = (size_t)pick(2);
	l->counted = true;
	l->cost.value = l->price.value / 2;
	l->cost.scale = 2;
}

int
main(int argc, char **argv)
{
	static const struct tax_class class[2] = {
		{ .n = 1, .part[0].rate = { 20, 0 } },
		{ .n = 1, .part[0].rate = { 9975, 3 } },
	};
	static const struct off off = { .percent = true, .share = { 5, 0 } };
	struct calc_line line[LINES];
	struct calc c = { .exponent = 2,
		.line = line,
		.nlines = LINES,
		.taxes = class,
		.ntaxes = 2,
		.off = &off,
		.noffs = 1,
		.shipping = 990 };
	long n = argc > 1 ? strtol(argv[1], NULL, 10) : 0;
	struct err e = { 0 };
	int64_t sum = 0;

	c.by_document = argc > 2;
	c.mode = c.by_document ? TAX_INCLUSIVE : TAX_EXCLUSIVE;
	for (; n > 0; n--) {
		for (int i = 0; i < LINES; i++)
			invent(&line[i]);
		if (calc_run(&c, &e) < 0) {
			fprintf(stderr, "quotes: %s\n", e.msg);
			return 1;
		}
		sum += c.total;
	}
	printf("%" PRId64 "\n", sum);
	return 0;
}
