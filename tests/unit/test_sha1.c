/* SHA-1: known values, and the processor's own instructions agree with ours. */
#include "unit.h"

#include "base/buf.h"
#include "store/hash.h"
#include "store/sha1.h"

static void
hex(const unsigned char sum[20], char out[41])
{
	for (int i = 0; i < 20; i++)
		snprintf(out + 2 * i, 3, "%02x", sum[i]);
}

/* FIPS 180-4's examples, and what sha1sum says of nothing. */
static void
test_known(void **state)
{
	static const struct {
		const char *text, *sum;
	} cases[] = {
		{ "", "da39a3ee5e6b4b0d3255bfef95601890afd80709" },
		{ "abc", "a9993e364706816aba3e25717850c26c9cd0d89d" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		    "84983e441c3bd26ebaae4aa1f95129e5e54670f1" },
	};
	struct buf million = { 0 };
	unsigned char sum[20];
	char got[41];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		sha1_of(cases[i].text, strlen(cases[i].text), sum);
		hex(sum, got);
		CHECK(
		    !strcmp(got, cases[i].sum), "'%s': %s", cases[i].text, got);
	}
	buf_pad(&million, 'a', 1000000);
	sha1_of(million.p, million.n, sum);
	hex(sum, got);
	assert_string_equal(got, "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
	buf_release(&million);
}

/* Lengths around a block, in pieces of all sizes. */
static void
test_ways(void **state)
{
	sha1_blocks_fn *own = sha1_blocks_own();
	unsigned char data[700], a[20], b[20];
	uint32_t x = 1;

	(void)state;
	if (!own)
		skip();
	for (size_t i = 0; i < sizeof data; i++) {
		x = x * 1103515245 + 12345;
		data[i] = (unsigned char)(x >> 16);
	}
	for (size_t n = 0; n <= sizeof data; n++) {
		struct sha1 s, t;
		size_t step = n % 97 + 1;

		sha1_init(&s);
		sha1_init(&t);
		s.blocks = sha1_blocks_plain;
		t.blocks = own;
		sha1_add(&s, data, n);
		for (size_t i = 0; i < n; i += step)
			sha1_add(&t, data + i, n - i < step ? n - i : step);
		sha1_end(&s, a);
		sha1_end(&t, b);
		CHECK(!memcmp(a, b, 20), "%zu bytes in pieces of %zu", n, step);
	}
}

/* A blob's name is git's, whichever way it is made. */
static void
test_name(void **state)
{
	struct buf b = { 0 };
	struct oid quick, git;
	struct err e = { 0 };

	(void)state;
	content_name(span_n(NULL, 0), &quick);
	assert_string_equal(
	    quick.hex, "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
	for (size_t n = 0; n < 300; n++) {
		content_name(buf_span(&b), &quick);
		assert_int_equal(content_hash(buf_span(&b), &git, &e), 0);
		CHECK(!strcmp(quick.hex, git.hex), "%zu bytes", n);
		buf_addc(&b, (char)n);
	}
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_known),
		cmocka_unit_test(test_ways), cmocka_unit_test(test_name) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
