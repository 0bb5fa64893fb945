#include "store/scan_impl.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const struct scan_kernel portable = { "portable", NULL };

#if defined(__x86_64__)

#include <immintrin.h>

#define INLINE static inline __attribute__((always_inline))
/* Every CPU with SSE4.2 has popcnt, that is all of the last decade and more. */
#define SSE2 __attribute__((target("popcnt")))
#define AVX2 __attribute__((target("avx2,bmi,popcnt,pclmul")))
#define AVX512                                                                 \
	__attribute__((                                                        \
	    target("avx512f,avx512bw,avx512vbmi2,avx2,bmi,popcnt,pclmul")))

/*
 * Judges one block. in has a bit for every byte from an opening quote to the
 * one before its closing quote, so a doubled quote looks like a quote closed
 * and opened again. Returns the separators; nothing branches, what is wrong
 * only collects in m->bad.
 */
INLINE uint64_t
judge(struct scan_mask *m, uint64_t quote, uint64_t sep, uint64_t in)
{
	uint64_t close = quote & ~in, before, after_close;

	sep &= ~in;
	before = (sep | close) << 1 | m->before;
	after_close = close << 1 | m->close;
	m->bad |= (quote & in & ~before) | (after_close & ~(sep | quote));
	m->before = (sep | close) >> 63;
	m->close = close >> 63;
	m->in = (uint64_t)((int64_t)in >> 63);
	return sep;
}

/* Bit i of the result is the parity of bits 0..i. */
INLINE uint64_t
parity(uint64_t x)
{
	x ^= x << 1;
	x ^= x << 2;
	x ^= x << 4;
	x ^= x << 8;
	x ^= x << 16;
	x ^= x << 32;
	return x;
}

struct sse2_block {
	__m128i a, b, c, d;
};

SSE2 INLINE struct sse2_block
sse2_load(const char *p)
{
	const __m128i *v = (const __m128i *)p;
	struct sse2_block x;

	x.a = _mm_loadu_si128(v);
	x.b = _mm_loadu_si128(v + 1);
	x.c = _mm_loadu_si128(v + 2);
	x.d = _mm_loadu_si128(v + 3);
	return x;
}

SSE2 INLINE uint64_t
sse2_mask(struct sse2_block x, __m128i c)
{
	uint32_t lo, hi;

	lo = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(x.a, c));
	lo |= (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(x.b, c)) << 16;
	hi = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(x.c, c));
	hi |= (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(x.d, c)) << 16;
	return lo | (uint64_t)hi << 32;
}

/* Whether the block has a CR or NUL, which is rare. */
SSE2 INLINE bool
sse2_odd(struct sse2_block x, __m128i cr)
{
	__m128i low, odd;

	low = _mm_min_epu8(_mm_min_epu8(x.a, x.b), _mm_min_epu8(x.c, x.d));
	odd = _mm_cmpeq_epi8(low, _mm_setzero_si128());
	odd = _mm_or_si128(odd, _mm_cmpeq_epi8(x.a, cr));
	odd = _mm_or_si128(odd, _mm_cmpeq_epi8(x.b, cr));
	odd = _mm_or_si128(odd, _mm_cmpeq_epi8(x.c, cr));
	odd = _mm_or_si128(odd, _mm_cmpeq_epi8(x.d, cr));
	return _mm_movemask_epi8(odd) != 0;
}

/* The bit at 63 keeps __builtin_ctzll defined where none is left. */
#define SSE2_PUT(i)                                                            \
	(pos[i] = at + (uint32_t)__builtin_ctzll(bits | (uint64_t)1 << 63),    \
	    bits &= bits - 1)

SSE2 INLINE uint64_t
sse2_four(uint32_t *pos, uint64_t bits, uint32_t at)
{
	SSE2_PUT(0);
	SSE2_PUT(1);
	SSE2_PUT(2);
	SSE2_PUT(3);
	return bits;
}

