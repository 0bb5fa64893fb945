/*
 * mergecell: one cell, changed on both sides. Every rule gives the same value
 * whatever side is ours, and the same whatever the order in which several
 * sides are merged.
 */
#ifndef CRM_CRM_HISTORY_MERGECELL_H
#define CRM_CRM_HISTORY_MERGECELL_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/span.h"
#include "store/schema.h"

/*
 * The merged value, one of the three or made in a. f is NULL for a column that
 * no schema knows. True where the sides do not agree and the greater value
 * stands.
 *
 *	MERGE_MAX, MERGE_MIN	by the field's type; a value beats none
 *	MERGE_UNION		words with ';' between: what both added, less
 *				what either took out; sorted
 *	MERGE_APPEND		lines behind what was there: of both, sorted;
 *				where that was changed too: a conflict
 */
bool merge_cell(const struct field *f, struct span base, struct span ours,
    struct span theirs, struct arena *a, struct span *out);

#endif
