/*
 * What git leaves of a merge in which one side removed a calendar file, or
 * gave the item to somebody else, and the other side changed it: there git
 * asks nobody, and stops.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/spawn.h"
#include "crm/calendar/calendar.h"
#include "crm/history/conflict_impl.h"
#include "store/ics.h"
#include "store/id.h"

#define BASE_FILE ".git/crm/merge-base.tmp"
#define KEPT_FILE ".git/crm/merge-kept.tmp"

enum { LISTED_MAX = 256 << 20, GIT_MS = 600000 };

/* A path that is in the common version and in that of one side. */
struct half {
	struct span path, base, kept; /* kept: "" where both sides have it */
};

struct moved {
	const char *root;
	struct buf unmerged, files;
	struct half *v;
	size_t n, cap;
	struct buf base; /* the commit that both sides have */
};

int
merge_git(const char *root, const char *const args[], struct buf *out,
    struct err *e)
{
	struct buf sink = { 0 };
	struct spawn_job j = { .max = LISTED_MAX, .ms = GIT_MS,
		.out = out ? out : &sink };
	const char *argv[12] = { "git", "-C", root };
	size_t n = 3;
	int r;

	while (args[n - 3] && n < 11) {
		argv[n] = args[n - 3];
		n++;
	}
	r = spawn_collect(&j, (char *const *)argv, e);
	/* of histories that have nothing in common it prints nothing */
	if (j.status == 1 && strcmp(args[0], "merge-base") == 0)
		j.status = 0;
	if (r == 0 && j.status)
		r = err_set(e, ERR_IO, "git %s: exit %d", args[0], j.status);
	buf_release(&sink);
	return r;
}

/* "MODE OBJECT STAGE\tPATH", NUL: of each path its stages, one by one. */
static int
read_unmerged(struct moved *m, struct err *e)
{
	const char *args[] = { "ls-files", "-u", "-z", "--", "calendar", NULL };
	struct span rest;
	int r = merge_git(m->root, args, &m->unmerged, e);

	rest = buf_span(&m->unmerged);
	while (r == 0 && rest.n) {
		struct span path = span_cut(&rest, '\0');
		struct span head = span_cut(&path, '\t'), object;
		struct half *h;

		span_cut(&head, ' ');
		object = span_cut(&head, ' ');
		if (m->n == 0 || !span_eq(m->v[m->n - 1].path, path)) {
			GROW(m->v, m->n, m->cap);
			memset(&m->v[m->n++], 0, sizeof *m->v);
			m->v[m->n - 1].path = path;
		}
		h = &m->v[m->n - 1];
		if (span_eqs(head, "1"))
			h->base = object;
		else if (h->kept.n)
			h->base = span(""); /* both have it */
		else
			h->kept = object;
	}
	return r;
}

bool
merge_uid(const struct buf *text, struct buf *uid)
{
	struct buf copy = { 0 };
	struct err ignored = { 0 };
	struct ics d = { 0 };
	size_t at = uid->n;

	buf_addspan(&copy, buf_span(text));
	if (ics_parse(&d, "", &copy, &ignored) == 0)
		for (size_t i = 1; i < d.ncomps && uid->n == at; i++)
			buf_addspan(uid, span_trim(ics_value(&d, i, "UID")));
	ics_release(&d);
	err_release(&ignored);
	return uid->n > at;
}

/* Is it a copy of somebody's meeting? As far as its lines say. */
static bool
is_copy(const struct buf *text)
{
	return text->n && memmem(text->p, text->n, "\nX-CRM-OWNER", 12);
}

/* Another file of that item, no copy; appended. The last of several. */
static bool
find_other(struct moved *m, int dirfd, struct span path, struct span uid,
    struct buf *out)
{
	struct span rest = buf_span(&m->files);
	struct cal_path p, q;

	if (!calendar_path(path, &p) || p.archive)
		return false;
	while (rest.n) {
		struct span at = span_cut(&rest, '\0');
		struct buf text = { 0 }, other = { 0 };
		struct err ignored = { 0 };
		char *name;

		if (span_eq(at, path) || !calendar_path(at, &q) || q.archive ||
		    !span_eq(p.name, q.name))
			continue;
		name = span_dup(at);
		if (file_read(dirfd, name, 0, &text, NULL, &ignored) == 0 &&
		    merge_uid(&text, &other) &&
		    span_eq(buf_span(&other), uid) &&
		    !is_copy(&text)) {
			buf_reset(out);
			buf_addspan(out, at);
		}
		err_release(&ignored);
		free(name);
		buf_release(&text);
		buf_release(&other);
	}
	return out->n > 0;
}

