#include "crm/calendar/series.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "crm/calendar/item.h"

const char *const series_field[SERIES_FIELDS] = { "start", "end", "due",
	"subject", "where", "note", "state", "completed", "outcome", "result",
	"purpose", "replies" };

void
series_lines(struct span text, struct series_lines *out)
{
	while (text.n) {
		struct span rest = span_trim(span_cut(&text, '\n'));
		struct span key = span_cut(&rest, ' ');
		struct series_line *l;

		if (!key.n)
			continue;
		GROW(out->v, out->n, out->cap);
		l = &out->v[out->n++];
		memset(l, 0, sizeof *l);
		l->following = key.p[key.n - 1] == '+';
		l->key = span_n(key.p, key.n - l->following);
		l->rest = l->sets = span_trim(rest);
		l->out = span_eqs(l->rest, "-");
		l->extra = !l->out && l->rest.n && l->rest.p[0] == '+';
		if (l->extra)
			l->sets =
			    span_trim(span_n(l->rest.p + 1, l->rest.n - 1));
		if (l->out)
			l->sets = span("");
	}
}

static void
put_plan(struct span text, struct buf *out)
{
	struct series_lines lines = { 0 };

	series_lines(text, &lines);
	for (size_t i = 0; i < lines.n; i++) {
		const struct series_line *l = &lines.v[i];
		struct span sets = l->sets;
		size_t at = out->n, begun;

		buf_addf(out, "%.*s%s%s", SPANF(l->key),
		    l->following ? "+" : "",
		    l->out ? " -" : l->extra ? " +" : "");
		begun = out->n;
		while (sets.n) {
			struct span one = ics_cut(&sets, ';');

			if (!span_starts(one, span("replies=")))
				buf_addf(out, ";%.*s", SPANF(one));
		}
		if (l->sets.n && out->n == begun && !l->extra)
			out->n = at;
		else
			buf_addc(out, '\n');
	}
	free(lines.v);
}

bool
series_same_plan(struct span a, struct span b)
{
	struct buf x = { 0 }, y = { 0 };
	bool same;

	put_plan(a, &x);
	put_plan(b, &y);
	same = span_eq(buf_span(&x), buf_span(&y));
	buf_release(&x);
	buf_release(&y);
	return same;
}

void
series_expected(struct calendar *cal, const struct span *master,
    struct span key, const char *field, char out[21])
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

static int
set_fields(struct calendar *cal, struct span sets, struct arena *arena,
    struct span *v, struct err *e)
{
	struct buf b = { 0 };
	int r = 0;

	while (r == 0 && sets.n) {
		struct span one = ics_cut(&sets, ';');
		struct span name = span_trim(span_cut(&one, '='));
		const struct field *f = entity_field(cal->act, name);
		size_t k = 0;

		while (k < SERIES_FIELDS &&
		       !(f && strcmp(f->name, series_field[k]) == 0))
			k++;
		if (k == SERIES_FIELDS) {
			r = err_set(e, ERR_DATA,
			    "exceptions: an occurrence has no '%.*s' of its "
			    "own", SPANF(name));
			break;
		}
		buf_reset(&b);
		ics_unescape(&b, one);
		v[f->index] = arena_span(arena, buf_span(&b));
	}
	buf_release(&b);
	return r;
}

int
series_row(struct calendar *cal, const struct series_line *l,
    const struct span *master, struct arena *arena, struct span *v,
    struct err *e)
{
	char text[21];

	memcpy(v, master, cal->act->nfields * sizeof *v);
	for (size_t i = 0; i < SERIES_TIMES; i++) {
		const struct field *f =
		    entity_field(cal->act, span(series_field[i]));

		series_expected(cal, master, l->key, series_field[i], text);
		v[f->index] = text[0] ? arena_span(arena, span(text))
				      : span("");
	}
	v[entity_field(cal->act, span("exceptions"))->index] = span("");
	v[entity_field(cal->act, span("repeat"))->index] = span("");
	return set_fields(cal, l->sets, arena, v, e);
}
