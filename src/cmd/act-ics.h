/*
 * act-ics: activities as iCalendar, for the verbs that read and write files of
 * other programs.
 */
#ifndef CRM_CMD_ACT_ICS_H
#define CRM_CMD_ACT_ICS_H

#include "cmd/cli.h"

/* Was -o ics asked for, of activities? */
bool act_wants_ics(const struct call *c);

/*
 * Prints one VCALENDAR with what q selects as it is in the files, each
 * VTIMEZONE once. 1 where there is nothing and -e was given.
 */
int act_feed_query(struct call *c, struct query *q);

#endif