static int
blob(const struct moved *m, struct span object, struct buf *out,
    struct err *e)
{
	char *name = span_dup(object);
	const char *args[] = { "cat-file", "blob", name, NULL };
	int r = merge_git(m->root, args, out, e);

	free(name);
	return r;
}

/* Both sides have this: of a rebase, what is before the change it is at. */
static int
find_base(struct moved *m, int dirfd, struct err *e)
{
	static const char *const merge[] = { "merge-base", "HEAD", "MERGE_HEAD",
		NULL };
	static const char *const rebase[] = { "rev-parse", "REBASE_HEAD^",
		NULL };
	int r = 0;

	if (!m->base.n)
		r = merge_git(m->root,
		    faccessat(dirfd, ".git/MERGE_HEAD", F_OK, 0) ? rebase
								 : merge,
		    &m->base, e);
	while (m->base.n && m->base.p[m->base.n - 1] == '\n')
		m->base.p[--m->base.n] = '\0';
	return r;
}

/*
 * Has one side put it there? git takes that for renaming what the other has
 * removed, which gave it to somebody who had a copy.
 */
static int
is_new(struct moved *m, int dirfd, const char *path, bool *yes, struct err *e)
{
	const char *args[] = { "ls-tree", NULL, "--", path, NULL };
	struct buf out = { 0 };
	int r = find_base(m, dirfd, e);

	args[1] = m->base.p;
	if (r == 0)
		r = merge_git(m->root, args, &out, e);
	*yes = r == 0 && !out.n;
	buf_release(&out);
	return r;
}

/* It is where it was moved to, with what the other side changed. */
static int
merge_into(const struct moved *m, int dirfd, const char *to,
    const struct buf *base, const struct buf *kept, struct err *e)
{
	char *file[3] = { xasprintf("%s/%s", m->root, BASE_FILE),
		xasprintf("%s/%s", m->root, to),
		xasprintf("%s/%s", m->root, KEPT_FILE) };
	struct merge_files f = { .base = file[0], .ours = file[1],
		.theirs = file[2], .path = to, .root = m->root };
	int r = -1;

	if (file_write(dirfd, BASE_FILE, buf_span(base), 0600, false, e) ==
		0 &&
	    file_write(dirfd, KEPT_FILE, buf_span(kept), 0600, false, e) == 0)
		r = merge_files(&f, e);
	unlinkat(dirfd, BASE_FILE, 0);
	unlinkat(dirfd, KEPT_FILE, 0);
	conflicts_release(&f.found);
	for (int i = 0; i < 3; i++)
		free(file[i]);
	return r;
}

/* It was removed, and changed: it stays, and that is told. */
static int
keep(const struct moved *m, const char *path, struct span uid, struct err *e)
{
	struct merge_files f = { .path = path, .root = m->root };
	char id[ID_LEN + 1];
	struct conflict row = { span("calendar"), span(id),
		span("(record)"), span(""), span("changed"), span("removed") };
	int r;

	id_unpack(act_id(uid), id);
	row.id = span(id);
	conflicts_add(&f.found, &row);
	r = merge_spool(&f, e);
	conflicts_release(&f.found);
	return r;
}

/*
 * The item is at `to`, too. A copy goes: its master has made it otherwise, or
 * none. Of what became the master here, too, both stay: which of them stands,
 * merge_twice() says. What was only changed goes into the other.
 */
static int
settle_found(struct moved *m, int dirfd, const char *path, struct buf *to,
    const struct buf *base, const struct buf *kept, struct err *e)
{
	const char *keep_it[] = { "add", "--", path, NULL };
	const char *add[] = { "add", "--", to->p, NULL };
	const char *drop[] = { "rm", "-qf", "--", path, NULL };
	bool fresh = is_copy(base), gone = is_copy(kept);
	struct cal_path p, q;

	if (!gone && !fresh && is_new(m, dirfd, path, &fresh, e))
		return -1;
	/* another kind: that is for merge_twice(), too */
	if (calendar_path(span(path), &p) && calendar_path(span(to->p), &q))
		fresh = fresh || p.kind != q.kind;
	if (fresh && !gone)
		return merge_git(m->root, keep_it, NULL, e);
	if (!gone &&
	    (merge_into(m, dirfd, to->p, base, kept, e) ||
		merge_git(m->root, add, NULL, e)))
		return -1;
	return merge_git(m->root, drop, NULL, e);
}

