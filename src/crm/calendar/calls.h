/*
 * calls: what a telephone exchange says of calls (Asterisk's CDR files) as
 * activities that are done. The layout is told by a header, else by where the
 * disposition stands: as cdr_csv writes it, or as the sample of cdr_custom.
 * Times are those of the store's zone.
 */
#ifndef CRM_CRM_CALENDAR_CALLS_H
#define CRM_CRM_CALENDAR_CALLS_H

#include "crm/change/change.h"

enum calls_owner { CALLS_BY_NUMBER, CALLS_BY_CHANNEL, CALLS_BY_DST };

struct calls_options {
	const char *name;  /* of the file, for messages */
	struct span owner; /* id of the user whose calls nobody else's are */
	enum calls_owner by;
	struct span map; /* CALLS_BY_DST: "201=ana,202=bo" */
};

struct calls_result {
	size_t rows, added, known; /* known: there already, by ext_id */
	size_t answered, missed, unknown, internal; /* of those added */
	size_t refused;
	struct buf flaws; /* "file:line: why", a line each */
};

/* ERR_DATA where the whole is no such file. */
int calls_import(struct changes *c, struct span data,
    const struct calls_options *o, struct calls_result *out, struct err *e);
void calls_result_release(struct calls_result *r);

#endif
