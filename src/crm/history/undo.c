/*
 * Which commits an undo means, and putting it together.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strmap.h"
#include "crm/history/history_impl.h"

/* Commits that other commits have taken back. */
struct dead {
	struct strmap set;
	struct arena arena;
};

struct find {
	const struct undo_options *o;
	struct undo *out;
	struct dead dead;
	size_t steps;
	bool made_store; /* the walk has come to the first commit */
	bool later;	 /* a redo has met a command before an undo */
};

static void
dead_add(struct dead *d, struct span ids)
{
	while (ids.n) {
		struct span id = span_cut(&ids, ' ');

		if (id.n)
			strmap_set(&d->set, arena_span(&d->arena, id), 1);
	}
}

static bool
is_dead(const struct dead *d, const struct oid *id)
{
	return strmap_get(&d->set, span(id->hex)) != (size_t)-1;
}

static void
dead_release(struct dead *d)
{
	strmap_release(&d->set);
	arena_release(&d->arena);
}

/* What was done with them, no store takes back. */
static const char *const gone[] = { "quote send", "order send" };

static void
add_target(struct undo *u, const struct repo_commit *c)
{
	struct span text = span(c->message);
	struct commit_facts facts;
	struct undo_target *t;

	GROW(u->target, u->n, u->cap);
	t = &u->target[u->n++];
	t->id = c->id;
	t->parent = c->parent;
	t->gone = false;
	t->subject = span_dup(span_cut(&text, '\n'));
	commit_facts(c->message, &facts);
	for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
		t->gone |= span_eqs(facts.verb, gone[i]);
}

/*
 * Newest first, so that an undo is met before what it took back. A redo that
 * is taken back is a command like others: what it had taken back counts again.
 * A redo goes back over undos and redos alone, to where a command stands.
 */
static int
visit(void *ctx, const struct repo_commit *c, struct err *e)
{
	struct find *f = ctx;
	struct commit_facts facts;
	bool undo, redo;

	(void)e;
	commit_facts(c->message, &facts);
	if (is_dead(&f->dead, &c->id))
		return 0;
	if (c->nparents == 0) {
		f->made_store = true;
		return 1;
	}
	/* merges, and the conflicts they left, are not commands */
	if (c->nparents > 1 || span_eqs(facts.verb, "merge"))
		return 0;
	undo = span_eqs(facts.verb, "undo");
	redo = span_eqs(facts.verb, "redo");
	if (f->o->redo ? redo : undo) {
		dead_add(&f->dead, facts.undoes);
		return 0;
	}
	if (f->o->redo && !undo) {
		f->later = true;
		return 1;
	}
	add_target(f->out, c);
	return f->out->n == f->steps;
}

static int
find_newest(struct changes *c, struct find *f, struct err *e)
{
	f->steps = f->o->steps ? f->o->steps : 1;
	if (repo_log(txn_repo(c->txn), txn_head(c->txn), true, visit, f, e) < 0)
		return -1;
	if (f->out->n == f->steps)
		return 0;
	if (f->o->redo)
		return err_set(e, ERR_NO, "there is no undo that could be "
		    "taken back%s", f->later
		    ? ": the last command was none, nor a redo of one"
		    : "");
	if (f->out->n == 0)
		return err_set(e, f->made_store ? ERR_PERM : ERR_NO,
		    "nothing is left but the commit that made the store");
	return err_set(e, ERR_NO, "only %zu %s can be taken back", f->out->n,
	    plural(f->out->n, "command", "commands"));
}

/* Is the commit that was asked for already undone? */
static int
visit_named(void *ctx, const struct repo_commit *c, struct err *e)
{
	struct find *f = ctx;
	struct commit_facts facts;

	if (strcmp(c->id.hex, f->out->target[0].id.hex) == 0)
		return is_dead(&f->dead, &c->id)
			   ? err_set(e, ERR_NO,
				 "%.10s has been taken back already; 'crm "
				 "redo' "
				 "brings it again",
				 c->id.hex)
			   : 1;
	commit_facts(c->message, &facts);
	if (!is_dead(&f->dead, &c->id))
		dead_add(&f->dead, facts.undoes);
	return 0;
}

