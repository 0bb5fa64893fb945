/*
 * Reading items.
 */
#include "crm/calendar/item.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "crm/calendar/item_impl.h"
#include "store/id.h"

struct span
act_cell(const struct calendar *cal, const struct span *value,
    const char *field)
{
	const struct field *f = entity_field(cal->act, span(field));

	return f ? value[f->index] : span("");
}

/* Which of the names the component has; most fields of most items are empty. */
static void
note_names(struct item_read *r)
{
	const struct ics *d = r->it->doc;
	const struct ics_comp *c = &d->comp[r->it->comp];
	const struct act_map *m = r->it->cal->map;

	for (size_t i = c->prop; i < c->prop_end; i++) {
		struct span name = d->prop[i].name;
		char upper[80];
		size_t slot;

		if (d->prop[i].comp != r->it->comp || name.n >= sizeof upper)
			continue;
		for (size_t k = 0; k < name.n; k++)
			upper[k] = (char)toupper((unsigned char)name.p[k]);
		slot = strmap_get(&m->slots, span_n(upper, name.n));
		if (slot != (size_t)-1)
			r->has[slot] = true;
	}
}

/* Can the field be there? Some are made of other properties than their own. */
static bool
may_have(const struct item_read *r, const struct act_field *af)
{
	const struct ics_comp *c = &r->it->doc->comp[r->it->comp];

	switch (af->prop ? af->prop->how : P_TEXT) {
	case P_OWN:
	case P_SERIES:
		return false;
	case P_STATE:
	case P_END:
	case P_ZONE:
	case P_INSTANT:
		return true;
	case P_ALARMS:
		return c->next > r->it->comp + 1;
	default:
		return r->has[af->slot];
	}
}

/* --- the items of a file ------------------------------------------------- */

/* Is it another's copy: of a meeting that is in its owner's calendar? */
static bool
is_copy(const struct item *it)
{
	struct span owner = ics_value(it->doc, it->comp, "X-CRM-OWNER");

	return owner.n && !span_eq(owner, it->path.folder);
}

static int
add_item(struct item **v, size_t *n, size_t *cap, struct strmap *seen,
    const struct item *it, struct err *e)
{
	bool override =
	    ics_find(it->doc, it->comp, "RECURRENCE-ID", ICS_NONE) != ICS_NONE;
	size_t at;

	if (!it->uid.n)
		return err_set(e, ERR_DATA,
		    "%s:%zu: the %.*s has no UID; give it one that no other "
		    "has", it->doc->path, it->doc->comp[it->comp].line,
		    SPANF(it->doc->comp[it->comp].name));
	at = strmap_get(seen, it->uid);
	if (at != (size_t)-1) {
		(*v)[at].series = true;
		/* the master is what the others are overrides of */
		if (!override && ics_find(it->doc, (*v)[at].comp,
				     "RECURRENCE-ID", ICS_NONE) != ICS_NONE)
			(*v)[at].comp = it->comp;
		return 0;
	}
	GROW(*v, *n, *cap);
	strmap_set(seen, it->uid, *n);
	(*v)[(*n)++] = *it;
	return 0;
}

int
items_of(struct calendar *cal, struct ics *doc, const char *path,
    struct item **out, size_t *n, struct err *e)
{
	struct cal_path where;
	struct strmap seen = { 0 };
	size_t cap = 0;
	int r = 0;

	*out = NULL;
	*n = 0;
	for (size_t i = 1; r == 0 && i < doc->ncomps; i++) {
		struct item it = { .cal = cal, .doc = doc, .comp = i };
		int k = item_kind_of(doc->comp[i].name);

		/* of a calendar, not of something within an item */
		if (k < 0 || doc->comp[doc->comp[i].parent].parent != 0)
			continue;
		calendar_path(span(path), &it.path);
		it.kind = (enum item_kind)k;
		it.uid = span_trim(ics_value(doc, i, "UID"));
		r = add_item(out, n, &cap, &seen, &it, e);
	}
	for (size_t i = 0; i < *n; i++)
		(*out)[i].copy = is_copy(&(*out)[i]);
	/* an archive may have been emptied from several sides */
	if (r == 0 && *n == 0 && !(calendar_path(span(path), &where) &&
				     where.archive))
		r = err_set(e, ERR_DATA,
		    "%s:1: there is no event, task or note in it", path);
	strmap_release(&seen);
	if (r) {
		free(*out);
		*out = NULL;
		*n = 0;
	}
	return r;
}

