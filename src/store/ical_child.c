/*
 * A rule that may think for ever is walked in a child, which a limit of CPU
 * time and memory ends; what it finds comes through a pipe, no faster than it
 * is read.
 */
#include "store/ical_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"

#define CPU_MS 1000
#define WAIT_MS 5000 /* where the machine is busy */
#define MEMORY (256u << 20)
#define END INT64_MIN /* what is sent last */

struct child {
	pid_t pid;
	int fd;
	int64_t found[512];
	size_t have, at; /* of found, in bytes: a read may end inside one */
	bool ended;
};

/* More memory than it has now; sanitizers have much of it at the start. */
static void
limit_memory(void)
{
	unsigned long pages = 0;
	struct rlimit limit;
	char text[64] = "";
	int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (read(fd, text, sizeof text - 1) > 0)
		pages = strtoul(text, NULL, 10);
	close(fd);
	limit.rlim_cur = limit.rlim_max =
	    pages * (rlim_t)sysconf(_SC_PAGESIZE) + MEMORY;
	if (pages)
		setrlimit(RLIMIT_AS, &limit);
}

/* RLIMIT_CPU counts whole seconds, the timer is more exact. */
static void
limit(void)
{
	struct itimerval timer = { .it_value = {
				       CPU_MS / 1000, CPU_MS % 1000 * 1000 } };
	struct rlimit cpu = { 2, 2 }, none = { 0, 0 };

	signal(SIGPIPE, SIG_DFL);
	signal(SIGPROF, SIG_DFL);
	signal(SIGXCPU, SIG_DFL);
	setrlimit(RLIMIT_CORE, &none);
	setrlimit(RLIMIT_CPU, &cpu);
	setitimer(ITIMER_PROF, &timer, NULL);
	limit_memory();
}

_Noreturn static void
walk(const struct walk *w, int fd)
{
	int64_t found[64];
	size_t n = 0;
	struct lib_iter *it;

	limit();
	it = lib_iter(w);
	while (it && lib_next(it, &found[n])) {
		if (found[n] < w->from)
			continue;
		if (++n < sizeof found / sizeof found[0])
			continue;
		if (file_write_all(fd, found, n * sizeof found[0]) < 0)
			_exit(1);
		n = 0;
	}
	found[n++] = END;
	file_write_all(fd, found, n * sizeof found[0]);
	_exit(0);
}

struct child *
child_start(const struct walk *w, struct err *e)
{
	struct child *c;
	int fds[2];
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) < 0) {
		err_errno(e, "a pipe for a repetition");
		return NULL;
	}
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(fds[0]);
		walk(w, fds[1]);
	}
	close(fds[1]);
	if (pid < 0) {
		err_errno(e, "a process for a repetition");
		close(fds[0]);
		return NULL;
	}
	c = xcalloc(1, sizeof *c);
	c->pid = pid;
	c->fd = fds[0];
	return c;
}

/* Reads more; false where it was stopped, or takes too long. */
static bool
fill(struct child *c)
{
	struct pollfd p = { .fd = c->fd, .events = POLLIN };
	int64_t until = clock_ms() + WAIT_MS, left;
	ssize_t n;

	memmove(c->found, (char *)c->found + c->at, c->have - c->at);
	c->have -= c->at;
	c->at = 0;
	while (c->have < sizeof c->found[0]) {
		left = until - clock_ms();
		if (left <= 0 || (poll(&p, 1, (int)left) < 0 && errno != EINTR))
			return false;
		if (!(p.revents & (POLLIN | POLLHUP | POLLERR)))
			continue;
		n = read(c->fd, (char *)c->found + c->have,
		    sizeof c->found - c->have);
		if (n == 0 || (n < 0 && errno != EINTR))
			return false;
		if (n > 0)
			c->have += (size_t)n;
	}
	return true;
}

int
child_next(struct child *c, int64_t *wall)
{
	if (c->ended)
		return 0;
	if (c->have - c->at < sizeof *wall && !fill(c))
		return -1;
	memcpy(wall, (char *)c->found + c->at, sizeof *wall);
	c->at += sizeof *wall;
	c->ended = *wall == END;
	return !c->ended;
}

void
child_free(struct child *c)
{
	if (!c)
		return;
	close(c->fd);
	kill(c->pid, SIGKILL);
	while (waitpid(c->pid, NULL, 0) < 0 && errno == EINTR)
		;
	free(c);
}
