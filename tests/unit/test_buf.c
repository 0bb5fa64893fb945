#include "unit.h"

#include <stdlib.h>

#include "base/buf.h"

static void
adding(void **state)
{
	struct buf b = { 0 };

	(void)state;
	assert_true(span_eqs(buf_span(&b), ""));
	buf_add(&b, NULL, 0);
	assert_string_equal(b.p, "");
	buf_adds(&b, "ab");
	buf_addc(&b, 'c');
	buf_addspan(&b, span("de"));
	buf_add(&b, "f\0g", 3);
	assert_int_equal(b.n, 8);
	assert_memory_equal(b.p, "abcdef\0g", 9);
	buf_cut(&b, 100);
	assert_int_equal(b.n, 8);
	buf_cut(&b, 3);
	assert_string_equal(b.p, "abc");
	buf_pad(&b, '.', 3);
	assert_string_equal(b.p, "abc...");
	buf_reset(&b);
	assert_string_equal(b.p, "");
	assert_true(b.cap > 0);
	buf_release(&b);
	assert_null(b.p);
	buf_reset(&b);
	buf_cut(&b, 0);
	buf_release(&b);
}

/* Every length around the first capacities, where an off-by-one would be. */
static void
boundaries(void **state)
{
	(void)state;
	for (size_t n = 0; n < 300; n++) {
		struct buf b = { 0 }, c = { 0 };

		buf_pad(&b, 'x', n);
		assert_int_equal(strlen(b.p), n);
		buf_addc(&b, 'y');
		assert_int_equal(b.p[n], 'y');
		assert_int_equal(b.p[n + 1], '\0');
		buf_addf(&c, "%s", b.p);
		assert_true(span_eq(buf_span(&b), buf_span(&c)));
		buf_addf(&c, "%*d", (int)n, 7);
		assert_int_equal(c.n, n + 1 + (n ? n : 1));
		assert_int_equal(c.p[c.n - 1], '7');
		assert_int_equal(c.p[c.n], '\0');
		buf_release(&b);
		buf_release(&c);
	}
}

static void
growing(void **state)
{
	struct buf b = { 0 };
	char *p;

	(void)state;
	buf_adds(&b, "x");
	buf_grow(&b, 100000);
	p = b.p;
	for (int i = 0; i < 100000; i++)
		buf_addc(&b, 'y');
	assert_ptr_equal(b.p, p);
	buf_release(&b);
}

static void
detaching(void **state)
{
	struct buf b = { 0 };
	char *s = buf_detach(&b);

	(void)state;
	assert_string_equal(s, "");
	free(s);
	buf_adds(&b, "x");
	s = buf_detach(&b);
	assert_string_equal(s, "x");
	assert_null(b.p);
	assert_int_equal(b.n, 0);
	assert_int_equal(b.cap, 0);
	free(s);
}

static void
plurals(void **state)
{
	(void)state;
	assert_string_equal(plural(0, "row", "rows"), "rows");
	assert_string_equal(plural(1, "row", "rows"), "row");
	assert_string_equal(plural(2, "row", "rows"), "rows");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adding),
		cmocka_unit_test(boundaries),
		cmocka_unit_test(growing),
		cmocka_unit_test(detaching),
		cmocka_unit_test(plurals),
	};

	return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
