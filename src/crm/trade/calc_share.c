/* Rounding, and sharing out what cannot be divided. */
#include <stdlib.h>

#include "base/mem.h"
#include "crm/trade/calc_impl.h"

typedef unsigned __int128 uint128;

/* What one did not get when all was rounded down. */
struct rest {
	uint128 rest;
	size_t i;
};

/* As many are shared out without asking for memory. */
enum { FEW = 32 };

int128
calc_round(int128 n, int128 d, enum halves h)
{
	int128 q = n / d, r = n % d, away = n < 0 ? q - 1 : q + 1;

	if (r == 0 || h == ALWAYS_DOWN)
		return q;
	if (r < 0)
		r = -r;
	/* Compared without doubling r, which could overflow. */
	if (h == ALWAYS_UP || r > d - r)
		return away;
	if (r < d - r)
		return q;
	return h == HALF_UP || (h == HALF_EVEN && q % 2 != 0) ? away : q;
}

static int
rest_cmp(const void *a, const void *b)
{
	const struct rest *x = a, *y = b;

	if (x->rest != y->rest)
		return x->rest < y->rest ? 1 : -1;
	return (x->i > y->i) - (x->i < y->i);
}

/* One unit each to the largest rests. */
static void
hand_out(uint64_t left, struct rest *rest, size_t n, int64_t *out)
{
	if (left == 0)
		return;
	qsort(rest, n, sizeof *rest, rest_cmp);
	for (size_t i = 0; i < n && i < left; i++)
		out[rest[i].i]++;
}

/*
 * units * w / sum and what is left of it, w <= sum < 2^127. The product may
 * have 190 bits: then it is made bit by bit, and divided on the way.
 */
static uint64_t
portion(uint64_t units, uint128 w, uint128 sum, uint128 *rest)
{
	uint128 product, r = 0;
	uint64_t q = 0;

	if (!__builtin_mul_overflow((uint128)units, w, &product)) {
		if (product <= UINT64_MAX && sum <= UINT64_MAX) {
			*rest = (uint64_t)product % (uint64_t)sum;
			return (uint64_t)product / (uint64_t)sum;
		}
		*rest = product % sum;
		return (uint64_t)(product / sum);
	}
	for (int bit = 63; bit >= 0; bit--) {
		r *= 2;
		q *= 2;
		if (r >= sum) {
			r -= sum;
			q++;
		}
		if (!(units >> bit & 1))
			continue;
		/* r < sum and w <= sum: together below 2^128 */
		r += w;
		if (r >= sum) {
			r -= sum;
			q++;
		}
	}
	*rest = r;
	return q;
}

void
calc_share(int64_t units, const int128 *weight, size_t n, int64_t *out)
{
	uint64_t size = units < 0 ? -(uint64_t)units : (uint64_t)units;
	struct rest few[FEW], *rest = few;
	uint64_t left = size;
	uint128 sum = 0;

	for (size_t i = 0; i < n; i++) {
		sum += (uint128)weight[i];
		out[i] = 0;
	}
	if (n == 0 || units == 0)
		return;
	if (n == 1 || sum == 0) {
		out[0] = units;
		return;
	}
	if (n > FEW)
		rest = xcalloc(n, sizeof *rest);
	for (size_t i = 0; i < n; i++) {
		uint64_t got =
		    portion(size, (uint128)weight[i], sum, &rest[i].rest);

		rest[i].i = i;
		out[i] = (int64_t)got;
		left -= got;
	}
	hand_out(left, rest, n, out);
	for (size_t i = 0; units < 0 && i < n; i++)
		out[i] = -out[i];
	if (rest != few)
		free(rest);
}

void
calc_share_exact(
    int64_t units, const int128 *value, size_t n, int128 one, int64_t *out)
{
	struct rest few[FEW], *rest = few;

	if (n > FEW)
		rest = xcalloc(n, sizeof *rest);
	for (size_t i = 0; i < n; i++) {
		out[i] = (int64_t)(value[i] / one);
		rest[i].rest = (uint128)(value[i] % one);
		rest[i].i = i;
		units -= out[i];
	}
	hand_out((uint64_t)units, rest, n, out);
	if (rest != few)
		free(rest);
}
