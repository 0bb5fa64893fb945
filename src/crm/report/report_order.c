/*
 * report_order: the order of groups: stages as in the process, dates in time,
 * all else by name; what is empty last.
 */
#include <stdlib.h>

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
