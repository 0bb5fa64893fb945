#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/query/query_impl.h"
#include "store/id.h"

enum { MAX_HOPS = 16 };

static const struct span nothing = { "", 0 };

size_t
columns_slot(struct columns *c, const char *name)
{
	for (size_t i = 0; i < c->n; i++) {
		if (span_eqs(c->name[i], name))
			return i;
	}
	GROW(c->name, c->n, c->cap);
	c->name[c->n] = span(name);
	return c->n++;
}

struct columns *
node_columns(struct query *q, struct node *n)
{
	return n->table ? &n->table->want : &q->want;
}

static struct jtable *
query_table(struct query *q, struct entity *ent)
{
	struct jtable *t;

	for (size_t i = 0; i < q->ntables; i++) {
		if (q->table[i]->ent == ent)
			return q->table[i];
	}
	t = xcalloc(1, sizeof *t);
	t->ent = ent;
	columns_slot(&t->want, "id");
	GROW(q->table, q->ntables, q->table_cap);
	q->table[q->ntables++] = t;
	return t;
}

/* The node behind the reference field f of n, made where it is new. */
static struct node *
query_node(struct query *q, struct node *n, const struct field *f)
{
	size_t ref = columns_slot(node_columns(q, n), f->name);
	struct entity *ent = schema_entity(&q->s->schema, span(f->ref));
	struct node *child;

	for (size_t i = 1; i < q->nnodes; i++) {
		if (q->node[i]->parent == n && q->node[i]->ref == ref)
			return q->node[i];
	}
	if (!ent)
		return NULL;
	child = xcalloc(1, sizeof *child);
	child->index = q->nnodes;
	child->parent = n;
	child->ref = ref;
	child->ent = ent;
	child->table = query_table(q, ent);
	GROW(q->node, q->nnodes, q->node_cap);
	q->node[q->nnodes++] = child;
	return child;
}

/* A field of ent; the headers of its files are read before one is refused. */
static int
find_field(struct query *q, struct entity *ent, struct span name,
    struct field **f, struct err *e)
{
	struct buf near = { 0 };

	*f = entity_field(ent, name);
	if (*f)
		return 0;
	if (session_learn(q->s, ent, e) < 0)
		return -1;
	*f = entity_field(ent, name);
	if (*f)
		return 0;
	entity_suggest(ent, name, &near);
	err_set(e, ERR_USAGE, "%s has no field '%.*s'%s%s", ent->name,
	    SPANF(name), near.n ? "; the nearest: " : "", near.n ? near.p : "");
	buf_release(&near);
	return -1;
}

/* Takes the entity's own name off "opp.stage", unless it is a field's. */
static struct span
unqualified(const struct query *q, struct span text)
{
	struct span rest = text, head = span_cut(&rest, '.');

	if (rest.n == 0 || entity_field(q->ent, head))
		return text;
	if (span_ieqs(head, q->ent->name) || span_ieqs(head, q->ent->plural))
		return rest;
	return text;
}

/* Follows all but the last name of a path; *last is that. */
static int
walk(struct query *q, struct span text, struct node **n, struct field **last,
    struct err *e)
{
	struct span rest = unqualified(q, text), head;
	struct node *next;

	*n = q->node[0];
	for (int hops = 0; hops <= MAX_HOPS; hops++) {
		head = span_cut(&rest, '.');
		if (find_field(q, (*n)->ent, head, last, e) < 0)
			return -1;
		if (rest.n == 0)
			return 0;
		if ((*last)->type != F_REF)
			return err_set(e, ERR_USAGE,
			    "'%.*s': %s is no reference to another record",
			    SPANF(text), (*last)->name);
		next = query_node(q, *n, *last);
		if (!next)
			return err_set(
			    e, ERR_BUG, "no entity '%s'", (*last)->ref);
		*n = next;
	}
	return err_set(e, ERR_USAGE, "'%.*s' follows more than %d references",
	    SPANF(text), MAX_HOPS);
}

static int
bind_virtual(struct query *q, struct path *p, struct err *e)
{
	struct columns *c = node_columns(q, p->node);

	p->virt = virt_find(p->node->ent->name, p->field->name);
	if (!p->virt)
		return err_set(e, ERR_BUG, "nothing computes '%s' of %s",
		    p->field->name, p->node->ent->name);
	for (size_t i = 0; i < VIRT_DEPS && p->virt->dep[i]; i++)
		p->dep[i] = columns_slot(c, p->virt->dep[i]);
	/* what is added up, or has activities, is found by id */
	if ((p->virt->totals || (p->virt->acts && p->node->parent)) &&
	    p->node->table && !p->node->table->id_text) {
		p->node->table->id_text = true;
		p->node->table->stride = 0; /* load again */
	}
	if (p->virt->acts && query_acts(q, e))
		return -1;
	return p->virt->config ? query_config(q, e) : 0;
}

