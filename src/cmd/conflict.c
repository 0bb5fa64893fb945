/*
 * crm conflict list: what merging could not decide. crm conflict take ID
 * ours|theirs: decides it. ours is the value that was left standing (the same
 * one in every clone), theirs the other one.
 */
#include <string.h>

#include "cmd/cli.h"
#include "cmd/verbs.h"
#include "crm/history/conflict.h"

static int
list(struct call *c)
{
	static const struct emit_column col[] = { { .name = "id" },
		{ .name = "table" }, { .name = "column" }, { .name = "base" },
		{ .name = "ours" }, { .name = "theirs" } };
	struct emit_options o = { .format = c->format,
		.porcelain = c->porcelain };
	struct conflicts all = { 0 };
	struct emit *em = NULL;
	size_t rows = 0;
	int r = conflicts_open(&c->s, &all, &c->err);

	session_unlock(&c->s);
	if (r || emit_open(&em, &o, col, emit_wants_ids(&o) ? 1 : 6, &c->err)) {
		r = -1;
		goto out;
	}
	for (size_t i = 0; r == 0 && i < all.n; i++) {
		const struct conflict *k = &all.row[i];
		struct span cell[6] = { k->id, k->table, k->column, k->base,
			k->ours, k->theirs };

		r = emit_row(em, cell, 6, &c->err);
	}
	r = emit_end(em, r, &rows, &c->err);
	if (r == 0 && rows == 0 && c->fail_empty)
		r = 1;
out:
	conflicts_release(&all);
	return r;
}

/* ID or ID.COLUMN */
static int
take_one(struct call *c, struct changes *ch, const char *word, bool theirs)
{
	struct span column = span(word), id = span_cut(&column, '.');
	size_t n = 0;

	if (conflicts_take(ch, id, column, theirs, c->force ? CHANGE_FORCE : 0,
		&n, &c->err))
		return -1;
	if (n == 0)
		return err_set(&c->err, ERR_NOENT,
		    "%s: no open conflict; 'crm conflict list' shows them",
		    word);
	return 0;
}

static int
take(struct call *c)
{
	const char *which = c->argv[c->argc - 1];
	struct changes *ch = NULL;
	int r = -1;

	if (c->argc < 3 || (strcmp(which, "ours") && strcmp(which, "theirs")))
		return err_set(&c->err, ERR_USAGE,
		    "expected: take ID[.COLUMN] ... ours|theirs");
	if (cli_changes(c, &ch))
		return -1;
	/* those of a merge just made may still be spooled */
	if (conflicts_collect(ch, &c->err))
		goto out;
	for (int i = 1; i < c->argc - 1; i++)
		if (take_one(c, ch, c->argv[i], which[0] == 't'))
			goto out;
	r = cli_commit(c, ch, "conflict take");
out:
	changes_close(ch);
	return r;
}

int
cmd_conflict(struct call *c)
{
	if (c->argc == 0 || (c->argc == 1 && !strcmp(c->argv[0], "list")))
		return list(c);
	if (!strcmp(c->argv[0], "take"))
		return take(c);
	return err_set(&c->err, ERR_USAGE,
	    "'%s' is not understood; it is list or take", c->argv[0]);
}
