/* number_impl: what the files of number share. */
#ifndef CRM_CRM_TRADE_NUMBER_IMPL_H
#define CRM_CRM_TRADE_NUMBER_IMPL_H

#include "crm/trade/number.h"

/* A series in a year, as its setting has it. */
struct number_series {
	const char *name;    /* "quote" */
	const char *key;     /* "quote.number" */
	const char *pattern; /* "Q{year}-{n:4}" */
	char year[8];	     /* "" where the pattern has none */
	char ref[64];	     /* refs/crm/numbers/quote-2026 */
};

/* ERR_DATA where the setting is no pattern. */
int number_series_of(struct session *s, const char *name, int32_t day,
    struct number_series *out, struct err *e);
void number_format(
    const struct number_series *ns, int64_t n, struct buf *out);

struct claim {
	uint64_t id;
	int64_t n; /* 0: none yet */
	char *number;
};

struct claims {
	bool remote; /* the numbers were taken at a remote */
	struct claim *v;
	size_t n;
	/* counters of numbers that are in use, sorted: of imports, too */
	int64_t *taken;
	size_t ntaken, cap;
};

/* The counter of a number of this series and year; 0 where it is none. */
int64_t number_count(const struct number_series *ns, struct span number);

/*
 * What this clone knows of the numbers that were taken at a remote: a line
 * "COUNTER ID NUMBER" each, newest first; nothing where it knows none.
 */
int number_taken(struct session *s, const struct number_series *ns,
    struct buf *out, struct err *e);

/* The smallest counter above last that nobody uses. */
int64_t number_next(const struct claims *c, int64_t last);

/* The name of the remote that gives numbers; "" for none. */
int number_remote(struct session *s, struct buf *out, struct err *e);

/*
 * Takes a number at the remote for each of c->v, or finds the one that it has
 * taken before. last is that of numbers.csv.
 */
int number_take(struct session *s, const struct number_series *ns,
    const char *remote, int64_t last, struct claims *c, struct err *e);

#endif
