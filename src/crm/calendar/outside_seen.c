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

bool
outside_wanted(struct session *s)
{
	struct buf now = { 0 }, old = { 0 };
	struct err ignored = { 0 };
	struct timespec clock;
	int64_t latest = 0;
	bool same;

	folders(s->dirfd, "calendar", 0, &now, &latest);
	same = now.n == 0 ||
	       (file_read(s->dirfd, SEEN, 1 << 20, &old, NULL, &ignored) ==
			   0 &&
		   span_eq(buf_span(&now), buf_span(&old)));
	err_release(&ignored);
	/* before looking: what comes while we look is seen by the next one */
	clock_gettime(CLOCK_REALTIME, &clock);
	if (!same && ns_of(clock) - latest > TICK_NS)
		index_replace(s->root, SEEN, buf_span(&now));
	buf_release(&now);
	buf_release(&old);
	return s->calendars || !same;
}

void
outside_told(struct session *s, struct span lines)
{
	struct buf old = { 0 };
	struct err ignored = { 0 };
	struct span rest = lines;

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
