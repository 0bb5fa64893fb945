/*
 * query: reading rows of one entity. A query is bound first (filter terms,
 * columns and groups become paths; the columns that they need are collected),
 * then run: the entity's files are scanned by all cores, a file at a time,
 * only the wanted columns, and each thread hands its rows that pass the filter
 * to a sink. Nothing is cached.
 */
#ifndef CRM_CRM_QUERY_QUERY_H
#define CRM_CRM_QUERY_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/money.h"
#include "base/span.h"
#include "crm/session.h"
#include "store/schema.h"

struct filter; /* crm/filter.h */
struct query;

/*
 * A path: "amount", "account.country", "owner.manager.name", or a virtual
 * field ("state", "weighted"). field is the last one and gives the type.
 */
struct path;
const struct field *path_field(const struct path *p);
const char *path_text(const struct path *p); /* as written */

/* What a sink gets: one row. Valid during the call only. */
struct row {
	const struct query *q;
	const struct span *cell; /* base columns, by slot */
	uint64_t seq;  /* place of the row in store order (file, row) */
	void *scratch; /* of this thread: for virtual fields */
};

/*
 * The raw value of a path for a row; empty where a reference on the way is
 * empty or leads to a record that is not there. For FIELD_VIRTUAL fields the
 * result is valid until the next path_value of the same path and thread. A
 * path begins with the slot of a plain column, which is all that most need.
 */
#define PATH_FAR ((size_t)-1)
struct path_head {
	size_t slot; /* of a column of the rows that are read, or PATH_FAR */
};
struct span path_value_far(const struct path *p, const struct row *r);

static inline struct span
path_value(const struct path *p, const struct row *r)
{
	size_t slot = ((const struct path_head *)p)->slot;

	return slot != PATH_FAR ? r->cell[slot] : path_value_far(p, r);
}

/*
 * What a field of ent may say, as in struct field, that which is computed, too;
 * NULL: anything.
 */
const char *query_choices(const struct entity *ent, const struct field *f);

/*
 * What people see: references become the name of their record ("(hidden)"
 * where it is not there), stages and choices stay keys.
 */
struct span path_label(const struct path *p, const struct row *r);

/*
 * The value of a number as it is written, without a detour through text for
 * virtual fields: 1; 0 where it is empty; -1 where it is no number or does not
 * fit. "weighted" is exact, also in path_value(), where it has at least the
 * digits of the row's currency and more where there are more: whoever prints
 * rounds.
 */
int path_dec(const struct path *p, const struct row *r, struct dec *out);

struct query *query_new(struct session *s, struct entity *ent);

/*
 * Binds a dotted path; the same text gives the same path. An unknown field is
 * ERR_USAGE with the nearest names. Headers are read before one is refused.
 * A path ending in a reference can be asked for its label only if labels is
 * set at (any) binding.
 */
int query_path(struct query *q, struct span text, bool labels,
    struct path **out, struct err *e);

/* Parses and binds filter words (argv style) and ANDs them to the query. */
int query_filter(struct query *q, char *const *word, size_t n, struct err *e);

/*
 * Also what is private of others (crm/calendar/private.h): for what is no
 * matter of who reads it, such as which message is filed already.
 */
void query_unmask(struct query *q);

/*
 * Only these records (packed ids; copied): rows from "-" or named ids. Called
 * again it replaces them.
 */
void query_ids(struct query *q, const uint64_t *id, size_t n);

/* Finds the columns in q's files: all of its entity, or those of few ids. */
int query_learn(struct query *q, struct err *e);

/*
 * A sink: begin() makes a thread's state, row() gets each passing row in store
 * order within a file (files reach threads in any order), file_end() follows a
 * file's last row (file is its number in store order). All may be NULL but row.
 * begin() and end() are called by the thread that calls query_run(), one at a
 * time; end() for every state that begin() made, in the same order, also after
 * a failure. Without begin() one thread does everything and state is ctx.
 * row() and file_end() return 0, -1, or 1 for "enough": query_run() then
 * returns 0 without opening further files. The error that is reported is that
 * of the first file in store order.
 */
struct sink {
	void *(*begin)(void *ctx, struct err *e);
	int (*row)(void *state, const struct row *r, struct err *e);
	int (*file_end)(void *state, size_t file, struct err *e);
	int (*end)(void *ctx, void *state, struct err *e); /* one at a time */
	void *ctx;
};

/* Runs it. With ids only the files that can hold them are opened. */
int query_run(struct query *q, const struct sink *sink, struct err *e);

void query_free(struct query *q);

/*
 * Rows in memory, for lists: the values of given paths of all rows, sorted and
 * limited (0: no limit). Sort keys compare by type: dates, numbers, money in
 * the base currency, stages by rank, choices in the order of the schema,
 * references by name, all else as folded text; empty last, also when
 * descending; ties in store order.
 */
struct sort_key {
	struct path *path;
	bool descending;
};

struct result {
	struct span *cell; /* nrows * ncols */
	size_t nrows, ncols;
	struct arena *arena;
	size_t narenas;
};

int query_rows(struct query *q, struct path *const *col, const bool *label,
    size_t ncols, const struct sort_key *sort, size_t nsort, size_t limit,
    struct result *out, struct err *e);
void result_release(struct result *r);

/*
 * Streams rows in store order (no sort): fn is called on the calling thread in
 * order with ncols cells. For lists of any size in bounded memory. fn returns
 * 0, -1, or 1 for "enough".
 */
typedef int query_row_fn(
    void *ctx, const struct span *cell, size_t n, struct err *e);
int query_stream(struct query *q, struct path *const *col, const bool *label,
    size_t ncols, query_row_fn *fn, void *ctx, struct err *e);

/* How many rows pass. */
int query_count(struct query *q, size_t *n, struct err *e);

#endif
