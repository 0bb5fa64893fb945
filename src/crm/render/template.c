/* Templates filled in; template_parse.c reads them. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strmap.h"
#include "base/utf8.h"
#include "crm/render/template_impl.h"
#include "store/unicode.h"

struct filling {
	enum escape esc;
	template_read_fn *read;
	void *ctx;
	struct buf *out;
	size_t start; /* of what is ours in out */
	size_t steps, source;
	int partials;	   /* that we are in */
	struct strmap map; /* name and indentation -> index in t */
	struct buf key;
	struct template **t;
	size_t nt, t_cap;
	/* innermost last; each section of each partial adds at most one */
	const struct tval *stack[MAX_SECTIONS * (MAX_PARTIALS + 1) + 1];
	size_t depth;
	struct arena arena;
	struct err *e;
};

static int run(
    struct filling *f, const struct template *t, size_t from, size_t to);

static int
stop(struct filling *f, const struct template *t, const struct node *n,
    const char *what)
{
	return err_set(
	    f->e, ERR_DATA, "%.*s:%zu: %s", SPANF(t->name), n->line, what);
}

static int
within_limits(struct filling *f, const struct template *t, const struct node *n)
{
	if (++f->steps > MAX_STEPS)
		return stop(f, t, n,
		    "stopped: the template has taken 10 "
		    "million steps");
	if (f->out->n - f->start > MAX_OUTPUT)
		return stop(f, t, n,
		    "stopped: the document has grown beyond "
		    "32 MiB");
	return 0;
}

/* The first part of a name is sought outwards, the others in what it is. */
static const struct tval *
look(struct filling *f, struct span name)
{
	const struct tval *v = NULL;
	struct span part;

	if (span_eqs(name, "."))
		return f->stack[f->depth - 1];
	part = span_cut(&name, '.');
	for (size_t i = f->depth; i > 0 && !v; i--, f->steps++)
		v = tval_get(f->stack[i - 1], part);
	while (v && name.n)
		v = tval_get(v, span_cut(&name, '.'));
	return v;
}

/* --- holes --------------------------------------------------------------- */

/* The column that is written next; 0 in a line without an end. */
static size_t
column(const struct filling *f)
{
	const struct buf *b = f->out;
	size_t i = b->n;

	while (i > f->start && b->p[i - 1] != '\n') {
		if (b->n - i == 4 * MAX_COLUMNS)
			return 0;
		i--;
	}
	return uni_width(span_n(b->p + i, b->n - i));
}

static bool
is_wide(struct span s)
{
	uint32_t cp;
	size_t n = utf8_decode(s.p, s.n, &cp);

	return n > 0 && uni_width(span_n(s.p, n)) == 2;
}

/* A line's beginning of at most `columns`, cut off s; at a blank if it can. */
static struct span
fold(struct span *s, size_t columns)
{
	size_t n = uni_fit(*s, columns), cut = n;
	struct span line;

	/* between ideographs a line may end anywhere */
	if (n < s->n && !(n > 0 && is_wide(span_n(s->p + n, s->n - n)))) {
		while (cut > 0 && s->p[cut] != ' ')
			cut--;
		/* a word that is too long stays whole */
		if (cut == 0)
			cut = strcspn(s->p, " ") < s->n ? strcspn(s->p, " ")
							: s->n;
	}
	line = span_n(s->p, cut);
	*s = span_n(s->p + cut, s->n - cut);
	while (s->n && s->p[0] == ' ')
		*s = span_n(s->p + 1, s->n - 1);
	return span_trim(line);
}

/* Each line stands below the first, from the column where that begins. */
static void
folded(struct filling *f, struct span text, size_t columns, bool raw)
{
	char *own = span_dup(text);
	struct span rest = span(own);
	size_t at = column(f);
	bool first = true;

	while (rest.n || first) {
		struct span line = span_cut(&rest, '\n');

		do {
			struct span part = fold(&line, columns);

			if (!first)
				buf_addc(f->out, '\n');
			if (!first && part.n)
				buf_pad(f->out, ' ', at);
			escape_add(f->out, part, f->esc, raw);
			first = false;
		} while (line.n);
	}
	free(own);
}

static void
hole(struct filling *f, const struct node *n)
{
	const struct tval *v = look(f, n->name);
	struct span text = { 0 };
	bool raw = n->kind == NODE_RAW;
	size_t width, pad;

	if (v && v->kind == TVAL_TEXT)
		text = v->text;
	if (n->fit == FIT_NONE) {
		escape_add(f->out, text, f->esc, raw);
		return;
	}
	if (n->fit == FIT_FOLD) {
		folded(f, text, (size_t)n->columns, raw);
		return;
	}
	width = uni_width(text);
	pad = width < (size_t)n->columns ? (size_t)n->columns - width : 0;
	if (n->fit == FIT_END)
		buf_pad(f->out, ' ', pad);
	escape_add(f->out, text, f->esc, raw);
	if (n->fit == FIT_START)
		buf_pad(f->out, ' ', pad);
}

/* --- sections ------------------------------------------------------------ */

static int
with(struct filling *f, const struct template *t, const struct node *n,
    const struct tval *v)
{
	int r;

	f->stack[f->depth++] = v;
	r = run(f, t, (size_t)(n - t->node) + 1, n->end);
	f->depth--;
	return r;
}

static int
section(struct filling *f, const struct template *t, const struct node *n)
{
	const struct tval *v = look(f, n->name);
	int r = 0;

	if (!tval_true(v))
		return 0;
	if (v->kind != TVAL_LIST)
		return with(f, t, n, v);
	for (size_t i = 0; i < v->n && r == 0; i++) {
		r = within_limits(f, t, n);
		if (r == 0)
			r = with(f, t, n, v->item[i].v);
	}
	return r;
}

