/*
 * schema: what kinds of records there are and which fields they have. The
 * built-in rows are data (crm/entities.c); config/fields.csv of a store adds
 * fields and changes labels, choices, defaults and requirements; a column that
 * is only found in a file's header is a text field too (schema_learn).
 *
 * Entities, fields and all their strings live as long as the schema.
 */
#ifndef CRM_STORE_SCHEMA_H
#define CRM_STORE_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "base/strmap.h"

enum field_type {
	F_TEXT,	    /* one line */
	F_NOTE,	    /* text with newlines */
	F_ID,	    /* the record's own id */
	F_REF,	    /* the id of a record of entity `ref` */
	F_CHOICE,   /* one of `choices` */
	F_CHOICES,  /* several, separated by ';' */
	F_TAGS,	    /* free words, separated by ';', sorted */
	F_MONEY,    /* minor units of the row's currency, written as decimal */
	F_DECIMAL,  /* exact decimal */
	F_INT,	    /* whole number */
	F_PERCENT,  /* 0..100, decimal */
	F_DATE,	    /* YYYY-MM-DD */
	F_INSTANT,  /* YYYY-MM-DDTHH:MM:SSZ */
	F_WHEN,	    /* a day as F_DATE, or a time as F_INSTANT */
	F_PERIOD,   /* 2026, 2026-Q4, 2026-11, 2026-W40 */
	F_EMAIL,    /* one address; compared without case */
	F_PHONE,    /* as typed, control characters refused */
	F_URL,
	F_BOOL,	    /* yes or no */
	F_CURRENCY, /* ISO 4217 code */
	F_STAGE,    /* a stage of the row's pipeline (config/stages.csv) */
};

enum field_flag {
	FIELD_REQUIRED = 1 << 0,
	FIELD_HIDDEN = 1 << 1, /* not in lists or forms; the data stays */
	FIELD_UNIQUE = 1 << 2, /* no two records have the same (folded) */
	FIELD_COLUMN = 1 << 3, /* in the default table of a list */
	FIELD_NAME = 1 << 4,   /* records are found by it where an id is taken */
	FIELD_AUTO = 1 << 5,   /* set by us; `set` refuses it, and import but for
				  what is unique */
	FIELD_RARE = 1 << 6,   /* a column of a new file only where used */
	FIELD_CUSTOM = 1 << 7, /* from config/fields.csv */
	FIELD_FOUND = 1 << 8,  /* only from a header */
	FIELD_VIRTUAL = 1 << 9, /* computed; in no file */
	FIELD_ASKED = 1 << 11, /* computed from afar, or of no use to
				   people: only where it is named */
	FIELD_SHARE = 1 << 12, /* text: a share, 10%, or an amount */
	FIELD_PRICE = 1 << 13, /* decimal: of one, in the row's currency */
	FIELD_OFF = 1 << 14,   /* decimal: a share, or by the row's kind an
				  amount or a price */
	FIELD_KEY = 1 << 10,   /* (part of) the key of a table without ids */
};

/* What merging does where both sides changed a cell differently. */
enum merge_policy { MERGE_CONFLICT, MERGE_MAX, MERGE_MIN, MERGE_UNION,
	MERGE_APPEND };

struct field {
	const char *name;
	enum field_type type;
	unsigned flags;
	const char *label;    /* for people; NULL: the name */
	const char *ref;      /* F_REF: entity name */
	const char *choices;  /* "a;b;c", or "@sources": the keys of a config
				 table; NULL: any */
	const char *dflt;     /* value at entry where none is given, or NULL */
	const char *synonyms; /* import headers, "a;b;c", folded, or NULL */
	const char *stage;    /* required from this stage on, or NULL */
	enum merge_policy merge;
	size_t index; /* in the entity's fields */
};

enum layout {
	LAYOUT_SINGLE,	/* one file: path.csv */
	LAYOUT_MONTHLY, /* path/YYYY/MM.csv, MM/x.csv, MM/xx.csv */
	LAYOUT_CALENDAR, /* path/PERSON/COLLECTION/ITEM.ics: crm/calendar/ */
};

struct entity {
	const char *name;  /* "opp" */
	const char *label; /* "opportunity"; crmrc may rename */
	const char *plural;
	const char *path; /* "opps" (without .csv) */
	enum layout layout;
	char letter;	  /* of its ids; 0: keyed by FIELD_KEY fields */
	bool append_only; /* rows are never changed */
	bool ruled;	  /* undo goes record by record, past its rules: files
			     are not put back whole */
	bool entailed;	  /* rows follow from changes of others: not counted */
	bool of_merges;	  /* what merging found: in the order of its keys, and
			     merged without a finding of its own */
	bool command;	  /* has a crm-NAME command */
	const char *dates; /* field whose month an imported id takes where
			      `created` is empty, or NULL */
	const char *columns; /* of a list for people, "a,b.c"; what says least
				comes last and goes first where there is no
				room; NULL: those of FIELD_COLUMN */
	const char *beside; /* a reference, or NULL: ids of its records begin
			       as that one does (id_beside()), so that what
			       belongs to a record is read from few files */
	/* what it begins with; they become its fields when it is first asked
	   for by name, letter, path or number: a command that wants three
	   kinds of records does not make the fields of forty */
	const struct field *own;
	size_t nown;
	struct field **field; /* pointers are stable */
	size_t nfields, cap;
	struct strmap by_name; /* name -> index, in the case it is written */
	struct arena arena;
};

struct schema {
	struct entity **entity; /* see schema_at() */
	size_t n, cap;
	struct arena arena;
};

/*
 * By name, plural or path; NULL where there is none. (Threads may ask for what
 * was asked for before they began.)
 */
struct entity *schema_entity(const struct schema *s, struct span name);
struct entity *schema_letter(const struct schema *s, char letter);
/* The i-th of s->n. */
struct entity *schema_at(const struct schema *s, size_t i);
/*
 * The entity whose file this path is ("opps/2026/11/7.csv"), or NULL.
 */
struct entity *schema_path(const struct schema *s, const char *path);

/* By name (ASCII case ignored); NULL where there is none. */
struct field *entity_field(const struct entity *e, struct span name);
/*
 * Appends the nearest field names for a message, at most three, as
 * 'stage', 'state'; nothing where none is near.
 */
void entity_suggest(const struct entity *e, struct span name,
    struct buf *out);

/*
 * Building the schema. The strings and the own fields of an entity are
 * borrowed for as long as the schema lives; a field is copied.
 */
struct entity *schema_add(struct schema *s, const struct entity *e);
struct field *schema_add_field(
    struct schema *s, struct entity *e, const struct field *f);

/* A header of a file of e: columns that e lacks become FIELD_FOUND fields. */
void schema_learn(struct schema *s, struct entity *e,
    const struct span *header, size_t n);

/*
 * The files in which a record with this id can be, at most 3, NUL-terminated
 * paths of the store: 11.csv, 11/7.csv, 11/7f.csv. Returns how many: 0 of what
 * is in calendars, where ids do not say it (crm/calendar/index.h).
 */
enum { PATH_CAP = 128 };
int entity_paths(const struct entity *e, uint64_t id, char path[3][PATH_CAP]);

void schema_release(struct schema *s);

#endif
