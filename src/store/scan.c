#include "store/scan.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/scan_impl.h"

/*
 * Bytes split before their rows are taken: bytes, offsets and cells of one
 * round stay in the first-level cache.
 */
enum { CHUNK = 16384 };

struct fast {
	const struct scan_kernel *k;
	struct scan *s;
	struct span data;
	struct scan_mask m;
	const char *base; /* start of the first row not taken yet */
	size_t npos;	  /* separators known from there */
	int flags;
};

void
scan_room(struct scan *s, size_t nrows, int flags)
{
	size_t n = s->ncells > 0 ? s->ncells : 1;

	if (nrows > s->cell_cap / n) {
		s->cell_cap = (nrows + nrows / 2 + 16) * n;
		s->cell = xreallocarray(s->cell, s->cell_cap, sizeof *s->cell);
	}
	if ((flags & SCAN_ROWS) && nrows >= s->row_cap) {
		s->row_cap = nrows + nrows / 2 + 16;
		s->row_at =
		    xreallocarray(s->row_at, s->row_cap, sizeof *s->row_at);
	}
}

/*
 * Takes one wanted column of the rows whose separators begin at sep. A column
 * at a time, because most columns never have quotes: the one branch in the
 * loop is a different one, so to speak, for each of them. The byte at the
 * start of a cell that is empty is its separator.
 */
static void
take_column(
    struct fast *f, const uint32_t *sep, size_t nrows, const struct scan_col *m)
{
	struct scan *s = f->s;
	size_t width = s->nheader, ncells = s->ncells;
	struct span *out = s->cell + s->nrows * ncells + m->out;
	const char *base = f->base;
	uint32_t at;

	for (sep += m->col; nrows > 0; nrows--, sep += width, out += ncells) {
		at = sep[-1] + 1;
		out->p = base + at;
		out->n = sep[0] - at;
		if (__builtin_expect(base[at] == '"', 0))
			*out = scan_unquote(s, out->p, out->n);
	}
}

/* The row that ends with the data, behind which nothing may be read. */
static void
take_last(struct fast *f, const uint32_t *sep, struct span *out)
{
	const struct scan_col *m = f->s->map;
	struct span cell;
	size_t i;
	uint32_t at;

	for (i = 0; i < f->s->nmap; i++) {
		at = sep[(ptrdiff_t)m[i].col - 1] + 1;
		cell = span_n(f->base + at, sep[m[i].col] - at);
		if (cell.n > 0 && cell.p[0] == '"')
			cell = scan_unquote(f->s, cell.p, cell.n);
		out[m[i].out] = cell;
	}
}

/*
 * Whether each of n rows ends in a newline. Where those are all newlines there
 * are, every row is as wide as the header. In a file of one column a row may
 * not be empty, either.
 */
static bool
check_rows(const struct fast *f, const uint32_t *sep, size_t n)
{
	size_t width = f->s->nheader, i;
	unsigned char wrong = 0;

	for (i = 0; i < n; i++) {
		sep += width;
		wrong |= (unsigned char)(f->base[sep[-1]] ^ '\n');
		wrong |= width == 1 && sep[-1] == sep[-2] + 1;
	}
	return !wrong;
}

/* Cells of columns that the file lacks. */
static void
fill_absent(struct span *cell, size_t n)
{
	for (; n > 0; n--)
		*cell++ = span_n("", 0);
}

/*
 * Takes all complete rows; false where something is wrong. With open_end the
 * newline of the last row is not in the data.
 */
static bool
take_rows(struct fast *f, bool open_end)
{
	struct scan *s = f->s;
	const uint32_t *sep = s->pos + 1;
	size_t width = s->nheader, n = f->npos / width, whole, i, left;
	struct span *out;

	if (f->m.bad || f->m.nnl != s->nrows + n)
		return false;
	if (n == 0)
		return true;
	whole = open_end ? n - 1 : n;
	if (!check_rows(f, sep, whole))
		return false;
	scan_room(s, s->nrows + n, f->flags);
	out = s->cell + s->nrows * s->ncells;
	if (s->nmap < s->ncells)
		fill_absent(out, n * s->ncells);
	for (i = 0; i < s->nmap; i++)
		take_column(f, sep, whole, s->map + i);
	if (open_end)
		take_last(f, sep + whole * width, out + whole * s->ncells);
	for (i = 0; i < n && (f->flags & SCAN_ROWS); i++)
		s->row_at[s->nrows + i] = (size_t)(f->base - f->data.p) +
					  (uint32_t)((sep - 1)[i * width] + 1);
	s->nrows += n;

	/* The offsets of a row begun stay, counted from its start. */
	sep += n * width;
	left = f->npos - n * width;
	for (i = 0; i < left; i++)
		s->pos[1 + i] = sep[i] - (sep[-1] + 1);
	f->base += (size_t)sep[-1] + 1;
	f->npos = left;
	return true;
}

