/*
 * What becomes of the properties of one component, and of what is in it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/history/merge_ics_impl.h"

/* A property in all versions, and what of it stands. */
struct mprop {
	struct span key;
	const struct elem *at[SIDES];
	const struct elem *stands; /* NULL: it goes */
};

struct mcontent {
	struct imerge *m;
	const struct mcomp *c;
	struct elems side[SIDES];
	struct mprop *prop;
	size_t nprops, cap;
	struct strmap by_key;
};

/* Where a component of a side is; of one that has removed it, base's. */
static size_t
place_of(const struct mcomp *c, int side, int *of)
{
	*of = side;
	if (c->at[side] == ICS_NONE && side != BASE)
		*of = BASE;
	return c->at[*of];
}

/* --- properties in all versions ------------------------------------------ */

/* Names of which a side has two that nothing tells apart. */
static void
find_repeats(struct mcontent *x, struct strmap *names)
{
	for (int s = 0; s < SIDES; s++) {
		struct strmap seen = { 0 };
		struct elems *all = &x->side[s];

		for (size_t i = 0; i < all->n; i++) {
			bool added;
			size_t first = strmap_add(
			    &seen, all->v[i].key, i, &added)->value;

			if (added || all->v[i].how >= ELEM_SET)
				continue;
			strmap_set(names, all->v[i].name, 1);
			strmap_set(names, all->v[first].name, 1);
		}
		strmap_release(&seen);
	}
}

static int
by_key(const void *a, const void *b)
{
	return span_cmp(((const struct mprop *)a)->key,
	    ((const struct mprop *)b)->key);
}

static void
add_elem(struct mcontent *x, int side, struct elem *el)
{
	bool added;
	size_t at =
	    strmap_add(&x->by_key, el->key, x->nprops, &added)->value;

	if (added) {
		GROW(x->prop, x->nprops, x->cap);
		memset(&x->prop[x->nprops], 0, sizeof *x->prop);
		x->prop[x->nprops++].key = el->key;
	}
	if (!x->prop[at].at[side])
		x->prop[at].at[side] = el;
}

static void
collect(struct mcontent *x)
{
	struct strmap repeats = { 0 };

	for (int s = 0; s < SIDES; s++) {
		int of;
		size_t comp = place_of(x->c, s, &of);

		if (comp != ICS_NONE)
			elems_of(&x->m->arena, &x->m->doc[of], comp,
			    &x->side[s]);
	}
	find_repeats(x, &repeats);
	for (int s = 0; s < SIDES; s++) {
		for (size_t i = 0; i < x->side[s].n; i++) {
			struct elem *el = &x->side[s].v[i];

			if (el->how < ELEM_SET &&
			    strmap_get(&repeats, el->name) != (size_t)-1) {
				el->how = ELEM_SET;
				el->key = el->canon;
			}
			add_elem(x, s, el);
		}
	}
	strmap_release(&repeats);
	strmap_release(&x->by_key);
	if (x->nprops)
		qsort(x->prop, x->nprops, sizeof *x->prop, by_key);
	for (size_t i = 0; i < x->nprops; i++)
		strmap_set(&x->by_key, x->prop[i].key, i);
}

/* --- what stands --------------------------------------------------------- */

static bool
same(const struct elem *a, const struct elem *b)
{
	return a && b ? span_eq(a->canon, b->canon) : a == b;
}

/* What is not there is less than anything; of what says the same, by bytes. */
static int
elem_cmp(const struct elem *a, const struct elem *b)
{
	int c;

	if (!a || !b)
		return (a != NULL) - (b != NULL);
	c = span_cmp(a->canon, b->canon);
	if (!c)
		c = span_cmp(a->value, b->value);
	if (!c)
		c = span_cmp(a->params, b->params);
	return c ? c : span_cmp(a->spelt, b->spelt);
}

static const struct elem *
greater(const struct elem *a, const struct elem *b)
{
	return elem_cmp(a, b) > 0 ? a : b;
}

static const struct elem *
greater_number(const struct elem *a, const struct elem *b)
{
	int64_t x = -1, y = -1;

	(void)span_int(span_trim(a->value), &x);
	(void)span_int(span_trim(b->value), &y);
	return x == y ? greater(a, b) : x > y ? a : b;
}

