/*
 * query_impl: what the files of the query engine share (query*.c, path.c,
 * join.c, virtual.c, filter*.c). Nobody else includes it.
 *
 * A query has nodes: the root (the rows that are read) and one per reference
 * that some path follows. A node's records come from the join table of its
 * entity, which all nodes of that entity share. A path is a node and a column
 * of it, or a virtual field over columns of it.
 */
#ifndef CRM_CRM_QUERY_QUERY_IMPL_H
#define CRM_CRM_QUERY_QUERY_IMPL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "crm/config.h"
#include "crm/query/filter.h"
#include "crm/query/query.h"
#include "store/scan.h"

#define NO_SLOT PATH_FAR
#define NO_ROW ((uint32_t)-1)

/* Names of columns and their slots. */
struct columns {
	struct span *name;
	size_t n, cap;
};

size_t columns_slot(struct columns *c, const char *name);

/*
 * Records of a joined entity, by packed id. They stand in the order of their
 * hash, and first[h]..first[h + 1] are those with hash h: nothing is stored
 * twice, so that most of it stays in the cache.
 */
struct jtable {
	struct entity *ent;
	struct columns want; /* want.name[0] is "id" */
	uint32_t *first;     /* nhash + 1 */
	size_t nhash;	     /* a power of two, or 0 */
	uint64_t *id, *seq;  /* of each row; seq is its place in the store */
	struct span *cell;   /* nrows * stride */
	size_t nrows;
	size_t stride; /* columns at the time of loading */
	bool id_text;  /* a path asks for the id as it is written */
	bool full;     /* all records, not only some that were asked for */
	struct arena *arena;
	size_t narenas;
};

/* The cells of a record, or NULL where it is not there. */
const struct span *jtable_find(const struct jtable *t, struct span id);
/* The cells of n records by id, whose waits for memory overlap; t is not empty. */
void jtable_lookup(const struct jtable *t, const uint64_t *id, size_t n,
    const struct span **cell);
/* Loads the wanted columns of all records, or, where id, of these. */
int jtable_load(struct jtable *t, struct session *s, const uint64_t *id,
    size_t n, bool all, struct err *e);
void jtable_free(struct jtable *t);

struct node {
	size_t index;
	struct node *parent; /* NULL for the root */
	size_t ref;	     /* column of the reference in parent */
	struct entity *ent;
	struct jtable *table; /* NULL for the root */
	bool early;	      /* a filter or sort key needs it */
	bool used;	      /* a path needs it */
};

/* The columns of a node: the query's own or its table's. */
struct columns *node_columns(struct query *q, struct node *n);

enum { VIRT_DEPS = 5, LABELS = 3 };
struct virt;

struct path {
	struct path_head head;
	const struct field *field;
	struct node *node;
	size_t slot;
	const struct virt *virt; /* NULL: a column */
	size_t dep[VIRT_DEPS];
	struct node *label; /* the record it refers to, where it is asked for */
	size_t label_slot[LABELS];
	size_t nlabels;
	size_t currency; /* column of a money field's currency, or NO_SLOT */
	size_t index;
	char *text;
	bool early; /* rows are selected by it */
};

/*
 * A text of at most 16 bytes as numbers: most choices, stages and ids. Which
 * of a few it is costs no branch that depends on it, and so no wrong guess.
 */
struct word {
	uint64_t a, b;
	size_t n; /* more than 16: a and b say nothing */
};

/* A thread's way to remember what a stage is: a few ns instead of a search. */
enum { MEMO_BITS = 7, MEMO_SLOTS = 1 << MEMO_BITS };
struct stage_memo {
	const struct stage *stage;
	struct word pipeline, key;
	bool set;
};

struct rate_memo {
	char currency[4];
	struct dec rate;
};

/*
 * The record of a node for the row at hand; and, for nodes next to the root,
 * for the rows of a batch, looked up together so that they wait for memory
 * together.
 */
