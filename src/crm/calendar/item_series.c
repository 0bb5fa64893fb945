/*
 * What differs in a series: EXDATE, RDATE and RECURRENCE-ID (RFC 5545
 * §3.8.5.1, §3.8.5.2, §3.8.4.4), as lines of the field "exceptions".
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strmap.h"
#include "crm/calendar/item_impl.h"
#include "crm/calendar/series.h"

bool
item_key_of(struct ics *d, size_t prop, struct span value, struct buf *out)
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

size_t
item_override_of(struct item *it, size_t comp)
{
	struct ics *d = it->doc;

	if (comp == it->comp ||
	    d->comp[comp].parent != d->comp[it->comp].parent ||
	    !span_ieq(d->comp[comp].name, d->comp[it->comp].name) ||
	    !span_eq(span_trim(ics_value(d, comp, "UID")), it->uid))
		return ICS_NONE;
	return ics_find(d, comp, "RECURRENCE-ID", ICS_NONE);
}

static void
put_field(struct buf *out, const char *field, struct span v)
{
	if (out->n && out->p[out->n - 1] != ' ')
		buf_addc(out, ';');
	buf_addf(out, "%s=", field);
	ics_escape(out, v);
}

/* What an override has otherwise than the master at its key. */
static int
read_override(struct item_read *r, size_t comp, struct span key,
    struct buf *out, struct err *e)
{
	struct calendar *cal = r->it->cal;
	struct item it = *r->it;
	struct span *v =
	    arena_alloc(r->arena, (cal->act->nfields + 1) * sizeof *v);
	char text[21];

	it.comp = comp;
	it.series = false;
	if (item_row(&it, r->arena, v, r->flaw, e))
		return -1;
	for (size_t i = 0; i < SERIES_FIELDS; i++) {
		struct span own = act_cell(cal, v, series_field[i]);
		struct span theirs = act_cell(cal, r->value, series_field[i]);

		if (i < SERIES_TIMES) {
			series_expected(
			    cal, r->value, key, series_field[i], text);
			theirs = span(text);
		}
		/* nobody has answered to this one alone */
		if (!own.n && strcmp(series_field[i], "replies") == 0)
			continue;
		if (!span_eq(own, theirs))
			put_field(out, series_field[i], own);
	}
	return 0;
}

static int
by_line(const void *a, const void *b)
{
	return span_cmp(*(const struct span *)a, *(const struct span *)b);
}

struct found {
	struct span *line;
	size_t n, cap;
	struct strmap out, extra; /* keys; extra: 1 where it has its line */
};

static void
found_add(struct item_read *r, struct found *f, struct span line)
{
	GROW(f->line, f->n, f->cap);
	f->line[f->n++] = arena_span(r->arena, line);
}

bool
item_date_key(struct ics *d, size_t prop, struct span value, struct buf *out)
{
	return item_key_of(d, prop, span_cut(&value, '/'), out);
}

static void
read_dates(struct item_read *r, const char *name, struct strmap *keys)
{
	struct ics *d = r->it->doc;
	struct buf b = { 0 };
	size_t p = ICS_NONE;
	bool added;

	while ((p = ics_find(d, r->it->comp, name, p)) != ICS_NONE) {
		struct span list = d->prop[p].value;

		while (list.n) {
			struct span one = ics_cut(&list, ',');

			buf_reset(&b);
			if (item_date_key(d, p, one, &b))
				strmap_add(keys,
				    arena_span(r->arena, buf_span(&b)), 0,
				    &added);
		}
	}
	buf_release(&b);
}

