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
 * Says a line of what was understood: to a person at a terminal, and in a dry
 * run to whoever. What is changed is then not told cell by cell.
 */
void act_say(struct call *c, struct span line);

/*
 * What the owner has planned at the time of a record, on a line of its own;
 * nothing where before, or NULL, took the same time, or it is not to come. For
 * those whom act_say() tells, and before the change is written.
 */
void act_say_busy(struct call *c, const struct record *before,
    const struct record *r);

/* act_line() and act_say_busy(), to those who hear. */
void act_tell(struct call *c, const struct record *before,
    const struct record *r);

/* Is there anybody for act_say()? */
bool act_heard(const struct call *c);

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
