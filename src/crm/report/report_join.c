/*
 * report_join: reading, and the groups of all threads and selects brought
 * together: a full outer join by the keys of the groups.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/report/report_impl.h"

void
report_note(
    struct report *r, const struct entity *ent, struct span text, size_t n)
{
	size_t was;
	bool added;

	if (n)
		text = arena_printf(&r->arena, "%s\t%s\t%.*s", ent->name,
		    ent->plural, SPANF(text));
	was = strmap_get(&r->note, text);

	if (was == (size_t)-1)
		strmap_add(&r->note, arena_span(&r->arena, text), n, &added);
	else
		strmap_set(&r->note, text, was + n);
}

/* --- one thread ---------------------------------------------------------- */

struct thread {
	struct scan_plan *plan;
	struct agg agg[REPORT_SELECTS];
};

static void *
begin(void *ctx, struct err *e)
{
	struct scan_plan *p = ctx;
	struct thread *t = xcalloc(1, sizeof *t);

	(void)e;
	t->plan = p;
	for (size_t i = 0; i < p->n; i++)
		agg_init(&t->agg[i], p->sel[i]);
	return t;
}

static bool
passes(const struct select *s, const struct row *row)
{
	return !s->out && (!s->filter[0] || filter_match(s->filter[0], row)) &&
	       (!s->filter[1] || filter_match(s->filter[1], row));
}

static int
row(void *state, const struct row *x, struct err *e)
{
	struct thread *t = state;
	const struct scan_plan *p = t->plan;
	struct span id;

	for (size_t i = 0; i < p->n; i++) {
		if (!passes(p->sel[i], x) || !agg_row(&t->agg[i], x, e))
			continue;
		if (p->id) {
			id = path_value(p->id, x);
			err_prefix(e, "%.*s: ", SPANF(id));
		}
		return -1;
	}
	return 0;
}

/* What threads found is joined when all have ended. */
static int
keep(void *ctx, void *state, struct err *e)
{
	struct scan_plan *p = ctx;

	(void)e;
	GROW(p->done, p->ndone, p->done_cap);
	p->done[p->ndone++] = state;
	return 0;
}

/* --- the join ------------------------------------------------------------ */

static struct join_cell *
cell_of(struct report *r, const uint32_t *code, uint32_t currency)
{
	struct join *j = r->join;
	uint32_t row_at = 0, cell_at;
	bool added = false;

	for (size_t i = 0; i < r->ngroups; i++)
		row_at = pairs_code(&j->pair[i], row_at, code[i], &added);
	if (!r->ngroups)
		row_at = pairs_code(&j->pair[0], 0, 0, &added);
	if (added) {
		GROW(j->row, j->nrows, j->row_cap);
		memset(&j->row[j->nrows], 0, sizeof *j->row);
		memcpy(
		    j->row[j->nrows++].code, code, r->ngroups * sizeof *code);
	}
	cell_at = pairs_code(&j->pair_cell, row_at, currency, &added);
	if (added) {
		struct join_cell *c;

		GROW(j->cell, j->ncells, j->cell_cap);
		c = &j->cell[j->ncells++];
		c->acc =
		    arena_alloc(&j->arena, (r->nmeasures + 1) * sizeof *c->acc);
		c->currency = currency;
		c->next = j->row[row_at].cell;
		j->row[row_at].cell = (uint32_t)j->ncells;
	}
	return &j->cell[cell_at];
}

/* Codes of a thread to those of the join. */
static uint32_t *
translated(struct dict *to, const struct dict *from)
{
	uint32_t *code = xcalloc(from->n + 1, sizeof *code);
	bool added;

	for (size_t i = 0; i < from->n; i++)
		code[i] = dict_key(
		    to, from->code[i].key, from->code[i].label, &added);
	return code;
}

static bool *
left_out(const struct agg *g)
{
	bool *out = xcalloc(g->ngids + 1, sizeof *out);

	for (size_t i = 0; i < g->nscope; i++)
		out[g->scope[i].gid] = g->scope[i].out;
	return out;
}

/* What --by calls field k of the scope; without one, all but the dates. */
static struct span
by_name(const struct report *r, const struct select *s, size_t k)
{
	struct span name = span("");

	for (size_t i = 0; k == s->nscopes && i < r->def.group.n; i++) {
		if (!span_eq(r->def.group.v[i], r->def.by))
			return r->def.group.v[i];
	}
	if (k == s->nscopes)
		return name;
	name = s->def->scope.v[k];
	name = span_trim(span_cut(&name, '|'));
	for (size_t i = 0; i < s->def->alias.n; i++) {
		struct span to = s->def->alias.v[i];
		struct span from = span_trim(span_cut(&to, ':'));

		if (span_eq(span_trim(to), name))
			return from;
	}
	return name;
}

