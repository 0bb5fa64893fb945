#include "crm/change/change.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/strmap.h"
#include "crm/calendar/outside.h"
#include "crm/change/change_impl.h"
#include "crm/history/conflict.h"
#include "crm/change/hook.h"
#include "crm/change/refs.h"
#include "crm/change/unique.h"
#include "store/id.h"

/* Rows from which a change is written as one pack rather than loose. */
#define BULK_ROWS 5000

/* Cells that are kept to be told where it is no dry run. */
#define CELLS_KEPT 100

struct span
record_at(const struct record *r, const struct field *f)
{
	return r && f && f->index < r->n ? r->value[f->index] : span("");
}

struct span
record_get(const struct record *r, const char *field)
{
	return r ? record_at(r, entity_field(r->ent, span(field))) : span("");
}

bool
record_differs(
    const struct record *a, const struct record *b, const char *field)
{
	return !span_eq(record_get(a, field), record_get(b, field));
}

void
record_set(struct record *r, const struct field *f, struct span v)
{
	if (f->index < r->n)
		r->value[f->index] = v;
}

void
record_put(struct record *r, const char *field, struct span v)
{
	const struct field *f = entity_field(r->ent, span(field));

	if (f)
		record_set(r, f, v);
}

struct record
change_copy(struct changes *c, const struct record *r)
{
	struct record out = { .ent = r->ent, .id = r->id };

	out.n = r->ent->nfields;
	out.value = arena_alloc(&c->arena, out.n * sizeof *out.value);
	for (size_t i = 0; i < out.n; i++)
		out.value[i] = i < r->n ? r->value[i] : span("");
	return out;
}

int
changes_open(
    struct changes **out, struct session *s, bool dry_run, struct err *e)
{
	struct changes *c = xcalloc(1, sizeof *c);
	int64_t seconds = 10;
	int wait;

	if (rc_int(&s->rc, "core.lock-wait", 0, 3600, 10, &seconds, e))
		goto fail;
	wait = s->wait_ms ? s->wait_ms : (int)seconds * 1000;
	c->s = s;
	c->dry_run = dry_run;
	c->keep_cells = dry_run;
	c->by_path = xcalloc(1, sizeof *c->by_path);
	if (txn_begin(&c->txn, s->root, wait < 0 ? 0 : wait, e) ||
	    rules_check(&s->rules, s->dirfd, e))
		goto fail;
	/* what a merge could not decide is entered first, by itself */
	if (!dry_run && (conflicts_collect(c, e) || outside_collect(c, e)))
		goto fail;
	*out = c;
	return 0;
fail:
	changes_close(c);
	return -1;
}

void
changes_close(struct changes *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->ntables; i++) {
		table_release(&c->table[i]->t);
		free(c->table[i]->path);
		free(c->table[i]->col);
		free(c->table[i]);
	}
	free(c->table);
	if (c->by_path)
		strmap_release(c->by_path);
	free(c->by_path);
	free(c->places);
	free(c->fields);
	if (c->acts)
		strmap_release(c->acts);
	free(c->acts);
	if (c->given)
		strmap_release(c->given);
	free(c->given);
	free(c->given_text);
	free(c->cell);
	free(c->touched);
	free(c->gone);
	unique_free(c->unique);
	buf_release(&c->hooks_in);
	arena_release(&c->arena);
	if (!c->within)
		txn_end(c->txn);
	hooks_run_due(c);
	free(c);
}

struct changes *
changes_within(struct changes *outer)
{
	struct changes *c = xcalloc(1, sizeof *c);

	c->s = outer->s;
	c->txn = outer->txn;
	c->dry_run = outer->dry_run;
	c->no_hooks = outer->no_hooks;
	c->by_path = xcalloc(1, sizeof *c->by_path);
	c->within = outer;
	return c;
}

int
change_load(struct changes *c, const struct entity *ent, uint64_t id,
    struct record *out, struct err *e)
{
	struct changed_table *ct;
	size_t row;
	int r = change_find(c, ent, id, &ct, &row, e);

	if (r)
		return r;
	out->ent = ent;
	out->id = id;
	out->value = change_values(c, ct, row);
	out->n = ent->nfields;
	return 0;
}

/* Remembers a cell for the dry run's diff and for the summary. */
static void
note_cell(struct changes *c, const struct record *r, const struct field *f,
    struct span old, struct span new)
{
	struct cell_change *cc;

	if (!c->keep_cells || (!c->dry_run && c->ncells == CELLS_KEPT))
		return;
	GROW(c->cell, c->ncells, c->cell_cap);
	cc = &c->cell[c->ncells++];
	cc->ent = r->ent;
	cc->id = r->id;
	cc->field = f->name;
	cc->old = arena_span(&c->arena, old);
	cc->new = arena_span(&c->arena, new);
	if (r->ent->letter) {
		cc->key = id_text(&c->arena, r->id);
	} else {
		struct buf key = { 0 };

		for (size_t i = 0; i < r->ent->nfields; i++)
			if (r->ent->field[i]->flags & FIELD_KEY)
				buf_addf(&key, "%s%.*s", key.n ? "/" : "",
				    SPANF(record_at(r, r->ent->field[i])));
		cc->key = arena_span(&c->arena, buf_span(&key));
		buf_release(&key);
	}
}

