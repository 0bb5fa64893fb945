/*
 * What one table says of another: the stages that deals went through, targets
 * that overlap.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "crm/check/check_impl.h"
#include "crm/check/process.h"
#include "crm/documents.h"
#include "store/id.h"

static struct span
cell_of(const struct entity *ent, const struct span *cell, const size_t *col,
    const char *name)
{
	const struct field *f = entity_field(ent, span(name));

	return f && col[f->index] != CHECK_NONE ? cell[col[f->index]]
						: span("");
}

/* --- stages -------------------------------------------------------------- */

enum { PICK_ID, PICK_STAGE, PICK_OPP, PICK_TO, PICK_AT, PICKS };

static const char *const picked[PICKS] = { "id", "stage", "opp", "to", "at" };

void
check_pick_columns(struct check *c, const struct span *header, size_t n)
{
	for (size_t k = 0; k < PICKS; k++) {
		c->pick[k] = CHECK_NONE;
		for (size_t i = 0; i < n; i++)
			if (span_eqs(header[i], picked[k]))
				c->pick[k] = i;
	}
}

static struct span
pick(const struct check *c, const struct span *cell, int which)
{
	return c->pick[which] == CHECK_NONE ? span("") : cell[c->pick[which]];
}

static void
note_deal(struct check *c, const struct span *cell, size_t row)
{
	size_t at =
	    seen_find(&c->ids, id_pack_canonical(pick(c, cell, PICK_ID)));

	if (at == CHECK_NONE)
		return;
	c->stage[at].stage = span_hash(pick(c, cell, PICK_STAGE));
	c->stage[at].file = (uint32_t)c->at;
	c->stage[at].row = (uint32_t)row;
}

int
check_process(struct check *c, struct err *e)
{
	struct err bad = { 0 };

	for (size_t i = 0; i < c->nfiles; i++) {
		const struct check_file *f = &c->file[i];

		/* what its cells said is enough */
		if (f->wanted && !f->bad && !f->wrong &&
		    process_check(c->s, f->path, &bad) &&
		    check_pass_on(c, f->path, &bad, e))
			return -1;
	}
	return 0;
}

/* Of several changes in one second any may have been the last. */
static void
note_change(struct check *c, const struct span *cell)
{
	size_t at =
	    seen_find(&c->ids, id_pack_canonical(pick(c, cell, PICK_OPP)));
	struct check_stage *st;
	bool agrees;
	int64_t t;

	if (at == CHECK_NONE || !instant_parse(pick(c, cell, PICK_AT), &t))
		return;
	st = &c->stage[at];
	agrees = st->stage == span_hash(pick(c, cell, PICK_TO));
	if (!st->changed || t > st->last) {
		st->agrees = agrees;
		st->last = t;
	} else if (t == st->last) {
		st->agrees |= agrees;
	}
	st->changed = true;
}

/* Deals come before their changes: the schema has them in that order. */
void
check_row_stage(struct check *c, const struct entity *ent,
    const struct span *cell, size_t row)
{
	if (ent->letter == 'O')
		note_deal(c, cell, row);
	else if (ent->letter == 'S')
		note_change(c, cell);
}

int
check_stages(struct check *c, struct err *e)
{
	/* the last change may be in what could not be read */
	for (size_t i = 0; i < c->nfiles; i++)
		if (c->file[i].bad && c->file[i].ent->letter == 'S')
			return 0;
	for (size_t i = 0; i < c->ids.nslots; i++) {
		const struct check_stage *st = &c->stage[i];
		char id[ID_LEN + 1];

		if (!st->stage || !st->changed || st->agrees)
			continue;
		id_unpack(c->ids.slot[i].key, id);
		if (check_say(c, c->file[st->file].path,
			check_line_of(c, st->file, st->row), CHECK_NOTE, e,
			"stage: %s is not where its last row in stage-changes "
			"left it",
			id))
			return -1;
	}
	return 0;
}

/* --- targets ------------------------------------------------------------- */

struct check_target {
	struct span who; /* person, team, department and product */
	struct date_range when;
	size_t file, row;
};

