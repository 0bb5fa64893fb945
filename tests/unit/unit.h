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

/* A code point as UTF-8, also one that there must not be. */
static inline size_t
encode(uint32_t cp, char out[4])
{
	size_t len = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
	static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	for (size_t i = len; i-- > 1; cp >>= 6)
		out[i] = (char)(0x80 | (cp & 0x3f));
	out[0] = (char)(lead[len] | cp);
	return len;
}

/* A span of a string literal that may hold NUL bytes. */
#define LIT(s) span_n((s), sizeof(s) - 1)

#endif
