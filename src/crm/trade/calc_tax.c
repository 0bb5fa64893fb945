/* Taxes, on top of the prices or within them. */
#include <string.h>

#include "crm/trade/calc_impl.h"

/*
 * What 1 without tax bears: each part, and with tax, as fractions of den. With
 * four parts of four decimals they are below 2 * 10^28.
 */
struct factor {
	int128 part[TAX_PARTS];
	int128 all, den;
};

static int
check_class(const struct tax_class *k, struct err *e)
{
	int128 rate;

	if (k->n > TAX_PARTS)
		return err_set(e, ERR_BUG, "a tax class of %zu parts", k->n);
	for (size_t p = 0; p < k->n; p++) {
		if (!calc_scaled(k->part[p].rate, 4, &rate) || rate < 0 ||
		    rate > 10 * HUNDRED)
			return err_set(e, ERR_DATA,
			    "tax class %.*s: a rate is 0 to 1000 %%, with up "
			    "to 4 digits behind the point",
			    SPANF(k->key));
	}
	return 0;
}

/* Of a class that was checked. */
static int128
rate_of(const struct tax_class *k, size_t p)
{
	int128 rate = 0;

	calc_scaled(k->part[p].rate, 4, &rate);
	return rate;
}

static int64_t
common(int64_t a, int64_t b)
{
	while (b) {
		int64_t r = a % b;

		a = b;
		b = r;
	}
	return a;
}

static struct factor
factor_of(const struct tax_class *k)
{
	struct factor f = { .all = 1, .den = 1 };

	for (size_t p = 0; p < k->n; p++) {
		int64_t rate = (int64_t)rate_of(k, p);
		int64_t by = common(HUNDRED, rate), den = HUNDRED / by;
		int128 on = k->part[p].compound ? f.all : f.den;

		for (size_t i = 0; i < p; i++)
			f.part[i] *= den;
		f.part[p] = on * (rate / by);
		f.all = f.all * den + f.part[p];
		f.den *= den;
	}
	return f;
}

/*
 * The parts' taxes on a net amount, each rounded; a compound one is on those
 * before it, too.
 */
static int
add_taxes(const struct calc *c, const struct tax_class *k, int64_t net,
    int64_t *tax, struct err *e)
{
	int128 with = net;

	for (size_t p = 0; p < k->n; p++) {
		int128 on = k->part[p].compound ? with : net;

		on = calc_round(on * rate_of(k, p), HUNDRED, c->halves);
		with += on;
		if (calc_fit(with, "the amount with tax", &tax[p], e) < 0)
			return -1;
		tax[p] = (int64_t)on;
	}
	return 0;
}

/* What is without tax of an amount that has it, and the parts' taxes. */
static int
take_taxes(const struct calc *c, const struct tax_class *k,
    const struct factor *f, int64_t with, int64_t *net, int64_t *tax,
    struct err *e)
{
	int128 v;

	if (__builtin_mul_overflow((int128)with, f->den, &v))
		return err_set(e, ERR_DATA,
		    "tax class %.*s: the amount is too large for rates of so "
		    "many digits",
		    SPANF(k->key));
	*net = (int64_t)calc_round(v, f->all, c->halves);
	calc_share(with - *net, f->part, k->n, tax);
	return 0;
}

static int
tax_item(const struct calc *c, const struct tax_class *k,
    const struct factor *f, struct calc_item *x, struct err *e)
{
	x->net = x->base;
	if (k->n == 0)
		return 0;
	if (c->mode == TAX_EXCLUSIVE)
		return add_taxes(c, k, x->net, x->taxed, e);
	return take_taxes(c, k, f, x->base, &x->net, x->taxed, e);
}

/* Shares one tax over the items at hand, by the weights. */
static void
spread(struct calc_work *w, size_t n, size_t p, int64_t tax)
{
	calc_share(tax, w->weight, n, w->part);
	for (size_t i = 0; i < n; i++)
		w->item[w->member[i]].taxed[p] = w->part[i];
}

/*
 * Of all items of a class, rounded once. Prices that have tax: the net is
 * shared by what each comes to; and then, one part of the tax after the other,
 * by what is left of each one's tax, so that it adds up both ways.
 */
