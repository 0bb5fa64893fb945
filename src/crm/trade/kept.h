/*
 * kept: what a document said when it was issued, as text in a field of its
 * own: a line for each thing, its name, a tab, and what it is. Further lines of
 * that begin with a tab.
 */
#ifndef CRM_CRM_TRADE_KEPT_H
#define CRM_CRM_TRADE_KEPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/span.h"

/* Adds one; nothing, where value is empty but for blanks. */
void kept_add(struct buf *out, const char *name, struct span value);

/* What was kept under a name, in a; "" where nothing was. */
struct span kept_get(struct arena *a, struct span text, const char *name);

/* Takes the next one off text; false at its end. value is of a. */
bool kept_next(struct arena *a, struct span *text, struct span *name,
    struct span *value);

/* What two of them have otherwise; "" where one has it not. */
struct kept_change {
	struct span name, old, new;
};
/* An array of a, in the order of old, then of what only new has. */
size_t kept_compare(struct arena *a, struct span old, struct span new,
    struct kept_change **out);

#endif
