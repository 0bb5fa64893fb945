#include <string.h>

#include "crm/query/query_impl.h"

/*
 * Numbers and money on one scale. An int64_t at scale 0 times 10^18 has less
 * than 126 bits, so nothing that a cell can hold is lost.
 */

static const int64_t pow10_table[19] = { 1, 10, 100, 1000, 10000, 100000,
	1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000,
	1000000000000, 10000000000000, 100000000000000, 1000000000000000,
	10000000000000000, 100000000000000000, 1000000000000000000 };

int128
dec_num(struct dec d)
{
	return (int128)d.value * pow10_table[NUM_SCALE - d.scale];
}

/*
 * num x rate. The product has up to 36 digits behind the point; those past
 * NUM_SCALE are below any unit of money. What does not fit is taken for as
 * large as a number gets: only comparisons see it.
 */
int128
num_times_rate(int128 num, struct dec rate)
{
	int128 r;

	if (!__builtin_mul_overflow(num, (int128)rate.value, &r))
		return r / pow10_table[rate.scale];
	r = num / pow10_table[rate.scale];
	if (!__builtin_mul_overflow(r, (int128)rate.value, &r))
		return r;
	return (num < 0) == (rate.value < 0) ? (int128)1 << 125
					     : -((int128)1 << 125);
}

static int
fail(struct qthread *t, struct span currency)
{
	if (!t->failed)
		err_set(&t->err, ERR_DATA,
		    "no rate from %.*s to %s: add one to config/rates.csv",
		    SPANF(currency), t->q->s->currency);
	t->failed = true;
	return -1;
}

/* Without a base currency amounts compare as long as all have the same. */
static int
same_currency(struct qthread *t, struct span c)
{
	uint32_t code = 0, seen = 0;

	memcpy(&code, c.p, c.n < sizeof code ? c.n : sizeof code);
	if (atomic_compare_exchange_strong(&t->q->currency, &seen, code) ||
	    seen == code)
		return 1;
	if (!t->failed)
		err_set(&t->err, ERR_DATA,
		    "amounts of several currencies do not compare: set "
		    "'currency' in crmrc and rates in config/rates.csv");
	t->failed = true;
	return -1;
}

static const struct dec *
rate_of(struct qthread *t, struct span c)
{
	const struct rate *r;

	for (size_t i = 0; i < t->nrates; i++) {
		if (memcmp(t->rate[i].currency, c.p, 3) == 0)
			return &t->rate[i].rate;
	}
	r = config_rate(t->q->config, c, t->q->s->dates.today);
	if (!r)
		return NULL;
	if (t->nrates < sizeof t->rate / sizeof *t->rate) {
		memcpy(t->rate[t->nrates].currency, c.p, 3);
		t->rate[t->nrates++].rate = r->rate;
	}
	return &r->rate;
}

static int
money_to_base(struct qthread *t, struct span currency, int128 *num)
{
	const char *base = t->q->s->currency;
	const struct dec *rate;

	if (currency.n == 0)
		return 1;
	if (base[0] == '\0')
		return same_currency(t, currency);
	if (currency.n != 3)
		return fail(t, currency);
	if (memcmp(currency.p, base, 3) == 0)
		return 1;
	rate = rate_of(t, currency);
	if (!rate)
		return fail(t, currency);
	*num = num_times_rate(*num, *rate);
	return 1;
}

int
path_base_money(const struct path *p, const struct row *r, int128 *out)
{
	const struct span *cell;
	struct dec d;
	int rc = path_dec(p, r, &d);

	if (rc != 1)
		return rc;
	*out = dec_num(d);
	if (p->currency == NO_SLOT)
		return 1;
	cell = node_cells(p->node, r);
	return cell ? money_to_base(r->scratch, cell[p->currency], out) : 1;
}
