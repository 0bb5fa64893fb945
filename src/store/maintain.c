#include "store/maintain.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/spawn.h"
#include "store/txn.h"

/* git itself counts objects only: 6,700 of ours may be gigabytes. */
static const uint64_t max_bytes = 64 << 20, max_objects = 5000;

static int
open_count(struct place *p)
{
	return openat(
	    p->crmfd, "loose", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
}

static void
read_count(int fd, uint64_t *bytes, uint64_t *objects)
{
	char line[64];
	ssize_t n = pread(fd, line, sizeof line - 1, 0);

	*bytes = *objects = 0;
	line[n > 0 ? n : 0] = '\0';
	if (sscanf(line, "%" SCNu64 " %" SCNu64, bytes, objects) != 2)
		*bytes = *objects = 0;
}

static void
write_count(int fd, uint64_t bytes, uint64_t objects)
{
	char line[64];
	/* of one width, so that a new one covers the old one */
	int n = snprintf(
	    line, sizeof line, "%20" PRIu64 " %20" PRIu64 "\n", bytes, objects);

	if (pwrite(fd, line, (size_t)n, 0) != n)
		return; /* a wrong count repacks sooner or later */
}

void
maintain_count(struct place *p, uint64_t bytes, uint64_t objects)
{
	uint64_t b, n;
	int fd;

	if (!objects)
		return;
	fd = open_count(p);
	if (fd < 0)
		return;
	read_count(fd, &b, &n);
	write_count(fd, b + bytes, n + objects);
	close(fd);
}

/* True where it is time; starts the count anew, so that one of us does it. */
static bool
due(struct place *p)
{
	uint64_t b, n;
	bool yes = false;
	int fd = open_count(p);

	if (fd < 0)
		return false;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
		read_count(fd, &b, &n);
		yes = b > max_bytes || n > max_objects;
		if (yes)
			write_count(fd, 0, 0);
	}
	close(fd);
	return yes;
}

/*
 * Detached: in a session of its own, its streams nowhere, nobody waits for
 * it. Nothing that the repository's settings name is run.
 */
static void
spawn_gc(const char *root)
{
	const char *const argv[] = { "git", "-C", root, "-c",
		"core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c",
		"gc.autoDetach=false", "gc", "--quiet", NULL };
	const struct spawn how = { .detached = true };
	pid_t pid;

	(void)spawn_start(&how, (char *const *)(uintptr_t)argv, &pid);
}

void
txn_maintain(const char *root)
{
	const char *off = getenv("CRM_GC");
	struct place p = { 0 };

	if ((off && !strcmp(off, "0")) || place_open(&p, root, false, NULL))
		return;
	if (due(&p))
		spawn_gc(root);
	place_release(&p);
}
