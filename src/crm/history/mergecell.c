#include "crm/history/mergecell.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/money.h"

struct words {
	struct span *v;
	size_t n, cap;
};

static int
by_bytes(const void *a, const void *b)
{
	return span_cmp(*(const struct span *)a, *(const struct span *)b);
}

static void
words_of(struct words *w, struct span s, char sep)
{
	while (s.n) {
		struct span word = span_cut(&s, sep);

		if (sep == ';')
			word = span_trim(word);
		if (word.n == 0)
			continue;
		GROW(w->v, w->n, w->cap);
		w->v[w->n++] = word;
	}
}

static bool
has(const struct words *w, struct span word)
{
	for (size_t i = 0; i < w->n; i++)
		if (span_eq(w->v[i], word))
			return true;
	return false;
}

/* Sorted, without repeats, joined. */
static void
join(struct words *w, char sep, struct buf *out)
{
	if (w->n)
		qsort(w->v, w->n, sizeof *w->v, by_bytes);
	for (size_t i = 0; i < w->n; i++) {
		if (i && span_eq(w->v[i], w->v[i - 1]))
			continue;
		if (out->n)
			buf_addc(out, sep);
		buf_addspan(out, w->v[i]);
	}
}

/* Everything of x that is also in y or was not in base, added to out. */
static void
survivors(const struct words *x, const struct words *y,
    const struct words *base, struct words *out)
{
	for (size_t i = 0; i < x->n; i++) {
		if (has(base, x->v[i]) && !has(y, x->v[i]))
			continue;
		GROW(out->v, out->n, out->cap);
		out->v[out->n++] = x->v[i];
	}
}

static struct span
unite(struct span base, struct span ours, struct span theirs, struct arena *a)
{
	struct words b = { 0 }, o = { 0 }, t = { 0 }, w = { 0 };
	struct buf text = { 0 };
	struct span out;

	words_of(&b, base, ';');
	words_of(&o, ours, ';');
	words_of(&t, theirs, ';');
	survivors(&o, &t, &b, &w);
	survivors(&t, &o, &b, &w);
	join(&w, ';', &text);
	out = arena_span(a, buf_span(&text));
	buf_release(&text);
	free(b.v);
	free(o.v);
	free(t.v);
	free(w.v);
	return out;
}

/* What was put behind base, or false where base itself was changed. */
static bool
behind(struct span base, struct span s, struct span *added)
{
	if (!span_starts(s, base))
		return false;
	*added = span_n(s.p + base.n, s.n - base.n);
	if (base.n && added->n && base.p[base.n - 1] != '\n') {
		if (added->p[0] != '\n')
			return false;
		added->p++;
		added->n--;
	}
	return true;
}

static bool
append(struct span base, struct span ours, struct span theirs, struct arena *a,
    struct span *out)
{
	struct words w = { 0 };
	struct buf text = { 0 }, lines = { 0 };
	struct span o, t;

	if (!behind(base, ours, &o) || !behind(base, theirs, &t))
		return false;
	words_of(&w, o, '\n');
	words_of(&w, t, '\n');
	join(&w, '\n', &lines);
	buf_addspan(&text, base);
	if (text.n && text.p[text.n - 1] != '\n')
		buf_addc(&text, '\n');
	buf_addspan(&text, buf_span(&lines));
	*out = arena_span(a, buf_span(&text));
	buf_release(&text);
	buf_release(&lines);
	free(w.v);
	return true;
}

/* Is the value a number or time of the field's type? Then it is in *v. */
static bool
number(const struct field *f, struct span s, struct dec *v)
{
	switch (f->type) {
	case F_MONEY:
	case F_DECIMAL:
	case F_INT:
	case F_PERCENT:
		return dec_parse(s, v);
	case F_INSTANT:
		v->scale = 0;
		return instant_parse(s, &v->value);
	case F_WHEN:
		v->scale = 0;
		return when_parse(s, &v->value, NULL);
	default:
		return false;
	}
}

/* A total order: what does not parse first, equal values by their bytes. */
static int
value_cmp(const struct field *f, struct span a, struct span b)
{
	struct dec x, y;
	bool px = number(f, a, &x), py = number(f, b, &y);
	int c = 0;

	if (px && py)
		c = dec_cmp(x, y);
	else if (px != py)
		return px ? 1 : -1;
	return c ? c : span_cmp(a, b);
}

static struct span
extreme(const struct field *f, struct span a, struct span b, bool greater)
{
	if (a.n == 0 || b.n == 0)
		return a.n ? a : b;
	return (value_cmp(f, a, b) > 0) == greater ? a : b;
}

bool
merge_cell(const struct field *f, struct span base, struct span ours,
    struct span theirs, struct arena *a, struct span *out)
{
	if (span_eq(ours, theirs) || span_eq(theirs, base)) {
		*out = ours;
		return false;
	}
	if (span_eq(ours, base)) {
		*out = theirs;
		return false;
	}
	switch (f ? f->merge : MERGE_CONFLICT) {
	case MERGE_MAX:
	case MERGE_MIN:
		*out = extreme(f, ours, theirs, f->merge == MERGE_MAX);
		return false;
	case MERGE_UNION:
		*out = unite(base, ours, theirs, a);
		return false;
	case MERGE_APPEND:
		if (append(base, ours, theirs, a, out))
			return false;
		break;
	case MERGE_CONFLICT:
		break;
	}
	*out = span_cmp(ours, theirs) > 0 ? ours : theirs;
	return true;
}
