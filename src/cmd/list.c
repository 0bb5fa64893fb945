/* The verbs that read: list, export. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "cmd/act-ics.h"
#include "cmd/list_impl.h"
#include "cmd/verbs.h"
#include "crm/labels.h"
#include "crm/query/query.h"
#include "store/id.h"

/* Hex digits of the commit in _base: enough to be unique in any store. */
#define BASE_DIGITS 16

void
columns_release(struct columns *k)
{
	free(k->path);
	free(k->label);
	free(k->emit);
}

int
columns_add(struct call *c, struct query *q, struct columns *k,
    struct span text, bool people)
{
	struct path *p;
	const struct field *f;

	if (query_path(q, text, people, &p, &c->err))
		return -1;
	f = path_field(p);
	if (k->n == k->cap) {
		k->cap = k->cap ? k->cap * 2 : 32;
		k->path = xreallocarray(k->path, k->cap, sizeof *k->path);
		k->label = xreallocarray(k->label, k->cap, sizeof *k->label);
		k->emit = xreallocarray(k->emit, k->cap + 1, sizeof *k->emit);
	}
	k->path[k->n] = p;
	k->label[k->n] = people && f->type == F_REF;
	memset(&k->emit[k->n], 0, sizeof *k->emit);
	k->emit[k->n].name = path_text(p);
	k->emit[k->n].label =
	    f->label && strchr(path_text(p), '.') == NULL ? f->label : NULL;
	k->emit[k->n].type = f->type;
	if (people)
		k->emit[k->n].labels = labels_of(&c->s, f);
	k->emit[k->n].trim = f->type == F_DECIMAL;
	k->emit[k->n].price = f->flags & FIELD_PRICE;
	k->emit[k->n].main =
	    f->flags & FIELD_NAME && f->flags & FIELD_REQUIRED;
	/* given by us, and quoted in letters: "Q2026-0001" */
	k->emit[k->n].whole = f->flags & FIELD_NAME &&
	    f->flags & FIELD_UNIQUE && f->flags & FIELD_AUTO;
	k->n++;
	return 0;
}

/* Those that -c names. */
static int
named_columns(struct call *c, struct query *q, struct columns *k,
    const char *list, bool people)
{
	struct span rest = span(list);

	while (rest.n) {
		struct span one = span_trim(span_cut(&rest, ','));

		if (one.n && columns_add(c, q, k, one, people))
			return -1;
	}
	return k->n ? 0
		    : err_set(&c->err, ERR_USAGE, "no columns in '%s'", list);
}

/* All fields, so that the rows can come back. */
static int
all_columns(struct call *c, struct query *q, struct columns *k)
{
	for (size_t i = 0; i < c->ent->nfields; i++) {
		const struct field *f = c->ent->field[i];

		if (!(f->flags & (FIELD_HIDDEN | FIELD_VIRTUAL)) &&
		    columns_add(c, q, k, span(f->name), false))
			return -1;
	}
	return 0;
}

/* Where rows have no name of their own, whom they are about tells them apart. */
static void
choose_main(struct columns *k)
{
	struct emit_column *ref = NULL;

	for (size_t i = 0; i < k->n; i++) {
		if (k->emit[i].main)
			return;
		if (!ref && k->emit[i].type == F_REF)
			ref = &k->emit[i];
	}
	if (ref)
		ref->main = true;
}

/* A few, for people. */
static int
default_columns(struct call *c, struct query *q, struct columns *k)
{
	const struct entity *ent = c->ent;
	struct span rest = span(ent->columns ? ent->columns : "");

	if (ent->letter && columns_add(c, q, k, span("id"), true))
		return -1;
	while (rest.n) {
		struct span one = span_cut(&rest, ',');
		const struct field *f = entity_field(ent, one);

		if (!(f && f->flags & FIELD_HIDDEN) &&
		    columns_add(c, q, k, one, true))
			return -1;
	}
	for (size_t i = 0; !ent->columns && i < ent->nfields; i++) {
		const struct field *f = ent->field[i];

		if (!(f->flags & FIELD_HIDDEN) &&
		    f->flags & (FIELD_COLUMN | FIELD_KEY) &&
		    columns_add(c, q, k, span(f->name), true))
			return -1;
	}
	choose_main(k);
	return 0;
}

