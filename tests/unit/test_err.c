#include "unit.h"

#include <errno.h>

#include "base/err.h"

static void
set_replaces(void **state)
{
	struct err e = { 0 };

	(void)state;
	assert_int_equal(err_set(&e, ERR_DATA, "lead.csv:%d: bad", 12), -1);
	assert_int_equal(e.code, ERR_DATA);
	assert_string_equal(e.msg, "lead.csv:12: bad");
	/* The old message may be an argument of the new one. */
	assert_int_equal(err_set(&e, ERR_USAGE, "%s twice", e.msg), -1);
	assert_int_equal(e.code, ERR_USAGE);
	assert_string_equal(e.msg, "lead.csv:12: bad twice");
	err_release(&e);
	assert_int_equal(e.code, ERR_OK);
	assert_null(e.msg);
	err_release(&e);
	err_release(NULL);
}

static void
errno_chooses_code(void **state)
{
	static const struct {
		int number;
		enum err_code code;
	} cases[] = {
		{ EACCES, ERR_PERM },
		{ EPERM, ERR_PERM },
		{ EROFS, ERR_PERM },
		{ ENOENT, ERR_NOENT },
		{ EIO, ERR_IO },
		{ ENOSPC, ERR_IO },
		{ ELOOP, ERR_IO },
	};
	struct err e = { 0 };
	char want[256];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		errno = cases[i].number;
		assert_int_equal(err_errno(&e, "%s", "x.csv"), -1);
		assert_int_equal(errno, cases[i].number);
		CHECK(e.code == cases[i].code, "case %zu", i);
		snprintf(
		    want, sizeof want, "x.csv: %s", strerror(cases[i].number));
		assert_string_equal(e.msg, want);
	}
	err_release(&e);
}

static void
around(void **state)
{
	struct err e = { 0 };

	(void)state;
	err_set(&e, ERR_DATA, "bad date");
	assert_int_equal(err_prefix(&e, "row %d: ", 3), -1);
	assert_int_equal(err_suffix(&e, "; see %s", "crm(7)"), -1);
	assert_string_equal(e.msg, "row 3: bad date; see crm(7)");
	assert_int_equal(err_prefix(&e, "%s / ", e.msg), -1);
	assert_string_equal(
	    e.msg, "row 3: bad date; see crm(7) / row 3: bad date; see crm(7)");
	assert_int_equal(e.code, ERR_DATA);
	err_release(&e);
	/* Nothing is wrong: nothing to add to. */
	assert_int_equal(err_prefix(&e, "row: "), -1);
	assert_int_equal(err_suffix(&e, "row"), -1);
	assert_null(e.msg);
}

static void
null_drops(void **state)
{
	(void)state;
	assert_int_equal(err_set(NULL, ERR_DATA, "x"), -1);
	assert_int_equal(err_errno(NULL, "x"), -1);
	assert_int_equal(err_prefix(NULL, "x"), -1);
	assert_int_equal(err_suffix(NULL, "x"), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(set_replaces),
		cmocka_unit_test(errno_chooses_code),
		cmocka_unit_test(around),
		cmocka_unit_test(null_drops),
	};

	return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}
