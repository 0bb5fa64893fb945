/*
 * An activity of which one side made another kind, a task of a meeting, while
 * the other side changed it: their properties are not the same, their fields
 * are.
 */
#include <stdlib.h>
#include <string.h>

#include "crm/calendar/item_impl.h"
#include "crm/entities.h"
#include "crm/history/conflict_impl.h"
#include "crm/history/merge_ics_impl.h"
#include "store/id.h"

enum { NSTAMPS = 3 };
static const char *const stamp[NSTAMPS] = { "DTSTAMP", "LAST-MODIFIED",
	"SEQUENCE" };

/* One version, and its row. */
struct version {
	struct ics doc;
	struct item *item;
	struct span *cell;
	struct span stamp[NSTAMPS]; /* as they were read */
};

static int
read_version(struct calendar *cal, struct arena *arena, const char *path,
    struct span text, struct version *v, struct err *e)
{
	struct buf copy = { 0 };
	size_t n = 0;

	v->cell = arena_alloc(arena, (cal->act->nfields + 1) * sizeof *v->cell);
	buf_addspan(&copy, text);
	if (ics_parse(&v->doc, path, &copy, e) ||
	    items_of(cal, &v->doc, path, &v->item, &n, e))
		return -1;
	if (n != 1)
		return err_set(
		    e, ERR_DATA, "%s: one item is to be in it", path);
	for (size_t i = 0; i < NSTAMPS; i++)
		v->stamp[i] = span_trim(
		    ics_value(&v->doc, v->item->comp, stamp[i]));
	return item_row(v->item, arena, v->cell, NULL, e);
}

static bool
fits(const struct calendar *cal, size_t i, const struct item *it)
{
	return act_prop_fits(act_prop(cal->act->field[i]), it->kind);
}

/*
 * What the other side changed, put into the row of the new kind, which stands
 * where that was changed there, too, or has no such field.
 */
static int
join_rows(struct calendar *cal, struct version v[3], struct span *row,
    merge_conflict_fn *fn, void *ctx, struct err *e)
{
	char id[ID_LEN + 1];

	id_unpack(act_id(v[1].item->uid), id);
	for (size_t i = 0; i < cal->act->nfields; i++) {
		const char *name = cal->act->field[i]->name;
		struct span b = v[0].cell[i], n = v[1].cell[i];
		struct span o = v[2].cell[i];

		row[i] = n;
		/* the folder says whose it is, and each side who wrote last */
		if (strcmp(name, "owner") == 0 || span_eq(o, b) ||
		    span_eq(o, n) || (cal->act->field[i]->flags & FIELD_AUTO))
			continue;
		if (span_eq(n, b) && (!o.n || fits(cal, i, v[1].item))) {
			row[i] = o;
			continue;
		}
		/* it has no guests any more, whoever they were */
		if (strcmp(name, "with") == 0 && !n.n)
			continue;
		if (fn && fn(ctx,
			      &(struct merge_conflict){ .id = span(id),
				  .column = span(name),
				  .base = b,
				  .ours = n,
				  .theirs = o },
			      e))
			return -1;
	}
	return 0;
}

/* --- what is no field ---------------------------------------------------- */

/* Another program's, or of a field that only config/fields.csv knows. */
static bool
is_loose(const struct elem *el)
{
	return el->how == ELEM_ONE && span_starts(el->name, span("X-")) &&
	       (!span_starts(el->name, span("X-CRM-")) ||
		   span_starts(el->name, span("X-CRM-F-")));
}

static const struct elem *
elem_of(const struct elems *all, struct span name)
{
	for (size_t i = 0; i < all->n; i++)
		if (span_eq(all->v[i].name, name))
			return &all->v[i];
	return NULL;
}

static bool
same(const struct elem *x, const struct elem *y)
{
	return x == y || (x && y && span_eq(x->canon, y->canon));
}

/* As join_rows(), of one property: b, n and o as v[0], v[1] and v[2] have it. */
static int
join_loose(struct version v[3], const struct elem *b, const struct elem *n,
    const struct elem *o, struct arena *arena, merge_conflict_fn *fn,
    void *ctx, struct err *e)
{
	enum tell_form form = tell_form_of(n, o);
	struct merge_conflict told = { .base = tell_value(b, form, arena),
		.ours = tell_value(n, form, arena),
		.theirs = tell_value(o, form, arena) };
	struct buf column = { 0 };
	char id[ID_LEN + 1];
	int r = 0;

	if (same(o, b) || same(o, n))
		return 0;
	if (same(n, b) && o)
		return ics_set(&v[1].doc, v[1].item->comp, o->spelt.p,
		    o->params, o->value, e);
	if (same(n, b)) {
		ics_remove(&v[1].doc, n->prop);
		return 0;
	}
	id_unpack(act_id(v[1].item->uid), id);
	tell_column(n ? n : o, span(""), &column);
	told.id = span(id);
	told.column = buf_span(&column);
	if (fn)
		r = fn(ctx, &told, e);
	buf_release(&column);
	return r;
}

