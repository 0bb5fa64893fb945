/* sha1_x86: SHA-1 by the instructions that x86 has for it. */
#include "store/sha1.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

/*
 * Four rounds of the kind f, the g-th of twenty such: w is a ring of the last
 * sixteen words of the schedule; `last` is abcd of four rounds before, from
 * which the instruction makes e.
 */
#define FOUR(g, f)                                                             \
	do {                                                                   \
		if ((g) >= 4)                                                  \
			w[(g)&3] = _mm_sha1msg2_epu32(                         \
			    _mm_xor_si128(_mm_sha1msg1_epu32(                  \
					      w[(g)&3], w[((g) + 1) & 3]),     \
				w[((g) + 2) & 3]),                             \
			    w[((g) + 3) & 3]);                                 \
		t = (g) ? _mm_sha1nexte_epu32(last, w[(g)&3])                  \
			: _mm_add_epi32(e, w[0]);                              \
		last = abcd;                                                   \
		abcd = _mm_sha1rnds4_epu32(abcd, t, f);                        \
	} while (0)

#define TWENTY(g, f)                                                           \
	FOUR(g, f);                                                            \
	FOUR((g) + 1, f);                                                      \
	FOUR((g) + 2, f);                                                      \
	FOUR((g) + 3, f);                                                      \
	FOUR((g) + 4, f)

__attribute__((target("sha,ssse3,sse4.1"))) static void
blocks_sha(uint32_t h[5], const unsigned char *p, size_t n)
{
	const __m128i swap =
	    _mm_set_epi64x(0x0001020304050607, 0x08090a0b0c0d0e0f);
	__m128i abcd, e, w[4], t, last, abcd0, e0;
	int i;

	abcd = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)h), 0x1b);
	e = _mm_set_epi32((int)h[4], 0, 0, 0);
	for (; n > 0; n--, p += 64) {
		abcd0 = last = abcd;
		e0 = e;
		for (i = 0; i < 4; i++)
			w[i] = _mm_shuffle_epi8(
			    _mm_loadu_si128((const __m128i *)(p + 16 * i)),
			    swap);
		TWENTY(0, 0);
		TWENTY(5, 1);
		TWENTY(10, 2);
		TWENTY(15, 3);
		e = _mm_sha1nexte_epu32(last, e0);
		abcd = _mm_add_epi32(abcd, abcd0);
	}
	_mm_storeu_si128((__m128i *)h, _mm_shuffle_epi32(abcd, 0x1b));
	h[4] = (uint32_t)_mm_extract_epi32(e, 3);
}

/* compilers know no name for this one in __builtin_cpu_supports */
static int
has_sha(void)
{
	unsigned a, b, c, d;

	return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b >> 29 & 1);
}

sha1_blocks_fn *
sha1_blocks_own(void)
{
	return __builtin_cpu_supports("ssse3") &&
		       __builtin_cpu_supports("sse4.1") && has_sha()
		   ? blocks_sha
		   : NULL;
}

#else

sha1_blocks_fn *
sha1_blocks_own(void)
{
	return NULL;
}

#endif
