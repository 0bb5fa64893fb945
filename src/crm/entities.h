/*
 * entities: the built-in entities and fields. A new entity is rows here and a
 * page in man/; nothing else knows the names.
 */
#ifndef CRM_CRM_ENTITIES_H
#define CRM_CRM_ENTITIES_H

#include "base/err.h"
#include "store/rc.h"
#include "store/schema.h"

/* Fills an empty schema with the built-in rows. */
void entities_builtin(struct schema *s);

/*
 * Applies config/fields.csv (its text, "" for none): new fields, and changes
 * of label, choices, default, required, stage and hidden of built-in ones; and
 * the labels of crmrc ([label] opp = project). Errors have file and line.
 */
int entities_config(
    struct schema *s, struct span fields_csv, const struct rc *rc,
    struct err *e);

/* A field type as config/fields.csv names it: "money". */
const char *field_type_name(enum field_type t);

#endif
