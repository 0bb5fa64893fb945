/*
 * cli: what every command shares: the common options, opening the store, what
 * a word means (a verb, ids, a filter, "-"), printing an error and the exit
 * status. A command is a row of a table: `commands` for "crm NAME", `verbs`
 * for "crm-ENTITY VERB"; run() returns 0 or -1 with call->err set, or 1 for
 * "the answer is no".
 */
#ifndef CRM_CMD_CLI_H
#define CRM_CMD_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "cmd/emit.h"
#include "cmd/opt.h"
#include "crm/change/change.h"
#include "crm/query/query.h"
#include "crm/session.h"

struct call;

struct command {
	const char *name;    /* "undo" */
	const char *args;    /* "[N | COMMIT]", for help */
	const char *summary; /* one line */
	int (*run)(struct call *c);
	const struct opt *opts; /* its own, or NULL; the row that ends them
				   may name a further table: its dest */
	unsigned flags;
	const char *entity; /* only for this entity's command, or NULL */
};

enum {
	CMD_READS = 1,	/* opens the store for reading, takes --as-of, -o … */
	CMD_WRITES = 2, /* opens it for writing, takes -n */
	CMD_HIDDEN = 4, /* not in help */
	CMD_VALUE = 8,	/* prints no rows: no -o, -c and the like */
	CMD_FIXED = 16, /* its rows are as they are: no -c, -s, --limit */
	CMD_ANY = 32, /* run for every verb of its entity that is no row */
};

/* Records, by id. */
struct targets {
	uint64_t *id;
	size_t n, cap;
};

/* One run of a command. Options not given are zero or NULL. */
struct call {
	const char *prog; /* "crm-opp set", for messages */
	const struct command *cmd;
	struct session s;
	bool opened;
	bool committed; /* of the session, when that is closed */
	struct entity *ent; /* of crm-ENTITY; else NULL */
	struct targets about; /* what a writer prints: cli_about() */
	bool no_ids; /* nor any: it prints rows of its own */
	int argc;	    /* words left after the options */
	char **argv;
	int nplain; /* so many of them stood before "--" */
	bool bare;  /* neither a verb nor any words: open and mine */
	bool linked; /* run as crm-NAME */
	struct err err;
	/* common options */
	const char *dir, *as_of, *now, *format, *columns, *sort, *color;
	int64_t limit; /* 0: none; of crm log: commits */
	int64_t wait;  /* seconds; -1: not given */
	bool none; /* cli_targets() found no record */
	bool told; /* what was understood; not to be said cell by cell */
	bool dry_run, fail_empty, porcelain, ids_only, no_hooks, no_pager,
	    force, help;
};

extern const struct command commands[]; /* of "crm", ended by a zero row */
extern const struct command verbs[];	/* of "crm-ENTITY" */

/* Runs argv[0..argc) as "crm" or "crm-ENTITY" would; the exit status. */
int cli_main(int argc, char **argv);

/* The tables of a command's options; how many. */
enum { CLI_TABLES = 8 };
size_t cli_options(const struct command *cmd, const struct opt **table);

/* Says it on stderr, with the program's name, through term_safe. */
void cli_say(const struct call *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* --- words --------------------------------------------------------------- */

/*
 * The records that the words name: "-" reads rows (their id column) or bare
 * ids from stdin, to its end; other words are ids or names (resolve_one) or,
 * where any of them looks like a filter (has ':' or '~', begins with + or -),
 * a filter as a whole. Assignments (field=value) end the words. For
 * CMD_WRITES the store is read, the read lock let go, before anything is
 * locked.
 */
int cli_targets(struct call *c, int argc, char **argv, struct targets *out);
void targets_release(struct targets *t);

/*
 * Who writes, where the person's crmrc says it: as git is told, which still
 * comes first.
 */
void cli_identity(const struct rc *rc);

/* A whole file, of at most max bytes; "-": stdin. */
int cli_read(struct call *c, const char *file, size_t max, struct buf *out);

/*
 * Ids of the rows or bare ids on stdin, in order, repeats removed. ent NULL:
 * records of any one entity, by full ids.
 */
int cli_stdin_ids(struct call *c, const struct entity *ent,
    struct targets *out);

/* Does it make all of the words a filter? */
bool cli_is_filter(const char *word);

/* Is the word field=value with a known field? */
bool cli_is_assignment(const struct call *c, const char *word);

/* --- changes ------------------------------------------------------------- */

/*
 * Ends a writing command: commits (or prints the cell diff id,field,old,new of
 * a dry run), prints the ids touched (unless in a dry run) and closes.
 */
int cli_commit(struct call *c, struct changes *ch, const char *verb);

/*
 * The record is what the command is about, or made: the ids of those are
 * printed, in this order. Without any it is all that were changed of c->ent, or
 * without that of any kind.
 */
void cli_about(struct call *c, uint64_t id);

/* The record's id in front of what is wrong: c->err. -1. */
int cli_blame(struct call *c, uint64_t id);

/* Begins one: the writers' lock, with --wait or core.lock-wait. */
int cli_changes(struct call *c, struct changes **ch);

#endif
