/*
 * builtin: the built-in schema as the state of a group of tests, for
 * cmocka_run_group_tests(tests, builtin_setup, builtin_teardown).
 */
#ifndef CRM_TESTS_UNIT_BUILTIN_H
#define CRM_TESTS_UNIT_BUILTIN_H

#include <stdlib.h>

#include "base/mem.h"
#include "crm/entities.h"

static int
builtin_setup(void **state)
{
	struct schema *s = xcalloc(1, sizeof *s);

	entities_builtin(s);
	*state = s;
	return 0;
}

static int
builtin_teardown(void **state)
{
	schema_release(*state);
	free(*state);
	return 0;
}

#endif
