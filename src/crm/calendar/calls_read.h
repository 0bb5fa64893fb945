/*
 * calls_read: the rows of a CDR file. Not for others.
 */
#ifndef CRM_CRM_CALENDAR_CALLS_READ_H
#define CRM_CRM_CALENDAR_CALLS_READ_H

#include "base/arena.h"
#include "crm/calendar/calls.h"

struct cdr {
	struct span src, dst, channel, dstchannel, uniqueid;
	int64_t start, end;
	bool answered;
	size_t line;
};

struct cdrs {
	struct cdr *v; /* one for each uniqueid: the leg that was answered */
	size_t n, cap;
	struct arena arena;
};

int cdrs_read(struct cdrs *out, struct span data, const char *name,
    struct calls_result *res, struct err *e);
void cdrs_release(struct cdrs *c);

#endif
