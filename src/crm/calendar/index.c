/*
 * The index, brought up to date: what is in a folder, which files are what they
 * were, and the rows of the others. How it is kept is in index_file.c.
 */
#include "crm/calendar/index.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "crm/calendar/archive.h"
#include "crm/calendar/index_impl.h"
#include "crm/calendar/item.h"
#include "store/view.h"

/* --- the folder ---------------------------------------------------------- */

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct seen *)a)->name,
	    ((const struct seen *)b)->name);
}

static bool
is_item_name(const char *name, bool archive)
{
	size_t n = strlen(name);

	if (name[0] == '.')
		return false;
	if (archive && n > 7 && strcmp(name + n - 7, ".ics.gz") == 0)
		return true;
	return n > 4 && strcmp(name + n - 4, ".ics") == 0;
}

static int
folder_list(int dirfd, const char *folder, struct seen **out, size_t *n,
    int *fd, struct err *e)
{
	size_t cap = 0;
	bool archive = strlen(folder) > 8 &&
	    strcmp(folder + strlen(folder) - 8, "/archive") == 0;
	struct dirent *de;
	DIR *dir;

	*out = NULL;
	*n = 0;
	*fd = file_open(dirfd, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	if (*fd < 0)
		return errno == ENOENT ? 0 : err_errno(e, "%s", folder);
	dir = fdopendir(dup(*fd));
	if (!dir)
		return err_errno(e, "%s", folder);
	while ((de = readdir(dir))) {
		struct seen *s;

		if (!is_item_name(de->d_name, archive))
			continue;
		GROW(*out, *n, cap);
		s = &(*out)[*n];
		if (fstatat(*fd, de->d_name, &s->st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		s->name = xstrdup(de->d_name);
		(*n)++;
	}
	closedir(dir);
	if (*n)
		qsort(*out, *n, sizeof **out, by_name);
	return 0;
}

static void
folder_release(struct seen *v, size_t n, int fd)
{
	for (size_t i = 0; i < n; i++)
		free(v[i].name);
	free(v);
	if (fd >= 0)
		close(fd);
}

/* Is the file what it was when the entry was made? */
static bool
same_stat(const struct entry *x, const struct stat *st, int64_t written)
{
	return x->size == (uint64_t)st->st_size && x->ino == st->st_ino &&
	       x->dev == st->st_dev && x->mtime == index_ns(st->st_mtim) &&
	       x->ctime == index_ns(st->st_ctim) && x->mtime < written &&
	       x->ctime < written;
}

/* What is wrong with a file is told, and the others are read. */
static void
extract(struct calendar *cal, const char *path, struct buf *data,
    struct fresh *f)
{
	struct act_rows out = { &f->rows, &f->copies, &f->flaws };
	struct cal_path where;
	struct err bad = { 0 };
	int r = 0;

	if (calendar_path(span(path), &where) && where.gz)
		r = archive_unpack(path, data, &bad);
	if (r == 0)
		r = act_rows(cal, path, data, &out, &bad);
	if (r) {
		struct entry *x = &f->entry[f->n - 1];

		buf_cut(&f->rows, x->rows);
		buf_cut(&f->copies, x->copies);
		buf_addf(&f->flaws, "%s\n", bad.msg);
		x->broken = 1;
	}
	err_release(&bad);
}

static int
read_file(int fd, const char *path, const struct seen *s, struct buf *data)
{
	struct err ignored = { 0 };
	int file = openat(fd, s->name,
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	int r = file < 0 ? -1
			 : file_slurp_sized(file, path, (size_t)s->st.st_size,
			       data, &ignored);

	if (file >= 0)
		close(file);
	err_release(&ignored);
	return r;
}

static void
take(struct calendar *cal, const char *folder, int fd, const struct seen *s,
    struct fresh *f, struct buf *path, struct buf *data)
{
	index_begin(f, s->name, &s->st);
	buf_reset(path);
	buf_addf(path, "%s/%s", folder, s->name);
	buf_reset(data);
	if (!S_ISREG(s->st.st_mode))
		buf_addf(&f->flaws, "%s: no file; remove it\n", path->p);
	else if (read_file(fd, path->p, s, data) == 0)
		extract(cal, path->p, data, f);
	else if (errno != ENOENT)
		buf_addf(&f->flaws, "%s: %s\n", path->p, strerror(errno));
	index_ended(f);
}

/* The files' own clock: what is written after this moment is not older. */
static int64_t
file_clock(const char *root)
{
	struct buf path = { 0 };
	struct stat st;
	int64_t now = 0;
	int fd;

	buf_addf(&path, "%s/.git/crm", root);
	fd = open(path.p, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	if (fd >= 0 && fstat(fd, &st) == 0)
		now = index_ns(st.st_mtim);
	if (fd >= 0)
		close(fd);
	buf_release(&path);
	return now;
}

static void
hand_over(struct calendar *cal, const char *folder, struct fresh *f,
    struct cal_collection *out)
{
	memset(out, 0, sizeof *out);
	out->path = xstrdup(folder);
	act_header(cal, &out->text);
	buf_addspan(&out->text, buf_span(&f->rows));
	act_header(cal, &out->copies);
	buf_addspan(&out->copies, buf_span(&f->copies));
	out->flaws = f->flaws;
	memset(&f->flaws, 0, sizeof f->flaws);
	out->file = xcalloc(f->n + 1, sizeof *out->file);
	out->nfiles = f->n;
	out->rows = f->rows;
	memset(&f->rows, 0, sizeof f->rows);
	for (size_t i = 0; i < f->n; i++) {
		const struct entry *x = &f->entry[i];
		struct cal_file *file = &out->file[i];

		file->path =
		    xasprintf("%s/%s", folder, f->names.p + x->name);
		file->rows = span_n(
		    out->rows.p ? out->rows.p + x->rows : "", x->nrows);
		file->copies = span_n(out->copies.p + out->copies.n -
			f->copies.n + x->copies, x->ncopies);
		file->nrows = x->lines;
		file->copy = x->ncopies && !x->nrows;
		file->broken = x->broken;
	}
}

static int
read_work(struct calendar *cal, const char *folder, struct fresh *f,
    struct err *e)
{
	bool cache = !getenv("CRM_NOCACHE");
	struct buf path = { 0 }, data = { 0 };
	struct old old = { 0 };
	struct seen *seen;
	size_t n, kept = 0;
	int fd, r;

	if (cache)
		index_old_read(cal, folder, &old);
	f->written = cache ? file_clock(cal->s->root) : 0;
	r = folder_list(cal->s->dirfd, folder, &seen, &n, &fd, e);
	for (size_t i = 0; r == 0 && i < n; i++) {
		const struct entry *x = index_find_old(&old, seen[i].name);

		if (x && same_stat(x, &seen[i].st, old.written)) {
			index_keep(f, &old, x, seen[i].name);
			kept++;
		} else {
			take(cal, folder, fd, &seen[i], f, &path, &data);
		}
	}
	if (r == 0 && f->written && (kept != n || old.n != n))
		index_write(cal, folder, f);
	folder_release(seen, n, fd);
	index_old_release(&old);
	buf_release(&path);
	buf_release(&data);
	return r;
}

/* Of a commit: every file is read, in the order of names. */
static int
read_commit(struct calendar *cal, const char *folder, struct fresh *f,
    struct err *e)
{
	struct buf data = { 0 };
	char **path = NULL;
	size_t *size = NULL, n = 0;
	int r = view_list(cal->s->view, folder, "", &path, &size, &n, e);

	for (size_t i = 0; r == 0 && i < n; i++) {
		struct cal_path where;

		if (!calendar_path(span(path[i]), &where))
			continue;
		buf_reset(&data);
		index_begin(f, path[i] + strlen(folder) + 1, NULL);
		r = view_read(cal->s->view, path[i], &data, e);
		if (r == 0)
			extract(cal, path[i], &data, f);
		index_ended(f);
		r = r < 0 ? -1 : 0;
	}
	view_list_free(path, size, n);
	buf_release(&data);
	return r;
}

int
cal_read(struct calendar *cal, const char *folder,
    struct cal_collection *out, struct err *e)
{
	struct fresh f = { 0 };
	int r = cal->s->as_of ? read_commit(cal, folder, &f, e)
			      : read_work(cal, folder, &f, e);

	memset(out, 0, sizeof *out);
	if (r == 0)
		hand_over(cal, folder, &f, out);
	index_fresh_release(&f);
	return r;
}

void
cal_collection_release(struct cal_collection *c)
{
	for (size_t i = 0; i < c->nfiles; i++)
		free(c->file[i].path);
	free(c->file);
	free(c->path);
	buf_release(&c->text);
	buf_release(&c->copies);
	buf_release(&c->flaws);
	buf_release(&c->rows);
	memset(c, 0, sizeof *c);
}
