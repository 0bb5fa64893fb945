/*
 * report_order: the order of groups: as the report says, else stages as in the
 * process, dates in time, all else by name; what is empty last.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/config.h"
#include "crm/labels.h"
#include "crm/report/report_impl.h"
#include "store/unicode.h"

struct place {
	uint32_t code;
	struct span key, label, folded;
	size_t stage; /* or where the report says that it comes */
};

static size_t
stage_place(const struct config *c, struct span key)
{
	for (size_t i = 0; i < c->nstages; i++)
		if (span_eq(c->stage[i].key, key))
			return i;
	return c->nstages;
}

/* The order that the report has for the keys of this group, or NULL. */
static const struct list *
order_said(const struct report *r, size_t i)
{
	const struct report_def *d = &r->def;

	for (size_t k = 0; k < d->ncolumns; k++)
		if (span_eq(d->column[k].name, r->group_name[i]) &&
		    d->column[k].order.n)
			return &d->column[k].order;
	return NULL;
}

static size_t
list_place(const struct list *l, struct span key)
{
	size_t i = 0;

	while (i < l->n && !span_eq(l->v[i], key))
		i++;
	return i;
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
	const struct list *said = order_said(r, i);
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
		if (said)
			p[k].stage = list_place(said, p[k].key);
		else if (c)
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

static bool
same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* The field that all selects group by in column i; NULL: they differ. */
static const struct field *
group_field(const struct report *r, size_t i)
{
	const struct field *f = NULL;

	for (size_t k = 0; k < r->nselects; k++) {
		const struct alts *a = &r->select[k].group[i].alts;

		for (size_t n = 0; n < a->n && !r->select[k].out; n++) {
			const struct field *g = path_field(a->path[n]);

			if (f && (f->type != g->type ||
				     !same_text(f->choices, g->choices) ||
				     !same_text(f->label, g->label)))
				return NULL;
			f = g;
		}
	}
	return f;
}

void
report_group_labels(struct report *r, size_t i, struct report_column *c)
{
	const struct field *f = group_field(r, i);

	if (!c->none)
		c->none = "(none)";
	if (!f)
		return;
	c->labels = labels_of(r->s, f);
	if (f->label && strcmp(c->name, f->name) == 0 && c->label == c->name)
		c->label = arena_dup(
		    &r->out->arena, f->label, strlen(f->label));
}
