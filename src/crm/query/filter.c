#include "crm/query/filter.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/query/filter_impl.h"
#include "store/id.h"

/*
 * The parser: words to a tree, the tree to a list of tests.
 *
 *	any   = all ("or" all)...
 *	all   = unary...
 *	unary = "not" unary | "(" any ")" | term
 */

enum { MAX_DEPTH = 64, MAX_TEXTS = 1000 };

static struct ftree *parse_any(struct fparse *fp);

static struct ftree *
tree_new(struct fparse *fp, enum fkind kind)
{
	struct ftree *t = arena_alloc(&fp->f->arena, sizeof *t);

	t->kind = kind;
	return t;
}

static void
tree_add(struct fparse *fp, struct ftree *t, struct ftree *kid)
{
	struct ftree **more;

	if (t->n == t->cap) {
		t->cap = t->cap ? t->cap * 2 : 4;
		more = arena_alloc(&fp->f->arena, t->cap * sizeof *more);
		if (t->n)
			memcpy(more, t->kid, t->n * sizeof *more);
		t->kid = more;
	}
	t->kid[t->n++] = kid;
}

static struct ftree *
tree_not(struct fparse *fp, struct ftree *kid)
{
	struct ftree *t;

	if (!kid)
		return NULL;
	t = tree_new(fp, K_NOT);
	tree_add(fp, t, kid);
	return t;
}

/* Filter text that stands for something: a tag or a view. */
static struct ftree *
parse_text(struct fparse *fp, const char *text)
{
	struct fparse sub = *fp;
	struct ftree *t = NULL;
	char **word;

	if (filter_split(text, &word, &sub.n, fp->e) < 0)
		return NULL;
	sub.word = word;
	sub.at = 0;
	if (sub.n == 0)
		t = tree_new(fp, K_AND);
	else if (++sub.depth > MAX_DEPTH || ++fp->f->texts > MAX_TEXTS)
		err_set(fp->e, ERR_USAGE, "the filter is nested too deeply");
	else
		t = parse_any(&sub);
	if (t && sub.at < sub.n) {
		err_set(fp->e, ERR_USAGE, "')' without '(' in the filter");
		t = NULL;
	}
	free(word);
	return t;
}

static struct ftree *
parse_view(struct fparse *fp, const char *name)
{
	const struct rc *rc = &fp->q->s->rc;
	const struct rc_entry *text, *entity;
	struct nearest near = { 0 };
	struct ftree *t;
	struct buf b = { 0 };

	text = rc_find_sub(rc, "view", name, "filter");
	entity = rc_find_sub(rc, "view", name, "entity");
	if (text && entity &&
	    schema_entity(&fp->q->s->schema, span(entity->value)) !=
		fp->q->ent) {
		err_set(fp->e, ERR_USAGE, "view '%s' is one of %s, not of %s",
		    name, entity->value, fp->q->ent->name);
		return NULL;
	}
	if (text) {
		t = parse_text(fp, text->value);
		if (!t)
			err_prefix(fp->e, "%s:%zu: view '%s': ", text->file,
			    text->line, name);
		return t;
	}
	for (size_t i = 0; i < rc->n; i++) {
		struct span s = span(rc->entry[i].key);

		if (span_starts(s, span("view.")) && s.n > 12 &&
		    strcmp(s.p + s.n - 7, ".filter") == 0)
			nearest_add(
			    &near, span(name), span_n(s.p + 5, s.n - 12));
	}
	nearest_text(&near, &b);
	err_set(
	    fp->e, ERR_USAGE, "no view '%s' in crmrc%s", name, b.n ? b.p : "");
	buf_release(&b);
	return NULL;
}

static struct path *
bind(struct fparse *fp, struct span name)
{
	struct path *p;

	return query_path(fp->q, name, false, &p, fp->e) < 0 ? NULL : p;
}

static struct ftree *
parse_tag(struct fparse *fp, const char *name)
{
	struct entity *ent = fp->q->ent;
	const char *text;
	struct ftree *t;
	bool other;

	if (!*name) {
		err_set(fp->e, ERR_USAGE, "'+' and '-' lack a tag");
		return NULL;
	}
	text = filter_vtag(ent, span(name), &other);
	if (text)
		return parse_text(fp, text);
	if (other || !entity_field(ent, span("tags"))) {
		err_set(
		    fp->e, ERR_USAGE, "%s has no tag '%s'", ent->name, name);
		return NULL;
	}
	if (filter_tag_check(fp->q->s, ent, span(name), fp->e))
		return NULL;
	t = tree_new(fp, K_TEST);
	t->test.test = T_ITEM;
	t->test.path = bind(fp, span("tags"));
	if (!t->test.path)
		return NULL;
	t->test.u.text = arena_alloc(&fp->f->arena, sizeof *t->test.u.text);
	t->test.u.text[t->test.n++] = text_make(&fp->f->arena, span(name));
	return t;
}

