/*
 * init: a new store: a repository with its settings, the tables that describe
 * the process, and its first user; or the local set-up of a clone.
 */
#ifndef CRM_CRM_INIT_H
#define CRM_CRM_INIT_H

#include <stdbool.h>

#include "base/err.h"

struct init_options {
	const char *dir;
	const char *currency; /* NULL: none is set */
	const char *timezone; /* NULL: the system's */
	const char *pipelines; /* names in share/pipelines, comma separated;
				  NULL: "sales" */
	const char *login;	/* NULL: me */
	const char *me;		/* user.login of the person's own crmrc; NULL:
				   the login name */
};

/*
 * *fresh is false where dir was a store already: then only what git does not
 * carry to a clone (merge driver, hook, configuration) was set up.
 */
int store_init(const struct init_options *o, bool *fresh, struct err *e);

#endif
