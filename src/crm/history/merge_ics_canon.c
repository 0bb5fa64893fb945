/*
 * What a component says, in a form that can be compared.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/history/merge_ics_impl.h"

static const struct {
	const char *name;
	enum elem_how how;
} kinds[] = {
	{ "ATTENDEE", ELEM_KEYED },
	{ "X-CRM-REF", ELEM_KEYED },
	{ "CATEGORIES", ELEM_WORD },
	{ "RESOURCES", ELEM_WORD },
	{ "EXDATE", ELEM_DATE },
	{ "RDATE", ELEM_DATE },
	{ "DTSTAMP", ELEM_MAX },
	{ "LAST-MODIFIED", ELEM_MAX },
	{ "SEQUENCE", ELEM_COUNT },
	{ "CREATED", ELEM_MIN },
	{ "X-CRM-OWNER", ELEM_OWNER },
	{ "COMMENT", ELEM_SET },
	{ "CONTACT", ELEM_SET },
	{ "RELATED-TO", ELEM_SET },
	{ "ATTACH", ELEM_SET },
	{ "REQUEST-STATUS", ELEM_SET },
};

static enum elem_how
how_of(struct span name)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (span_eqs(name, kinds[i].name))
			return kinds[i].how;
	return ELEM_ONE;
}

static struct span
recased(struct arena *a, struct span s, int (*to)(int))
{
	char *p = arena_dup(a, s.p ? s.p : "", s.n);

	for (size_t i = 0; i < s.n; i++)
		p[i] = (char)to((unsigned char)p[i]);
	return span_n(p, s.n);
}

static int
by_bytes(const void *a, const void *b)
{
	return span_cmp(*(const struct span *)a, *(const struct span *)b);
}

struct spans {
	struct span *v;
	size_t n, cap;
};

static void
spans_add(struct spans *s, struct span v)
{
	GROW(s->v, s->n, s->cap);
	s->v[s->n++] = v;
}

/*
 * Sorted, each once and behind its length: no two lists come out alike. What is
 * said twice says nothing more.
 */
static struct span
spans_join(struct spans *s, struct arena *a)
{
	struct buf b = { 0 };
	struct span out;

	if (s->n)
		qsort(s->v, s->n, sizeof *s->v, by_bytes);
	for (size_t i = 0; i < s->n; i++) {
		if (i && span_eq(s->v[i], s->v[i - 1]))
			continue;
		buf_addf(&b, "%zu:", s->v[i].n);
		buf_addspan(&b, s->v[i]);
	}
	out = arena_span(a, buf_span(&b));
	buf_release(&b);
	free(s->v);
	return out;
}

/* --- a property ---------------------------------------------------------- */

static bool
wants_quotes(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (strchr(",;:\"", s.p[i]))
			return true;
	return false;
}

/* What holds without being said. */
static bool
is_noise(struct span prop, struct span name, struct span value)
{
	if (!span_eqs(name, "VALUE") || span_starts(prop, span("X-")))
		return false;
	return span_ieqs(value, "TEXT") || span_ieqs(value, "CAL-ADDRESS") ||
	    (span_ieqs(value, "DATE-TIME") && !span_eqs(prop, "TRIGGER"));
}

static struct span
params_canon(struct arena *a, struct span prop, struct span list)
{
	struct spans all = { 0 };

	while (list.n) {
		struct span value = ics_cut_param(&list);
		struct span name = span_trim(span_cut(&value, '='));
		struct buf b = { 0 };

		value = span_trim(value);
		name = recased(a, name, toupper);
		if (value.n >= 2 && value.p[0] == '"' &&
		    value.p[value.n - 1] == '"' &&
		    !wants_quotes(span_n(value.p + 1, value.n - 2)))
			value = span_n(value.p + 1, value.n - 2);
		if (is_noise(prop, name, value))
			continue;
		buf_addspan(&b, name);
		buf_addc(&b, '=');
		buf_addspan(&b, value);
		spans_add(&all, arena_span(a, buf_span(&b)));
		buf_release(&b);
	}
	return spans_join(&all, a);
}

/* Parts of a rule in any order, and in any case. */
static struct span
rule_canon(struct arena *a, struct span rule)
{
	struct span rest = recased(a, span_trim(rule), toupper);
	struct spans all = { 0 };

	while (rest.n) {
		struct span part = span_cut(&rest, ';');

		if (part.n)
			spans_add(&all, part);
	}
	return spans_join(&all, a);
}

/* Escapes that need not be do not count; nor do blanks around. */
static struct span
value_canon(struct arena *a, struct span name, struct span value)
{
	struct buf b = { 0 };
	struct span out;

	if (span_eqs(name, "RRULE") || span_eqs(name, "EXRULE"))
		return rule_canon(a, value);
	ics_unescape(&b, value);
	out = arena_span(a, span_trim(buf_span(&b)));
	buf_release(&b);
	return out;
}

