#include "crm/history/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strmap.h"
#include "crm/calendar/index.h"
#include "crm/calendar/item.h"
#include "crm/history/history_impl.h"
#include "crm/history/tdiff.h"
#include "store/id.h"

/* --- two versions of a file ---------------------------------------------- */

int
paths_add(void *ctx, const char *path, struct err *e)
{
	struct paths *p = ctx;

	(void)e;
	GROW(p->v, p->n, p->cap);
	p->v[p->n++] = xstrdup(path);
	return 0;
}

int
paths_between(struct repo *r, const struct oid *a, const struct oid *b,
    struct paths *out, struct err *e)
{
	return repo_diff(r, a, b, paths_add, out, e);
}

void
paths_release(struct paths *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->v[i]);
	free(p->v);
	memset(p, 0, sizeof *p);
}

int
table_at(struct session *s, struct repo *r, const struct oid *commit,
    const struct entity *ent, const char *path, struct table *t,
    struct err *e)
{
	struct buf data = { 0 };
	int rc = 0;

	if (commit->hex[0])
		rc = repo_read(r, commit, path, &data, e);
	if (rc == 0)
		rc = entity_text(s, ent, path, &data, e);
	if (rc >= 0)
		rc = table_parse(t, ent, path, &data, e);
	if (rc < 0 && commit->hex[0])
		err_prefix(e, "%.10s:", commit->hex);
	buf_release(&data);
	return rc;
}

/* --- log ----------------------------------------------------------------- */

struct log {
	struct session *s;
	struct repo *repo;
	const struct history_options *o;
	history_fn *fn;
	void *ctx;
	struct history_commit commit;
	struct oid parent, other; /* other: second parent of a merge */
	size_t shown;
	bool any;	   /* the commit at hand had a cell that was shown */
	struct paths mine; /* files that can hold the wanted records */
	struct paths acts; /* files of activities that the commit changed */
	bool listed;	   /* it says that it changed a wanted activity */
	/* of the record at hand */
	const struct entity *ent;
	struct table *theirs; /* the second parent's version, or NULL */
	size_t row_theirs;
	struct buf key;
};

static int
show(struct log *l, const struct entity *ent, struct span key,
    struct span field, struct span old, struct span new, struct err *e)
{
	struct history_cell cell = { &l->commit, ent, key, field, old, new };

	if (!l->any)
		l->shown++;
	l->any = true;
	return l->fn(l->ctx, &cell, e);
}

static int
log_cell(void *ctx, struct span column, struct span old, struct span new,
    struct err *e)
{
	struct log *l = ctx;

	if (span_eqs(column, "id"))
		return 0;
	/* what a merge took over from its other side is told there */
	if (l->theirs) {
		struct span was =
		    l->row_theirs == (size_t)-1
			? span("")
			: table_cell(l->theirs, l->row_theirs, column);

		if (span_eq(was, new))
			return 0;
	}
	return show(l, l->ent, buf_span(&l->key), column, old, new, e);
}

static bool
wanted(const struct log *l, uint64_t id)
{
	if (l->o->nids == 0)
		return true;
	for (size_t i = 0; i < l->o->nids; i++)
		if (l->o->id[i] == id)
			return true;
	return false;
}

static int
log_row(void *ctx, struct table *a, size_t ra, struct table *b, size_t rb,
    struct err *e)
{
	struct log *l = ctx;
	bool has = rb != (size_t)-1;
	uint64_t id = has ? b->row[rb].id : a->row[ra].id;

	if (!wanted(l, id))
		return 0;
	buf_reset(&l->key);
	if (has)
		table_row_key(b, rb, &l->key);
	else
		table_row_key(a, ra, &l->key);
	if (l->theirs)
		l->row_theirs = table_find(l->theirs, id);
	return tdiff_cells(a, ra, b, rb, log_cell, l, e);
}

static int
log_table(
    struct log *l, const struct entity *ent, const char *path, struct err *e)
{
	struct table a = { 0 }, b = { 0 }, t = { 0 };
	int r = -1;

