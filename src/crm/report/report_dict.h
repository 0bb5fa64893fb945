/*
 * report_dict: values to small dense codes, and pairs of codes to dense codes.
 * What is done for every row is here in full, so that it is inlined: a value
 * of up to 16 bytes is two words, and comparing these is cheaper than hashing
 * a text would be.
 */
#ifndef CRM_CRM_REPORT_REPORT_DICT_H
#define CRM_CRM_REPORT_REPORT_DICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/span.h"
#include "base/strmap.h"

#define NO_CODE ((uint32_t)-1) /* the row is not in the period */

/* What a code stands for; codes are dense, in order of appearance. */
struct group_key {
	struct span key;   /* makes it the same in all selects */
	struct span label; /* for people */
};

struct dict_slot {
	uint64_t lo, hi;
	uint32_t n, code; /* n is the length + 1; 0: free */
};

struct dict {
	struct dict_slot *slot;
	size_t nslots, used;
	uint32_t *day;	   /* of dates; see day_find() */
	struct strmap raw; /* values of more than 16 bytes */
	struct strmap key; /* key to code */
	struct group_key *code;
	size_t n, cap;
	struct arena arena;
};

/* The code of a key, made where it is new. */
uint32_t dict_key(
    struct dict *d, struct span key, struct span label, bool *added);
/* Value v has this code from now on; it must not be known yet. */
void dict_remember(struct dict *d, struct span v, uint32_t code);
void dict_release(struct dict *d);

/* Pairs of small codes, as nearly all are, have a table without hashing. */
enum { PAIR_A = 2048, PAIR_B = 16 };

struct pairs {
	uint32_t *small; /* [a * PAIR_B + b]: code + 1 */
	uint64_t *key;	 /* the pair + 1; 0 is free */
	uint32_t *val;
	size_t nslots, nhashed, n;
};

uint32_t pairs_far(struct pairs *p, uint32_t a, uint32_t b, bool *added);
void pairs_release(struct pairs *p);

/* The bytes of a value of at most 16, of which none is lost, n being known. */
static inline void
words(struct span s, uint64_t *lo, uint64_t *hi)
{
	uint32_t a, b;

	*hi = 0;
	if (s.n >= 8) {
		memcpy(lo, s.p, 8);
		memcpy(hi, s.p + s.n - 8, 8);
	} else if (s.n >= 4) {
		memcpy(&a, s.p, 4);
		memcpy(&b, s.p + s.n - 4, 4);
		*lo = (uint64_t)a << 32 | b;
	} else if (s.n) {
		*lo = (uint64_t)(unsigned char)s.p[0] << 16 |
		      (uint64_t)(unsigned char)s.p[s.n / 2] << 8 |
		      (unsigned char)s.p[s.n - 1];
	} else {
		*lo = 0;
	}
}

#define DICT_ODD 0x9e3779b97f4a7c15u

static inline size_t
spread(uint64_t lo, uint64_t hi, uint32_t n)
{
	uint64_t h = (lo ^ (hi * DICT_ODD)) + n;

	h *= DICT_ODD;
	return (size_t)(h ^ h >> 32);
}

/* True where the value is known; *code is what it was given. */
static inline bool
dict_find(const struct dict *d, struct span v, uint32_t *code)
{
	uint64_t lo, hi;
	uint32_t n = (uint32_t)v.n + 1;
	size_t k;

	if (v.n > 16) {
		size_t at = strmap_get(&d->raw, v);

		*code = (uint32_t)at;
		return at != (size_t)-1;
	}
	if (!d->nslots)
		return false;
	words(v, &lo, &hi);
	k = spread(lo, hi, n) & (d->nslots - 1);
	for (; d->slot[k].n; k = (k + 1) & (d->nslots - 1)) {
		const struct dict_slot *s = &d->slot[k];

		if (s->lo == lo && s->hi == hi && s->n == n) {
			*code = s->code;
			return true;
		}
	}
	return false;
}

/*
 * The code of a pair, made where it is new: *added, and it is p->n - 1.
 */
static inline uint32_t
pairs_code(struct pairs *p, uint32_t a, uint32_t b, bool *added)
{
	uint32_t code;

	if (a < PAIR_A && b < PAIR_B && p->small) {
		code = p->small[a * PAIR_B + b];
		if (code) {
			*added = false;
			return code - 1;
		}
	}
	return pairs_far(p, a, b, added);
}

/*
 * Dates have a place of their own, found by arithmetic: there are so many of
 * them that a hash table of them would not stay in the nearest cache.
 */
enum { DAY_FROM = 1970, DAY_YEARS = 160 };

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
static inline size_t
day_place(struct span v)
{
	uint64_t w;
	uint32_t y, m, d, a, b;

	if (v.n != 10)
		return 0;
	memcpy(&w, v.p, 8);
	w ^= 0x2d30302d30303030u; /* ....-..- */
	a = (unsigned char)v.p[8] ^ '0';
	b = (unsigned char)v.p[9] ^ '0';
	if (((w | (w + 0x7676767676767676u)) & 0x8080808080808080u) ||
	    (w & 0xff0000ff00000000u) || a > 3 || b > 9)
		return 0;
	y = (uint32_t)((w & 255) * 1000 + (w >> 8 & 255) * 100 +
		       (w >> 16 & 255) * 10 + (w >> 24 & 255)) -
	    DAY_FROM;
	m = (uint32_t)((w >> 40 & 255) * 10 + (w >> 48 & 255));
	d = a * 10 + b;
	return y < DAY_YEARS && m <= 12 && d <= 31 ? (y * 16 + m) * 32 + d : 0;
}
#else
static inline size_t
day_place(struct span v)
{
	(void)v;
	return 0;
}
#endif

/* The place of a date in dict.day for day_find(); 0: it has none. */
static inline bool
day_find(const struct dict *d, size_t at, uint32_t *code)
{
	if (!d->day || !d->day[at])
		return false;
	*code = d->day[at] == NO_CODE ? NO_CODE : d->day[at] - 1;
	return true;
}

void day_remember(struct dict *d, size_t at, uint32_t code);

#endif
