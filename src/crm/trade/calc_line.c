/* Lines: quantity, price and discounts. */
#include "crm/trade/calc_impl.h"

/* Decimals of a quantity and of a price; those of a discount make up 18. */
enum { DECIMALS = 6 };
#define QUANTITY_MAX ((int128)1000000 * 1000000000000)

/* value of calc_scaled(), with what it is of. */
static int
scaled(struct dec d, const char *what, int128 *out, struct err *e)
{
	if (calc_scaled(d, DECIMALS, out))
		return 0;
	return err_set(e, ERR_USAGE,
	    "the %s has more than %d digits behind the point", what, DECIMALS);
}

/* quantity x of_one in parts of a minor unit; ERR_DATA where too large. */
static int
times(const struct calc_work *w, int128 quantity, int128 of_one,
    const char *what, int128 *out, struct err *e)
{
	int128 max = CALC_MAX * (w->one / HUNDRED), v;

	if (__builtin_mul_overflow(quantity, of_one, &v) || v > max || v < -max)
		return err_set(
		    e, ERR_DATA, "quantity times %s is too large", what);
	*out = v * HUNDRED;
	return 0;
}

/* What a discount takes off a line, in parts of a minor unit. */
static int
line_off(const struct calc_work *w, const struct off *off, int128 whole,
    int128 *out, struct err *e)
{
	int128 share;

	if (off->percent) {
		if (!calc_scaled(off->share, 4, &share) || share < 0 ||
		    share > HUNDRED)
			return err_set(e, ERR_USAGE,
			    "its discount is no share of 0 to 100 %%");
		*out = whole / HUNDRED * share;
		return 0;
	}
	if (off->amount < 0 || off->amount > CALC_MAX)
		return err_set(
		    e, ERR_USAGE, "its discount is negative or too large");
	*out = off->amount * w->one;
	if (*out > whole)
		return err_set(e, ERR_USAGE,
		    "its discount is larger than quantity times price");
	return 0;
}

static int
read_line(struct calc_work *w, size_t i, struct err *e)
{
	struct calc_line *l = &w->c->line[i];
	int128 quantity, price, cost, off = 0;

	if (scaled(l->quantity, "quantity", &quantity, e) < 0 ||
	    scaled(l->price, "price", &price, e) < 0 ||
	    scaled(l->cost, "cost", &cost, e) < 0)
		return -1;
	if (quantity <= 0)
		return err_set(e, ERR_USAGE, "the quantity is not above 0");
	if (price < 0)
		return err_set(e, ERR_USAGE,
		    "the price is negative; a discount or an adjustment takes "
		    "something off");
	if (quantity > QUANTITY_MAX)
		return err_set(e, ERR_DATA, "the quantity is too large");
	if (times(w, quantity, price, "price", &w->whole[i], e) < 0 ||
	    times(w, quantity, cost, "cost", &cost, e) < 0 ||
	    line_off(w, &l->off, w->whole[i], &off, e) < 0)
		return -1;
	w->exact[i] = w->whole[i] - off;
	l->gross = (int64_t)calc_round(w->whole[i], w->one, w->c->halves);
	l->amount = (int64_t)calc_round(w->exact[i], w->one, w->c->halves);
	l->share = 0;
	if (!l->counted)
		return 0;
	w->sum_whole += w->whole[i];
	w->sum_exact += w->exact[i];
	w->sum_cost += cost;
	/* so that sums of such sums stay in range, too */
	if (w->sum_whole > CALC_MAX * w->one ||
	    w->sum_cost > CALC_MAX * w->one || w->sum_cost < -CALC_MAX * w->one)
		return err_set(e, ERR_DATA, "the sum up to here is too large");
	return 0;
}

/* The counted lines are at hand. */
static size_t
counted(struct calc_work *w)
{
	size_t n = 0;

	for (size_t i = 0; i < w->c->nlines; i++) {
		if (w->c->line[i].counted)
			w->member[n++] = i;
	}
	return n;
}

/* Subtotal, and where it was rounded once, amounts that sum to it. */
static int
subtotal(struct calc_work *w, size_t n, struct err *e)
{
	struct calc *c = w->c;
	int128 sum = 0, gross = 0;
	int64_t all;

	for (size_t i = 0; i < n; i++) {
		w->weight[i] = w->exact[w->member[i]];
		sum += c->line[w->member[i]].amount;
		gross += c->line[w->member[i]].gross;
	}
	if (c->by_document) {
		sum = calc_round(w->sum_exact, w->one, c->halves);
		gross = calc_round(w->sum_whole, w->one, c->halves);
	}
	if (calc_fit(sum, "the subtotal", &c->subtotal, e) < 0 ||
	    calc_fit(gross, "the sum without discounts", &all, e) < 0)
		return -1;
	c->given = all - c->subtotal;
	if (!c->by_document)
		return 0;
	calc_share_exact(c->subtotal, w->weight, n, w->one, w->part);
	for (size_t i = 0; i < n; i++)
		c->line[w->member[i]].amount = w->part[i];
	return 0;
}

/* One discount of the whole, of what the others left. */
static int
whole_off(const struct calc *c, const struct off *off, int64_t left,
    int64_t *out, struct err *e)
{
	struct buf has = { 0 }, wants = { 0 };
	int128 share;

	if (off->percent) {
		if (!calc_scaled(off->share, 4, &share) || share < 0 ||
		    share > HUNDRED)
			return err_set(e, ERR_USAGE,
			    "discount: it is no share of 0 to 100 %%");
		*out = (int64_t)calc_round(left * share, HUNDRED, c->halves);
		return 0;
	}
	if (off->amount < 0)
		return err_set(e, ERR_USAGE, "discount: it is negative");
	*out = off->amount;
	if (off->amount <= left)
		return 0;
	dec_format(&wants, off->amount, c->exponent);
	dec_format(&has, left, c->exponent);
	err_set(e, ERR_USAGE, "discount: %s is more than what is left, %s",
	    wants.p, has.p);
	buf_release(&wants);
	buf_release(&has);
	return -1;
}

static int
whole_offs(struct calc_work *w, size_t n, struct err *e)
{
	struct calc *c = w->c;
	int64_t off = 0;

	for (size_t i = 0; i < c->noffs; i++) {
		if (whole_off(
			c, &c->off[i], c->subtotal - c->off_total, &off, e) < 0)
			return -1;
		if (i < sizeof c->off_each / sizeof *c->off_each)
			c->off_each[i] = off;
		c->off_total += off;
	}
	c->given += c->off_total;
	for (size_t i = 0; i < n; i++)
		w->weight[i] = c->line[w->member[i]].amount;
	calc_share(c->off_total, w->weight, n, w->part);
	for (size_t i = 0; i < n; i++)
		c->line[w->member[i]].share = w->part[i];
	return 0;
}

int
calc_lines(struct calc_work *w, struct err *e)
{
	size_t n;

	for (size_t i = 0; i < w->c->nlines; i++) {
		if (read_line(w, i, e) < 0)
			return err_prefix(e, "line %zu: ", i + 1);
	}
	n = counted(w);
	return subtotal(w, n, e) < 0 || whole_offs(w, n, e) < 0 ? -1 : 0;
}
