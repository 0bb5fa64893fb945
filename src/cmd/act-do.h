/*
 * act-do: verbs that change activities one by one; of a series one occurrence,
 * as the options --on and --all say (opts_series in verbs.h).
 */
#ifndef CRM_CMD_ACT_DO_H
#define CRM_CMD_ACT_DO_H

#include "cmd/act.h"
#include "crm/change/occurrence.h"

/* One activity that is changed, or one occurrence of it. */
struct deed {
	struct call *c;
	struct changes *ch;
	struct record series; /* as it is in the store */
	struct record before, after;
	char key[OCCURRENCE_KEY]; /* "" of what is changed as a whole */
	const struct when_words *when; /* of move */
	void (*then)(struct deed *d); /* when it is so, or NULL */
	bool skip;  /* there is nothing to do, which was said */
	bool out;   /* the occurrence does not take place */
};

/* Changes d->after. */
typedef int deed_fn(struct deed *d);

/*
 * Does fn to those that the first n arguments name, tells what became of each
 * and commits it all. when (of move) is borrowed, or NULL.
 */
int act_deeds(struct call *c, int n, deed_fn *fn,
    const struct when_words *when, const char *verb);

#endif