static int
tax_together(struct calc_work *w, const struct tax_class *k,
    const struct factor *f, size_t n, int64_t sum, struct err *e)
{
	int64_t net = sum, tax[TAX_PARTS] = { 0 };

	for (size_t i = 0; i < n; i++)
		w->weight[i] = w->item[w->member[i]].base;
	if (w->c->mode == TAX_EXCLUSIVE) {
		if (add_taxes(w->c, k, sum, tax, e) < 0)
			return -1;
		for (size_t p = 0; p < k->n; p++)
			spread(w, n, p, tax[p]);
		for (size_t i = 0; i < n; i++)
			w->item[w->member[i]].net = w->item[w->member[i]].base;
		return 0;
	}
	if (take_taxes(w->c, k, f, sum, &net, tax, e) < 0)
		return -1;
	calc_share(net, w->weight, n, w->part);
	for (size_t i = 0; i < n; i++) {
		struct calc_item *x = &w->item[w->member[i]];

		x->net = w->part[i];
		w->weight[i] = x->base - x->net;
	}
	for (size_t p = 0; p < k->n; p++) {
		spread(w, n, p, tax[p]);
		for (size_t i = 0; i < n; i++)
			w->weight[i] -= w->part[i];
	}
	return 0;
}

/* The rows of a class in the table of taxes. */
static int
summarise(struct calc_work *w, size_t k, size_t n, struct err *e)
{
	const size_t max = sizeof w->c->sum / sizeof *w->c->sum;
	const struct tax_class *class = &w->c->taxes[k];
	struct calc *c = w->c;
	int128 net = 0, with, tax;

	for (size_t i = 0; i < n; i++)
		net += w->item[w->member[i]].net;
	with = net;
	for (size_t p = 0; p < class->n; p++) {
		struct calc_tax *row = &c->sum[c->nsums];

		if (c->nsums == max)
			return err_set(e, ERR_DATA,
			    "there are more than %zu taxes in it", max);
		row->tax = k;
		row->part = p;
		tax = 0;
		for (size_t i = 0; i < n; i++)
			tax += w->item[w->member[i]].taxed[p];
		if (calc_fit(class->part[p].compound ? with : net,
			"what is taxed", &row->base, e) < 0 ||
		    calc_fit(tax, "a tax", &row->amount, e) < 0)
			return -1;
		with += tax;
		c->nsums++;
	}
	return 0;
}

/* Brings one class on the items that are of it. */
static int
one_class(struct calc_work *w, size_t k, struct err *e)
{
	const struct calc *c = w->c;
	const struct tax_class *class = &c->taxes[k];
	struct factor f = { .all = 1, .den = 1 };
	int128 sum = 0;
	size_t n = 0;

	if (check_class(class, e) < 0)
		return -1;
	if (c->mode == TAX_INCLUSIVE)
		f = factor_of(class);
	for (size_t i = 0; i <= c->nlines; i++) {
		struct calc_item *x = &w->item[i];

		if (x->tax != k)
			continue;
		if ((!x->counted || !c->by_document) &&
		    tax_item(c, class, &f, x, e) < 0)
			return i == c->nlines
				   ? -1
				   : err_prefix(e, "line %zu: ", i + 1);
		if (!x->counted)
			continue;
		w->member[n++] = i;
		sum += x->base;
	}
	/* the subtotal and shipping are each in range */
	if (c->by_document &&
	    tax_together(w, class, &f, n, (int64_t)sum, e) < 0)
		return -1;
	return n ? summarise(w, k, n, e) : 0;
}

static int
check_items(const struct calc_work *w, struct err *e)
{
	for (size_t i = 0; i <= w->c->nlines; i++) {
		if (w->item[i].tax >= w->c->ntaxes &&
		    (i < w->c->nlines || w->item[i].counted))
			return err_set(
			    e, ERR_BUG, "line %zu: no tax class", i + 1);
	}
	return 0;
}

int
calc_taxes(struct calc_work *w, struct err *e)
{
	if (w->c->mode == TAX_NONE) {
		for (size_t i = 0; i <= w->c->nlines; i++)
			w->item[i].net = w->item[i].base;
		return 0;
	}
	if (check_items(w, e) < 0)
		return -1;
	for (size_t k = 0; k < w->c->ntaxes; k++) {
		if (one_class(w, k, e) < 0)
			return -1;
	}
	return 0;
}
