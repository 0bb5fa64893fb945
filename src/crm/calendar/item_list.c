/*
 * What an item has several of: attendees, alarms, categories, links.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/clock.h"
#include "base/mem.h"
#include "crm/calendar/item_impl.h"
#include "store/id.h"

bool
item_mail(struct span value, struct buf *out)
{
	size_t at = out->n;

	value = span_trim(value);
	if (span_istarts(value, span("mailto:")))
		value = span_n(value.p + 7, value.n - 7);
	for (size_t i = 0; i < value.n; i++) {
		unsigned char c = (unsigned char)value.p[i];

		if (c <= ' ' || c == ';' || c == ',')
			break;
		buf_addc(out, ascii_lower((char)c));
	}
	if (!memchr(out->p ? out->p + at : "", '@', out->n - at)) {
		buf_cut(out, at);
		return false;
	}
	return true;
}

static int
by_text(const void *a, const void *b)
{
	return span_cmp(*(const struct span *)a, *(const struct span *)b);
}

/* The parts of "a;b;c", sorted, each once. */
struct parts {
	struct span *v;
	size_t n, cap;
};

static void
parts_add(struct parts *p, struct span s)
{
	GROW(p->v, p->n, p->cap);
	p->v[p->n++] = s;
}

static void
parts_of(struct span list, struct parts *p)
{
	while (list.n) {
		struct span one = span_trim(span_cut(&list, ';'));

		if (one.n)
			parts_add(p, one);
	}
}

static bool
parts_have(const struct parts *p, struct span s)
{
	for (size_t i = 0; i < p->n; i++) {
		if (span_ieq(p->v[i], s))
			return true;
	}
	return false;
}

static void
parts_write(struct parts *p, struct buf *out)
{
	if (p->n)
		qsort(p->v, p->n, sizeof *p->v, by_text);
	for (size_t i = 0; i < p->n; i++) {
		if (i && span_eq(p->v[i], p->v[i - 1]))
			continue;
		if (out->n)
			buf_addc(out, ';');
		buf_addspan(out, p->v[i]);
	}
}

/* --- attendees ----------------------------------------------------------- */

void
item_read_with(struct item_read *r, bool replies, struct buf *out)
{
	struct ics *d = r->it->doc;
	struct parts all = { 0 };
	struct buf b = { 0 };
	size_t p = ICS_NONE;
	struct span status;

	while ((p = ics_find(d, r->it->comp, "ATTENDEE", p)) != ICS_NONE) {
		buf_reset(&b);
		if (!item_mail(d->prop[p].value, &b))
			continue;
		if (replies) {
			if (!ics_param(d, p, "PARTSTAT", &status) ||
			    span_ieqs(status, "NEEDS-ACTION"))
				continue;
			buf_addc(&b, '=');
			for (size_t i = 0; i < status.n; i++)
				buf_addc(&b,
				    ascii_lower(status.p[i]));
		}
		parts_add(&all, arena_span(r->arena, buf_span(&b)));
	}
	parts_write(&all, out);
	free(all.v);
	buf_release(&b);
}

/* The ATTENDEE of an address, or ICS_NONE. */
static size_t
attendee(struct item *it, struct span mail)
{
	size_t p = ICS_NONE;
	struct buf b = { 0 };

	while ((p = ics_find(it->doc, it->comp, "ATTENDEE", p)) != ICS_NONE) {
		buf_reset(&b);
		if (item_mail(it->doc->prop[p].value, &b) &&
		    span_ieq(buf_span(&b), mail))
			break;
	}
	buf_release(&b);
	return p;
}

int
item_set_with(
    struct item *it, struct span old, struct span new, struct err *e)
{
	struct parts was = { 0 }, is = { 0 };
	struct buf v = { 0 };
	int r = 0;

	parts_of(old, &was);
	parts_of(new, &is);
	for (size_t i = 0; i < was.n; i++) {
		size_t p = parts_have(&is, was.v[i]) ? ICS_NONE
						     : attendee(it, was.v[i]);

		if (p != ICS_NONE)
			ics_remove(it->doc, p);
	}
	for (size_t i = 0; r == 0 && i < is.n; i++) {
		if (parts_have(&was, is.v[i]))
			continue;
		if (!memchr(is.v[i].p, '@', is.v[i].n)) {
			r = err_set(e, ERR_DATA,
			    "with: '%.*s' is no mail address", SPANF(is.v[i]));
			break;
		}
		buf_reset(&v);
		buf_addf(&v, "mailto:%.*s", SPANF(is.v[i]));
		r = ics_add(it->doc, it->comp, "ATTENDEE",
		    span("PARTSTAT=NEEDS-ACTION;RSVP=TRUE"), buf_span(&v), e);
	}
	free(was.v);
	free(is.v);
	buf_release(&v);
	return r;
}

