#include "crm/change/refs.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strmap.h"
#include "crm/change/change_impl.h"
#include "crm/query/query.h"
#include "store/id.h"

/* More than this are not counted: each may have to be looked at. */
#define COUNTED 1000

/* Fields of one kind that can refer to what goes. */
#define FIELDS 32

struct refs {
	struct changes *c;
	const struct entity *ent;
	const struct field *field[FIELDS];
	size_t nfields;
	uint64_t *gone, *touched; /* sorted */
	size_t ngone, ntouched;
	uint64_t to; /* the first that is referred to */
	char first[ID_LEN + 1];
	size_t n;
};

void
refs_gone(struct changes *c, uint64_t id)
{
	GROW(c->gone, c->ngone, c->gone_cap);
	c->gone[c->ngone++] = id;
}

static int
id_cmp(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static bool
among(const uint64_t *set, size_t n, uint64_t id)
{
	return n && bsearch(&id, set, n, sizeof *set, id_cmp);
}

static uint64_t *
sorted(const uint64_t *id, size_t n)
{
	uint64_t *out = xcalloc(n + 1, sizeof *out);

	if (n)
		memcpy(out, id, n * sizeof *out);
	qsort(out, n, sizeof *out, id_cmp);
	return out;
}

/* The record that v names, if it goes; else 0. */
static uint64_t
goes(const struct refs *r, struct span v)
{
	uint64_t id = v.n ? id_pack_canonical(v) : 0;

	return id && among(r->gone, r->ngone, id) ? id : 0;
}

static void
count(struct refs *r, uint64_t to, struct span who)
{
	if (r->n++ > 0)
		return;
	r->to = to;
	memcpy(r->first, who.p, who.n < ID_LEN ? who.n : ID_LEN);
}

/*
 * A record that this command touched too counts as it now is. Where its table
 * is not held, undo put the file back whole, as it was before there was
 * anything to refer to.
 */
static bool
refers_still(struct refs *r, uint64_t id, const struct field *f)
{
	struct span key = span_n((const char *)&id, sizeof id);
	char path[3][PATH_CAP];
	int n = entity_paths(r->ent, id, path);
	/* of an activity the id does not say where it is */
	size_t act = n == 0 && r->c->acts ? strmap_get(r->c->acts, key)
					  : (size_t)-1;

	for (int i = 0; i < n + (act != (size_t)-1); i++) {
		struct changed_table *ct = i < n ? change_held(r->c, path[i])
						 : r->c->table[act];
		size_t row = ct ? table_find(&ct->t, id) : (size_t)-1;

		if (row != (size_t)-1)
			return goes(r, table_cell(
				&ct->t, row, span(f->name))) != 0;
	}
	return false;
}

static int
ref_row(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct refs *r = ctx;

	(void)e;
	for (size_t i = 1; i < n; i++) {
		uint64_t to = goes(r, cell[i]), id;

		if (!to)
			continue;
		id = id_pack_canonical(cell[0]);
		if (!among(r->touched, r->ntouched, id) ||
		    refers_still(r, id, r->field[i - 1])) {
			count(r, to, cell[0]);
			break;
		}
	}
	return r->n >= COUNTED;
}

static int
read_records(struct refs *r, struct err *e)
{
	struct session *s = r->c->s;
	struct query *q =
	    query_new(s, schema_entity(&s->schema, span(r->ent->name)));
	struct path *path[FIELDS + 1];
	bool label[FIELDS + 1] = { false };
	int ret = query_path(q, span("id"), false, &path[0], e);

	query_unmask(q);
	for (size_t i = 0; ret == 0 && i < r->nfields; i++)
		ret = query_path(
		    q, span(r->field[i]->name), false, &path[i + 1], e);
	if (ret == 0)
		ret = query_stream(
		    q, path, label, r->nfields + 1, ref_row, r, e);
	query_free(q);
	return ret < 0 ? -1 : 0;
}

/* A small table without ids, as this command leaves it. */
static int
read_keyed(struct refs *r, struct err *e)
{
	char path[3][PATH_CAP];
	struct changed_table *held;
	struct table own = { 0 }, *t = &own;
	struct buf data = { 0 };
	int ret = 0;

	entity_paths(r->ent, 0, path);
	held = change_held(r->c, path[0]);
	if (held)
		t = &held->t;
	else if (txn_read(r->c->txn, path[0], &data, e) < 0 ||
	    table_parse(t, r->ent, path[0], &data, e))
		ret = -1;
	for (size_t i = 0; ret == 0 && i < t->nrows; i++)
		for (size_t f = 0; !t->row[i].removed && f < r->nfields; f++) {
			struct span v =
			    table_cell(t, i, span(r->field[f]->name));
			uint64_t to = goes(r, v);

			if (to)
				count(r, to, span(path[0]));
		}
	table_release(&own);
	buf_release(&data);
	return ret;
}

/* Rows of a kind, by those of its fields that can name what goes. */
static int
read_kind(struct refs *r, const struct entity *ent, struct err *e)
{
	r->ent = ent;
	r->nfields = 0;
	for (size_t i = 0; i < ent->nfields && r->nfields < FIELDS; i++) {
		const struct field *f = ent->field[i];
		const struct entity *to = f->type == F_REF
		    ? schema_entity(&r->c->s->schema, span(f->ref))
		    : NULL;
		bool any = false;

		for (size_t k = 0; to && to->letter && k < r->ngone && !any;
		     k++)
			any = id_letter(r->gone[k]) == to->letter;
		if (any && !(f->flags & FIELD_VIRTUAL))
			r->field[r->nfields++] = f;
	}
	if (r->nfields == 0)
		return 0;
	return ent->letter ? read_records(r, e) : read_keyed(r, e);
}

static int
refuse(const struct refs *r, struct err *e)
{
	const struct entity *ent =
	    schema_letter(&r->c->s->schema, id_letter(r->to));
	char text[ID_LEN + 1];

	id_unpack(r->to, text);
	return err_set(e, ERR_PERM,
	    "%s%s: %zu%s %s to %s (%s%s); %schange %s first, or --force", text,
	    r->ngone > 1 ? " and others" : "", r->n,
	    r->n >= COUNTED ? " or more" : "",
	    plural(r->n, "record refers", "records refer"),
	    plural(r->ngone, "it", "them"), r->first, plural(r->n, "", " ..."),
	    ent && entity_field(ent, span("active"))
		? "active=no takes it out of use; else "
		: "",
	    plural(r->n, "it", "them"));
}

int
changes_check(struct changes *c, struct err *e)
{
	struct refs r = { .c = c };
	int ret = 0;

	if (c->ngone == 0)
		return 0;
	r.gone = sorted(c->gone, r.ngone = c->ngone);
	r.touched = sorted(c->touched, r.ntouched = c->ntouched);
	for (size_t i = 0; ret == 0 && i < c->s->schema.n; i++)
		if (!c->s->schema.entity[i]->append_only &&
		    !c->s->schema.entity[i]->entailed)
			ret = read_kind(&r, schema_at(&c->s->schema, i), e);
	if (ret == 0 && r.n)
		ret = refuse(&r, e);
	if (ret == 0)
		c->ngone = 0;
	free(r.gone);
	free(r.touched);
	return ret;
}
