/*
 * rc: settings files. One syntax, that of git-config (sections, subsections in
 * quotes, name = value, # and ; comments, quoted values with \" \\ \n \t, a
 * backslash at a line's end continues it), read strictly: an unterminated
 * quote, a key before any section, an unknown escape or an [include] is an
 * error with file and line. A key without "=" has the value "true". Section and key names are lower-cased
 * (keys are letters, digits and '-'), subsections keep their case.
 *
 * The same reader serves the team's crmrc, the person's crmrc and the files in
 * share/reports.
 */
#ifndef CRM_STORE_RC_H
#define CRM_STORE_RC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

struct rc_entry {
	const char *key;   /* "section.key" or "section.Sub Section.key" */
	const char *value; /* never NULL */
	const char *file;  /* for messages */
	size_t line;
};

struct rc {
	struct rc_entry *entry; /* in the order read */
	size_t n, cap;
	struct arena arena;
};

/* Adds the entries of text, which is the content of a file named name. */
int rc_read(struct rc *rc, const char *name, struct span text, struct err *e);

/* The last value of key, or NULL; rc_find gives its entry. */
const char *rc_get(const struct rc *rc, const char *key);
const struct rc_entry *rc_find(const struct rc *rc, const char *key);
/* The last of "section.sub.key". */
const struct rc_entry *rc_find_sub(const struct rc *rc, const char *section,
    const char *sub, const char *key);

/* A number; def where the key is absent. Errors name file and line. */
int rc_int(const struct rc *rc, const char *key, int64_t min, int64_t max,
    int64_t def, int64_t *out, struct err *e);

void rc_release(struct rc *rc);

#endif
