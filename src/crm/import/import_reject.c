/*
 * Rows that could not be taken, as a CSV file that can be imported again: the
 * original cells, then where and why.
 */
#include <stdio.h>
#include <string.h>

#include "crm/import/import_impl.h"
#include "store/csvwrite.h"

/* Reasons that are also said at once, for those who read only the terminal. */
#define SAID 5

static void
add_header(struct import *im)
{
	if (im->rejects.n)
		return;
	for (size_t i = 0; i < im->ncols; i++) {
		if (im->col[i].ours)
			continue;
		csv_cell(&im->rejects, im->col[i].name, ',');
		buf_addc(&im->rejects, ',');
	}
	buf_adds(&im->rejects, "_line,_column,_reason\n");
}

static void
add_place(struct import *im, size_t line, const char *column, const char *why)
{
	char text[24];

	snprintf(text, sizeof text, "%zu", line);
	buf_addf(&im->rejects, "%s,", text);
	csv_cell(&im->rejects, span(column), ',');
	buf_addc(&im->rejects, ',');
	csv_cell(&im->rejects, span(why), ',');
	buf_addc(&im->rejects, '\n');
	if (im->res->rejected++ >= SAID)
		return;
	buf_addf(&im->res->notes, "line %zu: %s%s%s\n", line, column,
	    *column ? ": " : "", why);
}

void
import_reject(struct import *im, const struct span *cell, size_t n, size_t line,
    const char *column, const char *why)
{
	add_header(im);
	for (size_t i = 0; i < im->ncols; i++) {
		if (im->col[i].ours)
			continue;
		if (i < n)
			csv_cell(&im->rejects, cell[i], ',');
		buf_addc(&im->rejects, ',');
	}
	add_place(im, line, column, why);
}

void
import_reject_raw(
    struct import *im, struct span raw, size_t line, const char *why)
{
	size_t ours = 0;

	while (raw.n && (raw.p[raw.n - 1] == '\n' || raw.p[raw.n - 1] == '\r'))
		raw.n--;
	add_header(im);
	for (size_t i = 0; i < im->ncols; i++)
		ours += im->col[i].ours;
	for (size_t i = 0; i < im->ncols - ours; i++) {
		if (i == 0)
			csv_cell(&im->rejects, raw, ',');
		buf_addc(&im->rejects, ',');
	}
	add_place(im, line, "", why);
}
