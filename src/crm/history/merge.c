#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/history/merge_impl.h"
#include "store/csvwrite.h"

static const char *const side_name[SIDES] = { "the common", "our", "their" };

struct span *
side_cells(const struct merge *m, int side, size_t row)
{
	return m->side[side].s.cell + row * m->ncols;
}

struct span
side_raw(const struct merge *m, int side, size_t row)
{
	const struct side *x = &m->side[side];
	uint64_t at = x->s.row_at[row];

	return span_n(x->data.p + at, (size_t)(x->s.row_at[row + 1] - at));
}

static int
bad_side(int side, struct err *e)
{
	return err_suffix(e, " (in %s version)", side_name[side]);
}

/* --- columns ------------------------------------------------------------- */

static bool
have_column(const struct merge *m, struct span name)
{
	for (size_t c = 0; c < m->ncols; c++)
		if (span_eq(m->col[c], name))
			return true;
	return false;
}

static void
push_column(struct merge *m, struct span name)
{
	GROW(m->col, m->ncols, m->col_cap);
	m->col[m->ncols++] = arena_span(&m->arena, name);
}

/*
 * Place of an added column: fields that are built in, then all others. Custom
 * fields are "others", so that clones with different config agree.
 */
static size_t
column_rank(const struct merge *m, struct span name)
{
	const struct field *f = entity_field(m->ent, name);

	return f && !(f->flags & (FIELD_CUSTOM | FIELD_FOUND)) ? f->index
							       : MERGE_NONE;
}

static void
sort_added(struct merge *m)
{
	for (size_t i = m->nbase + 1; i < m->ncols; i++) {
		struct span name = m->col[i];
		size_t rank = column_rank(m, name), k = i;

		for (; k > m->nbase; k--) {
			size_t prev = column_rank(m, m->col[k - 1]);

			if (prev < rank ||
			    (prev == rank &&
				span_cmp(m->col[k - 1], name) <= 0))
				break;
			m->col[k] = m->col[k - 1];
		}
		m->col[k] = name;
	}
}

static int
read_headers(struct merge *m, struct err *e)
{
	for (int i = 0; i < SIDES; i++) {
		struct scan *s = &m->side[i].s;

		if (scan_file(s, m->path, m->side[i].data, NULL, 0, 0, e))
			return bad_side(i, e);
		for (size_t c = 0; c < s->nheader; c++)
			if (!have_column(m, s->header[c]))
				push_column(m, s->header[c]);
		if (i == BASE)
			m->nbase = m->ncols;
	}
	sort_added(m);
	m->field = xcalloc(m->ncols + 1, sizeof *m->field);
	m->id_col = MERGE_NONE;
	for (size_t c = 0; c < m->ncols; c++) {
		m->field[c] = entity_field(m->ent, m->col[c]);
		if (span_eqs(m->col[c], "id"))
			m->id_col = c;
	}
	return 0;
}

/* --- rows ---------------------------------------------------------------- */

/* Key cells with "/" between; NUL is in no file, so "/" may be. */
static struct span
key_of(struct merge *m, int side, size_t row, char sep)
{
	const struct span *cell = side_cells(m, side, row);
	struct buf key = { 0 };
	struct span out;
	bool first = true;

	if (m->ent->letter)
		return cell[m->id_col];
	for (size_t f = 0; f < m->ent->nfields; f++) {
		const struct field *field = m->ent->field[f];

		if (!(field->flags & FIELD_KEY))
			continue;
		if (!first)
			buf_addc(&key, sep);
		first = false;
		for (size_t c = 0; c < m->ncols; c++)
			if (m->field[c] == field)
				buf_addspan(&key, cell[c]);
	}
	out = arena_span(&m->arena, buf_span(&key));
	buf_release(&key);
	return out;
}

static size_t
line_of(const struct merge *m, int side, size_t row)
{
	const char *p = m->side[side].data.p;
	const char *end = p + m->side[side].s.row_at[row];
	size_t line = 1;

	while ((p = memchr(p, '\n', (size_t)(end - p)))) {
		line++;
		p++;
	}
	return line;
}

