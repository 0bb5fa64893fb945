/*
 * Dates and instants: what is taken can be written in the store form and read
 * back as the same; a period does not end before it starts; a bucket's name
 * names that bucket. The first byte chooses the fiscal year.
 */
#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/clock.h"
#include "base/date.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct date_ctx context = {
	.today = 20778, /* 2026-11-21 */
	.now = 20778 * INT64_C(86400) + 68139,
};

static void
check_day(int32_t day)
{
	char text[11];
	int32_t again;

	date_format(day, text);
	assert(date_parse(span(text), &again) && again == day);
}

static void
check_names(int32_t day, const struct date_ctx *c)
{
	int y, m, d;

	/* Buckets that are cut off by the ends of time have no own names. */
	date_civil(day, &y, &m, &d);
	if (y < 3 || y > 9997)
		return;
	for (int u = UNIT_DAY; u <= UNIT_YEAR; u++) {
		struct date_range r;
		enum date_unit unit;
		char name[16];
		int got;

		date_bucket_name(day, u, c->fiscal_month, name);
		got = date_period(span(name), c, &r, &unit, NULL);
		assert(got == 0 && (int)unit == u);
		assert(r.from <= day && day <= r.to);
		assert(r.from == date_bucket(day, u, c->fiscal_month));
		assert(r.to == date_bucket_end(day, u, c->fiscal_month));
	}
}

static void
check_period(struct span s, const struct date_ctx *c)
{
	struct err e = { 0 };
	struct date_range r;
	enum date_unit unit;
	int32_t day;

	if (date_period(s, c, &r, &unit, &e) == 0) {
		assert(!e.msg);
		assert(r.has_from || r.has_to);
		if (r.has_from)
			check_day(r.from);
		if (r.has_to)
			check_day(r.to);
		if (r.has_from && r.has_to)
			assert(r.from <= r.to);
		if (r.has_from)
			check_names(r.from, c);
		if (date_entry(s, c, &day, &e) == 0)
			assert(r.from == day && r.to == day);
		else
			assert(e.code == ERR_USAGE && e.msg);
	} else {
		assert(e.code == ERR_USAGE && e.msg);
		assert(date_entry(s, c, &day, NULL) == -1);
	}
	err_release(&e);
}

static void
check_store_form(int64_t t)
{
	char text[21];
	int64_t again;

	instant_format(t, text);
	assert(instant_parse(span(text), &again) && again == t);
}

static void
check_instant(struct span s, const struct date_ctx *c)
{
	int64_t t;
	bool timed;

	if (instant_parse(s, &t))
		check_store_form(t);
	if (instant_entry(s, c, &t, &timed, NULL) == 0)
		check_store_form(t);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct date_ctx c = context;
	struct span s;
	int32_t day;

	if (size < 1)
		return 0;
	c.fiscal_month = data[0] % 16;
	s = span_n((const char *)data + 1, size - 1);
	if (date_parse(s, &day)) {
		char text[11];

		date_format(day, text);
		assert(span_eqs(s, text));
	}
	check_period(s, &c);
	check_instant(s, &c);
	return 0;
}
