/*
 * crm-act dates: birthdays, ends of contracts and other days of records, as
 * rows or as a calendar to subscribe to.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cmd/rows.h"
#include "cmd/verbs.h"
#include "crm/query/query.h"
#include "store/ical.h"
#include "store/ics.h"

#define DAYS_AHEAD 30
#define DAYS_OPEN 366 /* of a period that has no end */

static const char *fields;
static bool as_ics;

const struct opt opts_dates[] = {
	{ "fields", 0, OPT_STR, "LIST",
	    "these, instead of calendar.dates: contact.birthday:yearly",
	    &fields },
	{ "ics", 0, OPT_FLAG, NULL, "as a calendar, as -o ics", &as_ics },
	{ 0 },
};

enum { DATE, WHAT, ENTITY, ID, NAME, YEARS, COLUMNS };

static const struct emit_column columns[COLUMNS] = {
	[DATE] = { .name = "date", .type = F_DATE },
	[WHAT] = { .name = "what", .type = F_TEXT },
	[ENTITY] = { .name = "entity", .type = F_TEXT },
	[ID] = { .name = "id", .type = F_ID },
	[NAME] = { .name = "name", .type = F_TEXT, .main = true },
	[YEARS] = { .name = "years", .type = F_INT },
};

/* A day of a record that falls into the period. */
struct found {
	int32_t day;
	int years; /* since the first; -1: it is single */
	const struct field *field;
	const struct entity *ent;
	struct span id, name;
};

struct dating {
	struct call *c;
	struct date_range when;
	bool said; /* the period was */
	char **word; /* of the filter */
	size_t nwords;
	struct found *v;
	size_t n, cap;
	struct arena arena;
	struct buf ics;
	/* the field at hand */
	const struct entity *ent;
	const struct field *field;
	bool yearly;
};

static const char *
what(const struct found *f)
{
	return f->field->label ? f->field->label : f->field->name;
}

/* --- the calendar -------------------------------------------------------- */

static int
line(struct dating *d, const char *name, const char *params, struct span value)
{
	return ics_line(
	    &d->ics, name, span(params), value, true, &d->c->err);
}

static int
text_line(struct dating *d, const char *name, struct span text)
{
	struct buf b = { 0 };
	int r;

	ics_escape(&b, text);
	r = line(d, name, "", buf_span(&b));
	buf_release(&b);
	return r;
}

/* On February 29 it is the last day of that month, every year. */
static const char *
rule(int32_t day)
{
	int y, m, dd;

	date_civil(day, &y, &m, &dd);
	return m == 2 && dd == 29 ? "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1"
				  : "FREQ=YEARLY";
}

static int
add_event(struct dating *d, const struct found *f)
{
	struct arena *a = &d->arena;
	struct ical_time t = { .kind = ICAL_DATE, .day = f->day };
	char stamp[20], day[20];
	int r;

	ical_time_format(&t, day);
	t = ical_from_instant(
	    clock_now(), &(struct ical_time){ .kind = ICAL_UTC });
	ical_time_format(&t, stamp);
	r = line(d, "BEGIN", "", span("VEVENT")) ||
	    line(d, "UID", "",
		arena_printf(a, "%.*s-%s@crm", SPANF(f->id),
		    f->field->name)) ||
	    line(d, "DTSTAMP", "", span(stamp)) ||
	    line(d, "DTSTART", "VALUE=DATE", span(day)) ||
	    (f->years >= 0 && line(d, "RRULE", "", span(rule(f->day)))) ||
	    text_line(d, "SUMMARY",
		arena_printf(a, "%.*s: %s", SPANF(f->name), what(f))) ||
	    line(d, "TRANSP", "", span("TRANSPARENT")) ||
	    line(d, "END", "", span("VEVENT"));
	return r ? -1 : 0;
}

static int
print_ics(struct dating *d)
{
	int r = line(d, "BEGIN", "", span("VCALENDAR")) ||
		line(d, "VERSION", "", span("2.0")) ||
		line(d, "PRODID", "", span("-//crm//crm-act dates//EN")) ||
		line(d, "X-WR-CALNAME", "", span("Dates"));

	for (size_t i = 0; r == 0 && i < d->n; i++)
		r = add_event(d, &d->v[i]);
	if (r == 0)
		r = line(d, "END", "", span("VCALENDAR"));
	session_unlock(&d->c->s);
	return r ? -1 : emit_text(buf_span(&d->ics), &d->c->err);
}

/* --- finding ------------------------------------------------------------- */

static bool
in_period(const struct dating *d, int32_t day)
{
	return (!d->when.has_from || day >= d->when.from) &&
	       (!d->when.has_to || day <= d->when.to);
}

static void
add(struct dating *d, const struct span *cell, int32_t day, int years)
{
	GROW(d->v, d->n, d->cap);
	d->v[d->n++] = (struct found){ .day = day, .years = years,
		.field = d->field, .ent = d->ent,
		.id = arena_span(&d->arena, cell[0]),
		.name = arena_span(&d->arena, cell[1]) };
}

