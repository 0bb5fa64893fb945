#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/query/filter_impl.h"
#include "store/id.h"

/*
 * Values of references: ids, "me", or names, which are sought among the
 * records of the entity. Several records with one name are all meant.
 */

struct want {
	struct span typed;
	struct ftext text;
	bool me; /* only the login field counts */
	bool found;
};

struct refscan {
	struct fparse *fp;
	struct query *q; /* over the entity that is referred to */
	struct path **name;
	size_t nnames;
	struct path *login;
	struct want *want;
	size_t nwant;
	uint64_t *id; /* result */
	size_t n, cap;
	struct nearest *near; /* second pass */
	struct arena arena;
};

/* What one thread has found. */
struct found {
	struct refscan *rs;
	uint64_t *id;
	size_t n, cap;
	bool *found; /* of each wanted name */
	struct buf fold;
};

static void *
found_begin(void *ctx, struct err *e)
{
	struct found *f = xcalloc(1, sizeof *f);

	(void)e;
	f->rs = ctx;
	f->found = xcalloc(f->rs->nwant + 1, sizeof *f->found);
	return f;
}

static bool
is_called(const struct refscan *rs, const struct want *w, const struct row *r,
    struct buf *fold)
{
	if (w->me)
		return rs->login &&
		       text_is(&w->text, path_value(rs->login, r), fold);
	for (size_t i = 0; i < rs->nnames; i++) {
		if (text_is(&w->text, path_value(rs->name[i], r), fold))
			return true;
	}
	return false;
}

static int
found_row(void *state, const struct row *r, struct err *e)
{
	struct found *f = state;

	(void)e;
	for (size_t i = 0; i < f->rs->nwant; i++) {
		if (f->rs->want[i].text.s.n == 0 ||
		    !is_called(f->rs, &f->rs->want[i], r, &f->fold))
			continue;
		f->found[i] = true;
		GROW(f->id, f->n, f->cap);
		f->id[f->n++] = id_pack_canonical(r->cell[0]);
	}
	return 0;
}

static void
add_id(struct refscan *rs, uint64_t id)
{
	GROW(rs->id, rs->n, rs->cap);
	rs->id[rs->n++] = id;
}

static int
found_end(void *ctx, void *state, struct err *e)
{
	struct refscan *rs = ctx;
	struct found *f = state;

	(void)e;
	for (size_t i = 0; i < f->n; i++)
		add_id(rs, f->id[i]);
	for (size_t i = 0; i < rs->nwant; i++)
		rs->want[i].found = rs->want[i].found || f->found[i];
	free(f->id);
	free(f->found);
	buf_release(&f->fold);
	free(f);
	return 0;
}

static int
near_row(void *state, const struct row *r, struct err *e)
{
	struct refscan *rs = state;

	(void)e;
	for (size_t k = 0; k < rs->nnames; k++) {
		struct span v = path_value(rs->name[k], r);
		struct nearest *n = rs->near;

		/* v is only there now; what is kept is copied. */
		nearest_add(n, rs->want->typed, v);
		for (size_t i = 0; i < n->n; i++) {
			if (v.n && n->name[i].p == v.p)
				n->name[i] = arena_span(&rs->arena, v);
		}
	}
	return 0;
}

static int
not_found(struct refscan *rs, struct want *w)
{
	struct nearest near = { 0 };
	struct sink sink = { .row = near_row, .ctx = rs };
	bool user = rs->login != NULL;
	struct buf b = { 0 };
	struct err *e = rs->fp->e;
	int r;

	if (w->me)
		return err_set(e, ERR_USAGE,
		    "no user has the login '%.*s': set user.login in your "
		    "crmrc, or add the user",
		    SPANF(w->text.s));
	rs->near = &near;
	rs->want = w;
	r = query_run(rs->q, &sink, e);
	rs->near = NULL;
	if (r < 0)
		return -1;
	nearest_text(&near, &b);
	err_set(e, user ? ERR_USAGE : ERR_NOENT, "no %s '%.*s'%s",
	    rs->q->ent->label, SPANF(w->typed), b.n ? b.p : "");
	buf_release(&b);
	return -1;
}

