#include <string.h>

#include "crm/filter_priv.h"
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

static inline char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
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
		if (j == t.n || t.p[j++] != lower(c))
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
		if (lower(p[i]) != t.p[i])
			return false;
	}
	return true;
}

/* The first place of t in cell in any ASCII case, or NULL. */
static const char *
find(struct span t, struct span cell)
{
	char a = t.p[0], b = a >= 'a' && a <= 'z' ? (char)(a - 'a' + 'A') : a;
	const char *p = cell.p, *end = p + cell.n - t.n;

	for (; p <= end; p++) {
		if ((*p == a || *p == b) && match_at(p, t))
			return p;
	}
	return NULL;
}

/*
 * Could folding bring forth ASCII that is not there, or blanks? Greek,
 * Cyrillic, Hebrew and Arabic letters and those of Latin-1 do not, but for
 * the sharp s and a mark that folding drops.
 */
static bool
may_fold_to_ascii(struct span cell)
{
	for (size_t i = 0; i < cell.n; i++) {
		unsigned char c = (unsigned char)cell.p[i], d;

		if (c < 0xc0)
			continue;
		d = i + 1 < cell.n ? (unsigned char)cell.p[i + 1] : 0;
		if (c == 0xc3
			? d == 0x9f
			: c < 0xce || c > 0xdb || (c == 0xd8 && d == 0x9c))
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

static bool
is_ascii(struct span s)
{
	unsigned char all = 0;

	for (size_t i = 0; i < s.n; i++)
		all |= (unsigned char)s.p[i];
	return all < 0x80;
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
		    !may_fold_to_ascii(cell))
			return false;
	} else if (is_ascii(cell)) {
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
		buf_addf(out, "%s'%.*s'", i ? ", " : "; near it is ",
		    SPANF(n->name[i]));
}
