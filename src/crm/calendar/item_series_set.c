/*
 * The lines of the field "exceptions" written: EXDATE, RDATE and components of
 * single occurrences.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strmap.h"
#include "crm/calendar/item_impl.h"
#include "crm/calendar/series.h"

static size_t
find_override(struct item *it, const struct series_line *l)
{
	struct buf b = { 0 }, want = { 0 };
	size_t found = ICS_NONE;

	buf_addf(&want, "%.*s%s", SPANF(l->key), l->following ? "+" : "");
	for (size_t i = 1; i < it->doc->ncomps && found == ICS_NONE; i++) {
		size_t rid = item_override_of(it, i);

		buf_reset(&b);
		if (rid != ICS_NONE &&
		    item_key_of(it->doc, rid, it->doc->prop[rid].value, &b) &&
		    span_eq(buf_span(&b), buf_span(&want)))
			found = i;
	}
	buf_release(&b);
	buf_release(&want);
	return found;
}

/* Keeps of one property's dates those that are wanted, and marks them. */
static int
keep_dates(struct item *it, size_t p, const struct strmap *kept,
    struct strmap *want, struct err *e)
{
	struct ics *d = it->doc;
	struct buf b = { 0 }, left = { 0 };
	struct span list = d->prop[p].value;
	bool dropped = false;
	int r = 0;

	while (list.n) {
		struct span one = ics_cut(&list, ',');

		buf_reset(&b);
		if (item_date_key(d, p, one, &b)) {
			struct span key = buf_span(&b);
			size_t at = strmap_get(want, key);

			if (at != (size_t)-1) {
				strmap_set(want, key, 1);
			} else if (!kept ||
				   strmap_get(kept, key) == (size_t)-1) {
				dropped = true;
				continue;
			}
		}
		if (left.n)
			buf_addc(&left, ',');
		buf_addspan(&left, one);
	}
	if (dropped && left.n)
		r = ics_replace(d, p, d->prop[p].params, buf_span(&left), e);
	else if (dropped)
		ics_remove(d, p);
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
add_date(struct item *it, const char *name, const struct ical_time *form,
    struct span key, struct err *e)
{
	struct buf params = { 0 }, value = { 0 };
	struct ical_time t;
	int r;

	if (!item_time_of(key, form, &t))
		return err_set(e, ERR_DATA, "exceptions: '%.*s' is no time",
		    SPANF(key));
	item_time_text(&t, &params, &value);
	r = ics_add(it->doc, it->comp, name, buf_span(&params),
	    buf_span(&value), e);
	buf_release(&params);
	buf_release(&value);
	return r;
}

/*
 * EXDATE or RDATE becomes what is wanted; dates that are `kept` may stay. All
 * at once, since an edit of a list is not seen by the next.
 */
static int
set_dates(struct item *it, const char *name, const struct ical_time *form,
    const struct strmap *kept, struct strmap *want, struct err *e)
{
	size_t p = ICS_NONE;
	int r = 0;

	while (r == 0 &&
	       (p = ics_find(it->doc, it->comp, name, p)) != ICS_NONE)
		r = keep_dates(it, p, kept, want, e);
	for (size_t i = 0; r == 0 && i < want->n; i++) {
		if (!want->entry[i].value)
			r = add_date(it, name, form, want->entry[i].key, e);
	}
	return r;
}

/* The RECURRENCE-ID of a line. */
static int
put_key(const struct ical_time *form, const struct series_line *l,
    struct buf *params, struct buf *value, struct err *e)
{
	struct ical_time t;

	if (!item_time_of(l->key, form, &t))
		return err_set(e, ERR_DATA, "exceptions: '%.*s' is no time",
		    SPANF(l->key));
	item_time_text(&t, params, value);
	if (l->following)
		buf_addf(params, "%sRANGE=THISANDFUTURE",
		    params->n ? ";" : "");
	return 0;
}

/* A new override: the lines of a component of its own. */
static int
add_override(struct item *it, const struct ical_time *form,
    const struct series_line *l, const struct span *v, struct err *e)
{
	struct buf text = { 0 }, params = { 0 }, value = { 0 };
	struct ics made = { 0 };
	struct item *in = NULL;
	size_t n = 0;
	int r = -1;

	if (put_key(form, l, &params, &value, e) ||
	    item_new(it->cal, it->kind, v, &text, e) ||
	    ics_parse(&made, "exceptions", &text, e) ||
	    items_of(it->cal, &made, "calendar/new/events/new.ics", &in, &n,
		e) ||
	    ics_set(&made, in->comp, "RECURRENCE-ID", buf_span(&params),
		buf_span(&value), e) ||
	    /* those who are invited were not there to have answered */
	    item_set_replies(in, act_cell(it->cal, v, "replies"), e))
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
set_override(struct item *it, const struct ical_time *form,
    const struct series_line *l, size_t comp, const struct span *after,
    struct err *e)
{
	struct arena arena = { 0 };
	size_t n = it->cal->act->nfields + 1;
	struct span *v = arena_alloc(&arena, n * sizeof *v);
	struct span *old = arena_alloc(&arena, n * sizeof *old);
	struct item over = *it;
	int r = -1;

	over.comp = comp;
	over.series = false;
	if (series_row(it->cal, l, after, &arena, v, e) == 0) {
		if (over.comp == ICS_NONE)
			r = add_override(it, form, l, v, e);
		else
			r = item_row(&over, &arena, old, NULL, e) ||
				    item_set(&over, old, v, e)
				? -1
				: 0;
	}
	arena_release(&arena);
	return r;
}

/* The line that gives an occurrence a component of its own. */
static const struct series_line *
override_line(const struct series_lines *l, const struct series_line *like)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct series_line *x = &l->v[i];

		if (!x->out && (x->sets.n || !x->extra) &&
		    x->following == like->following &&
		    span_eq(x->key, like->key))
			return x;
	}
	return NULL;
}

