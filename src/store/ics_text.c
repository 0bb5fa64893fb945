/* ics_text: what was parsed, found by name; parameters, lists, escapes. */
#include <string.h>

#include "store/ics_impl.h"

size_t
ics_child(const struct ics *d, size_t comp, const char *name, size_t after)
{
	size_t i = after == ICS_NONE ? comp + 1 : d->comp[after].next;
	struct span want = span(name);

	for (; i < d->comp[comp].next; i = d->comp[i].next)
		if (!name || span_ieq(d->comp[i].name, want))
			return i;
	return ICS_NONE;
}

size_t
ics_find(const struct ics *d, size_t comp, const char *name, size_t after)
{
	size_t i = after == ICS_NONE ? d->comp[comp].prop : after + 1;
	struct span want = span(name);
	size_t end = d->comp[comp].prop_end;

	while (i < end) {
		const struct ics_prop *p = &d->prop[i];

		/* Over what stands in a component within this one. */
		if (p->comp != comp)
			i = d->comp[p->comp].prop_end;
		else if (!name ||
		    (p->name.n == want.n && span_ieq(p->name, want)))
			return i;
		else
			i++;
	}
	return ICS_NONE;
}

struct span
ics_value(const struct ics *d, size_t comp, const char *name)
{
	size_t i = ics_find(d, comp, name, ICS_NONE);

	return i == ICS_NONE ? span("") : d->prop[i].value;
}

struct span
ics_cut_param(struct span *list)
{
	bool quoted = false;
	struct span s = *list;
	size_t i;

	for (i = 0; i < s.n && (quoted || s.p[i] != ';'); i++)
		quoted ^= s.p[i] == '"';
	list->p += i < s.n ? i + 1 : i;
	list->n -= i < s.n ? i + 1 : i;
	return span_n(s.p, i);
}

/* The three escapes of RFC 6868; quotes around values are left out. */
static struct span
param_decode(struct arena *a, struct span s)
{
	char *p = arena_dup(a, s.p, s.n);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		const char *of = "n^'", *hit;

		if (s.p[i] == '"')
			continue;
		hit = s.p[i] == '^' && i + 1 < s.n ? strchr(of, s.p[i + 1])
						   : NULL;
		p[n++] = hit ? "\n^\""[hit - of] : s.p[i];
		i += hit != NULL;
	}
	return span_n(p, n);
}

bool
ics_param(struct ics *d, size_t prop, const char *name, struct span *out)
{
	struct span list = d->prop[prop].params, want = span(name);

	while (list.n > 0) {
		struct span value = ics_cut_param(&list), s;

		s = span_cut(&value, '=');
		if (!span_ieq(span_trim(s), want))
			continue;
		s = span_trim(value);
		if (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"' &&
		    !memchr(s.p + 1, '"', s.n - 2))
			s = span_n(s.p + 1, s.n - 2);
		if (s.n > 0 && (memchr(s.p, '^', s.n) || memchr(s.p, '"', s.n)))
			s = param_decode(&d->arena, s);
		*out = s;
		return true;
	}
	return false;
}

void
ics_unescape(struct buf *out, struct span value)
{
	while (value.n > 0) {
		const char *slash = memchr(value.p, '\\', value.n);
		size_t n = slash ? (size_t)(slash - value.p) : value.n;
		char c = slash && n + 1 < value.n ? slash[1] : '\0';

		buf_add(out, value.p, n);
		if (c == 'n' || c == 'N')
			buf_addc(out, '\n');
		else if (c == '\\' || c == ';' || c == ',')
			buf_addc(out, c);
		else if (slash)
			buf_add(out, slash, c ? 2 : 1);
		n += slash ? (c ? 2 : 1) : 0;
		value.p += n;
		value.n -= n;
	}
}

struct span
ics_cut(struct span *list, char sep)
{
	struct span s = *list;
	size_t i = 0;

	while (i < s.n && s.p[i] != sep)
		i += s.p[i] == '\\' && i + 1 < s.n ? 2 : 1;
	list->p += i < s.n ? i + 1 : i;
	list->n -= i < s.n ? i + 1 : i;
	return span_n(s.p, i);
}
