#include "crm/change/copies.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "crm/calendar/item.h"
#include "crm/change/change_impl.h"

/* Is the person's address among those who are invited, and come? */
static bool
is_invited(const struct person *p, struct span with, struct span replies)
{
	while (with.n) {
		struct span one = span_trim(span_cut(&with, ';'));

		if (p->email.n && span_ieq(one, p->email))
			return !span_ieqs(
			    item_reply(replies, p->email), "declined");
	}
	return false;
}

/* The item of a file by its UID; ICS_NONE: not there. */
static size_t
master_of(const struct ics *d, struct span uid)
{
	for (size_t i = 1; i < d->ncomps; i++) {
		if (d->comp[d->comp[i].parent].parent == 0 &&
		    span_eq(span_trim(ics_value(d, i, "UID")), uid))
			return i;
	}
	return ICS_NONE;
}

/* The file at path as a copy: false where there is none, or it is no copy. */
static bool
is_copy_at(struct changes *c, const char *path, struct span uid,
    struct buf *text)
{
	struct stat st;
	struct ics d = { 0 };
	struct buf data = { 0 };
	struct err ignored = { 0 };
	bool copy = false;
	size_t at;

	/* most people have none; one that is put now is read again below */
	if (fstatat(c->s->dirfd, path, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return false;
	if (txn_read(c->txn, path, &data, &ignored) == 0) {
		buf_reset(text);
		buf_addspan(text, buf_span(&data));
		if (ics_parse(&d, path, &data, &ignored) == 0) {
			at = master_of(&d, uid);
			copy = at != ICS_NONE &&
			       ics_value(&d, at, "X-CRM-OWNER").n;
		}
	}
	ics_release(&d);
	buf_release(&data);
	err_release(&ignored);
	return copy;
}

/* The master's calendar with its owner named in each of its components. */
static int
copy_text(struct span master, struct span uid, struct span owner,
    struct buf *out, struct err *e)
{
	struct ics d = { 0 };
	struct buf data = { 0 };
	int r;

	buf_addspan(&data, master);
	r = ics_parse(&d, "copy", &data, e);
	for (size_t i = 1; r == 0 && i < d.ncomps; i++) {
		if (d.comp[d.comp[i].parent].parent == 0 &&
		    span_eq(span_trim(ics_value(&d, i, "UID")), uid))
			r = ics_set(
			    &d, i, "X-CRM-OWNER", span(""), owner, e);
	}
	if (r == 0)
		ics_write(&d, out);
	ics_release(&d);
	return r;
}

static int
follow(struct changes *c, const struct person *p, bool invited,
    struct span name, struct span uid, struct span text, struct err *e)
{
	struct buf path = { 0 }, old = { 0 }, new = { 0 };
	bool there;
	int r = 0;

	buf_addf(&path, "calendar/%.*s/events/%.*s", SPANF(p->folder),
	    SPANF(name));
	there = is_copy_at(c, path.p, uid, &old);
	if (!invited)
		r = there ? txn_remove(c->txn, path.p, e) : 0;
	else if (!there || !span_eq(buf_span(&old), text)) {
		buf_addspan(&new, text);
		r = txn_put(c->txn, path.p, &new, e);
	}
	buf_release(&path);
	buf_release(&old);
	buf_release(&new);
	return r;
}

int
change_copies(struct changes *c, const char *path, struct span owner,
    struct span uid, struct span with, struct span replies,
    struct span master, struct err *e)
{
	struct calendar *cal;
	struct cal_path where;
	struct buf text = { 0 };
	bool live;
	int r = session_calendar(c->s, &cal, e);

	if (r)
		return -1;
	live = calendar_path(span(path), &where) && !where.archive &&
	       where.kind == ITEM_EVENT && master.n;
	for (size_t i = 0; r == 0 && i < cal->npersons; i++) {
		const struct person *p = &cal->person[i];
		bool invited = live && is_invited(p, with, replies);

		if (span_eq(p->folder, owner))
			continue;
		if (invited && !text.n)
			r = copy_text(master, uid, owner, &text, e);
		if (r == 0)
			r = follow(c, p, invited, where.name, uid,
			    buf_span(&text), e);
	}
	buf_release(&text);
	return r;
}