/* Plans for something else than what is grouped by. */
static void
note_elsewhere(struct report *r, const struct agg *g)
{
	const struct select *s = g->sel;

	for (size_t k = 0; k <= s->nscopes; k++) {
		struct span by = by_name(r, s, k);

		if (!g->elsewhere[k] || !by.n)
			continue;
		report_note(r, s->scan->ent,
		    arena_printf(&r->arena,
			"left out, not by %.*s: see --by %.*s",
			SPANF(r->group_name[r->ngroups - 1]), SPANF(by)),
		    g->elsewhere[k]);
	}
}

static void
notes(struct report *r, const struct agg *g)
{
	note_elsewhere(r, g);
	for (size_t i = 0; i < g->left.n; i++) {
		const struct strmap_entry *x = &g->left.entry[i];

		report_note(r, g->sel->scan->ent,
		    arena_printf(&r->arena,
			"for %.*s left out: longer periods are not split",
			SPANF(x->key)),
		    x->value);
	}
}

static void
join_agg(struct report *r, struct agg *g)
{
	struct join *j = r->join;
	const struct select *s = g->sel;
	uint32_t *code[REPORT_GROUPS + 1];
	size_t n = r->ngroups;
	bool *out = left_out(g);

	for (size_t i = 0; i < n; i++)
		code[i] = translated(&j->dict[i], &g->dict[i]);
	code[n] = translated(&j->currency, &g->currency);
	for (size_t i = 0; i < g->ngids; i++) {
		uint32_t tuple[REPORT_GROUPS];
		struct join_cell *c;

		if (out[i])
			continue;
		for (size_t k = 0; k < n; k++)
			tuple[k] = code[k][g->tuple[i][k]];
		c = cell_of(r, tuple,
		    s->currency.n ? code[n][g->tuple[i][n]] : NO_CODE);
		for (size_t k = 0; k < s->nmeasures; k++)
			acc_add(&c->acc[s->measure[k].index],
			    &g->acc[i * s->nmeasures + k],
			    s->measure[k].def->kind);
	}
	notes(r, g);
	for (size_t i = 0; i <= n; i++)
		free(code[i]);
	free(out);
}

void
join_free(struct join *j)
{
	if (!j)
		return;
	for (size_t i = 0; i < REPORT_GROUPS; i++) {
		dict_release(&j->dict[i]);
		pairs_release(&j->pair[i]);
	}
	dict_release(&j->currency);
	pairs_release(&j->pair_cell);
	free(j->row);
	free(j->cell);
	arena_release(&j->arena);
	free(j);
}

/* --- reading ------------------------------------------------------------- */

static void
scopes(struct scan_plan *p, size_t which)
{
	struct scope_row **all = NULL;
	size_t n = 0, cap = 0;

	for (size_t i = 0; i < p->ndone; i++) {
		struct agg *g = &((struct thread *)p->done[i])->agg[which];

		for (size_t k = 0; k < g->nscope; k++) {
			GROW(all, n, cap);
			all[n++] = &g->scope[k];
		}
	}
	report_scope(all, n, p->sel[which]->nscopes);
	free(all);
}

static void
finish(struct report *r, struct scan_plan *p, bool ok)
{
	for (size_t i = 0; ok && i < p->n; i++)
		if (p->sel[i]->nscopes)
			scopes(p, i);
	for (size_t i = 0; i < p->ndone; i++) {
		struct thread *t = p->done[i];

		for (size_t k = 0; k < p->n; k++) {
			if (ok)
				join_agg(r, &t->agg[k]);
			agg_release(&t->agg[k]);
		}
		free(t);
	}
	free(p->done);
	p->done = NULL;
	p->ndone = p->done_cap = 0;
}

static int
read_plan(struct report *r, struct scan_plan *p, struct err *e)
{
	struct sink sink = {
		.begin = begin, .row = row, .end = keep, .ctx = p
	};
	int rc = query_run(p->q, &sink, e);

	finish(r, p, !rc);
	if (rc && r->bad_cell && !p->id && p->ent->letter) {
		/* once more, now to find out whose cell it is */
		err_release(e);
		if (query_path(p->q, span("id"), false, &p->id, e))
			return -1;
		rc = query_run(p->q, &sink, e);
		finish(r, p, false);
	}
	return rc;
}

int
report_read(struct report *r, struct err *e)
{
	r->join = xcalloc(1, sizeof *r->join);
	for (size_t i = 0; i < r->nscans; i++)
		if (read_plan(r, &r->scan[i], e))
			return -1;
	return 0;
}
