#include "base/spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

/* Where the image lies in the new program: a script is read from there. */
enum { IMAGE = 3 };
#define IMAGE_PATH "/proc/self/fd/3"

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