/* A word sought in every field by which records are called. */
static struct ftree *
parse_bare(struct fparse *fp, const char *word)
{
	const struct entity *ent = fp->q->ent;
	struct ftree *t = tree_new(fp, K_OR), *kid;

	for (size_t i = 0; i < ent->nfields; i++) {
		const struct field *f = ent->field[i];

		if (!(f->flags & FIELD_NAME) || (f->flags & FIELD_VIRTUAL))
			continue;
		kid = tree_new(fp, K_TEST);
		kid->test.test = T_SUB;
		kid->test.path = bind(fp, span(f->name));
		if (!kid->test.path)
			return NULL;
		kid->test.u.text =
		    arena_alloc(&fp->f->arena, sizeof *kid->test.u.text);
		kid->test.u.text[kid->test.n++] =
		    text_make(&fp->f->arena, span(word));
		tree_add(fp, t, kid);
	}
	if (t->n)
		return t;
	err_set(fp->e, ERR_USAGE,
	    "'%s': %s has no names to search; write FIELD:VALUE", word,
	    ent->name);
	return NULL;
}

/* Full ids one after the other are one term: any of these records. */
static struct ftree *
parse_ids(struct fparse *fp)
{
	struct ftree *t = tree_new(fp, K_TEST);
	size_t n = 0;

	while (fp->at + n < fp->n && id_pack(span(fp->word[fp->at + n])))
		n++;
	t->test.test = T_BYTES;
	t->test.path = bind(fp, span("id"));
	if (!t->test.path)
		return NULL;
	t->test.u.bytes = arena_alloc(&fp->f->arena, n * sizeof(struct span));
	for (size_t i = 0; i < n; i++) {
		uint64_t id = id_pack(span(fp->word[fp->at++]));
		char *text = arena_alloc(&fp->f->arena, ID_LEN + 1);

		if (id_letter(id) != fp->q->ent->letter) {
			err_set(fp->e, ERR_USAGE, "'%s' is no id of %s",
			    fp->word[fp->at - 1], fp->q->ent->plural);
			return NULL;
		}
		id_unpack(id, text);
		t->test.u.bytes[t->test.n++] = span_n(text, ID_LEN);
	}
	return t;
}

/*
 * The length of the field name before ':' or '~'; 0 where there is none:
 * "Acme: roof" is a name where Acme is no field.
 */
static size_t
name_len(const struct fparse *fp, const char *w)
{
	size_t n = 0;

	if (!isalpha((unsigned char)w[0]) && (unsigned char)w[0] < 0x80 &&
	    w[0] != '_')
		return 0;
	while (w[n] && w[n] != ':' && w[n] != '~' && w[n] != ' ')
		n++;
	if (w[n] == ':' && w[n + 1] == ' ' && !memchr(w, '.', n) &&
	    !entity_field(fp->q->ent, span_n(w, n)))
		return 0;
	return w[n] == ':' || w[n] == '~' ? n : 0;
}

static struct ftree *
parse_field(struct fparse *fp, const char *w, size_t n)
{
	struct ftree *t = tree_new(fp, K_TEST);
	struct path *p = bind(fp, span_n(w, n));
	struct span value = span(w + n + 1);
	int rc;

	if (!p)
		return NULL;
	rc = w[n] == '~' ? filter_sub(fp, p, value, &t->test)
			 : filter_value(fp, p, value, &t->test);
	return rc < 0 ? NULL : t;
}

static struct ftree *
parse_term(struct fparse *fp)
{
	const char *w = fp->word[fp->at];
	size_t n = name_len(fp, w);

	if (id_pack(span(w)))
		return parse_ids(fp);
	fp->at++;
	if (w[0] == '\0') {
		err_set(fp->e, ERR_USAGE, "a word of the filter is empty");
		return NULL;
	}
	if (w[0] == '@')
		return parse_view(fp, w + 1);
	if (w[0] == '+')
		return parse_tag(fp, w + 1);
	if (w[0] == '-')
		return tree_not(fp, parse_tag(fp, w + 1));
	return n ? parse_field(fp, w, n) : parse_bare(fp, w);
}

static bool
at_word(const struct fparse *fp, const char *w)
{
	return fp->at < fp->n && strcmp(fp->word[fp->at], w) == 0;
}

static struct ftree *
parse_parens(struct fparse *fp)
{
	struct ftree *t;

	fp->at++;
	t = parse_any(fp);
	if (!t)
		return NULL;
	if (!at_word(fp, ")")) {
		err_set(fp->e, ERR_USAGE, "'(' without ')' in the filter");
		return NULL;
	}
	fp->at++;
	return t;
}