	l->ent = ent;
	l->theirs = NULL;
	if (table_at(l->s, l->repo, &l->parent, ent, path, &a, e) ||
	    table_at(l->s, l->repo, &l->commit.id, ent, path, &b, e))
		goto out;
	if (l->other.hex[0]) {
		if (table_at(l->s, l->repo, &l->other, ent, path, &t, e))
			goto out;
		l->theirs = &t;
	}
	r = tdiff(&a, &b, log_row, l, e);
out:
	l->theirs = NULL;
	table_release(&a);
	table_release(&b);
	table_release(&t);
	/* a bad file in the past is no reason to hide the rest */
	if (r < 0 && e->code == ERR_DATA) {
		err_release(e);
		r = show(l, NULL, span(path), span("(file)"), span(""),
		    span("unreadable"), e);
	}
	return r;
}

static int
log_tables(struct log *l, const struct entity *ent, struct table *a,
    struct table *b, struct table *theirs, struct err *e)
{
	int r;

	l->ent = ent;
	l->theirs = l->other.hex[0] ? theirs : NULL;
	r = tdiff(a, b, log_row, l, e);
	l->theirs = NULL;
	return r;
}

/* Those of a commit at once: what was moved is no removal and no addition. */
static int
log_acts(struct log *l, struct err *e)
{
	const struct entity *ent =
	    schema_entity(&l->s->schema, span("act"));
	struct table a = { 0 }, b = { 0 }, t = { 0 };
	int r = 0;

	if (l->acts.n == 0)
		return 0;
	if (acts_at(l->s, l->repo, &l->parent, ent, &l->acts, true, &a, e) ||
	    acts_at(l->s, l->repo, &l->commit.id, ent, &l->acts, true, &b,
		e) ||
	    (l->other.hex[0] &&
		acts_at(l->s, l->repo, &l->other, ent, &l->acts, true, &t,
		    e)))
		r = -1;
	if (r == 0)
		r = log_tables(l, ent, &a, &b, &t, e);
	table_release(&a);
	table_release(&b);
	table_release(&t);
	paths_release(&l->acts);
	return r;
}

/*
 * Can the file of a calendar hold a wanted activity? Its name tells, or that
 * it is there now, or that the commit says so; such a file is remembered.
 */
static bool
can_hold(struct log *l, const struct entity *ent, const char *path)
{
	struct cal_path p;

	if (l->o->nids == 0)
		return !l->o->ent || l->o->ent == ent;
	if (!calendar_path(span(path), &p))
		return false;
	for (size_t i = 0; i < l->mine.n; i++)
		if (strcmp(l->mine.v[i], path) == 0)
			return true;
	for (size_t i = 0; i < l->o->nids; i++) {
		uint64_t id = l->o->id[i];
		char text[ID_LEN + 1];

		if (id_letter(id) != ent->letter)
			continue;
		id_unpack(id, text);
		if (p.archive || span_starts(p.name, span(text)))
			return true;
		if (l->listed &&
		    (act_in(l->s, l->repo, &l->commit.id, ent, path, id) ||
			act_in(l->s, l->repo, &l->parent, ent, path, id))) {
			paths_add(&l->mine, path, NULL);
			return true;
		}
	}
	return false;
}

static int
log_file(struct log *l, const char *path, struct err *e)
{
	struct buf text = { 0 };
	int had = l->parent.hex[0]
		      ? repo_read(l->repo, &l->parent, path, &text, e)
		      : 1;
	int has = repo_read(l->repo, &l->commit.id, path, &text, e);

	buf_release(&text);
	if (had < 0 || has < 0)
		return -1;
	return show(l, NULL, span(path), span("(file)"),
	    span(had == 0 ? "there" : ""), span(has == 0 ? "there" : ""), e);
}