void
items_free(struct item *v)
{
	free(v);
}

/* --- a row --------------------------------------------------------------- */

static struct span
value_of(const struct item_read *r, const char *name)
{
	return ics_value(r->it->doc, r->it->comp, name);
}

static void
flaw(struct item_read *r, size_t prop, const char *what)
{
	const struct ics_prop *p = &r->it->doc->prop[prop];

	if (r->flaw)
		buf_addf(r->flaw, "%s:%zu: %.*s %s\n", r->it->doc->path,
		    p->line, SPANF(p->name), what);
}

static void
read_time(struct item_read *r, const char *name, struct buf *out)
{
	struct ics *d = r->it->doc;
	size_t p = ics_find(d, r->it->comp, name, ICS_NONE);
	struct ical_time t;
	char text[21];

	if (p == ICS_NONE)
		return;
	if (!item_time(d, p, &t)) {
		flaw(r, p, "is no time, or of a zone that is not known");
		return;
	}
	item_cell_of(&t, text);
	buf_adds(out, text);
}

static void
read_end(struct item_read *r, struct buf *out)
{
	struct ical_time t;
	char text[21];

	if (!item_end(r->it->doc, r->it->comp, &t))
		return;
	item_cell_of(&t, text);
	buf_adds(out, text);
}

static void
read_state(struct item_read *r, struct buf *out)
{
	struct span s = ics_value(r->it->doc, r->it->comp, "STATUS");
	struct span own = ics_value(r->it->doc, r->it->comp, "X-CRM-STATE");
	const char *state = "planned";

	if (span_ieqs(s, "CANCELLED"))
		state = "cancelled";
	else if (r->it->kind == ITEM_NOTE)
		state = span_ieqs(s, "DRAFT") ? "planned" : "done";
	else if (r->it->kind == ITEM_TASK) {
		if (span_ieqs(s, "COMPLETED") ||
		    (!s.n && ics_value(r->it->doc, r->it->comp, "COMPLETED").n))
			state = "done";
	} else if (span_ieqs(own, "DONE"))
		state = "done";
	buf_adds(out, state);
}

static void
read_ref(struct item_read *r, const char *field, struct buf *out)
{
	struct ics *d = r->it->doc;
	size_t p = ICS_NONE;

	while ((p = ics_find(d, r->it->comp, "X-CRM-REF", p)) != ICS_NONE) {
		struct span v, type = item_ref_type(d, p, &v);

		if (span_ieqs(type, field) && id_pack(v) && !out->n)
			buf_addspan(out, v);
	}
}

/* A single occurrence has none, though its component may have a copy of it. */
static void
read_rules(struct item_read *r, struct buf *out)
{
	struct ics *d = r->it->doc;
	size_t p = ICS_NONE;

	if (ics_find(d, r->it->comp, "RECURRENCE-ID", ICS_NONE) != ICS_NONE)
		return;
	while ((p = ics_find(d, r->it->comp, "RRULE", p)) != ICS_NONE) {
		struct span rule = d->prop[p].value;

		if (out->n)
			buf_addc(out, ' ');
		for (size_t i = 0; i < rule.n; i++) {
			if (rule.p[i] != ' ' && rule.p[i] != '\t')
				buf_addc(out, rule.p[i]);
		}
	}
}

/*
 * What repeats at a wall time without a zone, does so at that of the store:
 * else a row could not say when, since its start is in UTC.
 */
static void
read_zone(struct item_read *r, struct buf *out)
{
	struct ics *d = r->it->doc;
	size_t p = ics_find(d, r->it->comp, "DTSTART", ICS_NONE);
	const struct ical_zone *z;
	struct ical_time t;
	bool bad = false;

	if (p == ICS_NONE)
		p = ics_find(d, r->it->comp, "DUE", ICS_NONE);
	z = p == ICS_NONE ? NULL : item_zone(d, p, &bad);
	if (z)
		buf_adds(out, ical_zone_name(z));
	else if (p != ICS_NONE && ics_value(d, r->it->comp, "RRULE").n &&
		 item_time(d, p, &t) && t.kind == ICAL_FLOATING)
		buf_adds(out, act_zone(r->it->cal->s));
}

/* What a component of another program is. */
static const char *
plain_type(enum item_kind k)
{
	return k == ITEM_TASK ? "task" : k == ITEM_NOTE ? "note" : "meet";
}

