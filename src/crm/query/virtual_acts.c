/*
 * next_act and last_act: of every record that activities are about, when the
 * next open one is and when the last took place. All are read at once, when a
 * path asks for one of the two; a query that does not pays nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strmap.h"
#include "crm/calendar/item.h"
#include "crm/calendar/occur.h"
#include "crm/query/query_impl.h"
#include "store/id.h"

/* So far a series is followed into both directions. */
#define SERIES ((int64_t)400 * 86400)

/* What is asked of each activity; from REFS on what it is about. */
enum { STATE, REPEAT, START, DUE, END, COMPLETED, REFS, WANTED = REFS + 4 };

static const char *const want[WANTED] = { "state", "repeat", "start", "due",
	"end", "completed", "opp", "account", "contact", "lead" };

struct near {
	char next[24], last[24]; /* cells, or "" */
	int64_t next_at, last_at;
};

struct act_near {
	struct strmap by_id; /* as it is written -> index in v */
	struct near *v;
	size_t n, cap;
	struct arena arena;
	bool series;
};

static void
note(struct act_near *a, struct span id, struct span when, bool last)
{
	struct strmap_entry *m;
	struct near *r;
	int64_t t;
	bool added, first;
	char *cell;

	if (!id.n || when.n >= sizeof r->next || !when_parse(when, &t, NULL))
		return;
	m = strmap_add(&a->by_id, id, a->n, &added);
	if (added) {
		m->key = arena_span(&a->arena, id);
		GROW(a->v, a->n, a->cap);
		memset(&a->v[a->n++], 0, sizeof *a->v);
	}
	r = &a->v[m->value];
	cell = last ? r->last : r->next;
	first = !cell[0];
	if (!first && (last ? t <= r->last_at : t >= r->next_at))
		return;
	*(last ? &r->last_at : &r->next_at) = t;
	memcpy(cell, when.p, when.n);
	cell[when.n] = '\0';
}

static int
take_row(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct act_near *a = ctx;
	bool done = span_eqs(cell[STATE], "done");
	struct span when = cell[START].n ? cell[START] : cell[DUE];

	(void)e;
	if (cell[REPEAT].n) {
		a->series = true;
		return 0;
	}
	if (!done && !span_eqs(cell[STATE], "planned"))
		return 0;
	if (done && cell[COMPLETED].n)
		when = cell[COMPLETED];
	for (size_t i = REFS; i < n; i++)
		note(a, cell[i], when, done);
	return 0;
}

/* Single ones of what repeats. */
static int
take_series(struct query *q, struct act_near *a, struct err *e)
{
	int64_t now = q->s->dates.now;
	struct occurrences all = { 0 };
	struct calendar *cal;
	int r = session_calendar(q->s, &cal, e);

	if (r == 0)
		r = occur_collect(cal, NULL, 0, now - SERIES, now + SERIES,
		    OCCUR_EVENTS | OCCUR_TASKS | OCCUR_DONE | OCCUR_ONCE,
		    &all, e);
	for (size_t i = 0; r == 0 && i < all.n; i++) {
		const struct occurrence *o = &all.v[i];
		bool done =
		    span_eqs(act_cell(cal, o->value, "state"), "done");
		struct span when = act_cell(cal, o->value,
		    o->kind == ITEM_TASK ? "due" : "start");

		if (!o->key.n || (!done && o->to < now))
			continue;
		for (size_t k = REFS; k < WANTED; k++)
			note(a, act_cell(cal, o->value, want[k]), when, done);
	}
	occurrences_release(&all);
	return r;
}

int
query_acts(struct query *q, struct err *e)
{
	struct path *path[WANTED];
	bool label[WANTED] = { false };
	struct query *acts;
	int r = 0;

	if (q->acts)
		return 0;
	q->acts = xcalloc(1, sizeof *q->acts);
	acts = query_new(q->s, schema_entity(&q->s->schema, span("act")));
	query_unmask(acts);
	for (size_t i = 0; r == 0 && i < WANTED; i++)
		r = query_path(acts, span(want[i]), false, &path[i], e);
	if (r == 0)
		r = query_stream(
		    acts, path, label, WANTED, take_row, q->acts, e);
	query_free(acts);
	if (r == 0 && q->acts->series)
		r = take_series(q, q->acts, e);
	return r < 0 ? -1 : 0;
}

struct span
query_act(const struct query *q, struct span id, bool last)
{
	size_t at = strmap_get(&q->acts->by_id, id);

	return at == (size_t)-1 ? span("")
				: span(last ? q->acts->v[at].last
					    : q->acts->v[at].next);
}

void
act_near_free(struct act_near *a)
{
	if (!a)
		return;
	strmap_release(&a->by_id);
	arena_release(&a->arena);
	free(a->v);
	free(a);
}