SSE2 static size_t
sse2_split(struct scan_mask *carry, const char *p, size_t nblock, uint32_t at,
    uint32_t *pos)
{
	const __m128i cr = _mm_set1_epi8('\r'), lf = _mm_set1_epi8('\n');
	const __m128i comma = _mm_set1_epi8(','), dq = _mm_set1_epi8('"');
	struct scan_mask m = *carry;
	uint32_t *out = pos;

	for (; nblock > 0; nblock--, p += SCAN_BLOCK, at += SCAN_BLOCK) {
		struct sse2_block x = sse2_load(p);
		uint64_t q, in, nl, sep;
		unsigned n, i;

		q = sse2_mask(x, dq);
		nl = sse2_mask(x, lf);
		in = parity(q) ^ m.in;
		if (__builtin_expect(sse2_odd(x, cr), 0))
			m.bad |= sse2_mask(x, _mm_setzero_si128()) |
				 (sse2_mask(x, cr) & ~in);
		sep = judge(&m, q, sse2_mask(x, comma) | nl, in);
		m.nnl += (size_t)_mm_popcnt_u64(nl & ~in);
		n = (unsigned)_mm_popcnt_u64(sep);
		sep = sse2_four(out, sep, at);
		sep = sse2_four(out + 4, sep, at);
		for (i = 8; __builtin_expect(i < n, 0); i += 4)
			sep = sse2_four(out + i, sep, at);
		out += n;
	}
	*carry = m;
	return (size_t)(out - pos);
}

AVX2 INLINE uint64_t
avx2_mask(__m256i a, __m256i b, __m256i c)
{
	uint64_t lo, hi;

	lo = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(a, c));
	hi = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(b, c));
	return lo | hi << 32;
}

/* parity() as a product without carries by all ones. */
AVX2 INLINE uint64_t
avx2_parity(uint64_t x)
{
	__m128i r;

	r = _mm_clmulepi64_si128(
	    _mm_set_epi64x(0, (int64_t)x), _mm_set1_epi8(-1), 0);
	return (uint64_t)_mm_cvtsi128_si64(r);
}

#define AVX2_PUT(i)                                                            \
	(pos[i] = at + (uint32_t)_tzcnt_u64(bits), bits = _blsr_u64(bits))

AVX2 INLINE uint64_t
avx2_four(uint32_t *pos, uint64_t bits, uint32_t at)
{
	AVX2_PUT(0);
	AVX2_PUT(1);
	AVX2_PUT(2);
	AVX2_PUT(3);
	return bits;
}

AVX2 static size_t
avx2_split(struct scan_mask *carry, const char *p, size_t nblock, uint32_t at,
    uint32_t *pos)
{
	const __m256i zero = _mm256_setzero_si256();
	const __m256i cr = _mm256_set1_epi8('\r'), lf = _mm256_set1_epi8('\n');
	const __m256i comma = _mm256_set1_epi8(','), dq = _mm256_set1_epi8('"');
	struct scan_mask m = *carry;
	uint32_t *out = pos;

	for (; nblock > 0; nblock--, p += SCAN_BLOCK, at += SCAN_BLOCK) {
		__m256i a, b, odd;
		uint64_t q, in, nl, sep;
		unsigned n, i;

		a = _mm256_loadu_si256((const __m256i *)p);
		b = _mm256_loadu_si256((const __m256i *)(p + 32));
		odd = _mm256_cmpeq_epi8(_mm256_min_epu8(a, b), zero);
		odd = _mm256_or_si256(odd, _mm256_cmpeq_epi8(a, cr));
		odd = _mm256_or_si256(odd, _mm256_cmpeq_epi8(b, cr));
		q = avx2_mask(a, b, dq);
		nl = avx2_mask(a, b, lf);
		in = avx2_parity(q) ^ m.in;
		if (__builtin_expect(!_mm256_testz_si256(odd, odd), 0))
			m.bad |=
			    avx2_mask(a, b, zero) | (avx2_mask(a, b, cr) & ~in);
		sep = judge(&m, q, avx2_mask(a, b, comma) | nl, in);
		m.nnl += (size_t)_mm_popcnt_u64(nl & ~in);
		n = (unsigned)_mm_popcnt_u64(sep);
		sep = avx2_four(out, sep, at);
		sep = avx2_four(out + 4, sep, at);
		for (i = 8; __builtin_expect(i < n, 0); i += 4)
			sep = avx2_four(out + i, sep, at);
		out += n;
	}
	*carry = m;
	return (size_t)(out - pos);
}

/* The offsets of 16 bytes of a block, from the numbers of the bytes. */
AVX512 INLINE void
avx512_put(uint32_t *pos, __m128i number, __m512i at)
{
	_mm512_storeu_si512(
	    pos, _mm512_add_epi32(_mm512_cvtepu8_epi32(number), at));
}

