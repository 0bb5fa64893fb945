#include "store/scan_impl.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static const struct scan_kernel portable = { "portable", NULL, NULL };

#if defined(__x86_64__)

#include <immintrin.h>

#define INLINE static inline __attribute__((always_inline))
#define AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt,pclmul")))

/*
 * Judges one block. in has a bit for every byte from an opening quote to the
 * one before its closing quote, so a doubled quote looks like a quote closed
 * and opened again. Returns the separators; nothing branches, what is wrong
 * only collects in m->bad.
 */
INLINE uint64_t
judge(struct scan_mask *m, uint64_t quote, uint64_t comma, uint64_t nl,
    uint64_t in)
{
	uint64_t sep, open, close, after_sep, after_close;

	nl &= ~in;
	sep = (comma & ~in) | nl;
	open = quote & in;
	close = quote & ~in;
	after_sep = sep << 1 | m->sep;
	after_close = close << 1 | m->close;
	m->bad |= open & ~(after_sep | after_close);
	m->bad |= after_close & ~(sep | quote);
	m->bad |= nl & (nl << 1 | m->nl);
	m->sep = sep >> 63;
	m->close = close >> 63;
	m->nl = nl >> 63;
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

/* Baseline x86-64 has no popcnt instruction, and libgcc's is a call. */
INLINE unsigned
popcount(uint64_t x)
{
	x -= x >> 1 & 0x5555555555555555u;
	x = (x & 0x3333333333333333u) + (x >> 2 & 0x3333333333333333u);
	x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0fu;
	return (unsigned)(x * 0x0101010101010101u >> 56);
}

INLINE uint64_t
sse2_mask(const __m128i v[4], __m128i c)
{
	uint64_t m[4];
	int i;

	for (i = 0; i < 4; i++)
		m[i] = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v[i], c));
	return m[0] | m[1] << 16 | m[2] << 32 | m[3] << 48;
}

INLINE void
sse2_load(__m128i v[4], const char *p)
{
	int i;

	for (i = 0; i < 4; i++)
		v[i] = _mm_loadu_si128((const __m128i *)(p + 16 * i));
}

/* Writes 4 offsets; the bit at 63 keeps __builtin_ctzll defined at 0. */
INLINE uint64_t
sse2_four(uint32_t *pos, uint64_t bits, uint32_t at)
{
	int i;

	for (i = 0; i < 4; i++) {
		pos[i] =
		    at + (uint32_t)__builtin_ctzll(bits | (uint64_t)1 << 63);
		bits &= bits - 1;
	}
	return bits;
}

static size_t
sse2_split(struct scan_mask *carry, const char *p, size_t nblock, uint32_t at,
    uint32_t *pos)
{
	const __m128i zero = _mm_setzero_si128();
	const __m128i cr = _mm_set1_epi8('\r'), lf = _mm_set1_epi8('\n');
	const __m128i comma = _mm_set1_epi8(','), dq = _mm_set1_epi8('"');
	struct scan_mask m = *carry;
	uint32_t *out = pos;

	for (; nblock > 0; nblock--, p += SCAN_BLOCK, at += SCAN_BLOCK) {
		__m128i v[4], odd;
		uint64_t q, in, nl, sep;
		unsigned n, i;

		sse2_load(v, p);
		odd = _mm_min_epu8(
		    _mm_min_epu8(v[0], v[1]), _mm_min_epu8(v[2], v[3]));
		odd = _mm_cmpeq_epi8(odd, zero);
		for (i = 0; i < 4; i++)
			odd = _mm_or_si128(odd, _mm_cmpeq_epi8(v[i], cr));
		q = sse2_mask(v, dq);
		nl = sse2_mask(v, lf);
		in = parity(q) ^ m.in;
		if (__builtin_expect(_mm_movemask_epi8(odd) != 0, 0))
			m.bad |= sse2_mask(v, zero) | (sse2_mask(v, cr) & ~in);
		sep = judge(&m, q, sse2_mask(v, comma), nl, in);
		m.nnl += popcount(nl & ~in);
		n = popcount(sep);
		for (i = 0; i < 8; i += 4)
			sep = sse2_four(out + i, sep, at);
		for (; __builtin_expect(i < n, 0); i += 4)
			sep = sse2_four(out + i, sep, at);
		out += n;
	}
	*carry = m;
	return (size_t)(out - pos);
}

static void
sse2_count(struct scan_mask *m, const char *p, size_t nblock)
{
	const __m128i lf = _mm_set1_epi8('\n'), dq = _mm_set1_epi8('"');

	for (; nblock > 0; nblock--, p += SCAN_BLOCK) {
		__m128i v[4];
		uint64_t in;

		sse2_load(v, p);
		in = parity(sse2_mask(v, dq)) ^ m->in;
		m->in = (uint64_t)((int64_t)in >> 63);
		m->nnl += popcount(sse2_mask(v, lf) & ~in);
	}
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

AVX2 INLINE uint64_t
avx2_four(uint32_t *pos, uint64_t bits, uint32_t at)
{
	int i;

	for (i = 0; i < 4; i++) {
		pos[i] = at + (uint32_t)_tzcnt_u64(bits);
		bits = _blsr_u64(bits);
	}
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
		if (__builtin_expect(_mm256_movemask_epi8(odd) != 0, 0))
			m.bad |=
			    avx2_mask(a, b, zero) | (avx2_mask(a, b, cr) & ~in);
		sep = judge(&m, q, avx2_mask(a, b, comma), nl, in);
		m.nnl += (size_t)_mm_popcnt_u64(nl & ~in);
		n = (unsigned)_mm_popcnt_u64(sep);
		for (i = 0; i < 8; i += 4)
			sep = avx2_four(out + i, sep, at);
		for (; __builtin_expect(i < n, 0); i += 4)
			sep = avx2_four(out + i, sep, at);
		out += n;
	}
	*carry = m;
	return (size_t)(out - pos);
}

AVX2 static void
avx2_count(struct scan_mask *m, const char *p, size_t nblock)
{
	const __m256i lf = _mm256_set1_epi8('\n'), dq = _mm256_set1_epi8('"');

	for (; nblock > 0; nblock--, p += SCAN_BLOCK) {
		__m256i a, b;
		uint64_t in;

		a = _mm256_loadu_si256((const __m256i *)p);
		b = _mm256_loadu_si256((const __m256i *)(p + 32));
		in = avx2_parity(avx2_mask(a, b, dq)) ^ m->in;
		m->in = (uint64_t)((int64_t)in >> 63);
		m->nnl += (size_t)_mm_popcnt_u64(avx2_mask(a, b, lf) & ~in);
	}
}

static const struct scan_kernel sse2 = { "sse2", sse2_split, sse2_count };
static const struct scan_kernel avx2 = { "avx2", avx2_split, avx2_count };

static const struct scan_kernel *
best(void)
{
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
	    __builtin_cpu_supports("bmi2") &&
	    __builtin_cpu_supports("popcnt") &&
	    __builtin_cpu_supports("pclmul"))
		return &avx2;
	return &sse2;
}

const struct scan_kernel *
scan_kernel_named(const char *name)
{
	if (strcmp(name, "portable") == 0)
		return &portable;
	if (strcmp(name, "sse2") == 0)
		return &sse2;
	return strcmp(name, "avx2") == 0 && best() == &avx2 ? &avx2 : NULL;
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
