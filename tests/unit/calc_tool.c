/*
 * calc_tool: calc and terms from the shell, to be held against another
 * implementation. Lines of words on stdin:
 *
 *   quote EXPONENT MODE line|document HALVES CASH SHIPPING ITS-TAX ADJUSTMENT
 *   class [RATE[c]...]           c: compound; classes count from 0
 *   line QUANTITY PRICE COST TAX counted|option [DISCOUNT]
 *   off DISCOUNT                 of the whole
 *   end                          all figures in one line, in minor units:
 *       subtotal off given shipping net taxes total payable cost margin |
 *       each of the first 8 discounts | tax.part:base:amount of each |
 *       of each line gross:amount:share:net:taxed:taxed:taxed:taxed
 *   terms EXPONENT TOTAL ORDER DELIVERY|- TERMS...
 *       amount@due of each; due is a day's number, or -
 *
 * What is refused is "error CODE MESSAGE".
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/trade/calc.h"
#include "crm/trade/terms.h"

enum { MAX = 1000 };

static struct calc calc;
static struct calc_line line[MAX];
static struct tax_class class[MAX];
static struct off off[MAX];
static struct err err; /* of a discount that could not be read */

static void
die(const char *what)
{
	fprintf(stderr, "calc_tool: %s\n", what);
	exit(2);
}

static struct span
word(struct span *s)
{
	return span_cut(s, ' ');
}

static int64_t
number(struct span *s)
{
	struct span w = word(s);
	int64_t n = 0;

	if (!span_int(w, &n))
		die("no number");
	return n;
}

static struct dec
decimal(struct span w)
{
	struct dec d = { 0 };

	if (!dec_parse(w, &d))
		die("no decimal");
	return d;
}

static void
quote(struct span s)
{
	memset(&calc, 0, sizeof calc);
	memset(line, 0, sizeof line);
	memset(class, 0, sizeof class);
	err_release(&err);
	calc.exponent = (int)number(&s);
	if (!tax_mode_parse(word(&s), &calc.mode))
		die("no tax mode");
	calc.by_document = span_eqs(word(&s), "document");
	if (!halves_parse(word(&s), &calc.halves))
		die("no halves");
	calc.cash = number(&s);
	calc.shipping = number(&s);
	calc.shipping_tax = (size_t)number(&s);
	calc.adjustment = number(&s);
	calc.line = line;
	calc.taxes = class;
	calc.off = off;
}

static void
add_class(struct span s)
{
	struct tax_class *k = &class[calc.ntaxes++];

	while (s.n) {
		struct span w = word(&s);
		struct tax_part *p = &k->part[k->n++];

		if (k->n > TAX_PARTS)
			die("too many parts");
		p->compound = w.n && w.p[w.n - 1] == 'c';
		p->rate = decimal(span_n(w.p, w.n - p->compound));
	}
}

static void
read_off(struct span s, struct off *out)
{
	if (off_parse(s, calc.exponent, out, &err) < 0 && !err.msg)
		die("no message");
}

static void
add_line(struct span s)
{
	struct calc_line *l = &line[calc.nlines++];

	l->quantity = decimal(word(&s));
	l->price = decimal(word(&s));
	l->cost = decimal(word(&s));
	l->tax = (size_t)number(&s);
	l->counted = span_eqs(word(&s), "counted");
	read_off(s, &l->off);
}

static void
say(int64_t n, char sep)
{
	printf("%" PRId64 "%c", n, sep);
}

static void
print_error(void)
{
	printf("error %d %s\n", (int)err.code, err.msg);
	err_release(&err);
}

static void
run(void)
{
	const int64_t *sum[] = { &calc.subtotal, &calc.off_total, &calc.given,
		&calc.shipping_net, &calc.net, &calc.taxes_total, &calc.total,
		&calc.payable, &calc.cost, &calc.margin };

	if (err.msg || calc_run(&calc, &err) < 0) {
		print_error();
		return;
	}
	for (size_t i = 0; i < sizeof sum / sizeof *sum; i++)
		say(*sum[i], ' ');
	putchar('|');
	for (size_t i = 0; i < 8; i++)
		printf(" %" PRId64, calc.off_each[i]);
	printf(" |");
	for (size_t i = 0; i < calc.nsums; i++)
		printf(" %zu.%zu:%" PRId64 ":%" PRId64, calc.sum[i].tax,
		    calc.sum[i].part, calc.sum[i].base, calc.sum[i].amount);
	printf(" |");
	for (size_t i = 0; i < calc.nlines; i++) {
		const struct calc_line *l = &line[i];

		putchar(' ');
		say(l->gross, ':');
		say(l->amount, ':');
		say(l->share, ':');
		printf("%" PRId64, l->net);
		for (size_t p = 0; p < TAX_PARTS; p++)
			printf(":%" PRId64, l->taxed[p]);
	}
	putchar('\n');
}

static void
schedule(struct span s)
{
	struct instalment out[TERMS_MAX];
	int exponent = (int)number(&s);
	int64_t total = number(&s);
	int32_t order = (int32_t)number(&s), delivery = DATE_NONE;
	struct span w = word(&s);
	struct terms t;

	if (!span_eqs(w, "-"))
		delivery = (int32_t)number(&w);
	if (terms_parse(NULL, s, exponent, &t, &err) < 0 ||
	    terms_schedule(&t, total, order, delivery, out, &err) < 0) {
		print_error();
		return;
	}
	for (size_t i = 0; i < t.n; i++) {
		printf("%s%" PRId64 "@", i ? " " : "", out[i].amount);
		if (out[i].due == DATE_NONE)
			putchar('-');
		else
			printf("%d", (int)out[i].due);
	}
	putchar('\n');
}

int
main(void)
{
	char *text = NULL;
	size_t cap = 0;
	ssize_t n;

	while ((n = getline(&text, &cap, stdin)) > 0) {
		struct span s = span_n(text, (size_t)n - (text[n - 1] == '\n'));
		struct span what = word(&s);

		if (calc.nlines == MAX || calc.ntaxes == MAX ||
		    calc.noffs == MAX)
			die("too much");
		if (span_eqs(what, "quote"))
			quote(s);
		else if (span_eqs(what, "class"))
			add_class(s);
		else if (span_eqs(what, "line"))
			add_line(s);
		else if (span_eqs(what, "off"))
			read_off(s, &off[calc.noffs++]);
		else if (span_eqs(what, "terms"))
			schedule(s);
		else if (span_eqs(what, "end"))
			run();
		else
			die("what?");
	}
	free(text);
	return fflush(stdout) || ferror(stdout) ? 2 : 0;
}
