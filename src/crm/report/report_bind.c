/*
 * report_bind: a definition and what the user asked for become queries: one
 * per entity, which serves all selects over it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/report/report_impl.h"
#include "store/id.h"

static int
bad(const struct select *s, const char *what, struct err *e)
{
	return err_set(e, ERR_DATA, "%s:%zu: select '%.*s': %s",
	    s->def->at->file, s->def->at->line, SPANF(s->def->name), what);
}

/* --- paths --------------------------------------------------------------- */

struct span
report_alias(struct report *r, const struct select *s, struct span path)
{
	for (size_t i = 0; i < s->def->alias.n; i++) {
		struct span to = s->def->alias.v[i];
		struct span from = span_trim(span_cut(&to, ':'));

		to = span_trim(to);
		if (span_eq(path, from))
			return to;
		if (path.n > from.n && span_starts(path, from) &&
		    path.p[from.n] == '.' && !to.n)
			return span_n(path.p + from.n + 1,
			    path.n - from.n - 1);
		if (path.n > from.n && span_starts(path, from) &&
		    path.p[from.n] == '.')
			return arena_printf(&r->arena, "%.*s%.*s", SPANF(to),
			    (int)(path.n - from.n), path.p + from.n);
	}
	return path;
}

static int
bind_alts(struct report *r, struct select *s, struct span text, bool labels,
    struct alts *out, struct err *e)
{
	struct span one;

	memset(out, 0, sizeof *out);
	text = span_trim(text);
	do {
		one = span_trim(span_cut(&text, '|'));
		if (out->n == REPORT_ALTS)
			return bad(s, "too many alternatives of a path", e);
		if (query_path(s->scan->q, report_alias(r, s, one), labels,
			&out->path[out->n], e))
			return -1;
		out->n++;
	} while (text.n);
	return 0;
}

static bool
is_date(enum field_type t)
{
	return t == F_DATE || t == F_INSTANT || t == F_WHEN || t == F_PERIOD;
}

static void
set_kind(struct grouping *g)
{
	enum field_type t = path_field(g->alts.path[0])->type;

	g->date = is_date(t);
	g->stands = t == F_PERIOD;
	g->instant = 0;
	for (size_t i = 0; g->date && i < g->alts.n; i++)
		if (path_field(g->alts.path[i])->type == F_INSTANT ||
		    path_field(g->alts.path[i])->type == F_WHEN)
			g->instant |= 1u << i;
}

/* The currency of a money field stands in the same record. */
static int
bind_currency(
    struct report *r, struct select *s, struct span path, struct err *e)
{
	struct alts found;
	const char *dot = path.n ? memrchr(path.p, '.', path.n) : NULL;
	size_t n = dot ? (size_t)(dot + 1 - path.p) : 0;
	struct span text =
	    arena_printf(&r->arena, "%.*scurrency", (int)n, path.p);

	if (bind_alts(r, s, text, false, &found, e))
		return -1;
	if (s->currency.n && s->currency.path[0] != found.path[0])
		return bad(
		    s, "its sums have currencies of different records", e);
	s->currency = found;
	return 0;
}

static enum field_type
measure_type(enum measure_kind k, enum field_type t)
{
	if (k == M_COUNT)
		return F_INT;
	if (k == M_WEIGHTED)
		return F_MONEY;
	return k == M_AVG && t == F_INT ? F_DECIMAL : t;
}

static int
bind_measure(struct report *r, struct select *s, size_t i, struct err *e)
{
	const struct measure_def *d = &s->def->measure[i];
	struct measure *m = &s->measure[i];
	struct span arg = d->arg;
	struct alts a;
	enum field_type t = F_INT;

	m->def = d;
	m->index = r->nmeasures++;
	if (d->kind == M_WEIGHTED && !arg.n)
		arg = span("amount");
	if (d->kind != M_COUNT) {
		if (bind_alts(r, s, arg, false, &a, e))
			return -1;
		m->path = a.path[0];
		t = path_field(m->path)->type;
	}
	if (d->kind == M_WEIGHTED) {
		if (bind_alts(r, s, span("chance"), false, &a, e))
			return -1;
		m->chance = a.path[0];
	}
	m->money = t == F_MONEY;
	m->date = t == F_DATE && (d->kind == M_MIN || d->kind == M_MAX);
	m->type = measure_type(d->kind, t);
	if (!m->money && !m->date && t != F_INT && t != F_DECIMAL &&
	    t != F_PERCENT)
		return bad(s, "a measure is of a field that is no number", e);
	/* which is rounded in each row */
	if (m->money && span_eqs(span(path_field(m->path)->name), "weighted"))
		return bad(s, "write weighted for sum(weighted)", e);
	if (d->kind == M_WEIGHTED && !m->money)
		return bad(s, "only money can be weighted", e);
	return m->money ? bind_currency(r, s, arg, e) : 0;
}

/* --- groups -------------------------------------------------------------- */

static size_t
index_of(const struct list *l, struct span name)
{
	size_t i = 0;

	while (i < l->n && !span_eq(l->v[i], name))
		i++;
	return i;
}

