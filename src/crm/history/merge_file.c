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
#include "crm/calendar/archive.h"
#include "crm/entities.h"
#include "crm/history/conflict_impl.h"
#include "crm/history/merge_ics.h"
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

int
merge_spool(const struct merge_files *m, struct err *e)
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

/* A calendar; the archives that are packed as what they unpack to. */
static int
merge_calendar(struct entity *act, const char *path, struct buf side[3],
    struct buf *out, merge_conflict_fn *fn, void *ctx, struct err *e)
{
	struct cal_path p;
	bool known = calendar_path(span(path), &p), gz = known && p.gz;
	const char *paths[3] = { path, path, path };
	int made;

	/* git takes what was renamed twice for one file */
	if (known && !p.archive && merge_kinds_differ(path, side, &made)) {
		struct span text[3] = { buf_span(&side[0]),
			buf_span(&side[made]), buf_span(&side[3 - made]) };

		return merge_kinds(paths, text, out, fn, ctx, e);
	}
	for (int i = 0; gz && i < 3; i++)
		if (side[i].n && archive_unpack(path, &side[i], e))
			return -1;
	if (ics_merge(act, path, buf_span(&side[0]), buf_span(&side[1]),
		buf_span(&side[2]), out, fn, ctx, e))
		return -1;
	if (gz)
		archive_pack(out);
	return 0;
}

static int
merge_sides(struct entity *ent, const char *path, struct buf side[3],
    struct buf *out, struct found *f, struct err *e)
{
	/* a conflict about a conflict would help nobody */
	merge_conflict_fn *fn = ent->of_merges ? NULL : note;

	if (ent->layout == LAYOUT_CALENDAR)
		return merge_calendar(ent, path, side, out, fn, f, e);
	return table_merge(ent, path, buf_span(&side[0]), buf_span(&side[1]),
	    buf_span(&side[2]), out, fn, f, e);
}

/*
 * Only the built-in schema counts: two clones whose config differs must still
 * merge to the same bytes.
 */
int
merge_files(struct merge_files *m, struct err *e)
{
	struct schema s = { 0 };
	struct entity *ent;
	struct found f = { .list = &m->found };
	struct buf side[3] = { 0 }, out = { 0 };
	int r = -1;

	entities_builtin(&s);
	ent = schema_path(&s, m->path);
	if (!ent) {
		r = 1;
		goto out;
	}
	f.table = span(ent->path);
	if (file_load(m->base, 0, &side[0], e) ||
	    file_load(m->ours, 0, &side[1], e) ||
	    file_load(m->theirs, 0, &side[2], e))
		goto out;
	if (merge_sides(ent, m->path, side, &out, &f, e))
		goto out;
	if (m->found.n && !m->inner && merge_spool(m, e))
		goto out;
	r = overwrite(m->ours, buf_span(&out), e);
out:
	for (int i = 0; i < 3; i++)
		buf_release(&side[i]);
	buf_release(&out);
	schema_release(&s);
	return r;
}