/*
 * Comparing gives masks of 64 bits at once, and the numbers of the bytes that
 * are separators are packed together by one instruction instead of taken one
 * by one: rows of 16 and less a block, which is nearly all, need no loop.
 */
AVX512 static size_t
avx512_split(struct scan_mask *carry, const char *p, size_t nblock, uint32_t at,
    uint32_t *pos)
{
	static const unsigned char number[SCAN_BLOCK] = { 0, 1, 2, 3, 4, 5, 6,
		7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23,
		24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39,
		40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55,
		56, 57, 58, 59, 60, 61, 62, 63 };
	const __m512i all = _mm512_loadu_si512(number);
	const __m512i cr = _mm512_set1_epi8('\r'), lf = _mm512_set1_epi8('\n');
	const __m512i comma = _mm512_set1_epi8(','), dq = _mm512_set1_epi8('"');
	struct scan_mask m = *carry;
	uint32_t *out = pos;

	for (; nblock > 0; nblock--, p += SCAN_BLOCK, at += SCAN_BLOCK) {
		__m512i x = _mm512_loadu_si512(p), packed, from;
		uint64_t q, in, nl, sep, nul, cret;
		unsigned n;

		q = _mm512_cmpeq_epi8_mask(x, dq);
		nl = _mm512_cmpeq_epi8_mask(x, lf);
		nul = _mm512_testn_epi8_mask(x, x);
		cret = _mm512_cmpeq_epi8_mask(x, cr);
		in = avx2_parity(q) ^ m.in;
		m.bad |= nul | (cret & ~in);
		sep = _mm512_cmpeq_epi8_mask(x, comma) | nl;
		sep = judge(&m, q, sep, in);
		m.nnl += (size_t)_mm_popcnt_u64(nl & ~in);
		n = (unsigned)_mm_popcnt_u64(sep);
		packed = _mm512_maskz_compress_epi8(sep, all);
		from = _mm512_set1_epi32((int)at);
		avx512_put(out, _mm512_castsi512_si128(packed), from);
		if (__builtin_expect(n > 16, 0)) {
			avx512_put(out + 16,
			    _mm512_extracti32x4_epi32(packed, 1), from);
			avx512_put(out + 32,
			    _mm512_extracti32x4_epi32(packed, 2), from);
			avx512_put(out + 48,
			    _mm512_extracti32x4_epi32(packed, 3), from);
		}
		out += n;
	}
	*carry = m;
	return (size_t)(out - pos);
}

static const struct scan_kernel sse2 = { "sse2", sse2_split };
static const struct scan_kernel avx2 = { "avx2", avx2_split };
static const struct scan_kernel avx512 = { "avx512", avx512_split };

static const struct scan_kernel *
best(void)
{
	if (!__builtin_cpu_supports("popcnt"))
		return &portable;
	if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi") ||
	    !__builtin_cpu_supports("pclmul"))
		return &sse2;
	/* Those that can pack bytes are of the kind that stays at its clock. */
	if (__builtin_cpu_supports("avx512bw") &&
	    __builtin_cpu_supports("avx512vbmi2"))
		return &avx512;
	return &avx2;
}

const struct scan_kernel *
scan_kernel_named(const char *name)
{
	/* Each needs what those before it need, and more. */
	static const struct scan_kernel *const kernel[] = { &portable, &sse2,
		&avx2, &avx512 };

	for (size_t i = 0; i < sizeof kernel / sizeof *kernel; i++) {
		if (strcmp(name, kernel[i]->name) == 0)
			return kernel[i];
		if (kernel[i] == best())
			break;
	}
	return NULL;
}

#else

static const struct scan_kernel *
best(void)
{
	return &portable;
}

const struct scan_kernel *
scan_kernel_named(const char *name)
{
	return strcmp(name, "portable") == 0 ? &portable : NULL;
}

#endif

static pthread_once_t chosen_once = PTHREAD_ONCE_INIT;
static const struct scan_kernel *chosen;

static void
choose(void)
{
	const char *name = getenv("CRM_SCAN");

	if (name)
		chosen = scan_kernel_named(name);
	if (!chosen)
		chosen = best();
}

const struct scan_kernel *
scan_kernel(void)
{
	pthread_once(&chosen_once, choose);
	return chosen;
}