static struct ftree *
parse_unary(struct fparse *fp)
{
	struct ftree *t = NULL;

	if (fp->at == fp->n || at_word(fp, ")") || at_word(fp, "or")) {
		err_set(fp->e, ERR_USAGE, "the filter lacks a term %s%s%s",
		    fp->at == fp->n ? "at its end" : "before '",
		    fp->at == fp->n ? "" : fp->word[fp->at],
		    fp->at == fp->n ? "" : "'");
		return NULL;
	}
	if (fp->depth >= MAX_DEPTH) {
		err_set(fp->e, ERR_USAGE, "the filter is nested too deeply");
		return NULL;
	}
	fp->depth++;
	if (at_word(fp, "not")) {
		fp->at++;
		t = tree_not(fp, parse_unary(fp));
	} else if (at_word(fp, "(")) {
		t = parse_parens(fp);
	} else {
		t = parse_term(fp);
	}
	fp->depth--;
	return t;
}

/* What a test costs, roughly in ns: cheap ones go first. */
static int
cost(const struct ftree *t)
{
	const struct fnode *n = &t->test;
	int sum = 0;

	for (size_t i = 0; i < t->n; i++)
		sum += cost(t->kid[i]);
	if (t->kind != K_TEST)
		return sum;
	sum = n->test == T_SUB				? 40
	      : n->test >= T_MONEY			? 20
	      : n->test == T_BYTES || n->test == T_DATE ? 3
							: 10;
	if (n->path->node->parent || n->label)
		sum += 60;
	return n->path->virt ? sum + 8 : sum;
}

static struct ftree *
parse_all(struct fparse *fp)
{
	struct ftree *t = tree_new(fp, K_AND), *kid;
	size_t i;

	do {
		kid = parse_unary(fp);
		if (!kid)
			return NULL;
		tree_add(fp, t, kid);
		for (i = t->n - 1; i && cost(t->kid[i - 1]) > cost(kid); i--)
			t->kid[i] = t->kid[i - 1];
		t->kid[i] = kid;
	} while (fp->at < fp->n && !at_word(fp, "or") && !at_word(fp, ")"));
	return t;
}

static struct ftree *
parse_any(struct fparse *fp)
{
	struct ftree *t = tree_new(fp, K_OR), *kid;

	for (;;) {
		kid = parse_all(fp);
		if (!kid)
			return NULL;
		tree_add(fp, t, kid);
		if (!at_word(fp, "or"))
			return t;
		fp->at++;
	}
}

static struct word *
words(struct filter *f, const struct fnode *n)
{
	struct word *w = arena_alloc(&f->arena, (n->n + 1) * sizeof *w);

	for (size_t i = 0; i < n->n; i++)
		w[i] = word_make(n->u.bytes[i]);
	return w;
}

/* Adds the tests of a tree, from its end; returns where to start. */
static uint32_t
compile(struct filter *f, const struct ftree *t, uint32_t yes, uint32_t no)
{
	uint32_t at;

	switch (t->kind) {
	case K_NOT:
		return compile(f, t->kid[0], no, yes);
	case K_AND:
		at = yes;
		for (size_t i = t->n; i-- > 0;)
			at = compile(f, t->kid[i], at, no);
		return at;
	case K_OR:
		at = no;
		for (size_t i = t->n; i-- > 0;)
			at = compile(f, t->kid[i], yes, at);
		return at;
	case K_TEST:
		break;
	}
	GROW(f->node, f->n, f->cap);
	f->node[f->n] = t->test;
	if (t->test.test == T_BYTES)
		f->node[f->n].word = words(f, &t->test);
	f->node[f->n].yes = yes;
	f->node[f->n].no = no;
	path_early(t->test.path, t->test.label);
	return (uint32_t)f->n++;
}

int
filter_parse(struct filter **out, struct query *q, char *const *word, size_t n,
    struct err *e)
{
	struct filter *f = xcalloc(1, sizeof *f);
	struct fparse fp = { .f = f, .q = q, .word = word, .n = n, .e = e };
	struct ftree *t = NULL;

	f->start = NODE_YES;
	if (n > 0) {
		t = parse_any(&fp);
		if (t && fp.at < fp.n) {
			err_set(e, ERR_USAGE, "')' without '(' in the filter");
			t = NULL;
		}
		if (!t) {
			filter_free(f);
			return -1;
		}
		f->start = compile(f, t, NODE_YES, NODE_NO);
		filter_find_ids(f, q->ent, t);
	}
	*out = f;
	return 0;
}

void
filter_free(struct filter *f)
{
	if (!f)
		return;
	arena_release(&f->arena);
	free(f->node);
	free(f);
}
