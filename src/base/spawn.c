#include "base/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"

/* Where the image lies in the new program: a script is read from there. */
enum { IMAGE = 3 };
#define IMAGE_PATH "/proc/self/fd/3"

#define SAID_MAX ((size_t)64 << 10)

extern char **environ;

static void
streams(const struct spawn *s, posix_spawn_file_actions_t *fa)
{
	if (s->detached) {
		posix_spawn_file_actions_addopen(fa, 0, "/dev/null", O_RDWR, 0);
		posix_spawn_file_actions_adddup2(fa, 0, 1);
		posix_spawn_file_actions_adddup2(fa, 0, 2);
	}
	if (s->tty)
		posix_spawn_file_actions_addopen(fa, 0, s->tty, O_RDWR, 0);
	if (s->in)
		posix_spawn_file_actions_adddup2(fa, s->in, 0);
	if (s->out)
		posix_spawn_file_actions_adddup2(fa, s->out, 1);
	if (s->err)
		posix_spawn_file_actions_adddup2(fa, s->err, 2);
	if (s->talks)
		posix_spawn_file_actions_adddup2(fa, 2, 1);
	if (s->image)
		posix_spawn_file_actions_adddup2(fa, s->image, IMAGE);
	if (s->alone)
		posix_spawn_file_actions_addclosefrom_np(
		    fa, s->image ? IMAGE + 1 : IMAGE);
}

int
spawn_start(const struct spawn *s, char *const argv[], pid_t *pid)
{
	posix_spawn_file_actions_t fa;
	posix_spawnattr_t attr;
	short flags = POSIX_SPAWN_SETSIGDEF;
	sigset_t reset;
	int r;

	posix_spawn_file_actions_init(&fa);
	posix_spawnattr_init(&attr);
	sigemptyset(&reset);
	sigaddset(&reset, SIGPIPE);
	sigaddset(&reset, SIGXFSZ);
	posix_spawnattr_setsigdefault(&attr, &reset);
	if (s->dir)
		posix_spawn_file_actions_addchdir_np(&fa, s->dir);
	streams(s, &fa);
	if (s->alone) {
		posix_spawnattr_setpgroup(&attr, 0);
		flags |= POSIX_SPAWN_SETPGROUP;
	}
	if (s->detached)
		flags |= POSIX_SPAWN_SETSID;
	posix_spawnattr_setflags(&attr, flags);
	r = posix_spawnp(
	    pid, s->image ? IMAGE_PATH : argv[0], &fa, &attr, argv, environ);
	posix_spawn_file_actions_destroy(&fa);
	posix_spawnattr_destroy(&attr);
	return r;
}

static void
close_fd(int *fd)
{
	if (*fd > 0)
		close(*fd);
	*fd = 0;
}

/*
 * A file in memory, to be read from its beginning: unlike a pipe it needs
 * nobody who fills it, so that reading the output cannot wait for that.
 */
static int
input_file(const struct span *input, int *fd, struct err *e)
{
	*fd = memfd_create("input", MFD_CLOEXEC);
	if (*fd >= 0 && file_write_all(*fd, input->p, input->n) == 0 &&
	    lseek(*fd, 0, SEEK_SET) == 0)
		return 0;
	err_errno(e, "no file in memory");
	close_fd(fd);
	return -1;
}

/* One read of what is there; 1 at the end. */
static int
take(int fd, struct buf *out, struct err *e)
{
	ssize_t n;

	buf_grow(out, 65536);
	n = read(fd, out->p + out->n, 65536);
	if (n < 0 && errno != EINTR && errno != EAGAIN)
		return err_errno(e, "reading what a program prints");
	out->n += n > 0 ? (size_t)n : 0;
	out->p[out->n] = '\0';
	return n == 0;
}

static int
too_slow(const struct spawn_job *j, const char *name, struct err *e)
{
	return err_set(e, ERR_IO, "%s did not end within %lld s", name,
	    (long long)((j->ms + 999) / 1000));
}

/* Until both streams have ended. */
static int
collect(const struct spawn_job *j, struct pollfd p[2], int64_t until,
    const char *name, struct err *e)
{
	struct buf *to[2] = { j->out, j->said };
	size_t before = j->out->n, said = j->said ? j->said->n : 0;

	while (p[0].fd >= 0 || p[1].fd >= 0) {
		int64_t left = until - clock_ms();

		if (left <= 0)
			return too_slow(j, name, e);
		if (poll(p, 2, left < 1000000 ? (int)left : 1000000) <= 0)
			continue;
		for (int i = 0; i < 2; i++) {
			int r = p[i].fd >= 0 && p[i].revents
				    ? take(p[i].fd, to[i], e)
				    : 0;

			if (r < 0)
				return -1;
			if (r)
				p[i].fd = -1;
		}
		if (j->out->n - before > j->max)
			return err_set(e, ERR_DATA,
			    "%s prints more than %zu bytes", name, j->max);
		if (j->said && j->said->n - said > SAID_MAX)
			buf_cut(j->said, said + SAID_MAX);
	}
	return 0;
}

static int
await(struct spawn_job *j, pid_t pid, int64_t until, const char *name,
    struct err *e)
{
	struct timespec nap = { .tv_nsec = 500000 };
	int status = 0;
	pid_t w;

	while ((w = waitpid(pid, &status, WNOHANG)) != pid) {
		if (w < 0 && errno != EINTR)
			return err_errno(e, "waiting for %s", name);
		if (clock_ms() >= until)
			return too_slow(j, name, e);
		nanosleep(&nap, NULL);
	}
	j->status =
	    WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return 0;
}

int
spawn_collect(struct spawn_job *j, char *const argv[], struct err *e)
{
	struct spawn how = j->how;
	int out[2] = { 0, 0 }, said[2] = { 0, 0 }, in = 0, r = -1;
	int64_t until = clock_ms() + j->ms;
	pid_t pid;

	if (j->input && input_file(j->input, &in, e))
		return -1;
	if (pipe2(out, O_CLOEXEC) || (j->said && pipe2(said, O_CLOEXEC))) {
		err_errno(e, "no pipe");
		goto out;
	}
	how.in = j->input ? in : how.in;
	how.out = out[1];
	how.err = said[1];
	how.alone = !j->asks;
	errno = spawn_start(&how, argv, &pid);
	if (errno) {
		err_errno(e, "%s cannot be run", argv[0]);
		goto out;
	}
	close_fd(&out[1]);
	close_fd(&said[1]);
	struct pollfd p[2] = { { .fd = out[0], .events = POLLIN },
		{ .fd = j->said ? said[0] : -1, .events = POLLIN } };
	r = collect(j, p, until, argv[0], e);
	if (r == 0)
		r = await(j, pid, until, argv[0], e);
	if (r) {
		kill(j->asks ? pid : -pid, SIGKILL);
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
out:
	close_fd(&in);
	close_fd(&out[0]);
	close_fd(&out[1]);
	close_fd(&said[0]);
	close_fd(&said[1]);
	return r;
}
