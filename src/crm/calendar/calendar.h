/*
 * calendar: what activities need to know of a store: whose calendar a folder
 * is, what kinds of activity there are, where a file lies. The files are vdirs
 * (calendar/PERSON/events, tasks, notes: one item a file) and archives of what
 * is long closed (calendar/PERSON/archive/2025.ics or .ics.gz: many items).
 * PERSON is the login of a user, or the id where there is no login.
 *
 * Everything that this folder of sources knows, it knows of files: an activity
 * is a row of the entity "act" (crm/entities.c) everywhere else. item.h turns
 * files into rows and changed rows into changed files, index.h lets readers
 * have the rows without opening the files, store.h lets change_apply() write.
 */
#ifndef CRM_CRM_CALENDAR_CALENDAR_H
#define CRM_CRM_CALENDAR_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "base/strmap.h"
#include "crm/session.h"

/* The three collections, and the component of each. */
enum item_kind { ITEM_EVENT, ITEM_TASK, ITEM_NOTE, ITEM_KINDS };

/* The kind of a component by its name; -1: none of the three. */
int item_kind_of(struct span component);
const char *item_kind_component(enum item_kind k); /* "VEVENT" ... */
const char *item_kind_folder(enum item_kind k);	   /* "events" ... */

/* A row of config/activities.csv. Lists are "a;b;c". */
struct activity {
	struct span type, label;
	enum item_kind kind;
	int64_t minutes; /* how long one takes where it is not said; 0 */
	struct span objectives, outcomes;
	struct span required; /* fields that one that is done must have */
	struct span channel;
};

/* A user as far as calendars go. */
struct person {
	struct span id, login, name, email, zone, team;
	struct span folder; /* login, or the id */
	size_t manager;	    /* index, or (size_t)-1 */
	bool active;
};

struct cal_held;
void cal_held_free(struct cal_held *h); /* index_find.c */
struct act_map; /* the property of each field: item.c */
void act_map_free(struct act_map *m);

struct calendar {
	struct session *s;
	struct entity *act;
	struct entity *link; /* act-link, which threads read */
	struct person *person;
	size_t npersons;
	struct strmap by_folder, by_id; /* -> index in person */
	struct activity *activity;
	size_t nactivities;
	struct cal_held *held; /* what cal_find() has read */
	struct act_map *map;
	size_t nflaws; /* told */
	uint64_t env; /* changes when rows of the index would be made anew */
	struct arena arena;
};

/*
 * The session's calendar, read on first use from the view of the session
 * (opened for writing: from the work tree); freed with it. Without
 * config/activities.csv the shipped types hold (share/config/activities.csv).
 */
int session_calendar(struct session *s, struct calendar **out, struct err *e);
void calendar_free(struct calendar *cal);

/*
 * A calendar of no store, for reading files as they are: no persons, the
 * fields of act. To be freed by calendar_free().
 */
struct calendar *calendar_bare(struct entity *act);

/* (size_t)-1 where there is none. */
size_t calendar_person(const struct calendar *cal, struct span id);
size_t calendar_folder(const struct calendar *cal, struct span folder);
const struct activity *calendar_activity(
    const struct calendar *cal, struct span type);

/*
 * Lines about what is wrong in calendar files, to be said when the command
 * ends: each once, and no more than a few.
 */
void calendar_flaws(struct calendar *cal, struct span lines);

/* What the path of a file says; false where it is none of a calendar's. */
struct cal_path {
	struct span folder; /* "ana" */
	enum item_kind kind; /* not of an archive */
	bool archive, gz;
	struct span name; /* "UID.ics" */
};
bool calendar_path(struct span path, struct cal_path *out);

/*
 * The id of a UID: the UID itself where it is an id of an activity, else one
 * made of its hash (months of the year 2000, so that it is seen to be none of
 * ours). The same in every clone.
 */
uint64_t act_id(struct span uid);
/* calendar/FOLDER/KIND/UID.ics for a new item; appended. */
void calendar_new_path(struct buf *out, struct span folder, enum item_kind k,
    uint64_t id, struct span uid);

#endif