static bool
split(struct fast *f, const char *p, size_t off, size_t nblock)
{
	size_t room = 1 + f->npos + nblock * SCAN_BLOCK + SCAN_SLACK;
	struct scan *s = f->s;

	if (off > UINT32_MAX - CHUNK - SCAN_BLOCK)
		return false;
	if (s->pos_cap < room) {
		s->pos_cap = room;
		s->pos = xreallocarray(s->pos, room, sizeof *s->pos);
	}
	s->pos[0] = UINT32_MAX; /* one more is 0: the row's start */
	f->npos +=
	    f->k->split(&f->m, p, nblock, (uint32_t)off, s->pos + 1 + f->npos);
	return true;
}

/* False where the exact way has to decide. */
static bool
scan_fast(struct fast *f, size_t at)
{
	const char *p = f->data.p + at, *end = f->data.p + f->data.n;
	char tail[SCAN_BLOCK];
	bool open_end;
	size_t n;

	f->base = p;
	f->m.before = 1;
	for (; end - p >= SCAN_BLOCK; p += n) {
		n = (size_t)(end - p) / SCAN_BLOCK * SCAN_BLOCK;
		if (n > CHUNK)
			n = CHUNK;
		if (!split(f, p, (size_t)(p - f->base), n / SCAN_BLOCK) ||
		    !take_rows(f, false))
			return false;
	}
	open_end = end[-1] != '\n';
	if (p < end || open_end) {
		n = (size_t)(end - p);
		memset(tail, ' ', sizeof tail);
		memcpy(tail, p, n);
		if (open_end)
			tail[n] = '\n';
		if (!split(f, tail, (size_t)(p - f->base), 1) ||
		    !take_rows(f, open_end))
			return false;
	}
	return !f->m.in && f->npos == 0;
}

static void
map_columns(struct scan *s, const struct span *want, size_t nwant)
{
	size_t i, j;

	if (s->mapped)
		return;
	s->mapped = true;
	s->ncells = nwant;
	s->nmap = 0;
	GROW(s->map, 0, s->map_cap); /* not NULL where none is wanted */
	for (i = 0; i < nwant; i++) {
		for (j = 0; j < s->nheader; j++)
			if (span_eq(s->header[j], want[i]))
				break;
		if (j == s->nheader)
			continue;
		GROW(s->map, s->nmap, s->map_cap);
		s->map[s->nmap].col = (uint32_t)j;
		s->map[s->nmap++].out = (uint32_t)i;
	}
}

/* A column wanted twice is unquoted twice. */
static size_t
most_alike(const struct span *want, size_t nwant)
{
	size_t i, j, n, most = 1;

	for (i = 0; i < nwant; i++) {
		for (n = 1, j = 0; j < i; j++)
			n += span_eq(want[i], want[j]);
		most = n > most ? n : most;
	}
	return most;
}

static bool
is_wanted(const struct scan *s, const struct span *want, size_t nwant)
{
	size_t at = 0, n;

	for (; nwant && at < s->wanted.n; nwant--, want++, at += n) {
		memcpy(&n, s->wanted.p + at, sizeof n);
		at += sizeof n;
		if (!span_eq(span_n(s->wanted.p + at, n), *want))
			return false;
	}
	return !nwant && at == s->wanted.n;
}

/* Takes down what is wanted, where it is not what it was the last time. */
static void
set_wanted(struct scan *s, const struct span *want, size_t nwant)
{
	if (s->alike && is_wanted(s, want, nwant))
		return;
	buf_reset(&s->wanted);
	for (size_t i = 0; i < nwant; i++) {
		buf_add(&s->wanted, &want[i].n, sizeof want[i].n);
		buf_addspan(&s->wanted, want[i]);
	}
	s->alike = most_alike(want, nwant);
	s->mapped = false;
}

int
scan_file_with(const struct scan_kernel *k, struct scan *s, const char *name,
    struct span data, const struct span *want, size_t nwant, int flags,
    struct err *e)
{
	struct fast f = { .k = k, .s = s, .data = data, .flags = flags };
	size_t at, header_scratch;

	s->nrows = 0;
	s->nscratch = 0;
	set_wanted(s, want, nwant);
	s->scratch_max = data.n * s->alike;
	if (scan_header(s, name, data, &at, e))
		return -1;
	map_columns(s, want, nwant);
	header_scratch = s->nscratch;
	if (at < data.n && !(k->split && scan_fast(&f, at))) {
		s->nscratch = header_scratch;
		if (scan_exact(s, name, data, at, flags, e)) {
			s->nrows = 0;
			return -1;
		}
	}
	if (flags & SCAN_ROWS) {
		scan_room(s, s->nrows, flags);
		s->row_at[s->nrows] = data.n;
	}
	return 0;
}

int
scan_file(struct scan *s, const char *name, struct span data,
    const struct span *want, size_t nwant, int flags, struct err *e)
{
	return scan_file_with(
	    scan_kernel(), s, name, data, want, nwant, flags, e);
}

void
scan_release(struct scan *s)
{
	free(s->cell);
	free(s->header);
	free(s->row_at);
	free(s->pos);
	free(s->map);
	free(s->scratch);
	buf_release(&s->head);
	buf_release(&s->wanted);
	memset(s, 0, sizeof *s);
}
