#include "crm/change/copies.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "crm/calendar/index.h"
#include "crm/calendar/item.h"
#include "crm/change/change_impl.h"
#include "store/ical.h"

/* A meeting whose copies are made, and how. */
struct copying {
	struct session *s;
	struct txn *txn;
	struct calendar *cal;
	struct span name, uid, owner, master;
	bool known; /* a copy may be in a file of another name */
	bool ask;
};

/* Is the person's address among those who are invited, and come? */
static bool
is_invited(const struct person *p, const struct copied *m)
{
	return item_is_guest(m->with, p->email) &&
	       !span_ieqs(item_reply(m->replies, p->email), "declined");
}

/* --- the text ------------------------------------------------------------ */

static bool
is_of(const struct ics *d, size_t comp, struct span uid)
{
	return comp && d->comp[d->comp[comp].parent].parent == 0 &&
	       span_eq(span_trim(ics_value(d, comp, "UID")), uid);
}

/* The item of a file by its UID; ICS_NONE: not there. */
static size_t
item_at(const struct ics *d, struct span uid)
{
	for (size_t i = 1; i < d->ncomps; i++)
		if (is_of(d, i, uid))
			return i;
	return ICS_NONE;
}

/* The component for the same occurrence; else that of the whole series. */
static size_t
same_comp(const struct ics *d, struct span uid, struct span occurrence)
{
	size_t best = ICS_NONE;

	for (size_t i = 1; i < d->ncomps; i++) {
		struct span at;

		if (!is_of(d, i, uid))
			continue;
		at = span_trim(ics_value(d, i, "RECURRENCE-ID"));
		if (span_eq(at, occurrence))
			return i;
		if (best == ICS_NONE || !at.n)
			best = i;
	}
	return best;
}

static void
add_lines(struct buf *out, struct span lines, bool crlf)
{
	while (lines.n) {
		struct span line = span_cut(&lines, '\n');

		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		buf_addf(out, "%.*s%s", SPANF(line), crlf ? "\r\n" : "\n");
	}
}

/* Reminders are each person's own: those of the copy, not of the master. */
static int
own_alarms(struct ics *d, size_t comp, const struct ics *old, size_t from,
    struct err *e)
{
	struct buf lines = { 0 };
	size_t a = ICS_NONE;
	int r = 0;

	while ((a = ics_child(d, comp, "VALARM", a)) != ICS_NONE)
		ics_remove_comp(d, a);
	while (from != ICS_NONE &&
	    (a = ics_child(old, from, "VALARM", a)) != ICS_NONE)
		add_lines(&lines, span_n(old->text.p + old->comp[a].at,
		    old->comp[a].end - old->comp[a].at), d->crlf);
	if (lines.n)
		r = ics_add_text(d, comp, buf_span(&lines), e);
	buf_release(&lines);
	return r;
}

/*
 * The master's calendar with its owner named in each of its components. newer:
 * than what another program wrote and will compare it with.
 */
static int
copy_text(const struct copying *k, const struct ics *old, bool newer,
    struct buf *out, struct err *e)
{
	struct ical_time now = { .kind = ICAL_UTC };
	struct ics d = { 0 };
	struct buf data = { 0 };
	char at[20];
	int r;

	now = ical_from_instant(clock_now(), &now);
	ical_time_format(&now, at);
	buf_addspan(&data, k->master);
	r = ics_parse(&d, "copy", &data, e);
	for (size_t i = 1; r == 0 && i < d.ncomps; i++) {
		if (!is_of(&d, i, k->uid))
			continue;
		r = ics_set(&d, i, "X-CRM-OWNER", span(""), k->owner, e);
		if (r == 0 && newer)
			r = ics_set(
			    &d, i, "LAST-MODIFIED", span(""), span(at), e);
		if (r == 0 && old)
			r = own_alarms(&d, i, old,
			    same_comp(old, k->uid, span_trim(ics_value(&d, i,
				"RECURRENCE-ID"))), e);
	}
	if (r == 0)
		ics_write(&d, out);
	ics_release(&d);
	return r;
}

/* --- the file ------------------------------------------------------------ */

enum found {
	F_NONE,
	F_COPY,
	F_PLAIN, /* the same item, not marked: it becomes the copy */
	F_OTHER, /* another item has that name */
	F_BROKEN, /* cannot be read, and waits until it is mended */
};

