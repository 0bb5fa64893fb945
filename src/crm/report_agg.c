/*
 * report_agg: rows to groups. A thread has one struct agg per select; nothing
 * is allocated per row, only per new value and per new group. Values become
 * small codes first, since a value of up to 16 bytes is two words: comparing
 * it is cheaper than hashing it would be.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "crm/entities.h"
#include "crm/report_impl.h"

static const uint64_t odd = 0x9e3779b97f4a7c15u;

static const int64_t pow10_table[19] = { 1, 10, 100, 1000, 10000, 100000,
	1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000,
	1000000000000, 10000000000000, 100000000000000, 1000000000000000,
	10000000000000000, 100000000000000000, 1000000000000000000 };

/* --- codes --------------------------------------------------------------- */

/* The bytes of a value of at most 16, of which none is lost, n being known. */
static inline void
words(struct span s, uint64_t *lo, uint64_t *hi)
{
	uint32_t a, b;

	*hi = 0;
	if (s.n >= 8) {
		memcpy(lo, s.p, 8);
		memcpy(hi, s.p + s.n - 8, 8);
	} else if (s.n >= 4) {
		memcpy(&a, s.p, 4);
		memcpy(&b, s.p + s.n - 4, 4);
		*lo = (uint64_t)a << 32 | b;
	} else if (s.n) {
		*lo = (uint64_t)(unsigned char)s.p[0] << 16 |
		      (uint64_t)(unsigned char)s.p[s.n / 2] << 8 |
		      (unsigned char)s.p[s.n - 1];
	} else {
		*lo = 0;
	}
}

static inline size_t
spread(uint64_t lo, uint64_t hi, uint32_t n)
{
	uint64_t h = (lo ^ (hi * odd)) + n;

	h *= odd;
	return (size_t)(h ^ h >> 32);
}

static void
slots_grow(struct dict *d)
{
	struct dict_slot *old = d->slot;
	size_t n = d->nslots;

	d->nslots = n ? n * 2 : 256;
	d->slot = xcalloc(d->nslots, sizeof *d->slot);
	for (size_t i = 0; i < n; i++) {
		size_t k;

		if (!old[i].n)
			continue;
		k = spread(old[i].lo, old[i].hi, old[i].n) & (d->nslots - 1);
		while (d->slot[k].n)
			k = (k + 1) & (d->nslots - 1);
		d->slot[k] = old[i];
	}
	free(old);
}

static void
slot_add(struct dict *d, uint64_t lo, uint64_t hi, uint32_t n, uint32_t code)
{
	size_t k;

	if (d->used * 2 >= d->nslots)
		slots_grow(d);
	k = spread(lo, hi, n) & (d->nslots - 1);
	while (d->slot[k].n)
		k = (k + 1) & (d->nslots - 1);
	d->slot[k] = (struct dict_slot){ lo, hi, n, code };
	d->used++;
}

/* True where the value is known; *code is what it was given. */
static inline bool
dict_find(const struct dict *d, struct span v, uint32_t *code)
{
	uint64_t lo, hi;
	uint32_t n = (uint32_t)v.n + 1;
	size_t k;

	if (v.n > 16) {
		size_t at = strmap_get(&d->raw, v);

		*code = (uint32_t)at;
		return at != (size_t)-1;
	}
	if (!d->nslots)
		return false;
	words(v, &lo, &hi);
	k = spread(lo, hi, n) & (d->nslots - 1);
	for (; d->slot[k].n; k = (k + 1) & (d->nslots - 1)) {
		const struct dict_slot *s = &d->slot[k];

		if (s->lo == lo && s->hi == hi && s->n == n) {
			*code = s->code;
			return true;
		}
	}
	return false;
}

static void
dict_remember(struct dict *d, struct span v, uint32_t code)
{
	uint64_t lo, hi;
	bool added;

	if (v.n > 16) {
		strmap_add(&d->raw, arena_span(&d->arena, v), code, &added);
		return;
	}
	words(v, &lo, &hi);
	slot_add(d, lo, hi, (uint32_t)v.n + 1, code);
}

