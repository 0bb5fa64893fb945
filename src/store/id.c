#include "store/id.h"
#include "base/ascii.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define RANDOM_BITS 40
#define RANDOM_MASK (((uint64_t)1 << RANDOM_BITS) - 1)
#define RANDOM_LEN 8
#define HEAD_LEN 6 /* letter, year, month, '-' */

static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";

/* clang-format off */
/* Value of a base32 digit in canonical form plus one; 0 is none. */
static const unsigned char value1[256] = {
	['0'] = 1, ['1'] = 2, ['2'] = 3, ['3'] = 4, ['4'] = 5, ['5'] = 6,
	['6'] = 7, ['7'] = 8, ['8'] = 9, ['9'] = 10, ['a'] = 11, ['b'] = 12,
	['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16, ['g'] = 17, ['h'] = 18,
	['j'] = 19, ['k'] = 20, ['m'] = 21, ['n'] = 22, ['p'] = 23, ['q'] = 24,
	['r'] = 25, ['s'] = 26, ['t'] = 27, ['v'] = 28, ['w'] = 29, ['x'] = 30,
	['y'] = 31, ['z'] = 32
};
/* clang-format on */

/* Packs the head; 0 where it is none. The fields cannot overlap: 99 years of
 * months are 1,200, less than 4,096. */
static uint64_t
pack_head(const char *p, char letter)
{
	unsigned month, months;

	if (letter < 'A' || letter > 'Z' || p[5] != '-' || !ascii_digit(p[1]) ||
	    !ascii_digit(p[2]) || !ascii_digit(p[3]) || !ascii_digit(p[4]))
		return 0;
	month = (unsigned)(p[3] - '0') * 10 + (unsigned)(p[4] - '0');
	if (month < 1 || month > 12)
		return 0;
	months = ((unsigned)(p[1] - '0') * 10 + (unsigned)(p[2] - '0')) * 12;
	months += month - 1;
	return (uint64_t)letter << 52 | (uint64_t)months << RANDOM_BITS;
}

uint64_t
id_pack_canonical(struct span s)
{
	uint64_t r = 0, head;
	bool bad = false;

	if (s.n != ID_LEN)
		return 0;
	head = pack_head(s.p, s.p[0]);
	for (size_t i = HEAD_LEN; i < ID_LEN; i++) {
		unsigned v = value1[(unsigned char)s.p[i]];

		bad |= v == 0;
		r = r << 5 | ((v - 1) & 31);
	}
	return head && !bad ? head | r : 0;
}

/* A digit as people write it to its canonical form; 0 where it is none. */
static char
canonical(char c)
{
	if (c >= 'A' && c <= 'Z')
		c = (char)(c - 'A' + 'a');
	if (c == 'i' || c == 'l')
		c = '1';
	else if (c == 'o')
		c = '0';
	return value1[(unsigned char)c] ? c : '\0';
}

static bool
canonicals(const char *p, size_t n, char *out)
{
	for (size_t i = 0; i < n; i++) {
		out[i] = canonical(p[i]);
		if (!out[i])
			return false;
	}
	return true;
}

uint64_t
id_pack(struct span s)
{
	char c[ID_LEN];

	if (s.n != ID_LEN)
		return 0;
	memcpy(c, s.p, HEAD_LEN);
	c[0] = ascii_upper(c[0]);
	if (!canonicals(s.p + HEAD_LEN, RANDOM_LEN, c + HEAD_LEN))
		return 0;
	return id_pack_canonical(span_n(c, ID_LEN));
}

void
id_unpack(uint64_t id, char out[ID_LEN + 1])
{
	unsigned year = (unsigned)id_year(id) % 100;
	unsigned month = (unsigned)id_month(id);

	out[0] = id_letter(id);
	out[1] = (char)('0' + year / 10);
	out[2] = (char)('0' + year % 10);
	out[3] = (char)('0' + month / 10);
	out[4] = (char)('0' + month % 10);
	out[5] = '-';
	for (size_t i = ID_LEN; i-- > HEAD_LEN; id >>= 5)
		out[i] = digits[id & 31];
	out[ID_LEN] = '\0';
}

struct span
id_text(struct arena *a, uint64_t id)
{
	char text[ID_LEN + 1];

	id_unpack(id, text);
	return arena_span(a, span(text));
}

char
id_letter(uint64_t id)
{
	return (char)(id >> 52 & 0x7f);
}

int
id_year(uint64_t id)
{
	return 2000 + (int)(id >> RANDOM_BITS & 0xfff) / 12;
}

int
id_month(uint64_t id)
{
	return (int)(id >> RANDOM_BITS & 0xfff) % 12 + 1;
}

/*
 * Random bytes come in lots, since a call for every id would be a third of the
 * time of a large import. No process makes ids on both sides of a fork; if one
 * ever does, the two would hand out the same lot.
 */
static int
random_part(uint64_t *out, struct err *e)
{
	static _Thread_local unsigned char pool[250];
	static _Thread_local size_t left;

	if (left == 0) {
		ssize_t got;

		do
			got = getrandom(pool, sizeof pool, 0);
		while (got < 0 && errno == EINTR);
		if (got != (ssize_t)sizeof pool)
			return err_errno(e, "random numbers for an id");
		left = sizeof pool;
	}
	*out = 0;
	for (int i = 0; i < RANDOM_BITS / 8; i++)
		*out = *out << 8 | pool[--left];
	return 0;
}

/* splitmix64: the same on every machine, unlike span_hash. */
static uint64_t
stir(uint64_t x)
{
	x += 0x9e3779b97f4a7c15u;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

static uint64_t
seeded_part(const char *seed, uint64_t head)
{
	static atomic_uint_fast64_t made;
	uint64_t h = 0;

	for (; *seed; seed++)
		h = stir(h ^ (unsigned char)*seed);
	return stir(stir(h ^ head) + atomic_fetch_add(&made, 1)) & RANDOM_MASK;
}

int
id_make(char letter, int year, int month, uint64_t *id, struct err *e)
{
	const char *seed = getenv("CRM_SEED");
	uint64_t head, part = 0;

	if (letter < 'A' || letter > 'Z' || month < 1 || month > 12)
		return err_set(e, ERR_BUG, "no such kind of id");
	if (year < 2000 || year > 2099)
		return err_set(e, ERR_DATA,
		    "year %d: ids are made for 2000 to 2099 only", year);
	head = (uint64_t)letter << 52 |
	       (uint64_t)((year - 2000) * 12 + month - 1) << RANDOM_BITS;
	if (seed && *seed)
		part = seeded_part(seed, head);
	else if (random_part(&part, e) < 0)
		return -1;
	*id = head | part;
	return 0;
}

uint64_t
id_common(uint64_t id)
{
	/* 52 bits without the letter, less six of the random characters */
	return id & (((uint64_t)1 << 52) - 1) & ~(((uint64_t)1 << 30) - 1);
}

bool
id_beside(uint64_t id, uint64_t other)
{
	return id_common(id) == id_common(other);
}

int
id_make_beside(char letter, uint64_t other, uint64_t *id, struct err *e)
{
	if (id_make(letter, id_year(other), id_month(other), id, e))
		return -1;
	*id = (*id & ~id_common(UINT64_MAX)) | id_common(other);
	return 0;
}

bool
id_prefix(struct span s, char out[ID_LEN + 1], bool *whole)
{
	const char *dash = s.n ? memchr(s.p, '-', s.n) : NULL;
	size_t head = dash ? HEAD_LEN : 0;

	*whole = dash != NULL;
	if (s.n == 0 || s.n < head || s.n > head + RANDOM_LEN)
		return false;
	if (dash) {
		memcpy(out, s.p, HEAD_LEN);
		out[0] = ascii_upper(out[0]);
		if (!pack_head(out, out[0]))
			return false;
	}
	if (!canonicals(s.p + head, s.n - head, out + head))
		return false;
	out[s.n] = '\0';
	return true;
}
