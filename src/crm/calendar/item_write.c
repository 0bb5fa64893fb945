/*
 * Changing items, and making new ones: only properties whose field changed.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "crm/calendar/item_impl.h"
#include "crm/calendar/series.h"
#include "store/id.h"

static struct span
cell(const struct item *it, const struct span *value, const char *field)
{
	return act_cell(it->cal, value, field);
}

static bool
differs(const struct item *it, const struct span *before,
    const struct span *after, const char *field)
{
	return !span_eq(cell(it, before, field), cell(it, after, field));
}

/*
 * The parameters of a property that gets another value of that type: those
 * stay that do not tell of the old one.
 */
static struct span
kept(struct ics *d, size_t prop, const char *type, struct buf *b)
{
	static const char *const old[] = { "VALUE", "TZID", "ALTREP",
		"ENCODING", "QUOTED-PRINTABLE", "CHARSET", NULL };
	struct span is;
	bool same = ics_param(d, prop, "VALUE", &is) && span_ieqs(is, type);

	buf_reset(b);
	item_params_but(d->prop[prop].params, old + same, b);
	return buf_span(b);
}

/* An empty value removes the property. */
static int
set_raw(struct item *it, const char *name, const char *type,
    struct span value, struct err *e)
{
	size_t p = ics_find(it->doc, it->comp, name, ICS_NONE);
	struct buf b = { 0 };
	int r = 0;

	if (value.n)
		r = ics_set(it->doc, it->comp, name,
		    p == ICS_NONE ? span("") : kept(it->doc, p, type, &b),
		    value, e);
	else if (p != ICS_NONE)
		ics_remove(it->doc, p);
	buf_release(&b);
	return r;
}

static int
set_text(struct item *it, const char *name, struct span value, struct err *e)
{
	struct buf b = { 0 };
	int r;

	ics_escape(&b, value);
	r = set_raw(it, name, "TEXT", buf_span(&b), e);
	buf_release(&b);
	return r;
}

/* The rules of a cell, one a property; those that stay are not touched. */
static int
set_rules(struct item *it, const char *name, struct span rules, struct err *e)
{
	size_t p = ICS_NONE;
	struct buf b = { 0 };
	int r = 0;

	while (r == 0 &&
	       (p = ics_find(it->doc, it->comp, name, p)) != ICS_NONE) {
		struct span rule = span_cut(&rules, ' ');

		if (rule.n)
			r = ics_replace(it->doc, p,
			    kept(it->doc, p, "RECUR", &b), rule, e);
		else
			ics_remove(it->doc, p);
	}
	while (r == 0 && rules.n)
		r = ics_add(it->doc, it->comp, name, span(""),
		    span_cut(&rules, ' '), e);
	buf_release(&b);
	return r;
}

static int
set_state(struct item *it, struct span state, struct err *e)
{
	static const char *const words[ITEM_KINDS][3] = {
		[ITEM_EVENT] = { "CONFIRMED", "CONFIRMED", "CANCELLED" },
		[ITEM_TASK] = { "NEEDS-ACTION", "COMPLETED", "CANCELLED" },
		[ITEM_NOTE] = { "DRAFT", "FINAL", "CANCELLED" },
	};
	struct span old = ics_value(it->doc, it->comp, "STATUS");
	bool done = span_eqs(state, "done");
	const char *word =
	    words[it->kind][done ? 1 : span_eqs(state, "cancelled") ? 2 : 0];

	if (it->kind == ITEM_EVENT &&
	    set_text(it, "X-CRM-STATE", span(done ? "DONE" : ""), e))
		return -1;
	/* a meeting without a status, or a tentative one, stays what it is */
	if (it->kind == ITEM_EVENT && strcmp(word, "CONFIRMED") == 0 &&
	    !span_ieqs(old, "CANCELLED"))
		return 0;
	return set_text(it, "STATUS", span(word), e);
}

/* The zone in which the times of a row are to be written; false: as it is. */
static bool
zone_of(const struct item *it, const struct span *after,
    struct ical_time *like, struct err *e)
{
	struct span zone = cell(it, after, "zone");

	memset(like, 0, sizeof *like);
	like->kind = ICAL_UTC;
	if (!zone.n)
		return true;
	like->zone = ical_zone(zone, span(""), e);
	like->kind = ICAL_ZONED;
	return like->zone != NULL;
}

bool
item_has_zone(const struct ics *d, struct span tzid)
{
	for (size_t i = 1; i < d->ncomps; i++) {
		if (span_ieqs(d->comp[i].name, "VTIMEZONE") &&
		    span_eq(span_trim(ics_value(d, i, "TZID")), tzid))
			return true;
	}
	return false;
}

