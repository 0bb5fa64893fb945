#include "crm/report/report_expr.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/mem.h"

enum { DEPTH = 64, NODES = 1000 };

/* The largest magnitude that ratios hold; its negation exists too. */
static const int128 large = ((int128)1 << 126);

static int128
gcd(int128 a, int128 b)
{
	while (b) {
		int128 t = a % b;

		a = b;
		b = t;
	}
	return a < 0 ? -a : a;
}

static struct ratio
lowest(int128 num, int128 den)
{
	struct ratio r = { num, den };
	int128 g = gcd(num, den);

	if (g > 1) {
		r.num /= g;
		r.den /= g;
	}
	if (r.den < 0) {
		r.num = -r.num;
		r.den = -r.den;
	}
	return r;
}

struct ratio
ratio_dec(int128 units, int scale)
{
	return lowest(units, pow10_128(scale));
}

bool
ratio_units(struct ratio r, int scale, int128 *units)
{
	int128 n;

	if (__builtin_mul_overflow(r.num, pow10_128(scale), &n))
		return false;
	*units = round_div(n, r.den);
	return true;
}

static bool
times(int128 a, int128 b, int128 *out)
{
	return !__builtin_mul_overflow(a, b, out) && *out <= large &&
	       *out >= -large;
}

/* Reduced crosswise first, so that only a large result is too large. */
static bool
mul(struct ratio a, struct ratio b, struct ratio *out)
{
	struct ratio x = lowest(a.num, b.den), y = lowest(b.num, a.den);

	return times(x.num, y.num, &out->num) && times(x.den, y.den, &out->den);
}

static bool
add(struct ratio a, struct ratio b, struct ratio *out)
{
	int128 g = gcd(a.den, b.den), x, y, sum, den;

	if (!times(a.num, b.den / g, &x) || !times(b.num, a.den / g, &y) ||
	    !times(a.den, b.den / g, &den) ||
	    __builtin_add_overflow(x, y, &sum) || sum > large || sum < -large)
		return false;
	*out = lowest(sum, den);
	return true;
}

static bool
apply(char op, struct ratio a, struct ratio b, struct ratio *out)
{
	struct ratio none = { 0, 0 };

	if (!a.den || !b.den || (op == '/' && !b.num)) {
		*out = none;
		return true;
	}
	switch (op) {
	case '+':
		return add(a, b, out);
	case '-':
		b.num = -b.num;
		return add(a, b, out);
	case '*':
		return mul(a, b, out);
	default:
		return mul(a, lowest(b.den, b.num), out);
	}
}

struct ratio
ratio_div(struct ratio r, int128 d)
{
	struct ratio out = { 0, 0 };

	apply('/', r, ratio_dec(d, 0), &out);
	return out;
}

/* --- parsing ------------------------------------------------------------- */

struct parser {
	struct expr *x;
	struct span text, rest;
	int depth;
	struct err *e;
};

static int
bad(struct parser *p, const char *what)
{
	return err_set(p->e, ERR_DATA, "formula '%.*s', column %zu: %s",
	    SPANF(p->text), p->text.n - p->rest.n + 1, what);
}

static char
peek(struct parser *p)
{
	while (p->rest.n && (*p->rest.p == ' ' || *p->rest.p == '\t')) {
		p->rest.p++;
		p->rest.n--;
	}
	return p->rest.n ? *p->rest.p : '\0';
}

static struct span
take(struct parser *p, size_t n)
{
	struct span s = span_n(p->rest.p, n);

	p->rest = span_n(p->rest.p + n, p->rest.n - n);
	return s;
}

static int
push(struct parser *p, struct expr_node node)
{
	if (p->x->n >= NODES)
		return bad(p, "the formula is too long");
	GROW(p->x->node, p->x->n, p->x->cap);
	p->x->node[p->x->n++] = node;
	return 0;
}

static int
push_op(struct parser *p, char op)
{
	struct expr_node node = { .op = op };

	return push(p, node);
}

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static int
number(struct parser *p)
{
	struct expr_node node = { .op = 'n' };
	struct dec d;
	size_t n = 0;

	while (
	    n < p->rest.n && (ascii_digit(p->rest.p[n]) || p->rest.p[n] == '.'))
		n++;
	if (!dec_parse(span_n(p->rest.p, n), &d))
		return bad(p, "this is no number");
	take(p, n);
	node.num = ratio_dec(d.value, d.scale);
	return push(p, node);
}

static int
name(struct parser *p)
{
	struct expr_node node = { .op = 'v' };
	struct expr *x = p->x;
	size_t n = 0;
	struct span s;

	while (n < p->rest.n &&
	       (is_word(p->rest.p[n]) || ascii_digit(p->rest.p[n])))
		n++;
	s = take(p, n);
	while (node.name < x->nnames && !span_eq(x->name[node.name], s))
		node.name++;
	if (node.name == x->nnames) {
		GROW(x->name, x->nnames, x->name_cap);
		x->name[x->nnames++] = s;
	}
	return push(p, node);
}

static int sum(struct parser *p);

static int
factor(struct parser *p)
{
	char c = peek(p);
	int rc;

	if (ascii_digit(c) || c == '.')
		return number(p);
	if (is_word(c))
		return name(p);
	if (c != '(' && c != '-')
		return bad(p, "a column, a number or '(' is expected");
	if (++p->depth > DEPTH)
		return bad(p, "too many parentheses");
	take(p, 1);
	if (c == '-') {
		rc = factor(p) ? -1 : push_op(p, '~');
	} else {
		rc = sum(p);
		if (!rc && peek(p) != ')')
			rc = bad(p, "')' is missing");
		if (!rc)
			take(p, 1);
	}
	p->depth--;
	return rc;
}

static int
product(struct parser *p)
{
	char c;

	if (factor(p))
		return -1;
	for (c = peek(p); c == '*' || c == '/'; c = peek(p)) {
		take(p, 1);
		if (factor(p) || push_op(p, c))
			return -1;
	}
	return 0;
}

static int
sum(struct parser *p)
{
	char c;

	if (product(p))
		return -1;
	for (c = peek(p); c == '+' || c == '-'; c = peek(p)) {
		take(p, 1);
		if (product(p) || push_op(p, c))
			return -1;
	}
	return 0;
}

int
expr_parse(struct expr *x, struct span text, struct err *e)
{
	struct parser p = { .x = x, .text = text, .rest = text, .e = e };

	memset(x, 0, sizeof *x);
	if (sum(&p) || (peek(&p) && bad(&p, "an operator is expected"))) {
		expr_release(x);
		return -1;
	}
	return 0;
}

int
expr_eval(const struct expr *x, const struct ratio *value, struct ratio *out,
    struct err *e)
{
	struct ratio *stack = xcalloc(x->n + 1, sizeof *stack);
	size_t n = 0;
	bool ok = true;

	for (size_t i = 0; ok && i < x->n; i++) {
		const struct expr_node *node = &x->node[i];

		switch (node->op) {
		case 'n':
			stack[n++] = node->num;
			break;
		case 'v':
			stack[n++] = value[node->name];
			break;
		case '~':
			stack[n - 1].num = -stack[n - 1].num;
			break;
		default:
			n--;
			ok = apply(
			    node->op, stack[n - 1], stack[n], &stack[n - 1]);
		}
	}
	if (ok)
		*out = stack[0];
	free(stack);
	return ok ? 0 : err_set(e, ERR_DATA, "a computed column is too large");
}

void
expr_release(struct expr *x)
{
	free(x->node);
	free(x->name);
	memset(x, 0, sizeof *x);
}
