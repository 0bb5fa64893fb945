/*
 * report_impl: what the files of the report engine share. Nothing else
 * includes it, but for tests.
 *
 * A report goes through: report_load.c (text to definition), report_bind.c
 * (definition and arguments to queries), report_agg.c (rows to groups, by all
 * threads), report_measure.c (what they add), report_scope.c (which targets
 * stand), report_join.c (groups of threads and selects to one table),
 * report_money.c (currencies), report.c (order, columns, text).
 */
#ifndef CRM_CRM_REPORT_REPORT_IMPL_H
#define CRM_CRM_REPORT_REPORT_IMPL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/money.h"
#include "base/strmap.h"
#include "crm/query/filter.h"
#include "crm/query/query.h"
#include "crm/report/report.h"
#include "crm/report/report_dict.h"
#include "crm/report/report_expr.h"
#include "store/rc.h"

enum {
	REPORT_GROUPS = 6, /* group columns */
	REPORT_ALTS = 4,   /* a|b|c of a path */
	REPORT_SCOPES = 6, /* paths of a scope */
	REPORT_SELECTS = 16,
	REPORT_MEASURES = 16, /* of one select */
	REPORT_COLUMNS = 64,
};

/* --- the definition (report_load.c); strings live in its arena ----------- */

struct list {
	struct span v[REPORT_COLUMNS];
	size_t n;
};

enum measure_kind {
	M_COUNT,
	M_SUM,
	M_WEIGHTED,
	M_AVG,
	M_MIN,
	M_MAX,
};

struct measure_def {
	struct span name, arg;
	enum measure_kind kind;
};

struct select_def {
	struct span name;
	struct span entity, filter, period;
	struct span every; /* what its rows are called; empty: it counts */
	struct list group, scope, alias;
	struct measure_def measure[REPORT_MEASURES];
	size_t nmeasures;
	const struct rc_entry *at; /* for messages */
};

struct column_def {
	struct span name, label, none;
	struct span value; /* formula, empty for a group's or measure's */
	int type;	   /* enum field_type, -1: not said */
	int digits;	   /* behind the point, -1: by type */
	struct list order; /* of a group: its keys, the rest behind them */
	const struct rc_entry *at;
};

struct by_def {
	struct span name;
	struct list select, path; /* in pairs */
};

struct report_def {
	struct span name, title;
	struct list group, order, columns;
	struct span by;
	enum date_unit unit;
	bool unit_of_period; /* --period 2026 makes it years */
	bool total;
	struct span bar;
	struct select_def select[REPORT_SELECTS];
	size_t nselects;
	struct column_def column[REPORT_COLUMNS];
	size_t ncolumns;
	struct by_def byd[REPORT_COLUMNS];
	size_t nbys;
	struct rc rc; /* keeps what strings and messages point into */
	struct arena arena;
};

/*
 * Adds what rc says: the sections of a report's file, or, with name, those of
 * a crmrc that are about report name. ERR_DATA with file and line.
 */
int report_def_add(
    struct report_def *d, const struct rc *rc, const char *name, struct err *e);
/* Is it whole: selects with entities, as many paths as groups. */
int report_def_check(const struct report_def *d, struct err *e);
/* By name, from the share folder and s->team. */
int report_def_load(
    struct report_def *d, struct session *s, const char *name, struct err *e);
void report_def_release(struct report_def *d);
const char *report_unit_name(enum date_unit u);
bool report_unit_parse(struct span s, enum date_unit *u);

/* --- groups -------------------------------------------------------------- */

/* A path with alternatives: the first that is not empty counts. */
struct alts {
	struct path *path[REPORT_ALTS];
	size_t n;
};

struct grouping {
	struct alts alts;
	struct alts root; /* with a scope: the row's own fields of these */
	struct path *label; /* of every, else NULL: as the path has it */
	bool date;	  /* by the report's unit */
	unsigned instant; /* bit per alternative: it is one of time */
	bool restricted;  /* by --period */
	bool stands;	  /* a target's period: it is not split */
};

struct acc {
	int128 v; /* sum, smallest or largest */
	uint64_t n;
};

/* A measure at work. */
struct measure {
	const struct measure_def *def;
	struct path *path;    /* NULL for count */
	struct path *chance;  /* of weighted */
	enum field_type type; /* of the column */
	bool money;
	bool date;    /* min and max of dates: days */
	size_t index; /* among all measures of the report */
};

#define ACC_LARGE ((int128)1 << 125)

static inline bool
acc_is_large(int128 v)
{
	return v >= ACC_LARGE || v <= -ACC_LARGE;
}

/* Numbers that are no money are added up on this scale, chances on theirs. */
enum { NUMBER_SCALE = 18, CHANCE_SCALE = 9 };

struct select {
	const struct select_def *def;
	struct report *r;
	struct scan_plan *scan;
	struct filter *filter[2]; /* its own and the user's, or NULL */
	struct grouping group[REPORT_GROUPS];
	struct grouping period; /* restricted, not grouped; alts.n 0: none */
	struct measure measure[REPORT_MEASURES];
	size_t nmeasures;
	struct alts currency; /* of its money */
	struct alts scope[REPORT_SCOPES];
	size_t nscopes;
	struct path *when; /* with a scope: the period of a row */
	bool out;	   /* it gives nothing here: it cannot be grouped
			      this way (see the notes), or has every */
	size_t index;
};

