/* price_impl: what the files of price share. */
#ifndef CRM_CRM_TRADE_PRICE_IMPL_H
#define CRM_CRM_TRADE_PRICE_IMPL_H

#include "base/strmap.h"
#include "crm/change/change.h"
#include "crm/config.h"
#include "crm/query/query.h"
#include "crm/trade/price.h"

/* No price has more digits behind its point (calc.h). */
enum { PRICE_DIGITS = 6 };

/* Bundles in bundles are followed so far. */
enum { BUNDLE_DEPTH = 8 };

/* Discounts and books without a rank come behind those that have one. */
#define NO_RANK INT64_MAX

/* --- reading (price_read.c) ---------------------------------------------- */

/*
 * Records by a reference (or by their id): the first few that are asked for
 * are read by themselves, then all of the table at once.
 */
struct price_rows {
	struct entity *ent;
	const char *by; /* "id", or the field */
	struct price_group {
		uint64_t key;
		struct record *r;
		size_t n;
	} *group; /* sorted by key, once all are read */
	size_t ngroups, cap;
	bool all;
};

/* Those of a key; *n 0 where there are none. */
int price_rows_of(struct pricer *p, struct price_rows *rows, uint64_t key,
    const struct record **out, size_t *n, struct err *e);

/* A filter of crm-filter(7), asked of one record after the other. */
struct price_select {
	struct entity *ent;
	char **word; /* of filter_split() */
	size_t nwords;
	uint64_t *id; /* all that pass, sorted, once it was asked often */
	size_t nids;
	bool all;
	size_t asked;
	uint64_t last; /* the record that was asked for last, and the answer */
	bool passes;
};

/* ERR_DATA where text is no filter of ent. Empty text lets all pass. */
int price_select_new(struct session *s, struct entity *ent, struct span text,
    struct price_select *out, struct err *e);
void price_select_release(struct price_select *f);
/* id 0 passes only where all do. */
int price_selects(struct session *s, struct price_select *f, uint64_t id,
    bool *yes, struct err *e);

/* --- tables -------------------------------------------------------------- */

struct price_book {
	struct record r;
	int64_t rank;
	int32_t from, to;
	struct price_select customers;
};

enum discount_kind { OFF_PERCENT, OFF_AMOUNT, OFF_PRICE, OFF_GIFT };

/* A row of discounts.csv. */
struct discount {
	struct record r;
	int64_t rank;
	bool of_quote, last, active;
	enum discount_kind kind;
	struct dec value;
	struct span currency; /* of value and min_amount */
	struct dec min, min_amount;
	bool has_min, has_amount;
	int64_t min_orders, uses; /* -1: not given */
	int32_t from, to;	  /* DATE_NONE: open */
	unsigned months;	  /* bit m: month m; 0: all */
	struct span voucher;
	uint64_t gift;
	struct dec gift_quantity;
	struct price_select products, customers;
};

/* Its cells, without the filters. ERR_USAGE: "value: ...". */
int discount_parse(
    struct session *s, const struct record *r, struct discount *out,
    struct err *e);

struct pricer {
	struct session *s;
	struct config *config;
	struct arena arena;
	struct price_rows products, prices;
	struct price_book *book; /* by rank, then id */
	size_t nbooks;
	struct discount *discount; /* by rank, then id */
	size_t ndiscounts;
	struct bundle_part *part; /* of bundle of[i], next to each other */
	uint64_t *of;
	size_t nparts;
	/* orders of the account that was asked for last */
	uint64_t account;
	int32_t *order; /* their days */
	size_t norders, order_cap;
	/* codes in quotes that were accepted */
	struct span *used;
	size_t nused, used_cap;
	bool used_read;
};

/* --- prices (price_book.c, price_discount.c) ----------------------------- */

/* A price while it is made: in the currency, with so many digits. */
struct pricing {
	struct pricer *p;
	const struct price_request *r;
	struct arena *a;
	struct priced *out;
	int exponent; /* of the currency */
	int digits;
	int64_t units; /* what it is so far, of 10^-digits */
	size_t cap;    /* of out->step */
};

/*
 * An amount of one currency in another, at the day's rates, with so many
 * digits, half up. from empty is the base currency.
 */
int price_exchange(struct pricer *p, struct dec d, struct span from,
    struct span to, int32_t day, int digits, int64_t *units, struct err *e);

/* The product's price before discounts; digits, units, steps. */
int price_list(
    struct pricing *g, const struct record *product, struct err *e);

/* What is applied to it, line by line. */
int price_discounts(
    struct pricing *g, const struct record *product, struct err *e);


/* A product; ERR_NOENT where there is none of that id. */
int price_product(struct pricer *p, uint64_t id, const struct record **out,
    struct err *e);

/* A step: units with the digits that g has. what and how are copied. */
void price_step_add(
    struct pricing *g, struct span what, struct span how);

/* 10^n, n 0..18. */
int64_t price_ten(int n);

/* from..to, open where DATE_NONE. */
static inline bool
price_valid(int32_t from, int32_t to, int32_t day)
{
	return (from == DATE_NONE || from <= day) &&
	    (to == DATE_NONE || day <= to);
}

#endif