uint32_t
dict_key(struct dict *d, struct span key, struct span label, bool *added)
{
	size_t at = strmap_get(&d->key, key);

	*added = at == (size_t)-1;
	if (!*added)
		return (uint32_t)at;
	GROW(d->code, d->n, d->cap);
	d->code[d->n].key = arena_span(&d->arena, key);
	d->code[d->n].label = arena_span(&d->arena, label);
	strmap_add(&d->key, d->code[d->n].key, d->n, added);
	return (uint32_t)d->n++;
}

void
dict_release(struct dict *d)
{
	free(d->slot);
	free(d->code);
	strmap_release(&d->raw);
	strmap_release(&d->key);
	arena_release(&d->arena);
	memset(d, 0, sizeof *d);
}

static void
pairs_grow(struct pairs *p)
{
	struct pairs old = *p;

	p->nslots = old.nslots ? old.nslots * 2 : 256;
	p->key = xcalloc(p->nslots, sizeof *p->key);
	p->val = xcalloc(p->nslots, sizeof *p->val);
	for (size_t i = 0; i < old.nslots; i++) {
		size_t k;

		if (!old.key[i])
			continue;
		k = spread(old.key[i], 0, 0) & (p->nslots - 1);
		while (p->key[k])
			k = (k + 1) & (p->nslots - 1);
		p->key[k] = old.key[i];
		p->val[k] = old.val[i];
	}
	free(old.key);
	free(old.val);
}

uint32_t
pairs_code(struct pairs *p, uint32_t a, uint32_t b, bool *added)
{
	uint64_t key = ((uint64_t)a << 32 | b) + 1;
	size_t k;

	if (p->n * 2 >= p->nslots)
		pairs_grow(p);
	k = spread(key, 0, 0) & (p->nslots - 1);
	for (; p->key[k]; k = (k + 1) & (p->nslots - 1)) {
		if (p->key[k] == key) {
			*added = false;
			return p->val[k];
		}
	}
	*added = true;
	p->key[k] = key;
	p->val[k] = (uint32_t)p->n;
	return (uint32_t)p->n++;
}

void
pairs_release(struct pairs *p)
{
	free(p->key);
	free(p->val);
	memset(p, 0, sizeof *p);
}

/* --- values -------------------------------------------------------------- */

static inline struct span
alts_value(const struct alts *a, const struct row *row, size_t *which)
{
	struct span v = path_value(a->path[0], row);

	*which = 0;
	for (size_t i = 1; !v.n && i < a->n; i++) {
		v = path_value(a->path[i], row);
		*which = i;
	}
	return v;
}

static int
bad_cell(struct agg *g, const struct path *p, struct span v, struct err *e)
{
	g->sel->r->bad_cell = true;
	return err_set(e, ERR_DATA, "%s: '%.*s' is not of type %s",
	    path_text(p), SPANF(v), field_type_name(path_field(p)->type));
}

/* Says which period was not taken; bytes of v do not live long. */
static void
leave_out(struct agg *g, struct span v)
{
	size_t n = strmap_get(&g->left, v);
	bool added;

	if (n == (size_t)-1)
		strmap_add(&g->left, arena_span(&g->arena, v), 1, &added);
	else
		strmap_set(&g->left, v, n + 1);
}

/* The days of a date, an instant or a period. False where it is none. */
static bool
days(const struct report *r, enum field_type t, struct span v,
    struct date_range *out)
{
	int64_t at;

	out->has_from = out->has_to = true;
	if (t == F_PERIOD)
		return date_period(v, &r->s->dates, out, NULL, NULL) == 0 &&
		       out->has_from && out->has_to;
	if (t == F_INSTANT && instant_parse(v, &at)) {
		out->from = out->to = clock_day(at, NULL);
		return true;
	}
	if (!date_parse(v, &out->from))
		return false;
	out->to = out->from;
	return true;
}

