#include "base/span.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/mem.h"

struct span
span(const char *cstr)
{
	return cstr ? span_n(cstr, strlen(cstr)) : span_n("", 0);
}

struct span
span_n(const char *p, size_t n)
{
	struct span s = { p ? p : "", p ? n : 0 };

	return s;
}

bool
span_eq(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool
span_eqs(struct span a, const char *cstr)
{
	return span_eq(a, span(cstr));
}

/* Not tolower(): the locale must not change what an identifier is. */
static unsigned char
lower(char c)
{
	return (unsigned char)ascii_lower(c);
}

bool
span_ieq(struct span a, struct span b)
{
	/* most often the case is the same, too */
	return a.n == b.n && (span_eq(a, b) || span_istarts(a, b));
}

bool
span_ieqs(struct span a, const char *cstr)
{
	return span_ieq(a, span(cstr));
}

int
span_cmp(struct span a, struct span b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	return c ? c : (a.n > b.n) - (a.n < b.n);
}

bool
span_starts(struct span a, struct span prefix)
{
	return a.n >= prefix.n &&
	       (prefix.n == 0 || memcmp(a.p, prefix.p, prefix.n) == 0);
}

bool
span_istarts(struct span a, struct span prefix)
{
	if (a.n < prefix.n)
		return false;
	for (size_t i = 0; i < prefix.n; i++) {
		if (lower(a.p[i]) != lower(prefix.p[i]))
			return false;
	}
	return true;
}

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct span
span_trim(struct span s)
{
	s = span_n(s.p, s.n);
	while (s.n && is_blank(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

size_t
span_count(struct span s, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == c;
	return n;
}

struct span
span_cut(struct span *s, char sep)
{
	struct span all = span_n(s->p, s->n), head = all;
	const char *at = all.n ? memchr(all.p, sep, all.n) : NULL;

	if (at) {
		head.n = (size_t)(at - all.p);
		*s = span_n(at + 1, all.n - head.n - 1);
	} else {
		*s = span_n(all.p + all.n, 0);
	}
	return head;
}

bool
span_take(struct span *s, char c)
{
	if (!s->n || s->p[0] != c)
		return false;
	*s = span_n(s->p + 1, s->n - 1);
	return true;
}

bool
span_is_ascii(struct span s)
{
	unsigned char all = 0;

	/* without a way out on the way: it is done by vectors */
	for (size_t i = 0; i < s.n; i++)
		all |= (unsigned char)s.p[i];
	return all < 0x80;
}

char *
span_dup(struct span s)
{
	return xstrndup(s.p, s.n);
}

bool
span_int(struct span s, int64_t *out)
{
	bool neg = s.n && s.p[0] == '-';
	size_t i = s.n && (neg || s.p[0] == '+');
	int64_t v = 0;

	if (i == s.n)
		return false;
	/* Counted below zero, where INT64_MIN still fits. */
	for (; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_sub_overflow(v, s.p[i] - '0', &v))
			return false;
	}
	if (!neg && v == INT64_MIN)
		return false;
	*out = neg ? v : -v;
	return true;
}

static uint64_t
read8(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof v);
	return v;
}

static uint64_t
read4(const char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof v);
	return v;
}

/* Both halves of the 128-bit product: every input bit reaches every output. */
static uint64_t
mix(uint64_t a, uint64_t b)
{
	unsigned __int128 r = (unsigned __int128)a * b;

	return (uint64_t)r ^ (uint64_t)(r >> 64);
}

/*
 * In the manner of wyhash: 16 bytes a multiplication, and the tail by two
 * reads that may overlap instead of a loop. Most keys are ids of 8 to 26
 * bytes.
 */
uint64_t
span_hash(struct span s)
{
	const uint64_t k1 = 0xa0761d6478bd642fu, k2 = 0xe7037ed1a0b428dbu;
	const char *p = s.p;
	size_t n = s.n;
	uint64_t h = k2, a = 0, b = 0;

	for (; n > 16; n -= 16, p += 16)
		h = mix(read8(p) ^ k1, read8(p + 8) ^ h);
	if (n >= 8) {
		a = read8(p);
		b = read8(p + n - 8);
	} else if (n >= 4) {
		a = read4(p);
		b = read4(p + n - 4);
	} else if (n > 0) {
		a = (uint64_t)(unsigned char)p[0] << 16 |
		    (uint64_t)(unsigned char)p[n / 2] << 8 |
		    (unsigned char)p[n - 1];
	}
	return mix(k2 ^ s.n, mix(a ^ k1, b ^ h));
}

static int
min_int(int a, int b)
{
	return a < b ? a : b;
}

/*
 * One row of the table. up and upup are the rows for one and two bytes of a
 * less; the least value of the row is returned, to stop early.
 */
static int
distance_row(struct span a, size_t i, struct span b, const int *upup,
    const int *up, int *row)
{
	int least = row[0] = (int)i;

	for (size_t j = 1; j <= b.n; j++) {
		unsigned char x = lower(a.p[i - 1]), y = lower(b.p[j - 1]);

		row[j] = min_int(
		    up[j - 1] + (x != y), min_int(up[j], row[j - 1]) + 1);
		if (i > 1 && j > 1 && x == lower(b.p[j - 2]) &&
		    y == lower(a.p[i - 2]))
			row[j] = min_int(row[j], upup[j - 2] + 1);
		least = min_int(least, row[j]);
	}
	return least;
}

int
span_distance(struct span a, struct span b, int max)
{
	size_t diff = a.n > b.n ? a.n - b.n : b.n - a.n;
	int *mem, *upup, *up, *row, *t, result, last = 0;

	if (max < 0 || diff > (size_t)max)
		return max + 1;
	mem = xcalloc(b.n + 1, 3 * sizeof *mem);
	upup = mem;
	up = upup + b.n + 1;
	row = up + b.n + 1;
	for (size_t j = 0; j <= b.n; j++)
		row[j] = (int)j;
	result = 0;
	for (size_t i = 1; i <= a.n; i++) {
		int least;

		t = upup;
		upup = up;
		up = row;
		row = t;
		least = distance_row(a, i, b, upup, up, row);
		/* A swap looks two rows back, so both must be beyond max. */
		if (least > max && last > max)
			break;
		last = least;
	}
	result = row[b.n] > max ? max + 1 : row[b.n];
	free(mem);
	return result;
}
