/*
 * report: reports as data. A report is a file of crmrc's syntax in
 * share/reports/NAME.report, changed or added to by [report "NAME"] and
 * [select "NAME.x"] in the team's crmrc. No code knows a report's name.
 *
 *	[report]
 *		title = Target versus sales
 *		group = period, who            ; names of the group columns
 *		by    = who                    ; the one that --by replaces
 *		unit  = quarter                ; of a date group, see --period
 *		order = period, won-           ; default: group order
 *		total = yes
 *		bar   = won
 *	[select "target"]                      ; one or several; full outer
 *		entity  = target               ; join of their groups
 *		filter  =
 *		group   = period, user         ; a path per group column
 *		measure = target:sum(amount)
 *	[select "won"]
 *		entity  = opp
 *		filter  = +WON
 *		group   = close, owner
 *		measure = won:sum(amount), deals:count
 *	[column "percent"]                     ; computed per row and total
 *		value = won / target * 100
 *		type  = percent
 *	[by "team"]                            ; --by team: a path per select
 *		target = team|user.team
 *		won    = owner.team
 *
 * Measures: count, sum(money), sum(number), weighted (amount x chance), avg,
 * min, max. Sums of money are kept per currency, exact, and converted once at
 * the end at one named rate (as of the report's day); without a rate for a
 * currency that occurs the report is refused. Computed columns know + - * /,
 * parentheses and numbers; division by zero is empty.
 */
#ifndef CRM_CRM_REPORT_H
#define CRM_CRM_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "crm/session.h"
#include "store/schema.h"

struct report_args {
	const char *by;	    /* dotted path or name of a [by], NULL: as is */
	const char *period; /* date words, NULL: all; its unit is the default
			       unit of date groups */
	const char *unit;   /* month, quarter, ...; NULL: the report's */
	char *const *filter;
	size_t nfilter;
	const uint64_t *id; /* rows from "-"; all of one entity */
	size_t nids;
	bool has_ids;
};

struct report_column {
	const char *name, *label;
	enum field_type type; /* F_TEXT for groups, F_INT, F_MONEY, ... */
	bool bar;
};

struct report_result {
	const char *title;
	struct report_column *col;
	size_t ncols;
	struct span *cell; /* nrows * ncols; money already as text */
	size_t nrows;
	bool total;	   /* the last row is the total */
	struct span rates; /* "rates: 1 EUR = 1.08 USD (2026-11-20)"; empty
			      where none was used */
	char currency[4];  /* of the money columns, "" where there is none */
	struct arena arena;
};

/* ERR_USAGE for an unknown name, with the known ones. */
int report_run(struct session *s, const char *name,
    const struct report_args *a, struct report_result *out, struct err *e);
void report_result_release(struct report_result *r);

/* Name and title of every report that there is, sorted; for --list. */
int report_names(struct session *s, char ***name, char ***title, size_t *n,
    struct err *e);

#endif
