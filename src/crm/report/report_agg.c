/*
 * report_agg: rows to groups. A thread has one struct agg per select; nothing
 * is allocated per row, only per new value and per new group.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "crm/entities.h"
#include "crm/report/report_impl.h"

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

int
agg_bad_cell(struct agg *g, const struct path *p, struct span v, struct err *e)
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
	if ((t == F_INSTANT || t == F_WHEN) && instant_parse(v, &at)) {
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
	size_t known;
	bool added;

	*code = NO_CODE;
	if (by->restricted && r->range.has_from && d->from < r->range.from)
		return d->to >= r->range.from;
	if (by->restricted && r->range.has_to && d->to > r->range.to)
		return d->from <= r->range.to;
	if (by->stands && d->to > date_bucket_end(d->from, r->unit, fiscal))
		return 1;
	date_format(first, key);
	known = strmap_get(&dict->key, span(key));
	if (known != (size_t)-1) {
		*code = (uint32_t)known;
		return 0;
	}
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
		struct span label = by->label ? path_value(by->label, row)
					      : path_label(p, row);

		*code = dict_key(d, v, label, &added);
	} else if (!v.n) {
		*code = by->restricted ? NO_CODE : dict_key(d, v, v, &added);
	} else {
		if (!days(g->sel->r, t, v, &range))
			return agg_bad_cell(g, p, v, e);
		/* not remembered: every row of that period is counted */
		if (bucket(g, by, &range, d, code)) {
			leave_out(g, v);
			return 0;
		}
	}
	if (!by->date || !day_place(v)) /* those have a table of their own */
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
	size_t at;

	if (by->instant >> which & 1)
		return instant_code(g, by, d, p, row, v, code, e);
	at = by->date ? day_place(v) : 0;
	if (at) {
		if (day_find(d, at, code))
			return 0;
		if (new_code(g, by, d, p, row, v, code, e))
			return -1;
		day_remember(d, at, *code);
		return 0;
	}
	if (dict_find(d, v, code))
		return 0;
	return new_code(g, by, d, p, row, v, code, e);
}

/* The row's currency; empty is the base. Its digits are looked up once. */
static int
currency_code(
    struct agg *g, const struct row *row, uint32_t *code, struct err *e)
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
		return err_set(
		    e, ERR_DATA, "currency '%.*s' is not known", SPANF(c));
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
		x->own[i] =
		    arena_span(&g->arena, path_value(s->scope[i].path[0], row));
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

/* A row that no group is for: counted where its time is that of the report. */
static int
count_elsewhere(struct agg *g, const struct row *row, struct err *e)
{
	const struct select *s = g->sel;
	uint32_t code = 0;
	size_t k = 0;

	if (s->period.alts.n &&
	    group_code(g, &s->period, &g->period, row, &code, e))
		return -1;
	for (size_t i = 0; i < s->r->ngroups && code != NO_CODE; i++) {
		if (s->group[i].date &&
		    group_code(g, &s->group[i], &g->dict[i], row, &code, e))
			return -1;
	}
	if (code == NO_CODE)
		return 0;
	while (k < s->nscopes && !path_value(s->scope[k].path[0], row).n)
		k++;
	g->elsewhere[k]++;
	return 0;
}

int
agg_row(struct agg *g, const struct row *row, struct err *e)
{
	const struct select *s = g->sel;
	size_t ngroups = s->r->ngroups;
	uint32_t code[REPORT_GROUPS + 1], gid = 0, unused;
	bool added = false;

	if (s->nscopes && !concerns(g, row))
		return count_elsewhere(g, row, e);
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
	return agg_measure(g, gid, code[ngroups], row, e);
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