/* What is at path; its text, parsed. */
static enum found
look_at(const struct copying *k, const char *path, struct ics *d)
{
	struct stat st;
	struct buf data = { 0 };
	struct err ignored = { 0 };
	enum found f = F_BROKEN;
	size_t at;
	int r;

	ics_release(d);
	/* most people have none; one that is put now is read again below */
	if (fstatat(k->s->dirfd, path, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return F_NONE;
	r = txn_read(k->txn, path, &data, &ignored);
	if (r == 1) {
		f = F_NONE;
	} else if (r == 0 && ics_parse(d, path, &data, &ignored) == 0) {
		at = item_at(d, k->uid);
		f = at == ICS_NONE ? F_OTHER
		    : ics_value(d, at, "X-CRM-OWNER").n ? F_COPY
							: F_PLAIN;
	}
	buf_release(&data);
	err_release(&ignored);
	return f;
}

/* The person's copy: by the master's name, or whatever it is called now. */
static int
find_copy(const struct copying *k, const struct person *p, struct buf *path,
    struct ics *d, enum found *f, struct err *e)
{
	struct buf other = { 0 };
	int r = 1;

	buf_addf(path, "calendar/%.*s/events/%.*s", SPANF(p->folder),
	    SPANF(k->name));
	*f = look_at(k, path->p, d);
	if (*f != F_NONE && *f != F_OTHER)
		return 0;
	if (k->known)
		r = cal_copy(k->cal, act_id(k->uid), p->folder, &other, e);
	if (r == 1 && *f == F_OTHER)
		calendar_new_path(&other, p->folder, ITEM_EVENT,
		    act_id(k->uid), k->uid);
	if (r >= 0 && other.n) {
		enum found there = look_at(k, other.p, d);

		if (r == 1 || there == F_COPY) {
			*f = there;
			buf_reset(path);
			buf_addspan(path, buf_span(&other));
		}
	}
	buf_release(&other);
	return r < 0 ? -1 : 0;
}

static int
follow(const struct copying *k, const struct person *p, bool invited,
    struct err *e)
{
	struct buf path = { 0 }, text = { 0 };
	struct ics old = { 0 };
	enum txn_state st = TXN_CLEAN;
	enum found f;
	int r = find_copy(k, p, &path, &old, &f, e);

	if (r || f == F_OTHER || f == F_BROKEN)
		goto out;
	if (k->ask) {
		r = invited || f == F_COPY ? txn_may_put(k->txn, path.p, e)
					   : 0;
		goto out;
	}
	if (!invited) {
		r = f == F_COPY ? txn_remove(k->txn, path.p, e) : 0;
		goto out;
	}
	if (f != F_NONE)
		r = txn_state(k->txn, path.p, &st, e);
	if (r == 0)
		r = copy_text(k, f == F_NONE ? NULL : &old, st == TXN_EDITED,
		    &text, e);
	if (r == 0 && (f == F_NONE ||
			  !span_eq(buf_span(&old.text), buf_span(&text))))
		r = txn_put(k->txn, path.p, &text, e);
out:
	ics_release(&old);
	buf_release(&path);
	buf_release(&text);
	return r;
}

int
change_copies(struct session *s, struct txn *txn, const char *path,
    const struct copied *m, struct err *e)
{
	struct copying k = { .s = s, .txn = txn, .uid = m->uid,
		.owner = m->owner, .master = m->master, .ask = m->ask };
	struct cal_path where;
	bool live, any = false;
	int r = session_calendar(s, &k.cal, e);

	if (r)
		return -1;
	live = calendar_path(span(path), &where) && !where.archive &&
	       where.kind == ITEM_EVENT && m->master.n;
	k.name = where.name;
	for (size_t i = 0; i < k.cal->npersons && !any; i++)
		any = live && is_invited(&k.cal->person[i], m);
	/* looking through the calendars is for who has read them anyway */
	k.known = !m->fresh && (any || k.cal->held);
	for (size_t i = 0; r == 0 && i < k.cal->npersons; i++) {
		const struct person *p = &k.cal->person[i];

		if (!span_eq(p->folder, m->owner))
			r = follow(&k, p, live && is_invited(p, m), e);
	}
	return r;
}

int
copies_lacking(struct calendar *cal, const struct copied *m, struct buf *out,
    struct err *e)
{
	struct buf path = { 0 };
	const char *sep = "";
	int r = 0;

	for (size_t i = 0; r >= 0 && i < cal->npersons; i++) {
		const struct person *p = &cal->person[i];

		if (span_eq(p->folder, m->owner) || !is_invited(p, m))
			continue;
		r = cal_copy(cal, act_id(m->uid), p->folder, &path, e);
		if (r == 1) {
			buf_addf(out, "%s%.*s", sep, SPANF(p->folder));
			sep = ", ";
		}
	}
	buf_release(&path);
	return r < 0 ? -1 : 0;
}