/* NO_CODE: outside of --period; 1: longer than a bucket. */
static int
bucket(struct agg *g, const struct grouping *by, const struct date_range *d,
    struct dict *dict, uint32_t *code)
{
	const struct report *r = g->sel->r;
	int fiscal = r->s->dates.fiscal_month;
	int32_t first = date_bucket(d->from, r->unit, fiscal);
	char key[11], label[16];
	bool added;

	*code = NO_CODE;
	if (by->restricted && r->range.has_from && d->from < r->range.from)
		return d->to >= r->range.from;
	if (by->restricted && r->range.has_to && d->to > r->range.to)
		return d->from <= r->range.to;
	if (by->stands && d->to > date_bucket_end(d->from, r->unit, fiscal))
		return 1;
	date_format(first, key);
	date_bucket_name(first, r->unit, fiscal, label);
	*code = dict_key(dict, span(key), span(label), &added);
	return 0;
}

/* The code of a value not met before (or of an instant, which seldom is). */
static int
new_code(struct agg *g, const struct grouping *by, struct dict *d,
    const struct path *p, const struct row *row, struct span v, uint32_t *code,
    struct err *e)
{
	enum field_type t = path_field(p)->type;
	struct date_range range;
	bool added;

	if (!by->date) {
		*code = dict_key(d, v, path_label(p, row), &added);
	} else if (!v.n) {
		*code = by->restricted ? NO_CODE : dict_key(d, v, v, &added);
	} else {
		if (!days(g->sel->r, t, v, &range))
			return bad_cell(g, p, v, e);
		/* not remembered: every row of that period is counted */
		if (bucket(g, by, &range, d, code)) {
			leave_out(g, v);
			return 0;
		}
	}
	dict_remember(d, v, *code);
	return 0;
}

/*
 * Instants differ in every row. Zones differ from UTC by quarters of an hour,
 * so that all of one quarter have one day: those are remembered instead.
 */
static int
instant_code(struct agg *g, const struct grouping *by, struct dict *d,
    const struct path *p, const struct row *row, struct span v, uint32_t *code,
    struct err *e)
{
	char text[24];
	int64_t at;
	struct span quarter;

	if (!v.n || !instant_parse(v, &at))
		return dict_find(d, v, code)
			   ? 0
			   : new_code(g, by, d, p, row, v, code, e);
	at -= (at % 900 + 900) % 900;
	instant_format(at, text);
	quarter = span_n(text, 16);
	if (dict_find(d, quarter, code))
		return 0;
	if (new_code(g, by, d, p, row, span(text), code, e))
		return -1;
	dict_remember(d, quarter, *code);
	return 0;
}

static inline int
group_code(struct agg *g, const struct grouping *by, struct dict *d,
    const struct row *row, uint32_t *code, struct err *e)
{
	size_t which;
	struct span v = alts_value(&by->alts, row, &which);
	const struct path *p = by->alts.path[which];

	if (by->date && path_field(p)->type == F_INSTANT)
		return instant_code(g, by, d, p, row, v, code, e);
	if (dict_find(d, v, code))
		return 0;
	return new_code(g, by, d, p, row, v, code, e);
}

/* The row's currency; empty is the base. Its digits are looked up once. */
static int
currency_code(struct agg *g, const struct row *row, uint32_t *code,
    struct err *e)
{
	struct dict *d = &g->currency;
	size_t which;
	struct span v = alts_value(&g->sel->currency, row, &which), c = v;
	bool added;
	int exponent;

	if (dict_find(d, v, code))
		return 0;
	if (!c.n)
		c = span(g->sel->r->s->currency);
	exponent = c.n ? currency_exponent(c) : 2;
	if (exponent < 0) {
		g->sel->r->bad_cell = true;
		return err_set(e, ERR_DATA, "currency '%.*s' is not known",
		    SPANF(c));
	}
	*code = dict_key(d, c, c, &added);
	if (added) {
		size_t n = *code;

		GROW(g->exponent, n, g->exponent_cap);
		g->exponent[n] = exponent;
	}
	dict_remember(d, v, *code);
	return 0;
}

/* --- measures ------------------------------------------------------------ */