/* True where the sides do not agree, and nothing says who is right. */
static bool
decide(struct mprop *p)
{
	const struct elem *b = p->at[BASE], *o = p->at[OURS];
	const struct elem *t = p->at[THEIRS], *any = o ? o : t;

	if (same(o, t)) {
		p->stands = greater(o, t);
		return false;
	}
	if (same(b, o) || same(b, t)) {
		p->stands = same(b, o) ? t : o;
		return false;
	}
	if (any && any->how == ELEM_OWNER) {
		p->stands = o && t ? greater(o, t) : NULL;
		return false;
	}
	switch (o && t ? any->how : ELEM_ONE) {
	case ELEM_MAX:
		p->stands = greater(o, t);
		return false;
	case ELEM_MIN:
		p->stands = greater(o, t) == o ? t : o;
		return false;
	case ELEM_COUNT:
		p->stands = greater_number(o, t);
		return false;
	default:
		p->stands = greater(o, t);
		return true;
	}
}

static bool
is_list(const struct elem *el)
{
	return el->how == ELEM_WORD || el->how == ELEM_DATE;
}

/* --- the result ---------------------------------------------------------- */

static const struct elem *
standing(const struct mcontent *x, const struct elem *el)
{
	size_t i = strmap_get(&x->by_key, el->key);

	return i == (size_t)-1 ? NULL : x->prop[i].stands;
}

static int
put_one(struct mcontent *x, const struct elem *was, const struct elem *w,
    struct err *e)
{
	struct ics *d = &x->m->doc[SKEL];

	if (!w || !span_eq(was->name, w->name)) {
		ics_remove(d, was->prop);
		return w ? ics_add(d, x->c->at[SKEL], w->spelt.p, w->params,
			       w->value, e)
			 : 0;
	}
	return same(was, w)
	    ? 0
	    : ics_replace(d, was->prop, w->params, w->value, e);
}

/* Words that are new in the list of that name, behind each other. */
static void
new_words(const struct mcontent *x, struct span name, struct buf *out)
{
	for (size_t i = 0; i < x->nprops; i++) {
		const struct elem *w = x->prop[i].stands;

		if (!w || w->how != ELEM_WORD || x->prop[i].at[SKEL] ||
		    !span_eq(w->name, name) || !w->value.n)
			continue;
		if (out->n)
			buf_addc(out, ',');
		buf_addspan(out, w->value);
	}
}

static bool
first_of_name(const struct mcontent *x, size_t i)
{
	const struct elems *all = &x->side[SKEL];

	for (size_t k = 0; k < i; k++)
		if (span_eq(all->v[k].name, all->v[i].name))
			return false;
	return true;
}

/* A line of a list that is there, from element i on; *i: behind it. */
static int
put_line(struct mcontent *x, size_t *i, struct err *e)
{
	const struct elems *all = &x->side[SKEL];
	const struct elem *first = &all->v[*i];
	bool adds = first->how == ELEM_WORD && first_of_name(x, *i);
	const struct span as_they_are = { NULL, 0 };
	bool changed = false;
	struct buf v = { 0 };
	size_t had;
	int r = 0;

	for (; *i < all->n && all->v[*i].prop == first->prop; ++*i) {
		if (!standing(x, &all->v[*i])) {
			changed = true;
			continue;
		}
		if (v.n)
			buf_addc(&v, ',');
		buf_addspan(&v, all->v[*i].value);
	}
	had = v.n;
	if (adds)
		new_words(x, first->name, &v);
	if (changed && !v.n)
		ics_remove(&x->m->doc[SKEL], first->prop);
	else if (changed || v.n != had)
		r = ics_replace(&x->m->doc[SKEL], first->prop,
		    as_they_are, buf_span(&v), e);
	buf_release(&v);
	return r;
}

static int
put_there(struct mcontent *x, struct err *e)
{
	const struct elems *all = &x->side[SKEL];
	int r = 0;

	for (size_t i = 0; r == 0 && i < all->n;) {
		const struct elem *el = &all->v[i];

		if (is_list(el))
			r = put_line(x, &i, e);
		else
			r = put_one(x, &all->v[i++], standing(x, el), e);
	}
	return r;
}

static bool
has_line(const struct mcontent *x, struct span name)
{
	for (size_t i = 0; i < x->side[SKEL].n; i++)
		if (span_eq(x->side[SKEL].v[i].name, name))
			return true;
	return false;
}

