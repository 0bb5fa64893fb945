/*
 * report_filter: which of the words of a command line go to which select. A
 * term goes to every select whose entity has its field; one that is qualified
 * (opp.stage:won) to those of that entity; one that nobody knows is an error.
 * What stands in parentheses, and the two sides of an "or", stay together. A
 * select with every takes what its aliases name; any other term narrows the
 * others down, and then it gives no rows.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/report/report_impl.h"
#include "store/id.h"

struct unit {
	char *const *word;
	size_t n;
};

static bool
is_glue(const char *w)
{
	return !strcmp(w, "or") || !strcmp(w, "not") || !strcmp(w, "(") ||
	       !strcmp(w, ")");
}

/* The field that a word names, or empty. */
static struct span
field_of(const char *w)
{
	size_t n =
	    strspn(w, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		      "0123456789_.-");

	if (!n || (w[n] != ':' && w[n] != '~') || *w == '-' || *w == '+')
		return span_n("", 0);
	return span_n(w, n);
}

static bool
has_names(const struct entity *ent)
{
	for (size_t i = 0; i < ent->nfields; i++)
		if (ent->field[i]->flags & FIELD_NAME)
			return true;
	return false;
}

/*
 * The path of a field in a select's entity: the qualifier is taken off, other
 * names for the same are put in. Empty where it is for another entity of the
 * report, even if a reference is called like that.
 */
static struct span
local(struct report *r, struct select *s, struct span path)
{
	const struct entity *other;
	struct span rest = path, head = span_cut(&rest, '.');

	other = rest.n ? schema_entity(&r->s->schema, head) : NULL;
	if (other && other == s->scan->ent)
		return report_alias(r, s, rest);
	for (size_t i = 0; other && i < r->nscans; i++)
		if (r->scan[i].ent == other)
			return span_n("", 0);
	return report_alias(r, s, path);
}

/* Which tags an entity has is for the filter to say. */
static bool
tag_fits(struct select *s, const char *w, struct err *e)
{
	char *word = xstrdup(w);
	struct filter *f = NULL;
	bool fits = !filter_parse(&f, s->scan->q, &word, 1, e);

	if (fits)
		filter_free(f);
	free(word);
	return fits;
}

static bool unit_fits(struct report *r, struct select *s, const struct unit *u,
    int depth, struct err *e);

static bool
view_fits(struct report *r, struct select *s, const char *name, int depth,
    struct err *e)
{
	const struct rc_entry *x =
	    rc_find_sub(&r->s->rc, "view", name, "entity");
	struct unit u = { 0 };
	char **word = NULL;
	bool fits = true;

	if (x)
		return schema_entity(&r->s->schema, span(x->value)) ==
		       s->scan->ent;
	x = rc_find_sub(&r->s->rc, "view", name, "filter");
	if (x && depth < 8 && !filter_split(x->value, &word, &u.n, e)) {
		u.word = word;
		fits = unit_fits(r, s, &u, depth + 1, e);
	}
	free(word);
	return fits;
}

/* Is it about the records themselves, by a name that the others have? */
static bool
every_fits(struct report *r, struct select *s, struct span field)
{
	struct span path = report_alias(r, s, field);
	struct path *p;
	struct err e = { 0 };
	bool fits = path.n && !span_eq(path, field) &&
		    !query_path(s->scan->q, path, false, &p, &e);

	err_release(&e);
	return fits;
}

static bool
word_fits(
    struct report *r, struct select *s, const char *w, int depth, struct err *e)
{
	const struct entity *ent = s->scan->ent;
	struct span field = field_of(w), path;
	struct path *p;
	uint64_t id;

	if (is_glue(w))
		return true;
	if (s->def->every.n)
		return field.n && every_fits(r, s, field);
	if (field.n) {
		path = local(r, s, field);
		return path.n && !query_path(s->scan->q, path, false, &p, e);
	}
	if (*w == '@')
		return view_fits(r, s, w + 1, depth, e);
	if (*w == '+' || *w == '-')
		return tag_fits(s, w, e);
	id = id_pack(span(w));
	return id ? id_letter(id) == ent->letter : has_names(ent);
}

