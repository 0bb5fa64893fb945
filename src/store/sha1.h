/*
 * sha1: plain SHA-1, for the check sums that end a pack, its index, and git's
 * index. Objects are named by git's own, which looks for collisions (obj_hash).
 */
#ifndef CRM_STORE_SHA1_H
#define CRM_STORE_SHA1_H

#include <stddef.h>
#include <stdint.h>

/* Takes n blocks of 64 bytes at p into h. */
typedef void sha1_blocks_fn(uint32_t h[5], const unsigned char *p, size_t n);

struct sha1 {
	uint32_t h[5];
	uint64_t n;
	unsigned char block[64];
	sha1_blocks_fn *blocks;
};

void sha1_init(struct sha1 *s);
void sha1_add(struct sha1 *s, const void *p, size_t n);
void sha1_end(struct sha1 *s, unsigned char out[20]);

/* The whole of it at once. */
void sha1_of(const void *p, size_t n, unsigned char out[20]);

sha1_blocks_fn sha1_blocks_plain;
/* By the processor's own instructions; NULL where it has none. */
sha1_blocks_fn *sha1_blocks_own(void);

#endif
