/*
 * The merge driver's side of conflicts.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "crm/history/conflict_int.h"
#include "crm/entities.h"
#include "crm/history/tdiff.h"

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
fnv(struct span s, uint64_t h)
{
	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3u;
	return h;
}

/*
 * The name begins with the commit that was merged into, by which a merge that
 * was given up can be told. Merging the same again replaces the file. A rebase
 * may put several commits upon one (those of which nothing is left are
 * dropped): there the rows are part of the name.
 */
static char *
spool_name(int fd, const struct merge_files *m, struct span rows)
{
	struct oid head = { "" };
	bool rebased = conflict_rebasing(fd);
	uint64_t h = fnv(span(m->path), 0xcbf29ce484222325u);

	if (!repo_head_fast(m->root, &head))
		head.hex[0] = '\0';
	if (rebased)
		h = fnv(rows, h);
	return xasprintf(CONFLICT_SPOOL "/%s-%s%016llx.csv",
	    head.hex[0] ? head.hex : "none", rebased ? "r" : "",
	    (unsigned long long)h);
}

static int
spool(const struct merge_files *m, struct err *e)
{
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
	conflicts_write(&m->found, &text);
	name = spool_name(fd, m, buf_span(&text));
	tmp = xasprintf("%s.%ld.tmp", name, (long)getpid());
	if (file_write(fd, tmp, buf_span(&text), 0600, true, e))
		goto out;
	if (renameat(fd, tmp, fd, name)) {
		err_errno(e, "%s", name);
		unlinkat(fd, tmp, 0);
		goto out;
	}
	r = file_fsync_dir(fd, CONFLICT_SPOOL)
		? err_errno(e, "%s", CONFLICT_SPOOL)
		: 0;
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
	quiet = ent->of_merges;
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