static int
bind(struct query *q, struct path *p, struct err *e)
{
	const struct field *currency;

	p->slot = p->head.slot = p->currency = NO_SLOT;
	if (p->field->flags & FIELD_VIRTUAL) {
		if (bind_virtual(q, p, e) < 0)
			return -1;
	} else {
		p->slot =
		    columns_slot(node_columns(q, p->node), p->field->name);
		if (!p->node->parent) {
			p->head.slot = p->slot;
		} else if (p->slot == 0 && !p->node->table->id_text) {
			p->node->table->id_text = true;
			p->node->table->stride = 0; /* load again */
		}
	}
	if (p->field->type == F_MONEY) {
		currency = entity_field(p->node->ent, span("currency"));
		if (currency && currency->type == F_CURRENCY)
			p->currency = columns_slot(
			    node_columns(q, p->node), currency->name);
	}
	return 0;
}

void
path_bind_label(struct query *q, struct path *p)
{
	if (p->label || p->field->type != F_REF || p->virt)
		return;
	p->label = query_node(q, p->node, p->field);
	if (!p->label)
		return;
	for (size_t i = 0; i < p->label->ent->nfields; i++) {
		const struct field *f = p->label->ent->field[i];

		if ((f->flags & FIELD_NAME) && !(f->flags & FIELD_VIRTUAL) &&
		    p->nlabels < LABELS)
			p->label_slot[p->nlabels++] =
			    columns_slot(&p->label->table->want, f->name);
	}
}

int
query_path(struct query *q, struct span text, bool labels, struct path **out,
    struct err *e)
{
	struct node *n;
	struct field *f;
	struct path *p;

	for (size_t i = 0; i < q->npaths; i++) {
		if (!span_eqs(text, q->path[i]->text))
			continue;
		*out = q->path[i];
		if (labels)
			path_bind_label(q, *out);
		return 0;
	}
	if (walk(q, text, &n, &f, e) < 0)
		return -1;
	p = xcalloc(1, sizeof *p);
	p->field = f;
	p->node = n;
	if (bind(q, p, e) < 0) {
		free(p);
		return -1;
	}
	p->text = span_dup(text);
	p->index = q->npaths;
	if (labels)
		path_bind_label(q, p);
	GROW(q->path, q->npaths, q->path_cap);
	q->path[q->npaths++] = p;
	*out = p;
	return 0;
}

void
path_early(struct path *p, bool label)
{
	struct node *n = label && p->label ? p->label : p->node;

	p->early = true;
	for (; n && !n->early; n = n->parent)
		n->early = true;
}

const struct field *
path_field(const struct path *p)
{
	return p->field;
}

const char *
path_text(const struct path *p)
{
	return p->text;
}

const struct span *
node_cells(const struct node *n, const struct row *r)
{
	struct qthread *t = r->scratch;
	const struct span *up;

	if (!n->parent)
		return r->cell;
	if (t->memo[n->index].seq == r->seq)
		return t->memo[n->index].cell;
	up = node_cells(n->parent, r);
	t->memo[n->index].seq = r->seq;
	t->memo[n->index].cell = up ? jtable_find(n->table, up[n->ref]) : NULL;
	return t->memo[n->index].cell;
}

struct span
path_value_far(const struct path *p, const struct row *r)
{
	const struct span *cell = node_cells(p->node, r);

	if (!cell)
		return nothing;
	if (p->virt)
		return p->virt->value(r->scratch, p, cell);
	return cell[p->slot];
}

struct span
path_label(const struct path *p, const struct row *r)
{
	struct span v = path_value(p, r);
	const struct span *cell;

	if (!p->label || v.n == 0)
		return v;
	cell = node_cells(p->label, r);
	if (!cell)
		return span("(hidden)");
	for (size_t i = 0; i < p->nlabels; i++) {
		if (cell[p->label_slot[i]].n)
			return cell[p->label_slot[i]];
	}
	return v;
}

int
path_dec(const struct path *p, const struct row *r, struct dec *out)
{
	struct span v;

	if (p->virt && p->virt->dec) {
		const struct span *cell = node_cells(p->node, r);

		return cell ? p->virt->dec(r->scratch, p, cell, out) : 0;
	}
	v = path_value(p, r);
	if (v.n == 0)
		return 0;
	return dec_parse(v, out) ? 1 : -1;
}
