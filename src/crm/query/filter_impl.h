/*
 * filter_impl: what the files of the filter language share. Private to
 * filter*.c.
 *
 * Words become a tree (filter.c), its values typed by their field
 * (filter_value.c, filter_ref.c), the tree a flat array of tests, each with
 * the test that follows where it is true and where it is false, so that a row
 * is matched without recursion (filter_match.c).
 */
#ifndef CRM_CRM_QUERY_FILTER_IMPL_H
#define CRM_CRM_QUERY_FILTER_IMPL_H

#include "crm/query/query_impl.h"

enum ftest {
	T_EMPTY, /* passes only by `empty` */
	T_STATE, /* the stage has one of these states */
	T_BYTES, /* is one of these, byte for byte */
	T_IDS,	 /* a reference to one of these */
	T_ITEM,	 /* one of the items between ';' is one of these texts */
	T_TEXT,	 /* is one of these texts, folded */
	T_SUB,	 /* has one of these texts in it, folded */
	T_DATE,	 /* ranges of ... */
	T_INSTANT,
	T_PERIOD,
	T_NUM,
	T_MONEY,
};

/* A folded text to compare cells with. */
struct ftext {
	struct span s;
	bool ascii, blank; /* blank: has one in it */
};

struct frange {
	bool has_lo, has_hi;
	int128 lo, hi;	       /* numbers, instants, days of periods */
	char from[24], to[24]; /* dates and instants as in cells */
};

enum { NODE_YES = 0xfffffffe, NODE_NO = 0xffffffff };

struct fnode {
	enum ftest test;
	bool empty; /* an empty value passes */
	bool label; /* the name of the record is meant, not its id */
	struct path *path;
	uint32_t yes, no; /* next node */
	size_t n;
	struct word *word; /* T_BYTES: the same as u.bytes */
	union {
		struct span *bytes;
		uint64_t *id;	 /* sorted */
		unsigned states; /* a bit each */
		struct ftext *text;
		struct frange *range;
	} u;
};

struct filter {
	struct fnode *node;
	size_t n, cap;
	uint32_t start;
	uint64_t *id; /* a row that passes has one of these */
	size_t nids;
	uint64_t *other; /* or belongs to one of these, by entity.beside */
	size_t nothers;
	size_t texts; /* views and tags put in so far */
	struct arena arena;
};

enum fkind { K_TEST, K_AND, K_OR, K_NOT };

struct ftree {
	enum fkind kind;
	struct ftree **kid;
	size_t n, cap;
	struct fnode test;
};

struct fparse {
	struct filter *f;
	struct query *q;
	char *const *word;
	size_t n, at;
	int depth;
	struct err *e;
};

/* Finds the ids that rows have to have, or belong to (filter_ids.c). */
void filter_find_ids(
    struct filter *f, const struct entity *ent, const struct ftree *t);

/* Types the values of "field:..." into out. 0 or -1 with fp->e. */
int filter_value(
    struct fparse *fp, struct path *p, struct span text, struct fnode *out);
/* The same for "field~text". */
int filter_sub(
    struct fparse *fp, struct path *p, struct span text, struct fnode *out);
/* A reference: ids and names to ids. n > 0. */
int filter_ref(struct fparse *fp, struct path *p, const struct span *v,
    size_t n, struct fnode *out);

/* A virtual tag of an entity as filter text; NULL. *other: of another one. */
const char *filter_vtag(
    const struct entity *ent, struct span name, bool *other);

struct ftext text_make(struct arena *a, struct span s);
/* fold is a scratch buffer */
bool text_is(const struct ftext *t, struct span cell, struct buf *fold);
bool text_in(const struct ftext *t, struct span cell, struct buf *fold);

/* The nearest of many names, for a message. */
struct nearest {
	struct span name[3];
	int distance[3];
	size_t n;
};
/* cand must outlive the use of n */
void nearest_add(struct nearest *n, struct span want, struct span cand);
/*
 * A tag that is not computed: in capitals, and no record has it, ERR_USAGE;
 * called as a computed one but for its case, a note.
 */
int filter_tag_check(
    struct session *s, struct entity *ent, struct span name, struct err *e);

/* "; the nearest: 'a', 'b'", or "" */
void nearest_text(const struct nearest *n, struct buf *out);

#endif
