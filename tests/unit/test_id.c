#include "unit.h"

#include <stdlib.h>

#include "store/id.h"

static void
packing(void **state)
{
	static const struct {
		const char *text, *canonical; /* NULL: no id */
	} c[] = {
		{ "O2611-7f3k9q2d", "O2611-7f3k9q2d" },
		{ "o2611-7F3K9Q2D", "O2611-7f3k9q2d" },
		{ "A0001-00000000", "A0001-00000000" },
		{ "Z9912-zzzzzzzz", "Z9912-zzzzzzzz" },
		{ "O2611-ilo00000", "O2611-11000000" },
		{ "O2611-ILO00000", "O2611-11000000" },
		{ "L2611-00000001", "L2611-00000001" },
		{ "", NULL },
		{ "O2611-7f3k9q2", NULL },
		{ "O2611-7f3k9q2dd", NULL },
		{ "O2611_7f3k9q2d", NULL },
		{ "O2600-7f3k9q2d", NULL },
		{ "O2613-7f3k9q2d", NULL },
		{ "O26o1-7f3k9q2d", NULL },
		{ "02611-7f3k9q2d", NULL },
		{ "[2611-7f3k9q2d", NULL },
		{ "O2611-7f3k9q2u", NULL },
		{ "O2611-7f3k9q-d", NULL },
		{ "O2611-7f3k9q \xc3", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(c); i++) {
		uint64_t id = id_pack(span(c[i].text));
		uint64_t fast = id_pack_canonical(span(c[i].text));
		char out[ID_LEN + 1];

		CHECK(!!id == !!c[i].canonical, "%s", c[i].text);
		if (!id) {
			CHECK(!fast, "%s", c[i].text);
			continue;
		}
		id_unpack(id, out);
		assert_string_equal(out, c[i].canonical);
		CHECK(
		    fast == (strcmp(out, c[i].text) ? 0 : id), "%s", c[i].text);
	}
	assert_true(id_pack(LIT("O2611-7f3\0kkkk")) == 0);
}

/* What belongs to a record has its month and its first two characters. */
static void
beside(void **state)
{
	uint64_t quote = id_pack(span("Q2611-7f3k9q2d")), id = 0, last = 0;
	struct err e = { 0 };
	char out[ID_LEN + 1];

	(void)state;
	for (int i = 0; i < 100; i++) {
		assert_int_equal(id_make_beside('K', quote, &id, &e), 0);
		id_unpack(id, out);
		assert_memory_equal(out, "K2611-7f", 8);
		assert_true(id_beside(id, quote));
		assert_int_not_equal(id, last);
		last = id;
	}
	assert_false(id_beside(id, id_pack(span("Q2610-7f3k9q2d"))));
	assert_false(id_beside(id, id_pack(span("Q2611-7g3k9q2d"))));
	assert_true(id_beside(id, id_pack(span("Q2611-7fzzzzzz"))));
}

static void
parts(void **state)
{
	uint64_t id = id_pack(span("Q9912-7f3k9q2d"));

	(void)state;
	assert_int_equal(id_letter(id), 'Q');
	assert_int_equal(id_year(id), 2099);
	assert_int_equal(id_month(id), 12);
	assert_true(id == ((uint64_t)'Q' << 52 | (uint64_t)1199 << 40 |
			      (id & 0xffffffffff)));
}

/* Packed ids sort as their text does. */
static void
order(void **state)
{
	uint64_t last = 0, id;
	char a[ID_LEN + 1], b[ID_LEN + 1];

	(void)state;
	for (int i = 0; i < 20000; i++) {
		assert_int_equal(id_make((char)('A' + i % 26), 2000 + i % 100,
				     1 + i % 12, &id, NULL),
		    0);
		id_unpack(id, a);
		if (last) {
			id_unpack(last, b);
			assert_true((last < id) == (strcmp(b, a) < 0));
		}
		assert_true(id_pack_canonical(span(a)) == id);
		last = id;
	}
}

static void
seeded(void **state)
{
	uint64_t one, two;
	struct err e = { 0 };

	(void)state;
	setenv("CRM_SEED", "1", 1);
	id_make('O', 2026, 11, &one, NULL);
	id_make('O', 2026, 11, &two, NULL);
	assert_true(one != two);
	unsetenv("CRM_SEED");
	assert_int_equal(id_make('O', 1999, 11, &one, &e), -1);
	assert_int_equal(e.code, ERR_DATA);
	assert_int_equal(id_make('O', 2100, 1, &one, &e), -1);
	err_release(&e);
}

static void
prefixes(void **state)
{
	static const struct {
		const char *text, *want; /* NULL: none */
		bool whole;
	} c[] = {
		{ "7", "7", false },
		{ "7F3K", "7f3k", false },
		{ "il", "11", false },
		{ "7f3k9q2d", "7f3k9q2d", false },
		{ "O2611-", "O2611-", true },
		{ "o2611-7F", "O2611-7f", true },
		{ "O2611-7f3k9q2d", "O2611-7f3k9q2d", true },
		{ "", NULL, false },
		{ "7f3k9q2d0", NULL, false },
		{ "O2611-7f3k9q2d0", NULL, false },
		{ "O26-", NULL, false },
		{ "O2611-u", NULL, false },
		{ "u", NULL, false },
		{ "-", NULL, false },
		{ "7f-3k", NULL, false },
		{ "acme gmbh", NULL, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(c); i++) {
		char out[ID_LEN + 1];
		bool whole;

		CHECK(id_prefix(span(c[i].text), out, &whole) == !!c[i].want,
		    "%s", c[i].text);
		if (!c[i].want)
			continue;
		assert_string_equal(out, c[i].want);
		assert_int_equal(whole, c[i].whole);
	}
}

static void
as_text(void **state)
{
	struct arena a = { 0 };

	(void)state;
	assert_true(span_eqs(
	    id_text(&a, id_pack(span("O2611-7f3k9q2d"))), "O2611-7f3k9q2d"));
	arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packing),
		cmocka_unit_test(beside), cmocka_unit_test(parts),
		cmocka_unit_test(order),
		cmocka_unit_test(seeded),
		cmocka_unit_test(prefixes),
		cmocka_unit_test(as_text),
	};

	return cmocka_run_group_tests_name("id", tests, NULL, NULL);
}
