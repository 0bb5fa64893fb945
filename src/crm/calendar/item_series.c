/*
 * What differs in a series: EXDATE and RECURRENCE-ID (RFC 5545 §3.8.5.1,
 * §3.8.4.4), as lines of the field "exceptions" and back.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "crm/calendar/item_impl.h"

/* Fields that an occurrence can have otherwise. */
static const char *const fields[] = { "start", "end", "due", "subject",
	"where", "note", "state", "completed", "outcome", "result",
	"purpose" };
#define NFIELDS (sizeof fields / sizeof *fields)

struct line {
	struct span key;  /* "2026-11-27T13:00:00Z", "+" behind it: from then */
	struct span rest; /* "-" or "start=...;..." */
};

struct lines {
	struct line *v;
	size_t n, cap;
};

static void
lines_of(struct span text, struct lines *out)
{
	while (text.n) {
		struct span rest = span_trim(span_cut(&text, '\n'));
		struct span key = span_cut(&rest, ' ');

		if (!key.n)
			continue;
		GROW(out->v, out->n, out->cap);
		out->v[out->n].key = key;
		out->v[out->n++].rest = span_trim(rest);
	}
}

static const struct line *
line_find(const struct lines *l, struct span key)
{
	for (size_t i = 0; i < l->n; i++) {
		if (span_eq(l->v[i].key, key))
			return &l->v[i];
	}
	return NULL;
}

/* --- reading ------------------------------------------------------------- */

/* The key of a RECURRENCE-ID or of one EXDATE value; false: it is no time. */
static bool
key_of(struct ics *d, size_t prop, struct span value, struct buf *out)
{
	bool bad;
	struct ical_time t;
	struct span range;
	char text[21];

	if (!ical_time_parse(span_trim(value), item_zone(d, prop, &bad), &t))
		return false;
	item_cell_of(&t, text);
	buf_adds(out, text);
	if (ics_param(d, prop, "RANGE", &range) &&
	    span_ieqs(range, "THISANDFUTURE"))
		buf_addc(out, '+');
	return true;
}

/* Is it an override of this item? Then its RECURRENCE-ID. */
static size_t
override_of(struct item *it, size_t comp)
{
	struct ics *d = it->doc;

	if (comp == it->comp ||
	    d->comp[comp].parent != d->comp[it->comp].parent ||
	    !span_ieq(d->comp[comp].name, d->comp[it->comp].name) ||
	    !span_eq(span_trim(ics_value(d, comp, "UID")), it->uid))
		return ICS_NONE;
	return ics_find(d, comp, "RECURRENCE-ID", ICS_NONE);
}

/* When the occurrence would begin, and end or be due, by the master. */
static void
expected(const struct span *master, struct calendar *cal, struct span key,
    const char *field, char out[21])
{
	struct span start = act_cell(cal, master, "start");
	struct span other = act_cell(cal, master, field);
	int64_t at, from, to;
	bool timed, t2;

	out[0] = '\0';
	if (!start.n)
		start = act_cell(cal, master, "due");
	if (!other.n || !when_parse(key, &at, &timed) ||
	    !when_parse(start, &from, &t2) || !when_parse(other, &to, &t2))
		return;
	if (timed)
		instant_format(at + (to - from), out);
	else
		date_format(clock_day(at + (to - from) + 43200, NULL), out);
}

static void
put_field(struct buf *out, const char *field, struct span v)
{
	if (out->n && out->p[out->n - 1] != ' ')
		buf_addc(out, ';');
	buf_addf(out, "%s=", field);
	ics_escape(out, v);
}

static int
read_override(struct item_read *r, size_t comp, size_t rid, struct buf *out,
    struct err *e)
{
	struct calendar *cal = r->it->cal;
	struct item it = *r->it;
	struct span *v =
	    arena_alloc(r->arena, (cal->act->nfields + 1) * sizeof *v);
	struct buf key = { 0 };
	char text[21];

