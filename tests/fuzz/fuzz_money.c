/*
 * Amounts: what is taken can be written as a plain decimal and read back as
 * the same, grouped as well as plain, and changing the scale loses nothing.
 * The first byte chooses decimal sign and scale.
 */
#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/money.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_units(struct span s, int scale)
{
	struct buf b = { 0 };
	int64_t v, again;

	if (dec_units(s, scale, &v)) {
		assert(v != INT64_MIN);
		dec_format(&b, v, scale);
		assert(dec_units(buf_span(&b), scale, &again) && again == v);
	}
	buf_release(&b);
}

static void
check_dec(struct dec d)
{
	struct buf b = { 0 };
	struct dec again;
	char none[4];
	int64_t units, back;
	int got;

	assert(d.scale >= 0 && d.scale <= 18 && d.value != INT64_MIN);
	dec_format(&b, d.value, d.scale);
	assert(dec_parse(buf_span(&b), &again));
	assert(again.value == d.value && again.scale == d.scale);
	buf_reset(&b);
	dec_format_grouped(&b, d.value, d.scale);
	got = money_entry(buf_span(&b), '.', &again, none, NULL);
	assert(got == 0 && none[0] == '\0');
	assert(again.value == d.value && again.scale == d.scale);
	for (int exponent = 0; exponent <= 4; exponent++) {
		struct dec moved = { 0, exponent };

		if (dec_rescale(d, exponent, &units, NULL) < 0)
			continue;
		moved.value = units;
		got = dec_rescale(moved, d.scale, &back, NULL);
		assert(got == 0 && back == d.value);
	}
	buf_release(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = { 0 };
	char currency[4];
	struct span s;
	struct dec d;

	if (size < 1)
		return 0;
	s = span_n((const char *)data + 1, size - 1);
	check_units(s, data[0] % 19);
	if (dec_parse(s, &d))
		check_dec(d);
	if (money_entry(s, data[0] & 0x80 ? ',' : '.', &d, currency, &e) == 0) {
		assert(!e.msg);
		assert(!currency[0] || currency_exponent(span(currency)) >= 0);
		check_dec(d);
	} else {
		assert(e.code == ERR_USAGE && e.msg);
	}
	err_release(&e);
	return 0;
}