/* --- partials ------------------------------------------------------------ */

#define NO_NAME                                                                \
	"is no name of a template: letters, digits, - _ . and /, within the "  \
	"folder of templates"

bool
template_is_name(struct span s)
{
	char path[256];

	if (s.n == 0 || s.n >= sizeof path)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || strchr("-_./", c)))
			return false;
		if (c == '.' &&
		    (i == 0 || s.p[i - 1] == '.' || s.p[i - 1] == '/'))
			return false;
		if (c == '/' && (i == 0 || s.p[i - 1] == '/'))
			return false;
	}
	return s.p[s.n - 1] != '/';
}

/* The text, each of its lines behind the indentation. */
static struct span
indented(struct filling *f, struct span text, struct span indent)
{
	struct buf b = { 0 };
	struct span kept;

	while (indent.n && text.n) {
		struct span line = span_cut(&text, '\n');
		bool ended = text.p != NULL && line.p + line.n < text.p;

		if (line.n)
			buf_addspan(&b, indent);
		buf_addspan(&b, line);
		if (ended)
			buf_addc(&b, '\n');
	}
	kept = arena_span(&f->arena, indent.n ? buf_span(&b) : text);
	buf_release(&b);
	return kept;
}

/* 0; 1 where there is none; -1. Every name and indentation is parsed once. */
static int
load(struct filling *f, struct span name, struct span indent,
    const struct template **out)
{
	struct buf text = { 0 };
	struct template *t;
	size_t have;
	int r;

	buf_reset(&f->key);
	buf_addf(&f->key, "%.*s\n%.*s", SPANF(name), SPANF(indent));
	have = strmap_get(&f->map, buf_span(&f->key));
	if (have != (size_t)-1) {
		*out = f->t[have];
		return 0;
	}
	r = f->read(f->ctx, name, &text, f->e);
	if (r)
		goto out;
	t = arena_alloc(&f->arena, sizeof *t);
	t->name = arena_span(&f->arena, name);
	f->source += text.n;
	if (f->source <= MAX_SOURCE) {
		struct span s = indented(f, buf_span(&text), indent);

		f->source += s.n - text.n;
		r = template_parse(t, s, &f->arena, f->e);
	}
	if (r == 0 && f->source > MAX_SOURCE)
		r = err_set(f->e, ERR_DATA,
		    "%.*s:1: stopped: more than 8 MiB "
		    "of templates",
		    SPANF(name));
	if (r)
		goto out;
	strmap_set(&f->map, arena_span(&f->arena, buf_span(&f->key)), f->nt);
	GROW(f->t, f->nt, f->t_cap);
	f->t[f->nt++] = t;
	*out = t;
out:
	buf_release(&text);
	return r;
}

static int
partial(struct filling *f, const struct template *t, const struct node *n)
{
	const struct template *sub;
	int r;

	if (f->partials == MAX_PARTIALS)
		return err_set(f->e, ERR_DATA,
		    "%.*s:%zu: stopped: {{> %.*s}} is the %dth partial within "
		    "another; does it include itself?",
		    SPANF(t->name), n->line, SPANF(n->name), MAX_PARTIALS + 1);
	if (!template_is_name(n->name))
		return err_set(f->e, ERR_DATA, "%.*s:%zu: '%.*s' " NO_NAME,
		    SPANF(t->name), n->line, SPANF(n->name));
	r = load(f, n->name, n->indent, &sub);
	if (r == 1)
		return err_set(f->e, ERR_DATA,
		    "%.*s:%zu: there is no template '%.*s'", SPANF(t->name),
		    n->line, SPANF(n->name));
	if (r)
		return -1;
	f->partials++;
	r = run(f, sub, 0, sub->n);
	f->partials--;
	return r;
}

static int
run(struct filling *f, const struct template *t, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		const struct node *n = &t->node[i];
		int r = within_limits(f, t, n);

		if (r)
			return r;
		switch (n->kind) {
		case NODE_TEXT:
			buf_addspan(f->out, n->name);
			break;
		case NODE_HOLE:
		case NODE_RAW:
			hole(f, n);
			break;
		case NODE_SECTION:
			r = section(f, t, n);
			i = n->end - 1;
			break;
		case NODE_INVERTED:
			if (!tval_true(look(f, n->name)))
				r = run(f, t, i + 1, n->end);
			i = n->end - 1;
			break;
		case NODE_PARTIAL:
			r = partial(f, t, n);
			break;
		}
		if (r)
			return r;
	}
	return 0;
}

int
template_fill(const char *name, const struct tval *root, enum escape esc,
    template_read_fn *read, void *ctx, struct buf *out, struct err *e)
{
	struct filling f = { .esc = esc,
		.read = read,
		.ctx = ctx,
		.out = out,
		.start = out->n,
		.stack = { root },
		.depth = 1,
		.e = e };
	const struct template *t;
	int r;

	if (!template_is_name(span(name)))
		return err_set(e, ERR_USAGE, "'%s' " NO_NAME, name);
	r = load(&f, span(name), (struct span){ 0 }, &t);
	if (r == 1)
		r = err_set(e, ERR_NOENT, "there is no template '%s'", name);
	if (r == 0)
		r = run(&f, t, 0, t->n);
	free(f.t);
	buf_release(&f.key);
	strmap_release(&f.map);
	arena_release(&f.arena);
	return r;
}
