/*
 * emit_json: json and ndjson. Numbers keep their text, so that decimals stay
 * exact; a cell that is no JSON number (somebody edited by hand) is a string.
 */
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "cmd/emit_impl.h"

static size_t
digits(struct span s, size_t i)
{
	while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
		i++;
	return i;
}

/* -?(0|[1-9][0-9]*)(\.[0-9]+)?: RFC 8259 without exponents */
static bool
is_json_number(struct span s)
{
	size_t i = s.n > 0 && s.p[0] == '-', from = i;

	i = digits(s, i);
	if (i == from || (s.p[from] == '0' && i > from + 1))
		return false;
	if (i < s.n && s.p[i] == '.') {
		from = ++i;
		i = digits(s, i);
		if (i == from)
			return false;
	}
	return i == s.n;
}

static void
list(struct buf *out, struct span s)
{
	bool first = true;

	buf_addc(out, '[');
	while (s.n) {
		struct span one = span_trim(span_cut(&s, ';'));

		if (!one.n)
			continue;
		if (!first)
			buf_addc(out, ',');
		json_quote(out, one);
		first = false;
	}
	buf_addc(out, ']');
}

static void
value(struct buf *out, enum field_type type, struct span s)
{
	if (!s.n)
		buf_adds(out, "null");
	else if (emit_is_number(type) && is_json_number(s))
		buf_addspan(out, s);
	else if (type == F_TAGS || type == F_CHOICES)
		list(out, s);
	else if (type == F_BOOL && span_eqs(s, "yes"))
		buf_adds(out, "true");
	else if (type == F_BOOL && span_eqs(s, "no"))
		buf_adds(out, "false");
	else
		json_quote(out, s);
}

static void
object(struct emit *em, const struct span *cell)
{
	struct buf *out = emit_out();

	for (size_t i = 0; i < em->ncols; i++) {
		buf_addspan(out, em->key[i]);
		value(out, em->col[i].type, cell[i]);
	}
	buf_adds(out, em->ncols ? "}" : "{}");
}

int
emit_ndjson_begin(struct emit *em, struct err *e)
{
	struct buf b = { 0 };

	(void)e;
	em->key = xcalloc(em->ncols + 1, sizeof *em->key);
	for (size_t i = 0; i < em->ncols; i++) {
		buf_reset(&b);
		buf_addc(&b, i ? ',' : '{');
		json_quote(&b, span(em->col[i].name));
		buf_addc(&b, ':');
		em->key[i] = arena_span(&em->arena, buf_span(&b));
	}
	buf_release(&b);
	return 0;
}

int
emit_ndjson_row(struct emit *em, const struct span *cell, struct err *e)
{
	object(em, cell);
	buf_addc(emit_out(), '\n');
	return emit_flush(e);
}

int
emit_json_begin(struct emit *em, struct err *e)
{
	buf_addc(emit_out(), '[');
	return emit_ndjson_begin(em, e);
}

int
emit_json_row(struct emit *em, const struct span *cell, struct err *e)
{
	buf_adds(emit_out(), em->nrows > 1 ? ",\n" : "\n");
	object(em, cell);
	return emit_flush(e);
}

int
emit_json_end(struct emit *em, struct err *e)
{
	buf_adds(emit_out(), em->nrows ? "\n]\n" : "]\n");
	return emit_flush(e);
}
