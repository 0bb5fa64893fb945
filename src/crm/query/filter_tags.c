#include <string.h>

#include "crm/query/filter_priv.h"

/*
 * Tags that are computed: upper case, so that they never clash with what
 * people call things. Each stands for filter text; a new one is a row. Without
 * an entity it is for all that have the field which `needs` names.
 */
static const struct {
	const char *name, *entity, *needs, *filter;
} vtags[] = {
	{ "OPEN", "opp", NULL, "state:open" },
	{ "WON", "opp", NULL, "state:won" },
	{ "LOST", "opp", NULL, "state:lost" },
	{ "HOLD", "opp", NULL, "state:hold" },
	{ "CANCELLED", "opp", NULL, "state:cancelled" },
	{ "CLOSED", "opp", NULL, "state:won,lost,cancelled" },
	{ "OVERDUE", "opp", NULL, "state:open close:..yesterday" },
	{ "CLOSING", "opp", NULL, "state:open close:month" },
	{ "OPEN", "lead", NULL, "state:open" },
	{ "CLOSED", "lead", NULL, "state:closed,converted" },
	{ "CONVERTED", "lead", NULL, "state:converted" },
	{ "MINE", NULL, "owner", "owner:me" },
	{ "NOOWNER", NULL, "owner", "owner:" },
};

const char *
filter_vtag(const struct entity *ent, struct span name, bool *other)
{
	*other = false;
	for (size_t i = 0; i < sizeof vtags / sizeof *vtags; i++) {
		if (!span_eqs(name, vtags[i].name))
			continue;
		if (vtags[i].entity
			? strcmp(vtags[i].entity, ent->name) == 0
			: entity_field(ent, span(vtags[i].needs)) != NULL)
			return vtags[i].filter;
		*other = true;
	}
	return NULL;
}

bool
filter_is_vtag(struct span name)
{
	for (size_t i = 0; i < sizeof vtags / sizeof *vtags; i++)
		if (span_eqs(name, vtags[i].name))
			return true;
	return false;
}
