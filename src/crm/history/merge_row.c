/*
 * What becomes of one record in a merge.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/history/merge_impl.h"
#include "crm/history/mergecell.h"
#include "store/id.h"

static int
report(struct merge *m, struct span key, struct span column, struct span base,
    struct span ours, struct span theirs, struct err *e)
{
	struct merge_conflict c = {
		.column = column, .base = base, .ours = ours, .theirs = theirs
	};
	char *text;
	int r;

	if (!m->fn)
		return 0;
	/* the key as people see it */
	text = arena_dup(&m->arena, key.p ? key.p : "", key.n);
	for (size_t i = 0; i < key.n; i++)
		if (text[i] == '\0')
			text[i] = '/';
	c.id = span_n(text, key.n);
	r = m->fn(m->ctx, &c, e);
	return r;
}

static struct span *
cells_at(const struct merge *m, const struct mrow *r, int side)
{
	return r->at[side] == MERGE_NONE ? NULL
					 : side_cells(m, side, r->at[side]);
}

static void
note_base(const struct merge *m, struct mrow *r)
{
	const struct span *base = cells_at(m, r, BASE);

	r->is_base = base && merge_same_cells(m, base, r->cell);
}

/* The result is what this side has. */
static void
take(const struct merge *m, struct mrow *r, int side)
{
	r->cell = cells_at(m, r, side);
	note_base(m, r);
}

/* Rows with the same bytes under the same header need no look at cells. */
static bool
merge_bytes(const struct merge *m, struct mrow *r)
{
	struct span b, o, t;

	if (!m->same_head || r->at[BASE] == MERGE_NONE)
		return false;
	b = side_raw(m, BASE, r->at[BASE]);
	o = side_raw(m, OURS, r->at[OURS]);
	t = side_raw(m, THEIRS, r->at[THEIRS]);
	if (span_eq(b, o) && span_eq(b, t)) {
		r->cell = cells_at(m, r, BASE);
		r->is_base = true;
	} else if (span_eq(b, o)) {
		take(m, r, THEIRS);
	} else if (span_eq(b, t) || span_eq(o, t)) {
		take(m, r, OURS);
	} else {
		return false;
	}
	return true;
}

static bool
changed(const struct span *base, const struct span *cell, size_t c)
{
	return !span_eq(base ? base[c] : span(""), cell[c]);
}

/*
 * An amount from one side beside a currency from the other would be money
 * that nobody meant.
 */
static int
check_money(struct merge *m, const struct mrow *r, const struct span *b,
    const struct span *o, const struct span *t, struct err *e)
{
	size_t cur = MERGE_NONE;
	bool co, ct;

	for (size_t c = 0; c < m->ncols; c++)
		if (m->field[c] && m->field[c]->type == F_CURRENCY)
			cur = c;
	if (cur == MERGE_NONE || span_eq(o[cur], t[cur]))
		return 0;
	co = changed(b, o, cur);
	ct = changed(b, t, cur);
	for (size_t c = 0; c < m->ncols; c++) {
		bool mo, mt;

		if (!m->field[c] || m->field[c]->type != F_MONEY)
			continue;
		mo = changed(b, o, c);
		mt = changed(b, t, c);
		if (((co && !ct && mt && !mo) || (ct && !co && mo && !mt)) &&
		    report(m, r->key, m->col[c], b ? b[c] : span(""),
			r->cell[c], mo ? t[c] : o[c], e))
			return -1;
	}
	return 0;
}

static int
merge_cells(struct merge *m, struct mrow *r, struct err *e)
{
	const struct span *b = cells_at(m, r, BASE);
	const struct span *o = cells_at(m, r, OURS);
	const struct span *t = cells_at(m, r, THEIRS);

	r->cell = arena_alloc(&m->arena, (m->ncols + 1) * sizeof *r->cell);
	for (size_t c = 0; c < m->ncols; c++) {
		struct span base = b ? b[c] : span("");

		if (!merge_cell(
			m->field[c], base, o[c], t[c], &m->arena, &r->cell[c]))
			continue;
		if (report(m, r->key, m->col[c], base, r->cell[c],
			span_eq(r->cell[c], o[c]) ? t[c] : o[c], e))
			return -1;
	}
	note_base(m, r);
	return check_money(m, r, b, o, t, e);
}

