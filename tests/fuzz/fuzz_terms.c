/*
 * Payment terms and discounts as they are typed: what is taken is in range, a
 * discount can be written and read back as the same, and a schedule sums to
 * the total, or is refused. The first byte chooses the currency's decimals.
 */
#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "crm/trade/calc.h"
#include "crm/trade/terms.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_off(struct span s, int exponent)
{
	struct buf b = { 0 };
	struct off off, again;
	struct err e = { 0 };

	if (off_parse(s, exponent, &off, &e) < 0) {
		assert(e.code == ERR_USAGE && e.msg);
		err_release(&e);
		return;
	}
	assert(!e.msg && off.amount >= 0 && off.share.value >= 0);
	if (off.percent) {
		dec_format(&b, off.share.value, off.share.scale);
		buf_addc(&b, '%');
	} else {
		dec_format(&b, off.amount, exponent);
	}
	assert(off_parse(buf_span(&b), exponent, &again, NULL) == 0);
	assert(again.percent == off.percent && again.amount == off.amount &&
	       again.share.value == off.share.value &&
	       again.share.scale == off.share.scale);
	buf_release(&b);
}

static void
check_schedule(const struct terms *t, int64_t total)
{
	struct instalment out[TERMS_MAX];
	struct err e = { 0 };
	int64_t sum = 0;

	if (terms_schedule(t, total, 20000, DATE_NONE, out, &e) < 0) {
		assert(e.code == ERR_USAGE && e.msg);
		err_release(&e);
		return;
	}
	for (size_t i = 0; i < t->n; i++) {
		sum += out[i].amount;
		assert(total < 0 || out[i].amount >= 0);
	}
	assert(sum == total);
}

static void
check_terms(struct span s, int exponent)
{
	const int64_t totals[] = { 0, 1, -1, 99, 100, 10001, 1000000000000000,
		-1000000000000000 };
	struct buf words = { 0 };
	struct err e = { 0 };
	struct terms t;

	if (terms_parse(NULL, s, exponent, &t, &e) < 0) {
		assert(e.code == ERR_USAGE && e.msg);
		err_release(&e);
		return;
	}
	assert(!e.msg && t.n >= 1 && t.n <= TERMS_MAX);
	for (size_t i = 0; i < sizeof totals / sizeof *totals; i++)
		check_schedule(&t, totals[i]);
	terms_text(&t, exponent, &words);
	assert(words.n);
	buf_release(&words);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span s;

	if (size < 1)
		return 0;
	s = span_n((const char *)data + 1, size - 1);
	check_off(s, data[0] % 5);
	check_terms(s, data[0] % 5);
	return 0;
}
