/*
 * agenda: the forms of an agenda: text, month, HTML, iCalendar. Each appends
 * the whole to out. Names are made safe where they are put, as each form needs.
 */
#ifndef CRM_CMD_AGENDA_H
#define CRM_CMD_AGENDA_H

#include "crm/calendar/agenda.h"

struct agenda_form {
	const struct agenda *a;
	size_t npersons; /* whose agenda: more than one are named */
	struct span title; /* "Ana Test", "Sales" */
	size_t width;	   /* columns; 0: any */
	size_t lines;	   /* of a day in a month */
	bool color, month;
	struct buf *out;
	struct err *e;
};

int agenda_text(const struct agenda_form *f);
int agenda_month(const struct agenda_form *f);
int agenda_html(const struct agenda_form *f);
int agenda_ics(const struct agenda_form *f);

/* "Fri 27 Nov 2026"; year 0: without it. */
void agenda_day(struct buf *out, int32_t day, bool year);
/* "November 2026" */
void agenda_month_name(struct buf *out, int32_t day);
/*
 * When on that day: "10:00-10:30", "10:00", "all day", "from 22:00" for what
 * goes on the next day, "to 06:00" for its end; of tasks "by 10:00", or nothing.
 */
void agenda_when(struct buf *out, const struct agenda_item *x, int32_t day);
/* Whose it is: first names, ", " between. */
void agenda_who(
    struct buf *out, const struct agenda *a, const struct agenda_item *x);

#endif
