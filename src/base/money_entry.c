/*
 * Amounts as people type them: [sign] [currency] [sign] number [k|M]
 * [currency], with blanks between.
 */
#include "base/ascii.h"
#include "base/money.h"

#include <string.h>

static const struct {
	const char *sign, *code;
} symbols[] = {
	{ "$", "USD" },
	{ "\xe2\x82\xac", "EUR" },
	{ "\xc2\xa3", "GBP" },
	{ "\xc2\xa5", "JPY" },
	{ "\xe2\x82\xb9", "INR" },
};

static void
advance(struct span *s, size_t n)
{
	*s = span_trim(span_n(s->p + n, s->n - n));
}

static bool
take_char(struct span *s, char c)
{
	if (!s->n || s->p[0] != c)
		return false;
	advance(s, 1);
	return true;
}

static size_t
letters(struct span s)
{
	size_t n = 0;

	while (n < s.n && ascii_letter(s.p[n]))
		n++;
	return n;
}

/* -1 for a word or a second currency; 0 also where there is none. */
static int
take_currency(struct span *s, char currency[4])
{
	size_t n = letters(*s);

	for (size_t i = 0; i < sizeof symbols / sizeof symbols[0]; i++) {
		struct span sign = span(symbols[i].sign);

		if (!span_starts(*s, sign))
			continue;
		if (currency[0])
			return -1;
		memcpy(currency, symbols[i].code, 4);
		advance(s, sign.n);
		return 0;
	}
	if (n == 0)
		return 0;
	if (n != 3 || currency[0])
		return -1;
	for (size_t i = 0; i < 3; i++)
		currency[i] = (char)(s->p[i] & ~0x20);
	currency[3] = '\0';
	advance(s, 3);
	return 0;
}

/*
 * Copies the number at the front of s to out with '.' for the decimal sign
 * and without group separators. A separator is believed only where it makes
 * groups of three behind a first group without leading zero: "0,500" is more
 * likely meant as a half. False where it is no number.
 */
static bool
take_number(struct span *s, char decimal, struct buf *out)
{
	char group = decimal == '.' ? ',' : '.';
	size_t i = 0, run = 0;
	bool grouped = false;

	for (; i < s->n && (ascii_digit(s->p[i]) || s->p[i] == group); i++) {
		if (ascii_digit(s->p[i])) {
			buf_addc(out, s->p[i]);
			run++;
			continue;
		}
		if (run == 0 || run > 3 || (grouped && run != 3) ||
		    (!grouped && s->p[0] == '0'))
			return false;
		grouped = true;
		run = 0;
	}
	if (grouped && run != 3)
		return false;
	if (i < s->n && s->p[i] == decimal) {
		buf_addc(out, '.');
		for (i++, run = 0; i < s->n && ascii_digit(s->p[i]); i++, run++)
			buf_addc(out, s->p[i]);
	}
	advance(s, i);
	return run > 0;
}

/* The power of ten of a k or M, which a currency may follow directly. */
static int
take_factor(struct span *s)
{
	size_t n = letters(*s);
	char c = n == 1 || n == 4 ? (char)(s->p[0] | 0x20) : '\0';

	if (c != 'k' && c != 'm')
		return 0;
	advance(s, 1);
	return c == 'k' ? 3 : 6;
}

/* d times 10^factor, first by giving up fraction digits. */
static bool
scale_up(struct dec *d, int factor)
{
	for (; factor > 0; factor--) {
		if (d->scale > 0)
			d->scale--;
		else if (__builtin_mul_overflow(d->value, 10, &d->value))
			return false;
	}
	return true;
}

static bool
parse(struct span s, char decimal, struct buf *text, struct dec *out,
    char currency[4])
{
	bool neg;

	neg = take_char(&s, '-');
	if (!neg)
		take_char(&s, '+');
	if (take_currency(&s, currency) < 0)
		return false;
	if (!neg && currency[0])
		neg = take_char(&s, '-');
	if (neg)
		buf_addc(text, '-');
	return take_number(&s, decimal, text) &&
	       dec_parse(buf_span(text), out) &&
	       scale_up(out, take_factor(&s)) &&
	       take_currency(&s, currency) == 0 && s.n == 0;
}

int
money_entry(struct span s, char decimal, struct dec *out, char currency[4],
    struct err *e)
{
	struct buf text = { 0 };
	char code[4] = "";
	struct dec d;
	int r = -1;

	s = span_trim(s);
	if (decimal != ',')
		decimal = '.';
	if (!parse(s, decimal, &text, &d, code)) {
		err_set(e, ERR_USAGE,
		    "amount '%.*s' not understood; write it as 1234%c50, "
		    "48k, 1%c5M or EUR 48k",
		    SPANF(s), decimal, decimal);
		goto out;
	}
	if (code[0] && currency_exponent(span(code)) < 0) {
		err_set(e, ERR_USAGE,
		    "unknown currency %s in amount '%.*s'; use an ISO 4217 "
		    "code such as EUR",
		    code, SPANF(s));
		goto out;
	}
	*out = d;
	memcpy(currency, code, 4);
	r = 0;
out:
	buf_release(&text);
	return r;
}