	it.comp = comp;
	if (!key_of(it.doc, rid, it.doc->prop[rid].value, &key))
		return 0;
	if (item_row(&it, r->arena, v, r->flaw, e)) {
		buf_release(&key);
		return -1;
	}
	buf_addf(out, "%s ", key.p);
	if (key.p[key.n - 1] == '+')
		key.n--;
	for (size_t i = 0; i < NFIELDS; i++) {
		struct span own = act_cell(cal, v, fields[i]);
		struct span theirs = act_cell(cal, r->value, fields[i]);

		if (i < 3) {
			expected(
			    r->value, cal, buf_span(&key), fields[i], text);
			theirs = span(text);
		}
		if (!span_eq(own, theirs))
			put_field(out, fields[i], own);
	}
	buf_release(&key);
	return 0;
}

static int
by_line(const void *a, const void *b)
{
	return span_cmp(*(const struct span *)a, *(const struct span *)b);
}

static void
read_exdates(struct item_read *r, struct span **line, size_t *n, size_t *cap)
{
	struct ics *d = r->it->doc;
	struct buf b = { 0 };
	size_t p = ICS_NONE;

	while ((p = ics_find(d, r->it->comp, "EXDATE", p)) != ICS_NONE) {
		struct span list = d->prop[p].value;

		while (list.n) {
			struct span one = ics_cut(&list, ',');

			buf_reset(&b);
			if (!key_of(d, p, one, &b))
				continue;
			buf_adds(&b, " -");
			GROW(*line, *n, *cap);
			(*line)[(*n)++] = arena_span(r->arena, buf_span(&b));
		}
	}
	buf_release(&b);
}

/* An override shows only where the row of its master is known: read last. */
int
item_read_series(struct item_read *r, struct buf *out, struct err *e)
{
	struct ics *d = r->it->doc;
	struct span *line = NULL;
	size_t n = 0, cap = 0;
	struct buf b = { 0 };
	int rc = 0;

	/* an override is read by item_row(), too, and has none of its own */
	if (ics_find(d, r->it->comp, "RECURRENCE-ID", ICS_NONE) != ICS_NONE)
		return 0;
	read_exdates(r, &line, &n, &cap);
	for (size_t i = d->comp[d->comp[r->it->comp].parent].parent == 0
			    ? d->comp[r->it->comp].parent + 1
			    : 1;
	     rc == 0 && i < d->ncomps &&
	     i < d->comp[d->comp[r->it->comp].parent].next;
	     i++) {
		size_t rid = override_of(r->it, i);

		if (rid == ICS_NONE)
			continue;
		buf_reset(&b);
		rc = read_override(r, i, rid, &b, e);
		if (!b.n)
			continue;
		GROW(line, n, cap);
		line[n++] = arena_span(r->arena, buf_span(&b));
	}
	if (n)
		qsort(line, n, sizeof *line, by_line);
	for (size_t i = 0; i < n; i++) {
		if (i && span_eq(line[i], line[i - 1]))
			continue;
		if (out->n)
			buf_addc(out, '\n');
		buf_addspan(out, line[i]);
	}
	free(line);
	buf_release(&b);
	return rc;
}

/* --- writing ------------------------------------------------------------- */

static size_t
find_override(struct item *it, struct span key)
{
	struct buf b = { 0 };
	size_t found = ICS_NONE;

	for (size_t i = 1; i < it->doc->ncomps && found == ICS_NONE; i++) {
		size_t rid = override_of(it, i);

		buf_reset(&b);
		if (rid != ICS_NONE &&
		    key_of(it->doc, rid, it->doc->prop[rid].value, &b) &&
		    span_eq(buf_span(&b), key))
			found = i;
	}
	buf_release(&b);
	return found;
}