bool
merge_same_cells(const struct merge *m, const struct span *a, const struct span *b)
{
	for (size_t c = 0; c < m->ncols; c++)
		if (!span_eq(a[c], b[c]))
			return false;
	return true;
}

static int
twice(struct merge *m, int side, size_t first, size_t row, struct err *e)
{
	if (merge_same_cells(m, side_cells(m, side, first), side_cells(m, side, row)))
		return 0;
	err_set(e, ERR_DATA, "%s:%zu: the same %s as in line %zu", m->path,
	    line_of(m, side, row), m->ent->letter ? "id" : "key",
	    line_of(m, side, first));
	return bad_side(side, e);
}

static int
has_key_column(struct merge *m, int side, struct err *e)
{
	struct scan *s = &m->side[side].s;

	for (size_t c = 0; c < s->nheader; c++)
		if (span_eqs(s->header[c], "id"))
			return 0;
	if (s->nheader == 0 || !m->ent->letter)
		return 0;
	err_set(e, ERR_DATA, "%s:1: there is no column 'id'", m->path);
	return bad_side(side, e);
}

static int
read_rows(struct merge *m, int side, struct err *e)
{
	struct side *x = &m->side[side];
	bool added;

	if (scan_file(&x->s, m->path, x->data, m->col, m->ncols, SCAN_ROWS, e))
		return bad_side(side, e);
	if (has_key_column(m, side, e))
		return -1;
	x->head = span_n(x->data.p, x->data.n ? x->s.row_at[0] : 0);
	x->key = xcalloc(x->s.nrows + 1, sizeof *x->key);
	for (size_t i = 0; i < x->s.nrows; i++) {
		struct strmap_entry *en;

		x->key[i] = key_of(m, side, i, '\0');
		en = strmap_add(&x->row, x->key[i], i, &added);
		if (!added && twice(m, side, en->value, i, e))
			return -1;
	}
	return 0;
}

static int
by_key(const void *x, const void *y)
{
	const struct mrow *a = x, *b = y;

	return span_cmp(a->key, b->key);
}

/* The records of all versions, sorted by key. */
static void
collect_rows(struct merge *m)
{
	struct strmap seen = { 0 };
	bool added;

	for (int i = 0; i < SIDES; i++) {
		struct side *x = &m->side[i];

		for (size_t k = 0; k < x->row.n; k++) {
			struct strmap_entry *en;
			struct mrow *r;

			en = strmap_add(
			    &seen, x->row.entry[k].key, m->nrows, &added);
			if (added) {
				GROW(m->row, m->nrows, m->row_cap);
				r = &m->row[m->nrows++];
				memset(r, 0, sizeof *r);
				r->key = en->key;
				for (int s = 0; s < SIDES; s++)
					r->at[s] = MERGE_NONE;
			}
			m->row[en->value].at[i] = x->row.entry[k].value;
		}
	}
	strmap_release(&seen);
	if (m->nrows)
		qsort(m->row, m->nrows, sizeof *m->row, by_key);
}

/* --- output -------------------------------------------------------------- */

/*
 * A column of base that a side has dropped, and that is empty in all that
 * stands, is dropped.
 */
static void
drop_columns(struct merge *m, bool *keep)
{
	for (size_t c = 0; c < m->ncols; c++) {
		bool there = true;

		for (int i = OURS; i < SIDES && c < m->nbase; i++) {
			const struct scan *s = &m->side[i].s;
			bool found = s->nheader == 0;

			for (size_t k = 0; k < s->nheader && !found; k++)
				found = span_eq(s->header[k], m->col[c]);
			there = there && found;
		}
		keep[c] = there;
		for (size_t r = 0; r < m->nrows && !keep[c]; r++)
			keep[c] = m->row[r].cell && m->row[r].cell[c].n;
	}
}

