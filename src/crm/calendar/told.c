/* Which reminders were told. */
#include "crm/calendar/told.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "store/id.h"

#define SIZE_MOST (64u << 20)
#define WAIT_MS 2000
#define KEEP (8 * 86400) /* longer than a run may be missed */

static const char header[] = "told 1";

/*
 * Lines, after the header:
 *	last TAB FOLDER TAB INSTANT
 *	told TAB FOLDER TAB ID TAB KEY TAB MOMENT TAB UNTIL
 */
static void
read_line(struct told *t, struct span line)
{
	struct span rest = line, what = span_cut(&rest, '\t'), v;
	size_t n = rest.n;
	int64_t at;
	bool added;

	while (n && rest.p[n - 1] != '\t')
		n--;
	v = span_n(rest.p + n, rest.n - n);
	if (n < 2 || !span_int(v, &at))
		return;
	strmap_add(span_eqs(what, "last") ? &t->last : &t->line,
	    span_n(rest.p, n - 1), (size_t)at, &added);
}

static int
take_lock(struct told *t, const char *root, struct err *e)
{
	char *dir = xasprintf("%s/.git/crm", root);
	const struct timespec nap = { .tv_nsec = 5000000 };
	int64_t until = clock_ms() + WAIT_MS;
	int r = 0;

	mkdir(dir, 0777); /* what matters is whether the file can be opened */
	t->dir = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	t->lock = t->dir < 0 ? -1
			     : openat(t->dir, "told.lock",
				   O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (t->lock < 0)
		r = err_errno(e, "%s/told.lock", dir);
	while (r == 0 && flock(t->lock, LOCK_EX | LOCK_NB)) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			r = err_errno(e, "%s/told.lock", dir);
		else if (clock_ms() >= until)
			r = err_set(e, ERR_BUSY,
			    "another command is telling reminders; try again");
		else
			nanosleep(&nap, NULL);
	}
	free(dir);
	return r;
}

int
told_open(struct told *t, const char *root, struct err *e)
{
	struct buf data = { 0 };
	struct err none = { 0 };
	struct span rest;

	if (take_lock(t, root, e))
		return -1;
	if (file_read(t->dir, "told", SIZE_MOST, &data, NULL, &none) &&
	    none.code != ERR_NOENT) {
		*e = none;
		buf_release(&data);
		return -1;
	}
	err_release(&none);
	rest = arena_span(&t->arena, buf_span(&data));
	if (span_eqs(span_cut(&rest, '\n'), header))
		while (rest.n)
			read_line(t, span_cut(&rest, '\n'));
	buf_release(&data);
	return 0;
}

static void
key_text(const struct told_key *k, struct buf *out)
{
	char id[ID_LEN + 1];

	id_unpack(k->id, id);
	buf_addf(out, "%.*s\t%s\t%.*s\t%lld", SPANF(k->folder), id,
	    SPANF(k->key), (long long)k->moment);
}

bool
told_has(const struct told *t, const struct told_key *k)
{
	struct buf b = { 0 };
	bool has;

	key_text(k, &b);
	has = strmap_get(&t->line, buf_span(&b)) != (size_t)-1;
	buf_release(&b);
	return has;
}

void
told_add(struct told *t, const struct told_key *k, int64_t until)
{
	struct buf b = { 0 };

	key_text(k, &b);
	strmap_set(&t->line, arena_span(&t->arena, buf_span(&b)),
	    (size_t)(until > k->moment ? until : k->moment));
	buf_release(&b);
}

int64_t
told_last(const struct told *t, struct span folder, int64_t now)
{
	size_t at = strmap_get(&t->last, folder);

	return at == (size_t)-1 || (int64_t)at > now ? now : (int64_t)at;
}

void
told_now(struct told *t, struct span folder, int64_t now)
{
	strmap_set(&t->last, arena_span(&t->arena, folder), (size_t)now);
}

int
told_write(struct told *t, int64_t now, struct err *e)
{
	struct buf out = { 0 };
	int r;

	buf_addf(&out, "%s\n", header);
	for (size_t i = 0; i < t->last.n; i++)
		buf_addf(&out, "last\t%.*s\t%lld\n",
		    SPANF(t->last.entry[i].key),
		    (long long)t->last.entry[i].value);
	for (size_t i = 0; i < t->line.n; i++)
		if ((int64_t)t->line.entry[i].value > now - KEEP)
			buf_addf(&out, "told\t%.*s\t%lld\n",
			    SPANF(t->line.entry[i].key),
			    (long long)t->line.entry[i].value);
	r = file_write(t->dir, "told.new", buf_span(&out), 0666, false, e);
	if (r == 0 && renameat(t->dir, "told.new", t->dir, "told"))
		r = err_errno(e, ".git/crm/told");
	buf_release(&out);
	return r;
}

void
told_release(struct told *t)
{
	if (t->lock > 0)
		close(t->lock);
	if (t->dir > 0)
		close(t->dir);
	strmap_release(&t->line);
	strmap_release(&t->last);
	arena_release(&t->arena);
	memset(t, 0, sizeof *t);
}