static void
read_text(const struct field *f, struct span v, struct buf *out)
{
	ics_unescape(out, v);
	/* what others write in several lines is one of a table */
	for (size_t i = 0; f->type != F_NOTE && i < out->n; i++) {
		if (out->p[i] == '\n')
			out->p[i] = ' ';
	}
}

static void
read_prop(struct item_read *r, const struct field *f,
    const struct act_field *af, struct buf *out)
{
	const struct act_prop *p = af->prop;
	const char *name = af->name;
	struct span v;

	if (p && p->how == P_INSTANT && r->it->kind != ITEM_TASK &&
	    strcmp(name, "COMPLETED") == 0)
		name = "X-CRM-COMPLETED";
	switch (p ? p->how : P_TEXT) {
	case P_TEXT:
		read_text(f, value_of(r, name), out);
		break;
	case P_RAW:
		v = span_trim(value_of(r, name));
		/* 0: undefined (RFC 5545 §3.8.1.9) */
		if (!(strcmp(name, "PRIORITY") == 0 && span_eqs(v, "0")))
			buf_addspan(out, v);
		break;
	case P_TIME:
	case P_INSTANT:
		read_time(r, name, out);
		break;
	case P_END:
		read_end(r, out);
		break;
	case P_STATE:
		read_state(r, out);
		break;
	case P_REF:
		read_ref(r, f->name, out);
		break;
	case P_WITH:
	case P_REPLIES:
		item_read_with(r, p->how == P_REPLIES, out);
		break;
	case P_ALARMS:
		item_read_alarms(r, out);
		break;
	case P_CLASS:
		v = value_of(r, name);
		if (span_ieqs(v, "PRIVATE") || span_ieqs(v, "CONFIDENTIAL"))
			buf_adds(out, "yes");
		break;
	case P_BUSY:
		v = value_of(r, name);
		if (v.n)
			buf_adds(out,
			    span_ieqs(v, "TRANSPARENT") ? "no" : "yes");
		break;
	case P_TAGS:
		item_read_tags(r, out);
		break;
	case P_RULES:
		read_rules(r, out);
		break;
	case P_ZONE:
		read_zone(r, out);
		break;
	case P_SERIES:
	case P_OWN:
		break;
	}
}

static void
set(struct item_read *r, const char *field, struct span v)
{
	const struct field *f = entity_field(r->it->cal->act, span(field));

	if (f)
		r->value[f->index] = v;
}

static void
set_own(struct item_read *r)
{
	struct calendar *cal = r->it->cal;
	struct span owner = r->it->copy
		? ics_value(r->it->doc, r->it->comp, "X-CRM-OWNER")
		: r->it->path.folder;
	size_t person = calendar_folder(cal, owner);

	set(r, "id", id_text(r->arena, act_id(r->it->uid)));
	set(r, "uid", r->it->uid);
	if (person != (size_t)-1)
		set(r, "owner", cal->person[person].id);
	if (!act_cell(cal, r->value, "type").n)
		set(r, "type", span(plain_type(r->it->kind)));
	if (!act_cell(cal, r->value, "subject").n)
		set(r, "subject", span("(no subject)"));
}

static bool
has_exceptions(const struct item *it)
{
	return it->series || ics_value(it->doc, it->comp, "EXDATE").n ||
	       ics_value(it->doc, it->comp, "RDATE").n;
}

int
item_row(struct item *it, struct arena *arena, struct span *value,
    struct buf *flaws, struct err *e)
{
	struct item_read r = { .it = it, .arena = arena, .flaw = flaws,
		.value = value };
	struct entity *act = it->cal->act;
	int rc = 0;

	r.has = arena_alloc(arena, it->cal->map->nslots);
	note_names(&r);
	for (size_t i = 0; i < act->nfields; i++) {
		const struct act_field *af = &it->cal->map->field[i];

		value[i] = span("");
		if ((act->field[i]->flags & FIELD_VIRTUAL) ||
		    !may_have(&r, af))
			continue;
		buf_reset(&r.text);
		read_prop(&r, act->field[i], af, &r.text);
		if (r.text.n)
			value[i] = arena_span(arena, buf_span(&r.text));
	}
	set_own(&r);
	/* what differs in a series is told against the whole row */
	buf_reset(&r.text);
	if (has_exceptions(it))
		rc = item_read_series(&r, &r.text, e);
	if (r.text.n)
		set(&r, "exceptions", arena_span(arena, buf_span(&r.text)));
	buf_release(&r.text);
	return rc;
}
