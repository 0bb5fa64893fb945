/*
 * told: which reminders were told, so that each is told once, and when that
 * was last looked at, so that none is left out where a run was missed. Kept in
 * .git/crm/told of a clone: lost, what is still to come is told once more.
 */
#ifndef CRM_CRM_CALENDAR_TOLD_H
#define CRM_CRM_CALENDAR_TOLD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"
#include "base/strmap.h"

/* Zero before told_open(). */
struct told {
	int dir, lock; /* descriptors of .git/crm and of told.lock; 0: none */
	struct strmap line; /* "FOLDER\tID\tKEY\tMOMENT" -> its end */
	struct strmap last; /* FOLDER -> an instant */
	struct arena arena;
};

/* One reminder: of whom, of what, of which of a series, for when. */
struct told_key {
	struct span folder;
	uint64_t id;
	struct span key;
	int64_t moment;
};

/*
 * Reads it and holds it against others: ERR_BUSY where they do not let go
 * within 2 s. A file that is not understood counts as none.
 */
int told_open(struct told *t, const char *root, struct err *e);

bool told_has(const struct told *t, const struct told_key *k);
/* until: the instant to which it has to be remembered. */
void told_add(struct told *t, const struct told_key *k, int64_t until);

/* When a person's were last looked at; now where they never were. */
int64_t told_last(const struct told *t, struct span folder, int64_t now);
void told_now(struct told *t, struct span folder, int64_t now);

/* Writes it, without what need not be remembered any more. */
int told_write(struct told *t, int64_t now, struct err *e);
void told_release(struct told *t);

#endif
