/* Beginning and ending a command that writes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/strmap.h"
#include "cmd/cli.h"
#include "cmd/verbs.h"
#include "crm/calendar/archive.h"
#include "crm/change/resolve.h"
#include "crm/labels.h"
#include "store/id.h"

/* More cells than this are not told to a person. */
#define UNDERSTOOD_CELLS 60

int
cli_changes(struct call *c, struct changes **ch)
{
	/* what was read to find the records is let go before the lock */
	session_unlock(&c->s);
	c->s.calendars = !c->ent || c->ent->layout == LAYOUT_CALENDAR;
	if (changes_open(ch, &c->s, c->dry_run, &c->err))
		return -1;
	/* of a merge's conflicts there may have been a commit; not of this */
	mem_status(ERR_BUG);
	(*ch)->no_hooks = c->no_hooks;
	/* for say_understood() */
	(*ch)->keep_cells |= isatty(STDERR_FILENO) == 1;
	return 0;
}

static int
id_cmp(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

int
cli_recheck(struct call *c, int argc, char **argv, struct targets *t)
{
	struct targets now = { 0 };
	bool sure = true; /* full ids mean what they meant */
	size_t n = t->n;

	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "-") == 0)
			return 0; /* ids were read; there is no more */
		sure &= id_pack(span(argv[i])) != 0;
	}
	if (n == 0 || sure)
		return 0;
	if (cli_targets(c, argc, argv, &now))
		return -1;
	qsort(now.id, now.n, sizeof *now.id, id_cmp);
	t->n = 0;
	for (size_t i = 0; i < n; i++)
		if (now.n &&
		    bsearch(&t->id[i], now.id, now.n, sizeof *now.id, id_cmp))
			t->id[t->n++] = t->id[i];
	targets_release(&now);
	c->none = t->n == 0;
	if (t->n < n)
		cli_say(c, "%zu of %zu no longer %s: changed by another "
			   "command; left alone", n - t->n, n,
		    plural(n - t->n, "fits", "fit"));
	return 0;
}

/* What a person reads of a cell: names, labels, the time of their clock. */
static void
add_value(struct call *c, const struct cell_change *k, struct span v,
    struct buf *out)
{
	const struct field *f = entity_field(k->ent, span(k->field));
	struct err ignored = { 0 };
	struct buf tmp = { 0 };
	struct keyset labels;
	size_t at = out->n;

	if (f && f->type == F_REF && v.n)
		resolve_name(&c->s, id_pack_canonical(v), out, &ignored);
	if (f && out->n == at) {
		labels = labels_of(&c->s, f);
		v = labels_show(&labels, f->type, v, &tmp);
	}
	if (out->n == at)
		buf_addspan(out, v);
	err_release(&ignored);
	buf_release(&tmp);
}

/* A row of a dry run's diff, for people with names and labels. */
static int
print_cell(struct call *c, struct emit *em, const struct cell_change *k,
    bool people)
{
	struct span row[4] = { k->key, span(k->field), k->old, k->new };
	struct buf old = { 0 }, new = { 0 };
	int r;

	if (people) {
		add_value(c, k, k->old, &old);
		add_value(c, k, k->new, &new);
		row[2] = buf_span(&old);
		row[3] = buf_span(&new);
	}
	r = emit_row(em, row, 4, &c->err);
	buf_release(&old);
	buf_release(&new);
	return r;
}

/*
 * The diff of a dry run: id,field,old,new; as ids what the command would
 * print. What an activity has in common with its row of act-links, of the same
 * id, is told once.
 */
static int
print_cells(struct call *c, const struct changes *ch)
{
	static const struct emit_column col[] = { { .name = "id" },
		{ .name = "field" }, { .name = "old" }, { .name = "new" } };
	struct emit_options o = { .format = c->format };
	bool people = !emit_is_machine(&o);
	struct strmap seen = { 0 };
	struct arena keys = { 0 };
	struct emit *em;
	int r = 0;

	if (emit_wants_ids(&o))
		return cli_print_ids(c, ch);
	if (emit_open(&em, &o, col, 4, &c->err))
		return -1;
	for (size_t i = 0; r == 0 && i < ch->ncells; i++) {
		const struct cell_change *k = &ch->cell[i];
		bool added;

		strmap_add(&seen,
		    arena_printf(&keys, "%.*s %s %.*s\n%.*s", SPANF(k->key),
			k->field, SPANF(k->old), SPANF(k->new)),
		    0, &added);
		if (added)
			r = print_cell(c, em, k, people);
	}
	strmap_release(&seen);
	arena_release(&keys);
	return emit_end(em, r, NULL, &c->err);
}

/* What the command is about; NULL: records of any kind. */
static const struct entity *
kind_of(const struct call *c)
{
	return c->about.n
	    ? schema_letter(&c->s.schema, id_letter(c->about.id[0]))
	    : c->ent;
}

/* Of a record that is removed: what it was called. */
static void
add_gone(const struct cell_change *k, struct buf *line)
{
	const struct field *f = entity_field(k->ent, span(k->field));

	if (!line->n)
		buf_addf(line, "%.*s: removed %s", SPANF(k->key),
		    k->ent->label ? k->ent->label : k->ent->name);
	if (f && (f->flags & FIELD_NAME) && !memchr(line->p, '\'', line->n))
		buf_addf(line, " '%.*s'", SPANF(k->old));
}

