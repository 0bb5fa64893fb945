/*
 * occurrence: one of a series, changed alone. It is a record of its own for
 * that while: its values at that time, without repeat and exceptions.
 */
#ifndef CRM_CRM_CHANGE_OCCURRENCE_H
#define CRM_CRM_CHANGE_OCCURRENCE_H

#include "crm/change/change.h"

/* Room for the key of an occurrence (crm/calendar/occur.h). */
#define OCCURRENCE_KEY 32

/*
 * The occurrence that is meant: when is a cell (a day or a time), or "" for
 * the next. out is in c's arena.
 */
int occurrence_open(struct changes *c, const struct record *series,
    struct span when, char key[OCCURRENCE_KEY], struct record *out,
    struct err *e);

/*
 * Writes what differs between before (of occurrence_open) and after, by the
 * rules that hold of any activity. after NULL: it does not take place.
 */
int occurrence_apply(struct changes *c, const struct record *series,
    struct span key, const struct record *before, struct record *after,
    unsigned how, struct err *e);

#endif
