/*
 * Edits that were made by hand. A file that a command is about to change, and
 * that differs from what is committed, is checked against that record by
 * record and committed as it stands, with what the edit entails (rows of
 * stage-changes), before and apart from the command's own change.
 */
#include <stdlib.h>
#include <string.h>

#include "base/strmap.h"
#include "crm/calendar/item.h"
#include "crm/change/change_impl.h"
#include "crm/history/tdiff.h"
#include "store/id.h"

struct hand {
	struct changes *c;
	const struct entity *ent;
	const char *path;
};

static struct record
hand_record(struct hand *h, struct table *t, size_t row)
{
	struct changed_table ct = { .ent = h->ent, .t = *t };
	struct record r = { .ent = h->ent, .id = t->row[row].id };

	r.value = change_values(h->c, &ct, row);
	r.n = h->ent->nfields;
	*t = ct.t;
	free(ct.col);
	return r;
}

static size_t
hand_line(const struct table *t, size_t row)
{
	size_t line = 1;
	const char *end = t->row[row].raw.p;

	for (const char *p = t->data.p; end && p < end; p++)
		line += *p == '\n';
	return line;
}

static int
hand_row(void *ctx, struct table *a, size_t row_a, struct table *b,
    size_t row_b, struct err *e)
{
	struct hand *h = ctx;
	struct record before, after;
	bool had = row_a != (size_t)-1, has = row_b != (size_t)-1;

	if (had)
		before = hand_record(h, a, row_a);
	if (has)
		after = hand_record(h, b, row_b);
	if (change_apply(h->c, had ? &before : NULL, has ? &after : NULL,
		CHANGE_HAND, e) == 0)
		return 0;
	/* what is wrong with a cell is wrong with the data, not the call */
	if (e->code == ERR_USAGE || e->code == ERR_NOENT ||
	    e->code == ERR_DUPLICATE)
		e->code = ERR_DATA;
	return has ? err_prefix(e, "%s:%zu: ", h->path, hand_line(b, row_b))
		   : err_prefix(e, "%s: ", h->path);
}

/* The committed version is only compared with: a bad one counts as empty. */
static int
read_committed(struct changes *c, const struct entity *ent, const char *path,
    struct table *t, struct err *e)
{
	struct buf old = { 0 };
	int r = 0;

	if (txn_head(c->txn)->hex[0] &&
	    repo_read(txn_repo(c->txn), txn_head(c->txn), path, &old, e) < 0)
		r = -1;
	else if (entity_text(c->s, ent, path, &old, e) ||
	    table_parse(t, ent, path, &old, e)) {
		err_release(e);
		table_release(t);
		buf_reset(&old);
		r = table_parse(t, ent, path, &old, e);
	}
	buf_release(&old);
	return r;
}

static void
hand_on(struct changes *outer, struct changes *inner, size_t table)
{
	struct changed_table *from = inner->table[table], *to;
	size_t at = strmap_get(outer->by_path, span(from->path));

	if (at == (size_t)-1 || !from->t.changed ||
	    from->ent->layout == LAYOUT_CALENDAR)
		return;
	to = outer->table[at];
	for (size_t i = 0; i < from->t.nrows; i++) {
		uint64_t id = from->t.row[i].id;

		if (from->t.row[i].removed ||
		    table_find(&to->t, id) != (size_t)-1)
			continue;
		table_add(&to->t, id, change_values(outer, from, i),
		    from->ent->nfields);
		to->live++;
	}
}

void
changes_hand_on(struct changes *outer, struct changes *inner)
{
	for (size_t i = 0; i < inner->ntables; i++)
		hand_on(outer, inner, i);
}

static int
commit_edit(struct changes *outer, struct changes *c, const char *path,
    struct err *e)
{
	struct buf subject = { 0 };
	struct oid id;
	int r;

	if (c->dry_run)
		return 0;
	changes_hand_on(outer, c);
	buf_addf(&subject, "hand edit: %s", path);
	r = changes_commit(c, "hand edit", NULL, subject.p, NULL, &id, e);
	buf_release(&subject);
	return r;
}

int
change_hand_put(struct changes *c, const struct entity *ent, const char *path,
    struct err *e)
{
	struct entity *own = schema_entity(&c->s->schema, span(ent->name));
	struct hand h = { c, ent, path };
	struct table a = { 0 }, b = { 0 };
	struct buf new = { 0 }, bytes = { 0 };
	int there, r = -1;

	there = txn_read(c->txn, path, &new, e);
	if (there < 0)
		goto out;
	buf_addspan(&bytes, buf_span(&new));
	if (entity_text(c->s, ent, path, &new, e) ||
	    table_parse(&b, ent, path, &new, e) ||
	    read_committed(c, ent, path, &a, e))
		goto out;
	schema_learn(&c->s->schema, own, b.col, b.ncols);
	c->by_hand = path;
	if (tdiff(&a, &b, hand_row, &h, e))
		goto out;
	r = c->dry_run ? 0
	    : there == 0 ? txn_put(c->txn, path, &bytes, e)
			 : txn_remove(c->txn, path, e);
out:
	c->by_hand = NULL;
	table_release(&a);
	table_release(&b);
	buf_release(&new);
	buf_release(&bytes);
	return r;
}

int
change_hand_edit(struct changes *outer, const struct entity *ent,
    const char *path, struct err *e)
{
	struct changes *c = changes_within(outer);
	int r = change_hand_put(c, ent, path, e);

	if (r == 0)
		r = commit_edit(outer, c, path, e);
	changes_close(c);
	return r;
}
