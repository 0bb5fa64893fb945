/*
 * import_impl: what the files of import share; nobody else includes it.
 *
 * A file is read twice. The first pass (import_scan.c) looks at what each
 * column holds: how its dates and numbers are written, which stages, choices
 * and records it names. That is then decided for the whole column or refused.
 * The second pass (import_rows.c) makes records of the rows.
 */
#ifndef CRM_CRM_IMPORT_IMPORT_IMPL_H
#define CRM_CRM_IMPORT_IMPORT_IMPL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/money.h"
#include "base/strmap.h"
#include "crm/change/resolve.h"
#include "crm/config.h"
#include "crm/import/import.h"
#include "store/charset.h"

/* --- numbers (import_number.c) ------------------------------------------- */

/* What the cells of a column say about their decimal sign. */
struct number_facts {
	size_t point, comma; /* cells that prove it; line of the first each */
	size_t point_line, comma_line;
	size_t unsure, unsure_line; /* 1.234 alone */
	struct span unsure_text;
	size_t filled, bad, bad_line;
	struct span bad_text;
	size_t bare; /* without a currency of their own */
};

void number_look(
    struct number_facts *f, struct span cell, size_t line, struct arena *a);

/*
 * '.' or ',' for the whole column. given is --decimal or 0. ERR_USAGE where
 * the cells contradict each other or leave it open.
 */
int number_decide(const struct number_facts *f, struct span column, char given,
    bool whole, char *decimal, struct err *e);

/*
 * A cell with that decimal sign: signs, group separators, (brackets) for
 * negative amounts, currency at either end, k and M, a percent sign. currency
 * is "", a code, or "$" for a dollar sign alone. False where it is no number.
 */
bool number_read(
    struct span cell, char decimal, struct dec *out, char currency[4]);

/* --- dates (import_date.c) ----------------------------------------------- */

enum date_order { DATES_UNSURE, DATES_DMY, DATES_MDY, DATES_YMD, DATES_SERIAL };

struct date_facts {
	size_t dmy, mdy; /* cells that prove it */
	size_t dmy_line, mdy_line;
	struct span dmy_text, mdy_text;
	size_t unsure, unsure_line;
	struct span unsure_text;
	size_t filled, bad, bad_line;
	struct span bad_text;
	size_t plain; /* ISO */
};

void date_look(
    struct date_facts *f, struct span cell, size_t line, struct arena *a);
int date_decide(const struct date_facts *f, struct span column,
    enum date_order given, enum date_order *order, struct err *e);

/* A date, with a time where one is there. */
struct date_cell {
	int32_t day;
	int seconds; /* of the day; -1: no time */
	bool iso;    /* written as in a store file */
	bool zoned;
	int offset; /* minutes east, where zoned */
};
/* date_read: NULL, or what is wrong with it. */
bool date_is_instant(struct span cell);
const char *date_read(
    struct span cell, enum date_order order, struct date_cell *out);

/* --- columns (import_map.c) ---------------------------------------------- */

enum import_part {
	PART_VALUE,
	PART_ID,   /* our own id, or a foreign one: told by its values */
	PART_YEAR, /* of a period */
	PART_QUARTER,
	PART_MONTH,
};

/*
 * A distinct value of a column of choices, stages or references. There can be
 * as many as rows, so it is kept small.
 */
enum import_state { VAL_OK, VAL_UNKNOWN, VAL_BAD, VAL_OWN };

struct import_val {
	struct span raw; /* trimmed, as in the file or mapped by --value */
	union {
		struct span out; /* VAL_OK: in store form */
		const char *why; /* VAL_BAD: why its rows are rejected */
		size_t own;	 /* VAL_OWN: index in im->row_of */
	};
	uint32_t count, line;
	uint32_t pipeline; /* 1 + length of a pipeline in front of raw, or 0 */
	enum import_state state;
};

/* In import_column.at: the cell is a full id and stands for itself. */
#define VAL_ID UINT32_MAX

