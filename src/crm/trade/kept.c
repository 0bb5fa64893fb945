#include "crm/trade/kept.h"

void
kept_add(struct buf *out, const char *name, struct span value)
{
	value = span_trim(value);
	if (!value.n)
		return;
	/* in between, as the ends of a cell are trimmed */
	if (out->n)
		buf_addc(out, '\n');
	buf_addf(out, "%s\t", name);
	for (size_t i = 0; i < value.n; i++) {
		unsigned char c = (unsigned char)value.p[i];

		if (c == '\n')
			buf_adds(out, "\n\t");
		else if (c != '\r')
			buf_addc(out, c < ' ' && c != '\t' ? ' ' : (char)c);
	}
}

bool
kept_next(
    struct arena *a, struct span *text, struct span *name, struct span *value)
{
	struct buf b = { 0 };

	if (!text->n)
		return false;
	*value = span_cut(text, '\n');
	*name = span_cut(value, '\t');
	buf_addspan(&b, *value);
	while (text->n && *text->p == '\t') {
		struct span line = span_cut(text, '\n');

		buf_addc(&b, '\n');
		buf_add(&b, line.p + 1, line.n - 1);
	}
	*value = arena_span(a, buf_span(&b));
	buf_release(&b);
	return true;
}

struct span
kept_get(struct arena *a, struct span text, const char *name)
{
	struct span key, value;

	while (kept_next(a, &text, &key, &value))
		if (span_eqs(key, name))
			return value;
	return span("");
}

size_t
kept_compare(struct arena *a, struct span old, struct span new,
    struct kept_change **out)
{
	size_t most = span_count(old, '\n') + span_count(new, '\n') + 2;
	struct kept_change x, *v = arena_alloc(a, most * sizeof *v);
	struct span rest;
	size_t n = 0;

	for (rest = old; kept_next(a, &rest, &x.name, &x.old);) {
		x.new = kept_get(a, new, arena_printf(a, "%.*s", SPANF(x.name)).p);
		if (!span_eq(x.old, x.new))
			v[n++] = x;
	}
	for (rest = new; kept_next(a, &rest, &x.name, &x.new);) {
		x.old = kept_get(a, old, arena_printf(a, "%.*s", SPANF(x.name)).p);
		if (!x.old.n)
			v[n++] = x;
	}
	*out = v;
	return n;
}
