/*
 * check: looks for what is wrong in a store. Everything is read; nothing is
 * changed.
 */
#ifndef CRM_CRM_CHECK_CHECK_H
#define CRM_CRM_CHECK_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "crm/session.h"

/* A note tells what may be meant; an error is something to repair. */
enum check_level { CHECK_NOTE, CHECK_ERROR };

struct finding {
	const char *file;
	size_t line; /* from 1; 0: of the file as a whole */
	enum check_level level;
	const char *message;
};

/* Non-zero stops with that result. */
typedef int check_fn(void *ctx, const struct finding *f, struct err *e);

/*
 * Checks the store, or of the tables only those that file names (paths of the
 * store, or folders). Every file: is it CSV and UTF-8, does it have its
 * columns; every record: its id, that it stands where it is found, and only
 * once; every cell: is it a value of its field, is it there where required, is
 * it unique; and what one record says of another. Of calendars: are they a
 * user's, is each UID in one of them, do act-links say the same. Then the clone: is git set
 * up as a store needs it. *errors counts the errors found.
 */
int store_check(struct session *s, char *const *file, size_t nfiles,
    check_fn *fn, void *ctx, size_t *errors, struct err *e);

#endif