void
item_params_but(struct span params, const char *const *names, struct buf *out)
{
	while (params.n) {
		struct span one = ics_cut_param(&params), rest = one;
		struct span name = span_trim(span_cut(&rest, '='));
		bool quoted = false, drop = !one.n;

		for (size_t i = 0; i < one.n; i++)
			quoted ^= one.p[i] == '"';
		for (size_t i = 0; names[i] && !drop; i++)
			drop = span_ieqs(name, names[i]);
		if (drop || quoted)
			continue;
		if (out->n)
			buf_addc(out, ';');
		buf_addspan(out, one);
	}
}

/* The parameters of an attendee with another PARTSTAT. */
static void
with_status(struct span params, struct span status, struct buf *out)
{
	static const char *const old[] = { "PARTSTAT", NULL };

	item_params_but(params, old, out);
	buf_adds(out, out->n ? ";PARTSTAT=" : "PARTSTAT=");
	for (size_t i = 0; i < status.n; i++)
		buf_addc(out, ascii_upper(status.p[i]));
}

int
item_set_replies(struct item *it, struct span new, struct err *e)
{
	struct buf params = { 0 };
	int r = 0;

	while (r == 0 && new.n) {
		struct span status = span_trim(span_cut(&new, ';'));
		struct span mail = span_cut(&status, '=');
		size_t p = attendee(it, mail);

		if (p == ICS_NONE || !status.n)
			continue;
		buf_reset(&params);
		with_status(it->doc->prop[p].params, status, &params);
		r = ics_replace(it->doc, p, buf_span(&params),
		    it->doc->prop[p].value, e);
	}
	buf_release(&params);
	return r;
}

/* --- alarms -------------------------------------------------------------- */

static void
lead_text(int64_t s, struct buf *out)
{
	if (s % 86400 == 0 && s)
		buf_addf(out, "%lldd", (long long)(s / 86400));
	else if (s % 3600 == 0 && s)
		buf_addf(out, "%lldh", (long long)(s / 3600));
	else
		buf_addf(out, "%lldm", (long long)(s / 60));
}

/* -PT15M is "15m"; what comes later, or at a fixed time, is told otherwise. */
static bool
trigger_text(struct ics *d, size_t p, struct buf *out)
{
	struct ical_time at;
	struct span v = span_trim(d->prop[p].value);
	int64_t s;
	char text[21];

	if (ical_duration(v, &s)) {
		if (s <= 0)
			lead_text(-s, out);
		return s <= 0;
	}
	if (!ical_time_parse(v, NULL, &at) || at.kind == ICAL_DATE)
		return false;
	item_cell_of(&at, text);
	buf_adds(out, text);
	return true;
}

/* An alarm that we can tell: the text of its trigger. */
static bool
alarm_of(struct ics *d, size_t alarm, struct buf *out)
{
	size_t p = ics_find(d, alarm, "TRIGGER", ICS_NONE);

	return p != ICS_NONE && trigger_text(d, p, out);
}

void
item_read_alarms(struct item_read *r, struct buf *out)
{
	struct ics *d = r->it->doc;
	struct parts all = { 0 };
	struct buf b = { 0 };
	size_t a = ICS_NONE;

	while ((a = ics_child(d, r->it->comp, "VALARM", a)) != ICS_NONE) {
		buf_reset(&b);
		if (alarm_of(d, a, &b))
			parts_add(&all, arena_span(r->arena, buf_span(&b)));
	}
	parts_write(&all, out);
	free(all.v);
	buf_release(&b);
}

bool
alarm_canonical(struct span entry, struct buf *out)
{
	int64_t s;

	if (!act_duration(entry, &s))
		return false;
	lead_text(s, out);
	return true;
}

/* So long before, or an instant. */
static bool
alarm_trigger(struct span entry, bool task, struct buf *params,
    struct buf *value)
{
	struct ical_time at;
	int64_t v;

	if (act_duration(entry, &v)) {
		if (task)
			buf_adds(params, "RELATED=END");
		if (v % 86400 == 0 && v)
			buf_addf(value, "-P%lldD", (long long)(v / 86400));
		else
			buf_addf(value, "-PT%lldM", (long long)(v / 60));
		return true;
	}
	if (!item_time_of(entry, NULL, &at) || at.kind == ICAL_DATE)
		return false;
	buf_adds(params, "VALUE=DATE-TIME");
	item_time_text(&at, params, value);
	return true;
}

static int
alarm_text(struct span entry, bool task, struct buf *out, bool crlf,
    struct err *e)
{
	struct buf params = { 0 }, value = { 0 };
	int r = 0;

	if (!alarm_trigger(entry, task, &params, &value))
		r = err_set(e, ERR_USAGE,
		    "remind: '%.*s' is not understood; say 15m, 2h, 1d, or a "
		    "time", SPANF(entry));
	if (r == 0)
		r = ics_line(out, "BEGIN", span(""), span("VALARM"), crlf, e);
	if (r == 0)
		r = ics_line(
		    out, "ACTION", span(""), span("DISPLAY"), crlf, e);
	if (r == 0)
		r = ics_line(out, "TRIGGER", buf_span(&params),
		    buf_span(&value), crlf, e);
	if (r == 0)
		r = ics_line(
		    out, "DESCRIPTION", span(""), span("Reminder"), crlf, e);
	if (r == 0)
		r = ics_line(out, "END", span(""), span("VALARM"), crlf, e);
	buf_release(&params);
	buf_release(&value);
	return r;
}

