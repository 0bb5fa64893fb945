/*
 * An activity that two clones gave to two people is in two calendars after
 * the merge, and git sees nothing in that. It becomes one again, and the copies
 * of a meeting are made those of that one (merge_copies.c).
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "crm/calendar/calendar.h"
#include "crm/history/conflict_impl.h"
#include "store/ics.h"
#include "store/id.h"
#include "store/txn.h"

/* Below the store: the versions of one item, for the merge driver. */
static const char *const side_file[3] = { ".git/crm/merge-base.tmp",
	".git/crm/merge-ours.tmp", ".git/crm/merge-kept.tmp" };

struct twice {
	struct session *s;
	struct calendar *cal;
	struct txn *txn; /* once there is something to do */
	struct buf came; /* paths that the merge added or changed */
	char base[OID_HEX + 1]; /* the commit that both sides have; "" */
	bool parted; /* that is not where this clone was */
	struct buf old; /* the tree of that: "MODE TYPE OBJECT\tPATH", NUL */
	size_t n;
	size_t meetings; /* those whose copies were made right */
};

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

/* The id of whose folder it is; of nobody's, its name. */
static struct span
owner_of(const struct twice *t, struct span folder)
{
	size_t who = calendar_folder(t->cal, folder);

	return who == (size_t)-1 ? folder : t->cal->person[who].id;
}

static struct span
mail_of(const struct twice *t, struct span folder)
{
	size_t who = calendar_folder(t->cal, folder);

	return who == (size_t)-1 ? span("") : t->cal->person[who].email;
}

/* Where it was, and what it was then; nothing where that is not to be told. */
static int
read_base(struct twice *t, const struct cal_path *like, struct span *folder,
    struct buf *text, struct err *e)
{
	const char *tree[] = { "ls-tree", "-r", "-z", t->base, "--",
		"calendar", NULL };
	struct span rest;
	int r = 0;

	if (t->base[0] && !t->old.n)
		r = merge_git(t->s->root, tree, &t->old, e);
	for (rest = buf_span(&t->old); r == 0 && rest.n;) {
		struct span path = span_cut(&rest, '\0');
		struct span head = span_cut(&path, '\t');
		char object[OID_HEX + 1] = "";
		const char *blob[] = { "cat-file", "blob", object, NULL };
		struct cal_path p;

		if (!calendar_path(path, &p) || p.archive ||
		    p.kind != like->kind || !span_eq(p.name, like->name) ||
		    head.n < OID_HEX)
			continue;
		memcpy(object, head.p + head.n - OID_HEX, OID_HEX);
		buf_reset(text);
		r = merge_git(t->s->root, blob, text, e);
		*folder = p.folder;
		/* that of a copy is not what it was */
		if (text->n && !memmem(text->p, text->n, "X-CRM-OWNER", 11))
			break;
	}
	return r;
}

/* The two versions as one, in out; what both changed is left to be told. */
static int
unite(struct twice *t, const char *path, struct merge_files *f,
    struct buf side[3], struct buf *out, struct err *e)
{
	char *file[3];
	int r = 0;

	for (int i = 0; i < 3; i++) {
		file[i] = xasprintf("%s/%s", t->s->root, side_file[i]);
		if (r == 0)
			r = file_write(t->s->dirfd, side_file[i],
			    buf_span(&side[i]), 0600, false, e);
	}
	f->base = file[0];
	f->ours = file[1];
	f->theirs = file[2];
	f->path = path;
	f->root = t->s->root;
	if (r == 0)
		r = merge_files(f, e);
	if (r == 0)
		r = file_read(t->s->dirfd, side_file[1], 0, out, NULL, e);
	for (int i = 0; i < 3; i++) {
		unlinkat(t->s->dirfd, side_file[i], 0);
		free(file[i]);
	}
	return r;
}

/* Was there a file before the sides parted? What is in t->old. */
static bool
in_base(const struct twice *t, const char *path)
{
	struct span rest = buf_span(&t->old);

	while (rest.n) {
		struct span line = span_cut(&rest, '\0');

		span_cut(&line, '\t');
		if (span_eqs(line, path))
			return true;
	}
	return false;
}

/*
 * Which text the one that stays has: of a meeting whose copies both were git
 * has merged all that was changed into each of them, but for reminders, which
 * are their owners'.
 */
static int
join(struct twice *t, const char *const path[2], size_t top,
    struct merge_files *f, struct buf side[3], struct buf *out, struct err *e)
{
	if (!in_base(t, path[0]) || !in_base(t, path[1]))
		return unite(t, path[top], f, side, out, e);
	f->path = path[top];
	f->root = t->s->root;
	buf_addspan(out, buf_span(&side[1]));
	return merge_spool(f, e);
}