static int
take_named(void *ctx, const struct repo_commit *c, struct err *e)
{
	struct find *f = ctx;

	if (c->nparents == 0)
		return err_set(e, ERR_PERM,
		    "%.10s made the store; remove the folder instead",
		    c->id.hex);
	if (c->nparents > 1)
		return err_set(e, ERR_PERM,
		    "%.10s is a merge; 'git revert -m 1 %.10s' takes it back",
		    c->id.hex, c->id.hex);
	add_target(f->out, c);
	return 0;
}

static int
find_named(struct changes *c, struct find *f, struct err *e)
{
	struct repo *repo = txn_repo(c->txn);
	struct oid id;
	int r;

	if (repo_resolve(repo, f->o->commit, &id, e))
		return -1;
	r = repo_is_ancestor(repo, &id, txn_head(c->txn), e);
	if (r < 0)
		return -1;
	if (r == 0)
		return err_set(e, ERR_NO,
		    "%.10s is not in the history of this branch", id.hex);
	if (repo_commit(repo, &id, take_named, f, e) < 0)
		return -1;
	return repo_log(repo, txn_head(c->txn), false, visit_named, f, e) < 0
		   ? -1
		   : 0;
}

static int
check_pushed(struct changes *c, const struct undo *u, struct err *e)
{
	for (size_t i = 0; i < u->n; i++)
		if (repo_is_pushed(txn_repo(c->txn), &u->target[i].id))
			return err_set(e, ERR_PERM,
			    "%.10s (%s) has been pushed, others may have "
			    "built on it; --pushed takes it back by a new "
			    "commit all the same, as 'git revert %.10s' would",
			    u->target[i].id.hex, u->target[i].subject,
			    u->target[i].id.hex);
	return 0;
}

/* A mail that went out is not called back, and stays filed. */
static int
check_gone(const struct undo *u, struct err *e)
{
	for (size_t i = 0; i < u->n; i++)
		if (u->target[i].gone)
			return err_set(e, ERR_PERM,
			    "%.10s (%s): the mail has left the house; what "
			    "holds now is said by crm-quote revise, reject or "
			    "expire, or crm-order cancel",
			    u->target[i].id.hex, u->target[i].subject);
	return 0;
}

static void
describe(struct undo *u, bool redo)
{
	struct span what = span(u->target[0].subject), undone = span("undo: ");

	/* the undo of an undo is about what was undone */
	if (redo && span_starts(what, undone))
		what = span_n(what.p + undone.n, what.n - undone.n);
	buf_adds(&u->trailer, "Crm-Undoes:");
	for (size_t i = 0; i < u->n; i++)
		buf_addf(&u->trailer, " %s", u->target[i].id.hex);
	buf_addc(&u->trailer, '\n');
	buf_addf(&u->subject, "%s: %.*s", redo ? "redo" : "undo", SPANF(what));
	if (u->n > 1)
		buf_addf(&u->subject, " and %zu before", u->n - 1);
}

static int
invert_all(struct invert *v, struct undo *u, struct err *e)
{
	for (size_t i = 0; i < u->n; i++) {
		v->target = &u->target[i];
		if (invert_settle(v, e))
			return -1;
	}
	for (size_t i = 0; i < u->n; i++) {
		v->target = &u->target[i];
		if (invert_commit(v, e))
			return -1;
	}
	if (v->nchanged == 0)
		return 0;
	err_set(e, ERR_NO,
	    "%s: changed since; nothing was taken back (--force overwrites "
	    "it):\n%s",
	    u->target[0].subject, v->changed.p);
	return -1;
}

int
history_undo(struct changes *c, const struct undo_options *o, struct undo *out,
    history_fn *fn, void *ctx, struct err *e)
{
	struct find f = { .o = o, .out = out };
	struct invert v = { .c = c, .fn = fn, .ctx = ctx, .force = o->force };
	int r = -1;

	if (o->commit ? find_named(c, &f, e) : find_newest(c, &f, e))
		goto out;
	if (check_gone(out, e) || (!o->pushed && check_pushed(c, out, e)))
		goto out;
	if (invert_all(&v, out, e))
		goto out;
	describe(out, o->redo);
	r = 0;
out:
	dead_release(&f.dead);
	buf_release(&v.changed);
	return r;
}

void
undo_release(struct undo *u)
{
	for (size_t i = 0; i < u->n; i++)
		free(u->target[i].subject);
	free(u->target);
	buf_release(&u->trailer);
	buf_release(&u->subject);
	memset(u, 0, sizeof *u);
}