/* Plain digits with a point, the usual case; else dec_units() decides. */
static inline bool
units(struct span s, int exponent, int64_t *out)
{
	uint64_t v = 0;
	size_t i = 0, point = s.n;

	if (s.n == 0 || s.n > 18)
		return dec_units(s, exponent, out);
	for (; i < s.n; i++) {
		unsigned c = (unsigned char)s.p[i];

		if (c - '0' <= 9)
			v = v * 10 + (c - '0');
		else if (c == '.' && point == s.n && i > 0)
			point = i;
		else
			return dec_units(s, exponent, out);
	}
	i = point < s.n ? s.n - point - 1 : 0;
	if (i > (size_t)exponent || v > INT64_MAX / 100000)
		return dec_units(s, exponent, out);
	*out = (int64_t)v * pow10_table[(size_t)exponent - i];
	return true;
}

/* Chance in units of 10^-CHANCE_SCALE percent. */
static bool
chance_units(struct dec d, int64_t *out)
{
	while (d.scale > CHANCE_SCALE && d.value % 10 == 0) {
		d.value /= 10;
		d.scale--;
	}
	return d.scale <= CHANCE_SCALE &&
	       !__builtin_mul_overflow(
		   d.value, pow10_table[CHANCE_SCALE - d.scale], out);
}

/* 1: *out is the row's value; 0: it has none; -1. */
static int
measure_value(struct agg *g, const struct measure *m, const struct row *row,
    int exponent, int128 *out, struct err *e)
{
	struct span v;
	struct dec d;
	int64_t n, c;
	int32_t day;
	int rc;

	if (m->money && !(path_field(m->path)->flags & FIELD_VIRTUAL)) {
		v = path_value(m->path, row);
		if (!v.n)
			return 0;
		if (!units(v, exponent, &n))
			return bad_cell(g, m->path, v, e);
		*out = n;
		if (!m->chance)
			return 1;
		rc = path_dec(m->chance, row, &d);
		if (rc < 0 || (rc && !chance_units(d, &c)))
			return bad_cell(g, m->chance,
			    path_value(m->chance, row), e);
		if (rc)
			*out *= c;
		return rc;
	}
	v = path_value(m->path, row);
	if (!v.n)
		return 0;
	if (m->date) {
		if (!date_parse(v, &day))
			return bad_cell(g, m->path, v, e);
		*out = day;
		return 1;
	}
	if (!dec_parse(v, &d))
		return bad_cell(g, m->path, v, e);
	*out = (int128)d.value * pow10_table[NUMBER_SCALE - d.scale];
	return 1;
}

void
acc_add(struct acc *to, const struct acc *from, enum measure_kind k)
{
	if (!from->n)
		return;
	if (k == M_MIN || k == M_MAX) {
		if (!to->n || (k == M_MIN ? from->v < to->v : from->v > to->v))
			to->v = from->v;
	} else {
		/* What is too large stays so: report_money.c refuses it. */
		if (acc_is_large(to->v) || acc_is_large(from->v) ||
		    __builtin_add_overflow(to->v, from->v, &to->v))
			to->v = ACC_LARGE;
	}
	to->n += from->n;
}

static int
measure_row(struct agg *g, uint32_t gid, uint32_t currency,
    const struct row *row, struct err *e)
{
	const struct select *s = g->sel;
	struct acc *acc = g->acc + (size_t)gid * s->nmeasures;
	int exponent = s->currency.n ? g->exponent[currency] : 0;

	for (size_t i = 0; i < s->nmeasures; i++) {
		const struct measure *m = &s->measure[i];
		struct acc one = { 0, 1 };
		int rc = 1;

		if (!m->path) {
			acc[i].n++;
			continue;
		}
		rc = measure_value(g, m, row, exponent, &one.v, e);
		if (rc < 0)
			return -1;
		if (rc)
			acc_add(&acc[i], &one, m->def->kind);
	}
	return 0;
}

/* --- rows ---------------------------------------------------------------- */