/* When a PERIOD ends, where the master takes another time. */
static void
read_period(struct item_read *r, struct span key, struct buf *out)
{
	struct ics *d = r->it->doc;
	struct buf b = { 0 };
	size_t p = ICS_NONE;
	char text[21], own[21];
	bool bad;

	while ((p = ics_find(d, r->it->comp, "RDATE", p)) != ICS_NONE) {
		struct span list = d->prop[p].value;

		while (list.n) {
			struct span till = ics_cut(&list, ','), from;
			struct ical_time t;
			int64_t seconds;

			from = span_cut(&till, '/');
			buf_reset(&b);
			if (!till.n || !item_key_of(d, p, from, &b) ||
			    !span_eq(buf_span(&b), key) ||
			    !ical_time_parse(span_trim(from),
				item_zone(d, p, &bad), &t))
				continue;
			if (ical_duration(span_trim(till), &seconds))
				instant_format(
				    ical_instant(&t) + seconds, own);
			else if (ical_time_parse(span_trim(till),
				     item_zone(d, p, &bad), &t))
				item_cell_of(&t, own);
			else
				continue;
			series_expected(r->it->cal, r->value, key, "end", text);
			if (strcmp(own, text) != 0 && out->n <= key.n + 3)
				put_field(out, "end", span(own));
		}
	}
	buf_release(&b);
}

static void
read_out_and_extra(struct item_read *r, struct found *f)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < f->out.n; i++) {
		buf_reset(&b);
		buf_addspan(&b, f->out.entry[i].key);
		buf_adds(&b, " -");
		found_add(r, f, buf_span(&b));
	}
	for (size_t i = 0; i < f->extra.n; i++) {
		struct span key = f->extra.entry[i].key;

		if (f->extra.entry[i].value ||
		    strmap_get(&f->out, key) != (size_t)-1)
			continue;
		buf_reset(&b);
		buf_addspan(&b, key);
		buf_adds(&b, " + ");
		read_period(r, key, &b);
		found_add(r, f, span_trim(buf_span(&b)));
	}
	buf_release(&b);
}

static int
read_overrides(struct item_read *r, struct found *f, struct err *e)
{
	struct ics *d = r->it->doc;
	size_t parent = d->comp[r->it->comp].parent;
	size_t end = parent ? d->comp[parent].next : d->ncomps;
	struct buf b = { 0 };
	int rc = 0;

	for (size_t i = parent + 1; rc == 0 && i < end; i++) {
		size_t rid = item_override_of(r->it, i);
		struct span key;
		size_t extra;

		buf_reset(&b);
		if (rid == ICS_NONE ||
		    !item_key_of(d, rid, d->prop[rid].value, &b))
			continue;
		key = arena_span(r->arena, buf_span(&b));
		extra = strmap_get(&f->extra, key);
		buf_adds(&b, extra == (size_t)-1 ? " " : " + ");
		if (extra == 0)
			strmap_set(&f->extra, key, 1);
		key.n -= key.p[key.n - 1] == '+';
		rc = read_override(r, i, key, &b, e);
		found_add(r, f, buf_span(&b));
	}
	buf_release(&b);
	return rc;
}

/*
 * An override is read by item_row(), too, and has none of its own; but where a
 * series has lost its master, its first override stands for it.
 */
int
item_read_series(struct item_read *r, struct buf *out, struct err *e)
{
	struct found f = { 0 };
	int rc;

	if (!r->it->series &&
	    ics_find(r->it->doc, r->it->comp, "RECURRENCE-ID", ICS_NONE) !=
		ICS_NONE)
		return 0;
	read_dates(r, "EXDATE", &f.out);
	read_dates(r, "RDATE", &f.extra);
	rc = read_overrides(r, &f, e);
	read_out_and_extra(r, &f);
	if (f.n)
		qsort(f.line, f.n, sizeof *f.line, by_line);
	for (size_t i = 0; i < f.n; i++) {
		if (i && span_eq(f.line[i], f.line[i - 1]))
			continue;
		if (out->n)
			buf_addc(out, '\n');
		buf_addspan(out, f.line[i]);
	}
	free(f.line);
	strmap_release(&f.out);
	strmap_release(&f.extra);
	return rc;
}
