/*
 * item_impl: what the files of item share. Not for others.
 */
#ifndef CRM_CRM_CALENDAR_ITEM_IMPL_H
#define CRM_CRM_CALENDAR_ITEM_IMPL_H

#include "crm/calendar/item.h"
#include "store/ical.h"

/* How a property is read and written. */
enum prop_how {
	P_TEXT,	   /* TEXT */
	P_RAW,	   /* a value without escapes: URI, RRULE, INTEGER */
	P_TIME,	   /* DATE or DATE-TIME */
	P_END,	   /* DTEND, else DTSTART + DURATION; whole days inclusive */
	P_INSTANT, /* DATE-TIME in UTC */
	P_STATE,
	P_REF,	  /* X-CRM-REF;X-CRM-TYPE=field:ID */
	P_WITH,	  /* ATTENDEEs */
	P_REPLIES, /* what they answered */
	P_ALARMS,
	P_CLASS,
	P_BUSY,	  /* TRANSP */
	P_TAGS,	  /* CATEGORIES */
	P_ZONE,	  /* TZID of the start */
	P_RULES,  /* RRULEs, joined by a blank */
	P_SERIES, /* exceptions */
	P_OWN,	  /* id, uid, owner, and what is computed: not a property */
};

struct act_prop {
	const char *field;
	const char *prop; /* NULL: X-CRM-FIELD */
	enum prop_how how;
	unsigned kinds; /* bits of enum item_kind that can hold it; 0: all */
};

/* The row of the table for a field; a team's own field has none: NULL. */
const struct act_prop *act_prop(const struct field *f);
/* The name of its property: X-CRM-F-NAME for a team's own. */
void act_prop_name(const struct field *f, const struct act_prop *p,
    char name[80]);

/* Both for every field, and the reverse; lives as long as the calendar. */
/* The field's property; names are numbered in the order they first stand. */
struct act_field {
	const struct act_prop *prop;
	char name[80];
	size_t slot;
};

struct act_map {
	struct act_field *field; /* by field of act */
	size_t nslots;
	struct strmap slots; /* name -> slot */
};
struct act_map *act_map_new(const struct entity *act);
bool act_prop_fits(const struct act_prop *p, enum item_kind k);

/* What reading an item carries along. */
struct item_read {
	struct item *it;
	struct arena *arena;
	struct buf text;
	struct buf *flaw;
	struct span *value;
	bool *has; /* of each name of the map: the item has such a property */
};

/* --- times (item_time.c) ------------------------------------------------- */

/* The zone of a property's TZID; NULL without one, or with *bad. */
const struct ical_zone *item_zone(struct ics *d, size_t prop, bool *bad);
/* The same of a TZID. */
const struct ical_zone *item_zone_named(struct ics *d, struct span tzid);
/* False where the value is no time. */
bool item_time(struct ics *d, size_t prop, struct ical_time *out);
/* Cell form of a time: a day or an instant; out has room for 21. */
void item_cell_of(const struct ical_time *t, char out[21]);
/* The end of a component: DTEND, DUE, DURATION. False: it has none. */
bool item_end(struct ics *d, size_t comp, struct ical_time *out);
/* A cell as a time in the form of like (NULL: UTC); a day stays a day. */
bool item_time_of(
    struct span cell, const struct ical_time *like, struct ical_time *out);
/*
 * Sets a time property of comp; all-day ends are given inclusive. like NULL:
 * in the form in which it is, else in that of the start, else in UTC.
 */
int item_set_time(struct ics *d, size_t comp, const char *prop,
    struct span cell, const struct ical_time *like, bool is_end,
    struct err *e);
/* Parameters and value of a time, for a property line. */
void item_time_text(const struct ical_time *t, struct buf *params,
    struct buf *value);

/* --- lists (item_list.c) ------------------------------------------------- */

/*
 * Appends parameters (of out they are the first) but those named, up to NULL,
 * and a quote that stays open, which no line can be written with.
 */
void item_params_but(struct span params, const char *const *names,
    struct buf *out);
void item_read_with(struct item_read *r, bool replies, struct buf *out);
void item_read_alarms(struct item_read *r, struct buf *out);
void item_read_tags(struct item_read *r, struct buf *out);
int item_set_with(struct item *it, struct span old, struct span new,
    struct err *e);
int item_set_replies(struct item *it, struct span new, struct err *e);
int item_set_alarms(struct item *it, struct span old, struct span new,
    struct err *e);
int item_set_tags(struct item *it, struct span new, struct err *e);
int item_set_ref(struct item *it, const char *field, struct span id,
    struct err *e);
/* An entry of remind as reading gives it: 60min is 1h; false: it is none. */
bool alarm_canonical(struct span entry, struct buf *out);

/* --- series (item_series.c, item_series_set.c) --------------------------- */

/* The key of a RECURRENCE-ID or of one EXDATE value; false: it is no time. */
bool item_key_of(
    struct ics *d, size_t prop, struct span value, struct buf *out);
/* An RDATE may be a PERIOD; its end or duration is behind a slash. */
bool item_date_key(
    struct ics *d, size_t prop, struct span value, struct buf *out);
/* Is it an override of this item? Then its RECURRENCE-ID, else ICS_NONE. */
size_t item_override_of(struct item *it, size_t comp);

int item_read_series(struct item_read *r, struct buf *out, struct err *e);
int item_set_series(struct item *it, struct span old, struct span new,
    const struct span *after, struct err *e);

#endif
