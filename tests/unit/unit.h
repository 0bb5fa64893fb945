/*
 * unit: what every unit test includes. Tests are tables of cases; CHECK names
 * the case that failed.
 */
#ifndef CRM_UNIT_UNIT_H
#define CRM_UNIT_UNIT_H

/* cmocka.h relies on these, in front of it. */
/* clang-format off */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
/* clang-format on */

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define CHECK(cond, ...)                                                       \
	do {                                                                   \
		if (!(cond)) {                                                 \
			print_error("%s: ", #cond);                            \
			fail_msg(__VA_ARGS__);                                 \
		}                                                              \
	} while (0)

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A span of a string literal that may hold NUL bytes. */
#define LIT(s) span_n((s), sizeof(s) - 1)

#endif