static void
put_line(struct buf *out, struct span raw)
{
	buf_addspan(out, raw);
	if (raw.n == 0 || raw.p[raw.n - 1] != '\n')
		buf_addc(out, '\n');
}

static bool
same_line(struct span a, struct span b)
{
	if (a.n && a.p[a.n - 1] == '\n')
		a.n--;
	if (b.n && b.p[b.n - 1] == '\n')
		b.n--;
	return span_eq(a, b);
}

/*
 * The header line. True where the rows of base fit under it as they are. Only
 * those are kept byte for byte: were a side's own quoting kept too, the bytes
 * would depend on the order in which clones meet.
 */
static bool
put_header(struct merge *m, const bool *keep, struct buf *out)
{
	struct span *name = xcalloc(m->ncols + 1, sizeof *name);
	const struct scan *b = &m->side[BASE].s;
	bool fits;
	size_t n = 0;

	for (size_t c = 0; c < m->ncols; c++)
		if (keep[c])
			name[n++] = m->col[c];
	fits = b->nheader == n;
	for (size_t c = 0; c < n && fits; c++)
		fits = span_eq(b->header[c], name[c]);
	if (fits && m->same_head)
		put_line(out, m->side[BASE].head);
	else if (n)
		csv_row(out, name, n, ',');
	free(name);
	return fits;
}

static void
put_all(struct merge *m, struct buf *out)
{
	struct span *cell = xcalloc(m->ncols + 1, sizeof *cell);
	bool *keep = xcalloc(m->ncols + 1, sizeof *keep), fits;

	drop_columns(m, keep);
	fits = put_header(m, keep, out);
	for (size_t i = 0; i < m->nrows; i++) {
		const struct mrow *r = &m->row[i];
		size_t n = 0;

		if (!r->cell)
			continue;
		if (r->is_base && fits) {
			put_line(out, side_raw(m, BASE, r->at[BASE]));
			continue;
		}
		for (size_t c = 0; c < m->ncols; c++)
			if (keep[c])
				cell[n++] = r->cell[c];
		csv_row(out, cell, n, ',');
	}
	free(cell);
	free(keep);
}

/* --- the whole ----------------------------------------------------------- */

static int
merge_all(struct merge *m, struct buf *out, struct err *e)
{
	const struct side *x = m->side;
	size_t n;

	if (read_headers(m, e))
		return -1;
	for (int i = 0; i < SIDES; i++)
		if (read_rows(m, i, e))
			return -1;
	m->same_head =
	    same_line(x[OURS].head, x[THEIRS].head) &&
	    (x[BASE].s.nheader == 0 || same_line(x[BASE].head, x[OURS].head));
	collect_rows(m);
	n = m->nrows;
	for (size_t i = 0; i < n; i++)
		if (merge_row(m, i, e))
			return -1;
	if (!m->ent->letter && !m->ent->of_merges)
		merge_order(m);
	else if (m->nrows > n)
		qsort(m->row, m->nrows, sizeof *m->row, by_key);
	put_all(m, out);
	return 0;
}

int
table_merge(const struct entity *ent, const char *path, struct span base,
    struct span ours, struct span theirs, struct buf *out,
    merge_conflict_fn *fn, void *ctx, struct err *e)
{
	struct merge m = { .ent = ent, .path = path, .fn = fn, .ctx = ctx };
	int r = 0;

	if (span_eq(ours, theirs) || span_eq(theirs, base)) {
		buf_addspan(out, ours);
		return 0;
	}
	if (span_eq(ours, base)) {
		buf_addspan(out, theirs);
		return 0;
	}
	m.side[BASE].data = base;
	m.side[OURS].data = ours;
	m.side[THEIRS].data = theirs;
	r = merge_all(&m, out, e);
	for (int i = 0; i < SIDES; i++) {
		scan_release(&m.side[i].s);
		free(m.side[i].key);
		strmap_release(&m.side[i].row);
	}
	free(m.col);
	free(m.field);
	free(m.row);
	arena_release(&m.arena);
	return r;
}