struct import_column {
	struct span name;	   /* header */
	const struct field *field; /* NULL: not taken */
	enum import_part part;
	const struct entity *target; /* of a reference */
	int rank;     /* 3 by --map, 2 by name or label, 1 by synonym */
	bool quiet;   /* not taken, and no word about it */
	bool ours;    /* _line and the like, of a file of rejects */
	bool foreign; /* an id column that holds no ids of ours */
	/* what was found out */
	struct number_facts numbers;
	struct date_facts dates;
	char decimal;
	enum date_order order;
	/* distinct values */
	struct strmap values;
	struct import_val *val;
	size_t nvals, val_cap;
	uint32_t *at;	     /* index in val + 1 of every row, or VAL_ID */
	struct strmap shown; /* value -> index in shown_name (naming deals) */
	struct span *shown_name;
	size_t nshown, shown_cap;
	size_t nat, at_cap;
	/* --value for the field: theirs (trimmed) -> index in mapped */
	struct strmap mapped_from;
	struct span *mapped;
	size_t nmapped, mapped_cap;
	struct resolver *resolver;
	/* choices that --create-missing made */
	struct span *new_key, *new_label;
	size_t nnew, new_cap;
	bool listed_new; /* some of them in config/fields.csv */
	/* PART_ID */
	size_t ids, others;
};

/* Folded, and without blanks and punctuation: "Close_Date" is "closedate". */
void import_fold(struct buf *out, struct span s);

/*
 * Finds the fields of a header. ERR_USAGE for a wrong --map, two columns for
 * one field, no known column at all. Names of columns are copied into a.
 */
int import_map(const struct schema *s, const struct import_options *o,
    const struct span *header, size_t n, struct import_column **col,
    struct arena *a, struct buf *notes, struct err *e);
/* "field:theirs=ours" */
int import_map_values(const struct import_options *o, struct import_column *col,
    size_t ncols, struct arena *a, struct err *e);
void import_columns_free(struct import_column *col, size_t n);

/* --- one import ---------------------------------------------------------- */

/* A reference to a row of the same file, set when all rows are in. */
struct import_later {
	uint64_t id;
	uint32_t col, val;
	char was; /* 'a' added, 'c' changed, 's' same */
};

/* A name that rows of the file have. */
struct import_own {
	uint64_t id;  /* once the row is in */
	size_t count; /* rows that have it */
	size_t row;   /* the last of them, from 1 */
};

struct import_known; /* keys of existing records (import_key.c) */

struct import {
	struct changes *c;
	struct session *s;
	const struct import_options *o;
	const struct entity *ent;
	struct import_result *res;
	struct buf file;	  /* as read */
	struct charset_text text; /* decoded */
	char sep;
	struct import_column *col;
	size_t ncols;
	struct import_column *set; /* --set: columns of one value */
	size_t nsets;
	struct span *set_value;
	struct arena arena;
	const struct field *currency, *pipeline, *name, *ext_id;
	struct import_column *currency_col, *pipeline_col, *id_col;
	struct span pipeline_set, currency_set;
	bool headless; /* --header: the first record is a row */
	size_t nrows;  /* of pass 1 */
	/* rows of this file by folded name, for references among them */
	bool self;
	struct strmap own;
	struct import_own *row_of; /* by value of own */
	size_t nown, own_cap;
	struct import_later *later;
	size_t nlater, later_cap;
	struct import_known *known;
	/* pass 2 */
	size_t given; /* bytes of the input that were given back */
	const struct field *reason, *stage, *product;
	struct span *value; /* of the row, by field */
	struct buf row;	    /* values that are made when it is taken */
	size_t *missing;    /* by field */
	size_t repeated;    /* rows of a key that an earlier row had */
	size_t lost_without_reason, short_rows, short_line, blank_rows;
	struct buf rejects;
};

/* A record of the file: cells, how many, where. */
typedef int import_row_fn(void *ctx, const struct span *cell, size_t n,
    size_t line, size_t at, size_t end, struct err *e);
typedef int import_bad_fn(void *ctx, size_t line, size_t col, const char *what,
    size_t at, size_t end, struct err *e);

/* All records behind the header (import_read.c). */
int import_open(struct import *im, struct err *e);
int import_save_file(const char *path, struct span data, struct err *e);
int import_header(
    struct import *im, struct span **cell, size_t *n, struct err *e);
int import_each(const struct import *im, import_row_fn *row, import_bad_fn *bad,
    void *ctx, struct err *e);

/* Cell i, trimmed; empty behind the last and for words that mean nothing. */
struct span import_cell(
    const struct import *im, const struct span *cell, size_t n, size_t i);
bool import_blank(const struct span *cell, size_t n);
/* The column of a field, or NULL. */
struct import_column *import_column_of(
    const struct import *im, const struct field *f);

/* Pass 1, and what follows from it. */
int import_scan(struct import *im, struct err *e);

/* Is it a column whose values are looked up (choices, stages, references)? */
bool import_is_listed(const struct import_column *c);
/* The value of a row of such a column, noted. */
struct import_val *import_val_add(struct import *im, struct import_column *c,
    struct span raw, struct span pipeline, size_t line);
