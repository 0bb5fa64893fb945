/* Text with holes to nodes; crm-template(5) has the language. */
#include <string.h>

#include "crm/render/template_impl.h"

struct parser {
	struct template *t;
	struct span text;
	size_t at;   /* what is before is parsed */
	size_t line; /* of at */
	struct arena *a;
	size_t open[MAX_SECTIONS]; /* nodes of sections not closed yet */
	size_t nopen;
	struct err *e;
};

/* A tag: what stands in it, and where it begins and ends with its braces. */
struct tag {
	char sigil; /* # ^ / ! > & {; 0: a hole */
	struct span name;
	size_t from, to, line;
};

static int
wrong(const struct parser *p, size_t line, const char *what, struct span name)
{
	return err_set(p->e, ERR_DATA, "%.*s:%zu: {{%.*s}} %s",
	    SPANF(p->t->name), line, (int)(name.n < 80 ? name.n : 80), name.p,
	    what);
}

static struct node *
add(struct parser *p, enum node_kind kind, struct span name, size_t line)
{
	struct template *t = p->t;

	if (t->n == t->cap) {
		size_t cap = t->cap ? 2 * t->cap : 32;
		struct node *node = arena_alloc(p->a, cap * sizeof *node);

		if (t->n)
			memcpy(node, t->node, t->n * sizeof *node);
		t->node = node;
		t->cap = cap;
	}
	t->node[t->n] =
	    (struct node){ .kind = kind, .name = name, .line = line };
	return &t->node[t->n++];
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* --- tags ---------------------------------------------------------------- */

static bool
is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* "a.b-c", "." */
static bool
is_name(struct span s)
{
	struct span part;

	if (span_eqs(s, "."))
		return true;
	if (s.n == 0 || s.p[s.n - 1] == '.')
		return false;
	while (s.n) {
		part = span_cut(&s, '.');
		if (part.n == 0)
			return false;
		for (size_t i = 0; i < part.n; i++)
			if (!is_name_char(part.p[i]))
				return false;
	}
	return true;
}

/* The tag that begins at `from`. */
static int
read_tag(struct parser *p, size_t from, struct tag *out)
{
	struct span s = p->text, body;
	bool triple = from + 2 < s.n && s.p[from + 2] == '{';
	const char *close = triple ? "}}}" : "}}", *end;
	size_t start = from + strlen(close);

	*out = (struct tag){ .from = from,
		.line = p->line +
		    span_count(span_n(s.p + p->at, from - p->at), '\n') };
	end = memmem(s.p + start, s.n - start, close, strlen(close));
	if (!end)
		return err_set(p->e, ERR_DATA, "%.*s:%zu: a tag is not closed",
		    SPANF(p->t->name), out->line);
	out->to = (size_t)(end - s.p) + strlen(close);
	body = span_n(s.p + start, (size_t)(end - s.p) - start);
	if (triple) {
		out->sigil = '&';
	} else if (body.n && strchr("#^/!>&=", body.p[0])) {
		out->sigil = body.p[0];
		body = span_n(body.p + 1, body.n - 1);
	}
	out->name = span_trim(body);
	if (out->sigil == '!')
		return 0;
	if (out->sigil == '=')
		return wrong(p, out->line,
		    "would change the braces, which "
		    "stay as they are",
		    body);
	if (memchr(body.p, '\n', body.n))
		return err_set(p->e, ERR_DATA,
		    "%.*s:%zu: a tag goes on to the next line",
		    SPANF(p->t->name), out->line);
	return 0;
}

/*
 * Tags that print nothing take their line with them where nothing else is on
 * it: *from and *to become the line's, its end included.
 */
static bool
alone(const struct parser *p, const struct tag *tag, size_t *from, size_t *to)
{
	struct span s = p->text;
	size_t i = tag->from, k = tag->to;

	if (tag->sigil == 0 || tag->sigil == '&')
		return false;
	while (i > 0 && is_blank(s.p[i - 1]))
		i--;
	if (i > 0 && s.p[i - 1] != '\n')
		return false;
	while (k < s.n && is_blank(s.p[k]))
		k++;
	if (k + 1 < s.n && s.p[k] == '\r' && s.p[k + 1] == '\n')
		k++;
	if (k < s.n && s.p[k] != '\n')
		return false;
	*from = i;
	*to = k < s.n ? k + 1 : k;
	return true;
}

/* "name:>12": takes the part behind the colon off. */
static int
fit(struct parser *p, const struct tag *tag, struct span *name, struct node *n)
{
	const char *colon = memchr(name->p, ':', name->n);
	struct span how;
	int64_t columns;

	if (!colon)
		return 0;
	how = span_n(colon + 1, name->n - (size_t)(colon + 1 - name->p));
	*name = span_n(name->p, (size_t)(colon - name->p));
	n->fit = FIT_START;
	if (how.n && (how.p[0] == '>' || how.p[0] == '/')) {
		n->fit = how.p[0] == '>' ? FIT_END : FIT_FOLD;
		how = span_n(how.p + 1, how.n - 1);
	}
	if (!span_int(how, &columns) || columns < 1 || columns > MAX_COLUMNS)
		return wrong(p, tag->line,
		    "has no number of columns (1 to 400) behind its colon",
		    tag->name);
	n->columns = (int)columns;
	return 0;
}

static int
close_section(struct parser *p, const struct tag *tag)
{
	struct node *open;

	if (p->nopen == 0)
		return err_set(p->e, ERR_DATA,
		    "%.*s:%zu: {{/%.*s}} closes nothing", SPANF(p->t->name),
		    tag->line, SPANF(tag->name));
	open = &p->t->node[p->open[--p->nopen]];
	if (!span_eq(open->name, tag->name))
		return err_set(p->e, ERR_DATA,
		    "%.*s:%zu: {{/%.*s}} is in the section {{#%.*s}} of line "
		    "%zu, which is to be closed first",
		    SPANF(p->t->name), tag->line, SPANF(tag->name),
		    SPANF(open->name), open->line);
	open->end = p->t->n;
	return 0;
}

static int
open_section(struct parser *p, const struct tag *tag)
{
	if (p->nopen == MAX_SECTIONS)
		return err_set(p->e, ERR_DATA,
		    "%.*s:%zu: sections within sections, more than %d deep",
		    SPANF(p->t->name), tag->line, MAX_SECTIONS);
	p->open[p->nopen++] = p->t->n;
	add(p, tag->sigil == '#' ? NODE_SECTION : NODE_INVERTED, tag->name,
	    tag->line);
	return 0;
}

static int
take(struct parser *p, const struct tag *tag, struct span indent)
{
	struct node how = { 0 }, *n;
	struct span name = tag->name;

	if (tag->sigil == '!')
		return 0;
	if (tag->sigil == '>') {
		add(p, NODE_PARTIAL, name, tag->line)->indent = indent;
		return 0;
	}
	if ((tag->sigil == 0 || tag->sigil == '&') && fit(p, tag, &name, &how))
		return -1;
	if (!is_name(name))
		return wrong(p, tag->line,
		    "is no name: letters, digits, _ and -, parts joined by "
		    "dots",
		    tag->name);
	switch (tag->sigil) {
	case '#':
	case '^':
		return open_section(p, tag);
	case '/':
		return close_section(p, tag);
	default:
		n = add(p, tag->sigil ? NODE_RAW : NODE_HOLE, name, tag->line);
		n->fit = how.fit;
		n->columns = how.columns;
		return 0;
	}
}

/* --- the text ------------------------------------------------------------ */

static int
step(struct parser *p)
{
	struct span s = p->text, indent = { 0 };
	const char *brace = memmem(s.p + p->at, s.n - p->at, "{{", 2);
	size_t text_end = brace ? (size_t)(brace - s.p) : s.n, next = s.n;
	struct tag tag = { 0 };

	if (brace) {
		if (read_tag(p, text_end, &tag))
			return -1;
		next = tag.to;
		if (alone(p, &tag, &text_end, &next))
			indent = span_n(s.p + text_end, tag.from - text_end);
	}
	if (text_end > p->at)
		add(p, NODE_TEXT, span_n(s.p + p->at, text_end - p->at),
		    p->line);
	if (brace && take(p, &tag, indent))
		return -1;
	p->line += span_count(span_n(s.p + p->at, next - p->at), '\n');
	p->at = next;
	return 0;
}

int
template_parse(
    struct template *t, struct span text, struct arena *a, struct err *e)
{
	struct parser p = { .t = t, .text = text, .a = a, .e = e, .line = 1 };
	const struct node *open;

	while (p.at < text.n)
		if (step(&p))
			return -1;
	if (p.nopen == 0)
		return 0;
	open = &t->node[p.open[p.nopen - 1]];
	return err_set(e, ERR_DATA,
	    "%.*s:%zu: the section {{#%.*s}} is not "
	    "closed",
	    SPANF(t->name), open->line, SPANF(open->name));
}
