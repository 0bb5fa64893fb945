#include "crm/trade/calc.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/trade/calc_impl.h"

bool
calc_scaled(struct dec d, int scale, int128 *out)
{
	int128 v = d.value;

	for (; d.scale > scale; d.scale--) {
		if (v % 10)
			return false;
		v /= 10;
	}
	for (; d.scale < scale; d.scale++)
		v *= 10;
	*out = v;
	return true;
}

int
calc_fit(int128 v, const char *what, int64_t *out, struct err *e)
{
	if (v > CALC_MAX || v < -CALC_MAX)
		return err_set(e, ERR_DATA, "%s is too large", what);
	*out = (int64_t)v;
	return 0;
}

/* What is given has sense; what is found is empty. */
static int
start(struct calc *c, struct err *e)
{
	int64_t any;

	c->subtotal = c->off_total = c->shipping_net = c->net = 0;
	c->taxes_total = c->total = c->payable = c->given = 0;
	c->margin = c->cost = 0;
	memset(c->off_each, 0, sizeof c->off_each);
	c->nsums = 0;
	if (c->exponent < 0 || c->exponent > 6 || c->cash < 0)
		return err_set(e, ERR_BUG, "no such currency");
	if (c->shipping < 0)
		return err_set(e, ERR_USAGE, "shipping is negative");
	if (calc_fit(c->shipping, "shipping", &any, e) < 0 ||
	    calc_fit(c->cash, "the cash rounding", &any, e) < 0 ||
	    calc_fit(c->adjustment, "the adjustment", &any, e) < 0)
		return -1;
	return 0;
}

/* One allocation for all. */
static void
work_init(struct calc_work *w, struct calc *c)
{
	size_t n = xsum(c->nlines, 1);

	memset(w, 0, sizeof *w);
	w->c = c;
	w->one = 1;
	for (int i = c->exponent; i < 18; i++)
		w->one *= 10;
	w->whole = xcalloc(n, 3 * sizeof *w->whole + sizeof *w->item +
				  sizeof *w->member + sizeof *w->part);
	w->exact = w->whole + n;
	w->weight = w->exact + n;
	w->item = (struct calc_item *)(w->weight + n);
	w->member = (size_t *)(w->item + n);
	w->part = (int64_t *)(w->member + n);
}

static void
fill_items(struct calc_work *w)
{
	struct calc_item *shipping = &w->item[w->c->nlines];

	for (size_t i = 0; i < w->c->nlines; i++) {
		const struct calc_line *l = &w->c->line[i];

		w->item[i].tax = l->tax;
		w->item[i].base = l->amount - l->share;
		w->item[i].counted = l->counted;
	}
	/* without shipping its tax does not occur */
	shipping->counted = w->c->shipping > 0;
	shipping->tax = shipping->counted ? w->c->shipping_tax : (size_t)-1;
	shipping->base = w->c->shipping;
}

/* What was found of the items goes to the lines; net is their sum. */
static int128
take_items(struct calc_work *w)
{
	int128 net = w->item[w->c->nlines].net;

	w->c->shipping_net = w->item[w->c->nlines].net;
	for (size_t i = 0; i < w->c->nlines; i++) {
		struct calc_line *l = &w->c->line[i];

		l->net = w->item[i].net;
		memcpy(l->taxed, w->item[i].taxed, sizeof l->taxed);
		net += l->counted ? l->net : 0;
	}
	return net;
}

static int
totals(struct calc_work *w, struct err *e)
{
	struct calc *c = w->c;
	int128 net = take_items(w), taxes = 0, payable;
	int128 cost = calc_round(w->sum_cost, w->one, c->halves);

	for (size_t i = 0; i < c->nsums; i++)
		taxes += c->sum[i].amount;
	if (calc_fit(net, "the net amount", &c->net, e) < 0 ||
	    calc_fit(taxes, "the sum of taxes", &c->taxes_total, e) < 0 ||
	    calc_fit(net + taxes + c->adjustment, "the total", &c->total, e) <
		0 ||
	    calc_fit(cost, "the cost", &c->cost, e) < 0 ||
	    calc_fit(
		net - c->shipping_net - cost, "the margin", &c->margin, e) < 0)
		return -1;
	payable = c->total;
	if (c->cash > 1)
		payable = calc_round(payable, c->cash, c->halves) * c->cash;
	return calc_fit(payable, "what is payable", &c->payable, e);
}

int
calc_run(struct calc *c, struct err *e)
{
	struct calc_work w;
	int result = -1;

	if (start(c, e) < 0)
		return -1;
	work_init(&w, c);
	if (calc_lines(&w, e) < 0)
		goto out;
	fill_items(&w);
	if (calc_taxes(&w, e) < 0)
		goto out;
	result = totals(&w, e);
out:
	free(w.whole);
	return result;
}