/* One side removed it; what the other side did decides. */
static int
merge_removed(struct merge *m, struct mrow *r, int kept, struct err *e)
{
	if (merge_same_cells(m, cells_at(m, r, BASE), cells_at(m, r, kept)))
		return 0;
	take(m, r, kept);
	return report(m, r->key, span("(record)"), span(""), span("changed"),
	    span("removed"), e);
}

/* --- an open conflict, found by two clones ------------------------------- */

static size_t
column_named(const struct merge *m, const char *name)
{
	for (size_t c = 0; c < m->ncols; c++)
		if (span_eqs(m->col[c], name))
			return c;
	return MERGE_NONE;
}

/*
 * Rows of conflicts.csv for one cell: of all values the greatest stands, the
 * next one is offered instead of it. Where they do not even agree on what was
 * there before, they are two conflicts, and the greater row stands.
 */
static void
merge_offers(
    struct merge *m, struct mrow *r, const struct span *o, const struct span *t)
{
	size_t base = column_named(m, "base"), a = column_named(m, "ours");
	size_t b = column_named(m, "theirs");
	struct span v[4], top, next = span("");
	size_t c = 0;

	while (c + 1 < m->ncols && span_eq(o[c], t[c]))
		c++;
	if (a == MERGE_NONE || b == MERGE_NONE || base == MERGE_NONE ||
	    !span_eq(o[base], t[base])) {
		take(m, r, span_cmp(o[c], t[c]) > 0 ? OURS : THEIRS);
		return;
	}
	v[0] = o[a], v[1] = o[b], v[2] = t[a], v[3] = t[b];
	top = span_cmp(o[a], t[a]) > 0 ? o[a] : t[a];
	for (int i = 0; i < 4; i++)
		if (!span_eq(v[i], top) && span_cmp(v[i], next) > 0)
			next = v[i];
	r->cell = arena_alloc(&m->arena, (m->ncols + 1) * sizeof *r->cell);
	for (c = 0; c < m->ncols; c++)
		r->cell[c] = span_cmp(o[c], t[c]) > 0 ? o[c] : t[c];
	r->cell[a] = top;
	r->cell[b] = next;
	note_base(m, r);
}

static void
merge_open_conflict(struct merge *m, struct mrow *r)
{
	const struct span *b = cells_at(m, r, BASE);
	const struct span *o = cells_at(m, r, OURS);
	const struct span *t = cells_at(m, r, THEIRS);

	if (b && merge_same_cells(m, b, o))
		take(m, r, THEIRS);
	else if ((b && merge_same_cells(m, b, t)) || merge_same_cells(m, o, t))
		take(m, r, OURS);
	else
		merge_offers(m, r, o, t);
}

/* --- two records with one id --------------------------------------------- */

/*
 * Two different records under one id: may they be two versions of one (made in
 * one clone, changed, and picked into another)?
 */
static bool
same_record(const struct merge *m, const struct mrow *r)
{
	const struct span *o = cells_at(m, r, OURS), *t;
	size_t created = column_named(m, "created");
	size_t name = column_named(m, "name");

	t = cells_at(m, r, THEIRS);
	if (merge_same_cells(m, o, t))
		return true;
	if (m->ent->append_only ||
	    (created == MERGE_NONE && name == MERGE_NONE))
		return false;
	return (created == MERGE_NONE || span_eq(o[created], t[created])) &&
	       (name == MERGE_NONE || span_eq(o[name], t[name]));
}

struct named {
	struct span name, value;
};

static int
by_name(const void *a, const void *b)
{
	return span_cmp(
	    ((const struct named *)a)->name, ((const struct named *)b)->name);
}

/*
 * What a record says, in a form that depends neither on the order of columns
 * nor on empty ones, and without its id.
 */
static void
content_of(const struct merge *m, const struct span *cell, struct buf *out)
{
	struct named *v = xcalloc(m->ncols + 1, sizeof *v);
	size_t n = 0;

	for (size_t c = 0; c < m->ncols; c++)
		if (cell[c].n && c != m->id_col)
			v[n++] = (struct named){ m->col[c], cell[c] };
	qsort(v, n, sizeof *v, by_name);
	for (size_t i = 0; i < n; i++) {
		buf_addspan(out, v[i].name);
		buf_addc(out, '\0');
		buf_addspan(out, v[i].value);
		buf_addc(out, '\0');
	}
	free(v);
}

