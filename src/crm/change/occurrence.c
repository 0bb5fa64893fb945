#include "crm/change/occurrence.h"

#include <stdlib.h>

#include "crm/calendar/occur.h"
#include "crm/calendar/series.h"
#include "crm/change/change_impl.h"

/* The line of exceptions that holds of the key; a plain one where none does. */
static struct series_line
line_of(const struct series_lines *l, struct span key)
{
	struct series_line plain = { .key = key };

	for (size_t i = 0; i < l->n; i++)
		if (!l->v[i].following && span_eq(l->v[i].key, key))
			return l->v[i];
	return plain;
}

int
occurrence_open(struct changes *c, const struct record *series,
    struct span when, char key[OCCURRENCE_KEY], struct record *out,
    struct err *e)
{
	struct series_lines lines = { 0 };
	struct series_line line;
	struct calendar *cal;
	int r;

	if (session_calendar(c->s, &cal, e) ||
	    occur_key(cal, series->value, when, key, e))
		return -1;
	*out = change_copy(c, series);
	series_lines(record_get(series, "exceptions"), &lines);
	line = line_of(&lines, span(key));
	r = series_row(
	    cal, &line, series->value, &c->arena, out->value, e);
	free(lines.v);
	return r;
}

int
occurrence_apply(struct changes *c, const struct record *series,
    struct span key, const struct record *before, struct record *after,
    unsigned how, struct err *e)
{
	struct record whole = change_copy(c, series);
	const char *name[SERIES_FIELDS];
	struct span set[SERIES_FIELDS];
	struct buf cell = { 0 };
	struct calendar *cal;
	size_t n = 0;
	int r;

	if (session_calendar(c->s, &cal, e) ||
	    (after && rule_act(c, before, after, how, e)))
		return -1;
	for (size_t i = 0; after && i < SERIES_FIELDS; i++) {
		struct span v = record_get(after, series_field[i]);

		if (span_eq(v, record_get(before, series_field[i])))
			continue;
		name[n] = series_field[i];
		set[n++] = v;
	}
	if (after && n == 0)
		return 0;
	r = exceptions_set(cal, series->value, key, name, set, n, &cell, e);
	record_set(&whole, entity_field(series->ent, span("exceptions")),
	    arena_span(&c->arena, buf_span(&cell)));
	buf_release(&cell);
	return r ? -1 : change_apply(c, series, &whole, how, e);
}
