#include "crm/change/unique.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strmap.h"
#include "crm/query/query.h"
#include "store/id.h"
#include "store/unicode.h"

/* From this many checks of one field on its values are kept in memory. */
#define SCANS 3

/* A field whose values were sought, or are all in `store`. */
struct seen_field {
	const struct field *f;
	size_t checks;
	/* what was sought last, and who but self has it; without self: who
	   of all, at first sight */
	struct span key;
	uint64_t self, found;
};

/* Keys are "entity.field=folded value", values packed ids. */
struct unique {
	struct strmap taken; /* by this command */
	struct strmap store; /* by the store, as it was before */
	struct seen_field *field;
	size_t n, cap;
	struct arena arena;
};

void
unique_free(struct unique *u)
{
	if (!u)
		return;
	strmap_release(&u->taken);
	strmap_release(&u->store);
	free(u->field);
	arena_release(&u->arena);
	free(u);
}

static void
key_of(struct buf *out, const struct entity *ent, const struct field *f,
    struct span v)
{
	buf_reset(out);
	buf_addf(out, "%s.%s=", ent->name, f->name);
	uni_fold(out, v);
}

/* One pass over the field's values: for one key, or into the map. */
struct pass {
	struct unique *u;
	const struct entity *ent;
	const struct field *f;
	struct span key; /* sought; empty: all are kept */
	uint64_t self, found;
	struct buf text;
	size_t head; /* of text: "entity.field=", made once */
};

static int
pass_row(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct pass *p = ctx;
	uint64_t id;
	bool added;

	(void)n;
	(void)e;
	if (cell[1].n == 0)
		return 0;
	buf_cut(&p->text, p->head);
	uni_fold(&p->text, cell[1]);
	if (p->key.n && !span_eq(buf_span(&p->text), p->key))
		return 0;
	id = id_pack_canonical(cell[0]);
	if (p->key.n) {
		p->found = id == p->self ? 0 : id;
		return p->found != 0;
	}
	if (strmap_get(&p->u->store, buf_span(&p->text)) == (size_t)-1)
		strmap_add(&p->u->store,
		    arena_span(&p->u->arena, buf_span(&p->text)), (size_t)id,
		    &added);
	return 0;
}

static int
read_values(struct session *s, struct pass *p, struct err *e)
{
	struct entity *ent = schema_entity(&s->schema, span(p->ent->name));
	struct query *q = query_new(s, ent);
	struct path *path[2];
	bool label[2] = { false, false };
	int r = -1;

	query_unmask(q);
	key_of(&p->text, p->ent, p->f, span(""));
	p->head = p->text.n;
	if (query_path(q, span("id"), false, &path[0], e) == 0 &&
	    query_path(q, span(p->f->name), false, &path[1], e) == 0)
		r = query_stream(q, path, label, 2, pass_row, p, e);
	buf_release(&p->text);
	query_free(q);
	return r < 0 ? -1 : 0;
}

static struct seen_field *
seen(struct unique *u, const struct field *f)
{
	for (size_t i = 0; i < u->n; i++)
		if (u->field[i].f == f)
			return &u->field[i];
	GROW(u->field, u->n, u->cap);
	u->field[u->n] = (struct seen_field){ .f = f };
	return &u->field[u->n++];
}

/* The store's record with that value, but for r itself; 0: none. */
static int
in_store(struct changes *c, const struct record *r, const struct field *f,
    struct span key, uint64_t *id, struct err *e)
{
	struct seen_field *sf = seen(c->unique, f);
	struct pass p = {
		.u = c->unique, .ent = r->ent, .f = f, .self = r->id
	};
	size_t at;

	if (sf->key.n && span_eq(sf->key, key) &&
	    (sf->self == r->id || (!sf->self && sf->found != r->id))) {
		*id = sf->found;
		return 0;
	}
	sf->checks++;
	if (sf->checks < SCANS) {
		p.key = key;
		if (read_values(c->s, &p, e))
			return -1;
		*id = sf->found = p.found;
		sf->self = r->id;
		sf->key = arena_span(&c->unique->arena, key);
		return 0;
	}
	if (sf->checks == SCANS && read_values(c->s, &p, e))
		return -1;
	at = strmap_get(&c->unique->store, key);
	*id = at == (size_t)-1 || at == r->id ? 0 : (uint64_t)at;
	return 0;
}

/* Does the record still have the value, behind what this command did? */
static int
still(struct changes *c, const struct entity *ent, const struct field *f,
    uint64_t id, struct span key, bool *yes, struct err *e)
{
	struct buf now = { 0 };
	struct record r;
	int rc = change_load(c, ent, id, &r, e);

	*yes = false;
	if (rc < 0)
		return -1;
	if (rc == 0) {
		key_of(&now, ent, f, record_at(&r, f));
		*yes = span_eq(buf_span(&now), key);
	}
	buf_release(&now);
	return 0;
}

/* Who else has the value of r's field f, whose key is given; 0: nobody. */
static int
holder(struct changes *c, const struct record *r, const struct field *f,
    struct span key, uint64_t *who, struct err *e)
{
	size_t at = strmap_get(&c->unique->taken, key);
	uint64_t id[2] = { at == (size_t)-1 ? 0 : (uint64_t)at, 0 };

	*who = 0;
	if (in_store(c, r, f, key, &id[1], e))
		return -1;
	for (int i = 0; i < 2 && !*who; i++) {
		bool yes;

		if (!id[i] || id[i] == r->id)
			continue;
		if (still(c, r->ent, f, id[i], key, &yes, e))
			return -1;
		if (yes)
			*who = id[i];
	}
	return 0;
}

int
unique_holder(struct changes *c, const struct record *r, const struct field *f,
    uint64_t *who, struct err *e)
{
	struct buf key = { 0 };
	int ret;

	if (!c->unique)
		c->unique = xcalloc(1, sizeof *c->unique);
	key_of(&key, r->ent, f, record_at(r, f));
	ret = holder(c, r, f, buf_span(&key), who, e);
	buf_release(&key);
	return ret;
}

static bool
wanted(const struct record *before, const struct record *after,
    const struct field *f)
{
	struct span v = record_at(after, f);

	return (f->flags & FIELD_UNIQUE) && v.n && after->ent->letter &&
	       !span_eq(v, record_at(before, f));
}

int
unique_check(struct changes *c, const struct record *before,
    const struct record *after, struct err *e)
{
	for (size_t i = 0; i < after->n; i++) {
		const struct field *f = after->ent->field[i];
		char text[ID_LEN + 1];
		uint64_t who;

		if (!wanted(before, after, f))
			continue;
		if (unique_holder(c, after, f, &who, e))
			return -1;
		if (!who)
			continue;
		id_unpack(who, text);
		return err_set(e, ERR_DUPLICATE, "%s '%.*s' is taken by %s",
		    f->name, SPANF(after->value[i]), text);
	}
	return 0;
}

void
unique_take(
    struct changes *c, const struct record *before, const struct record *after)
{
	struct buf key = { 0 };

	for (size_t i = 0; c->unique && i < after->n; i++) {
		const struct field *f = after->ent->field[i];

		if (!wanted(before, after, f))
			continue;
		key_of(&key, after->ent, f, after->value[i]);
		strmap_set(&c->unique->taken,
		    arena_span(&c->unique->arena, buf_span(&key)),
		    (size_t)after->id);
	}
	buf_release(&key);
}
