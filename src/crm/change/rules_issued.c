/* What the rules of quotes and orders share: what was issued stays. */
#include <string.h>

#include "crm/change/rules_impl.h"

struct span
rule_called(const struct record *r)
{
	struct span number = record_get(r, "number");

	return number.n ? number : record_get(r, "id");
}

const struct field *
rule_changed(const struct record *before, const struct record *after,
    const char *const *name, enum rule_fields which)
{
	const unsigned own = FIELD_CUSTOM | FIELD_FOUND | FIELD_VIRTUAL;

	for (size_t i = 0; i < after->ent->nfields; i++) {
		const struct field *f = after->ent->field[i];
		struct span was = before ? record_at(before, f) : span("");
		size_t k = 0;

		if (span_eq(was, record_at(after, f)) ||
		    (which == FIELDS_BUT_CUSTOM && (f->flags & own)))
			continue;
		while (name[k] && strcmp(name[k], f->name) != 0)
			k++;
		if ((name[k] != NULL) == (which == FIELDS_OF))
			return f;
	}
	return NULL;
}

bool
rule_may_move(struct span from, struct span to, const struct rule_move *move,
    size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (span_eqs(from, move[i].from) && span_eqs(to, move[i].to))
			return true;
	return false;
}