static void
gid_add(struct agg *g, const uint32_t *code, size_t n)
{
	size_t nm = g->sel->nmeasures;

	if (g->ngids == g->gid_cap) {
		g->gid_cap = g->gid_cap ? g->gid_cap * 2 : 64;
		g->tuple =
		    xreallocarray(g->tuple, g->gid_cap, sizeof *g->tuple);
		g->acc = xreallocarray(
		    g->acc, g->gid_cap * (nm ? nm : 1), sizeof *g->acc);
	}
	memcpy(g->tuple[g->ngids], code, n * sizeof *code);
	if (nm)
		memset(g->acc + g->ngids * nm, 0, nm * sizeof *g->acc);
	g->ngids++;
}

/* A row of a select with a scope is a group of its own, for the time being. */
static int
scope_row(struct agg *g, uint32_t gid, const struct row *row)
{
	const struct select *s = g->sel;
	struct scope_row *x;
	struct date_range d = { 0, 0, true, true };
	size_t which;

	GROW(g->scope, g->nscope, g->scope_cap);
	x = &g->scope[g->nscope++];
	memset(x, 0, sizeof *x);
	x->gid = gid;
	if (s->when)
		days(s->r, F_PERIOD, path_value(s->when, row), &d);
	x->from = d.from;
	x->to = d.to;
	for (size_t i = 0; i < s->nscopes; i++) {
		x->own[i] = arena_span(
		    &g->arena, path_value(s->scope[i].path[0], row));
		x->all[i] = arena_span(
		    &g->arena, alts_value(&s->scope[i], row, &which));
	}
	return 0;
}

/*
 * Is the row of a select with a scope for something that is grouped by: is a
 * field of the row itself set from which the group is found?
 */
static bool
concerns(const struct agg *g, const struct row *row)
{
	const struct select *s = g->sel;

	for (size_t i = 0; i < s->r->ngroups; i++) {
		const struct grouping *by = &s->group[i];
		bool any = by->date;

		for (size_t k = 0; !any && k < by->root.n; k++)
			any = path_value(by->root.path[k], row).n > 0;
		if (!any)
			return false;
	}
	return true;
}

int
agg_row(struct agg *g, const struct row *row, struct err *e)
{
	const struct select *s = g->sel;
	size_t ngroups = s->r->ngroups;
	uint32_t code[REPORT_GROUPS + 1], gid = 0, unused;
	bool added = false;

	if (s->nscopes && !concerns(g, row))
		return 0;
	if (s->period.alts.n) {
		if (group_code(g, &s->period, &g->period, row, &unused, e))
			return -1;
		if (unused == NO_CODE)
			return 0;
	}
	for (size_t i = 0; i < ngroups; i++) {
		if (group_code(g, &s->group[i], &g->dict[i], row, &code[i], e))
			return -1;
		if (code[i] == NO_CODE)
			return 0;
	}
	code[ngroups] = 0;
	if (s->currency.n && currency_code(g, row, &code[ngroups], e))
		return -1;
	if (s->nscopes) {
		gid = (uint32_t)g->ngids;
		added = true;
		scope_row(g, gid, row);
	} else {
		gid = code[0];
		for (size_t i = 1; i <= ngroups; i++)
			gid = pairs_code(&g->pair[i - 1], gid, code[i], &added);
		if (!ngroups)
			gid = pairs_code(&g->pair[0], 0, code[0], &added);
	}
	if (added)
		gid_add(g, code, ngroups + 1);
	return measure_row(g, gid, code[ngroups], row, e);
}

void
agg_init(struct agg *g, struct select *sel)
{
	memset(g, 0, sizeof *g);
	g->sel = sel;
}

void
agg_release(struct agg *g)
{
	for (size_t i = 0; i < REPORT_GROUPS; i++) {
		dict_release(&g->dict[i]);
		pairs_release(&g->pair[i]);
	}
	dict_release(&g->period);
	dict_release(&g->currency);
	strmap_release(&g->left);
	arena_release(&g->arena);
	free(g->exponent);
	free(g->tuple);
	free(g->acc);
	free(g->scope);
	memset(g, 0, sizeof *g);
}
