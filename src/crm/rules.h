/*
 * rules: the files that say what may stand in a store: crmrc and config/. A
 * command reads them before it holds the writers' lock; a change that another
 * one makes meanwhile must not be passed over.
 */
#ifndef CRM_CRM_RULES_H
#define CRM_CRM_RULES_H

#include <stddef.h>

#include "base/err.h"

struct rule_file; /* what it was when it was read */

struct rules {
	struct rule_file *file;
	size_t n, cap;
};

/* To be called before path is read; for what is no such file does nothing. */
void rules_note(struct rules *r, int dirfd, const char *path);

/* ERR_BUSY where one of them is another file now, or gone, or come. */
int rules_check(const struct rules *r, int dirfd, struct err *e);

void rules_release(struct rules *r);

#endif