enum { BATCH = 64 };
struct node_memo {
	uint64_t seq;
	const struct span *cell;
	const struct span *batch[BATCH];
};

/* What one thread needs to evaluate paths and filters: struct row's scratch. */
struct qthread {
	struct query *q;
	struct err err; /* set by what cannot return one: filters */
	bool failed;
	struct node_memo *memo; /* of each node */
	struct buf *text;	/* of each path: a virtual value */
	struct buf fold;
	struct stage_memo stage[MEMO_SLOTS];
	struct rate_memo rate[8];
	size_t nrates;
	struct scan scan;
	struct buf data;
};

void qthread_init(struct qthread *t, struct query *q);
void qthread_release(struct qthread *t);

/* Cells of the record that node n has for a row, or NULL. */
const struct span *node_cells(const struct node *n, const struct row *r);

/* A virtual field. value() returns borrowed text; dec() is the same for
 * numbers: 1, 0 where there is none, -1 where it is none. */
struct virt {
	const char *entity, *field;
	const char *dep[VIRT_DEPS];
	const char *choices;
	bool config, state; /* state: the state of the row's stage */
	struct span (*value)(
	    struct qthread *t, const struct path *p, const struct span *cell);
	int (*dec)(struct qthread *t, const struct path *p,
	    const struct span *cell, struct dec *out);
	unsigned totals; /* what is to be added up before: trade/totals.h */
	bool acts; /* query_acts() */
};

/* Those of quotes and orders (virtual_trade.c). */
const struct virt *virt_trade(size_t *n);

/*
 * Adds up what paths ask for, of these rows of the query (NULL: of all, or of
 * its ids) and of the records that are joined to them by then.
 */
int query_totals(struct query *q, const struct span *const *row, size_t n,
    bool early_only, struct err *e);
/* Are there some that are not needed before rows are selected? */
bool query_totals_late(const struct query *q);
void query_totals_free(struct query *q);

const struct virt *virt_find(const char *entity, const char *field);

/* The stage of a row, by the thread's memo; NULL where it is not known. */
const struct stage *qthread_stage(
    struct qthread *t, struct span pipeline, struct span stage);

static inline struct word
word_mask(struct word w)
{
	uint64_t a = w.n < 8 ? ((uint64_t)1 << 8 * (w.n & 7)) - 1 : UINT64_MAX;
	uint64_t b = w.n < 16 ? ((uint64_t)1 << 8 * (w.n & 7)) - 1 : UINT64_MAX;

	w.a &= a;
	w.b &= w.n <= 8 ? 0 : b;
	return w;
}

static inline struct word
word_make(struct span s)
{
	struct word w = { .n = s.n };
	char text[16] = { 0 };

	if (s.n && s.n <= sizeof text)
		memcpy(text, s.p, s.n);
	memcpy(&w.a, text, 8);
	memcpy(&w.b, text + 8, 8);
	return w;
}

/* The same; a cell well within the thread's file is taken by two loads. */
static inline struct word
word_load(const struct qthread *t, struct span s)
{
	struct word w = { .n = s.n };

	if (s.n == 0)
		return w;
	if (s.n > 16 || t->data.n < 16 ||
	    (uintptr_t)s.p - (uintptr_t)t->data.p > t->data.n - 16)
		return word_make(s);
	memcpy(&w.a, s.p, 8);
	memcpy(&w.b, s.p + 8, 8);
	return word_mask(w);
}

static inline bool
word_eq(struct word x, struct word y)
{
	return ((x.a ^ y.a) | (x.b ^ y.b) | (x.n ^ y.n)) == 0;
}

/* Numbers on one scale, for comparing. */
enum { NUM_SCALE = 18 };
int128 dec_num(struct dec d);
int128 num_times_rate(int128 num, struct dec rate);

/*
 * A money value in the base currency on NUM_SCALE. 1, 0 where empty, -1 where
 * malformed or, with t->err set, where a rate is missing.
 */