/* query_row_fn: id, name, date */
static int
take_row(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct dating *d = ctx;
	int y, m, dd, from, to;
	int32_t day, at;

	(void)n;
	(void)e;
	if (!date_parse(cell[2], &day))
		return 0;
	if (!d->yearly || as_ics) {
		if (d->yearly || in_period(d, day))
			add(d, cell, day, d->yearly ? 0 : -1);
		return 0;
	}
	date_civil(day, &y, &m, &dd);
	date_civil(d->when.from, &from, &m, &dd);
	date_civil(d->when.to, &to, &m, &dd);
	for (int i = from > y ? from : y; i <= to; i++) {
		at = date_add(day, i - y, UNIT_YEAR);
		if (in_period(d, at))
			add(d, cell, at, i - y);
	}
	return 0;
}

/* 1: the filter is not one for these records. */
static int
take_field(struct dating *d, struct err *e)
{
	struct call *c = d->c;
	struct entity *ent =
	    schema_entity(&c->s.schema, span(d->ent->name));
	struct query *q = query_new(&c->s, ent);
	struct path *p[3];
	bool label[3] = { false, false, false };
	int r = 1;

	if (query_filter(q, d->word, d->nwords, e) == 0)
		r = query_path(q, span("id"), false, &p[0], e) ||
			    query_path(q, span("name"), false, &p[1], e) ||
			    query_path(
				q, span(d->field->name), false, &p[2], e) ||
			    query_stream(q, p, label, 3, take_row, d, e) < 0
			? -1
			: 0;
	query_free(q);
	return r;
}

/* "contact.birthday:yearly" */
static int
find_field(struct dating *d, struct span text, struct err *e)
{
	struct schema *s = &d->c->s.schema;
	struct span rest = text, name = span_cut(&rest, ':'), ent;

	d->yearly = span_ieqs(span_trim(rest), "yearly");
	ent = span_trim(span_cut(&name, '.'));
	d->ent = schema_entity(s, ent);
	d->field = d->ent ? entity_field(d->ent, span_trim(name)) : NULL;
	if (!d->field || d->field->type != F_DATE ||
	    !entity_field(d->ent, span("name")) || (rest.n && !d->yearly))
		return err_set(e, ERR_USAGE,
		    "'%.*s' is no date of a kind of record; dates are named "
		    "like contact.birthday:yearly or opp.close", SPANF(text));
	return 0;
}

static int
find_all(struct dating *d)
{
	struct call *c = d->c;
	static const char usual[] = "contact.birthday:yearly, order.delivery, "
				    "order.installation, order.maintenance";
	const struct rc_entry *x = rc_find(&c->s.rc, "calendar.dates");
	struct span rest = span(fields		    ? fields
				: x && *x->value ? x->value
						 : usual);
	struct err none = { 0 };
	size_t fits = 0;
	int r = 0;

	while (r >= 0 && rest.n) {
		struct span one = span_trim(span_cut(&rest, ','));

		if (!one.n)
			continue;
		if (find_field(d, one, &c->err)) {
			if (!fields && x)
				err_prefix(&c->err, "%s:%zu: ", x->file,
				    x->line);
			r = -1;
			break;
		}
		err_release(&none);
		r = take_field(d, &none);
		fits += r == 0;
	}
	if (!c->err.code && (r < 0 || (fits == 0 && none.code))) {
		c->err = none;
		return -1;
	}
	err_release(&none);
	return r < 0 ? -1 : 0;
}

/* The word that is a period says when; all others are the filter. */
static int
take_words(struct dating *d)
{
	struct call *c = d->c;

	d->word = xcalloc((size_t)c->argc + 1, sizeof *d->word);
	for (int i = 0; i < c->argc; i++) {
		struct err none = { 0 };
		struct date_range when = { .has_from = false };

		if (date_period(span(c->argv[i]), &c->s.dates, &when, NULL,
			&none) == 0) {
			if (d->said)
				return err_set(&c->err, ERR_USAGE,
				    "'%s': one period is enough",
				    c->argv[i]);
			d->when = when;
			d->said = true;
		} else {
			d->word[d->nwords++] = c->argv[i];
		}
		err_release(&none);
	}
	if (as_ics)
		return 0;
	if (!d->when.has_from)
		d->when.from = c->s.dates.today;
	if (!d->when.has_to)
		d->when.to =
		    d->when.from + (d->said ? DAYS_OPEN : DAYS_AHEAD);
	d->when.has_from = d->when.has_to = true;
	return 0;
}

static int
by_day(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	return span_cmp(x->id, y->id);
}

static int
print_rows(struct dating *d)
{
	struct rows rows = { .col = columns, .ncols = COLUMNS,
		.none = "there are no such days" };
	int r;

	for (size_t i = 0; i < d->n; i++) {
		const struct found *f = &d->v[i];
		char day[11], years[16] = "";

		date_format(f->day, day);
		if (f->years >= 0)
			snprintf(years, sizeof years, "%d", f->years);
		rows_add(&rows,
		    (struct span[]){ span(day), span(what(f)),
			span(f->ent->name), f->id, f->name, span(years) });
	}
	r = rows_print(d->c, &rows);
	rows_release(&rows);
	return r;
}

int
verb_dates(struct call *c)
{
	struct dating d = { .c = c };
	int r = -1;

	if (c->format && strcmp(c->format, "ics") == 0)
		as_ics = true;
	if (take_words(&d) || find_all(&d))
		goto out;
	if (d.n)
		qsort(d.v, d.n, sizeof *d.v, by_day);
	r = as_ics ? print_ics(&d) : print_rows(&d);
out:
	free(d.word);
	free(d.v);
	arena_release(&d.arena);
	buf_release(&d.ics);
	return r;
}
