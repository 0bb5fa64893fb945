/*
 * fuzz: what targets share: a property that must hold.
 */
#ifndef CRM_TESTS_FUZZ_FUZZ_H
#define CRM_TESTS_FUZZ_FUZZ_H

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(cond)                                                             \
	do {                                                                   \
		if (!(cond))                                                   \
			abort();                                               \
	} while (0)

#endif