/* One reading of one entity for all selects over it. */
struct scan_plan {
	struct entity *ent;
	struct query *q;
	struct select *sel[REPORT_SELECTS];
	size_t n;
	struct path *id; /* bound only to say which row is wrong */
	void **done;	 /* of the threads that have ended */
	size_t ndone, done_cap;
};

struct report {
	struct session *s;
	const struct report_args *a;
	struct report_def def;
	struct report_result *out;
	enum date_unit unit;
	struct date_range range; /* --period */
	struct span group_name[REPORT_GROUPS];
	enum field_type group_type[REPORT_GROUPS];
	size_t ngroups;
	size_t nmeasures;
	struct select select[REPORT_SELECTS];
	size_t nselects;
	struct scan_plan scan[REPORT_SELECTS];
	size_t nscans;
	struct join *join;
	struct arena arena;
	_Atomic bool bad_cell; /* a row could not be read: say which */
	struct strmap note;    /* text to count */
};

int report_bind(struct report *r, struct err *e);
/* The selects' own filters, and of the user's words those that concern them. */
int report_filters(struct report *r, struct err *e);
/* owner.team of an entity that calls its owners users: user.team */
struct span report_alias(
    struct report *r, const struct select *s, struct span path);
int report_read(struct report *r, struct err *e);

/*
 * Adds to the notes. Where n is not 0, so many of ent: "2 targets TEXT"; the
 * same text again is counted.
 */
void report_note(struct report *r, const struct entity *ent, struct span text,
    size_t n);

/* --- a thread's work on one select (report_agg.c) ------------------------ */

/* A row of a select with a scope: stands alone until it is known to count. */
struct scope_row {
	uint32_t gid;
	int32_t from, to;
	struct span own[REPORT_SCOPES], all[REPORT_SCOPES];
	bool out;
};

struct agg {
	struct select *sel;
	struct dict dict[REPORT_GROUPS];
	struct dict period;
	struct dict currency;
	int *exponent; /* of each currency code */
	size_t exponent_cap;
	struct pairs pair[REPORT_GROUPS];
	uint32_t (*tuple)[REPORT_GROUPS + 1]; /* of each gid; last: currency */
	struct acc *acc;		      /* gid * nmeasures */
	size_t ngids, gid_cap;
	struct scope_row *scope;
	size_t nscope, scope_cap;
	struct strmap left; /* periods left out, and how often */
	/* rows for something else, by the scope field that says for what;
	 * the last: by none */
	size_t elsewhere[REPORT_SCOPES + 1];
	struct arena arena;
};

void agg_init(struct agg *g, struct select *sel);
int agg_row(struct agg *g, const struct row *row, struct err *e);
void agg_release(struct agg *g);
/* Adds a row to group gid. */
int agg_measure(struct agg *g, uint32_t gid, uint32_t currency,
    const struct row *row, struct err *e);
int agg_bad_cell(
    struct agg *g, const struct path *p, struct span v, struct err *e);

/* Decides which rows of a scoped select stand, over all threads' rows. */
void report_scope(struct scope_row **row, size_t n, size_t nscopes);

/* --- the join (report_join.c) -------------------------------------------- */

struct join_cell {
	struct acc *acc; /* nmeasures of the report */
	uint32_t currency;
	uint32_t next; /* cell of the same row + 1 */
};

struct join_row {
	uint32_t code[REPORT_GROUPS];
	uint32_t cell; /* first + 1 */
};

struct join {
	struct dict dict[REPORT_GROUPS];
	struct dict currency;
	struct pairs pair[REPORT_GROUPS]; /* group codes to a row */
	struct pairs pair_cell;		  /* row, currency to a cell */
	struct join_row *row;
	size_t nrows, row_cap;
	struct join_cell *cell;
	size_t ncells, cell_cap;
	struct arena arena;
};

void join_free(struct join *j);
void acc_add(struct acc *to, const struct acc *from, enum measure_kind k);

/* rank[code] of group column i: an array for the caller to free. */
int report_rank(struct report *r, size_t i, uint32_t **rank, struct err *e);

/* A group column as people see it: "month" by quarters is "quarter". */
struct span report_group_shown(const struct report *r, size_t i);
/* What stands in group column i for people: labels, "(none)". */
void report_group_labels(struct report *r, size_t i, struct report_column *c);
/* The title, which names what --by has put in the place of a group. */
const char *report_title(struct report *r);

/* --- money (report_money.c) ---------------------------------------------- */

struct money_plan {
	char currency[4]; /* of the result */
	int exponent;
	struct {
		struct span code;
		int exponent;
		const struct rate *rate; /* NULL: none is needed */
		bool used;
	} * cur; /* by code of join.currency */
	size_t n;
};

/* Finds the currency of the result and the rates; sets out->rates. */
int money_plan(struct report *r, struct money_plan *m, struct err *e);
/*
 * The value of a measure over a row's cells (or over all rows where row is
 * NULL), rounded once; empty where there is nothing.
 */
int money_value(struct report *r, const struct money_plan *m,
    const struct measure *me, const struct join_row *row, struct ratio *out,
    struct err *e);
void money_release(struct money_plan *m);

#endif
