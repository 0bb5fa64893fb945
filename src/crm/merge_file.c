/*
 * The merge driver's side of conflicts, and moving them into the store.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "crm/conflict_int.h"
#include "crm/entities.h"
#include "crm/tdiff.h"

#define SPOOL ".git/crm/conflicts"

/* --- the driver ---------------------------------------------------------- */

struct found {
	struct conflicts *list;
	struct span table;
};

static int
note(void *ctx, const struct merge_conflict *m, struct err *e)
{
	struct found *f = ctx;
	struct conflict row = { f->table, m->id, m->column, m->base, m->ours,
		m->theirs };

	(void)e;
	conflicts_add(f->list, &row);
	return 0;
}

static int
slurp(const char *path, struct buf *out, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	int r;

	if (fd < 0)
		return err_errno(e, "%s", path);
	r = file_slurp(fd, path, 0, out, e);
	close(fd);
	return r;
}

/* git has made the file; its links and modes are git's business. */
static int
overwrite(const char *path, struct span text, struct err *e)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOCTTY);
	int r = 0;

	if (fd < 0)
		return err_errno(e, "%s", path);
	if (file_write_all(fd, text.p, text.n))
		r = err_errno(e, "%s", path);
	if (close(fd) && r == 0)
		r = err_errno(e, "%s", path);
	return r;
}

static uint64_t
fnv(const char *s)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 0x100000001b3u;
	return h;
}

/*
 * The name begins with the commit that was merged into, by which a merge that
 * was given up can be told. Merging the same again replaces the file.
 */
static int
spool(const struct merge_files *m, struct err *e)
{
	struct oid head = { "" };
	struct buf text = { 0 };
	char *tmp = NULL, *name = NULL;
	struct stat st;
	int fd = open(m->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC), r = -1;

	if (fd < 0)
		return err_errno(e, "%s", m->root);
	/* a bare merge outside of any store: the caller tells what was found */
	if (fstatat(fd, ".git", &st, AT_SYMLINK_NOFOLLOW) ||
	    !S_ISDIR(st.st_mode)) {
		r = 0;
		goto out;
	}
	if (!repo_head_fast(m->root, &head))
		head.hex[0] = '\0';
	name = xasprintf(SPOOL "/%s-%016llx.csv",
	    head.hex[0] ? head.hex : "none", (unsigned long long)fnv(m->path));
	tmp = xasprintf("%s.%ld.tmp", name, (long)getpid());
	conflicts_write(&m->found, &text);
	if (file_write(fd, tmp, buf_span(&text), 0600, true, e))
		goto out;
	if (renameat(fd, tmp, fd, name)) {
		err_errno(e, "%s", name);
		unlinkat(fd, tmp, 0);
		goto out;
	}
	r = file_fsync_dir(fd, SPOOL) ? err_errno(e, "%s", SPOOL) : 0;
out:
	close(fd);
	buf_release(&text);
	free(tmp);
	free(name);
	return r;
}

/*
 * Only the built-in schema counts: two clones whose config differs must still
 * merge to the same bytes.
 */
int
merge_files(struct merge_files *m, struct err *e)
{
	struct schema s = { 0 };
	const struct entity *ent;
	struct found f = { .list = &m->found };
	struct buf base = { 0 }, ours = { 0 }, theirs = { 0 }, out = { 0 };
	bool quiet;
	int r = -1;

	entities_builtin(&s);
	ent = schema_path(&s, m->path);
	if (!ent) {
		r = 1;
		goto out;
	}
	f.table = span(ent->path);
	/* a conflict about a conflict would help nobody */
	quiet = strcmp(ent->name, "conflict") == 0;
	if (slurp(m->base, &base, e) || slurp(m->ours, &ours, e) ||
	    slurp(m->theirs, &theirs, e))
		goto out;
	if (table_merge(ent, m->path, buf_span(&base), buf_span(&ours),
		buf_span(&theirs), &out, quiet ? NULL : note, &f, e))
		goto out;
	if (m->found.n && !m->inner && spool(m, e))
		goto out;
	r = overwrite(m->ours, buf_span(&out), e);
out:
	buf_release(&base);
	buf_release(&ours);
	buf_release(&theirs);
	buf_release(&out);
	schema_release(&s);
	return r;
}

/* --- collecting ---------------------------------------------------------- */

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
	int fd = file_open(dirfd, SPOOL, O_RDONLY | O_DIRECTORY, 0);
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

/*
 * A merge that came about has left its commit in the history of HEAD. Where
 * HEAD has not moved, it was given up, or it was none (a stash, an
 * uncommitted merge) and its result stands in the files.
 */
static enum fate
fate_of(struct changes *c, const char *name, const struct conflicts *list)
{
	const struct oid *head = txn_head(c->txn);
	struct err ignored = { 0 };
	struct oid from = { "" };
	enum txn_state st;

	if (strspn(name, "0123456789abcdef") < OID_HEX)
		return TAKE;
	memcpy(from.hex, name, OID_HEX);
	if (strcmp(from.hex, head->hex) != 0)
		return repo_is_ancestor(txn_repo(c->txn), &from, head) ? TAKE
								       : DROP;
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
				return WAIT;
		}
	}
	return DROP;
}

static int
read_txn(void *ctx, const char *path, struct buf *out, struct err *e)
{
	return txn_read(ctx, path, out, e);
}

/*
 * Reads the spool; names that wait are taken out, those to unlink stay. What
 * cannot be read waits: it must not keep anybody from working.
 */
static void
read_spool(struct changes *c, struct names *names, struct conflicts *all)
{
	struct err bad = { 0 };
	struct buf text = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < names->n; i++) {
		struct conflicts one = { 0 };
		char *path = xasprintf(SPOOL "/%s", names->v[i]);
		enum fate fate = WAIT;

		buf_reset(&text);
		if (file_read(c->s->dirfd, path, 0, &text, NULL, &bad) == 0 &&
		    conflicts_parse(&one, path, buf_span(&text), &bad) == 0)
			fate = fate_of(c, names->v[i], &one);
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
	read_spool(c, &names, &spooled);
	if (spooled.n)
		r = commit_rows(c, &spooled, e);
	for (size_t i = 0; r == 0 && i < names.n; i++) {
		char *path = xasprintf(SPOOL "/%s", names.v[i]);

		unlinkat(c->s->dirfd, path, 0);
		free(path);
	}
out:
	names_release(&names);
	conflicts_release(&spooled);
	return r < 0 ? -1 : 0;
}
