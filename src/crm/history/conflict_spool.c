/*
 * What the merge driver left in .git/crm/conflicts: shown at once, and moved
 * to conflicts.csv by whoever writes next.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "crm/calendar/index.h"
#include "crm/history/conflict_impl.h"
#include "store/repo.h"

struct names {
	char **v;
	size_t n, cap;
};

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
spool_names(int dirfd, struct names *out)
{
	int fd = file_open(dirfd, CONFLICT_SPOOL, O_RDONLY | O_DIRECTORY, 0);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *x;

	while (d && (x = readdir(d))) {
		size_t n = strlen(x->d_name);

		if (n < 4 || strcmp(x->d_name + n - 4, ".csv") != 0)
			continue;
		GROW(out->v, out->n, out->cap);
		out->v[out->n++] = xstrdup(x->d_name);
	}
	if (d)
		closedir(d);
	else if (fd >= 0)
		close(fd);
	if (out->n)
		qsort(out->v, out->n, sizeof *out->v, by_name);
}

static void
names_release(struct names *x)
{
	for (size_t i = 0; i < x->n; i++)
		free(x->v[i]);
	free(x->v);
}

bool
conflicts_spooled(const struct session *s)
{
	struct names names = { 0 };
	bool any;

	spool_names(s->dirfd, &names);
	any = names.n > 0;
	names_release(&names);
	return any;
}

enum fate { TAKE, DROP, WAIT, FAIL };

/* One spooled file: by its name, what it was merged into, and how. */
struct spooled {
	const char *path;
	struct oid from; /* "" where that was not to be told */
	bool rebased;
	const struct conflicts *list;
};

/* FAIL where it cannot be told, with e set. */
typedef enum fate fate_fn(
    void *ctx, const struct spooled *f, struct err *e);

/* FROM-r... or FROM-... */
static void
parse_name(const char *name, struct spooled *f)
{
	if (strspn(name, "0123456789abcdef") < OID_HEX)
		return;
	memcpy(f->from.hex, name, OID_HEX);
	f->rebased = strncmp(name + OID_HEX, "-r", 2) == 0;
}

/*
 * Adds the rows that are to be taken; names of those that wait are dropped.
 * What cannot be read waits: it must not keep anybody from working.
 */
static int
read_spool(int dirfd, struct names *names, fate_fn *fate_of, void *ctx,
    struct conflicts *all, struct err *e)
{
	struct err bad = { 0 };
	struct buf text = { 0 };
	size_t n = 0;
	int r = 0;

	for (size_t i = 0; i < names->n; i++) {
		struct conflicts one = { 0 };
		char *path = xasprintf(CONFLICT_SPOOL "/%s", names->v[i]);
		struct spooled f = { .path = path, .list = &one };
		enum fate fate = WAIT;

		parse_name(names->v[i], &f);
		buf_reset(&text);
		if (file_read(dirfd, path, 0, &text, NULL, &bad) == 0 &&
		    conflicts_parse(&one, path, buf_span(&text), &bad) == 0)
			fate = f.from.hex[0] ? fate_of(ctx, &f, e) : TAKE;
		r = fate == FAIL ? -1 : r;
		for (size_t k = 0; fate == TAKE && k < one.n; k++)
			conflicts_add(all, &one.row[k]);
		if (fate == WAIT || fate == FAIL)
			free(names->v[i]);
		else
			names->v[n++] = names->v[i];
		conflicts_release(&one);
		free(path);
	}
	names->n = n;
	buf_release(&text);
	err_release(&bad);
	return r;
}

