/* The words of calc: ways of taxing and rounding, discounts. */
#include "crm/trade/calc_impl.h"

static const char *const mode_name[] = {
	[TAX_EXCLUSIVE] = "exclusive",
	[TAX_INCLUSIVE] = "inclusive",
	[TAX_NONE] = "none",
};

static const char *const halves_name[] = {
	[HALF_UP] = "half-up",
	[HALF_EVEN] = "half-even",
	[HALF_DOWN] = "half-down",
	[ALWAYS_UP] = "up",
	[ALWAYS_DOWN] = "down",
};

#define N(a) (sizeof(a) / sizeof *(a))

bool
tax_mode_parse(struct span s, enum tax_mode *out)
{
	for (size_t i = 0; i < N(mode_name); i++) {
		if (span_eqs(s, mode_name[i])) {
			*out = (enum tax_mode)i;
			return true;
		}
	}
	return false;
}

bool
halves_parse(struct span s, enum halves *out)
{
	for (size_t i = 0; i < N(halves_name); i++) {
		if (span_eqs(s, halves_name[i])) {
			*out = (enum halves)i;
			return true;
		}
	}
	return false;
}

int
off_parse(struct span s, int exponent, struct off *out, struct err *e)
{
	struct span t = span_trim(s);
	struct off off = { 0 };
	int128 share;
	struct dec d;

	*out = off;
	if (t.n == 0)
		return 0;
	if (t.p[t.n - 1] == '%') {
		off.percent = true;
		t.n--;
		t = span_trim(t);
	}
	if (!dec_parse(t, &d))
		return err_set(e, ERR_USAGE,
		    "'%.*s' is no discount: a share, '10%%', or an amount, "
		    "'50.00'",
		    SPANF(s));
	if (d.value < 0)
		return err_set(e, ERR_USAGE,
		    "the discount '%.*s' is negative; an adjustment may be "
		    "of any sign",
		    SPANF(s));
	if (!off.percent) {
		if (dec_rescale(d, exponent, &off.amount, e) < 0)
			return err_prefix(e, "discount: ");
		if (off.amount > CALC_MAX)
			return err_set(e, ERR_USAGE,
			    "the discount '%.*s' is too large", SPANF(s));
	} else if (!calc_scaled(d, 4, &share) || share > HUNDRED) {
		return err_set(e, ERR_USAGE,
		    "the discount '%.*s' is a share of 0 to 100 %%, with up "
		    "to 4 digits behind the point",
		    SPANF(s));
	} else {
		off.share = d;
	}
	*out = off;
	return 0;
}
