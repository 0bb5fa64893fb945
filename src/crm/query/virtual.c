#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "crm/query/query_impl.h"

/*
 * Fields that are computed from others. A row of the table at the end names
 * the fields that a computation needs; it sees only these.
 */

static inline bool
is_stage(const struct stage_memo *m, struct word pipeline, struct word key)
{
	return m->set && word_eq(m->key, key) && word_eq(m->pipeline, pipeline);
}

const struct stage *
qthread_stage(struct qthread *t, struct span pipeline, struct span stage)
{
	struct word p = word_load(t, pipeline), k = word_load(t, stage);
	const uint64_t odd = 0x9e3779b97f4a7c15u;
	struct stage_memo *m, *other;
	uint64_t h;

	if (p.n > 16 || k.n > 16)
		return config_stage(t->q->config, pipeline, stage);
	h = (k.a ^ k.b * 3 ^ p.a * 5) * odd;
	m = &t->stage[(h ^ h >> 32) * odd >> (64 - MEMO_BITS)];
	if (is_stage(m, p, k))
		return m->stage;
	/*
	 * Two that share a place would take it from each other at every row:
	 * the one that was there first moves to the place beside it.
	 */
	other = &t->stage[(size_t)(m - t->stage) ^ 1];
	if (is_stage(other, p, k))
		return other->stage;
	if (m->set)
		*other = *m;
	m->stage = config_stage(t->q->config, pipeline, stage);
	m->pipeline = p;
	m->key = k;
	m->set = true;
	return m->stage;
}

static const struct stage *
opp_stage(struct qthread *t, const struct path *p, const struct span *cell)
{
	return qthread_stage(t, cell[p->dep[0]], cell[p->dep[1]]);
}

static struct span
opp_state(struct qthread *t, const struct path *p, const struct span *cell)
{
	const struct stage *st = opp_stage(t, p, cell);

	return st ? span(stage_state_name(st->state)) : span_n("", 0);
}

/* The row's own probability, else its stage's. */
static int
opp_chance_dec(struct qthread *t, const struct path *p, const struct span *cell,
    struct dec *out)
{
	struct span own = cell[p->dep[2]];
	const struct stage *st;

	if (own.n)
		return dec_parse(own, out) ? 1 : -1;
	st = opp_stage(t, p, cell);
	if (!st)
		return 0;
	*out = st->probability;
	return 1;
}

static struct span
dec_text(struct qthread *t, const struct path *p, int128 units, int scale)
{
	struct buf *b = &t->text[p->index];

	buf_reset(b);
	dec_format(b, units, scale);
	return buf_span(b);
}

static struct span
opp_chance(struct qthread *t, const struct path *p, const struct span *cell)
{
	struct span own = cell[p->dep[2]];
	struct dec d;

	if (own.n)
		return own;
	if (opp_chance_dec(t, p, cell, &d) != 1)
		return span_n("", 0);
	while (d.scale > 0 && d.value % 10 == 0) {
		d.value /= 10;
		d.scale--;
	}
	return dec_text(t, p, d.value, d.scale);
}

/* amount x chance as units / 10^scale, exact: 1, 0 or -1. */
static int
weighted(struct qthread *t, const struct path *p, const struct span *cell,
    int128 *units, int *scale)
{
	struct span amount = cell[p->dep[3]];
	struct dec a, c;
	int rc;

	if (amount.n == 0)
		return 0;
	if (!dec_parse(amount, &a))
		return -1;
	rc = opp_chance_dec(t, p, cell, &c);
	if (rc != 1)
		return rc;
	*units = (int128)a.value * c.value;
	*scale = a.scale + c.scale + 2;
	return 1;
}

/*
 * An amount as any other: with the digits of its currency, rounded once.
 * Filters and reports go by what is exact.
 */
static struct span
opp_weighted(struct qthread *t, const struct path *p, const struct span *cell)
{
	int128 units, d = 1;
	int scale, least;

	if (weighted(t, p, cell, &units, &scale) != 1)
		return span_n("", 0);
	least = currency_exponent(
	    cell[p->dep[4]].n ? cell[p->dep[4]] : span(t->q->s->currency));
	if (least < 0)
		least = 2;
	for (; scale < least; scale++)
		units *= 10;
	for (; scale > least; scale--)
		d *= 10;
	return dec_text(t, p, round_div(units, d), least);
}

static int
opp_weighted_dec(struct qthread *t, const struct path *p,
    const struct span *cell, struct dec *out)
{
	int128 units;
	int scale, rc = weighted(t, p, cell, &units, &scale);

	if (rc != 1)
		return rc;
	while (scale > NUM_SCALE || units != (int64_t)units) {
		if (units % 10 != 0 || scale == 0)
			return -1;
		units /= 10;
		scale--;
	}
	out->value = (int64_t)units;
	out->scale = scale;
	return 1;
}