/*
 * To a person at a terminal: how the words were understood ("48k", "eoq"),
 * a line per record, where there are few.
 */
static void
say_understood(struct call *c, const struct changes *ch)
{
	const struct entity *ent = kind_of(c);
	struct buf line = { 0 };
	bool gone = false;

	if (c->told || !isatty(STDERR_FILENO) ||
	    ch->ncells > UNDERSTOOD_CELLS)
		return;
	for (size_t i = 0; i < ch->ncells; i++) {
		const struct cell_change *k = &ch->cell[i];
		bool last = i + 1 == ch->ncells ||
		    !span_eq(ch->cell[i + 1].key, k->key);

		if (strcmp(k->field, "id") == 0)
			gone = !k->new.n;
		if (gone && (ent ? k->ent == ent : !k->ent->entailed)) {
			add_gone(k, &line);
		} else if (strcmp(k->field, "created") != 0 &&
		    (ent ? k->ent == ent : !k->ent->entailed)) {
			if (!line.n)
				buf_addf(&line, "%.*s:", SPANF(k->key));
			else
				buf_addc(&line, ',');
			buf_addf(&line, " %s ", k->field);
			if (k->new.n)
				add_value(c, k, k->new, &line);
			else
				buf_adds(&line, "(empty)");
		}
		if (last && line.n) {
			cli_say(c, "%s", line.p);
			buf_reset(&line);
		}
	}
	buf_release(&line);
}

void
cli_about(struct call *c, uint64_t id)
{
	GROW(c->about.id, c->about.n, c->about.cap);
	c->about.id[c->about.n++] = id;
}

int
cli_blame(struct call *c, uint64_t id)
{
	char text[ID_LEN + 1];

	id_unpack(id, text);
	return err_prefix(&c->err, "%s: ", text);
}

/* What it is about without having said so; not what only others changed. */
static bool
is_about(const struct call *c, uint64_t id)
{
	const struct entity *ent =
	    schema_letter(&c->s.schema, id_letter(id));

	return c->ent ? ent == c->ent : ent && !ent->entailed;
}

int
cli_print_ids(struct call *c, const struct changes *ch)
{
	const uint64_t *of = c->about.n ? c->about.id : ch->touched;
	size_t n = c->about.n ? c->about.n : ch->ntouched;
	struct strmap seen = { 0 };
	struct arena ids = { 0 };
	struct buf b = { 0 };
	int r;

	for (size_t i = 0; i < n; i++) {
		char id[ID_LEN + 1];
		bool added;

		if (c->no_ids || (!c->about.n && !is_about(c, of[i])))
			continue;
		id_unpack(of[i], id);
		strmap_add(&seen, arena_span(&ids, span(id)), 0, &added);
		if (added)
			buf_addf(&b, "%s\n", id);
	}
	strmap_release(&seen);
	arena_release(&ids);
	r = emit_text(buf_span(&b), &c->err);
	buf_release(&b);
	return r;
}

/* Names of the options given, for the commit's trailer; never values. */
static void
option_names(const struct call *c, struct buf *out)
{
	static const struct {
		const char *name;
		size_t at;
	} flag[] = {
		{ "--force", offsetof(struct call, force) },
		{ "--no-hooks", offsetof(struct call, no_hooks) },
		{ "--id", offsetof(struct call, ids_only) },
	};

	for (size_t i = 0; i < sizeof flag / sizeof *flag; i++)
		if (*(const bool *)((const char *)c + flag[i].at))
			buf_addf(out, "%s%s", out->n ? " " : "", flag[i].name);
}

/* What is closed for long makes room; no concern of the command's own. */
static void
tidy(struct call *c, struct changes *ch)
{
	struct err bad = { 0 };
	size_t n;

	if (c->ent && c->ent->layout == LAYOUT_CALENDAR &&
	    archive_due(ch, &n, &bad))
		cli_say(c, "nothing was archived: %s", bad.msg);
	err_release(&bad);
}

int
cli_commit(struct call *c, struct changes *ch, const char *verb)
{
	struct buf options = { 0 }, name = { 0 };
	struct oid id;
	int r = -1;

	if (c->none && c->fail_empty)
		return 1;
	if (c->dry_run) {
		if (changes_check(ch, &c->err))
			return -1;
		cli_say(c, "%zu would be added, %zu changed, %zu removed (dry run: "
			   "nothing was written)",
		    ch->added, ch->changed, ch->removed);
		return print_cells(c, ch);
	}
	option_names(c, &options);
	if (c->ent)
		buf_addf(&name, "%s ", c->ent->name);
	buf_adds(&name, verb);
	if (changes_commit(
		ch, name.p, options.p, NULL, NULL, &id, &c->err) == 0) {
		say_understood(c, ch);
		r = cli_print_ids(c, ch);
		tidy(c, ch);
	}
	buf_release(&options);
	buf_release(&name);
	return r;
}
