/*
 * notify: the program that a person has set to be told of what is up
 * (remind.command): a desktop's notifier, an SMS gateway, a mailer.
 */
#ifndef CRM_CRM_CALENDAR_NOTIFY_H
#define CRM_CRM_CALENDAR_NOTIFY_H

#include "base/buf.h"
#include "crm/session.h"

/* Is one set? */
bool notify_set(const struct session *s);

/*
 * Runs it, in the store's folder, as PROGRAM EVENT with lines (a JSON object
 * each) on stdin. What it prints is added to the session's notes. It has
 * hook.timeout seconds. ERR_PERM where it lies in the store and is not trusted
 * or where it fails.
 */
int notify_run(struct session *s, const char *event, struct span lines,
    struct err *e);

/*
 * The record that an activity is about, nearest first: the deal, the lead, the
 * contact, the account, the campaign; empty: none. Its name is appended.
 */
struct calendar;
struct span act_record(const struct calendar *cal, const struct span *value);
int act_record_name(struct calendar *cal, struct span id, struct buf *name,
    struct err *e);

#endif
