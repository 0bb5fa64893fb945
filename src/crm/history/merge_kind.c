/*
 * An activity of which one side made another kind, a task of a meeting, while
 * the other side changed it: their properties are not the same, their fields
 * are.
 */
#include <string.h>

#include "crm/calendar/item_impl.h"
#include "crm/entities.h"
#include "crm/history/conflict_impl.h"
#include "store/id.h"

/* One version, and its row. */
struct version {
	struct ics doc;
	struct item *item;
	struct span *cell;
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