/* The other goes; that of a meeting becomes a copy, if it is to be one. */
static int
put_off(struct twice *t, const char *path, struct span uid, struct span owner,
    const struct buf *text, struct err *e)
{
	struct buf copy = { 0 }, out = { 0 };
	struct cal_path p;
	struct ics d = { 0 };
	int r;

	if (!calendar_path(span(path), &p) || p.kind != ITEM_EVENT ||
	    calendar_folder(t->cal, p.folder) == (size_t)-1)
		return txn_remove(t->txn, path, e);
	buf_addspan(&copy, buf_span(text));
	r = ics_parse(&d, path, &copy, e);
	for (size_t i = 1; r == 0 && i < d.ncomps; i++)
		if (span_eq(span_trim(ics_value(&d, i, "UID")), uid))
			r = ics_set(
			    &d, i, "X-CRM-OWNER", span(""), owner, e);
	if (r == 0)
		ics_write(&d, &out);
	if (r == 0)
		r = txn_put(t->txn, path, &out, e);
	ics_release(&d);
	buf_release(&out);
	return r;
}

/* The same item at both paths: it stays at one. */
static int
settle(struct twice *t, const char *const path[2], struct buf text[2],
    struct span uid, struct err *e)
{
	struct conflict row = { .table = span("calendar"),
		.column = span("owner") };
	struct merge_files f = { 0 };
	struct buf side[3] = { 0 }, out = { 0 };
	struct span folder = { NULL, 0 }, owner[2];
	struct cal_path p[2];
	char id[ID_LEN + 1];
	int top, r = 0;

	calendar_path(span(path[0]), &p[0]);
	calendar_path(span(path[1]), &p[1]);
	owner[0] = owner_of(t, p[0].folder);
	owner[1] = owner_of(t, p[1].folder);
	top = span_cmp(owner[0], owner[1]) < 0;
	r = merge_begun(t->s, &t->txn, e) ? -1 : 0;
	if (r == 0)
		r = read_base(t, &p[0], &folder, &side[0], e);
	if (r)
		goto out;
	id_unpack(act_id(uid), id);
	row.id = span(id);
	row.base = folder.n ? owner_of(t, folder) : span("");
	row.ours = owner[top];
	row.theirs = owner[!top];
	conflicts_add(&f.found, &row);
	buf_addspan(&side[1], buf_span(&text[top]));
	buf_addspan(&side[2], buf_span(&text[!top]));
	if (join(t, path, top, &f, side, &out, e) == 0 &&
	    (p[top].kind != ITEM_EVENT ||
		merge_guests(t->cal, path[top], buf_span(&side[0]),
		    mail_of(t, p[top].folder), mail_of(t, p[!top].folder),
		    &out, e) == 0) &&
	    txn_put(t->txn, path[top], &out, e) == 0)
		r = put_off(t, path[!top], uid, p[top].folder, &text[!top], e);
	else
		r = -1;
	t->n += r == 0;
out:
	for (int i = 0; i < 3; i++)
		buf_release(&side[i]);
	conflicts_release(&f.found);
	buf_release(&out);
	return r;
}

static int
note(void *ctx, const struct merge_conflict *c, struct err *e)
{
	struct conflict row = { span("calendar"), c->id, c->column, c->base,
		c->ours, c->theirs };

	(void)e;
	conflicts_add(ctx, &row);
	return 0;
}

/*
 * One side gave it to somebody else, the other made another kind of it: it
 * becomes that, in the calendar of whom it was given to.
 */
static int
settle_kinds(struct twice *t, const char *const path[2], struct buf text[2],
    struct err *e)
{
	struct merge_files f = { .root = t->s->root };
	struct buf base = { 0 }, out = { 0 }, to = { 0 };
	struct span folder = span(""), version[3], owner;
	struct cal_path p[2];
	const char *at[3];
	int made = 1, r;

	calendar_path(span(path[0]), &p[0]);
	calendar_path(span(path[1]), &p[1]);
	r = merge_begun(t->s, &t->txn, e) ||
		    read_base(t, &p[0], &folder, &base, e)
	    ? -1
	    : 0;
	if (r == 0 && !base.n) {
		made = 0;
		r = read_base(t, &p[1], &folder, &base, e);
	}
	/* both made it another: nothing says which */
	if (r || !base.n)
		goto out;
	owner = span_eq(p[made].folder, folder) ? p[!made].folder
						: p[made].folder;
	buf_addf(&to, "calendar/%.*s%s", SPANF(owner),
	    p[made].folder.p + p[made].folder.n);
	at[0] = at[2] = path[!made];
	at[1] = f.path = path[made];
	version[0] = buf_span(&base);
	version[1] = buf_span(&text[made]);
	version[2] = buf_span(&text[!made]);
	r = merge_kinds(at, version, &out, note, &f.found, e);
	if (r == 0 && f.found.n)
		r = merge_spool(&f, e);
	for (int i = 0; r == 0 && i < 2; i++)
		if (strcmp(path[i], to.p) != 0)
			r = txn_remove(t->txn, path[i], e);
	if (r == 0)
		r = txn_put(t->txn, to.p, &out, e);
	t->n += r == 0;
	if (r == 0 && p[made].kind == ITEM_EVENT &&
	    calendar_path(span(to.p), &p[0]))
		r = merge_copies(
		    t->s, &t->txn, &p[0], true, &t->meetings, e);
out:
	conflicts_release(&f.found);
	buf_release(&base);
	buf_release(&out);
	buf_release(&to);
	return r;
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
		    ? settle(t, both, text, buf_span(&uid[0]), e)
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
