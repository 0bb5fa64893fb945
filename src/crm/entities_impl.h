/*
 * entities_impl: what the files of the built-in entities share: how a row of
 * them is written. Nobody else includes it.
 */
#ifndef CRM_CRM_ENTITIES_IMPL_H
#define CRM_CRM_ENTITIES_IMPL_H

#include "store/schema.h"

struct builtin {
	struct entity ent;
	const struct field *field;
	size_t n;
};

/* Products, quotes and orders (entities_trade.c); ended by one without name. */
extern const struct builtin builtin_trade[];

#define FIELDS(f) f, sizeof f / sizeof *f

/*
 * Field order is the column order of a new file. A row:
 * name, type, flags, label, ref, choices, default, synonyms, merge.
 */

#define REQ FIELD_REQUIRED
#define COL FIELD_COLUMN
#define NAM FIELD_NAME
#define UNQ FIELD_UNIQUE
#define AUT FIELD_AUTO
#define RAR FIELD_RARE
#define VIR FIELD_VIRTUAL
#define ASK FIELD_ASKED
#define SHA FIELD_SHARE
#define PRI FIELD_PRICE
#define OFF FIELD_OFF
#define KEY FIELD_KEY

#define T(n, ty, fl) { .name = n, .type = ty, .flags = fl }
#define S(n, ty, fl, syn)                                                      \
	{                                                                      \
		.name = n, .type = ty, .flags = fl, .synonyms = syn            \
	}
#define R(n, r, fl, syn)                                                       \
	{                                                                      \
		.name = n, .type = F_REF, .ref = r, .flags = fl,               \
		.synonyms = syn                                                \
	}
#define C(n, ch, fl, df, syn)                                                  \
	{                                                                      \
		.name = n, .type = F_CHOICE, .choices = ch, .flags = fl,       \
		.dflt = df, .synonyms = syn                                    \
	}

/* Every entity with ids has these at its two ends. */
#define ID T("id", F_ID, AUT)
#define TAIL                                                                   \
	{ .name = "tags", .type = F_TAGS, .synonyms = "tag;labels",            \
	    .merge = MERGE_UNION },                                            \
	    { .name = "note", .type = F_NOTE,                                  \
		.synonyms = "notes;description;comment;comments" },            \
	    { .name = "created", .type = F_INSTANT, .flags = 0,                \
		.synonyms = "created time;created at;create date;"             \
			    "created date;date created",                       \
		.merge = MERGE_MIN },                                          \
	    { .name = "ext_id", .type = F_TEXT, .flags = UNQ,                  \
		.synonyms = "external id;foreign id;record id" }

#endif
