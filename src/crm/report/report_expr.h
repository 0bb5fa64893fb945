/*
 * report_expr: the formulas of computed columns: + - * / and parentheses over
 * column names and numbers. Values are exact fractions; an empty value and a
 * division by zero make the result empty.
 */
#ifndef CRM_CRM_REPORT_REPORT_EXPR_H
#define CRM_CRM_REPORT_REPORT_EXPR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/money.h"
#include "base/span.h"

/* num / den in lowest terms, den > 0; den 0 is "empty" (all zero is that). */
struct ratio {
	int128 num, den;
};

struct ratio ratio_dec(int128 units, int scale);
struct ratio ratio_div(struct ratio r, int128 d); /* d > 0, as a count is */
/* Rounded half away from zero to scale digits. False where it is too large. */
bool ratio_units(struct ratio r, int scale, int128 *units);

struct expr_node {
	char op; /* 'n' number, 'v' name, else + - * / or '~' (negation) */
	struct ratio num;
	size_t name; /* of 'v' */
};

struct expr {
	struct expr_node *node; /* in reverse Polish order */
	size_t n, cap;
	struct span *name; /* each once; they point into the text parsed */
	size_t nnames, name_cap;
};

/* Fails with ERR_DATA; text must outlive x. */
int expr_parse(struct expr *x, struct span text, struct err *e);
/* value[i] is that of name[i]. Fails with ERR_DATA on overflow. */
int expr_eval(const struct expr *x, const struct ratio *value,
    struct ratio *out, struct err *e);
void expr_release(struct expr *x);

#endif