static int
refscan_bind(struct refscan *rs, struct err *e)
{
	struct entity *ent = rs->q->ent;
	struct path *id;

	if (query_path(rs->q, span("id"), false, &id, e) < 0)
		return -1;
	rs->name = xcalloc(ent->nfields + 1, sizeof(struct path *));
	for (size_t i = 0; i < ent->nfields; i++) {
		const struct field *f = ent->field[i];
		struct path *p;

		if (!(f->flags & FIELD_NAME) || (f->flags & FIELD_VIRTUAL))
			continue;
		if (query_path(rs->q, span(f->name), false, &p, e) < 0)
			return -1;
		rs->name[rs->nnames++] = p;
		if (strcmp(f->name, "login") == 0)
			rs->login = p;
	}
	return 0;
}

static int
refscan_run(struct refscan *rs, struct err *e)
{
	struct sink sink = { .begin = found_begin,
		.row = found_row,
		.end = found_end,
		.ctx = rs };

	if (rs->nwant == 0)
		return 0;
	if (refscan_bind(rs, e) < 0 || query_run(rs->q, &sink, e) < 0)
		return -1;
	for (size_t i = 0; i < rs->nwant; i++) {
		if (!rs->want[i].found)
			return not_found(rs, &rs->want[i]);
	}
	return 0;
}

/* Ids go straight to the result, names to what is to be sought. */
static int
take(struct refscan *rs, struct span v)
{
	struct fparse *fp = rs->fp;
	const struct entity *ent = rs->q->ent;
	struct want *w = &rs->want[rs->nwant];
	uint64_t id = id_pack(v);

	if (id && ent->letter && id_letter(id) != ent->letter)
		return err_set(fp->e, ERR_USAGE,
		    "'%.*s': ids of %s begin with %c", SPANF(v), ent->plural,
		    ent->letter);
	if (id) {
		add_id(rs, id);
		return 0;
	}
	w->typed = v;
	w->me = span_eqs(v, "me") && strcmp(ent->name, "user") == 0;
	if (w->me && !session_me(fp->q->s)[0])
		return err_set(fp->e, ERR_USAGE,
		    "who is 'me'? set user.login in your crmrc");
	w->text =
	    text_make(&fp->f->arena, w->me ? span(session_me(fp->q->s)) : v);
	rs->nwant++;
	return 0;
}

static int
cmp_id(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Few ids are compared as text, many looked up by number. */
static void
fill(struct refscan *rs, struct fnode *out)
{
	struct arena *a = &rs->fp->f->arena;
	char text[ID_LEN + 1];
	size_t k = 0;

	if (rs->n)
		qsort(rs->id, rs->n, sizeof *rs->id, cmp_id);
	for (size_t i = 0; i < rs->n; i++) {
		if (rs->id[i] && (k == 0 || rs->id[k - 1] != rs->id[i]))
			rs->id[k++] = rs->id[i];
	}
	out->n = k;
	if (k > 4) {
		out->test = T_IDS;
		out->u.id = arena_alloc(a, k * sizeof *out->u.id);
		memcpy(out->u.id, rs->id, k * sizeof *out->u.id);
		return;
	}
	out->test = T_BYTES;
	out->u.bytes = arena_alloc(a, (k + 1) * sizeof *out->u.bytes);
	for (size_t i = 0; i < k; i++) {
		id_unpack(rs->id[i], text);
		out->u.bytes[i] = span_n(arena_dup(a, text, ID_LEN), ID_LEN);
	}
}

int
filter_ref(struct fparse *fp, struct path *p, const struct span *v, size_t n,
    struct fnode *out)
{
	struct refscan rs = { .fp = fp };
	struct entity *ent =
	    schema_entity(&fp->q->s->schema, span(p->field->ref));
	struct want *want;
	int rc = 0;

	if (!ent)
		return err_set(fp->e, ERR_BUG, "no entity '%s'", p->field->ref);
	rs.q = query_new(fp->q->s, ent);
	rs.want = want = xcalloc(n, sizeof *want);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = take(&rs, v[i]);
	if (rc == 0)
		rc = refscan_run(&rs, fp->e);
	if (rc == 0)
		fill(&rs, out);
	query_free(rs.q);
	arena_release(&rs.arena);
	free(want);
	free(rs.name);
	free(rs.id);
	return rc;
}
