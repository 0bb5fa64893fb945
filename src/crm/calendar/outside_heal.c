/*
 * What other programs lose of ours, and how it comes back.
 *
 * Google, Nextcloud's invitations and Android's programs keep no X- property;
 * the UID is what survives everywhere. An item that has not one X-CRM property
 * any more, and had some, was stripped: a person who takes one away by an
 * editor leaves others.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "crm/calendar/item_impl.h"
#include "crm/calendar/outside_impl.h"
#include "crm/change/resolve.h"
#include "store/id.h"

static const char *const refs[] = { "account", "contact", "lead", "opp",
	"campaign" };
enum { NREFS = sizeof refs / sizeof *refs };

static void
put(struct outside *o, struct span *value, const char *field, struct span v)
{
	const struct field *f = entity_field(o->cal->act, span(field));

	if (f)
		value[f->index] = v;
}

static bool
linked(struct outside *o, const struct span *value)
{
	for (size_t i = 0; i < NREFS; i++)
		if (act_cell(o->cal, value, refs[i]).n)
			return true;
	return false;
}

/* Is it kept in a property that is ours alone? */
static bool
is_own(const struct field *f, enum item_kind k)
{
	const struct act_prop *p = act_prop(f);

	if (f->flags & FIELD_VIRTUAL)
		return false;
	if (!p)
		return true;
	if (p->how == P_INSTANT)
		return k != ITEM_TASK && strcmp(f->name, "completed") == 0;
	return !p->prop && (p->how == P_TEXT || p->how == P_REF);
}

/* All of it from the committed version. */
static void
restore(struct outside *o, struct thing *t)
{
	struct entity *act = o->cal->act;
	const struct span *was = t->was->value;
	struct span state = act_cell(o->cal, was, "state");
	const struct activity *a =
	    calendar_activity(o->cal, act_cell(o->cal, was, "type"));

	for (size_t i = 0; i < act->nfields; i++) {
		const struct field *f = act->field[i];

		if (!is_own(f, t->item->kind) || !was[i].n)
			continue;
		/* a meeting that became a task is no call any more */
		if (strcmp(f->name, "type") == 0 &&
		    (!a || a->kind != t->item->kind))
			continue;
		t->after[i] = was[i];
	}
	/* that an event took place is X-CRM-STATE */
	if (t->item->kind == ITEM_EVENT && span_eqs(state, "done") &&
	    span_eqs(act_cell(o->cal, t->after, "state"), "planned"))
		put(o, t->after, "state", state);
	if (!act_cell(o->cal, t->after, "tags").n)
		put(o, t->after, "tags", act_cell(o->cal, was, "tags"));
}

/* The row of act-links. */
static int
by_uid(struct outside *o, struct thing *t, struct err *e)
{
	const struct entity *link =
	    schema_entity(&o->c->s->schema, span("act-link"));
	struct record r;
	int rc = change_load(o->c, link, t->id, &r, e);

	for (size_t i = 0; rc == 0 && i < NREFS; i++)
		put(o, t->after, refs[i],
		    arena_span(&o->arena, record_get(&r, refs[i])));
	return rc < 0 ? -1 : 0;
}

/* "crm:opp/O2611-7f3k9q2d" anywhere in the description. */
static void
by_token(struct outside *o, struct thing *t)
{
	struct span note = act_cell(o->cal, t->value, "note");
	const char *p = note.p, *end = note.p + note.n;

	while (p && (p = memmem(p, (size_t)(end - p), "crm:", 4))) {
		struct span rest = span_n(p + 4, (size_t)(end - p) - 4);
		struct span name = span_cut(&rest, '/');
		size_t n = 0;

		p += 4;
		while (n < rest.n && (isalnum((unsigned char)rest.p[n]) ||
					 rest.p[n] == '-'))
			n++;
		rest.n = n;
		for (size_t i = 0; i < NREFS; i++) {
			const struct entity *ent = schema_entity(
			    &o->c->s->schema, span(refs[i]));
			uint64_t id = id_pack_canonical(rest);

			if (span_eqs(name, refs[i]) && id && ent &&
			    id_letter(id) == ent->letter &&
			    !act_cell(o->cal, t->after, refs[i]).n)
				put(o, t->after, refs[i],
				    arena_span(&o->arena, rest));
		}
	}
}

static bool
is_colleague(struct outside *o, struct span address)
{
	for (size_t i = 0; i < o->cal->npersons; i++)
		if (span_ieq(o->cal->person[i].email, address))
			return true;
	return false;
}

/* The first attendee who is a contact; its account follows by the rules. */
static int
by_attendee(struct outside *o, struct thing *t, struct err *e)
{
	const struct entity *ent =
	    schema_entity(&o->c->s->schema, span("contact"));
	struct span list = act_cell(o->cal, t->value, "with");
	struct err ignored = { 0 };
	uint64_t id;

	while (list.n) {
		struct span who = span_trim(span_cut(&list, ';'));

		if (!memchr(who.p ? who.p : "", '@', who.n) ||
		    is_colleague(o, who))
			continue;
		if (!o->contacts &&
		    resolver_new(o->c->s, ent, &o->contacts, e))
			return -1;
		if (resolver_find(o->contacts, who, &id, &ignored) == 0) {
			put(o, t->after, "contact",
			    id_text(&o->arena, id));
			return 0;
		}
		err_release(&ignored);
	}
	return 0;
}

int
outside_heal(struct outside *o, struct thing *t, struct err *e)
{
	size_t n = o->cal->act->nfields;
	bool own = item_has_own(t->item);

	t->after = arena_alloc(&o->arena, (n + 1) * sizeof *t->after);
	memcpy(t->after, t->value, n * sizeof *t->after);
	if (t->was && !own && item_has_own(t->was->item))
		restore(o, t);
	if (!own && !linked(o, t->after) && by_uid(o, t, e))
		return -1;
	if (!linked(o, t->after) &&
	    (!t->was || !span_eq(act_cell(o->cal, t->value, "note"),
			    act_cell(o->cal, t->was->value, "note"))))
		by_token(o, t);
	if (!linked(o, t->after) &&
	    (!t->was || !span_eq(act_cell(o->cal, t->value, "with"),
			    act_cell(o->cal, t->was->value, "with"))))
		return by_attendee(o, t, e);
	return 0;
}