static void
note_touched(struct changes *c, uint64_t id)
{
	if (c->ntouched && c->touched[c->ntouched - 1] == id)
		return;
	GROW(c->touched, c->ntouched, c->touched_cap);
	c->touched[c->ntouched++] = id;
}

/* The month that a new record's id carries: created, its own date, or now. */
static void
id_date(struct changes *c, const struct record *r, int *y, int *m)
{
	int32_t day = c->s->dates.today;
	const struct change_fields *f = change_fields(c, r->ent);
	struct span made = record_at(r, f->created);
	int64_t t;
	int d;

	if (made.n && instant_parse(made, &t))
		day = clock_day(t, NULL);
	else if (f->dates && when_parse(record_at(r, f->dates), &t, NULL))
		day = clock_day(t, NULL);
	date_civil(day, y, m, &d);
	if (*y < 2000 || *y > 2099)
		date_civil(c->s->dates.today, y, m, &d);
}

/* The record beside which r stands, by one of its fields; 0: none. */
static uint64_t
stands_beside(const struct record *r)
{
	return r->ent->beside
	    ? id_pack_canonical(record_get(r, r->ent->beside))
	    : 0;
}

static int
make_id(struct changes *c, struct record *r, struct err *e)
{
	uint64_t other = stands_beside(r);
	int y, m;

	if (other)
		return id_make_beside(r->ent->letter, other, &r->id, e);
	id_date(c, r, &y, &m);
	return id_make(r->ent->letter, y, m, &r->id, e);
}

/* What belongs to a record is read from the files of its id alone. */
static int
check_beside(const struct record *r, struct err *e)
{
	uint64_t other = stands_beside(r);
	char text[ID_LEN + 1];

	if (!other || id_beside(r->id, other))
		return 0;
	id_unpack((id_common(other) | (uint64_t)r->ent->letter << 52), text);
	return err_set(e, ERR_DATA,
	    "%s: ids of its %s begin with %.8s; without an id one is made",
	    r->ent->beside, r->ent->plural, text);
}

static int
add_record(struct changes *c, struct record *after, struct err *e)
{
	const struct entity *ent = after->ent;
	const struct field *idf = change_fields(c, ent)->id;
	struct changed_table *ct;

	if (!ent->letter)
		after->id = table_key(ent, after->value);
	if (after->id) {
		if (change_place(c, after, true, &ct, e))
			return -1;
	} else {
		for (int i = 0;; i++) {
			if (make_id(c, after, e))
				return -1;
			err_release(e);
			if (change_place(c, after, false, &ct, e) == 0)
				break;
			if (e->code != ERR_DUPLICATE || i == 100)
				return -1;
			err_release(e);
		}
	}
	if (ent->letter)
		record_set(after, idf, id_text(&c->arena, after->id));
	table_add(&ct->t, after->id, after->value, after->n);
	ct->live++;
	/* what a change entails is not counted: it is not what was asked */
	c->added += !ent->entailed;
	for (size_t i = 0; c->keep_cells && i < after->n; i++)
		if (after->value[i].n && ent->field[i] != idf)
			note_cell(c, after, ent->field[i], span(""),
			    after->value[i]);
	return 0;
}

static int
remove_record(struct changes *c, const struct record *before, struct err *e)
{
	struct changed_table *ct;
	size_t row;

	if (change_find(c, before->ent, before->id, &ct, &row, e))
		return e->code ? -1
			       : err_set(e, ERR_NOENT, "no such record");
	for (size_t i = 0; c->keep_cells && i < before->n; i++)
		if (before->value[i].n)
			note_cell(c, before, before->ent->field[i],
			    before->value[i], span(""));
	table_remove(&ct->t, row);
	ct->live--;
	c->removed += !before->ent->entailed;
	return 0;
}

static int
set_record(struct changes *c, const struct record *before,
    const struct record *after, struct err *e)
{
	struct changed_table *ct;
	size_t row;

	if (change_find(c, after->ent, after->id, &ct, &row, e))
		return e->code ? -1
			       : err_set(e, ERR_NOENT, "no such record");
	for (size_t i = 0; i < after->n; i++) {
		const struct field *f = after->ent->field[i];

		if (span_eq(record_at(before, f), after->value[i]) ||
		    (f->flags & FIELD_VIRTUAL))
			continue;
		note_cell(c, after, f, record_at(before, f), after->value[i]);
		table_set(&ct->t, row, span(f->name), after->value[i]);
	}
	c->changed += !after->ent->entailed;
	return 0;
}