static int
sort_keys(struct query *q, const char *list, struct sort_key *key, size_t cap,
    size_t *n, struct err *e)
{
	struct span rest = span(list);

	*n = 0;
	while (rest.n && *n < cap) {
		struct span one = span_trim(span_cut(&rest, ','));
		bool desc = one.n > 1 && one.p[one.n - 1] == '-';

		if (one.n > 1 && (desc || one.p[one.n - 1] == '+'))
			one.n--;
		if (!one.n)
			continue;
		if (query_path(q, one, false, &key[*n].path, e))
			return -1;
		key[(*n)++].descending = desc;
	}
	return 0;
}

/* "view.NAME.columns" and what is wrong there; from may be NULL. */
static void
view_blame(const struct rc_entry *from, struct err *e)
{
	const char *name = from ? strchr(from->key, '.') + 1 : NULL;

	if (name)
		err_prefix(e, "%s:%zu: view '%.*s': ", from->file, from->line,
		    (int)(strrchr(name, '.') - name), name);
}

/* One list being written; counts rows up to the limit. */
struct listing {
	struct emit *em;
	struct span base;
	struct span *cell; /* room for the row and _base */
	size_t ncols, rows, limit;
	bool with_base;
	struct session *s;
};

static int
list_row(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct listing *l = ctx;

	if (l->with_base) {
		memcpy(l->cell, cell, n * sizeof *cell);
		l->cell[n] = l->base;
		cell = l->cell;
		n++;
	}
	if (emit_row(l->em, cell, n, e))
		return -1;
	return ++l->rows == l->limit ? 1 : 0;
}

/* What q selects, sorted; the first of it (0: all). */
static int
sorted_rows(struct call *c, struct query *q, const struct columns *k,
    const struct wanted *w, size_t limit, struct result *out)
{
	struct sort_key key[8];
	size_t nkeys = 0;

	if (sort_keys(q, w->sort, key, 8, &nkeys, &c->err)) {
		view_blame(w->sort_from, &c->err);
		return -1;
	}
	return query_rows(q, k->path, k->label, k->n, key, nkeys, limit, out,
	    &c->err);
}

int
list_first(struct call *c, struct query *q, const struct wanted *w,
    size_t limit, struct columns *k, struct result *out)
{
	return named_columns(c, q, k, w->columns, true) ||
		sorted_rows(c, q, k, w, limit, out)
	    ? -1
	    : 0;
}

/* Sorted rows come at once; all others are streamed in store order. */
static int
list_rows(struct call *c, struct query *q, struct columns *k,
    struct listing *l, const struct wanted *w)
{
	struct result res = { 0 };
	int r = -1;

	if (!w->sort || !*w->sort) {
		emit_hold();
		r = query_stream(
		    q, k->path, k->label, k->n, list_row, l, &c->err);
		return r < 0 ? -1 : 0;
	}
	if (sorted_rows(c, q, k, w, (size_t)c->limit, &res))
		goto out;
	session_unlock(&c->s);
	r = 0;
	for (size_t i = 0; r == 0 && i < res.nrows; i++)
		r = list_row(l, res.cell + i * res.ncols, res.ncols, &c->err);
	r = r < 0 ? -1 : 0;
out:
	result_release(&res);
	return r;
}

static int
choose_columns(struct call *c, struct query *q, struct columns *k,
    const char *columns, bool people, bool ids)
{
	if (ids)
		return columns_add(c, q, k, span("id"), false);
	if (columns)
		return named_columns(c, q, k, columns, people);
	if (people)
		return default_columns(c, q, k);
	if (query_learn(q, &c->err) || all_columns(c, q, k))
		return -1;
	k->base = c->s.base.hex[0] && c->ent->letter;
	if (k->base) {
		memset(&k->emit[k->n], 0, sizeof *k->emit);
		k->emit[k->n].name = "_base";
	}
	return 0;
}

int
list_query(struct call *c, struct query *q, const struct wanted *w, bool base,
    const char *foot)
{
	struct emit_options o = { .format = c->format, .foot = foot,
		.note = &c->s.notes, .chosen = w->columns && !w->ours,
		.ranked = w->ours || c->ent->columns,
		.porcelain = c->porcelain };
	bool ids = emit_wants_ids(&o);
	bool people = !ids && !emit_is_machine(&o);
	struct columns k = { 0 };
	struct listing l = { .s = &c->s };
	int r = -1;

	if (act_wants_ics(c))
		return act_feed_query(c, q);
	if (choose_columns(c, q, &k, w->columns, people, ids)) {
		view_blame(w->columns_from, &c->err);
		goto out;
	}
	k.base = k.base && base;
	if (emit_open(&l.em, &o, k.emit, k.n + k.base, &c->err))
		goto out;
	l.base = span_n(c->s.base.hex, BASE_DIGITS);
	l.with_base = k.base;
	l.limit = (size_t)c->limit;
	l.cell = xcalloc(k.n + 1, sizeof *l.cell);
	r = list_rows(c, q, &k, &l, w);
	if (r == 0) {
		session_unlock(&c->s);
		r = emit_release(&c->err);
	}
	r = emit_end(l.em, r, NULL, &c->err);
	if (r == 0 && c->fail_empty && l.rows == 0)
		r = 1;
out:
	free(l.cell);
	columns_release(&k);
	return r;
}

