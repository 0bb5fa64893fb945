/*
 * What both sides changed is told: as the field that people know, where it is
 * one and its values are known, else as the property.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/calendar/item_impl.h"
#include "crm/history/merge_ics_impl.h"
#include "store/id.h"

static int
tell(struct imerge *m, struct span uid, struct span column, struct span base,
    struct span stands, struct span other, struct err *e)
{
	struct merge_conflict c = { .column = column, .base = base,
		.ours = stands, .theirs = other };
	char id[ID_LEN + 1];

	if (!m->fn)
		return 0;
	id_unpack(act_id(uid), id);
	c.id = span(id);
	return m->fn(m->ctx, &c, e);
}

/* --- fields -------------------------------------------------------------- */

static bool
is_of(const struct act_field *af, const struct field *f,
    const struct elem *el)
{
	const struct act_prop *p = af->prop;

	if (!p)
		return false;
	switch (p->how) {
	case P_TEXT:
	case P_RAW:
	case P_TIME:
	case P_CLASS:
		return span_eqs(el->name, af->name);
	case P_INSTANT:
		return span_eqs(el->name, af->name) ||
		    (strcmp(f->name, "completed") == 0 &&
			span_eqs(el->name, "X-CRM-COMPLETED"));
	case P_END:
		return span_eqs(el->name, af->name) ||
		    span_eqs(el->name, "DURATION");
	case P_STATE:
		return span_eqs(el->name, af->name) ||
		    span_eqs(el->name, "X-CRM-STATE");
	case P_REF:
		return span_eqs(el->name, "X-CRM-REF") &&
		    span_eqs(el->tells, f->name);
	default:
		return false;
	}
}

static const struct field *
field_of(const struct imerge *m, const struct elem *el)
{
	for (size_t i = 0; i < m->act->nfields; i++)
		if (is_of(&m->cal->map->field[i], m->act->field[i], el))
			return m->act->field[i];
	return NULL;
}

/* The items of all versions; false where one of them has what is none. */
static bool
know_items(struct imerge *m)
{
	struct err ignored = { 0 };

	if (m->asked)
		return m->readable;
	m->asked = m->readable = true;
	for (int s = BASE; s <= THEIRS && m->readable; s++)
		m->readable = !m->has[s] ||
		    items_of(m->cal, &m->doc[s], m->path, &m->item[s],
			&m->nitems[s], &ignored) == 0;
	err_release(&ignored);
	return m->readable;
}

static void
later(struct imerge *m, struct span uid, const struct field *f)
{
	for (size_t i = 0; i < m->nfields; i++)
		if (m->field[i].field == f && span_eq(m->field[i].uid, uid))
			return;
	GROW(m->field, m->nfields, m->field_cap);
	m->field[m->nfields++] = (struct mfield){ uid, f };
}

/* The cell of a field of the item, if it is among them. */
static struct span
cell_of(struct imerge *m, struct item *item, size_t n, const struct mfield *f)
{
	struct span *value = arena_alloc(
	    &m->arena, (m->act->nfields + 1) * sizeof *value);
	struct err ignored = { 0 };

	for (size_t i = 0; i < n; i++) {
		if (!span_eq(item[i].uid, f->uid))
			continue;
		if (item_row(&item[i], &m->arena, value, NULL, &ignored) == 0)
			return value[f->field->index];
		err_release(&ignored);
		break;
	}
	return span("");
}

static int
tell_field(struct imerge *m, const struct mfield *f, struct item *now,
    size_t nnow, struct err *e)
{
	struct span cell[3], stands = cell_of(m, now, nnow, f), other;

	for (int s = BASE; s <= THEIRS; s++)
		cell[s] = cell_of(m, m->item[s], m->nitems[s], f);
	/* the same after all: by a default, or but for a parameter */
	if (span_eq(cell[OURS], cell[THEIRS]))
		return 0;
	other = span_eq(stands, cell[OURS]) ? cell[THEIRS] : cell[OURS];
	if (!span_eq(stands, cell[OURS]) && !span_eq(stands, cell[THEIRS]) &&
	    span_cmp(cell[THEIRS], other) > 0)
		other = cell[THEIRS];
	return tell(m, f->uid, span(f->field->name), cell[BASE], stands, other,
	    e);
}

int
tell_fields(struct imerge *m, struct span text, struct err *e)
{
	struct ics doc = { 0 };
	struct item *item = NULL;
	struct buf copy = { 0 };
	size_t n = 0;
	int r;

	if (m->nfields == 0)
		return 0;
	buf_addspan(&copy, text);
	r = ics_parse(&doc, m->path, &copy, e) ||
		    items_of(m->cal, &doc, m->path, &item, &n, e)
	    ? -1
	    : 0;
	for (size_t i = 0; r == 0 && i < m->nfields; i++)
		r = tell_field(m, &m->field[i], item, n, e);
	items_free(item);
	ics_release(&doc);
	return r;
}

/* --- properties ---------------------------------------------------------- */

void
tell_column(const struct elem *el, struct span rid, struct buf *out)
{
	buf_addspan(out, el->name);
	if (el->tells.n)
		buf_addf(out, " %.*s", SPANF(el->tells));
	if (rid.n)
		buf_addf(out, " %.*s", SPANF(rid));
}

struct span
tell_value(const struct elem *el, enum tell_form form, struct arena *a)
{
	if (!el)
		return span("");
	if (form == TELL_PARAMS)
		return el->params;
	if (form == TELL_VALUE || !el->params.n)
		return el->value;
	return arena_printf(
	    a, ";%.*s:%.*s", SPANF(el->params), SPANF(el->value));
}

enum tell_form
tell_form_of(const struct elem *x, const struct elem *y)
{
	if (!x || !y || span_eq(x->params, y->params))
		return TELL_VALUE;
	return span_eq(x->value, y->value) ? TELL_PARAMS : TELL_WHOLE;
}

int
tell_prop(struct imerge *m, const struct mcomp *c, const struct elem *b,
    const struct elem *o, const struct elem *t, const struct elem *w,
    struct err *e)
{
	const struct elem *any = w ? w : b;
	const struct field *f = c->rid.n ? NULL : field_of(m, any);
	const struct elem *other = w == o ? t : o;
	enum tell_form form = tell_form_of(w, other);
	struct buf column = { 0 };
	int r;

	if (!c->uid.n || !m->fn)
		return 0;
	if (f && know_items(m)) {
		later(m, c->uid, f);
		return 0;
	}
	tell_column(any, c->rid, &column);
	r = tell(m, c->uid, buf_span(&column), tell_value(b, form, &m->arena),
	    tell_value(w, form, &m->arena), tell_value(other, form, &m->arena),
	    e);
	buf_release(&column);
	return r;
}

int
tell_removed(struct imerge *m, const struct mcomp *c, struct err *e)
{
	struct buf column = { 0 };
	int r;

	if (!c->uid.n)
		return 0;
	if (c->rid.n)
		buf_addf(&column, "(%.*s)", SPANF(c->rid));
	else
		buf_adds(&column, "(record)");
	r = tell(m, c->uid, buf_span(&column), span(""), span("changed"),
	    span("removed"), e);
	buf_release(&column);
	return r;
}