/* Looks all of them up; refuses unknown ones or makes them. */
int import_lookup(struct import *im, struct err *e);
/* Looks one column's values up: choices and stages, references. */
int import_find_choices(
    struct import *im, struct import_column *c, struct err *e);
int import_find_refs(struct import *im, struct import_column *c, struct err *e);
int import_make_choice(struct import *im, struct import_column *c,
    struct import_val *v, struct err *e);
int import_make_ref(struct import *im, struct import_column *c,
    struct import_val *v, struct err *e);
/* appended for messages: what is known, and the nearest to v */
int import_known_choices(struct import *im, const struct import_column *c,
    const struct import_val *v, struct buf *known, struct buf *nearest,
    struct err *e);
void import_known_refs(struct import *im, const struct import_column *c,
    const struct import_val *v, struct buf *known, struct buf *nearest);
/* raw without the pipeline in front */
struct span import_val_text(const struct import_val *v);
/* Choices that were made go into config/fields.csv. */
int import_make_fields(
    struct import *im, struct import_column *c, struct err *e);

/* --- rows (import_flow.c) ------------------------------------------------ */

/*
 * A row of the file. The reader's thread fills it in; of struct import it
 * changes nothing, and reads only what does not change while rows are read.
 */
struct import_row {
	struct import *im;
	const struct span *cell;
	size_t n, line, at, end; /* cells; where it is in the text */
	size_t number;		 /* of the rows that are not blank, from 0 */
	const char *bad;	 /* why it is no CSV, or NULL */
	size_t bad_at;		 /* byte of the line */
	struct span *value;	 /* room for what is found out: ops->nvalues */
	struct buf *text;	 /* which value points into; does not move */
	struct err err;		 /* the row cannot be taken */
	uint64_t id;		 /* of an id column */
	struct span year, quarter, month;
	const struct field *period;
	/* what is said of a row that is rejected */
	struct span column;
	size_t nlater; /* references that wait, in im->later from here */
};

struct import_flow_ops {
	size_t nvalues;
	void (*read)(struct import_row *r); /* in the reader's thread */
	/* in the caller's, in the order of the file; not 0 ends it */
	int (*take)(struct import_row *r, struct err *e);
	bool bad; /* take gets what is no CSV, too */
};

/* All rows behind the header, but for blank ones. */
int import_flow(
    struct import *im, const struct import_flow_ops *ops, struct err *e);

/*
 * Store form of a cell of any other type, appended to r->text. The message in
 * e has no place.
 */
int import_value(struct import_row *r, const struct import_column *c,
    struct span cell, struct span *out, struct err *e);
int import_money(struct import_row *r, const struct import_column *c,
    struct span cell, struct span row_currency, char currency[4],
    struct span *out, struct err *e);
/* year and quarter or month; either may be empty. */
int import_period(struct import_row *r, struct span year, struct span quarter,
    struct span month, struct span *out, struct err *e);

/* --- keys (import_key.c) ------------------------------------------------- */

/* What the store has: by key, by id, by each unique field of the file. */
int import_known_open(struct import *im, struct err *e);
/*
 * The record that im->value is of: *id, or 0 where it is new. *same where all
 * its cells are as the file has them. ERR_DATA: a row that cannot be taken
 * (no key, a unique value that another record has); *field is which.
 */
int import_known_find(struct import *im, uint64_t row_id, uint64_t *id,
    bool *same, const struct field **field, struct err *e);
/* The record has been made or changed, or was the same. */
void import_known_add(struct import *im, uint64_t id, bool same);
void import_known_free(struct import *im);

/* --- rejects (import_reject.c) ------------------------------------------- */

void import_reject(struct import *im, const struct span *cell, size_t n,
    size_t line, const char *column, const char *why);
/* A record that is no CSV: its bytes as one cell. */
void import_reject_raw(
    struct import *im, struct span raw, size_t line, const char *why);

/*
 * All cells of a row into r->value, by field; money again, with another
 * currency. The rows of this file that it refers to are in only when it is
 * taken: import_own_refs() sets those, or notes them in im->later.
 */
int import_read_cells(struct import_row *r, struct err *e);
int import_read_money(
    struct import_row *r, struct span currency, struct err *e);
void import_own_refs(struct import_row *r);
/* What the file calls the column of a field. */
struct span import_column_name(const struct import *im, const struct field *f);

/* Pass 2. */
int import_rows(struct import *im, struct err *e);

/* --set: read before the first pass, found out after it (import_set.c). */
int import_set_read(struct import *im, struct err *e);
int import_set_decide(struct import *im, struct err *e);

#endif
