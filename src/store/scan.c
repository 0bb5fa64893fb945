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

/* Takes the wanted cells of one row. sep[-1] is the end of the row before. */
static inline bool
take_row(const struct scan *s, const char *base, const uint32_t *sep,
    struct span *out)
{
	const struct scan_col *m = s->map, *end = m + s->nmap;
	bool quotes = false;
	uint32_t at;

	for (; m < end; m++) {
		at = (sep - 1)[m->col] + 1;
		out[m->out].p = base + at;
		out[m->out].n = sep[m->col] - at;
		quotes |= base[at] == '"';
	}
	return quotes;
}

static void
unquote_row(struct scan *s, struct span *out)
{
	const struct scan_col *m = s->map, *end = m + s->nmap;
	struct span *c;

	for (; m < end; m++) {
		c = out + m->out;
		if (c->n > 0 && c->p[0] == '"')
			*c = scan_unquote(s, c->p, c->n);
	}
}

/* As take_row, for a row that ends with the data: nothing lies behind it. */
static bool
take_last(const struct fast *f, const uint32_t *sep, struct span *out)
{
	const char *end = f->data.p + f->data.n;
	const struct scan_col *m = f->s->map;
	bool quotes = false;
	size_t i;
	uint32_t at;

	for (i = 0; i < f->s->nmap; i++) {
		at = (sep - 1)[m[i].col] + 1;
		out[m[i].out] = span_n(f->base + at, sep[m[i].col] - at);
		quotes |= f->base + at < end && f->base[at] == '"';
	}
	return quotes;
}

/*
 * Takes all complete rows. Every row is as wide as the header if each ends in
 * a newline and there are no other newlines. False where that is not so. With
 * open_end the last newline is not in the data.
 */
static bool
take_rows(struct fast *f, bool open_end)
{
	struct scan *s = f->s;
	const uint32_t *sep = s->pos + 1;
	size_t width = s->nheader, n = f->npos / width, i, j, left;
	struct span *out;
	unsigned char wrong = 0;
	bool quotes;

	if (f->m.bad || f->m.nnl != s->nrows + n)
		return false;
	if (n == 0)
		return true;
	scan_room(s, s->nrows + n, f->flags);
	out = s->cell + s->nrows * s->ncells;
	for (i = 0; i < n; i++, sep += width, out += s->ncells) {
		if (f->flags & SCAN_ROWS)
			s->row_at[s->nrows + i] =
			    (size_t)(f->base - f->data.p) + (sep[-1] + 1);
		for (j = 0; j < s->ncells && s->nmap < s->ncells; j++)
			out[j] = span_n("", 0);
		if (open_end && i + 1 == n) {
			quotes = take_last(f, sep, out);
		} else {
			quotes = take_row(s, f->base, sep, out);
			wrong |= f->base[sep[width - 1]] ^ '\n';
		}
		if (__builtin_expect(quotes, 0))
			unquote_row(s, out);
	}
	if (wrong)
		return false;
	s->nrows += n;

	/* The offsets of a row begun stay, counted from its start. */
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
	f->m.sep = f->m.nl = 1; /* what is before p */
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

int
scan_file_with(const struct scan_kernel *k, struct scan *s, const char *name,
    struct span data, const struct span *want, size_t nwant, int flags,
    struct err *e)
{
	struct fast f = { .k = k, .s = s, .data = data, .flags = flags };
	size_t at, header_scratch;

	s->nrows = 0;
	s->nscratch = 0;
	s->scratch_max = data.n * most_alike(want, nwant);
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

size_t
scan_count_with(const struct scan_kernel *k, struct span data)
{
	struct scan_mask m = { 0 };
	bool newline; /* the last byte is one, outside quotes */
	size_t n = 0;

	if (scan_bom(data) == data.n)
		return 0;
	if (k->count) {
		k->count(&m, data.p, data.n / SCAN_BLOCK);
		n = data.n / SCAN_BLOCK * SCAN_BLOCK;
	}
	for (; n < data.n; n++) {
		if (data.p[n] == '"')
			m.in = ~m.in;
		m.nnl += data.p[n] == '\n' && !m.in;
	}
	newline = data.p[data.n - 1] == '\n' && !m.in;
	return m.nnl + !newline - 1;
}

size_t
scan_count(struct span data)
{
	return scan_count_with(scan_kernel(), data);
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
	memset(s, 0, sizeof *s);
}
