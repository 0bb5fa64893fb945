/*
 * hook: the user's own executables around a change. They are named in the
 * person's crmrc only:
 *
 *	[hook]
 *		pre-stage = /home/ana/bin/ask-boss
 *		post-add  = ~/bin/tell-erp
 *
 * Events: add, set, rm, stage (a deal's stage changed), each with pre- and
 * post-, and pre-commit and post-commit for every change. A hook is run once
 * per command, without a shell, in the store's folder, as PROGRAM EVENT VERB;
 * stdin has one JSON object per line and record: {"entity", "id", "before":
 * {...} or null, "after": {...} or null}. A pre- hook that does not exit with
 * 0 refuses the change: nothing is written. It has 30 seconds
 * (hook.timeout). A program that lies inside the store must be trusted first
 * (crm trust).
 */
#ifndef CRM_CRM_HOOK_H
#define CRM_CRM_HOOK_H

#include "crm/change.h"

/* Remembers one change for the hooks; cheap where none is set. */
int hook_note(struct changes *c, const struct record *before,
    const struct record *after);

/* when is "pre" or "post"; id is the commit, for post. */
int hooks_run(struct changes *c, const char *when, const char *verb,
    const struct oid *id, struct err *e);

#endif
