/*
 * Items move into archives.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "crm/calendar/archive.h"
#include "crm/calendar/item.h"

struct archive_file {
	char *path;
	struct cal_path where;
	struct ics doc;
	struct strmap by_uid; /* -> index of the component */
	struct strmap zones;
	size_t added; /* UIDs */
};

static const char empty[] = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
			    "PRODID:-//crm//crm//EN\r\nEND:VCALENDAR\r\n";

static int
read_archive(struct archiving *a, struct archive_file *f, struct err *e)
{
	struct buf data = { 0 };
	int r = txn_read(a->c->txn, f->path, &data, e);
	bool added;

	if (r == 1) {
		buf_adds(&data, empty);
		r = 0;
	} else if (r == 0 && f->where.gz) {
		r = archive_unpack(f->path, &data, e);
	}
	if (r == 0)
		r = ics_parse(&f->doc, f->path, &data, e);
	for (size_t i = 1; r == 0 && i < f->doc.ncomps; i++) {
		if (f->doc.comp[f->doc.comp[i].parent].parent != 0)
			continue;
		if (span_ieqs(f->doc.comp[i].name, "VTIMEZONE"))
			strmap_add(&f->zones, ics_value(&f->doc, i, "TZID"),
			    i, &added);
		else
			strmap_add(&f->by_uid,
			    span_trim(ics_value(&f->doc, i, "UID")), i,
			    &added);
	}
	buf_release(&data);
	return r;
}

static void
free_file(struct archive_file *f)
{
	free(f->path);
	ics_release(&f->doc);
	strmap_release(&f->by_uid);
	strmap_release(&f->zones);
	free(f);
}

/* One that cannot be read is not kept: it would be written as half a file. */
static struct archive_file *
file_of(struct archiving *a, const char *path, struct err *e)
{
	struct archive_file *f;

	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->file[i]->path, path) == 0)
			return a->file[i];
	f = xcalloc(1, sizeof *f);
	f->path = xstrdup(path);
	calendar_path(span(f->path), &f->where);
	if (read_archive(a, f, e)) {
		free_file(f);
		return NULL;
	}
	GROW(a->file, a->n, a->cap);
	a->file[a->n++] = f;
	return f;
}

/* A component's lines, ended as those of the archive are. */
static int
add_comp(struct archive_file *f, struct ics *from, size_t comp, struct err *e)
{
	struct span rest = span_n(from->text.p + from->comp[comp].at,
	    from->comp[comp].end - from->comp[comp].at);
	struct buf lines = { 0 };
	int r;

	while (rest.n) {
		struct span line = span_cut(&rest, '\n');

		while (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		buf_addspan(&lines, line);
		buf_adds(&lines, f->doc.crlf ? "\r\n" : "\n");
	}
	r = ics_add_text(&f->doc, 1, buf_span(&lines), e);
	buf_release(&lines);
	return r;
}

static bool
of_calendar(const struct ics *d, size_t comp)
{
	return d->comp[d->comp[comp].parent].parent == 0;
}

/* Zones that a component names. */
static int
add_zones(struct archive_file *f, struct ics *from, size_t comp,
    struct err *e)
{
	const struct ics_comp *k = &from->comp[comp];
	struct span tzid;

	for (size_t p = k->prop; p < k->prop_end; p++) {
		if (!ics_param(from, p, "TZID", &tzid) ||
		    strmap_get(&f->zones, tzid) != (size_t)-1)
			continue;
		for (size_t i = 1; i < from->ncomps; i++) {
			if (!of_calendar(from, i) ||
			    !span_ieqs(from->comp[i].name, "VTIMEZONE") ||
			    !span_eq(ics_value(from, i, "TZID"), tzid))
				continue;
			if (add_comp(f, from, i, e))
				return -1;
			break;
		}
		strmap_set(&f->zones,
		    arena_span(&f->doc.arena, tzid), 0);
	}
	return 0;
}

static void
take_out(struct archive_file *f, struct span uid)
{
	for (size_t i = 1; i < f->doc.ncomps &&
	     strmap_get(&f->by_uid, uid) != (size_t)-1; i++)
		if (of_calendar(&f->doc, i) &&
		    span_eq(span_trim(ics_value(&f->doc, i, "UID")), uid))
			ics_remove_comp(&f->doc, i);
}

/* --- which file of a year ------------------------------------------------ */

static bool
is_there(void *ctx, const char *path)
{
	struct archiving *a = ctx;
	struct stat st;

	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->file[i]->path, path) == 0)
			return true;
	return fstatat(a->c->s->dirfd, path, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

/* What was taken out again still counts: the limit is no exact one. */
static int
count_items(void *ctx, const char *path, size_t *n, struct err *e)
{
	struct archive_file *f = file_of(ctx, path, e);

	if (f)
		*n = f->by_uid.n + f->added;
	return f ? 0 : -1;
}

/* The i-th file of a year, from 1, in path; false: there is none more. */
static bool
nth_of_year(struct archiving *a, const char *first, int i, struct buf *path)
{
	archive_file(span(first), i, path);
	return i == 1 || is_there(a, path->p);
}

int
archiving_ready(struct archiving *a, const char *first, struct err *e)
{
	struct buf path = { 0 };
	int r = 0;

	for (int i = 1; r == 0 && nth_of_year(a, first, i, &path); i++)
		r = file_of(a, path.p, e) &&
			    txn_may_put(a->c->txn, path.p, e) == 0
		    ? 0
		    : -1;
	buf_release(&path);
	return r;
}

/* Takes a UID out of all files of a year. */
static int
take_out_of_year(
    struct archiving *a, const char *first, struct span uid, struct err *e)
{
	struct buf path = { 0 };
	int r = 0;

	for (int i = 1; r == 0 && nth_of_year(a, first, i, &path); i++)
		r = archiving_drop(a, path.p, uid, e);
	buf_release(&path);
	return r;
}

int
archiving_drop(struct archiving *a, const char *path, struct span uid,
    struct err *e)
{
	struct archive_file *f = file_of(a, path, e);

	if (f)
		take_out(f, uid);
	return f ? 0 : -1;
}

int
archiving_add(struct archiving *a, const char *path, struct ics *doc,
    struct span uid, struct err *e)
{
	struct archive_file *f = NULL;
	struct buf chosen = { 0 };
	int r = take_out_of_year(a, path, uid, e);

	buf_adds(&chosen, path);
	if (r == 0)
		r = archive_choose(&chosen, is_there, count_items, a, e);
	if (r == 0)
		f = file_of(a, chosen.p, e);
	buf_release(&chosen);
	if (!f)
		return -1;
	f->added++;
	for (size_t i = 1; r == 0 && i < doc->ncomps; i++)
		if (of_calendar(doc, i) &&
		    span_eq(span_trim(ics_value(doc, i, "UID")), uid))
			r = add_zones(f, doc, i, e) || add_comp(f, doc, i, e)
			    ? -1
			    : 0;
	return r;
}

int
archiving_write(struct archiving *a, struct err *e)
{
	struct buf text = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < a->n; i++) {
		struct archive_file *f = a->file[i];

		/* full, or looked into only */
		if (!ics_changed(&f->doc))
			continue;
		buf_reset(&text);
		ics_write(&f->doc, &text);
		if (f->where.gz)
			archive_pack(&text);
		r = txn_put(a->c->txn, f->path, &text, e);
	}
	buf_release(&text);
	return r;
}

void
archiving_release(struct archiving *a)
{
	for (size_t i = 0; i < a->n; i++)
		free_file(a->file[i]);
	free(a->file);
	memset(a, 0, sizeof *a);
}
