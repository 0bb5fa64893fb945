/* be: numbers of 32 bits as git's files have them, big end first. */
#ifndef CRM_BASE_BE_H
#define CRM_BASE_BE_H

#include <stdint.h>

static inline uint32_t
be32_get(const void *from)
{
	const unsigned char *p = from;

	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

static inline void
be32_put(void *to, uint32_t v)
{
	unsigned char *p = to;

	p[0] = (unsigned char)(v >> 24);
	p[1] = (unsigned char)(v >> 16);
	p[2] = (unsigned char)(v >> 8);
	p[3] = (unsigned char)v;
}

#endif
