/*
 * stage: which stage a move means, in the pipeline of the deal that moves.
 */
#ifndef CRM_CRM_CHANGE_STAGE_H
#define CRM_CRM_CHANGE_STAGE_H

#include "crm/change/change.h"
#include "crm/config.h"

struct stage_goal {
	enum {
		STAGE_BY_NAME,	/* key or label */
		STAGE_BY_STATE, /* the pipeline's stage of that state */
		STAGE_BY_HISTORY, /* the open one in which it last was */
	} by;
	struct span name;
	enum stage_state state;
};

/* ERR_DATA where the pipeline has no such stage, with those it has. */
int stage_find(struct changes *c, const struct record *opp,
    const struct stage_goal *goal, const struct stage **out, struct err *e);

#endif
