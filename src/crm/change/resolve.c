#include "crm/change/resolve.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strmap.h"
#include "crm/query/query.h"
#include "store/id.h"
#include "store/unicode.h"

/* More candidates than this are counted, not listed. */
#define CANDIDATES 8

/* A shorter word is a name: one letter begins an id in every other store. */
#define PREFIX_MIN 3

/* --- one record ---------------------------------------------------------- */

struct candidate {
	uint64_t id;
	char name[64];
};

struct found {
	struct candidate c[CANDIDATES];
	size_t n;
};

/* What is sought, and what one thread found. */
struct search {
	struct span text;    /* as typed */
	struct span folded;
	char prefix[ID_LEN + 1];
	bool whole, has_prefix;
	struct path *id, *name[8];
	size_t nnames;
	struct found by_name, by_prefix;
};

struct searcher {
	struct search *all;
	struct found by_name, by_prefix;
	struct buf fold;
};

static bool
ascii(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

/* v folded equals what is sought; plain ASCII is not folded. */
static bool
names_it(struct searcher *t, struct span v)
{
	if (v.n == 0)
		return false;
	if (span_ieq(v, t->all->text))
		return true;
	if (ascii(v) && v.p[0] != ' ' && !memchr(v.p, ' ', v.n))
		return false;
	buf_reset(&t->fold);
	uni_fold(&t->fold, v);
	return span_eq(buf_span(&t->fold), t->all->folded);
}

/* "https://www.example.org/x" is found as example.org. */
static struct span
domain_of(struct span v)
{
	const char *p = v.n > 3 ? memmem(v.p, v.n, "://", 3) : NULL;
	struct span rest = p
	    ? span_n(p + 3, v.n - (size_t)(p + 3 - v.p))
	    : v;

	if (span_istarts(rest, span("www.")))
		rest = span_n(rest.p + 4, rest.n - 4);
	return span_cut(&rest, '/');
}

static void
keep(struct found *f, uint64_t id, struct span name)
{
	struct candidate *c;

	for (size_t i = 0; i < f->n && i < CANDIDATES; i++)
		if (f->c[i].id == id)
			return;
	if (f->n < CANDIDATES) {
		c = &f->c[f->n];
		c->id = id;
		name.n = name.n < sizeof c->name ? name.n : sizeof c->name - 1;
		memcpy(c->name, name.p ? name.p : "", name.n);
		c->name[name.n] = '\0';
	}
	f->n++;
}

static void *
search_begin(void *ctx, struct err *e)
{
	struct searcher *t = xcalloc(1, sizeof *t);

	(void)e;
	t->all = ctx;
	return t;
}

static int
search_row(void *state, const struct row *r, struct err *e)
{
	struct searcher *t = state;
	struct search *s = t->all;
	struct span id = path_value(s->id, r);

	(void)e;
	for (size_t i = 0; i < s->nnames; i++) {
		struct span v = path_value(s->name[i], r);

		if (names_it(t, v) ||
		    (path_field(s->name[i])->type == F_URL &&
			names_it(t, domain_of(v)))) {
			keep(&t->by_name, id_pack_canonical(id),
			    path_value(s->name[0], r));
			break;
		}
	}
	if (s->has_prefix && id.n == ID_LEN) {
		struct span part =
		    s->whole ? id : span_n(id.p + 6, id.n - 6);

		if (span_starts(part, span(s->prefix)))
			keep(&t->by_prefix, id_pack_canonical(id),
			    path_value(s->name[0], r));
	}
	return 0;
}

static int
search_end(void *ctx, void *state, struct err *e)
{
	struct search *s = ctx;
	struct searcher *t = state;

	(void)e;
	for (size_t i = 0; i < t->by_name.n && i < CANDIDATES; i++)
		keep(&s->by_name, t->by_name.c[i].id,
		    span(t->by_name.c[i].name));
	for (size_t i = 0; i < t->by_prefix.n && i < CANDIDATES; i++)
		keep(&s->by_prefix, t->by_prefix.c[i].id,
		    span(t->by_prefix.c[i].name));
	buf_release(&t->fold);
	free(t);
	return 0;
}

static int
bind_names(struct query *q, const struct entity *ent, struct search *s,
    struct err *e)
{
	if (query_path(q, span("id"), false, &s->id, e))
		return -1;
	for (size_t i = 0; i < ent->nfields && s->nnames < 8; i++)
		if ((ent->field[i]->flags & FIELD_NAME) &&
		    query_path(q, span(ent->field[i]->name), false,
			&s->name[s->nnames++], e))
			return -1;
	/* an entity without names shows its ids */
	if (s->nnames == 0)
		s->name[s->nnames++] = s->id;
	return 0;
}

static int
candidate_cmp(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

static void
list_candidates(struct err *e, struct found *f)
{
	size_t n = f->n < CANDIDATES ? f->n : CANDIDATES;

	qsort(f->c, n, sizeof *f->c, candidate_cmp);
	for (size_t i = 0; i < n; i++) {
		char id[ID_LEN + 1];

		id_unpack(f->c[i].id, id);
		err_suffix(e, "%s %s (%s)", i ? "," : "", id, f->c[i].name);
	}
	if (f->n > n)
		err_suffix(e, " and %zu more", f->n - n);
}

static int
no_such(struct session *s, const struct entity *ent, struct span text,
    struct err *e)
{
	struct resolver *r;
	struct buf near = { 0 };
	struct err ignored = { 0 };

	if (resolver_new(s, ent, &r, &ignored) == 0) {
		resolver_nearest(r, text, &near);
		resolver_free(r);
	}
	err_release(&ignored);
	err_set(e, ERR_NOENT, "no %s '%.*s'",
	    ent->label ? ent->label : ent->name, SPANF(text));
	if (near.n)
		err_suffix(e, "; the nearest: %s", near.p);
	buf_release(&near);
	return -1;
}

static int
decide(struct session *s, const struct entity *ent, struct search *f,
    uint64_t *id, struct err *e)
{
	struct found *by = f->by_name.n ? &f->by_name : &f->by_prefix;

	if (f->by_name.n == 1 && f->by_prefix.n >= 1 &&
	    (f->by_prefix.n > 1 || f->by_prefix.c[0].id != by->c[0].id)) {
		err_set(e, ERR_USAGE,
		    "'%.*s' is a name and also the beginning of an id:",
		    SPANF(f->text));
		keep(&f->by_prefix, by->c[0].id, span(by->c[0].name));
		list_candidates(e, &f->by_prefix);
		return err_suffix(e, "; give the whole id");
	}
	if (by->n == 0)
		return no_such(s, ent, f->text, e);
	if (by->n > 1) {
		err_set(e, ERR_USAGE, "'%.*s' fits several:", SPANF(f->text));
		list_candidates(e, by);
		return err_suffix(e, "; give more of the id");
	}
	*id = by->c[0].id;
	return 0;
}

/*
 * Looks for records by a text: of all, or of this one id. What was found is in
 * f, whose texts are of *q; free that.
 */
static int
look(struct session *s, const struct entity *ent, struct span text,
    const uint64_t *only, struct search *f, struct query **q, struct err *e)
{
	struct entity *own = schema_entity(&s->schema, span(ent->name));
	struct buf fold = { 0 };
	struct sink sink = { .begin = search_begin, .row = search_row,
		.end = search_end, .ctx = f };
	int r = -1;

	memset(f, 0, sizeof *f);
	f->text = text;
	uni_fold(&fold, text);
	f->folded = buf_span(&fold);
	f->has_prefix = text.n >= PREFIX_MIN &&
	    id_prefix(text, f->prefix, &f->whole);
	*q = query_new(s, own);
	if (only)
		query_ids(*q, only, 1);
	if (bind_names(*q, ent, f, e) == 0 && query_run(*q, &sink, e) == 0)
		r = 0;
	f->folded = span("");
	buf_release(&fold);
	return r;
}

static int
search(struct session *s, const struct entity *ent, struct span text,
    const uint64_t *only, uint64_t *id, struct err *e)
{
	struct search f;
	struct query *q;
	int r = look(s, ent, text, only, &f, &q, e);

	if (r == 0 && !only)
		r = decide(s, ent, &f, id, e);
	else if (r == 0 && f.by_prefix.n == 0)
		r = err_set(e, ERR_NOENT, "no %s %.*s",
		    ent->label ? ent->label : ent->name, SPANF(text));
	else if (r == 0)
		*id = *only;
	query_free(q);
	return r;
}

int
resolve_one(struct session *s, const struct entity *ent, struct span text,
    bool ids_only, uint64_t *id, struct err *e)
{
	uint64_t full = id_pack(text);

	if (text.n == 0)
		return err_set(e, ERR_USAGE, "an empty name");
	if (full && id_letter(full) == ent->letter)
		return search(s, ent, text, &full, id, e);
	if (full && schema_letter(&s->schema, id_letter(full)))
		return err_set(e, ERR_USAGE,
		    "%.*s is the id of a record of %s, not of %s", SPANF(text),
		    schema_letter(&s->schema, id_letter(full))->plural,
		    ent->plural);
	if (ids_only)
		return err_set(e, ERR_USAGE,
		    "'%.*s' is not a full id (--id allows nothing else)",
		    SPANF(text));
	if (span_eqs(text, "me") && strcmp(ent->name, "user") == 0) {
		if (!session_me(s)[0])
			return err_set(e, ERR_USAGE,
			    "who 'me' is, is not known; set user.login in "
			    "your own crmrc");
		text = span(session_me(s));
	}
	return search(s, ent, text, NULL, id, e);
}

/* Puts what was found where the caller has it; once each. */
static void
give(struct resolved *out, size_t cap, size_t *n, const struct found *f,
    bool by_name)
{
	for (size_t i = 0; i < f->n && i < CANDIDATES; i++) {
		bool there = false;

		for (size_t k = 0; k < *n; k++)
			there |= out[k].id == f->c[i].id;
		if (there || *n == cap)
			continue;
		out[*n].id = f->c[i].id;
		out[*n].by_name = by_name;
		memcpy(out[*n].name, f->c[i].name, sizeof out[*n].name);
		++*n;
	}
}

int
resolve_all(struct session *s, const struct entity *ent, struct span text,
    struct resolved *out, size_t cap, size_t *n, struct err *e)
{
	struct search f;
	struct query *q;
	int r = look(s, ent, text, NULL, &f, &q, e);

	if (r == 0) {
		give(out, cap, n, &f.by_name, true);
		give(out, cap, n, &f.by_prefix, false);
	}
	query_free(q);
	return r;
}

struct name_of {
	struct path *path;
	struct buf *out;
	bool found;
};

static int
name_row(void *state, const struct row *r, struct err *e)
{
	struct name_of *n = state;

	(void)e;
	n->found = true;
	buf_addspan(n->out, path_value(n->path, r));
	return 0;
}

static void *
name_begin(void *ctx, struct err *e)
{
	(void)e;
	return ctx;
}

int
resolve_name(struct session *s, uint64_t id, struct buf *out, struct err *e)
{
	struct entity *ent = schema_letter(&s->schema, id_letter(id));
	struct name_of n = { .out = out };
	struct sink sink = { .begin = name_begin, .row = name_row, .ctx = &n };
	struct query *q;
	int r = -1;

	if (!ent)
		return err_set(e, ERR_DATA, "no entity has such ids");
	q = query_new(s, ent);
	query_ids(q, &id, 1);
	for (size_t i = 0; i < ent->nfields && !n.path; i++)
		if ((ent->field[i]->flags & FIELD_NAME) &&
		    query_path(
			q, span(ent->field[i]->name), false, &n.path, e))
			goto out;
	if (!n.path || query_run(q, &sink, e))
		goto out;
	if (!n.found)
		buf_adds(out, "(hidden)");
	r = 0;
out:
	query_free(q);
	return r;
}
