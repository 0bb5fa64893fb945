#include "unit.h"

#include "base/arena.h"
#include "base/strmap.h"

static const size_t absent = (size_t)-1;

static void
empty(void **state)
{
	struct strmap m = { 0 };

	(void)state;
	assert_int_equal(strmap_get(&m, span("x")), absent);
	assert_int_equal(strmap_get(&m, span("")), absent);
	strmap_release(&m);
	assert_int_equal(m.n, 0);
}

static void
adding(void **state)
{
	struct strmap m = { 0 };
	struct strmap_entry *x;
	struct span null = { NULL, 0 };
	bool added;

	(void)state;
	x = strmap_add(&m, span("a"), 1, &added);
	assert_true(added);
	assert_int_equal(x->value, 1);
	x = strmap_add(&m, span("a"), 2, &added);
	assert_false(added);
	assert_int_equal(x->value, 1);
	x->value = 3;
	assert_int_equal(strmap_get(&m, span("a")), 3);
	strmap_set(&m, span("a"), 4);
	strmap_set(&m, null, 5);
	strmap_set(&m, LIT("a\0"), 6);
	assert_int_equal(strmap_get(&m, span("a")), 4);
	assert_int_equal(strmap_get(&m, span("")), 5);
	assert_int_equal(strmap_get(&m, LIT("a\0")), 6);
	assert_int_equal(strmap_get(&m, LIT("a\0\0")), absent);
	assert_int_equal(m.n, 3);
	strmap_release(&m);
}

static void
many(void **state)
{
	enum { N = 50000 };
	struct strmap m = { 0 };
	struct arena a = { 0 };
	bool added;

	(void)state;
	for (size_t i = 0; i < N; i++) {
		struct span key = arena_printf(&a, "key-%zu", i);

		strmap_add(&m, key, i * 2, &added);
		assert_true(added);
	}
	assert_int_equal(m.n, N);
	/* In the order of insertion, also after all that growing. */
	for (size_t i = 0; i < N; i++) {
		struct span key = arena_printf(&a, "key-%zu", i);

		assert_int_equal(m.entry[i].value, i * 2);
		assert_true(span_eq(m.entry[i].key, key));
		assert_int_equal(strmap_get(&m, key), i * 2);
		key = arena_printf(&a, "key-%zu", i + N);
		assert_int_equal(strmap_get(&m, key), absent);
	}
	strmap_release(&m);
	arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty),
		cmocka_unit_test(adding),
		cmocka_unit_test(many),
	};

	return cmocka_run_group_tests_name("strmap", tests, NULL, NULL);
}
