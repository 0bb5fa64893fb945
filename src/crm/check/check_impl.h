/*
 * check_impl: what the files of check share. Not for others.
 */
#ifndef CRM_CRM_CHECK_CHECK_IMPL_H
#define CRM_CRM_CHECK_CHECK_IMPL_H

#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/strmap.h"
#include "crm/check/check.h"
#include "store/scan.h"
#include "store/schema.h"

#define CHECK_NONE ((size_t)-1)

/* Where something was seen first: a set of 64-bit keys. */
struct place_set {
	struct place_seen {
		uint64_t key; /* 0: free */
		uint32_t file, row;
	} * slot;
	size_t nslots, n;
};

/* The slot of key, or CHECK_NONE. */
size_t seen_find(const struct place_set *s, uint64_t key);
void seen_release(struct place_set *s);

struct check_file {
	char *path;
	struct entity *ent;
	bool bad;    /* could not be read */
	bool wrong;  /* a cell of it is */
	bool wanted; /* by the caller's list */
};

/* What stage-changes say of a deal; by slot of check.ids. */
struct check_stage {
	uint64_t stage; /* hash of the deal's; 0: no deal */
	int64_t last;	/* the newest change */
	uint32_t file, row;
	bool changed, agrees;
};

struct check {
	struct session *s;
	check_fn *fn;
	void *ctx;
	size_t errors;
	struct check_file *file;
	size_t nfiles, file_cap, nbad;
	struct place_set ids, unique;
	struct check_stage *stage;
	/* of the file at hand */
	size_t at;
	size_t pick[5];
	/* ids that were last found to be in the right file: 1 + file, group */
	size_t group_file;
	uint64_t group;
	struct buf text;
	struct scan scan;
	/* values that value_check() has found fine, by field and value */
	struct strmap known;
	struct buf key;
	struct arena arena;
	struct check_targets *targets;
};

int check_say(struct check *c, const char *file, size_t line,
    enum check_level level, struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));
/* A finding from an error whose message begins with "file:line[:col]: ". */
int check_pass_on(
    struct check *c, const char *file, struct err *bad, struct err *e);

/* Reads and scans a file with all its columns; 1 where it is unreadable. */
int check_read(struct check *c, size_t file, const struct span *want,
    size_t nwant, struct err *e);
/* The line of a row of the file at hand, and of any file; 0 of calendars. */
size_t check_line(const struct check *c, size_t row);
size_t check_line_of(struct check *c, size_t file, size_t row);
/* Appends the id of a row of any file; nothing where it has none. */
void check_id_of(struct check *c, size_t file, size_t row, struct buf *out);

/* Pass 1: ids of a file. Pass 2: its cells. */
int check_ids(struct check *c, size_t file, struct err *e);
/* Can it be in a file that could not be read? */
bool check_unknowable(const struct check *c, uint64_t id);
int check_cells(struct check *c, size_t file, struct err *e);

/* Tables that speak of each other, once all is read. */
void check_row_stage(struct check *c, const struct entity *ent,
    const struct span *cell, size_t row);
/* Finds the columns that check_row_stage() looks at in the file at hand. */
void check_pick_columns(struct check *c, const struct span *header, size_t n);
int check_stages(struct check *c, struct err *e);
int check_row_target(struct check *c, const struct entity *ent,
    const struct span *cell, const size_t *col, size_t row, struct err *e);
int check_target_overlap(struct check *c, struct err *e);
void check_targets_release(struct check *c);

/* Calendar files: whose they are, METHOD, and what act-links says of them. */
int check_calendar(struct check *c, struct err *e);

/* Of a calendar file: meetings of several users without all their copies. */
struct calendar;
int check_copies(struct check *c, struct calendar *cal, const char *path,
    struct err *e);

/* Documents: whose they are, and what they are called. */
int check_documents(struct check *c, struct err *e);

/* Tables of config/ that say more than their cells (process.h). */
int check_process(struct check *c, struct err *e);
/* Conflicts that are open, and how this clone is set up. */
int check_clone(struct check *c, struct err *e);
/* What was issued against its lines (check_trade.c). */
int check_issued(struct check *c, struct err *e);
/* What orders, their instalments, payments and deliveries say of each other. */
int check_orders(struct check *c, struct err *e);
/* Serial numbers that two assets have. */
int check_assets(struct check *c, struct err *e);
/* Vouchers that were used more often than they count. */
int check_vouchers(struct check *c, struct err *e);
/* Numbers that are missing, and signatures of approvals. */
int check_numbers(struct check *c, struct err *e);
int check_approvals(struct check *c, struct err *e);

#endif