/* FNV-1a with a last stir: the same in every build, for ever. */
static uint64_t
stable_hash(struct span s, uint64_t seed)
{
	uint64_t h = 0xcbf29ce484222325u ^ seed;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3u;
	h = (h ^ h >> 33) * 0xff51afd7ed558ccdu;
	h = (h ^ h >> 33) * 0xc4ceb9fe1a85ec53u;
	return h ^ h >> 33;
}

static bool
same_content(const struct merge *m, const struct span *a, const struct span *b)
{
	for (size_t c = 0; c < m->ncols; c++)
		if (c != m->id_col && !span_eq(a[c], b[c]))
			return false;
	return true;
}

enum taken { FREE, TAKEN, IS_IT };

/* IS_IT: an earlier merge has already put the record under that id. */
static enum taken
id_taken(const struct merge *m, struct span id, const struct span *cell)
{
	enum taken r = FREE;

	for (int i = 0; i < SIDES; i++) {
		size_t row = strmap_get(&m->side[i].row, id);

		if (row == MERGE_NONE)
			continue;
		if (same_content(m, side_cells(m, i, row), cell))
			return IS_IT;
		r = TAKEN;
	}
	return r;
}

/*
 * Letter and month stay, and what else says in which file it is found; the rest
 * is made from the content. True where the record is not there yet.
 */
static bool
new_id(struct merge *m, struct span old, struct span content,
    const struct span *cell, struct span *out)
{
	const uint64_t random =
	    ((uint64_t)1 << (m->ent->beside ? 30 : 40)) - 1;
	uint64_t packed = id_pack_canonical(old);
	enum taken known = TAKEN;
	char text[ID_LEN + 1];

	for (uint64_t seed = 0; known == TAKEN; seed++) {
		uint64_t h = stable_hash(content, seed);

		id_unpack((packed & ~random) | (h & random), text);
		known = id_taken(m, span(text), cell);
	}
	*out = arena_span(&m->arena, span(text));
	return known == FREE;
}

static void
add_moved(struct merge *m, struct span id, const struct span *cell)
{
	struct mrow r = { .key = id };

	for (int s = 0; s < SIDES; s++)
		r.at[s] = MERGE_NONE;
	r.cell = arena_alloc(&m->arena, (m->ncols + 1) * sizeof *r.cell);
	memcpy(r.cell, cell, m->ncols * sizeof *r.cell);
	r.cell[m->id_col] = id;
	GROW(m->row, m->nrows, m->row_cap);
	m->row[m->nrows++] = r;
}

/* Splits row i into two; the one with the lesser content keeps the id. */
static int
split(struct merge *m, size_t i, struct err *e)
{
	struct mrow *r = &m->row[i];
	struct buf o = { 0 }, t = { 0 };
	struct span id, key = r->key;
	int stays, goes, rc = 0;
	bool fresh;

	if (!id_pack_canonical(key))
		return merge_cells(m, r, e);
	content_of(m, cells_at(m, r, OURS), &o);
	content_of(m, cells_at(m, r, THEIRS), &t);
	stays = span_cmp(buf_span(&o), buf_span(&t)) < 0 ? OURS : THEIRS;
	goes = stays == OURS ? THEIRS : OURS;
	take(m, r, stays);
	fresh = new_id(m, key, buf_span(goes == OURS ? &o : &t),
	    cells_at(m, r, goes), &id);
	if (fresh) {
		add_moved(m, id, cells_at(m, r, goes));
		rc = report(m, key, span("(id)"), span(""), key, id, e);
	}
	buf_release(&o);
	buf_release(&t);
	return rc;
}

/* --- a row --------------------------------------------------------------- */

int
merge_row(struct merge *m, size_t i, struct err *e)
{
	struct mrow *r = &m->row[i];
	bool b = r->at[BASE] != MERGE_NONE, o = r->at[OURS] != MERGE_NONE,
	     t = r->at[THEIRS] != MERGE_NONE;

	if (!o && !t)
		return 0;
	if (!o || !t) {
		int kept = o ? OURS : THEIRS;

		if (b)
			return merge_removed(m, r, kept, e);
		take(m, r, kept);
		return 0;
	}
	if (merge_bytes(m, r))
		return 0;
	if (strcmp(m->ent->name, "conflict") == 0) {
		merge_open_conflict(m, r);
		return 0;
	}
	if (!b && m->ent->letter && !same_record(m, r))
		return split(m, i, e);
	return merge_cells(m, r, e);
}
