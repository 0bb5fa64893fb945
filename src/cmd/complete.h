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
/* Ids offered at most; more is no help to anybody. */
#define OFFER_MOST 200

#define OFFER_PERIODS                                                          \
	"today yesterday tomorrow week this-week last-week next-week month "   \
	"this-month last-month next-month quarter last-quarter next-quarter "  \
	"year last-year next-year"
#define OFFER_DATES OFFER_PERIODS " eow eom eoq eoy"

/* Words with blanks between. */
void offer_list(struct offer *o, const char *words);
/* The values of one field of the records there are: ids, names, logins. */
void offer_values(
    struct call *c, struct offer *o, struct entity *ent, const char *field);

/* All that its records are found by: names, numbers, SKUs. */
void offer_names(struct call *c, struct offer *o, struct entity *ent);
/* What may stand behind "field:" or "field=". */
void offer_field_values(
    struct call *c, struct offer *o, const struct field *f);
/* Behind + or -, with which the word begins: tags of c->ent. */
void offer_tags(struct call *c, struct offer *o, const char *word);
void offer_stages(struct call *c, struct offer *o);

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
