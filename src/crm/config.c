#include "crm/config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/config_file.h"
#include "store/unicode.h"

static const char *const state_name[] = {
	[ST_OPEN] = "open",
	[ST_WON] = "won",
	[ST_LOST] = "lost",
	[ST_HOLD] = "hold",
	[ST_CANCELLED] = "cancelled",
};

#define NSTATES (sizeof state_name / sizeof *state_name)

struct config_table {
	const struct entity *ent;
	struct keyset keys;
	struct config_table *next;
};

const char *
stage_state_name(enum stage_state st)
{
	return state_name[st];
}

/* A config file being read. */
struct reader {
	struct session *s;
	struct config *c;
	struct config_file f;
	struct err *e;
};

#define BAD(r, fmt, ...)                                                       \
	err_set((r)->e, ERR_DATA, "%s:%zu: " fmt, (r)->f.path, (r)->f.line,    \
	    __VA_ARGS__)

static struct span
keep(struct config *c, struct span s)
{
	return arena_span(&c->arena, s);
}

static int
read_state(struct reader *r, struct span v, enum stage_state *st)
{
	*st = ST_OPEN;
	for (size_t i = 0; i < NSTATES; i++) {
		if (span_eqs(v, state_name[i])) {
			*st = (enum stage_state)i;
			return 0;
		}
	}
	if (v.n == 0)
		return 0;
	return BAD(r,
	    "a state is open, won, lost, hold or cancelled, "
	    "not '%.*s'",
	    SPANF(v));
}

static const struct stage *
find_stage(const struct config *c, struct span pipeline, struct span key)
{
	for (size_t i = 0; i < c->nstages; i++) {
		if (span_eq(c->stage[i].pipeline, pipeline) &&
		    span_eq(c->stage[i].key, key))
			return &c->stage[i];
	}
	return NULL;
}

/* 0 to 100; without a value a won stage is certain and the others are not. */
static int
read_probability(struct reader *r, struct span v, struct stage *st)
{
	int64_t hundred = 100;

	st->probability.value = st->state == ST_WON ? 100 : 0;
	st->probability.scale = 0;
	if (v.n == 0)
		return 0;
	if (dec_parse(v, &st->probability)) {
		for (int i = 0; i < st->probability.scale && i < 16; i++)
			hundred *= 10;
		if (st->probability.scale <= 16 && st->probability.value >= 0 &&
		    st->probability.value <= hundred)
			return 0;
	}
	return BAD(r, "a probability is 0 to 100, not '%.*s'", SPANF(v));
}

static int
read_stage(struct reader *r, const struct span *cell)
{
	struct config *c = r->c;
	struct stage *st = &c->stage[c->nstages];

	memset(st, 0, sizeof *st);
	if (cell[1].n == 0)
		return BAD(r, "%s", "the stage has no key");
	st->pipeline = cell[0].n ? keep(c, cell[0]) : c->pipeline;
	st->key = keep(c, cell[1]);
	st->label = cell[2].n ? keep(c, cell[2]) : st->key;
	if (read_state(r, cell[3], &st->state) < 0 ||
	    read_probability(r, cell[4], st) < 0)
		return -1;
	if (find_stage(c, st->pipeline, st->key))
		return BAD(
		    r, "the stage '%.*s' is there twice", SPANF(st->key));
	for (size_t i = 0; i < c->nstages; i++)
		st->rank += span_eq(c->stage[i].pipeline, st->pipeline);
	c->nstages++;
	return 0;
}

/* core.default-pipeline must be there, or no deal would have a stage. */
static int
check_default(struct reader *r)
{
	const struct rc_entry *x = rc_find(&r->s->rc, "core.default-pipeline");

	if (!x || r->c->nstages == 0)
		return 0;
	for (size_t i = 0; i < r->c->nstages; i++) {
		if (span_eq(r->c->stage[i].pipeline, r->c->pipeline))
			return 0;
	}
	return err_set(r->e, ERR_DATA,
	    "%s:%zu: no stage of %s is of the pipeline '%s'", x->file, x->line,
	    r->f.path, x->value);
}