/* What SKEL has nothing of, in the order of the keys. */
static int
put_new(struct mcontent *x, struct err *e)
{
	struct span done = span("");
	int r = 0;

	for (size_t i = 0; r == 0 && i < x->nprops; i++) {
		const struct elem *w = x->prop[i].stands;
		struct buf v = { 0 };

		if (!w || x->prop[i].at[SKEL])
			continue;
		if (w->how != ELEM_WORD) {
			r = ics_add(&x->m->doc[SKEL], x->c->at[SKEL],
			    w->spelt.p, w->params, w->value, e);
			continue;
		}
		if (has_line(x, w->name) || span_eq(done, w->name))
			continue;
		done = w->name;
		new_words(x, w->name, &v);
		r = ics_add(&x->m->doc[SKEL], x->c->at[SKEL], w->spelt.p,
		    span(""), buf_span(&v), e);
		buf_release(&v);
	}
	return r;
}

/* --- what is in it: alarms ----------------------------------------------- */

/* The child of a version that says this, or ICS_NONE. */
static size_t
child_saying(struct mcontent *x, int side, struct span canon)
{
	int of;
	size_t comp = place_of(x->c, side, &of), c = ICS_NONE;
	struct ics *d = &x->m->doc[of];

	while (comp != ICS_NONE && (c = ics_child(d, comp, NULL, c)) != ICS_NONE)
		if (span_eq(comp_canon(&x->m->arena, d, c, true), canon))
			return c;
	return ICS_NONE;
}

/* What both have, and what one has added. */
static bool
child_stands(struct mcontent *x, struct span canon)
{
	bool b = child_saying(x, BASE, canon) != ICS_NONE;
	bool o = child_saying(x, OURS, canon) != ICS_NONE;
	bool t = child_saying(x, THEIRS, canon) != ICS_NONE;

	return b ? o && t : o || t;
}

struct child {
	struct span canon, text;
};

static int
by_canon(const void *a, const void *b)
{
	const struct child *x = a, *y = b;
	int c = span_cmp(x->canon, y->canon);

	return c ? c : -span_cmp(x->text, y->text);
}

/* Those that SKEL lacks; of what says the same the greater bytes. */
static int
put_new_children(struct mcontent *x, struct err *e)
{
	struct ics *skel = &x->m->doc[SKEL];
	struct child *v = NULL;
	size_t n = 0, cap = 0;
	int r = 0;

	for (int s = OURS; s <= THEIRS; s++) {
		int of;
		size_t comp = place_of(x->c, s, &of), c = ICS_NONE;
		struct ics *d = &x->m->doc[of];

		while (comp != ICS_NONE &&
		    (c = ics_child(d, comp, NULL, c)) != ICS_NONE) {
			struct span canon =
			    comp_canon(&x->m->arena, d, c, true);
			struct buf text = { 0 };

			if (!child_stands(x, canon) ||
			    child_saying(x, SKEL, canon) != ICS_NONE)
				continue;
			comp_render(d, c, skel->crlf, &text);
			GROW(v, n, cap);
			v[n++] = (struct child){ canon,
				arena_span(&x->m->arena, buf_span(&text)) };
			buf_release(&text);
		}
	}
	if (n)
		qsort(v, n, sizeof *v, by_canon);
	for (size_t i = 0; r == 0 && i < n; i++)
		if (!i || !span_eq(v[i].canon, v[i - 1].canon))
			r = ics_add_text(skel, x->c->at[SKEL], v[i].text, e);
	free(v);
	return r;
}

static int
merge_children(struct mcontent *x, struct err *e)
{
	struct ics *d = &x->m->doc[SKEL];
	size_t c = ICS_NONE;

	while ((c = ics_child(d, x->c->at[SKEL], NULL, c)) != ICS_NONE)
		if (!child_stands(x, comp_canon(&x->m->arena, d, c, true)))
			ics_remove_comp(d, c);
	return put_new_children(x, e);
}

int
merge_comp(struct imerge *m, const struct mcomp *c, bool inner, struct err *e)
{
	struct mcontent x = { .m = m, .c = c };
	int r = 0;

	collect(&x);
	for (size_t i = 0; r == 0 && i < x.nprops; i++) {
		struct mprop *p = &x.prop[i];

		if (decide(p))
			r = tell_prop(m, c, p->at[BASE], p->at[OURS],
			    p->at[THEIRS], p->stands, e);
	}
	if (r == 0)
		r = put_there(&x, e) || put_new(&x, e) ? -1 : 0;
	if (r == 0 && inner)
		r = merge_children(&x, e);
	strmap_release(&x.by_key);
	for (int s = 0; s < SIDES; s++)
		free(x.side[s].v);
	free(x.prop);
	return r;
}
