#include "crm/change/about.h"

#include <stdio.h>
#include <string.h>

#include "crm/change/resolve.h"
#include "crm/query/query.h"
#include "store/id.h"

/* Of each kind and sort: as many as resolve_all() gives. */
#define MOST (ABOUT_KINDS * 16)

/* What decides between records of one name. */
static const struct {
	const char *field;
	const char *account, *contact, *state; /* paths, or NULL */
} kinds[ABOUT_KINDS] = {
	[ABOUT_OPP] = { "opp", "account", "contact", "state" },
	[ABOUT_CONTACT] = { "contact", "account", NULL, NULL },
	[ABOUT_ACCOUNT] = { "account", NULL, NULL, NULL },
	[ABOUT_LEAD] = { "lead", NULL, NULL, "state" },
};

struct fact {
	enum about_kind kind;
	uint64_t id, account, contact;
	bool closed;
	const struct resolved *r;
};

struct facts {
	struct fact v[MOST];
	size_t n;
};

const char *
about_field(enum about_kind k)
{
	return kinds[k].field;
}

static int
fact_row(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct fact *f = ctx;

	(void)n;
	(void)e;
	f->account = id_pack(cell[0]);
	f->contact = id_pack(cell[1]);
	f->closed = cell[2].n && !span_eqs(cell[2], "open") &&
	    !span_eqs(cell[2], "hold");
	return 1;
}

static int
learn(struct session *s, struct fact *f, struct err *e)
{
	struct entity *ent = schema_entity(&s->schema, span(kinds[f->kind].field));
	const char *want[3] = { kinds[f->kind].account, kinds[f->kind].contact,
		kinds[f->kind].state };
	struct query *q = query_new(s, ent);
	bool label[3] = { false, false, false };
	struct path *path[3];
	int r = 0;

	query_ids(q, &f->id, 1);
	for (size_t i = 0; r == 0 && i < 3; i++)
		r = query_path(q, span(want[i] ? want[i] : "ext_id"), false,
		    &path[i], e);
	if (r == 0)
		r = query_stream(q, path, label, 3, fact_row, f, e);
	if (!want[0])
		f->account = f->kind == ABOUT_ACCOUNT ? f->id : 0;
	if (!want[1])
		f->contact = f->kind == ABOUT_CONTACT ? f->id : 0;
	f->closed = f->closed && want[2];
	query_free(q);
	return r < 0 ? -1 : 0;
}

/* Those that are over do not count beside others. */
static void
drop_closed(struct facts *f)
{
	size_t open = 0, n = 0;

	for (size_t i = 0; i < f->n; i++)
		open += !f->v[i].closed;
	for (size_t i = 0; open && i < f->n; i++)
		if (!f->v[i].closed)
			f->v[n++] = f->v[i];
	f->n = open ? n : f->n;
}

/* One of each kind at most, and all of one account (or of one contact). */
static bool
belong_together(const struct facts *f)
{
	bool seen[ABOUT_KINDS] = { false };
	const struct fact *a = &f->v[0];

	for (size_t i = 0; i < f->n; i++) {
		const struct fact *b = &f->v[i];

		if (seen[b->kind] || (b->kind == ABOUT_LEAD && f->n > 1))
			return false;
		seen[b->kind] = true;
		if (!(a->account && a->account == b->account) &&
		    !(a->contact && a->contact == b->contact) && i)
			return false;
	}
	return true;
}

static int
add_city(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	(void)n;
	(void)e;
	buf_addspan(ctx, cell[0]);
	return 1;
}

/* Whose it is, and of an account where. */
static void
add_beside(struct session *s, const struct fact *f, struct buf *out)
{
	struct err ignored = { 0 };
	bool label = false;
	struct path *path;
	struct query *q;

	buf_adds(out, ", ");
	if (f->kind != ABOUT_ACCOUNT) {
		if (!f->account ||
		    resolve_name(s, f->account, out, &ignored))
			buf_cut(out, out->n - 2);
		err_release(&ignored);
		return;
	}
	q = query_new(s, schema_entity(&s->schema, span("account")));
	query_ids(q, &f->id, 1);
	if (query_path(q, span("city"), false, &path, &ignored) ||
	    query_stream(q, &path, &label, 1, add_city, out, &ignored) < 0 ||
	    out->p[out->n - 1] == ' ')
		buf_cut(out, out->n - 2);
	query_free(q);
	err_release(&ignored);
}

static int
several(struct session *s, struct span word, const struct facts *f,
    struct err *e)
{
	err_set(e, ERR_USAGE, "'%.*s' fits several:", SPANF(word));
	for (size_t i = 0; i < f->n; i++) {
		const struct entity *ent = schema_letter(
		    &s->schema, id_letter(f->v[i].id));
		char id[ID_LEN + 1];
		struct buf name = { 0 };

		buf_adds(&name, f->v[i].r->name);
		add_beside(s, &f->v[i], &name);
		id_unpack(f->v[i].id, id);
		err_suffix(e, "%s %s %s (%s)", i ? "," : "",
		    ent->label ? ent->label : ent->name, id, name.p);
		buf_release(&name);
	}
	return err_suffix(e, "; give the whole id");
}