static bool
unit_fits(struct report *r, struct select *s, const struct unit *u, int depth,
    struct err *e)
{
	for (size_t i = 0; i < u->n; i++)
		if (!word_fits(r, s, u->word[i], depth, e))
			return false;
	return true;
}

/* The word as the select's entity has it. */
static char *
localised(struct report *r, struct select *s, char *w)
{
	struct span field = field_of(w);

	if (!field.n)
		return w;
	return (char *)arena_printf(
	    &r->arena, "%.*s%s", SPANF(local(r, s, field)), w + field.n)
	    .p;
}

static bool
has_or(char *const *w, size_t n)
{
	int depth = 0;

	for (size_t i = 0; i < n; i++) {
		depth += !strcmp(w[i], "(");
		depth -= !strcmp(w[i], ")");
		if (!depth && !strcmp(w[i], "or"))
			return true;
	}
	return false;
}

/* The next term with what belongs to it. */
static struct unit
next_unit(char *const *w, size_t n)
{
	struct unit u = { w, 0 };
	int depth = 0;

	while (u.n < n && !strcmp(w[u.n], "not"))
		u.n++;
	for (; u.n < n; u.n++) {
		depth += !strcmp(w[u.n], "(");
		depth -= !strcmp(w[u.n], ")");
		if (depth <= 0) {
			u.n++;
			break;
		}
	}
	return u;
}

struct words {
	char **v;
	size_t n, cap;
};

/* Deals one unit out. */
static int
deal(struct report *r, const struct unit *u, struct words *to, struct err *e)
{
	struct err first = { 0 };
	bool any = false;

	for (size_t i = 0; i < r->nselects; i++) {
		struct select *s = &r->select[i];
		struct err own = { 0 };

		if (unit_fits(r, s, u, 0, &own)) {
			any |= !s->def->every.n;
			for (size_t k = 0; k < u->n; k++) {
				GROW(to[i].v, to[i].n, to[i].cap);
				to[i].v[to[i].n++] =
				    localised(r, s, u->word[k]);
			}
		} else if (s->def->every.n) {
			s->out = true;
		}
		if (own.code && !first.code)
			first = own;
		else
			err_release(&own);
	}
	if (!any && first.code)
		err_set(e, first.code, "%s", first.msg);
	else if (!any)
		err_set(e, ERR_USAGE,
		    "report '%.*s' has nothing that '%s' fits",
		    SPANF(r->def.name), u->word[0]);
	err_release(&first);
	return any ? 0 : -1;
}

static int
set_filter(struct select *s, struct words *w, int which, struct err *e)
{
	if (!w->n)
		return 0;
	if (s->scan->n == 1)
		return query_filter(s->scan->q, w->v, w->n, e);
	return filter_parse(&s->filter[which], s->scan->q, w->v, w->n, e);
}

static int
own_filter(struct report *r, struct select *s, struct err *e)
{
	struct words w = { 0 };
	struct span text = arena_span(&r->arena, s->def->filter);
	int rc = filter_split(text.p, &w.v, &w.n, e);

	if (!rc)
		rc = set_filter(s, &w, 0, e);
	if (rc)
		err_prefix(e, "%s:%zu: ", s->def->at->file, s->def->at->line);
	free(w.v);
	return rc;
}

int
report_filters(struct report *r, struct err *e)
{
	struct words to[REPORT_SELECTS] = { 0 };
	struct unit u, all = { r->a->filter, r->a->nfilter };
	int rc = 0;

	for (size_t i = 0; !rc && i < r->nselects; i++)
		if (r->select[i].def->filter.n)
			rc = own_filter(r, &r->select[i], e);
	for (size_t i = 0; !rc && i < all.n; i += u.n) {
		u = has_or(all.word, all.n)
			? all
			: next_unit(all.word + i, all.n - i);
		rc = deal(r, &u, to, e);
	}
	for (size_t i = 0; i < r->nselects; i++) {
		if (!rc)
			rc = set_filter(&r->select[i], &to[i], 1, e);
		free(to[i].v);
	}
	return rc;
}
