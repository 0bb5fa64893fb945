/*
 * report_order: the order of groups: stages as in the process, dates in time,
 * all else by name; what is empty last.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/config.h"
#include "crm/report/report_impl.h"
#include "store/unicode.h"

struct place {
	uint32_t code;
	struct span key, label, folded;
	size_t stage;
};

static size_t
stage_place(const struct config *c, struct span key)
{
	for (size_t i = 0; i < c->nstages; i++)
		if (span_eq(c->stage[i].key, key))
			return i;
	return c->nstages;
}

/* Empty last; stages as in the process; dates by their keys; else by name. */
static int
cmp_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int d;

	if (!x->key.n || !y->key.n)
		return !x->key.n - !y->key.n;
	if (x->stage != y->stage)
		return x->stage < y->stage ? -1 : 1;
	d = span_cmp(x->folded, y->folded);
	if (!d)
		d = span_cmp(x->label, y->label);
	return d ? d : span_cmp(x->key, y->key);
}

static struct span
folded(struct arena *a, struct span s)
{
	struct buf b = { 0 };
	struct span out;

	uni_fold(&b, s);
	out = arena_span(a, buf_span(&b));
	buf_release(&b);
	return out;
}

int
report_rank(struct report *r, size_t i, uint32_t **rank, struct err *e)
{
	const struct dict *d = &r->join->dict[i];
	struct place *p = xcalloc(d->n + 1, sizeof *p);
	struct config *c = NULL;
	int rc = 0;

	if (r->group_type[i] == F_STAGE)
		rc = session_config(r->s, &c, e);
	for (size_t k = 0; !rc && k < d->n; k++) {
		p[k].code = (uint32_t)k;
		p[k].key = d->code[k].key;
		p[k].label = d->code[k].label;
		if (r->group_type[i] == F_DATE)
			p[k].folded = p[k].key;
		else
			p[k].folded = folded(&r->arena, p[k].label);
		if (c)
			p[k].stage = stage_place(c, p[k].key);
	}
	if (!rc && d->n)
		qsort(p, d->n, sizeof *p, cmp_place);
	*rank = xcalloc(d->n + 1, sizeof **rank);
	for (size_t k = 0; !rc && k < d->n; k++)
		(*rank)[p[k].code] = (uint32_t)k;
	free(p);
	return rc;
}

/* --- what things are called ---------------------------------------------- */

/* A group called "month" is called what it is where --unit says otherwise. */
struct span
report_group_shown(const struct report *r, size_t i)
{
	enum date_unit u;
	bool dates = report_unit_parse(r->group_name[i], &u);

	return dates ? span(report_unit_name(r->unit)) : r->group_name[i];
}

/* "Deals by stage" with --by owner is "Deals by owner". */
const char *
report_title(struct report *r)
{
	struct span t = r->def.title;
	struct buf b = { 0 };
	const char *at, *s;

	at = t.n ? memmem(t.p, t.n, " by ", 4) : NULL;
	if (!r->a->by || !r->a->by[0] || !at)
		return arena_dup(&r->out->arena, t.p ? t.p : "", t.n);
	buf_add(&b, t.p, (size_t)(at + 4 - t.p));
	for (size_t i = 0; i < r->ngroups; i++) {
		buf_adds(&b, !i ? "" : i + 1 < r->ngroups ? ", " : " and ");
		buf_addspan(&b, report_group_shown(r, i));
	}
	s = arena_span(&r->out->arena, buf_span(&b)).p;
	buf_release(&b);
	return s;
}
