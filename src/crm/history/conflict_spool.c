/*
 * What the merge driver left in .git/crm/conflicts: shown at once, and moved
 * to conflicts.csv by whoever writes next.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "crm/history/conflict_int.h"
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

enum fate { TAKE, DROP, WAIT };

typedef enum fate fate_fn(
    void *ctx, const struct oid *from, const struct conflicts *list);

/*
 * Adds the rows that are to be taken; names of those that wait are dropped.
 * What cannot be read waits: it must not keep anybody from working.
 */
static void
read_spool(int dirfd, struct names *names, fate_fn *fate_of, void *ctx,
    struct conflicts *all)
{
	struct err bad = { 0 };
	struct buf text = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < names->n; i++) {
		struct conflicts one = { 0 };
		char *path = xasprintf(CONFLICT_SPOOL "/%s", names->v[i]);
		struct oid from = { "" };
		enum fate fate = WAIT;

		if (strspn(names->v[i], "0123456789abcdef") >= OID_HEX)
			memcpy(from.hex, names->v[i], OID_HEX);
		buf_reset(&text);
		if (file_read(dirfd, path, 0, &text, NULL, &bad) == 0 &&
		    conflicts_parse(&one, path, buf_span(&text), &bad) == 0)
			fate = from.hex[0] ? fate_of(ctx, &from, &one) : TAKE;
		for (size_t k = 0; fate == TAKE && k < one.n; k++)
			conflicts_add(all, &one.row[k]);
		if (fate == WAIT)
			free(names->v[i]);
		else
			names->v[n++] = names->v[i];
		conflicts_release(&one);
		free(path);
	}
	names->n = n;
	buf_release(&text);
	err_release(&bad);
}

/* --- reading ------------------------------------------------------------- */

static enum fate
fate_for_reader(void *ctx, const struct oid *from, const struct conflicts *list)
{
	struct session *s = ctx;
	struct err ignored = { 0 };
	struct repo *r;
	enum fate fate = WAIT;

	(void)list;
	if (strcmp(from->hex, s->base.hex) != 0 &&
	    session_repo(s, &r, &ignored) == 0 &&
	    repo_is_ancestor(r, from, &s->base))
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
	read_spool(s->dirfd, &names, fate_for_reader, s, out);
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
		char path[3][PATH_CAP];
		uint64_t key;
		int n;

		if (!ent || !conflict_key(ent, list->row[i].id, &key))
			continue;
		n = entity_paths(ent, key, path);
		for (int k = 0; k < n; k++) {
			if (txn_state(c->txn, path[k], &st, &ignored))
				err_release(&ignored);
			else if (st != TXN_CLEAN)
				return true;
		}
	}
	return false;
}

/*
 * A merge that came about has left its commit in the history of HEAD. Where
 * HEAD has not moved, it was given up, or it was none (a stash, an
 * uncommitted merge) and its result stands in the files.
 */
static enum fate
fate_for_writer(void *ctx, const struct oid *from, const struct conflicts *list)
{
	struct changes *c = ctx;
	const struct oid *head = txn_head(c->txn);

	if (strcmp(from->hex, head->hex) != 0)
		return repo_is_ancestor(txn_repo(c->txn), from, head) ? TAKE
								      : DROP;
	return is_dirty(c, list) ? WAIT : DROP;
}

static int
read_txn(void *ctx, const char *path, struct buf *out, struct err *e)
{
	return txn_read(ctx, path, out, e);
}

/* What stands there by hand is committed by itself first. */
static int
settle(struct changes *c, struct buf *text, struct err *e)
{
	enum txn_state st;
	struct buf copy = { 0 };
	struct oid id;
	int r;

	if (txn_state(c->txn, CONFLICT_PATH, &st, e))
		return -1;
	if (st == TXN_CLEAN)
		return 0;
	if (st == TXN_PARTLY)
		return 1;
	buf_addspan(&copy, buf_span(text));
	r = txn_put(c->txn, CONFLICT_PATH, &copy, e) ||
		    txn_commit(c->txn,
			"hand edit: " CONFLICT_PATH "\n\nCrm-Verb: hand edit\n",
			&id, e)
		? -1
		: 0;
	buf_release(&copy);
	return r;
}

static int
commit_rows(struct changes *c, struct conflicts *spooled, struct err *e)
{
	struct lookup l = {
		.schema = &c->s->schema, .read = read_txn, .ctx = c->txn
	};
	struct conflicts all = { 0 };
	struct buf text = { 0 }, new = { 0 }, message = { 0 };
	struct oid id;
	int r = txn_read(c->txn, CONFLICT_PATH, &text, e);

	if (r == 0)
		r = conflicts_parse(&all, CONFLICT_PATH, buf_span(&text), e);
	if (r < 0 || (r = settle(c, &text, e)))
		goto out;
	for (size_t i = 0; i < spooled->n; i++)
		conflicts_add(&all, &spooled->row[i]);
	conflicts_prune(&l, &all);
	conflicts_write(&all, &new);
	/* no file yet, and nothing to say */
	if (all.n == 0 && text.n == 0)
		goto out;
	buf_addf(
	    &message, "merge: %zu open conflicts\n\nCrm-Verb: merge\n", all.n);
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
	spool_names(c->s->dirfd, &names);
	if (names.n == 0)
		goto out;
	read_spool(c->s->dirfd, &names, fate_for_writer, c, &spooled);
	if (spooled.n)
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
