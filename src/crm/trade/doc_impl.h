/* doc_impl: what the files that read and compute documents share. */
#ifndef CRM_CRM_TRADE_DOC_IMPL_H
#define CRM_CRM_TRADE_DOC_IMPL_H

#include "crm/trade/doc.h"

/*
 * All records of ent that pass a filter of one word (NULL: all of them), with
 * all fields that are in files. Of the arena.
 */
int doc_read(struct session *s, struct entity *ent, char *word,
    struct arena *a, struct record **out, size_t *n, struct err *e);

/* A day as a cell; of c's arena. */
struct span doc_day_span(struct changes *c, int32_t day);

/* The entity of the lines of quotes or orders. */
struct entity *doc_lines_of(struct session *s, const struct entity *ent);

#endif
