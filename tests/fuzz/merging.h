/*
 * merging: what the targets of both merges share: conflicts as bytes, to be
 * compared.
 */
#ifndef CRM_TESTS_FUZZ_MERGING_H
#define CRM_TESTS_FUZZ_MERGING_H

#include "crm/history/tdiff.h"
#include "fuzz.h"

/* Appends the conflict to the buffer ctx. */
static inline int
note(void *ctx, const struct merge_conflict *c, struct err *e)
{
	const struct span part[] = { c->id, c->column, c->base, c->ours,
		c->theirs };

	(void)e;
	for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
		buf_addspan(ctx, part[i]);
		buf_addc(ctx, '\0');
	}
	return 0;
}

#endif
