#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/ascii.h"
#include "crm/query/filter_impl.h"
#include "store/unicode.h"

/*
 * Folded text against cells. Folding a cell costs more than the rest of a
 * row, and most cells are ASCII, where folding is lower case and single
 * blanks: these are compared as they are. Where a byte that is not ASCII could
 * matter the cell is folded after all, so the result is always that of
 * comparing folded texts.
 */

struct ftext
text_make(struct arena *a, struct span s)
{
	struct buf b = { 0 };
	struct ftext t = { .ascii = true };

	uni_fold(&b, s);
	t.s = arena_span(a, buf_span(&b));
	for (size_t i = 0; i < t.s.n; i++) {
		t.ascii = t.ascii && (unsigned char)t.s.p[i] < 0x80;
		t.blank = t.blank || t.s.p[i] == ' ';
	}
	buf_release(&b);
	return t;
}

static inline bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline bool
is_wide(struct span s, size_t i)
{
	return i < s.n && (unsigned char)s.p[i] >= 0x80;
}

static struct span
folded(struct span cell, struct buf *fold)
{
	buf_reset(fold);
	uni_fold(fold, cell);
	return buf_span(fold);
}

/* 1, 0, or -1 where only folding tells. */
static int
ascii_is(struct span t, struct span cell)
{
	bool blank = false;
	size_t j = 0;

	for (size_t i = 0; i < cell.n; i++) {
		char c = cell.p[i];

		if ((unsigned char)c >= 0x80)
			return -1;
		if (is_blank(c)) {
			blank = j > 0;
			continue;
		}
		if (blank && (j == t.n || t.p[j++] != ' '))
			return is_wide(cell, i + 1) ? -1 : 0;
		blank = false;
		/* What follows may be an accent of this letter. */
		if (j == t.n || t.p[j++] != ascii_lower(c))
			return is_wide(cell, i + 1) ? -1 : 0;
	}
	return j == t.n;
}

bool
text_is(const struct ftext *t, struct span cell, struct buf *fold)
{
	int rc = ascii_is(t->s, cell);

	return rc < 0 ? span_eq(t->s, folded(cell, fold)) : rc;
}

static bool
has(struct span in, struct span what)
{
	return what.n == 0 ||
	       (in.n >= what.n && memmem(in.p, in.n, what.p, what.n));
}

static bool
match_at(const char *p, struct span t)
{
	for (size_t i = 1; i < t.n; i++) {
		if (ascii_lower(p[i]) != t.p[i])
			return false;
	}
	return true;
}

#ifdef __SSE2__
/* A bit for each of 16 places where t can begin, by its first and last byte. */
static inline unsigned
places(const char *p, struct span t)
{
	__m128i bit = _mm_set1_epi8(0x20);
	__m128i x = _mm_loadu_si128((const void *)p);
	__m128i y = _mm_loadu_si128((const void *)(p + t.n - 1));
	__m128i a = _mm_set1_epi8((char)(t.p[0] | 0x20));
	__m128i z = _mm_set1_epi8((char)(t.p[t.n - 1] | 0x20));

	x = _mm_cmpeq_epi8(_mm_or_si128(x, bit), a);
	y = _mm_cmpeq_epi8(_mm_or_si128(y, bit), z);
	return (unsigned)_mm_movemask_epi8(_mm_and_si128(x, y));
}

/* n places, at least 16; the last block overlaps the one before. */
static const char *
find_blocks(struct span t, const char *p, size_t n)
{
	for (size_t i = 0;; i = i + 32 <= n ? i + 16 : n - 16) {
		for (unsigned m = places(p + i, t); m; m &= m - 1) {
			const char *at = p + i + __builtin_ctz(m);

			if (ascii_lower(*at) == t.p[0] && match_at(at, t))
				return at;
		}
		if (i + 16 >= n)
			return NULL;
	}
}
#endif

/* The first place of t in cell in any ASCII case, or NULL. */
static const char *
find(struct span t, struct span cell)
{
	size_t n = cell.n - t.n + 1; /* places where it can begin */

#ifdef __SSE2__
	if (n >= 16)
		return find_blocks(t, cell.p, n);
#endif
	for (const char *p = cell.p; n; n--, p++) {
		if (ascii_lower(*p) == t.p[0] && match_at(p, t))
			return p;
	}
	return NULL;
}

/*
 * Could folding the letter of these two bytes bring forth ASCII, or take away
 * what stands between ASCII? Letters of Latin-1 and Latin Extended-A, Greek,
 * Cyrillic, Hebrew and Arabic do not, but for a few.
 */
static bool
may_fold(unsigned char c, unsigned char d)
{
	switch (c) {
	case 0xc3:
		return d == 0x9f; /* sharp s */
	case 0xc4:
		return d == 0xb0 || d == 0xb2 || d == 0xb3 || d == 0xbf;
	case 0xc5:
		return d == 0x80 || d == 0x89 || d == 0xbf;
	case 0xd8:
		return d == 0x9c; /* a mark that folding drops */
	default:
		return c < 0xce || c > 0xdb;
	}
}

static bool
may_fold_to_ascii(struct span cell)
{
	for (size_t i = 0; i < cell.n; i++) {
		unsigned char c = (unsigned char)cell.p[i];

		if (c >= 0xc0 &&
		    may_fold(
			c, i + 1 < cell.n ? (unsigned char)cell.p[i + 1] : 0))
			return true;
	}
	return false;
}

static bool
has_odd_blank(struct span cell)
{
	for (size_t i = 0; i < cell.n; i++) {
		if (is_blank(cell.p[i]) &&
		    (cell.p[i] != ' ' || (i && is_blank(cell.p[i - 1]))))
			return true;
	}
	return false;
}

bool
text_in(const struct ftext *t, struct span cell, struct buf *fold)
{
	const char *at;

	if (t->s.n == 0)
		return true;
	if (t->ascii) {
		at = cell.n >= t->s.n ? find(t->s, cell) : NULL;
		if (at && !is_wide(cell, (size_t)(at - cell.p) + t->s.n))
			return true;
		if (!at && (!t->blank || !has_odd_blank(cell)) &&
		    (span_is_ascii(cell) || !may_fold_to_ascii(cell)))
			return false;
	} else if (span_is_ascii(cell)) {
		return false;
	}
	return has(folded(cell, fold), t->s);
}

void
nearest_add(struct nearest *n, struct span want, struct span cand)
{
	int max = want.n < 4 ? 1 : want.n < 8 ? 2 : 3;
	int d = cand.n ? span_distance(want, cand, max) : max + 1;
	size_t i = n->n;

	/* the beginning of a word is as near as can be mistyped */
	if (d > max && want.n > 1 && span_istarts(cand, want))
		d = max;

	if (d > max)
		return;
	for (size_t k = 0; k < n->n; k++) {
		if (span_eq(n->name[k], cand))
			return;
	}
	if (n->n < 3)
		n->n++;
	else if (d >= n->distance[--i])
		return;
	for (; i && n->distance[i - 1] > d; i--) {
		n->name[i] = n->name[i - 1];
		n->distance[i] = n->distance[i - 1];
	}
	n->name[i] = cand;
	n->distance[i] = d;
}

void
nearest_text(const struct nearest *n, struct buf *out)
{
	for (size_t i = 0; i < n->n; i++)
		buf_addf(out, "%s'%.*s'", i ? ", " : "; the nearest: ",
		    SPANF(n->name[i]));
}