static int
settle(struct moved *m, int dirfd, const struct half *h, struct err *e)
{
	struct buf base = { 0 }, kept = { 0 }, uid = { 0 }, to = { 0 };
	char *path = span_dup(h->path);
	const char *add[] = { "add", "--", path, NULL };
	int r = -1;

	if (blob(m, h->base, &base, e) || blob(m, h->kept, &kept, e))
		goto out;
	if (!merge_uid(&kept, &uid)) {
		err_set(e, ERR_DATA, "%s: no item is in it; repair it, then "
				     "git add it", path);
	} else if (find_other(m, dirfd, h->path, buf_span(&uid), &to)) {
		r = settle_found(m, dirfd, path, &to, &base, &kept, e);
	} else if ((is_copy(&base) && !is_copy(&kept)) ||
		   keep(m, path, buf_span(&uid), e) == 0) {
		/* who took a guest off has not removed what is that one's now */
		r = merge_git(m->root, add, NULL, e);
	}
out:
	buf_release(&base);
	buf_release(&kept);
	buf_release(&uid);
	buf_release(&to);
	free(path);
	return r;
}

/* --- given to two -------------------------------------------------------- */

/* It is at this path, and can be read. */
static bool
is_item(int dirfd, const char *path)
{
	struct buf text = { 0 }, uid = { 0 };
	struct err ignored = { 0 };
	bool ok = file_read(dirfd, path, 0, &text, NULL, &ignored) == 0 &&
		  merge_uid(&text, &uid);

	err_release(&ignored);
	buf_release(&text);
	buf_release(&uid);
	return ok;
}

/* Where one side, or the other, has put what was at the path of h. */
static bool
is_target(const struct half *h, const struct half *t)
{
	struct cal_path p, q;

	return t->kept.n && !t->base.p && calendar_path(h->path, &p) &&
	       calendar_path(t->path, &q) && !p.archive && !q.archive &&
	       span_eq(p.name, q.name);
}

/*
 * Each side gave it to somebody else: both files are put into the merge; which
 * of them stands, merge_twice() says.
 */
static int
settle_given(struct moved *m, int dirfd, const struct half *h, size_t *n,
    struct err *e)
{
	char *base = span_dup(h->path), *to[2] = { NULL, NULL };
	const char *drop[] = { "rm", "-qf", "--cached", "--", base, NULL };
	const char *add[] = { "add", "--", NULL, NULL, NULL };
	size_t found = 0;
	int r = 0;

	for (size_t i = 0; i < m->n && found < 2; i++)
		if (is_target(h, &m->v[i]))
			to[found++] = span_dup(m->v[i].path);
	if (found == 2 && is_item(dirfd, to[0]) && is_item(dirfd, to[1])) {
		add[2] = to[0];
		add[3] = to[1];
		r = merge_git(m->root, add, NULL, e) ||
			    merge_git(m->root, drop, NULL, e)
			? -1
			: 0;
		*n += r == 0;
	}
	free(base);
	free(to[0]);
	free(to[1]);
	return r;
}

/* Is git in the middle of a merge? Else there is nothing to look for. */
static bool
merging(int dirfd)
{
	return conflict_rebasing(dirfd) ||
	    faccessat(dirfd, ".git/MERGE_HEAD", F_OK, 0) == 0;
}

int
merge_moved(const char *root, size_t *n, struct err *e)
{
	struct moved m = { .root = root };
	const char *list[] = { "ls-files", "-z", "--", "calendar", NULL };
	const char *commit[] = { "commit", "-q", "--no-edit", NULL };
	int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = fd < 0 ? err_errno(e, "%s", root) : 0;

	*n = 0;
	if (r == 0 && merging(fd))
		r = read_unmerged(&m, e);
	if (r == 0 && m.n)
		r = merge_git(root, list, &m.files, e);
	for (size_t i = 0; r == 0 && i < m.n; i++)
		if (m.v[i].base.n && m.v[i].kept.n) {
			r = settle(&m, fd, &m.v[i], e);
			*n += r == 0;
		} else if (m.v[i].base.n) {
			r = settle_given(&m, fd, &m.v[i], n, e);
		}
	buf_reset(&m.unmerged);
	list[1] = "-u", list[2] = NULL;
	if (r == 0 && *n)
		r = merge_git(root, list, &m.unmerged, e);
	/* all is settled: it is a merge; of a rebase git goes on when told */
	if (r == 0 && *n && !m.unmerged.n &&
	    faccessat(fd, ".git/MERGE_HEAD", F_OK, 0) == 0)
		r = merge_git(root, commit, NULL, e);
	if (fd >= 0)
		close(fd);
	buf_release(&m.unmerged);
	buf_release(&m.files);
	buf_release(&m.base);
	free(m.v);
	return r;
}