static int
log_path(void *ctx, const char *path, struct err *e)
{
	struct log *l = ctx;
	const struct entity *ent = schema_path(&l->s->schema, path);

	if (ent && ent->layout == LAYOUT_CALENDAR)
		return can_hold(l, ent, path) ? paths_add(&l->acts, path, e)
					      : 0;
	for (size_t i = 0; i < l->mine.n; i++)
		if (strcmp(l->mine.v[i], path) == 0)
			return log_table(l, ent, path, e);
	if (l->o->nids || (l->o->ent && ent != l->o->ent))
		return 0;
	if (ent && (l->o->ent || !ent->entailed))
		return log_table(l, ent, path, e);
	return ent ? 0 : log_file(l, path, e);
}

/* Files that both parents of a merge differ in; the rest is no decision. */
static int
log_merge(struct log *l, struct err *e)
{
	struct paths a = { 0 }, b = { 0 };
	struct buf rev = { 0 };
	size_t i = 0, k = 0;
	int r = -1;

	buf_addf(&rev, "%s^2", l->commit.id.hex);
	if (repo_resolve(l->repo, rev.p, &l->other, e) ||
	    paths_between(l->repo, &l->parent, &l->commit.id, &a, e) ||
	    paths_between(l->repo, &l->other, &l->commit.id, &b, e))
		goto out;
	r = 0;
	while (r == 0 && i < a.n && k < b.n) {
		int c = strcmp(a.v[i], b.v[k]);

		if (c == 0)
			r = log_path(l, a.v[i], e);
		i += c <= 0;
		k += c >= 0;
	}
	if (r == 0)
		r = log_acts(l, e);
out:
	l->other.hex[0] = '\0';
	paths_release(&a);
	paths_release(&b);
	buf_release(&rev);
	return r;
}

/* Does the commit name one of the wanted records? */
static bool
names_wanted(const struct log *l, struct span ids)
{
	char text[ID_LEN + 1];

	for (size_t i = 0; i < l->o->nids; i++) {
		id_unpack(l->o->id[i], text);
		if (ids.n && memmem(ids.p, ids.n, text, ID_LEN))
			return true;
	}
	return false;
}

static int
log_commit(void *ctx, const struct repo_commit *c, struct err *e)
{
	struct log *l = ctx;
	struct commit_facts facts;
	struct span text = span(c->message);
	int r;

	if (l->o->limit && l->shown == l->o->limit)
		return 1;
	if (l->o->has_since && c->time < l->o->since)
		return 0;
	commit_facts(c->message, &facts);
	l->commit.id = c->id;
	l->commit.time = c->time;
	l->commit.author = span(c->author);
	l->commit.verb = facts.verb;
	l->commit.subject = span_cut(&text, '\n');
	l->parent = c->parent;
	l->any = false;
	l->listed = names_wanted(l, facts.ids);
	if (c->nparents > 1)
		r = log_merge(l, e);
	else if ((r = repo_diff(
		      l->repo, &l->parent, &c->id, log_path, l, e)) == 0)
		r = log_acts(l, e);
	return r < 0 ? -1 : 0;
}

int
history_log(struct session *s, const struct history_options *o, history_fn *fn,
    void *ctx, struct err *e)
{
	struct log l = { .s = s, .o = o, .fn = fn, .ctx = ctx };
	int r = -1;

	if (session_repo(s, &l.repo, e))
		return -1;
	for (size_t i = 0; i < o->nids; i++) {
		const struct entity *ent =
		    schema_letter(&s->schema, id_letter(o->id[i]));
		char *path[3];
		int n = ent ? record_paths(s, ent, o->id[i], path, e) : 0;

		for (int k = 0; k < n; k++) {
			paths_add(&l.mine, path[k], e);
			free(path[k]);
		}
		if (n < 0)
			goto out;
	}
	if (s->base.hex[0])
		r = repo_log(l.repo, &s->base, false, log_commit, &l, e);
	else
		r = 0;
out:
	paths_release(&l.mine);
	paths_release(&l.acts);
	buf_release(&l.key);
	return r < 0 ? -1 : 0;
}
