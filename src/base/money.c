#include "base/money.h"

#include <string.h>

#define SCALE_MAX 18

static int64_t
pow10_int(int n)
{
	int64_t v = 1;

	while (n-- > 0)
		v *= 10;
	return v;
}

int128
pow10_128(int n)
{
	int128 v = 1;

	while (n-- > 0)
		v *= 10;
	return v;
}

int
dec_cmp(struct dec a, struct dec b)
{
	int128 x = a.value, y = b.value;

	if (a.scale < b.scale)
		x *= pow10_128(b.scale - a.scale);
	else
		y *= pow10_128(a.scale - b.scale);
	return x < y ? -1 : x > y;
}

/* *v times 10^n; false where that overflows. */
static bool
shift(int64_t *v, int n)
{
	if (*v == 0 || n == 0)
		return true;
	return n <= SCALE_MAX && !__builtin_mul_overflow(*v, pow10_int(n), v);
}

/*
 * Reads s with its first scale fraction digits; what follows those must be
 * zeros. *frac is how many were read. The sign is put on at the end, so that
 * INT64_MIN is never made and every amount can be negated.
 */
static bool
scan(struct span s, int scale, int64_t *v, int *frac)
{
	size_t i = s.n && (s.p[0] == '-' || s.p[0] == '+');
	bool neg = i && s.p[0] == '-', point = false, any = false;
	int64_t x = 0;
	int f = 0;

	for (; i < s.n; i++) {
		unsigned d = (unsigned)(unsigned char)s.p[i] - '0';

		if (d > 9) {
			if (s.p[i] != '.' || point)
				return false;
			point = true;
			continue;
		}
		any = true;
		if (point && f == scale) {
			if (d)
				return false;
			continue;
		}
		if (__builtin_mul_overflow(x, 10, &x) ||
		    __builtin_add_overflow(x, (int64_t)d, &x))
			return false;
		f += point;
	}
	*v = neg ? -x : x;
	*frac = f;
	return any;
}

bool
dec_units(struct span s, int scale, int64_t *units)
{
	int64_t v;
	int frac;

	if (!scan(s, scale, &v, &frac) || !shift(&v, scale - frac))
		return false;
	*units = v;
	return true;
}

bool
dec_parse(struct span s, struct dec *out)
{
	const char *point = s.n ? memchr(s.p, '.', s.n) : NULL;
	struct dec d;

	if (point && s.p + s.n - point - 1 > SCALE_MAX)
		return false;
	if (!scan(s, SCALE_MAX, &d.value, &d.scale))
		return false;
	*out = d;
	return true;
}

/*
 * The digits of v, written backwards from end; at least least of them. Most
 * values fit 64 bits, where a division is far cheaper.
 */
static char *
digits(char *end, unsigned __int128 v, int least)
{
	uint64_t low;

	for (; v > UINT64_MAX; v /= 10, least--)
		*--end = (char)('0' + (int)(v % 10));
	for (low = (uint64_t)v; low || least > 0; low /= 10, least--)
		*--end = (char)('0' + (int)(low % 10));
	return end;
}

static void
format(struct buf *out, int128 units, int scale, bool grouped)
{
	unsigned __int128 v = (unsigned __int128)units;
	char text[64], *end = text + sizeof text, *p;
	size_t whole;

	p = digits(end, units < 0 ? -v : v, scale + 1);
	whole = (size_t)(end - p) - (size_t)scale;
	if (units < 0)
		buf_addc(out, '-');
	if (grouped) {
		for (; whole > 3; whole -= (whole - 1) % 3 + 1) {
			size_t n = (whole - 1) % 3 + 1;

			buf_add(out, p, n);
			buf_addc(out, ',');
			p += n;
		}
	}
	buf_add(out, p, whole);
	if (scale) {
		buf_addc(out, '.');
		buf_add(out, p + whole, (size_t)scale);
	}
}

void
dec_format(struct buf *out, int128 units, int scale)
{
	format(out, units, scale, false);
}

void
dec_format_grouped(struct buf *out, int128 units, int scale)
{
	format(out, units, scale, true);
}

struct span
dec_span(struct arena *a, int128 units, int scale)
{
	struct buf b = { 0 };
	struct span s;

	dec_format(&b, units, scale);
	s = arena_span(a, buf_span(&b));
	buf_release(&b);
	return s;
}

int128
dec_trim(struct dec d, int least, int *scale)
{
	int128 v = d.value;

	for (; d.scale > least && v % 10 == 0; d.scale--)
		v /= 10;
	for (; d.scale < least; d.scale++)
		v *= 10;
	*scale = d.scale;
	return v;
}

int128
round_div(int128 n, int128 d)
{
	int128 q = n / d, r = n % d;

	/* Compared without doubling r, which could overflow. */
	if (r >= 0)
		return r >= d - r && r ? q + 1 : q;
	return -r >= d + r ? q - 1 : q;
}

int
dec_rescale(struct dec d, int exp, int64_t *units, struct err *e)
{
	struct buf text = { 0 };
	int64_t v = d.value;
	int r = -1;

	if (d.scale <= exp) {
		if (shift(&v, exp - d.scale)) {
			*units = v;
			return 0;
		}
	} else if (v % pow10_int(d.scale - exp) == 0) {
		*units = v / pow10_int(d.scale - exp);
		return 0;
	}
	dec_format(&text, d.value, d.scale);
	if (d.scale <= exp)
		r = err_set(e, ERR_USAGE, "amount %s is too large", text.p);
	else
		r = err_set(e, ERR_USAGE,
		    "amount %s has more than %d digits behind the point",
		    text.p, exp);
	buf_release(&text);
	return r;
}
