/*
 * session: an open store: where it is, its settings and schema, what day it
 * is, and which state of it is read (the work tree, or a commit: as-of).
 */
#ifndef CRM_CRM_SESSION_H
#define CRM_CRM_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/err.h"
#include "crm/rules.h"
#include "store/rc.h"
#include "store/repo.h"
#include "store/schema.h"
#include "store/view.h"

#define STORE_FORMAT 1

struct config; /* crm/config.h: stages, rates, keys of config tables */
struct calendar; /* crm/calendar/calendar.h: people, types of activity */
struct taxes;	 /* crm/trade/tax.h */
struct term_table; /* crm/trade/terms.h */
struct gates;	   /* crm/change/gate.h */
struct pricer;	   /* crm/trade/price.h */

struct session {
	char *root; /* absolute path of the store */
	int dirfd;
	struct rc rc;	/* the team's crmrc, then the person's: last wins */
	struct rc team; /* the team's alone */
	struct schema schema;
	struct date_ctx dates;
	struct date_ctx own; /* in the user's zone: session_own() */
	struct clock_zone own_clock;
	bool own_known;
	struct view *view;
	struct repo *repo; /* opened only where needed */
	struct oid base;   /* the commit the view shows or stands on; "" */
	bool as_of;
	bool calendars; /* a writer looks into every calendar file */
	int read_lock; /* fd or -1; session_unlock() */
	int wait_ms;   /* for the writers' lock; 0: core.lock-wait; -1: none */
	char currency[4]; /* base currency, "" where none is set */
	char *me_login;	  /* found on first use: session_me() */
	bool committed;		  /* a command's change stands: its status
				     cannot be that of a failure any more */
	struct buf notes;	  /* lines to say when the command ends */
	struct buf elsewhere;	  /* the same, of what other programs did to
				     calendars and was committed: outside.h */
	struct rules rules;    /* the files below, as they were read */
	struct config *config; /* read on first use: session_config() */
	struct calendar *calendar; /* the same: session_calendar() */
	struct taxes *taxes;	   /* the same: tax_class_of() */
	struct term_table *terms;  /* the same: terms_parse() */
	struct gates *gates;	   /* the same: gates_read() */
	struct pricer *pricer;	   /* the same: session_pricer() */
};

/*
 * Opens the store at dir, or, where dir is NULL, at $CRM_DIR, else at the
 * nearest folder upwards from here that has a crmrc, else at ~/crm. ERR_NOENT
 * with a hint where there is none; ERR_DATA for a newer format. The zone of
 * crmrc is set. as_of, where not NULL, is a date (then: the newest commit by
 * the end of that day) or a revision. A store in the work tree is held with a
 * shared lock until session_unlock().
 */
int session_open(struct session *s, const char *dir, const char *as_of,
    struct err *e);

/* The same for writing: no read lock, no view; schema and settings only. */
int session_open_write(struct session *s, const char *dir, struct err *e);

/*
 * Adds the settings of the person's own crmrc to rc, where there is one; for
 * who has no store yet.
 */
int session_person_rc(struct rc *rc, struct err *e);

/* Lets the read lock go; call before the first output byte. */
void session_unlock(struct session *s);

/*
 * A file of the store as this session sees it: of the view, or, where opened
 * for writing, of the work tree. Replaces out. 0; 1 where absent; -1.
 */
int session_read(struct session *s, const char *path, struct buf *out,
    struct err *e);

/* The repository, opened on first use. */
int session_repo(struct session *s, struct repo **r, struct err *e);

/*
 * Do data or settings in the work tree differ from the commit s->base? 1 where
 * they do, 0 where not, as in all that is read as of a commit; -1.
 */
int session_edited(struct session *s, struct err *e);

/*
 * A clone in which crm init was not run is set up, and a note says so: git
 * would merge tables as text. Cheap where it was; for whoever writes.
 */
int session_set_up(struct session *s, struct err *e);

/* Who I am: crmrc user.login, else the login; "" where nothing tells. */
const char *session_me(struct session *s);

/* Reads every header of e's files so that found columns are fields. */
int session_learn(struct session *s, struct entity *e, struct err *e2);
/* The same, of those files only in which these records can be. */
int session_learn_of(struct session *s, struct entity *e, const uint64_t *id,
    size_t n, struct err *e2);

void session_close(struct session *s);

#endif
