/*
 * report_money: what a measure is in the end. Amounts have been added up per
 * currency without loss; here they are converted and rounded, once.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "crm/config.h"
#include "crm/report/report_impl.h"
#include "store/repo.h"

/* A number of minor units: n / 10^k. */
struct exact {
	int128 n;
	int k;
};

enum { K_MAX = 37 };

static int
too_large(const struct measure *me, struct err *e)
{
	return err_set(e, ERR_DATA, "column '%.*s': the sum is too large",
	    SPANF(me->def->name));
}

static int
commit_day(void *ctx, const struct repo_commit *c, struct err *e)
{
	(void)e;
	*(int32_t *)ctx = clock_day(c->time, NULL);
	return 0;
}

/* Rates are those of the day that is looked at. */
static int
report_day(struct report *r, int32_t *day, struct err *e)
{
	struct repo *repo;

	*day = r->s->dates.today;
	if (!r->s->as_of || !r->s->base.hex[0])
		return 0;
	if (session_repo(r->s, &repo, e))
		return -1;
	return repo_commit(repo, &r->s->base, commit_day, day, e);
}

static void
mark_used(struct report *r, struct money_plan *m)
{
	const struct join *j = r->join;

	for (size_t i = 0; i < j->ncells; i++) {
		if (j->cell[i].currency == NO_CODE)
			continue;
		for (size_t k = 0; k < r->nselects; k++) {
			const struct select *s = &r->select[k];

			for (size_t x = 0; x < s->nmeasures; x++)
				if (s->measure[x].money &&
				    j->cell[i].acc[s->measure[x].index].n)
					m->cur[j->cell[i].currency].used = true;
		}
	}
}

static int
find_rate(struct report *r, const struct config *c, struct money_plan *m,
    size_t i, int32_t day, struct buf *said, struct err *e)
{
	struct span code = m->cur[i].code;
	const struct rate *rate = config_rate(c, code, day);
	char date[11];

	date_format(day, date);
	if (!rate)
		return err_set(e, ERR_DATA,
		    "no rate for %.*s on %s: add a row '%.*s,%s,RATE' to "
		    "config/rates.csv, 1 %.*s being RATE %s",
		    SPANF(code), date, SPANF(code), date, SPANF(code),
		    r->s->currency);
	m->cur[i].rate = rate;
	date_format(rate->date, date);
	buf_addf(said, "%s1 %.*s = ", said->n ? ", " : "rates: ", SPANF(code));
	dec_format(said, rate->rate.value, rate->rate.scale);
	buf_addf(said, " %s (%s)", r->s->currency, date);
	return 0;
}

/* Codes in the order of their names, so that the text is always the same. */
static size_t
next_code(const struct money_plan *m, size_t last)
{
	size_t best = m->n;

	for (size_t i = 0; i < m->n; i++) {
		if (!m->cur[i].used ||
		    (last < m->n &&
			span_cmp(m->cur[i].code, m->cur[last].code) <= 0))
			continue;
		if (best == m->n ||
		    span_cmp(m->cur[i].code, m->cur[best].code) < 0)
			best = i;
	}
	return best;
}

static int
find_rates(struct report *r, struct money_plan *m, struct err *e)
{
	struct config *c;
	struct buf said = { 0 };
	int32_t day;
	int rc = 0;

	if (!r->s->currency[0])
		return err_set(e, ERR_DATA,
		    "amounts in several currencies: set core.currency in crmrc "
		    "to the one that reports are in, and add rates to "
		    "config/rates.csv");
	if (session_config(r->s, &c, e) || report_day(r, &day, e))
		return -1;
	for (size_t i = next_code(m, m->n); !rc && i < m->n;
	     i = next_code(m, i))
		if (!span_eqs(m->cur[i].code, r->s->currency))
			rc = find_rate(r, c, m, i, day, &said, e);
	r->out->rates = arena_span(&r->out->arena, buf_span(&said));
	buf_release(&said);
	return rc;
}