static int
read_stages(struct session *s, struct config *c, struct err *e)
{
	const struct span want[] = { span("pipeline"), span("stage"),
		span("label"), span("state"), span("probability") };
	struct reader r = { .s = s, .c = c, .e = e };
	const char *dflt = rc_get(&s->rc, "core.default-pipeline");
	int result = -1;

	c->pipeline = span(dflt);
	if (config_file_open(&r.f, s, "config/stages.csv", want,
		sizeof want / sizeof *want, e) < 0)
		goto out;
	c->stage = xcalloc(r.f.scan.nrows, sizeof *c->stage);
	for (size_t i = 0; i < r.f.scan.nrows; i++) {
		const struct span *cell = config_file_row(&r.f, i);

		if (i == 0 && !dflt)
			c->pipeline = keep(c, cell[0]);
		if (read_stage(&r, cell) < 0)
			goto out;
	}
	result = check_default(&r);
out:
	config_file_close(&r.f);
	return result;
}

static int
rate_cmp(const void *a, const void *b)
{
	const struct rate *x = a, *y = b;
	int d = span_cmp(x->currency, y->currency);

	return d ? d : (x->date > y->date) - (x->date < y->date);
}

static int
read_rate(struct reader *r, const struct span *cell)
{
	struct config *c = r->c;
	struct rate *x = &c->rate[c->nrates];

	if (currency_exponent(cell[0]) < 0)
		return BAD(r, "'%.*s' is no currency", SPANF(cell[0]));
	if (!date_parse(cell[1], &x->date))
		return BAD(r, "'%.*s' is no date, YYYY-MM-DD", SPANF(cell[1]));
	if (!dec_parse(cell[2], &x->rate) || x->rate.value <= 0)
		return BAD(r,
		    "'%.*s' is no rate: what 1 %.*s is worth, more "
		    "than 0",
		    SPANF(cell[2]), SPANF(cell[0]));
	if (span_eq(cell[0], c->base.currency))
		return BAD(r,
		    "%.*s is the base currency, its rate is 1; "
		    "remove this row",
		    SPANF(cell[0]));
	x->currency = keep(c, cell[0]);
	c->nrates++;
	return 0;
}

/* Rows may stand in any order, so this comes when all are there. */
static int
check_rates(struct reader *r)
{
	struct config *c = r->c;

	qsort(c->rate, c->nrates, sizeof *c->rate, rate_cmp);
	for (size_t i = 1; i < c->nrates; i++) {
		char day[11];

		if (rate_cmp(&c->rate[i - 1], &c->rate[i]) != 0)
			continue;
		date_format(c->rate[i].date, day);
		return err_set(r->e, ERR_DATA,
		    "%s: the rate of %.*s on %s is there twice", r->f.path,
		    SPANF(c->rate[i].currency), day);
	}
	return 0;
}

static int
read_rates(struct session *s, struct config *c, struct err *e)
{
	const struct span want[] = { span("currency"), span("date"),
		span("rate") };
	struct reader r = { .s = s, .c = c, .e = e };
	int result = -1;

	c->base.currency = keep(c, span(s->currency));
	c->base.rate.value = 1;
	if (config_file_open(&r.f, s, "config/rates.csv", want,
		sizeof want / sizeof *want, e) < 0)
		goto out;
	c->rate = xcalloc(r.f.scan.nrows, sizeof *c->rate);
	for (size_t i = 0; i < r.f.scan.nrows; i++) {
		if (read_rate(&r, config_file_row(&r.f, i)) < 0)
			goto out;
	}
	result = check_rates(&r);
out:
	config_file_close(&r.f);
	return result;
}

int
session_config(struct session *s, struct config **c, struct err *e)
{
	struct config *n;

	if (!s->config) {
		n = xcalloc(1, sizeof *n);
		if (read_stages(s, n, e) < 0 || read_rates(s, n, e) < 0) {
			config_free(n);
			return -1;
		}
		s->config = n;
	}
	*c = s->config;
	return 0;
}

void
config_free(struct config *c)
{
	if (!c)
		return;
	free(c->stage);
	free(c->rate);
	arena_release(&c->arena);
	free(c);
}

struct span
config_default_pipeline(const struct config *c)
{
	return c->pipeline;
}

static bool
same_label(struct span label, const struct buf *folded)
{
	struct buf b = { 0 };
	bool same;

	uni_fold(&b, label);
	same = span_eq(buf_span(&b), buf_span(folded));
	buf_release(&b);
	return same;
}

