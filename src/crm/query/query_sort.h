/*
 * query_sort: sort keys of rows as values that compare fast. Private to
 * query_rows.c.
 */
#ifndef CRM_CRM_QUERY_QUERY_SORT_H
#define CRM_CRM_QUERY_QUERY_SORT_H

#include "crm/query/query_impl.h"

enum sort_kind {
	SORT_TEXT,
	SORT_DATE,
	SORT_INSTANT,
	SORT_NUMBER,
	SORT_MONEY,
	SORT_PERIOD,
	SORT_STAGE,
	SORT_CHOICE,
};

struct sort_spec {
	enum sort_kind kind;
	bool descending;
	struct path *path;
	size_t pipeline; /* SORT_STAGE: a column of the path's node */
};

struct sort_value {
	bool empty;
	int128 num;
	struct span text; /* folded; SORT_TEXT alone */
};

/* Binds what a key needs. */
int sort_bind(struct query *q, const struct sort_key *key,
    struct sort_spec *out, struct err *e);

/* The key of a row; text is kept in fold. */
void sort_value(const struct sort_spec *k, const struct row *r,
    struct buf *fold, struct sort_value *out);

int sort_compare(const struct sort_spec *k, const struct sort_value *a,
    const struct sort_value *b);

#endif
