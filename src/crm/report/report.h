/*
 * report: reports as data. A report is a file of crmrc's syntax in
 * share/reports/NAME.report, changed or added to by [report "NAME"],
 * [select "NAME.x"], [column "NAME.x"] and [by "NAME.x"] in the team's crmrc.
 * No code knows a report's name.
 *
 *	[report]
 *		title = Target versus sales
 *		group = period, owner          ; names of the group columns
 *		by    = owner                  ; the one that --by replaces
 *		unit  = quarter, period        ; of date groups; ", period": the
 *		                               ; unit of --period goes first
 *		order = period, won-           ; default: group order
 *		columns = target, won, percent ; default: as they come
 *		total = yes
 *		bar   = won
 *	[select "target"]                      ; one or several; full outer
 *		entity  = target               ; join of their groups
 *		filter  =
 *		group   = period, user         ; a path per group column
 *		period  = start                ; what --period restricts;
 *		                               ; default: the date group
 *		measure = target:sum(amount)
 *		scope   = user, team|user.team ; see below
 *		alias   = owner:user           ; --by owner.role: user.role
 *	[select "won"]
 *		entity  = opp
 *		filter  = +WON
 *		group   = close, owner
 *		measure = won:sum(amount), deals:count
 *	[select "people"]                      ; no measure: a row for each,
 *		entity  = user                 ; of zeros where the others
 *		filter  = active:yes           ; have none; see below
 *		group   = id
 *		every   = name                 ; what the row is called
 *		alias   = owner:               ; owner.team: its own team
 *	[column "percent"]                     ; computed per row and total
 *		value  = won / target * 100
 *		type   = percent               ; money, percent, int, decimal
 *		digits = 1
 *		label  = %                     ; also of groups and measures
 *		none   = (none)                ; for people: an empty cell; so it
 *		                               ; is for groups unless told
 *		order  = draft, issued         ; of a group: its keys in this
 *		                               ; order, the others behind them
 *	[by "team"]                            ; --by team: a path per select
 *		target = team|user.team
 *		won    = owner.team
 *
 * a|b is the first of the two that is not empty. --by takes a name of a [by],
 * a path that the entities know, the name of a group column (which then stays
 * alone), or several with commas, which stand where the one would.
 *
 * Measures: count, sum(money), sum(number), weighted (amount x chance), avg,
 * min, max. Sums of money are kept per currency, exact, and converted once at
 * the end at one named rate (as of the report's day); without a rate for a
 * currency that occurs the report is refused; if there is only one currency,
 * nothing is converted. A count or sum of nothing is 0. Computed columns know
 * + - * /, parentheses, numbers and columns; division by zero is empty.
 *
 * A group of type period (2026-Q4) takes a row only where its period lies in
 * one bucket; longer ones are not split, and named in the notes.
 *
 * scope is for plans that are laid down at several levels. The fields of a
 * row that are set say what it is for: a user, a team, a product of a user. A
 * row stands for all that it covers: where a team has a target of its own,
 * those of its users in the same period are not added to it; nor is a month's
 * to that of its quarter. A row in which no field of the group is set is for
 * something else, and left out.
 *
 * every is for those of whom there is nothing to count. Its rows are there
 * where the report has its own groups, whatever the period. Filters that its
 * aliases know choose among them; with any other filter, or rows from "-", the
 * report is narrowed down to what there is, and they are left out.
 */
#ifndef CRM_CRM_REPORT_REPORT_H
#define CRM_CRM_REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "crm/config.h"
#include "crm/session.h"
#include "store/schema.h"

struct report_args {
	const char *by;	    /* dotted path or name of a [by], NULL: as is */
	const char *period; /* date words, NULL: all; its unit may be that of
			       date groups */
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
	const char *none; /* for people: stands for an empty cell, or NULL */
	struct keyset labels; /* for people: of keys; the session's */
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
	struct span *note; /* what was left out and why: for stderr */
	size_t nnotes;
	struct arena arena;
};

/* ERR_USAGE for an unknown name, with the known ones. */
int report_run(struct session *s, const char *name, const struct report_args *a,
    struct report_result *out, struct err *e);
void report_result_release(struct report_result *r);

/*
 * Keeps the named columns (NULL: all), sorts by "won-,owner" (NULL: as it is)
 * and keeps the first limit rows (0: all); a total stays, and is of all.
 */
int report_shape(struct report_result *r, const char *columns,
    const char *sort, size_t limit, struct err *e);

/* Name and title of every report that there is, sorted; for --list. */
int report_names(
    struct session *s, char ***name, char ***title, size_t *n, struct err *e);
void report_names_free(char **name, char **title, size_t n);

#endif
