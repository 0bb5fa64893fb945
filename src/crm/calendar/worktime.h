/*
 * worktime: when people work, as settings and the file of holidays have it.
 */
#ifndef CRM_CRM_CALENDAR_WORKTIME_H
#define CRM_CRM_CALENDAR_WORKTIME_H

#include "crm/calendar/calendar.h"
#include "crm/calendar/free.h"

/* 9:00, 17:30, 24:00 or 9: minutes of a day. False: it is none. */
bool worktime_clock(struct span text, int *minutes);

/*
 * The zone, hours and days of a person (calendar.work-start, work-end and
 * work-days, of [calendar "LOGIN"] where it is there). ERR_DATA with file and
 * line for what is not understood, also for a zone that is none.
 */
int worktime_of(struct session *s, const struct person *p,
    struct free_person *out, struct err *e);

/*
 * The days off from the day `from` to the day `to` (both included): whole-day
 * events of calendar.holidays. Unsorted; to be freed. Without the setting
 * there are none.
 */
struct days_off {
	int32_t *day;
	size_t n, cap;
};
int worktime_off(struct session *s, int32_t from, int32_t to,
    struct days_off *out, struct err *e);

#endif