int
item_set_alarms(
    struct item *it, struct span old, struct span new, struct err *e)
{
	struct parts was = { 0 }, is = { 0 };
	struct buf b = { 0 };
	size_t a = ICS_NONE;
	int r = 0;

	parts_of(old, &was);
	parts_of(new, &is);
	while ((a = ics_child(it->doc, it->comp, "VALARM", a)) != ICS_NONE) {
		buf_reset(&b);
		if (alarm_of(it->doc, a, &b) && !parts_have(&is, buf_span(&b)))
			ics_remove_comp(it->doc, a);
	}
	buf_reset(&b);
	for (size_t i = 0; r == 0 && i < is.n; i++) {
		if (!parts_have(&was, is.v[i]))
			r = alarm_text(is.v[i],
			    it->kind == ITEM_TASK && !ics_value(it->doc,
				it->comp, "DTSTART").n,
			    &b, it->doc->crlf, e);
	}
	if (r == 0 && b.n)
		r = ics_add_text(it->doc, it->comp, buf_span(&b), e);
	free(was.v);
	free(is.v);
	buf_release(&b);
	return r;
}

/* --- categories and links ------------------------------------------------ */

void
item_read_tags(struct item_read *r, struct buf *out)
{
	struct ics *d = r->it->doc;
	struct parts all = { 0 };
	struct buf b = { 0 };
	size_t p = ICS_NONE;

	while ((p = ics_find(d, r->it->comp, "CATEGORIES", p)) != ICS_NONE) {
		struct span list = d->prop[p].value;

		while (list.n) {
			struct span one = ics_cut(&list, ',');

			buf_reset(&b);
			ics_unescape(&b, span_trim(one));
			for (size_t i = 0; i < b.n; i++)
				if (b.p[i] == ';' || b.p[i] == '\n')
					b.p[i] = ' ';
			if (b.n && !span_ieqs(buf_span(&b), "CRM"))
				parts_add(&all,
				    arena_span(r->arena, buf_span(&b)));
		}
	}
	parts_write(&all, out);
	free(all.v);
	buf_release(&b);
}

/* "CRM" stays the first, so that other programs can tell ours. */
int
item_set_tags(struct item *it, struct span new, struct err *e)
{
	struct parts is = { 0 };
	struct buf v = { 0 };
	size_t first = ics_find(it->doc, it->comp, "CATEGORIES", ICS_NONE);
	size_t p = first;
	int r = 0;

	while (p != ICS_NONE &&
	    (p = ics_find(it->doc, it->comp, "CATEGORIES", p)) != ICS_NONE)
		ics_remove(it->doc, p);
	parts_of(new, &is);
	buf_adds(&v, "CRM");
	for (size_t i = 0; i < is.n; i++) {
		buf_addc(&v, ',');
		ics_escape(&v, is.v[i]);
	}
	r = ics_set(it->doc, it->comp, "CATEGORIES", span(""), buf_span(&v), e);
	free(is.v);
	buf_release(&v);
	return r;
}

struct span
item_ref_type(struct ics *d, size_t prop, struct span *id)
{
	static const struct {
		char letter;
		const char *field;
	} of[] = { { 'O', "opp" }, { 'A', "account" }, { 'C', "contact" },
		{ 'L', "lead" }, { 'M', "campaign" } };
	struct span v = span_trim(d->prop[prop].value), type = span("");
	uint64_t packed;

	if (memchr(v.p, ':', v.n)) {
		type = span_cut(&v, ':');
	} else if (!ics_param(d, prop, "X-CRM-TYPE", &type)) {
		packed = id_pack(v);
		for (size_t i = 0; packed && i < sizeof of / sizeof *of; i++)
			if (id_letter(packed) == of[i].letter)
				type = span(of[i].field);
	}
	*id = v;
	return type;
}

int
item_set_ref(
    struct item *it, const char *field, struct span id, struct err *e)
{
	struct ics *d = it->doc;
	struct buf v = { 0 }, params = { 0 };
	size_t p = ICS_NONE, old = ICS_NONE;
	int r = 0;

	while ((p = ics_find(d, it->comp, "X-CRM-REF", p)) != ICS_NONE) {
		struct span value;

		if (!span_ieqs(item_ref_type(d, p, &value), field))
			continue;
		if (old == ICS_NONE && id.n)
			old = p;
		else
			ics_remove(d, p);
	}
	buf_addf(&params, "X-CRM-TYPE=%s", field);
	buf_addspan(&v, id);
	if (old != ICS_NONE)
		r = ics_replace(d, old, buf_span(&params), buf_span(&v), e);
	else if (id.n)
		r = ics_add(d, it->comp, "X-CRM-REF", buf_span(&params),
		    buf_span(&v), e);
	buf_release(&v);
	buf_release(&params);
	return r;
}
