/*
 * series: what is different in a series: the lines of the field "exceptions"
 * (item.h), and the row of one of its occurrences.
 */
#ifndef CRM_CRM_CALENDAR_SERIES_H
#define CRM_CRM_CALENDAR_SERIES_H

#include "crm/calendar/calendar.h"

struct series_line {
	struct span key;  /* 2026-11-27T13:00:00Z, or a day */
	struct span sets; /* "start=...;subject=..."; empty: nothing */
	struct span rest; /* all behind the key, as written */
	bool following;	  /* "KEY+": from then on */
	bool extra;	  /* "KEY +": one that the rule does not give */
	bool out;	  /* "KEY -": it does not take place */
};

struct series_lines {
	struct series_line *v;
	size_t n, cap;
};

/* Spans are of text. Free v. */
void series_lines(struct span text, struct series_lines *out);

/* Do both say the same, but for who comes? */
bool series_same_plan(struct span a, struct span b);

/* Fields that an occurrence can have otherwise; start, end and due first. */
enum { SERIES_TIMES = 3, SERIES_FIELDS = 12 };
extern const char *const series_field[SERIES_FIELDS];

/*
 * What a time of the master's row is in the occurrence at key: as far behind
 * it as the master's is behind its start. Empty where it has none.
 */
void series_expected(struct calendar *cal, const struct span *master,
    struct span key, const char *field, char out[21]);

/*
 * The row of an occurrence: the master's, moved there, and what the line sets;
 * neither repeat nor exceptions. v has room for act->nfields; texts are the
 * master's, or in arena. ERR_DATA for what is no field of an occurrence.
 */
int series_row(struct calendar *cal, const struct series_line *l,
    const struct span *master, struct arena *arena, struct span *v,
    struct err *e);

/*
 * "exceptions" of a series whose time of day is moved, appended: what differs
 * goes along; what was itself moved stays where it is. Both are the series'
 * own rows. ERR_USAGE where its day is another: what differs hangs on days.
 */
int series_shift(struct calendar *cal, const struct span *before,
    const struct span *after, struct buf *out, struct err *e);

#endif