int
money_plan(struct report *r, struct money_plan *m, struct err *e)
{
	const struct dict *d = &r->join->currency;
	struct span result = span(r->s->currency);
	size_t used = 0;

	memset(m, 0, sizeof *m);
	m->n = d->n;
	m->cur = xcalloc(d->n + 1, sizeof *m->cur);
	for (size_t i = 0; i < d->n; i++) {
		m->cur[i].code = d->code[i].key;
		m->cur[i].exponent =
		    d->code[i].key.n ? currency_exponent(d->code[i].key) : 2;
	}
	mark_used(r, m);
	for (size_t i = 0; i < m->n; i++) {
		if (!m->cur[i].used)
			continue;
		if (!used++)
			result = m->cur[i].code;
	}
	if (used > 1) {
		result = span(r->s->currency);
		if (find_rates(r, m, e))
			return -1;
	}
	if (result.n == 3)
		memcpy(m->currency, result.p, 3);
	m->exponent = result.n == 3 ? currency_exponent(result) : 2;
	if (m->exponent < 0)
		m->exponent = 2;
	return 0;
}

void
money_release(struct money_plan *m)
{
	free(m->cur);
	memset(m, 0, sizeof *m);
}

static void
strip(int128 *n, int *k)
{
	while (*k > 0 && *n % 10 == 0) {
		*n /= 10;
		(*k)--;
	}
}

/* A currency's sum in minor units of the result, exact. */
static bool
convert(const struct money_plan *m, const struct join_cell *c, int128 v, int k,
    struct exact *out)
{
	const struct rate *rate = m->cur[c->currency].rate;
	int shift = m->exponent - m->cur[c->currency].exponent;
	int128 by = rate ? rate->rate.value : 1;

	k += rate ? rate->rate.scale : 0;
	if (!rate)
		shift = 0;
	strip(&v, &k);
	for (; shift > 0; shift--)
		by *= 10;
	k += -shift;
	strip(&by, &k);
	if (acc_is_large(v) || __builtin_mul_overflow(v, by, &out->n))
		return false;
	out->k = k;
	strip(&out->n, &out->k);
	return out->k <= K_MAX;
}

static bool
add(struct exact *to, struct exact x)
{
	struct exact *low = to->k < x.k ? to : &x;
	int k = to->k < x.k ? x.k : to->k;

	if (__builtin_mul_overflow(low->n, pow10_128(k - low->k), &low->n) ||
	    __builtin_add_overflow(to->n, x.n, &to->n))
		return false;
	to->k = k;
	return true;
}

/* a < b */
static bool
less(struct exact a, struct exact b)
{
	a.n = -a.n;
	return add(&b, a) && b.n > 0;
}

struct total {
	struct exact x;
	uint64_t n;
};

static int
total_add(struct total *t, const struct money_plan *m, const struct measure *me,
    const struct join_cell *c, struct err *e)
{
	const struct acc *a = &c->acc[me->index];
	enum measure_kind kind = me->def->kind;
	struct exact x = { a->v, 0 };
	bool ok = true;

	if (!a->n)
		return 0;
	if (me->money)
		ok = convert(
		    m, c, a->v, kind == M_WEIGHTED ? CHANCE_SCALE + 2 : 0, &x);
	if (kind == M_MIN || kind == M_MAX) {
		if (!t->n || (kind == M_MIN ? less(x, t->x) : less(t->x, x)))
			t->x = x;
	} else if (kind != M_COUNT) {
		ok = ok && !acc_is_large(a->v) && add(&t->x, x);
	}
	t->n += a->n;
	return ok ? 0 : too_large(me, e);
}

int
money_value(struct report *r, const struct money_plan *m,
    const struct measure *me, const struct join_row *row, struct ratio *out,
    struct err *e)
{
	const struct join *j = r->join;
	enum measure_kind kind = me->def->kind;
	struct total t = { { 0, 0 }, 0 };
	int128 den;

	if (row) {
		for (uint32_t i = row->cell; i; i = j->cell[i - 1].next)
			if (total_add(&t, m, me, &j->cell[i - 1], e))
				return -1;
	} else {
		for (size_t i = 0; i < j->ncells; i++)
			if (total_add(&t, m, me, &j->cell[i], e))
				return -1;
	}
	memset(out, 0, sizeof *out);
	if (kind == M_COUNT) {
		*out = ratio_dec((int128)t.n, 0);
		return 0;
	}
	if (!t.n && kind != M_SUM && kind != M_WEIGHTED)
		return 0;
	den = pow10_128(t.x.k);
	if (kind == M_AVG && __builtin_mul_overflow(den, (int128)t.n, &den))
		return too_large(me, e);
	if (me->money)
		*out = ratio_dec(round_div(t.x.n, den), m->exponent);
	else if (me->date)
		*out = ratio_dec(t.x.n, 0);
	else
		*out = ratio_div(ratio_dec(t.x.n, NUMBER_SCALE),
		    kind == M_AVG ? (int128)t.n : 1);
	return 0;
}
