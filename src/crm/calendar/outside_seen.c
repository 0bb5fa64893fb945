/*
 * What a command that writes remembers for the next one: the times of the
 * folders when it looked, and what it told.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "crm/calendar/index_impl.h"
#include "crm/calendar/outside_impl.h"
#include "store/view.h"

#define SEEN ".git/crm/calendar/seen"
#define TOLD ".git/crm/calendar/told"

/* Clocks of file systems tick every 10 ms at worst. */
enum { TICK_NS = 20000000, DEPTH = 2 };

static int64_t
ns_of(struct timespec t)
{
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Appends the folders below dir with their times; latest is the newest. */
static void
folders(int dirfd, const char *dir, int depth, struct buf *out,
    int64_t *latest)
{
	int fd = file_open(
	    dirfd, dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	struct dirent *de;
	struct stat st;
	DIR *d;

	if (fd < 0)
		return;
	if (fstat(fd, &st) == 0) {
		buf_addf(out, "%s %lld %llu\n", dir,
		    (long long)ns_of(st.st_mtim),
		    (unsigned long long)st.st_ino);
		if (ns_of(st.st_mtim) > *latest)
			*latest = ns_of(st.st_mtim);
	}
	d = depth < DEPTH ? fdopendir(fd) : NULL;
	if (!d) {
		close(fd);
		return;
	}
	while ((de = readdir(d))) {
		char path[600];
		int n = de->d_name[0] == '.'
		    ? -1
		    : snprintf(path, sizeof path, "%s/%s", dir, de->d_name);

		if (n > 0 && n < (int)sizeof path)
			folders(dirfd, path, depth + 1, out, latest);
	}
	closedir(d);
}

/* The folder of an item's line, "calendar/ana/events 123 45"; else empty. */
static struct span
folder_of(struct span line)
{
	struct span dir = span_cut(&line, ' ');
	size_t slashes = 0;

	for (size_t i = 0; i < dir.n; i++)
		slashes += dir.p[i] == '/';
	return slashes == DEPTH ? dir : span("");
}

/* Folders of lines that are in one text and not in the other. */
static void
differing(struct span a, const struct buf *b, struct buf *dirs)
{
	while (a.n) {
		struct span rest = a, line = span_cut(&a, '\n');
		struct span dir = folder_of(line);
		size_t n = line.n + (rest.n > line.n);
		const char *hit = b->n ? memmem(b->p, b->n, rest.p, n) : NULL;

		/* the whole line, from its beginning */
		if (!dir.n || (hit && (hit == b->p || hit[-1] == '\n')))
			continue;
		buf_addf(dirs, "%.*s\n", SPANF(dir));
	}
}

void
outside_changed(struct session *s, struct buf *dirs)
{
	struct buf now = { 0 }, old = { 0 };
	struct err ignored = { 0 };
	struct timespec clock;
	int64_t latest = 0;

	/* before looking: what comes while we look is seen by the next one */
	clock_gettime(CLOCK_REALTIME, &clock);
	folders(s->dirfd, "calendar", 0, &now, &latest);
	if (file_read(s->dirfd, SEEN, 1 << 20, &old, NULL, &ignored)) {
		buf_adds(dirs, now.n ? "calendar\n" : "");
	} else {
		differing(buf_span(&now), &old, dirs);
		differing(buf_span(&old), &now, dirs);
	}
	err_release(&ignored);
	if (now.n && !span_eq(buf_span(&now), buf_span(&old)) &&
	    ns_of(clock) - latest > TICK_NS)
		index_replace(s->root, SEEN, buf_span(&now));
	buf_release(&now);
	buf_release(&old);
}

void
outside_told(struct session *s, struct span lines)
{
	struct buf old = { 0 };
	struct err ignored = { 0 };
	struct span rest = lines;

	/* what is left alone is to be looked at again, wherever it is mended */
	if (lines.n)
		index_replace(s->root, SEEN, span(""));
	if (file_read(s->dirfd, TOLD, 1 << 20, &old, NULL, &ignored))
		buf_reset(&old);
	err_release(&ignored);
	if (span_eq(buf_span(&old), lines))
		goto out;
	while (rest.n) {
		struct span line = span_cut(&rest, '\n');

		if (!old.n || !memmem(old.p, old.n, line.p, line.n))
			buf_addf(&s->notes, "%.*s (left alone)\n",
			    SPANF(line));
	}
	index_replace(s->root, TOLD, lines);
out:
	buf_release(&old);
}