static int
join_all_loose(struct version v[3], struct arena *arena, merge_conflict_fn *fn,
    void *ctx, struct err *e)
{
	struct elems all[3] = { { 0 } };
	int r = 0;

	for (int i = 0; i < 3; i++)
		elems_of(arena, &v[i].doc, v[i].item->comp, &all[i]);
	for (int i = 0; i < 3; i += 2) {
		for (size_t k = 0; r == 0 && k < all[i].n; k++) {
			const struct elem *x = &all[i].v[k];
			const struct elem *b = elem_of(&all[0], x->name);

			if (is_loose(x) && (i == 0 || !b))
				r = join_loose(v, b, elem_of(&all[1], x->name),
				    elem_of(&all[2], x->name), arena, fn, ctx,
				    e);
		}
	}
	for (int i = 0; i < 3; i++)
		free(all[i].v);
	return r;
}

/*
 * The later of both; what neither has, and the merge has set, goes. So whoever
 * merges, and when, comes to the same bytes.
 */
static int
join_stamps(struct version v[3], struct err *e)
{
	for (size_t i = 0; i < NSTAMPS; i++) {
		struct span n = v[1].stamp[i], o = v[2].stamp[i];
		int64_t x = -1, y = -1;
		bool other = span_int(o, &y) && span_int(n, &x)
		    ? y > x
		    : span_cmp(o, n) > 0;
		struct span later = other ? o : n, none = { NULL, 0 };

		if (ics_set(&v[1].doc, v[1].item->comp, stamp[i], span(""),
			later.n ? later : none, e))
			return -1;
	}
	return 0;
}

/* --- all of it ----------------------------------------------------------- */

/* The kind of the one item of a text; -1: it has none, or several. */
static int
kind_of(const char *path, struct span text, struct buf *uid)
{
	struct buf copy = { 0 };
	struct err ignored = { 0 };
	struct ics d = { 0 };
	bool several = false;
	int k = -1;

	buf_addspan(&copy, text);
	if (ics_parse(&d, path, &copy, &ignored))
		d.ncomps = 0;
	for (size_t i = 1; i < d.ncomps && !several; i++) {
		int kind = item_kind_of(d.comp[i].name);
		struct span its = span_trim(ics_value(&d, i, "UID"));

		if (kind < 0)
			continue;
		several = k >= 0 && !span_eq(its, buf_span(uid));
		if (k < 0)
			buf_addspan(uid, its);
		k = kind;
	}
	ics_release(&d);
	err_release(&ignored);
	return several ? -1 : k;
}

bool
merge_kinds_differ(const char *path, const struct buf side[3], int *made)
{
	struct buf uid[3] = { { 0 } };
	bool differ;
	int k[3];

	for (int i = 0; i < 3; i++)
		k[i] = kind_of(path, buf_span(&side[i]), &uid[i]);
	*made = k[1] == k[0] ? 2 : 1;
	differ = k[0] >= 0 && k[1] >= 0 && k[2] >= 0 && k[1] != k[2] &&
		 (k[1] == k[0] || k[2] == k[0]) &&
		 span_eq(buf_span(&uid[0]), buf_span(&uid[1])) &&
		 span_eq(buf_span(&uid[0]), buf_span(&uid[2]));
	for (int i = 0; i < 3; i++)
		buf_release(&uid[i]);
	return differ;
}

int
merge_kinds(const char *const path[3], const struct span text[3],
    struct buf *out, merge_conflict_fn *fn, void *ctx, struct err *e)
{
	struct schema schema = { 0 };
	struct arena arena = { 0 };
	struct version v[3] = { 0 };
	struct calendar *cal;
	struct span *row;
	int r = 0;

	entities_builtin(&schema);
	cal = calendar_bare(schema_entity(&schema, span("act")));
	row = arena_alloc(&arena, (cal->act->nfields + 1) * sizeof *row);
	for (int i = 0; r == 0 && i < 3; i++)
		r = read_version(cal, &arena, path[i], text[i], &v[i], e);
	if (r == 0) {
		r = join_rows(cal, v, row, fn, ctx, e);
		if (r == 0)
			r = item_set(v[1].item, v[1].cell, row, e);
	}
	if (r == 0)
		r = join_all_loose(v, &arena, fn, ctx, e) || join_stamps(v, e)
			? -1
			: 0;
	if (r == 0)
		ics_write(&v[1].doc, out);
	for (int i = 0; i < 3; i++) {
		items_free(v[i].item);
		ics_release(&v[i].doc);
	}
	calendar_free(cal);
	arena_release(&arena);
	schema_release(&schema);
	return r;
}