/* A TZID needs its definition in the file (RFC 5545 §3.2.19). */
static int
add_zone(struct item *it, const struct ical_time *like, struct span start,
    struct err *e)
{
	struct buf b = { 0 };
	int64_t from = clock_now();
	int r = 0;

	if (like->kind != ICAL_ZONED ||
	    item_has_zone(it->doc, span(ical_zone_name(like->zone))))
		return 0;
	when_parse(start, &from, NULL);
	r = ical_vtimezone(&b, like->zone, from, it->doc->crlf, e);
	if (r == 0)
		r = ics_add_text(it->doc, it->doc->comp[it->comp].parent,
		    buf_span(&b), e);
	buf_release(&b);
	return r;
}

/* Start, end and due, which are read and written together. */
static int
set_times(struct item *it, const struct span *before,
    const struct span *after, struct err *e)
{
	struct ical_time like;
	const struct ical_time *form = NULL;
	bool zone = differs(it, before, after, "zone");
	bool start = zone || differs(it, before, after, "start");
	size_t duration = ics_find(it->doc, it->comp, "DURATION", ICS_NONE);
	bool end = zone || differs(it, before, after, "end") ||
		   (start && duration != ICS_NONE);

	if (zone) {
		if (!zone_of(it, after, &like, e) ||
		    add_zone(it, &like, cell(it, after, "start"), e))
			return -1;
		form = &like;
	}
	if (start && item_set_time(it->doc, it->comp, "DTSTART",
			 cell(it, after, "start"), form, false, e))
		return err_prefix(e, "start: ");
	if (it->kind == ITEM_EVENT && end) {
		if (duration != ICS_NONE)
			ics_remove(it->doc, duration);
		if (item_set_time(it->doc, it->comp, "DTEND",
			cell(it, after, "end"), form, true, e))
			return err_prefix(e, "end: ");
	}
	if (it->kind == ITEM_TASK &&
	    (zone || differs(it, before, after, "due"))) {
		if (duration != ICS_NONE)
			ics_remove(it->doc, duration);
		if (item_set_time(it->doc, it->comp, "DUE",
			cell(it, after, "due"), form, false, e))
			return err_prefix(e, "due: ");
	}
	return 0;
}

static int
item_set_field(struct item *it, const struct field *f,
    const struct span *before, const struct span *after, struct err *e)
{
	const struct act_prop *p = act_prop(f);
	struct span old = before[f->index], new = after[f->index];
	char name[80];

	act_prop_name(f, p, name);
	switch (p ? p->how : P_TEXT) {
	case P_TEXT:
		return set_text(it, name, new, e);
	case P_RAW:
		return set_raw(it, name,
		    strcmp(name, "URL") == 0 ? "URI" : "INTEGER", new, e);
	case P_INSTANT:
		if (it->kind != ITEM_TASK && strcmp(name, "COMPLETED") == 0)
			snprintf(name, sizeof name, "X-CRM-COMPLETED");
		return item_set_time(it->doc, it->comp, name, new,
		    &(struct ical_time){ .kind = ICAL_UTC }, false, e);
	case P_STATE:
		return set_state(it, new, e);
	case P_REF:
		return item_set_ref(it, f->name, new, e);
	case P_WITH:
		return item_set_with(it, old, new, e);
	case P_REPLIES:
		return item_set_replies(it, new, e);
	case P_ALARMS:
		return item_set_alarms(it, old, new, e);
	case P_CLASS:
		return set_text(it, name,
		    span(span_eqs(new, "yes") ? "PRIVATE" : ""), e);
	case P_BUSY:
		return set_text(it, name,
		    span(span_eqs(new, "no")  ? "TRANSPARENT"
			 : new.n	      ? "OPAQUE"
					      : ""), e);
	case P_TAGS:
		return item_set_tags(it, new, e);
	case P_RULES:
		return set_rules(it, name, new, e);
	case P_SERIES:
		return item_set_series(it, old, new, after, e);
	case P_TIME:
	case P_END:
	case P_ZONE:
	case P_OWN:
		return 0; /* together: set_times(); elsewhere: store.c */
	}
	return 0;
}

