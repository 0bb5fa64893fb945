/* crm undo, crm redo: take commands back, and take that back. */
#include <stdlib.h>
#include <string.h>

#include "cmd/cli.h"
#include "cmd/verbs.h"
#include "crm/history/history.h"

static bool pushed;

const struct opt opts_undo[] = {
	{ "pushed", 0, OPT_FLAG, NULL,
	    "even what has been pushed, by a new commit", &pushed },
	{ 0 },
};

/* A short number is a count; commits are named by 7 digits and more. */
static int
read_word(struct call *c, struct undo_options *o)
{
	int64_t n;

	if (c->argc > 1)
		return err_set(&c->err, ERR_USAGE, "one number or one commit");
	if (c->argc == 0)
		return 0;
	if (strlen(c->argv[0]) >= 7 || !span_int(span(c->argv[0]), &n)) {
		o->commit = c->argv[0];
		return 0;
	}
	if (n < 1)
		return err_set(
		    &c->err, ERR_USAGE, "'%s' is no count", c->argv[0]);
	o->steps = (size_t)n;
	return 0;
}

static int
open_diff(struct call *c, struct emit **em)
{
	static const struct emit_column col[] = { { .name = "id" },
		{ .name = "field" }, { .name = "old" }, { .name = "new" } };
	struct emit_options o = { .format = c->format };

	return emit_open(em, &o, col, emit_wants_ids(&o) ? 1 : 4, &c->err);
}

/* The diff of a dry run; nothing of it where the undo is refused. */
struct diff {
	struct call *c;
	struct emit *em;
};

static int
print_cell(void *ctx, const struct history_cell *cell, struct err *e)
{
	const struct span row[4] = { cell->key, cell->field, cell->old,
		cell->new };
	struct diff *d = ctx;

	if (!d->em && open_diff(d->c, &d->em))
		return -1;
	return emit_row(d->em, row, 4, e);
}

static void
say_done(const struct call *c, const struct changes *ch, const struct undo *u)
{
	for (size_t i = 0; i < u->n; i++)
		cli_say(c, "%s %.10s %s",
		    c->dry_run ? "would take back" : "took back",
		    u->target[i].id.hex, u->target[i].subject);
	cli_say(c, "%zu %sadded, %zu changed, %zu removed", ch->added,
	    c->dry_run ? "would be " : "", ch->changed, ch->removed);
}

static int
commit(
    struct call *c, struct changes *ch, const struct undo *u, const char *verb)
{
	struct oid id;

	if (changes_commit(
		ch, verb, NULL, u->subject.p, u->trailer.p, &id, &c->err))
		return -1;
	if (!id.hex[0]) {
		cli_say(c, "nothing of %.10s is left to take back",
		    u->target[0].id.hex);
		return 1;
	}
	say_done(c, ch, u);
	return cli_print_ids(c, ch);
}

static int
take_back(struct call *c, struct undo_options *o)
{
	struct changes *ch = NULL;
	struct diff d = { .c = c };
	struct undo u = { 0 };
	int r = -1;

	o->force = c->force;
	o->pushed = pushed;
	if (read_word(c, o) || cli_changes(c, &ch))
		return -1;
	if (history_undo(
		ch, o, &u, c->dry_run ? print_cell : NULL, &d, &c->err)) {
		if (d.em)
			emit_drop(d.em);
		goto out;
	}
	if (!c->dry_run) {
		r = commit(c, ch, &u, o->redo ? "redo" : "undo");
	} else if (d.em || open_diff(c, &d.em) == 0) {
		say_done(c, ch, &u);
		r = emit_close(d.em, NULL, &c->err);
	}
out:
	changes_close(ch);
	undo_release(&u);
	return r;
}

int
cmd_undo(struct call *c)
{
	struct undo_options o = { 0 };

	return take_back(c, &o);
}

int
cmd_redo(struct call *c)
{
	struct undo_options o = { .redo = true };

	return take_back(c, &o);
}