static struct span
lead_state(struct qthread *t, const struct path *p, const struct span *cell)
{
	struct span status = cell[p->dep[0]];

	(void)t;
	if (span_eqs(status, "converted"))
		return span("converted");
	/* A recycled lead comes back: it is still to be worked on. */
	return span_eqs(status, "unqualified") ? span("closed") : span("open");
}

/* --- activities ---------------------------------------------------------- */

/* When it is: what has no start is when it is due. */
static struct span
act_when(struct qthread *t, const struct path *p, const struct span *cell)
{
	(void)t;
	return cell[p->dep[0]].n ? cell[p->dep[0]] : cell[p->dep[1]];
}

/* How it stands: what should have been done by now is overdue. */
static struct span
act_standing(struct qthread *t, const struct path *p, const struct span *cell)
{
	const struct date_ctx *d = &t->q->s->dates;
	struct span state = cell[p->dep[0]], last = cell[p->dep[3]];
	bool timed;
	int64_t at;

	if (!span_eqs(state, "planned") && state.n)
		return state;
	/* what repeats is not over with its first */
	if (cell[p->dep[4]].n)
		return span("planned");
	if (!last.n)
		last = cell[p->dep[2]].n ? cell[p->dep[2]] : cell[p->dep[1]];
	if (!when_parse(last, &at, &timed))
		return span("planned");
	if (timed ? at < d->now : clock_day(at, NULL) < d->today)
		return span("overdue");
	return clock_day(at, NULL) == d->today ? span("today")
					       : span("planned");
}

/* How long it takes, in whole minutes. */
static int
act_minutes_dec(struct qthread *t, const struct path *p,
    const struct span *cell, struct dec *out)
{
	int64_t from, to;
	bool timed;

	(void)t;
	if (!when_parse(cell[p->dep[0]], &from, &timed) || !timed ||
	    !when_parse(cell[p->dep[1]], &to, &timed) || !timed)
		return 0;
	out->value = (to - from) / 60;
	out->scale = 0;
	return 1;
}

static struct span
act_minutes(struct qthread *t, const struct path *p, const struct span *cell)
{
	struct dec d;

	return act_minutes_dec(t, p, cell, &d) == 1
	    ? dec_text(t, p, d.value, 0)
	    : span_n("", 0);
}

/* Of the others, their activities. */
static struct span
next_act(struct qthread *t, const struct path *p, const struct span *cell)
{
	return query_act(t->q, cell[p->dep[0]], false);
}

static struct span
last_act(struct qthread *t, const struct path *p, const struct span *cell)
{
	return query_act(t->q, cell[p->dep[0]], true);
}

#define ACTS(entity)                                                       \
	{ entity, "next_act", { "id" }, NULL, false, false, next_act,      \
	    NULL, 0, true },                                               \
	{ entity, "last_act", { "id" }, NULL, false, false, last_act,      \
	    NULL, 0, true }

#define STANDINGS "overdue;today;planned;done;cancelled"
#define STATES "open;won;lost;hold;cancelled"

static const struct virt table[] = {
	{ "opp", "state", { "pipeline", "stage" }, STATES, true, true,
	    opp_state, NULL, 0, false },
	{ "opp", "chance", { "pipeline", "stage", "probability" }, NULL, true,
	    false, opp_chance, opp_chance_dec, 0, false },
	{ "opp", "weighted",
	    { "pipeline", "stage", "probability", "amount", "currency" }, NULL,
	    true, false, opp_weighted, opp_weighted_dec,
	    0, false },
	{ "act", "when", { "start", "due" }, NULL, false, false, act_when,
	    NULL, 0, false },
	{ "act", "standing", { "state", "start", "end", "due", "repeat" },
	    STANDINGS,
	    false, false, act_standing, NULL, 0, false },
	{ "act", "minutes", { "start", "end" }, NULL, false, false,
	    act_minutes, act_minutes_dec, 0, false },
	{ "lead", "state", { "status" }, "open;converted;closed", false, false,
	    lead_state, NULL, 0, false },
	ACTS("opp"),
	ACTS("account"),
	ACTS("contact"),
	ACTS("lead"),
};

static const struct virt *
find(const struct virt *v, size_t n, const char *entity, const char *field)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(v[i].entity, entity) == 0 &&
		    strcmp(v[i].field, field) == 0)
			return &v[i];
	}
	return NULL;
}

const struct virt *
virt_find(const char *entity, const char *field)
{
	size_t ntrade;
	const struct virt *trade = virt_trade(&ntrade);
	const struct virt *v =
	    find(table, sizeof table / sizeof *table, entity, field);

	return v ? v : find(trade, ntrade, entity, field);
}

const char *
query_choices(const struct entity *ent, const struct field *f)
{
	const struct virt *v = f->flags & FIELD_VIRTUAL
	    ? virt_find(ent->name, f->name)
	    : NULL;

	return v ? v->choices : f->choices;
}