/* What a select groups by under a name that is none of the report's own. */
static struct span
by_path(const struct report *r, const struct select *s, struct span name)
{
	const struct report_def *d = &r->def;

	for (size_t i = 0; i < d->nbys; i++) {
		const struct by_def *b = &d->byd[i];
		size_t k;

		if (!span_eq(b->name, name))
			continue;
		k = index_of(&b->select, s->def->name);
		if (k < b->select.n)
			return b->path.v[k];
	}
	return name;
}

/* Several names of --by stand where one would; all, if one is a group's own. */
static void
several(const struct report *r, struct span by, struct list *l)
{
	const struct list *own = &r->def.group;
	size_t at = index_of(own, r->def.by);
	struct list named = { .n = 0 };
	bool all = false;

	while (by.n && named.n < REPORT_COLUMNS) {
		struct span name = span_trim(span_cut(&by, ','));

		all |= index_of(own, name) < own->n &&
		       !span_eq(name, r->def.by);
		named.v[named.n++] = name;
	}
	l->n = 0;
	for (size_t i = 0; i < at && i < own->n && !all; i++)
		l->v[l->n++] = own->v[i];
	for (size_t i = 0; i < named.n && l->n < REPORT_COLUMNS; i++)
		l->v[l->n++] = named.v[i];
	for (size_t i = at + 1; i < own->n && !all; i++)
		if (l->n < REPORT_COLUMNS)
			l->v[l->n++] = own->v[i];
}

/* The names of the result's groups: the report's, changed by --by. */
static int
group_names(struct report *r, struct err *e)
{
	const struct list *own = &r->def.group;
	struct span by = span_trim(span(r->a->by));
	struct list l = *own;
	size_t at = index_of(own, r->def.by);

	if (by.n && memchr(by.p, ',', by.n)) {
		several(r, by, &l);
	} else if (by.n && index_of(own, by) < own->n) {
		if (!span_eq(by, r->def.by)) {
			l.n = 1;
			l.v[0] = by;
		}
	} else if (by.n) {
		l.v[at] = by;
		l.n = at < own->n ? own->n : own->n + 1;
	}
	if (l.n > REPORT_GROUPS)
		return err_set(
		    e, ERR_USAGE, "--by: more than %d groups", REPORT_GROUPS);
	r->ngroups = l.n;
	for (size_t i = 0; i < l.n; i++)
		r->group_name[i] = l.v[i];
	return 0;
}

/* The fields of the row itself from which these paths start. */
static int
bind_root(struct report *r, struct select *s, struct span path,
    struct alts *out, struct err *e)
{
	struct buf roots = { 0 };
	struct span text;

	while (path.n) {
		struct span one =
		    report_alias(r, s, span_trim(span_cut(&path, '|')));

		if (roots.n)
			buf_addc(&roots, '|');
		buf_addspan(&roots, span_cut(&one, '.'));
	}
	text = arena_span(&r->arena, buf_span(&roots));
	buf_release(&roots);
	return bind_alts(r, s, text, false, out, e);
}

/*
 * A select with a scope may lack what the others are grouped by: no targets
 * are kept for it, and that is said.
 */
static int
bind_group(struct report *r, struct select *s, size_t i, struct err *e)
{
	size_t own = index_of(&r->def.group, r->group_name[i]);
	struct grouping *g = &s->group[i];
	struct span path = own < r->def.group.n
			       ? s->def->group.v[own]
			       : by_path(r, s, r->group_name[i]);
	struct err miss = { 0 };

	if (!path.n)
		return err_set(e, ERR_USAGE, "--by: a name is empty");
	if (bind_alts(r, s, path, true, &g->alts, &miss) == 0) {
		set_kind(g);
		if (s->nscopes && bind_root(r, s, path, &g->root, e))
			return -1;
		if (g->date)
			r->group_type[i] = F_DATE;
		else if (path_field(g->alts.path[0])->type == F_STAGE)
			r->group_type[i] = F_STAGE;
		return 0;
	}
	if (s->nscopes && miss.code == ERR_USAGE) {
		s->out = true;
		report_note(r, s->scan->ent,
		    arena_printf(&r->arena, "%s are not kept by %.*s",
			s->scan->ent->plural, SPANF(r->group_name[i])),
		    0);
		err_release(&miss);
		return 0;
	}
	err_set(e, miss.code, "%s", miss.msg);
	err_release(&miss);
	return -1;
}

/* What --period restricts: its own path, else the date group. */
static int
bind_period(struct report *r, struct select *s, struct err *e)
{
	struct span path = s->def->period;

	for (size_t i = 0; i < r->ngroups; i++) {
		if (s->group[i].date && !path.n) {
			s->group[i].restricted = true;
			return 0;
		}
	}
	/* The date group may have fallen to --by. */
	for (size_t i = 0; i < s->def->group.n && !path.n; i++) {
		struct grouping g = { 0 };

		if (bind_alts(r, s, s->def->group.v[i], false, &g.alts, e))
			return -1;
		set_kind(&g);
		if (g.date)
			path = s->def->group.v[i];
	}
	if (!path.n)
		return err_set(e, ERR_USAGE,
		    "report '%.*s' has no date of %s for --period",
		    SPANF(r->def.name), s->scan->ent->plural);
	if (bind_alts(r, s, path, false, &s->period.alts, e))
		return -1;
	set_kind(&s->period);
	s->period.restricted = true;
	return s->period.date ? 0 : bad(s, "its period is no date", e);
}