/* What tells other programs that theirs is the older one (RFC 5546 §2.1.4). */
static int
set_stamps(struct item *it, bool moved, struct err *e)
{
	struct ical_time now = { .kind = ICAL_UTC };
	char at[20], seq[24];
	int64_t n = 0;

	now = ical_from_instant(clock_now(), &now);
	ical_time_format(&now, at);
	if (set_raw(it, "DTSTAMP", "DATE-TIME", span(at), e) ||
	    set_raw(it, "LAST-MODIFIED", "DATE-TIME", span(at), e))
		return -1;
	if (!moved)
		return 0;
	if (!span_int(span_trim(ics_value(it->doc, it->comp, "SEQUENCE")), &n) ||
	    n < 0)
		n = 0;
	/* others wrote it, and an integer of iCalendar has 32 bits */
	n = n < INT32_MAX ? n + 1 : INT32_MAX;
	snprintf(seq, sizeof seq, "%lld", (long long)n);
	return set_raw(it, "SEQUENCE", "INTEGER", span(seq), e);
}

static int
check_fits(const struct item *it, const struct field *f, struct span v,
    struct err *e)
{
	const struct act_prop *p = act_prop(f);

	if (!v.n || act_prop_fits(p, it->kind))
		return 0;
	return err_set(e, ERR_USAGE, "%s: %s have none%s", f->name,
	    it->kind == ITEM_TASK   ? "tasks"
	    : it->kind == ITEM_NOTE ? "notes"
				    : "events",
	    it->kind == ITEM_TASK && strcmp(f->name, "end") == 0
		? ", they have a due"
		: "");
}

static int
set_item(struct item *it, const struct span *before, const struct span *after,
    bool *moved, bool *changed, struct err *e)
{
	static const char *const moves[] = { "start", "end", "due", "where",
		"repeat", "exceptions", "state" };
	struct entity *act = it->cal->act;

	for (size_t i = 0; i < act->nfields; i++) {
		const struct field *f = act->field[i];

		if ((f->flags & FIELD_VIRTUAL) ||
		    span_eq(before[i], after[i]))
			continue;
		*changed = true;
		for (size_t k = 0; k < sizeof moves / sizeof *moves; k++)
			*moved |= strcmp(f->name, moves[k]) == 0 &&
				  !(strcmp(f->name, "exceptions") == 0 &&
				      series_same_plan(before[i], after[i]));
		if (check_fits(it, f, after[i], e) ||
		    item_set_field(it, f, before, after, e))
			return -1;
	}
	return set_times(it, before, after, e);
}

int
item_set(struct item *it, const struct span *before, const struct span *after,
    struct err *e)
{
	bool moved = false, changed = false;

	if (set_item(it, before, after, &moved, &changed, e))
		return -1;
	return changed ? set_stamps(it, moved, e) : 0;
}

static int
skeleton(struct calendar *cal, enum item_kind kind, const struct span *after,
    struct buf *b, struct err *e)
{
	struct ical_time now = { .kind = ICAL_UTC };
	const char *comp = item_kind_component(kind);
	char at[20];

	now = ical_from_instant(clock_now(), &now);
	ical_time_format(&now, at);
	buf_adds(b, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
		    "PRODID:-//crm//crm//EN\r\n");
	buf_addf(b, "BEGIN:%s\r\n", comp);
	if (ics_line(b, "UID", span(""), act_cell(cal, after, "uid"), true, e))
		return err_prefix(e, "uid: ");
	buf_addf(b, "DTSTAMP:%s\r\nSEQUENCE:0\r\n", at);
	if (kind == ITEM_TASK)
		buf_adds(b, "STATUS:NEEDS-ACTION\r\n");
	buf_adds(b, "CATEGORIES:CRM\r\n");
	buf_addf(b, "END:%s\r\nEND:VCALENDAR\r\n", comp);
	return 0;
}

int
item_new(struct calendar *cal, enum item_kind kind, const struct span *after,
    struct buf *out, struct err *e)
{
	struct arena arena = { 0 };
	struct span *none =
	    arena_alloc(&arena, (cal->act->nfields + 1) * sizeof *none);
	struct buf text = { 0 };
	struct ics doc = { 0 };
	struct item *it = NULL;
	size_t n = 0;
	bool moved = false, changed = false;
	int r = skeleton(cal, kind, after, &text, e);

	if (r == 0)
		r = ics_parse(&doc, "new", &text, e);
	if (r == 0)
		r = items_of(cal, &doc, "calendar/new/events/new.ics", &it, &n,
		    e);
	if (r == 0)
		r = set_item(it, none, after, &moved, &changed, e);
	if (r == 0)
		ics_write(&doc, out);
	items_free(it);
	ics_release(&doc);
	buf_release(&text);
	arena_release(&arena);
	return r;
}
