/*
 * rules_impl: what the rules of quotes, of orders and of their rows share. What
 * was issued or ordered does not change: rule_changed() is the one guard of
 * that, and the files of rules say for which fields.
 */
#ifndef CRM_CRM_CHANGE_RULES_IMPL_H
#define CRM_CRM_CHANGE_RULES_IMPL_H

#include "crm/change/change_impl.h"

/* What people call a quote or an order: its number, else its id. */
struct span rule_called(const struct record *r);

/*
 * The first field that differs of those that are named, or of all others;
 * NULL where none does. The names end in NULL. before may be NULL.
 */
enum rule_fields {
	FIELDS_OF,
	FIELDS_BUT,
	FIELDS_BUT_CUSTOM, /* nor those that a team has added */
};
const struct field *rule_changed(const struct record *before,
    const struct record *after, const char *const *name,
    enum rule_fields which);

/* A step from one state to another that is made by setting the state. */
struct rule_move {
	const char *from, *to;
};
bool rule_may_move(struct span from, struct span to,
    const struct rule_move *move, size_t n);

/* A quote that was issued: `what` of it does not change. ERR_PERM. */
int rule_quote_stays(
    const struct record *quote, const char *what, struct err *e);
/* Was its number given here? What is imported has none of ours. */
bool rule_quote_is_ours(const struct record *quote);

#endif