/* What a bare command shows: what is open and mine. */
static int
mine_and_open(struct call *c, struct query *q)
{
	static char open[] = "+OPEN", mine[] = "+MINE";
	char *word[2];
	size_t n = 0;

	if (entity_field(c->ent, span("state")))
		word[n++] = open;
	if (entity_field(c->ent, span("owner")))
		word[n++] = mine;
	return n ? query_filter(q, word, n, &c->err) : 0;
}

static int
count_rows(struct call *c, bool mine, size_t *n)
{
	struct query *q = query_new(&c->s, c->ent);
	int r = -1;

	if (!mine || mine_and_open(c, q) == 0)
		r = query_count(q, n, &c->err);
	query_free(q);
	return r;
}

/* That there are more than a bare command shows, and how to see them. */
static int
bare_foot(struct call *c, struct buf *out)
{
	bool state = entity_field(c->ent, span("state")) != NULL;
	bool owner = entity_field(c->ent, span("owner")) != NULL;
	size_t shown = 0, all = 0;

	if (count_rows(c, true, &shown) || count_rows(c, false, &all))
		return -1;
	if (shown < all)
		buf_addf(out, "%zu of %zu: %s%s%s; crm-%s list shows all",
		    shown, all, state ? "open" : "",
		    state && owner ? " and " : "", owner ? "yours" : "",
		    c->ent->name);
	return 0;
}

/* What a saved view says where nothing is asked for. */
static void
view_default(const struct rc *rc, const char *view, const char *key,
    const char **text, const struct rc_entry **from)
{
	const struct rc_entry *x = rc_find_sub(rc, "view", view, key);

	if (!x || *text)
		return;
	*text = x->value;
	*from = x;
}

static void
view_defaults(struct call *c, struct wanted *w)
{
	for (int i = 0; i < c->argc; i++) {
		const char *view = c->argv[i] + 1;

		if (c->argv[i][0] != '@')
			continue;
		view_default(&c->s.rc, view, "columns", &w->columns,
		    &w->columns_from);
		view_default(
		    &c->s.rc, view, "sort", &w->sort, &w->sort_from);
	}
}

static int
select_rows(struct call *c, struct query *q)
{
	struct targets t = { 0 };
	bool from_stdin = false;
	int n = 0, r = -1;

	for (int i = 0; i < c->argc; i++) {
		if (strcmp(c->argv[i], "-") == 0)
			from_stdin = true;
		else
			c->argv[n++] = c->argv[i];
	}
	c->argc = n;
	if (from_stdin) {
		if (cli_stdin_ids(c, c->ent, &t))
			goto out;
		query_ids(q, t.id, t.n);
	}
	r = n ? query_filter(q, c->argv, (size_t)n, &c->err) : 0;
out:
	targets_release(&t);
	return r;
}

int
verb_list(struct call *c)
{
	struct query *q = query_new(&c->s, c->ent);
	struct wanted w = { .columns = c->columns, .sort = c->sort };
	bool bare = c->bare && isatty(STDOUT_FILENO) && !c->format &&
	    !c->porcelain;
	struct buf foot = { 0 };
	int r = -1;

	view_defaults(c, &w);
	/* what is planned: the soonest first */
	if (bare && !w.sort && entity_field(c->ent, span("when")))
		w.sort = "when";
	if (select_rows(c, q) ||
	    (bare && (mine_and_open(c, q) || bare_foot(c, &foot))))
		goto out;
	r = list_query(c, q, &w, true, foot.p);
out:
	buf_release(&foot);
	query_free(q);
	return r;
}

int
verb_export(struct call *c)
{
	static const char csv[] = "csv";
	struct wanted w = { .columns = c->columns, .sort = c->sort };
	struct query *q = query_new(&c->s, c->ent);
	int r = -1;

	if (!c->format)
		c->format = csv;
	if (select_rows(c, q) == 0)
		r = list_query(c, q, &w, false, NULL);
	query_free(q);
	return r;
}