const struct stage *
config_stage(const struct config *c, struct span pipeline, struct span stage)
{
	const struct stage *st;
	struct buf folded = { 0 };

	if (pipeline.n == 0)
		pipeline = c->pipeline;
	st = find_stage(c, pipeline, stage);
	if (st || stage.n == 0)
		return st;
	uni_fold(&folded, stage);
	for (size_t i = 0; i < 2 * c->nstages && !st; i++) {
		const struct stage *x = &c->stage[i % c->nstages];

		/* All keys first: a label may be another stage's key. */
		if (span_eq(x->pipeline, pipeline) &&
		    same_label(i < c->nstages ? x->key : x->label, &folded))
			st = x;
	}
	buf_release(&folded);
	return st;
}

const struct stage *
config_stage_of(
    const struct config *c, struct span pipeline, enum stage_state st)
{
	if (pipeline.n == 0)
		pipeline = c->pipeline;
	for (size_t i = 0; i < c->nstages; i++) {
		if (c->stage[i].state == st &&
		    span_eq(c->stage[i].pipeline, pipeline))
			return &c->stage[i];
	}
	return NULL;
}

const struct rate *
config_rate(const struct config *c, struct span currency, int32_t day)
{
	struct rate want = { .currency = currency, .date = day };
	size_t lo = 0, hi = c->nrates;

	if (currency.n && span_eq(currency, c->base.currency))
		return &c->base;
	/* The first row that is later than want. */
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (rate_cmp(&c->rate[mid], &want) <= 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == 0 || !span_eq(c->rate[lo - 1].currency, currency))
		return NULL;
	return &c->rate[lo - 1];
}

/* The field whose cells are the keys, for people: sources by `source`. */
static const struct field *
key_field(const struct entity *ent, size_t *nkeys)
{
	const struct field *key = NULL;

	*nkeys = 0;
	for (size_t i = 0; i < ent->nfields; i++) {
		const struct field *f = ent->field[i];

		*nkeys += (f->flags & FIELD_KEY) != 0;
		if (!key && (f->flags & FIELD_KEY) &&
		    (f->flags & FIELD_REQUIRED))
			key = f;
	}
	return key;
}

static int
read_keys(struct reader *r, const char *path, const struct field *key,
    bool once, struct keyset *out)
{
	const struct span want[] = { span(key->name), span("label") };
	struct strmap seen = { 0 };
	struct arena *a = &r->c->arena;
	int result = -1;

	if (config_file_open(&r->f, r->s, path, want, 2, r->e) < 0)
		goto out;
	out->key = arena_alloc(a, r->f.scan.nrows * sizeof *out->key);
	out->label = arena_alloc(a, r->f.scan.nrows * sizeof *out->label);
	for (size_t i = 0; i < r->f.scan.nrows; i++) {
		const struct span *cell = config_file_row(&r->f, i);
		bool added;

		if (cell[0].n == 0) {
			BAD(r, "'%s' is empty", key->name);
			goto out;
		}
		out->key[out->n] = keep(r->c, cell[0]);
		out->label[out->n] = keep(r->c, cell[cell[1].n ? 1 : 0]);
		strmap_add(&seen, out->key[out->n], i, &added);
		if (!added && once) {
			BAD(r, "the %s '%.*s' is there twice", key->name,
			    SPANF(cell[0]));
			goto out;
		}
		out->n += added;
	}
	result = 0;
out:
	strmap_release(&seen);
	config_file_close(&r->f);
	return result;
}

int
config_keys(
    struct session *s, const char *table, struct keyset *out, struct err *e)
{
	const struct entity *ent = schema_entity(&s->schema, span(table));
	struct reader r = { .s = s, .e = e };
	char path[3][PATH_CAP];
	const struct field *key;
	struct config_table *t;
	size_t nkeys;

	memset(out, 0, sizeof *out);
	key = ent && !ent->letter ? key_field(ent, &nkeys) : NULL;
	if (!key)
		return err_set(
		    e, ERR_USAGE, "there is no table '%s' of keys", table);
	if (session_config(s, &r.c, e) < 0)
		return -1;
	for (t = r.c->tables; t && t->ent != ent; t = t->next)
		continue;
	if (!t) {
		struct keyset keys = { 0 };

		entity_paths(ent, 0, path);
		if (read_keys(&r, path[0], key, nkeys == 1, &keys) < 0)
			return -1;
		t = arena_alloc(&r.c->arena, sizeof *t);
		t->ent = ent;
		t->keys = keys;
		t->next = r.c->tables;
		r.c->tables = t;
	}
	*out = t->keys;
	return 0;
}
