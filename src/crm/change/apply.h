/*
 * apply: rows that another program changed, written back as differences. Each
 * row names its record; a column _base names the commit the row came from.
 * With it a cell counts as changed only where it differs from that commit, so
 * a stale row merges and never clobbers; a cell that was changed on both sides
 * is a conflict and refuses the whole (nothing is half done) unless it is said
 * which side wins.
 */
#ifndef CRM_CRM_CHANGE_APPLY_H
#define CRM_CRM_CHANGE_APPLY_H

#include "crm/change/change.h"

enum apply_side { APPLY_REFUSE, APPLY_OURS, APPLY_THEIRS };

struct apply_options {
	enum apply_side on_conflict;
	bool ids_only;
	unsigned how; /* enum change_how */
};

struct apply_result {
	size_t rows, without_base, conflicts, ignored;
	struct buf notes; /* lines for stderr: conflicts, ignored columns */
	size_t rounded;	  /* amounts finer than their currency */
	struct span first_rounded; /* of the changes' arena */
};

/* data: CSV (or tab separated) with a header and an id column. */
int apply_rows(struct changes *c, const struct entity *ent, struct span data,
    const struct apply_options *o, struct apply_result *out, struct err *e);
void apply_result_release(struct apply_result *r);

#endif
