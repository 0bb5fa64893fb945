/*
 * value: one cell. Entry takes what people type (date words, 48k, names, any
 * case) to the form in store files; check tells whether a cell is in that
 * form. Import adds its own options (decimal comma, date order) before entry.
 */
#ifndef CRM_CRM_CHANGE_VALUE_H
#define CRM_CRM_CHANGE_VALUE_H

#include "base/buf.h"
#include "base/err.h"
#include "crm/session.h"
#include "store/schema.h"

/*
 * Is v a value that a store file may hold for f? Empty always is. Money is
 * checked against currency (the row's; "" is not checked for digits). Choices,
 * stages and config keys must be known; references only need the form of an id
 * of the right letter. The message has no file and line: "stage 'x' is not
 * known; known are: ...".
 */
int value_check(struct session *s, const struct field *f, struct span v,
    struct span pipeline, struct span currency, struct err *e);

/*
 * Appends the store form of what was typed. references are resolved with
 * resolve_one() (names allowed unless ids_only). For F_MONEY a currency typed
 * with the amount comes back in cur ("" where none); the number is given with
 * the scale of cur, else of row_currency, else of the base currency. The same
 * for all other types with cur untouched.
 */
struct entry_context {
	struct span pipeline;	  /* of the row */
	struct span row_currency; /* of the row, or empty */
	bool ids_only;
	char decimal; /* '.' or ','; 0 is '.' */
};
int value_entry(struct session *s, const struct field *f, struct span typed,
    const struct entry_context *c, struct buf *out, char cur[4],
    struct err *e);

#endif
