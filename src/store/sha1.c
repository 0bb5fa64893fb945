#include "store/sha1.h"

#include <string.h>

#include "base/be.h"

static uint32_t
rol(uint32_t x, int n)
{
	return x << n | x >> (32 - n);
}

/*
 * FIPS 180-4, 6.1.2: twenty rounds with one function and one constant. After
 * five of them the letters stand where they stood.
 */
#define ROUND(a, b, c, d, e, f, k, i)                                          \
	do {                                                                   \
		(e) += rol(a, 5) + f(b, c, d) + (k) + w[i];                    \
		(b) = rol(b, 30);                                              \
	} while (0)

#define TWENTY(from, f, k)                                                     \
	for (i = (from); i < (from) + 20; i += 5) {                            \
		ROUND(a, b, c, d, e, f, k, i);                                 \
		ROUND(e, a, b, c, d, f, k, i + 1);                             \
		ROUND(d, e, a, b, c, f, k, i + 2);                             \
		ROUND(c, d, e, a, b, f, k, i + 3);                             \
		ROUND(b, c, d, e, a, f, k, i + 4);                             \
	}

#define CHOOSE(b, c, d) ((d) ^ ((b) & ((c) ^ (d))))
#define PARITY(b, c, d) ((b) ^ (c) ^ (d))
#define MAJORITY(b, c, d) (((b) & (c)) | ((d) & ((b) | (c))))

static void
block(uint32_t h[5], const unsigned char *p)
{
	uint32_t w[80], a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
	int i;

	for (i = 0; i < 16; i++)
		w[i] = be32_get(p + 4 * i);
	for (; i < 80; i++)
		w[i] = rol(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
	TWENTY(0, CHOOSE, 0x5a827999)
	TWENTY(20, PARITY, 0x6ed9eba1)
	TWENTY(40, MAJORITY, 0x8f1bbcdc)
	TWENTY(60, PARITY, 0xca62c1d6)
	h[0] += a;
	h[1] += b;
	h[2] += c;
	h[3] += d;
	h[4] += e;
}

void
sha1_blocks_plain(uint32_t h[5], const unsigned char *p, size_t n)
{
	for (; n > 0; n--, p += 64)
		block(h, p);
}

void
sha1_init(struct sha1 *s)
{
	static const uint32_t start[5] = { 0x67452301, 0xefcdab89, 0x98badcfe,
		0x10325476, 0xc3d2e1f0 };

	memcpy(s->h, start, sizeof start);
	s->n = 0;
	s->blocks = sha1_blocks_own();
	if (!s->blocks)
		s->blocks = sha1_blocks_plain;
}

void
sha1_add(struct sha1 *s, const void *data, size_t n)
{
	const unsigned char *p = data;
	size_t have = s->n % 64, k;

	s->n += n;
	if (have) {
		k = 64 - have < n ? 64 - have : n;
		memcpy(s->block + have, p, k);
		p += k;
		n -= k;
		if (have + k < 64)
			return;
		s->blocks(s->h, s->block, 1);
	}
	s->blocks(s->h, p, n / 64);
	memcpy(s->block, p + n / 64 * 64, n % 64);
}

void
sha1_end(struct sha1 *s, unsigned char out[20])
{
	static const unsigned char pad[64] = { 0x80 };
	uint64_t bits = s->n * 8;
	unsigned char len[8];

	be32_put(len, (uint32_t)(bits >> 32));
	be32_put(len + 4, (uint32_t)bits);
	sha1_add(s, pad, 1 + (119 - s->n % 64) % 64);
	sha1_add(s, len, 8);
	for (int i = 0; i < 5; i++)
		be32_put(out + 4 * i, s->h[i]);
}

void
sha1_of(const void *p, size_t n, unsigned char out[20])
{
	struct sha1 s;

	sha1_init(&s);
	sha1_add(&s, p, n);
	sha1_end(&s, out);
}