/* --- selects ------------------------------------------------------------- */

static int
bind_scope(struct report *r, struct select *s, struct err *e)
{
	for (size_t i = 0; i < s->def->scope.n; i++) {
		if (bind_alts(r, s, s->def->scope.v[i], false, &s->scope[i], e))
			return -1;
		s->nscopes++;
	}
	for (size_t i = 0; s->nscopes && i < s->def->group.n; i++) {
		struct alts a;

		if (bind_alts(r, s, s->def->group.v[i], false, &a, e))
			return -1;
		if (path_field(a.path[0])->type == F_PERIOD)
			s->when = a.path[0];
	}
	return 0;
}

/*
 * Every record has its row where the report is grouped as it is written, and
 * not of certain rows only.
 */
static int
bind_every(struct report *r, struct select *s, struct err *e)
{
	const struct list *own = &r->def.group;

	s->out = r->a->has_ids || r->ngroups != 1 ||
		 !span_eq(r->group_name[0], own->v[0]);
	if (s->out)
		return 0;
	if (bind_group(r, s, 0, e))
		return -1;
	return query_path(
	    s->scan->q, s->def->every, false, &s->group[0].label, e);
}

static int
bind_select(struct report *r, struct select *s, struct err *e)
{
	if (s->def->every.n)
		return bind_every(r, s, e);
	if (bind_scope(r, s, e))
		return -1;
	for (size_t i = 0; i < r->ngroups; i++)
		if (bind_group(r, s, i, e))
			return -1;
	if (r->a->period && !s->out && bind_period(r, s, e))
		return -1;
	for (size_t i = 0; i < s->def->nmeasures; i++)
		if (bind_measure(r, s, i, e))
			return -1;
	s->nmeasures = s->def->nmeasures;
	return 0;
}

static int
plan(struct report *r, struct select *s, struct err *e)
{
	struct entity *ent = schema_entity(&r->s->schema, s->def->entity);
	size_t i = 0;

	if (!ent)
		return bad(s, "there is no such entity", e);
	while (i < r->nscans && r->scan[i].ent != ent)
		i++;
	if (i == r->nscans) {
		r->nscans++;
		r->scan[i].ent = ent;
		r->scan[i].q = query_new(r->s, ent);
	}
	s->scan = &r->scan[i];
	s->scan->sel[s->scan->n++] = s;
	return 0;
}

static int
dates(struct report *r, struct err *e)
{
	enum date_unit named;

	r->unit = r->def.unit;
	if (r->a->period) {
		if (date_period(
			span(r->a->period), &r->s->dates, &r->range, &named, e))
			return -1;
		if (r->def.unit_of_period && named != UNIT_DAY)
			r->unit = named;
	}
	if (r->a->unit && !report_unit_parse(span(r->a->unit), &r->unit))
		return err_set(e, ERR_USAGE,
		    "unknown unit '%s'; known are: day, week, month, quarter, "
		    "year",
		    r->a->unit);
	return 0;
}

/* Rows from "-" narrow what is read of their kind. */
static int
restrict_ids(struct report *r, struct err *e)
{
	char letter = r->a->nids ? (char)id_letter(r->a->id[0]) : '\0';
	bool any = !letter;

	for (size_t i = 0; r->a->has_ids && i < r->nscans; i++) {
		if (letter && r->scan[i].ent->letter != letter)
			continue;
		if (r->scan[i].n == 1 && r->scan[i].sel[0]->def->every.n)
			continue;
		query_ids(r->scan[i].q, r->a->id, r->a->nids);
		any = true;
	}
	if (r->a->has_ids && !any) {
		const struct entity *ent = schema_letter(&r->s->schema, letter);

		return err_set(e, ERR_USAGE,
		    "report '%.*s' is not about %s: it cannot take such rows",
		    SPANF(r->def.name), ent ? ent->plural : "these records");
	}
	return 0;
}

static int
check_unit(const struct report *r, struct err *e)
{
	for (size_t i = 0; i < r->ngroups; i++) {
		if (r->group_type[i] == F_DATE)
			return 0;
	}
	return !r->a->unit ? 0
			   : err_set(e, ERR_USAGE,
				 "--unit %s: report '%.*s' is not grouped by "
				 "a date here",
				 r->a->unit, SPANF(r->def.name));
}

int
report_bind(struct report *r, struct err *e)
{
	if (dates(r, e) || group_names(r, e))
		return -1;
	for (size_t i = 0; i < r->def.nselects; i++) {
		struct select *s = &r->select[i];

		s->def = &r->def.select[i];
		s->r = r;
		s->index = i;
		r->nselects++;
		if (plan(r, s, e) || bind_select(r, s, e))
			return -1;
	}
	if (check_unit(r, e) || restrict_ids(r, e))
		return -1;
	return report_filters(r, e);
}
