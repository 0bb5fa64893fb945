/*
 * occur_impl: what the files of occur share. Not for others.
 */
#ifndef CRM_CRM_CALENDAR_OCCUR_IMPL_H
#define CRM_CRM_CALENDAR_OCCUR_IMPL_H

#include "crm/calendar/occur.h"

/* By from, to, id, key, person, the master before a copy. */
void occur_sort(struct occurrence *v, size_t n);

#endif
