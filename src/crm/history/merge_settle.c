/*
 * Two of one item become one again: of whom, and with what in it.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "crm/history/conflict_impl.h"
#include "crm/history/merge_twice_impl.h"
#include "store/ics.h"
#include "store/id.h"

/* Below the store: the versions of one item, for the merge driver. */
static const char *const side_file[3] = { ".git/crm/merge-base.tmp",
	".git/crm/merge-ours.tmp", ".git/crm/merge-kept.tmp" };

/* --- what was ------------------------------------------------------------ */

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

/* --- of one kind --------------------------------------------------------- */

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

int
settle_owners(struct twice *t, const char *const path[2], struct buf text[2],
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

/* --- of two kinds -------------------------------------------------------- */

static int
note(void *ctx, const struct merge_conflict *c, struct err *e)
{
	struct conflict row = { span("calendar"), c->id, c->column, c->base,
		c->ours, c->theirs };

	(void)e;
	conflicts_add(ctx, &row);
	return 0;
}

int
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
