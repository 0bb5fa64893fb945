/*
 * sha1: plain SHA-1, for the check sums that end a pack and its index. Objects
 * are named by git's own, which looks for collisions (obj_hash).
 */
#ifndef CRM_STORE_SHA1_H
#define CRM_STORE_SHA1_H

#include <stddef.h>
#include <stdint.h>

struct sha1 {
	uint32_t h[5];
	uint64_t n;
	unsigned char block[64];
};

void sha1_init(struct sha1 *s);
void sha1_add(struct sha1 *s, const void *p, size_t n);
void sha1_end(struct sha1 *s, unsigned char out[20]);

#endif
