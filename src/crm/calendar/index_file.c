/*
 * An index file. Each is for one folder:
 *
 *	head	magic, version, hash of the rest, env, time of writing, counts
 *	entries	one for each file of the folder, by name
 *	names	their names, each with a NUL
 *	rows	CSV lines of masters, entry by entry
 *	copies	of copies
 *	flaws	lines of messages
 * Numbers are of this machine: it is for this clone alone.
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "crm/calendar/index_impl.h"

#define MAGIC 0x7864692d6d7263u
enum { VERSION = 5, INDEX_MAX = 1 << 30 };

struct head {
	uint64_t magic, version, hash, env;
	int64_t written; /* ns, of the clock of the files */
	uint64_t nentries, names, rows, copies, flaws;
};

static void
index_path(const char *folder, struct buf *out)
{
	buf_addf(out, ".git/crm/%s.index", folder);
}

/* Takes the sections of an index file apart; false: it is none of ours. */
static bool
unpack(struct calendar *cal, struct buf *data, struct old *old)
{
	struct head h;
	const char *p;
	uint64_t want;

	if (data->n < sizeof h)
		return false;
	memcpy(&h, data->p, sizeof h);
	want = sizeof h + h.nentries * sizeof *old->entry + h.names + h.rows +
	       h.copies + h.flaws;
	if (h.magic != MAGIC || h.version != VERSION || h.env != cal->env ||
	    h.nentries > data->n || want != data->n ||
	    h.hash != span_hash(span_n(data->p + sizeof h,
			  data->n - sizeof h)))
		return false;
	old->written = h.written;
	old->n = h.nentries;
	p = data->p + sizeof h;
	old->entry = xcalloc(old->n + 1, sizeof *old->entry);
	memcpy(old->entry, p, old->n * sizeof *old->entry);
	p += old->n * sizeof *old->entry;
	old->names = p;
	old->rows = p + h.names;
	old->copies = old->rows + h.rows;
	old->flaws = old->copies + h.copies;
	return true;
}

void
index_old_read(struct calendar *cal, const char *folder, struct old *old)
{
	struct buf path = { 0 };
	struct err ignored = { 0 };

	index_path(folder, &path);
	if (file_read(cal->s->dirfd, path.p, INDEX_MAX, &old->data, NULL,
		&ignored) == 0 && !unpack(cal, &old->data, old))
		old->n = 0;
	err_release(&ignored);
	buf_release(&path);
}

void
index_old_release(struct old *old)
{
	free(old->entry);
	buf_release(&old->data);
}

void
index_write(struct calendar *cal, const char *folder, const struct fresh *f)
{
	struct head h = { .magic = MAGIC, .version = VERSION, .env = cal->env,
		.written = f->written, .nentries = f->n, .names = f->names.n,
		.rows = f->rows.n, .copies = f->copies.n,
		.flaws = f->flaws.n };
	struct buf out = { 0 }, path = { 0 };

	buf_add(&out, &h, sizeof h);
	buf_add(&out, f->entry, f->n * sizeof *f->entry);
	buf_addspan(&out, buf_span(&f->names));
	buf_addspan(&out, buf_span(&f->rows));
	buf_addspan(&out, buf_span(&f->copies));
	buf_addspan(&out, buf_span(&f->flaws));
	h.hash = span_hash(span_n(out.p + sizeof h, out.n - sizeof h));
	memcpy(out.p, &h, sizeof h);
	index_path(folder, &path);
	index_replace(cal->s->root, path.p, buf_span(&out));
	buf_release(&out);
	buf_release(&path);
}

const struct entry *
index_find_old(const struct old *old, const char *name)
{
	size_t lo = 0, hi = old->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = strcmp(old->names + old->entry[mid].name, name);

		if (c == 0)
			return &old->entry[mid];
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

/* --- entries ------------------------------------------------------------- */

int64_t
index_ns(struct timespec t)
{
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static size_t
lines_in(struct span s)
{
	size_t n = 0;
	bool quoted = false;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			quoted = !quoted;
		n += s.p[i] == '\n' && !quoted;
	}
	return n;
}

struct entry *
index_begin(struct fresh *f, const char *name, const struct stat *st)
{
	struct entry *x;

	GROW(f->entry, f->n, f->cap);
	x = &f->entry[f->n++];
	memset(x, 0, sizeof *x);
	x->name = f->names.n;
	buf_add(&f->names, name, strlen(name) + 1);
	x->rows = f->rows.n;
	x->copies = f->copies.n;
	x->flaws = f->flaws.n;
	if (st) {
		x->size = (uint64_t)st->st_size;
		x->ino = st->st_ino;
		x->dev = st->st_dev;
		x->mtime = index_ns(st->st_mtim);
		x->ctime = index_ns(st->st_ctim);
	}
	return x;
}

void
index_ended(struct fresh *f)
{
	struct entry *x = &f->entry[f->n - 1];

	x->nrows = f->rows.n - x->rows;
	if (!x->lines && x->nrows)
		x->lines = lines_in(span_n(f->rows.p + x->rows, x->nrows));
	x->ncopies = f->copies.n - x->copies;
	x->nflaws = f->flaws.n - x->flaws;
}

void
index_keep(struct fresh *f, const struct old *old, const struct entry *x,
    const char *name)
{
	struct entry *y = index_begin(f, name, NULL);

	y->size = x->size;
	y->ino = x->ino;
	y->dev = x->dev;
	y->mtime = x->mtime;
	y->ctime = x->ctime;
	y->lines = x->lines;
	buf_add(&f->rows, old->rows + x->rows, x->nrows);
	buf_add(&f->copies, old->copies + x->copies, x->ncopies);
	buf_add(&f->flaws, old->flaws + x->flaws, x->nflaws);
	index_ended(f);
}

void
index_fresh_release(struct fresh *f)
{
	free(f->entry);
	buf_release(&f->names);
	buf_release(&f->rows);
	buf_release(&f->copies);
	buf_release(&f->flaws);
	memset(f, 0, sizeof *f);
}
