/* complete: what the files of completion share. */
#ifndef CRM_CMD_COMPLETE_H
#define CRM_CMD_COMPLETE_H

#include "base/buf.h"
#include "cmd/cli.h"

struct offer {
	struct buf out;
	struct span prefix; /* what is there of the word already */
	const char *lead;   /* what stands before it: "stage:" */
	size_t n;
};

/* A candidate, where it begins with what is there. */
void offer(struct offer *o, struct span word);
/* The values of one field of the records there are: ids, names, logins. */
void offer_values(
    struct call *c, struct offer *o, struct entity *ent, const char *field);

/*
 * Of crm-act (complete_act.c): types that are verbs by the table alone, and the
 * row that runs such a verb; outcomes and purposes, true where f is one of
 * these; and names of what a new activity may be about.
 */
void offer_act_types(struct call *c, struct offer *o);
const struct command *offer_act_verb(struct call *c, const char *name);
bool offer_act_words(struct call *c, struct offer *o, const struct field *f);
void offer_act_about(
    struct call *c, struct offer *o, const struct command *cmd);

#endif