/*
 * The line that this one became when its series was moved to another time of
 * day: the first that is new within a day. is->n: there is none.
 */
static size_t
moved_to(const struct series_lines *was, const struct series_line *line,
    const struct series_lines *is, const size_t *over)
{
	size_t i;

	for (i = 0; i < is->n; i++) {
		const struct series_line *l = &is->v[i];
		int64_t a, b;

		if (over[i] == ICS_NONE && l->following == line->following &&
		    override_line(is, l) == l && !override_line(was, l) &&
		    when_parse(l->key, &a, NULL) &&
		    when_parse(line->key, &b, NULL) && llabs(a - b) < 86400)
			break;
	}
	return i;
}

/* Its component stays, with all that others wrote into it. */
static int
move_override(struct item *it, const struct ical_time *form, size_t comp,
    const struct series_line *l, struct err *e)
{
	struct buf params = { 0 }, value = { 0 };
	int r = put_key(form, l, &params, &value, e);

	if (r == 0)
		r = ics_set(it->doc, comp, "RECURRENCE-ID", buf_span(&params),
		    buf_span(&value), e);
	buf_release(&params);
	buf_release(&value);
	return r;
}

/* What is there no more is removed, or becomes another: over[i] of is->v[i]. */
static int
drop_overrides(struct item *it, const struct ical_time *form,
    const struct series_lines *was, const struct series_lines *is,
    size_t *over, struct err *e)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < was->n; i++) {
		const struct series_line *l = &was->v[i];
		size_t to, comp = override_line(was, l) == l &&
				!override_line(is, l)
			? find_override(it, l)
			: ICS_NONE;

		if (comp == ICS_NONE)
			continue;
		to = moved_to(was, l, is, over);
		if (to == is->n) {
			ics_remove_comp(it->doc, comp);
		} else {
			over[to] = comp;
			r = move_override(it, form, comp, &is->v[to], e);
		}
	}
	return r;
}

static int
set_overrides(struct item *it, const struct ical_time *form,
    const struct series_lines *was, const struct series_lines *is,
    const struct span *after, struct err *e)
{
	size_t *over = xcalloc(is->n + 1, sizeof *over);
	int r;

	for (size_t i = 0; i < is->n; i++)
		over[i] = ICS_NONE;
	r = drop_overrides(it, form, was, is, over, e);
	for (size_t i = 0; r == 0 && i < is->n; i++) {
		const struct series_line *l = override_line(was, &is->v[i]);

		if (override_line(is, &is->v[i]) != &is->v[i] ||
		    (l && span_eq(l->sets, is->v[i].sets)))
			continue;
		if (over[i] == ICS_NONE)
			over[i] = find_override(it, &is->v[i]);
		r = set_override(it, form, &is->v[i], over[i], after, e);
	}
	free(over);
	return r;
}

int
item_set_series(struct item *it, struct span old, struct span new,
    const struct span *after, struct err *e)
{
	struct series_lines was = { 0 }, is = { 0 };
	struct strmap out = { 0 }, extra = { 0 };
	struct ical_time form;
	bool added;
	int r = 0;

	series_lines(old, &was);
	series_lines(new, &is);
	for (size_t i = 0; i < is.n; i++) {
		if (is.v[i].out || is.v[i].extra)
			strmap_add(is.v[i].out ? &out : &extra, is.v[i].key, 0,
			    &added);
	}
	if (!series_form(it, after, &form))
		r = err_set(e, ERR_DATA, "the series has no start");
	if (r == 0)
		r = set_dates(it, "EXDATE", &form, NULL, &out, e);
	if (r == 0)
		r = set_dates(it, "RDATE", &form, &out, &extra, e);
	if (r == 0)
		r = set_overrides(it, &form, &was, &is, after, e);
	free(was.v);
	free(is.v);
	strmap_release(&out);
	strmap_release(&extra);
	return r;
}
