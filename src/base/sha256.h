/*
 * sha256: FIPS 180-4. What is approved, and what is signed, is known by it.
 */
#ifndef CRM_BASE_SHA256_H
#define CRM_BASE_SHA256_H

#include <stddef.h>

/* The check sum of n bytes at p, in lower-case hex digits and a NUL. */
void sha256_hex(const void *p, size_t n, char out[65]);

#endif