static bool
same(const struct record *a, const struct record *b)
{
	size_t n = a->n > b->n ? a->n : b->n;

	for (size_t i = 0; i < n; i++)
		if (!span_eq(i < a->n ? a->value[i] : span(""),
			i < b->n ? b->value[i] : span("")))
			return false;
	return true;
}

int
change_apply(struct changes *c, const struct record *before,
    struct record *after, unsigned how, struct err *e)
{
	const struct entity *ent = after ? after->ent : before->ent;
	bool fresh = after && !before;

	if (before && after && same(before, after)) {
		if (!(how & CHANGE_GIVEN))
			return 0;
		note_touched(c, after->id);
		return change_rewrite(c, after, e);
	}
	if (ent->append_only && before && !(how & CHANGE_UNDO))
		return err_set(e, ERR_PERM,
		    "rows of %s are a record of what happened and are not "
		    "changed", ent->plural);
	if (after && change_check(c, before, after, how, e))
		return -1;
	if (after && after->id && check_beside(after, e))
		return -1;
	if (how & CHANGE_HAND)
		;
	else if (fresh ? add_record(c, after, e)
		     : !after ? remove_record(c, before, e)
			      : set_record(c, before, after, e))
		return -1;
	if (after)
		unique_take(c, before, after);
	else if (ent->letter && !(how & (CHANGE_HAND | CHANGE_FORCE)))
		refs_gone(c, before->id);
	if (ent->letter)
		note_touched(c, after ? after->id : before->id);
	if (hook_note(c, before, after))
		return -1;
	return change_effects(c, before, after, how, e);
}

/* --- the commit ---------------------------------------------------------- */

static int
put_tables(struct changes *c, struct err *e)
{
	struct buf out = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < c->ntables; i++) {
		struct changed_table *ct = c->table[i];

		if (!ct->t.changed)
			continue;
		if (ct->ent->layout == LAYOUT_CALENDAR) {
			r = change_put_acts(c, ct, e);
			table_release(&ct->t);
			continue;
		}
		buf_reset(&out);
		if (table_live(&ct->t) == 0 &&
		    ct->ent->layout == LAYOUT_MONTHLY) {
			r = txn_remove(c->txn, ct->path, e);
		} else {
			table_write(&ct->t, &out);
			r = txn_put(c->txn, ct->path, &out, e);
		}
		/* an import holds thousands: give each back when written */
		table_release(&ct->t);
	}
	buf_release(&out);
	return r;
}

/*
 * Where git knows nobody, a name is made from the login. That is said once in
 * a clone; the file remembers what was said.
 */
static void
tell_identity(struct changes *c)
{
	struct buf who = { 0 }, path = { 0 }, told = { 0 };
	struct err ignored = { 0 };
	bool made = false;
	int fd;

	if (repo_identity(txn_repo(c->txn), &who, &made, &ignored) || !made)
		goto out;
	buf_addf(&path, "%s/.git/crm/identity", c->s->root);
	fd = open(path.p, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		goto out;
	if (file_slurp(fd, path.p, 4096, &told, &ignored) == 0 &&
	    !span_eq(buf_span(&told), buf_span(&who)) &&
	    ftruncate(fd, 0) == 0 && lseek(fd, 0, SEEK_SET) == 0 &&
	    file_write_all(fd, who.p, who.n) == 0)
		buf_addf(&c->s->notes,
		    "git knows no name for you: committed as %s; set user.name "
		    "and user.email with git config, or in your own crmrc\n",
		    who.p);
	close(fd);
out:
	err_release(&ignored);
	buf_release(&who);
	buf_release(&path);
	buf_release(&told);
}

int
changes_commit(struct changes *c, const char *verb, const char *options,
    const char *subject, const char *extra, struct oid *id, struct err *e)
{
	struct buf message = { 0 };
	int r = -1;

	id->hex[0] = '\0';
	if (c->dry_run)
		return 0;
	if (changes_check(c, e))
		goto out;
	if (!c->no_hooks && !c->outside && hooks_run_pre(c, verb, e))
		goto out;
	if (c->added + c->changed + c->removed > BULK_ROWS)
		txn_bulk(c->txn);
	if (put_tables(c, e))
		goto out;
	change_message(c, verb, options, subject, extra, &message);
	r = txn_commit(c->txn, message.p, id, e);
	if (c->within)
		mem_status(ERR_BUG); /* the command's own is yet to come */
	else
		c->s->committed |= id->hex[0] != '\0';
	if (r)
		goto out;
	if (id->hex[0]) {
		tell_identity(c);
		change_tell_clock(c, id);
	}
	if (id->hex[0] && !c->no_hooks)
		hooks_put_off(c, verb, id);
out:
	buf_release(&message);
	return r;
}
