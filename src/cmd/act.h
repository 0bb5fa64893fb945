/*
 * act: what the verbs of crm-act share: how an activity is told to people.
 */
#ifndef CRM_CMD_ACT_H
#define CRM_CMD_ACT_H

#include "cmd/cli.h"
#include "crm/calendar/calendar.h"
#include "crm/calendar/words.h"

/*
 * A line about an activity, appended: call 'budget' with Acme (deal 'Windows'
 * O2611-7f3k9q2d), Sun 22 Nov 2026 10:00-10:30, ana, reminder 15 min before.
 * Times are those of the user's clock; its zone is named where it is not the
 * store's.
 */
void act_line(struct call *c, const struct record *r, struct buf *out);

/* "Sun 22 Nov 2026 10:00" of a cell; appended. */
void act_line_when(struct call *c, struct span cell, struct buf *out);

/*
 * Says what the owner has planned at the time of a record, before it is
 * written; nothing where before, or NULL, took the same time, or it is not to
 * come.
 */
void act_say_busy(struct call *c, const struct record *before,
    const struct record *r);

/*
 * Says act_line() and act_say_busy(): to a person at a terminal, and in a dry
 * run to whoever. What is changed is then not told cell by cell.
 */
void act_tell(struct call *c, const struct record *before,
    const struct record *r);

/* Options, and words of the form field=value, that both set a field. */
struct act_option {
	const char *field;
	const char *value; /* NULL: not given */
};

/* Sets those that were given, up to a row without a field. */
int act_assign(struct call *c, struct changes *ch, struct record *r,
    const struct act_option *o);

/* A field set to a cell that is in store form; copied. */
void act_put(struct changes *ch, struct record *r, const char *field,
    struct span cell);

#endif
