/*
 * report_measure: what a row adds to its group.
 */
#include "base/money.h"
#include "crm/report/report_impl.h"

static const int64_t pow10_table[19] = { 1, 10, 100, 1000, 10000, 100000,
	1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000,
	1000000000000, 10000000000000, 100000000000000, 1000000000000000,
	10000000000000000, 100000000000000000, 1000000000000000000 };

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
/*
 * 1234.50 as 123450 where it is 4 to 12 digits and has a point before the last
 * two, as nearly all amounts: eight characters at once. False: look closer.
 */
static inline bool
cents(struct span s, int64_t *out)
{
	static const uint64_t zeros = 0x3030303030303030u;
	uint64_t w, head = 0;
	uint32_t a, b;

	if (s.n >= 8) {
		memcpy(&w, s.p + s.n - 8, 8);
		for (size_t i = 0; i + 8 < s.n; i++) {
			unsigned c = (unsigned char)s.p[i] - '0';

			if (c > 9)
				return false;
			head = head * 10 + c;
		}
	} else {
		unsigned blank = (unsigned)(8 - s.n) * 8;

		memcpy(&a, s.p, 4);
		memcpy(&b, s.p + s.n - 4, 4);
		w = (uint64_t)b << 32 | (uint32_t)((uint64_t)a << blank) |
		    (zeros & (((uint64_t)1 << blank) - 1));
	}
	if ((w >> 40 & 0xff) != '.')
		return false;
	w = (w & 0xffff000000000000u) | (w & 0xffffffffffu) << 8 | '0';
	w ^= zeros;
	if ((w | (w + 0x7676767676767676u)) & 0x8080808080808080u)
		return false;
	w = w * 10 + (w >> 8);
	w = ((w & 0x000000ff000000ffu) * 0x000f424000000064u +
		(w >> 16 & 0x000000ff000000ffu) * 0x0000271000000001u) >>
	    32;
	*out = (int64_t)(head * 10000000 + w);
	return true;
}
#else
static inline bool
cents(struct span s, int64_t *out)
{
	(void)s;
	(void)out;
	return false;
}
#endif

/* Plain digits with a point, the usual case; else dec_units() decides. */
static inline bool
units(struct span s, int exponent, int64_t *out)
{
	uint64_t v = 0;
	size_t i = 0, point = s.n;

	if (exponent == 2 && s.n >= 4 && s.n <= 13 && cents(s, out))
		return true;
	if (s.n == 0 || s.n > 18)
		return dec_units(s, exponent, out);
	for (; i < s.n; i++) {
		unsigned c = (unsigned char)s.p[i];

		if (c - '0' <= 9)
			v = v * 10 + (c - '0');
		else if (c == '.' && point == s.n && i > 0)
			point = i;
		else
			return dec_units(s, exponent, out);
	}
	i = point < s.n ? s.n - point - 1 : 0;
	if (i > (size_t)exponent || v > INT64_MAX / 100000)
		return dec_units(s, exponent, out);
	*out = (int64_t)v * pow10_table[(size_t)exponent - i];
	return true;
}

/* Chance in units of 10^-CHANCE_SCALE percent. */
static bool
chance_units(struct dec d, int64_t *out)
{
	while (d.scale > CHANCE_SCALE && d.value % 10 == 0) {
		d.value /= 10;
		d.scale--;
	}
	return d.scale <= CHANCE_SCALE &&
	       !__builtin_mul_overflow(
		   d.value, pow10_table[CHANCE_SCALE - d.scale], out);
}

/* The last amount that was read, since several measures are of the same. */
struct last {
	const struct path *path;
	struct span v;
	int64_t units;
};

/* 1: *out is the row's value; 0: it has none; -1. */
static int
money_in_row(struct agg *g, const struct measure *m, const struct row *row,
    int exponent, struct last *last, int128 *out, struct err *e)
{
	struct dec d;
	int64_t c;
	int rc;

	if (last->path != m->path) {
		last->path = m->path;
		last->v = path_value(m->path, row);
		if (last->v.n && !units(last->v, exponent, &last->units))
			return agg_bad_cell(g, m->path, last->v, e);
	}
	if (!last->v.n)
		return 0;
	*out = last->units;
	if (!m->chance)
		return 1;
	rc = path_dec(m->chance, row, &d);
	if (rc < 0 || (rc && !chance_units(d, &c)))
		return agg_bad_cell(
		    g, m->chance, path_value(m->chance, row), e);
	if (rc)
		*out *= c;
	return rc;
}

static int
number_in_row(struct agg *g, const struct measure *m, const struct row *row,
    int128 *out, struct err *e)
{
	struct span v = path_value(m->path, row);
	struct dec d;
	int32_t day;

	if (!v.n)
		return 0;
	if (m->date) {
		if (!date_parse(v, &day))
			return agg_bad_cell(g, m->path, v, e);
		*out = day;
		return 1;
	}
	if (!dec_parse(v, &d))
		return agg_bad_cell(g, m->path, v, e);
	*out = (int128)d.value * pow10_table[NUMBER_SCALE - d.scale];
	return 1;
}

void
acc_add(struct acc *to, const struct acc *from, enum measure_kind k)
{
	if (!from->n)
		return;
	if (k == M_MIN || k == M_MAX) {
		if (!to->n || (k == M_MIN ? from->v < to->v : from->v > to->v))
			to->v = from->v;
	} else {
		/* What is too large stays so: report_money.c refuses it. */
		if (acc_is_large(to->v) || acc_is_large(from->v) ||
		    __builtin_add_overflow(to->v, from->v, &to->v))
			to->v = ACC_LARGE;
	}
	to->n += from->n;
}

int
agg_measure(struct agg *g, uint32_t gid, uint32_t currency,
    const struct row *row, struct err *e)
{
	const struct select *s = g->sel;
	struct acc *acc = g->acc + (size_t)gid * s->nmeasures;
	int exponent = s->currency.n ? g->exponent[currency] : 0;
	struct last last = { 0 };
	int128 sum;

	for (size_t i = 0; i < s->nmeasures; i++) {
		const struct measure *m = &s->measure[i];
		struct acc one = { 0, 1 };
		int rc = 1;

		if (!m->path) {
			acc[i].n++;
			continue;
		}
		if (m->money)
			rc =
			    money_in_row(g, m, row, exponent, &last, &one.v, e);
		else
			rc = number_in_row(g, m, row, &one.v, e);
		if (rc < 0)
			return -1;
		if (!rc)
			continue;
		if (m->def->kind == M_MIN || m->def->kind == M_MAX ||
		    acc_is_large(acc[i].v) ||
		    __builtin_add_overflow(acc[i].v, one.v, &sum))
			acc_add(&acc[i], &one, m->def->kind);
		else
			acc[i] = (struct acc){ sum, acc[i].n + 1 };
	}
	return 0;
}
