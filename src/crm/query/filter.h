/*
 * filter: the selection language of crm-filter(7), one for lists, reports,
 * rules and saved views.
 *
 *   field:value,value   field:A..B   field:   field~text   +TAG   -tag
 *   field!:value is not in the language; "not" is: not stage:won
 *   "or", "not", "(" and ")" as words of their own; terms are ANDed
 *   a word that is a full id selects that record; any other bare word is
 *   sought in the entity's name fields
 *   opp.stage:won where several entities meet: qualified by the entity
 *   @name  a saved view of crmrc ([view "name"] filter = ...)
 *
 * Full ids that follow each other are one term: any of these records. In text
 * and references a comma before a blank is part of the value, and "\," always
 * is. Text is compared folded; a period is in a range that holds all of its
 * days; money in the base currency, at today's rates. "owner~x" seeks in names.
 *
 * Values take the type of the field: date words for dates, "me" for references
 * to users, names for references, numbers with ranges, "48k" for money.
 */
#ifndef CRM_CRM_QUERY_FILTER_H
#define CRM_CRM_QUERY_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/span.h"
#include "crm/query/query.h"

/*
 * Parses words and binds them to q's entity. Quoting is the shell's: a word is
 * one term. In a string (a saved view, a report) split with filter_split().
 */
int filter_parse(struct filter **f, struct query *q, char *const *word,
    size_t n, struct err *e);

/*
 * Splits text at blanks, honouring "double quotes" ("" is one of them). A
 * parenthesis in front of or behind a word is a word of its own. Free with one
 * free().
 */
int filter_split(const char *text, char ***word, size_t *n, struct err *e);

/* r is a row that query_run() gave. */
bool filter_match(const struct filter *f, const struct row *r);
void filter_free(struct filter *f);

/* Is it a computed tag (OPEN, MINE, ...) of some entity? */
bool filter_is_vtag(struct span name);

/* The i-th computed tag that ent has; NULL behind the last. */
const char *filter_vtag_at(const struct entity *ent, size_t i);

/* Has any record of ent this tag? Reads them up to the first that has. */
int filter_tag_used(struct session *s, struct entity *ent, struct span tag,
    bool *used, struct err *e);

#endif