/* Takes a moment out of the EXDATEs. */
static int
drop_exdate(struct item *it, struct span key, struct err *e)
{
	struct ics *d = it->doc;
	struct buf b = { 0 }, left = { 0 };
	size_t p = ICS_NONE;
	int r = 0;

	while (r == 0 &&
	       (p = ics_find(d, it->comp, "EXDATE", p)) != ICS_NONE) {
		struct span list = d->prop[p].value;
		bool found = false;

		buf_reset(&left);
		while (list.n) {
			struct span one = ics_cut(&list, ',');

			buf_reset(&b);
			if (key_of(d, p, one, &b) &&
			    span_eq(buf_span(&b), key)) {
				found = true;
				continue;
			}
			if (left.n)
				buf_addc(&left, ',');
			buf_addspan(&left, one);
		}
		if (found && left.n)
			r = ics_replace(
			    d, p, d->prop[p].params, buf_span(&left), e);
		else if (found)
			ics_remove(d, p);
	}
	buf_release(&b);
	buf_release(&left);
	return r;
}

/* The form of the series' times: that of its start, else of its due. */
static bool
series_form(struct item *it, const struct span *after, struct ical_time *out)
{
	struct ics *d = it->doc;
	struct span zone = act_cell(it->cal, after, "zone");
	struct span start = act_cell(it->cal, after, "start");
	size_t p = ics_find(d, it->comp, "DTSTART", ICS_NONE);

	if (p == ICS_NONE)
		p = ics_find(d, it->comp, "DUE", ICS_NONE);
	if (p != ICS_NONE)
		return item_time(d, p, out);
	memset(out, 0, sizeof *out);
	out->kind = start.n == 10 ? ICAL_DATE : ICAL_UTC;
	if (zone.n && start.n != 10) {
		out->zone = ical_zone(zone, span(""), NULL);
		out->kind = out->zone ? ICAL_ZONED : ICAL_UTC;
	}
	return true;
}

static int
add_exdate(struct item *it, const struct ical_time *form, struct span key,
    struct err *e)
{
	struct buf params = { 0 }, value = { 0 };
	struct ical_time t;
	int r;

	if (!item_time_of(key, form, &t))
		return err_set(e, ERR_DATA, "exceptions: '%.*s' is no time",
		    SPANF(key));
	item_time_text(&t, &params, &value);
	r = ics_add(it->doc, it->comp, "EXDATE", buf_span(&params),
	    buf_span(&value), e);
	buf_release(&params);
	buf_release(&value);
	return r;
}

/* The row of an occurrence: the master's, moved there, and what is said. */
static int
occurrence_row(struct item *it, const struct line *l,
    const struct span *master, struct arena *arena, struct span *v,
    struct err *e)
{
	struct calendar *cal = it->cal;
	struct span key = l->key, rest = l->rest;
	struct buf b = { 0 };
	char text[21];

	if (key.n && key.p[key.n - 1] == '+')
		key.n--;
	memcpy(v, master, cal->act->nfields * sizeof *v);
	for (size_t i = 0; i < 3; i++) {
		const struct field *f = entity_field(cal->act, span(fields[i]));

		expected(master, cal, key, fields[i], text);
		v[f->index] = arena_span(arena, span(text));
	}
	v[entity_field(cal->act, span("exceptions"))->index] = span("");
	v[entity_field(cal->act, span("repeat"))->index] = span("");
	while (rest.n) {
		struct span one = ics_cut(&rest, ';');
		struct span name = span_cut(&one, '=');
		const struct field *f = entity_field(cal->act, name);
		size_t k = 0;

		while (k < NFIELDS && !(f && strcmp(f->name, fields[k]) == 0))
			k++;
		if (k == NFIELDS) {
			buf_release(&b);
			return err_set(e, ERR_DATA,
			    "exceptions: an occurrence has no '%.*s' of its "
			    "own", SPANF(name));
		}
		buf_reset(&b);
		ics_unescape(&b, one);
		v[f->index] = arena_span(arena, buf_span(&b));
	}
	buf_release(&b);
	return 0;
}

