/*
 * Which property is which field.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/calendar/item_impl.h"

#define EVENT (1u << ITEM_EVENT)
#define TASK (1u << ITEM_TASK)
#define NOTE (1u << ITEM_NOTE)

static const struct act_prop props[] = {
	{ "id", NULL, P_OWN, 0 },
	{ "uid", NULL, P_OWN, 0 },
	{ "owner", NULL, P_OWN, 0 },
	{ "type", NULL, P_TEXT, 0 },
	{ "subject", "SUMMARY", P_TEXT, 0 },
	{ "state", "STATUS", P_STATE, 0 },
	{ "start", "DTSTART", P_TIME, 0 },
	{ "end", "DTEND", P_END, EVENT },
	{ "due", "DUE", P_TIME, TASK },
	{ "completed", "COMPLETED", P_INSTANT, 0 },
	{ "account", NULL, P_REF, 0 },
	{ "contact", NULL, P_REF, 0 },
	{ "lead", NULL, P_REF, 0 },
	{ "opp", NULL, P_REF, 0 },
	{ "campaign", NULL, P_REF, 0 },
	{ "where", "LOCATION", P_TEXT, 0 },
	{ "with", "ATTENDEE", P_WITH, 0 },
	{ "replies", "ATTENDEE", P_REPLIES, 0 },
	{ "priority", "PRIORITY", P_RAW, EVENT | TASK },
	{ "percent", "PERCENT-COMPLETE", P_RAW, TASK },
	{ "repeat", "RRULE", P_RULES, EVENT | TASK },
	{ "zone", NULL, P_ZONE, 0 },
	{ "exceptions", NULL, P_SERIES, EVENT | TASK },
	{ "remind", NULL, P_ALARMS, EVENT | TASK },
	{ "private", "CLASS", P_CLASS, 0 },
	{ "busy", "TRANSP", P_BUSY, EVENT },
	{ "url", "URL", P_RAW, 0 },
	{ "purpose", NULL, P_TEXT, 0 },
	{ "outcome", NULL, P_TEXT, 0 },
	{ "result", NULL, P_TEXT, 0 },
	{ "channel", NULL, P_TEXT, 0 },
	{ "direction", NULL, P_TEXT, 0 },
	{ "number", NULL, P_TEXT, 0 },
	{ "thread", NULL, P_TEXT, 0 },
	{ "message", NULL, P_TEXT, 0 },
	{ "ext_id", NULL, P_TEXT, 0 },
	{ "tags", "CATEGORIES", P_TAGS, 0 },
	{ "note", "DESCRIPTION", P_TEXT, 0 },
	{ "created", "CREATED", P_INSTANT, 0 },
};

const struct act_prop *
act_prop(const struct field *f)
{
	for (size_t i = 0; i < sizeof props / sizeof *props; i++) {
		if (strcmp(props[i].field, f->name) == 0)
			return &props[i];
	}
	return NULL;
}

bool
act_prop_fits(const struct act_prop *p, enum item_kind k)
{
	return !p || !p->kinds || (p->kinds >> k & 1);
}

/* Only tasks have COMPLETED (RFC 5545 §3.8.2.1). */
void
act_prop_name(const struct field *f, const struct act_prop *p, char name[80])
{
	int n;

	if (p && p->prop) {
		snprintf(name, 80, "%s", p->prop);
		return;
	}
	n = snprintf(name, 80, "X-CRM-%s%.60s", p ? "" : "F-", f->name);
	for (int i = 0; i < n && i < 79; i++) {
		unsigned char c = (unsigned char)name[i];

		name[i] = isalnum(c) ? (char)toupper(c) : '-';
	}
}

static size_t
slot_of(struct act_map *m, const char *name)
{
	bool added;
	size_t slot =
	    strmap_add(&m->slots, span(name), m->nslots, &added)->value;

	m->nslots += added;
	return slot;
}

struct act_map *
act_map_new(const struct entity *act)
{
	struct act_map *m = xcalloc(1, sizeof *m);

	m->field = xcalloc(act->nfields + 1, sizeof *m->field);
	for (size_t i = 0; i < act->nfields; i++) {
		struct act_field *af = &m->field[i];

		af->prop = act_prop(act->field[i]);
		act_prop_name(act->field[i], af->prop, af->name);
		/* links are told apart by a parameter */
		if (af->prop && af->prop->how == P_REF)
			snprintf(af->name, sizeof af->name, "X-CRM-REF");
		af->slot = slot_of(m, af->name);
	}
	return m;
}

void
act_map_free(struct act_map *m)
{
	if (!m)
		return;
	strmap_release(&m->slots);
	free(m->field);
	free(m);
}