static int
none(struct session *s, struct span word, struct err *e)
{
	struct buf near = { 0 };
	struct err ignored = { 0 };

	for (int k = 0; k < ABOUT_KINDS; k++) {
		const struct entity *ent =
		    schema_entity(&s->schema, span(kinds[k].field));
		struct resolver *r;

		if (resolver_new(s, ent, &r, &ignored) == 0) {
			resolver_nearest(r, word, &near);
			resolver_free(r);
		}
	}
	err_release(&ignored);
	err_set(e, ERR_NOENT, "no %s, contact, account or lead '%.*s'",
	    schema_entity(&s->schema, span("opp"))->label, SPANF(word));
	if (near.n)
		err_suffix(e, "; the nearest: %s", near.p);
	buf_release(&near);
	return -1;
}

/* What the word fits, with what is to be known of it where it is several. */
static int
collect(struct session *s, struct span word, struct resolved *r,
    struct facts *f, struct err *e)
{
	for (int k = 0; k < ABOUT_KINDS; k++) {
		const struct entity *ent =
		    schema_entity(&s->schema, span(kinds[k].field));
		size_t n = f->n;

		if (resolve_all(s, ent, word, r, MOST, &n, e))
			return -1;
		for (; f->n < n; f->n++)
			f->v[f->n] = (struct fact){ .r = &r[f->n],
				.kind = (enum about_kind)k,
				.id = r[f->n].id };
	}
	for (size_t i = 0; f->n > 1 && i < f->n; i++)
		if (learn(s, &f->v[i], e))
			return -1;
	return 0;
}

int
about_id(struct session *s, uint64_t id, struct about *out, struct err *e)
{
	const struct entity *ent = schema_letter(&s->schema, id_letter(id));
	char text[ID_LEN + 1];
	struct buf name = { 0 };
	int r;

	memset(out, 0, sizeof *out);
	id_unpack(id, text);
	for (int k = 0; ent && k < ABOUT_KINDS; k++) {
		if (strcmp(ent->name, kinds[k].field) != 0)
			continue;
		r = resolve_one(s, ent, span(text), true, &out->id[k], e) ||
		    resolve_name(s, id, &name, e);
		snprintf(out->name, sizeof out->name, "%s",
		    name.n ? name.p : text);
		buf_release(&name);
		return r ? -1 : 0;
	}
	return err_set(e, ERR_USAGE,
	    "%s is the id of none that an activity is about: a %s, contact, "
	    "account or lead", text,
	    schema_entity(&s->schema, span("opp"))->label);
}

int
about_find(struct session *s, struct span word, bool ids_only,
    struct about *out, struct err *e)
{
	uint64_t id = id_pack(word);
	struct resolved r[MOST];
	struct facts f = { .n = 0 };

	if (id)
		return about_id(s, id, out, e);
	if (ids_only)
		return err_set(e, ERR_USAGE,
		    "'%.*s' is not a full id (--id allows nothing else)",
		    SPANF(word));
	memset(out, 0, sizeof *out);
	if (collect(s, word, r, &f, e))
		return -1;
	if (f.n == 0)
		return none(s, word, e);
	drop_closed(&f);
	if (f.n > 1 && !belong_together(&f))
		return several(s, word, &f, e);
	for (size_t i = 0; i < f.n; i++)
		out->id[f.v[i].kind] = f.v[i].id;
	snprintf(out->name, sizeof out->name, "%s", f.v[0].r->name);
	return 0;
}

int
about_one(struct session *s, struct span word, bool ids_only, uint64_t *id,
    struct err *e)
{
	static const enum about_kind order[ABOUT_KINDS] = { ABOUT_LEAD,
		ABOUT_CONTACT, ABOUT_ACCOUNT, ABOUT_OPP };
	char prefix[ID_LEN + 1] = "";
	uint64_t full = id_pack(word);
	struct about about;
	bool whole = false;
	int n = 0;

	if (full || (id_prefix(word, prefix, &whole) && whole)) {
		const struct entity *ent = schema_letter(
		    &s->schema, full ? id_letter(full) : prefix[0]);

		if (!ent)
			return err_set(e, ERR_USAGE,
			    "'%.*s' is the id of no kind of record",
			    SPANF(word));
		return resolve_one(s, ent, word, ids_only, id, e) ? -1 : 1;
	}
	if (about_find(s, word, ids_only, &about, e))
		return -1;
	for (int i = 0; i < ABOUT_KINDS; i++) {
		if (!about.id[order[i]])
			continue;
		*id = about.id[order[i]];
		n++;
	}
	return n;
}