/* A new override: the lines of a component of its own. */
static int
add_override(struct item *it, const struct ical_time *form,
    const struct line *l, const struct span *v, struct err *e)
{
	struct buf text = { 0 }, params = { 0 }, value = { 0 };
	struct span key = l->key;
	struct ical_time t;
	struct ics made = { 0 };
	struct item *in = NULL;
	bool following = key.n && key.p[key.n - 1] == '+';
	size_t n = 0;
	int r = -1;

	key.n -= following;
	if (!item_time_of(key, form, &t)) {
		err_set(e, ERR_DATA, "exceptions: '%.*s' is no time",
		    SPANF(key));
		goto out;
	}
	item_time_text(&t, &params, &value);
	if (following)
		buf_addf(&params, "%sRANGE=THISANDFUTURE",
		    params.n ? ";" : "");
	if (item_new(it->cal, it->kind, v, &text, e) ||
	    ics_parse(&made, "exceptions", &text, e) ||
	    items_of(it->cal, &made, "calendar/new/events/new.ics", &in, &n,
		e) ||
	    ics_set(&made, in->comp, "RECURRENCE-ID", buf_span(&params),
		buf_span(&value), e))
		goto out;
	buf_reset(&text);
	ics_write(&made, &text);
	ics_release(&made);
	if (ics_parse(&made, "exceptions", &text, e))
		goto out;
	r = 0;
	for (size_t i = 1; r == 0 && i < made.ncomps; i++) {
		if (span_ieq(made.comp[i].name, it->doc->comp[it->comp].name))
			r = ics_add_text(it->doc,
			    it->doc->comp[it->comp].parent,
			    span_n(made.text.p + made.comp[i].at,
				made.comp[i].end - made.comp[i].at), e);
	}
out:
	items_free(in);
	ics_release(&made);
	buf_release(&text);
	buf_release(&params);
	buf_release(&value);
	return r;
}

static int
set_line(struct item *it, const struct line *l, const struct span *after,
    struct err *e)
{
	struct arena arena = { 0 };
	size_t n = it->cal->act->nfields + 1;
	struct span *v = arena_alloc(&arena, n * sizeof *v);
	struct span *old = arena_alloc(&arena, n * sizeof *old);
	struct item over = *it;
	struct ical_time form;
	int r = -1;

	over.comp = find_override(it, l->key);
	if (!series_form(it, after, &form)) {
		err_set(e, ERR_DATA, "the series has no start");
		goto out;
	}
	if (drop_exdate(it, l->key, e))
		goto out;
	if (span_eqs(l->rest, "-")) {
		if (over.comp != ICS_NONE)
			ics_remove_comp(it->doc, over.comp);
		r = add_exdate(it, &form, l->key, e);
		goto out;
	}
	if (occurrence_row(it, l, after, &arena, v, e))
		goto out;
	if (over.comp == ICS_NONE)
		r = add_override(it, &form, l, v, e);
	else
		r = item_row(&over, &arena, old, NULL, e) ||
			    item_set(&over, old, v, e)
			? -1
			: 0;
out:
	arena_release(&arena);
	return r;
}

int
item_set_series(struct item *it, struct span old, struct span new,
    const struct span *after, struct err *e)
{
	struct lines was = { 0 }, is = { 0 };
	int r = 0;

	lines_of(old, &was);
	lines_of(new, &is);
	for (size_t i = 0; r == 0 && i < was.n; i++) {
		size_t over;

		if (line_find(&is, was.v[i].key))
			continue;
		over = find_override(it, was.v[i].key);
		if (over != ICS_NONE)
			ics_remove_comp(it->doc, over);
		r = drop_exdate(it, was.v[i].key, e);
	}
	for (size_t i = 0; r == 0 && i < is.n; i++) {
		const struct line *l = line_find(&was, is.v[i].key);

		if (!l || !span_eq(l->rest, is.v[i].rest))
			r = set_line(it, &is.v[i], after, e);
	}
	free(was.v);
	free(is.v);
	return r;
}
