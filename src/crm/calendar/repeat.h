/*
 * repeat: how something repeats, in words for those who read a mail.
 */
#ifndef CRM_CRM_CALENDAR_REPEAT_H
#define CRM_CRM_CALENDAR_REPEAT_H

#include "base/buf.h"
#include "base/span.h"
#include "store/ical.h"

/*
 * Appends a rule (an RRULE) of what starts at start, "every 2 weeks on Monday
 * and Thursday until 2027-02-04", days as they are in the zone of start. What
 * there are no words for is the rule itself: "by the rule FREQ=...".
 */
void repeat_words(
    struct span rule, const struct ical_time *start, struct buf *out);

/* Thursday, of a day. */
const char *weekday_word(int32_t day);

#endif
