/*
 * settings: the table of all settings, from which crmrc files are checked and
 * crmrc.sample is made. A setting that only a person may set (who they are,
 * what is run) is refused in the team's crmrc, because that comes with the
 * store.
 */
#ifndef CRM_CRM_SETTINGS_H
#define CRM_CRM_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "store/rc.h"

enum setting_type {
	SET_TEXT,
	SET_INT, /* min..max */
	SET_CURRENCY,
	SET_ZONE,
	SET_COLOR,   /* auto, always, never */
	SET_PROGRAM, /* a program with its arguments */
};

struct setting {
	const char *key; /* "core.currency"; '*' stands for one part */
	enum setting_type type;
	const char *dflt; /* what holds where it is not set; NULL: nothing */
	const char *help; /* one line */
	bool person;	  /* in the person's crmrc only */
	int min, max;
};

/*
 * Checks every entry: known (the nearest is suggested), its value of the type,
 * and, where team, that it is none of a person's. ERR_DATA with file and line.
 */
int settings_check(const struct rc *rc, bool team, struct err *e);

/* The text of crmrc.sample. */
void settings_sample(struct buf *out);

#endif