int path_base_money(const struct path *p, const struct row *r, int128 *out);

struct act_near;

struct query {
	struct session *s;
	struct view *view, *own_view; /* a session for writing has none */
	struct entity *ent;
	struct config *config; /* where something needs it */
	struct columns want;
	struct path **path;
	size_t npaths, path_cap;
	struct node **node; /* [0] is the root */
	size_t nnodes, node_cap;
	struct jtable **table;
	size_t ntables, table_cap;
	struct filter **filter;
	size_t nfilters, filter_cap;
	uint64_t *id; /* sorted, each once */
	size_t nids;
	bool has_ids;
	struct query_totals *totals; /* of quotes and orders, when needed */
	uint64_t *other; /* the records beside which all wanted ones stand */
	size_t nothers;
	bool unmasked; /* query_unmask() */
	size_t id_slot;
	struct act_near *acts; /* where something needs it */
	_Atomic uint32_t currency; /* seen, where no base currency is set */
};

/* The config tables, once; 0 or -1. */
int query_config(struct query *q, struct err *e);

/*
 * When the next and the last activity of every record is, once; 0 or -1. Then
 * query_act() is that of an id, as a cell of act: "" where there is none.
 */
int query_acts(struct query *q, struct err *e);
struct span query_act(const struct query *q, struct span id, bool last);
void act_near_free(struct act_near *a);

/*
 * Marks the nodes that lead to a path, or to its label, as needed before rows
 * are selected.
 */
void path_early(struct path *p, bool label);
/* Binds what path_label() needs. */
void path_bind_label(struct query *q, struct path *p);

/* Ids that a row must have to pass, where the filter says so. */
bool filter_ids(const struct filter *f, const uint64_t **id, size_t *n);
/* The same of those that a row must refer to by entity.beside. */
bool filter_beside(const struct filter *f, const uint64_t **id, size_t *n);

/*
 * Loads the join tables of nodes that are early, or of all that some path
 * uses; query_load_for() only the records that these rows lead to.
 */
int query_load(struct query *q, bool early_only, struct err *e);
int query_load_for(
    struct query *q, const struct span *const *row, size_t n, struct err *e);

/* The same for the rows of the few records that the query is about. */
int query_load_few(struct query *q, struct err *e);

struct scan_opt {
	bool all;	   /* ids only, filters are not applied */
	bool early_only;   /* what is not for filters and keys is not wanted */
	size_t stop_after; /* so many rows in store order suffice; 0: all */
};

/* As query_run, with joins loaded already. */
int query_scan(struct query *q, const struct sink *sink,
    const struct scan_opt *opt, struct err *e);

/* The files of a query in store order. */
struct files {
	char **path;
	size_t *size; /* NULL: not known; there are few */
	size_t n;
};
int query_files(struct query *q, struct files *f, struct err *e);
void files_release(struct files *f);
/*
 * How many threads are worth while: one, unless the files have more than so
 * many bytes. Rows that threads hand on cost more than those they sum up.
 */
enum { SCAN_THREADS = 4 << 20, RING_THREADS = 20 << 20 };
size_t query_threads(const struct files *f, size_t from);
/* Reads and scans one file into t: 0; 1 where there is none; -1. */
int query_read(
    struct query *q, struct qthread *t, const char *path, struct err *e);
bool query_has_id(const struct query *q, const struct row *r);

/* true where only a few named records are read */
bool query_few(const struct query *q);

/*
 * Calls fn for the rows that pass of the file that t has scanned. *rows is how
 * many passed. 0; 1 where fn said enough; -1.
 */
typedef int query_each_fn(void *ctx, const struct row *r, struct err *e);
int query_each(struct query *q, struct qthread *t, size_t file,
    const struct scan_opt *opt, query_each_fn *fn, void *ctx, size_t *rows,
    struct err *e);

bool row_passes(const struct query *q, const struct row *r);

#endif
