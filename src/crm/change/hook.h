/*
 * hook: the user's own executables around a change. They are named in the
 * person's crmrc only:
 *
 *	[hook]
 *		pre-stage = /home/ana/bin/ask-boss
 *	[hook "lead"]
 *		post-add  = ~/bin/tell-erp
 *
 * Events: add, set, rm, stage (a deal's stage changed), issue (a quote was
 * issued), each with pre- and post-, and pre-commit and post-commit for every change; for all records, or
 * for one kind. A hook is run once per command, without a shell, in the
 * store's folder, as PROGRAM EVENT VERB; stdin has one JSON object per line
 * and record: {"entity", "id", "before": {...} or null, "after": {...} or
 * null}, and what belongs to it (hook_impl.h). A pre- hook that does not exit with 0 refuses the change: nothing is
 * written. It has 30 seconds (hook.timeout). What a post- hook does changes
 * nothing any more; it runs when the lock is gone, so it can call crm itself,
 * and has CRM_COMMIT. A program that lies inside the store must be trusted
 * first (crm trust).
 */
#ifndef CRM_CRM_CHANGE_HOOK_H
#define CRM_CRM_CHANGE_HOOK_H

#include "crm/change/change.h"

/* The i-th of "pre-commit", "post-commit", "pre-add", ...; NULL behind them. */
const char *hook_event_at(size_t i);
bool hook_is_event(const char *name);

/* Remembers one change for the hooks; cheap where none is set. */
int hook_note(struct changes *c, const struct record *before,
    const struct record *after);

int hooks_run_pre(struct changes *c, const char *verb, struct err *e);

/* Keeps what post- hooks are told of commit id, for hooks_run_due(). */
void hooks_put_off(struct changes *c, const char *verb, const struct oid *id);

/*
 * Appends the path of a program as crmrc names it: ~/ is the home, and what is
 * not absolute lies in the store.
 */
void hook_path(const struct session *s, const char *name, struct buf *path);

/* Runs them. What goes wrong is added to the session's notes. */
void hooks_run_due(struct changes *c);

#endif
