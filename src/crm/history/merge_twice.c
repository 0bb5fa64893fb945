/*
 * An activity that two clones gave to two people is in two calendars after
 * the merge, and git sees nothing in that. What came is looked through for
 * such; it becomes one again (merge_settle.c), and the copies of a meeting are
 * made those of that one (merge_copies.c).
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "crm/history/conflict_impl.h"
#include "crm/history/merge_twice_impl.h"
#include "store/ics.h"

/* --- what came ----------------------------------------------------------- */

static int
line_of(const char *root, const char *const args[], struct buf *out,
    struct err *e)
{
	int r = merge_git(root, args, out, e);

	while (out->n && out->p[out->n - 1] == '\n')
		out->p[--out->n] = '\0';
	return r;
}

/* What the sides of the newest merge since have in common. */
static int
find_base(struct twice *t, struct err *e)
{
	static const char *const list[] = { "rev-list", "--merges", "-n", "1",
		"ORIG_HEAD..HEAD", NULL };
	const char *args[] = { "merge-base", "ORIG_HEAD", "HEAD", NULL };
	struct buf merge = { 0 }, base = { 0 }, head = { 0 };
	char *a = NULL, *b = NULL;
	int r = line_of(t->s->root, list, &merge, e);

	if (r == 0 && merge.n) {
		args[1] = a = xasprintf("%s^1", merge.p);
		args[2] = b = xasprintf("%s^2", merge.p);
	}
	if (r == 0)
		r = line_of(t->s->root, args, &base, e);
	if (r == 0 && base.n == OID_HEX)
		memcpy(t->base, base.p, sizeof t->base);
	if (r == 0)
		r = file_read(t->s->dirfd, ".git/ORIG_HEAD", 0, &head, NULL, e);
	t->parted = r == 0 && t->base[0] &&
	    !span_eqs(span_trim(buf_span(&head)), t->base);
	free(a);
	free(b);
	buf_release(&merge);
	buf_release(&base);
	buf_release(&head);
	return r;
}

static int
find_came(struct twice *t, struct err *e)
{
	static const char *const diff[] = { "diff-tree", "-r", "-z",
		"--name-only", "--no-renames", "--diff-filter=AM", "ORIG_HEAD",
		"HEAD", "--", "calendar", NULL };

	if (faccessat(t->s->dirfd, ".git/ORIG_HEAD", F_OK, 0))
		return 0;
	return merge_git(t->s->root, diff, &t->came, e);
}

/* --- two of one ---------------------------------------------------------- */

/* The item of a file that is no copy of somebody's; its UID appended. */
static bool
read_master(struct twice *t, const char *path, struct buf *text,
    struct buf *uid)
{
	struct err ignored = { 0 };
	struct buf copy = { 0 };
	struct ics d = { 0 };
	bool ok = false;
	int r = merge_read(t->s, t->txn, path, text, &ignored);

	if (r == 0 && merge_uid(text, uid)) {
		buf_addspan(&copy, buf_span(text));
		ok = ics_parse(&d, path, &copy, &ignored) == 0;
		for (size_t i = 1; ok && i < d.ncomps; i++)
			ok = !ics_value(&d, i, "X-CRM-OWNER").n;
	}
	ics_release(&d);
	buf_release(&copy);
	err_release(&ignored);
	return ok;
}

static int
compare(struct twice *t, const char *path, const char *other, struct err *e)
{
	const char *both[2] = { path, other };
	struct buf text[2] = { 0 }, uid[2] = { 0 };
	struct cal_path p[2];
	int r = 0;

	if (!calendar_path(span(path), &p[0]) ||
	    !calendar_path(span(other), &p[1]))
		return 0;
	if (read_master(t, path, &text[0], &uid[0]) &&
	    read_master(t, other, &text[1], &uid[1]) &&
	    span_eq(buf_span(&uid[0]), buf_span(&uid[1])))
		r = p[0].kind == p[1].kind
		    ? settle_owners(t, both, text, buf_span(&uid[0]), e)
		    : settle_kinds(t, both, text, e);
	for (int i = 0; i < 2; i++) {
		buf_release(&text[i]);
		buf_release(&uid[i]);
	}
	return r;
}

/* --- all of it ----------------------------------------------------------- */

/* The same name among what is of another kind, in anybody's calendar. */
static int
look_kinds(struct twice *t, const char *path, const struct cal_path *p,
    struct err *e)
{
	struct buf other = { 0 };
	int r = 0;

	for (size_t i = 0; i < t->cal->npersons * ITEM_KINDS && r == 0; i++) {
		struct span folder = t->cal->person[i / ITEM_KINDS].folder;
		enum item_kind k = (enum item_kind)(i % ITEM_KINDS);

		if (k == p->kind)
			continue;
		buf_reset(&other);
		buf_addf(&other, "calendar/%.*s/%s/%.*s", SPANF(folder),
		    item_kind_folder(k), SPANF(p->name));
		if (faccessat(t->s->dirfd, other.p, F_OK, 0) == 0)
			r = compare(t, path, other.p, e);
	}
	buf_release(&other);
	return r;
}

/* The same name in the calendars of others. */
static int
look(struct twice *t, struct span came, struct err *e)
{
	struct buf other = { 0 };
	struct cal_path p;
	bool any = false;
	size_t had = t->n;
	char *path;
	int r = 0;

	if (!calendar_path(came, &p) || p.archive)
		return 0;
	path = span_dup(came);
	for (size_t i = 0; r == 0 && i < t->cal->npersons; i++) {
		struct span folder = t->cal->person[i].folder;

		if (span_eq(folder, p.folder) ||
		    !merge_there(t->s, &p, folder, &other))
			continue;
		any = true;
		r = compare(t, path, other.p, e);
	}
	if (r == 0 && t->parted)
		r = look_kinds(t, path, &p, e);
	if (r == 0 && any && p.kind == ITEM_EVENT)
		r = merge_copies(
		    t->s, &t->txn, &p, t->n > had, &t->meetings, e);
	free(path);
	buf_release(&other);
	return r;
}

static int
finish(struct twice *t, struct err *e)
{
	struct buf message = { 0 };
	struct oid id;
	int r;

	if (t->n)
		buf_addf(&message, "merge: %zu %s to two people\n", t->n,
		    t->n == 1 ? "activity was given"
			      : "activities were given");
	else
		buf_addf(&message, "merge: copies of %zu %s\n", t->meetings,
		    t->meetings == 1 ? "meeting" : "meetings");
	buf_addf(&message, "\nCrm-Verb: merge\n");
	r = txn_commit(t->txn, message.p, &id, e);
	buf_release(&message);
	return r;
}

int
merge_twice(struct session *s, size_t *n, struct err *e)
{
	struct twice t = { .s = s };
	struct span rest;
	int r = find_came(&t, e);

	*n = 0;
	if (r == 0 && t.came.n)
		r = session_calendar(s, &t.cal, e) || find_base(&t, e) ? -1 : 0;
	for (rest = buf_span(&t.came); r == 0 && rest.n;)
		r = look(&t, span_cut(&rest, '\0'), e);
	if (r == 0 && (t.n || t.meetings))
		r = finish(&t, e);
	*n = t.n;
	txn_end(t.txn);
	buf_release(&t.came);
	buf_release(&t.old);
	return r;
}