static bool
is_there(int dirfd, const char *path)
{
	struct stat st;

	return fstatat(dirfd, path, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

bool
conflict_rebasing(int dirfd)
{
	return is_there(dirfd, ".git/rebase-merge") ||
	    is_there(dirfd, ".git/rebase-apply");
}

/* --- reading ------------------------------------------------------------- */

static enum fate
fate_for_reader(void *ctx, const struct spooled *f, struct err *e)
{
	struct session *s = ctx;
	struct err ignored = { 0 };
	struct repo *r;
	enum fate fate = WAIT;

	(void)e; /* it is shown where it can be told to be of this */
	if (f->rebased ? conflict_rebasing(s->dirfd)
		       : strcmp(f->from.hex, s->base.hex) == 0)
		return WAIT;
	if (session_repo(s, &r, &ignored) == 0 &&
	    repo_is_ancestor(r, &f->from, &s->base, &ignored) > 0)
		fate = TAKE;
	err_release(&ignored);
	return fate;
}

void
conflicts_pending(struct session *s, struct conflicts *out)
{
	struct names names = { 0 };

	if (s->as_of)
		return;
	spool_names(s->dirfd, &names);
	(void)read_spool(s->dirfd, &names, fate_for_reader, s, out, NULL);
	names_release(&names);
}

/* --- moving -------------------------------------------------------------- */

/* Is a file of theirs edited, or in the middle of a merge? */
static bool
is_dirty(struct changes *c, const struct conflicts *list)
{
	struct err ignored = { 0 };
	enum txn_state st;

	for (size_t i = 0; i < list->n; i++) {
		const struct entity *ent =
		    schema_entity(&c->s->schema, list->row[i].table);
		bool dirty = false;
		char *path[3];
		uint64_t key;
		int n;

		if (!ent || !conflict_key(ent, list->row[i].id, &key))
			continue;
		n = record_paths(c->s, ent, key, path, &ignored);
		for (int k = 0; k < n; k++) {
			/* also where it cannot be told */
			dirty |= txn_state(c->txn, path[k], &st, &ignored) ||
			    st != TXN_CLEAN;
			free(path[k]);
		}
		err_release(&ignored);
		if (dirty)
			return true;
	}
	return false;
}

/* Does git hold a lock, or is in the middle of something? */
static bool
git_at_work(int dirfd)
{
	static const char *const path[] = { ".git/index.lock", ".git/HEAD.lock",
		".git/MERGE_HEAD", ".git/CHERRY_PICK_HEAD",
		".git/REVERT_HEAD" };

	for (size_t i = 0; i < sizeof path / sizeof *path; i++)
		if (is_there(dirfd, path[i]))
			return true;
	return conflict_rebasing(dirfd);
}

/* git writes down each move of HEAD, also one to where it was (an abort). */
static bool
older_than_head(int dirfd, const char *path)
{
	struct stat f, log;

	if (fstatat(dirfd, path, &f, AT_SYMLINK_NOFOLLOW) ||
	    fstatat(dirfd, ".git/logs/HEAD", &log, AT_SYMLINK_NOFOLLOW))
		return false;
	if (f.st_mtim.tv_sec != log.st_mtim.tv_sec)
		return f.st_mtim.tv_sec < log.st_mtim.tv_sec;
	return f.st_mtim.tv_nsec < log.st_mtim.tv_nsec;
}

/* Is what the transaction began with still so, and git at rest? */
static bool
is_settled(struct changes *c)
{
	struct oid now = { "" };

	return !git_at_work(c->s->dirfd) && repo_head_fast(c->s->root, &now) &&
	    strcmp(now.hex, txn_head(c->txn)->hex) == 0;
}

/*
 * A merge that came about has left its commit in the history of HEAD. Where
 * HEAD has not moved, git may be at it just now: drivers run before anything
 * can be seen of a merge but the index's lock. It was given up where HEAD was
 * set to the same commit since, and nothing is left of it in the files.
 *
 * A rebase drops a commit of which nothing is left, but has no commit of its
 * own then: the one that it was put upon is enough.
 */
static enum fate
fate_for_writer(void *ctx, const struct spooled *f, struct err *e)
{
	struct changes *c = ctx;
	const struct oid *head = txn_head(c->txn);
	bool same = strcmp(f->from.hex, head->hex) == 0, gone;
	int merged = 0;

	if (!same || f->rebased)
		merged =
		    repo_is_ancestor(txn_repo(c->txn), &f->from, head, e);
	if (merged)
		return merged < 0 ? FAIL : TAKE;
	gone = !same || older_than_head(c->s->dirfd, f->path);
	if (!gone || is_dirty(c, f->list))
		return WAIT;
	/* last: what was looked at before is of no use if that has moved */
	return is_settled(c) ? DROP : WAIT;
}

static int
read_txn(void *ctx, const char *path, struct buf *out, struct err *e)
{
	return txn_read(ctx, path, out, e);
}

/* What stands there by hand is committed by itself first. */
static int
settle(struct changes *c, bool there, const struct buf *text, struct err *e)
{
	enum txn_state st;
	struct buf copy = { 0 };
	struct oid id;
	int r = -1;

	if (txn_state(c->txn, CONFLICT_PATH, &st, e))
		return -1;
	if (st == TXN_CLEAN)
		return 0;
	if (st == TXN_PARTLY)
		return 1;
	buf_addspan(&copy, buf_span(text));
	if ((there ? txn_put(c->txn, CONFLICT_PATH, &copy, e)
		   : txn_remove(c->txn, CONFLICT_PATH, e)) == 0 &&
	    txn_commit(c->txn,
		"hand edit: " CONFLICT_PATH "\n\nCrm-Verb: hand edit\n", &id,
		e) == 0)
		r = 0;
	buf_release(&copy);
	return r;
}

static int
commit_rows(struct changes *c, struct conflicts *spooled, struct err *e)
{
	struct lookup l = {
		.s = c->s, .read = read_txn, .ctx = c->txn
	};
	struct conflicts all = { 0 };
	struct buf text = { 0 }, new = { 0 }, message = { 0 };
	struct oid id;
	int r = txn_read(c->txn, CONFLICT_PATH, &text, e);
	bool there = r == 0;

	if (there)
		r = conflicts_parse(&all, CONFLICT_PATH, buf_span(&text), e);
	if (r < 0 || (r = settle(c, there, &text, e)))
		goto out;
	for (size_t i = 0; i < spooled->n; i++)
		conflicts_add(&all, &spooled->row[i]);
	conflicts_prune(&l, &all);
	conflicts_write(&all, &new);
	/* no file yet, and nothing to say */
	if (all.n == 0 && text.n == 0)
		goto out;
	buf_addf(&message, "merge: %zu open %s\n\nCrm-Verb: merge\n", all.n,
	    plural(all.n, "conflict", "conflicts"));
	r = txn_put(c->txn, CONFLICT_PATH, &new, e) ||
		    txn_commit(c->txn, message.p, &id, e)
		? -1
		: 0;
out:
	lookup_release(&l);
	conflicts_release(&all);
	buf_release(&text);
	buf_release(&new);
	buf_release(&message);
	return r;
}

int
conflicts_collect(struct changes *c, struct err *e)
{
	struct conflicts spooled = { 0 };
	struct names names = { 0 };
	int r = 0;

	if (c->dry_run)
		return 0;
	if (session_set_up(c->s, e))
		return -1;
	spool_names(c->s->dirfd, &names);
	if (names.n == 0)
		goto out;
	r = read_spool(c->s->dirfd, &names, fate_for_writer, c, &spooled, e);
	if (r == 0 && spooled.n)
		r = commit_rows(c, &spooled, e);
	for (size_t i = 0; r == 0 && i < names.n; i++) {
		char *path = xasprintf(CONFLICT_SPOOL "/%s", names.v[i]);

		unlinkat(c->s->dirfd, path, 0);
		free(path);
	}
out:
	names_release(&names);
	conflicts_release(&spooled);
	return r < 0 ? -1 : 0;
}