/* What tells an address, or the type of a link. */
static struct span
tells_of(struct arena *a, struct ics *d, size_t prop, struct span name)
{
	struct span v = span_trim(d->prop[prop].value), type, id;

	if (span_eqs(name, "X-CRM-REF")) {
		type = item_ref_type(d, prop, &id);
		if (type.n)
			v = type;
	}
	return recased(a, v, tolower);
}

/*
 * An event ends at DTEND or after DURATION, a task at DUE or after it: one of
 * the two, so that they are merged as one.
 */
static struct span
slot_of(const struct ics *d, size_t comp, struct span name)
{
	if (span_eqs(name, "DURATION"))
		return span(span_ieqs(d->comp[comp].name, "VTODO") ? "DUE"
								   : "DTEND");
	return name;
}

static struct span
joined(struct arena *a, struct span x, struct span y, struct span z)
{
	struct buf b = { 0 };
	struct span out;

	buf_addspan(&b, x);
	buf_addc(&b, '\0');
	buf_addspan(&b, y);
	buf_addc(&b, '\0');
	buf_addspan(&b, z);
	out = arena_span(a, buf_span(&b));
	buf_release(&b);
	return out;
}

static void
push(struct arena *a, struct ics *d, struct elem *x, struct elems *out)
{
	struct span slot = slot_of(d, d->prop[x->prop].comp, x->name);
	struct span value = value_canon(a, x->name, x->value);
	struct span params =
	    params_canon(a, x->name, d->prop[x->prop].params);

	/* of words the parameters (a language) do not count */
	x->canon = joined(a, x->name, value,
	    x->how == ELEM_WORD ? span("") : params);
	x->key = x->how >= ELEM_SET ? x->canon
				    : joined(a, slot, x->tells, span(""));
	GROW(out->v, out->n, out->cap);
	out->v[out->n++] = *x;
}

void
elems_of(struct arena *a, struct ics *d, size_t comp, struct elems *out)
{
	size_t p = ICS_NONE;

	while ((p = ics_find(d, comp, NULL, p)) != ICS_NONE) {
		struct elem x = { .prop = p, .tells = span(""),
			.name = recased(a, d->prop[p].name, toupper),
			.spelt = arena_span(a, d->prop[p].name),
			.value = d->prop[p].value,
			.params = d->prop[p].params };
		struct span list = x.value;

		x.how = how_of(x.name);
		if (x.how == ELEM_KEYED)
			x.tells = tells_of(a, d, p, x.name);
		if (x.how < ELEM_WORD || !list.n) {
			push(a, d, &x, out);
			continue;
		}
		while (list.n) {
			x.value = span_trim(ics_cut(&list, ','));
			if (x.value.n)
				push(a, d, &x, out);
		}
	}
}

/* --- a component --------------------------------------------------------- */

static bool
is_stamp(struct span name)
{
	return span_eqs(name, "DTSTAMP") || span_eqs(name, "LAST-MODIFIED");
}

struct span
comp_canon(struct arena *a, struct ics *d, size_t comp, bool stamps)
{
	struct elems all = { 0 };
	struct spans says = { 0 };
	size_t c = ICS_NONE;

	elems_of(a, d, comp, &all);
	for (size_t i = 0; i < all.n; i++)
		if (stamps || !is_stamp(all.v[i].name))
			spans_add(&says, all.v[i].canon);
	while ((c = ics_child(d, comp, NULL, c)) != ICS_NONE)
		spans_add(&says, comp_canon(a, d, c, true));
	spans_add(&says,
	    joined(a, span(""), recased(a, d->comp[comp].name, toupper),
		span("")));
	free(all.v);
	return spans_join(&says, a);
}

/* A line; as it stands where it cannot be written. */
static void
render_prop(const struct ics *d, size_t prop, bool crlf, struct buf *out)
{
	const struct ics_prop *p = &d->prop[prop];
	char *name = span_dup(p->name);
	struct err ignored = { 0 };

	if (ics_line(out, name, p->params, p->value, crlf, &ignored)) {
		buf_add(out, d->text.p + p->at, p->end - p->at);
		if (out->p[out->n - 1] != '\n')
			buf_addc(out, '\n');
	}
	err_release(&ignored);
	free(name);
}

void
comp_render(const struct ics *d, size_t comp, bool crlf, struct buf *out)
{
	const char *eol = crlf ? "\r\n" : "\n";
	size_t p = ICS_NONE, c = ICS_NONE;

	buf_addf(out, "BEGIN:%.*s%s", SPANF(d->comp[comp].name), eol);
	while ((p = ics_find(d, comp, NULL, p)) != ICS_NONE)
		render_prop(d, p, crlf, out);
	while ((c = ics_child(d, comp, NULL, c)) != ICS_NONE)
		comp_render(d, c, crlf, out);
	buf_addf(out, "END:%.*s%s", SPANF(d->comp[comp].name), eol);
}