struct check_targets {
	struct check_target *v;
	size_t n, cap;
};

int
check_row_target(struct check *c, const struct entity *ent,
    const struct span *cell, const size_t *col, size_t row, struct err *e)
{
	static const char *const part[] = { "user", "team", "department",
		"product" };
	struct check_target t = { .file = c->at, .row = row };
	struct buf who = { 0 };

	(void)e;
	if (ent->letter != 'T' || date_period(cell_of(ent, cell, col, "period"),
				      &c->s->dates, &t.when, NULL, NULL))
		return 0;
	for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
		buf_addspan(&who, cell_of(ent, cell, col, part[i]));
		buf_addc(&who, '\0');
	}
	t.who = arena_span(&c->arena, buf_span(&who));
	buf_release(&who);
	if (!c->targets)
		c->targets = xcalloc(1, sizeof *c->targets);
	GROW(c->targets->v, c->targets->n, c->targets->cap);
	c->targets->v[c->targets->n++] = t;
	return 0;
}

static int
by_time(const void *x, const void *y)
{
	const struct check_target *a = x, *b = y;
	int r = span_cmp(a->who, b->who);

	if (r)
		return r;
	if (a->when.from != b->when.from)
		return a->when.from < b->when.from ? -1 : 1;
	if (a->when.to != b->when.to)
		return a->when.to > b->when.to ? -1 : 1;
	return a->row < b->row ? -1 : 1;
}

int
check_target_overlap(struct check *c, struct err *e)
{
	const struct check_target *wide = NULL;

	if (!c->targets)
		return 0;
	qsort(c->targets->v, c->targets->n, sizeof *c->targets->v, by_time);
	for (size_t i = 0; i < c->targets->n; i++) {
		const struct check_target *t = &c->targets->v[i];

		if (wide && span_eq(wide->who, t->who) &&
		    t->when.from <= wide->when.to &&
		    check_say(c, c->file[t->file].path,
			check_line_of(c, t->file, t->row), CHECK_NOTE, e,
			"period: overlaps with the target in line %zu of the "
			"same person",
			check_line_of(c, wide->file, wide->row)))
			return -1;
		if (!wide || !span_eq(wide->who, t->who) ||
		    t->when.to > wide->when.to)
			wide = t;
	}
	return 0;
}

void
check_targets_release(struct check *c)
{
	if (c->targets)
		free(c->targets->v);
	free(c->targets);
}

/* --- documents ----------------------------------------------------------- */

static int
check_document(struct check *c, const struct document *d, struct err *e)
{
	uint64_t id = id_pack_canonical(d->id);
	struct buf name = { 0 };
	int r = 0;

	if (seen_find(&c->ids, id) == CHECK_NONE && !check_unknowable(c, id))
		r = check_say(c, d->path, 0, CHECK_NOTE, e,
		    "%.*s is not in this store; 'crm doc rm' removes its "
		    "documents", SPANF(d->id));
	doc_name(d->name, &name);
	if (r == 0 && !span_eq(buf_span(&name), d->name))
		r = check_say(c, d->path, 0, CHECK_ERROR, e,
		    "a name that not every machine can have; rename it to %s",
		    name.p);
	buf_release(&name);
	return r;
}

int
check_documents(struct check *c, struct err *e)
{
	struct err link = { 0 };
	struct docs all;
	size_t at = 0;
	int r = docs_list(c->s->view, 0, &all, &link);

	if (r) { /* links are told of those of all folders */
		r = link.code == ERR_DATA ? 0 : err_set(e, link.code, "%s",
						    link.msg);
		err_release(&link);
		return r;
	}
	for (size_t i = 0; r == 0 && i < all.npaths; i++) {
		if (at < all.n && all.v[at].path == all.path[i])
			r = check_document(c, &all.v[at++], e);
		else
			r = check_say(c, all.path[i], 0, CHECK_ERROR, e,
			    "belongs to no record; it would be "
			    "documents/ID/NAME");
	}
	docs_release(&all);
	return r;
}
