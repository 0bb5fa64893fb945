/*
 * change: everything one command changes, as one commit. Every change of a
 * record, whatever it comes from (a command, an import, a hand edit, undo),
 * passes change_apply(): validation, gates, stage-changes, hooks.
 *
 *	changes_open()          lock, recover
 *	change_load()           current values
 *	change_apply(before, after)   any number
 *	changes_commit()        hooks, one commit (or the diff, for a dry run)
 *	changes_close()
 *
 * A file that was edited by hand is validated and committed by itself before
 * this command changes it; invalid, the command is refused with file:line.
 */
#ifndef CRM_CRM_CHANGE_CHANGE_H
#define CRM_CRM_CHANGE_CHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "crm/session.h"
#include "store/schema.h"
#include "store/table.h"
#include "store/txn.h"

/*
 * A record's values by field index of its entity (n <= ent->nfields; missing
 * ones are empty). Values are borrowed.
 */
struct record {
	const struct entity *ent;
	uint64_t id; /* packed, or the key's hash */
	struct span *value;
	size_t n;
};

struct span record_get(const struct record *r, const char *field);
struct span record_at(const struct record *r, const struct field *f);
/* Is a field of two records of one entity another? One may be NULL: empty. */
bool record_differs(
    const struct record *a, const struct record *b, const char *field);

enum change_how {
	CHANGE_HISTORY = 1 << 0, /* imported history: no gates, no reasons, no
				    stage-change rows for new records */
	CHANGE_HAND = 1 << 1,	 /* from a hand edit: already in the file */
	CHANGE_UNDO = 1 << 2,	 /* inverse of an earlier change: no gates */
	CHANGE_FORCE = 1 << 3,	 /* the user said --force */
	CHANGE_CHECKED = 1 << 4, /* cells are known to be in store form */
	CHANGE_DATED = 1 << 5,	 /* the day of closing is given */
	CHANGE_CONVERT = 1 << 6, /* a lead is converted */
	CHANGE_GIVEN = 1 << 7,	 /* an activity as another program wrote it:
				    nothing is filled in; change_given() */
	CHANGE_OUTSIDE = 1 << 8, /* with CHANGE_HAND: another program's change
				    of an activity */
	CHANGE_UNIQUE = 1 << 9,	 /* unique values are known to be free */
	CHANGE_ISSUE = 1 << 10,	 /* by the verbs of quotes and orders: numbers,
				    what was issued, states */
};

/* A cell that changed; kept for the dry run, the summary and hooks. */
struct cell_change {
	const struct entity *ent;
	uint64_t id;
	struct span key; /* printable id or key */
	const char *field;
	struct span old, new;
};

struct changes {
	struct session *s;
	struct txn *txn;
	bool dry_run, no_hooks, keep_cells;
	bool outside; /* it has happened: pre- hooks are not asked */
	bool by_organizer; /* who invites to meetings knows: it came of them */
	struct cell_change *cell; /* with keep_cells */
	size_t ncells, cell_cap;
	uint64_t *touched; /* ids in the order touched, no repeats in a row */
	size_t ntouched, touched_cap;
	size_t added, changed, removed;
	/* internal */
	uint64_t *gone; /* removed; who refers to them is to be asked */
	size_t ngone, gone_cap;
	struct changed_table **table;
	size_t ntables, table_cap;
	struct strmap *by_path;
	struct change_place *places; /* of ids, by their heads */
	struct change_fields *fields;
	struct strmap *acts; /* id of an activity -> its file's table */
	struct strmap *given; /* id of an activity -> given_text[] */
	struct span *given_text;
	size_t ngiven, given_cap;
	struct arena arena;
	struct unique *unique;
	struct changes *within; /* changes_within() */
	const char *by_hand; /* the file whose edit by hand is being checked */
	enum { HOOKS_UNKNOWN, HOOKS_NONE, HOOKS_SOME } hooks;
	struct buf hooks_in;
	struct hook_batch *hooks_due; /* post- hooks, when the lock is gone */
};

/*
 * Begins a change of the store of s (opened with session_open_write). In a dry
 * run nothing is written, hand edits are only checked. ERR_BUSY where the lock
 * is not to be had, or rules by which s was opened have changed since (rules.h).
 */
int changes_open(
    struct changes **c, struct session *s, bool dry_run, struct err *e);

/*
 * Current values of a record, in the changes' arena. 0; 1 where there is no
 * such record; -1.
 */
int change_load(struct changes *c, const struct entity *ent, uint64_t id,
    struct record *out, struct err *e);

/*
 * All records of ent, whose entity.beside names a field, that belong to the
 * record id by it, as they stand in this change. The array is of c's arena.
 */
int change_beside(struct changes *c, const struct entity *ent, uint64_t id,
    struct record **out, size_t *n, struct err *e);

/* A copy to change: same values, room for all fields of the entity. */
struct record change_copy(struct changes *c, const struct record *r);
void record_set(struct record *r, const struct field *f, struct span v);
/* By name; nothing, where the entity has no such field. */
void record_put(struct record *r, const char *field, struct span v);

/* Fields that say how others of a record are read; they are set first. */
bool field_decides(const struct field *f);
/* 3.00 EUR becomes 3 JPY; what the currency cannot hold is refused later. */
void record_rescale(struct changes *c, struct record *r, struct span currency);

/*
 * The one door. before NULL: a new record (after->id 0: an id is made, its
 * month from `created`, else the entity's date field, else now; and set in
 * *after). after NULL: removal. Fills defaults of new records, checks every
 * changed cell, required fields, uniqueness within this command, gates; adds
 * the row to stage-changes where a deal's stage changed. On failure nothing
 * of this record was changed.
 */
int change_apply(struct changes *c, const struct record *before,
    struct record *after, unsigned how, struct err *e);

/*
 * The calendar of an activity that change_apply() is then given, as another
 * program wrote it (foreign_text(); copied): the item is written as it stands
 * there, with only that changed which `after` says otherwise, instead of being
 * made of its fields.
 */
void change_given(struct changes *c, uint64_t id, struct span text);
/* What was given of it last, borrowed until more is given; NULL: nothing. */
const struct span *change_was_given(const struct changes *c, uint64_t id);

/*
 * What holds of the whole only: nothing refers to a record that was removed
 * (without CHANGE_FORCE), else ERR_PERM. changes_commit() asks it; a dry run
 * must itself. What was found in order is not asked again.
 */
int changes_check(struct changes *c, struct err *e);

/*
 * Runs pre- hooks and commits; post- hooks follow at changes_close(), when
 * other commands, also the hooks' own, can write again. verb is "opp set"; options are
 * their names, never values. subject may be NULL (made from verb and counts).
 * extra are further trailers, "Key: value\n" each, or NULL. *id is "" where
 * nothing changed.
 */
int changes_commit(struct changes *c, const char *verb, const char *options,
    const char *subject, const char *extra, struct oid *id, struct err *e);

/* The session's user as an id, "" where unknown; in c's arena. */
struct span change_user(struct changes *c);

void changes_close(struct changes *c);

/* What a commit says of itself; the trailers Crm-Verb, Crm-Options, Crm-Ids. */
struct commit_facts {
	struct span verb, options, ids, undoes;
};
void commit_facts(const char *message, struct commit_facts *out);

#endif
