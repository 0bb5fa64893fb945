#include "crm/hook.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "crm/trust.h"
#include "store/id.h"

extern char **environ;

static const char *const events[] = { "commit", "add", "set", "rm", "stage" };

enum { EV_COMMIT, EV_ADD, EV_SET, EV_RM, EV_STAGE };

static const char *
hook_program(const struct changes *c, const char *when, const char *event)
{
	char key[48];

	snprintf(key, sizeof key, "hook.%s-%s", when, event);
	return rc_get(&c->s->rc, key);
}

static bool
any_hook(const struct changes *c)
{
	for (size_t i = 0; i < sizeof events / sizeof *events; i++)
		if (hook_program(c, "pre", events[i]) ||
		    hook_program(c, "post", events[i]))
			return true;
	return false;
}

static void
json_record(struct json *j, const struct record *r)
{
	if (!r) {
		json_null(j);
		return;
	}
	json_open(j, '{');
	for (size_t i = 0; i < r->n; i++)
		if (r->value[i].n) {
			json_key(j, span(r->ent->field[i]->name));
			json_str(j, r->value[i]);
		}
	json_close(j, '}');
}

static unsigned
events_of(const struct record *before, const struct record *after)
{
	unsigned ev = 1u << EV_COMMIT;

	ev |= !before ? 1u << EV_ADD : !after ? 1u << EV_RM : 1u << EV_SET;
	if (before && after &&
	    !span_eq(record_get(before, "stage"), record_get(after, "stage")))
		ev |= 1u << EV_STAGE;
	return ev;
}

/*
 * Lines are kept as "MASK json\n": each hook gets those of its event.
 */
int
hook_note(struct changes *c, const struct record *before,
    const struct record *after)
{
	const struct record *r = after ? after : before;
	struct json j = { .out = &c->hooks_in };
	char id[ID_LEN + 1] = "";

	if (c->no_hooks || c->dry_run || !any_hook(c))
		return 0;
	if (r->ent->letter)
		id_unpack(r->id, id);
	buf_addf(&c->hooks_in, "%02x", events_of(before, after));
	json_open(&j, '{');
	json_key(&j, span("entity"));
	json_str(&j, span(r->ent->name));
	json_key(&j, span("id"));
	json_str(&j, span(id));
	json_key(&j, span("before"));
	json_record(&j, before);
	json_key(&j, span("after"));
	json_record(&j, after);
	json_close(&j, '}');
	buf_addc(&c->hooks_in, '\n');
	return 0;
}

/* The lines of one event, without their masks. */
static void
lines_of(const struct buf *all, size_t event, struct buf *out)
{
	struct span rest = buf_span(all);

	while (rest.n) {
		struct span line = span_cut(&rest, '\n');
		char hex[3] = { line.n > 1 ? line.p[0] : '0',
			line.n > 1 ? line.p[1] : '0', '\0' };

		if (line.n > 2 && (strtoul(hex, NULL, 16) & (1u << event))) {
			buf_add(out, line.p + 2, line.n - 2);
			buf_addc(out, '\n');
		}
	}
}

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Feeds stdin; a hook that does not read it all is fine. */
static void
feed(int fd, const struct buf *in, int64_t until)
{
	size_t at = 0;

	fcntl(fd, F_SETFL, O_NONBLOCK);
	while (at < in->n) {
		struct pollfd p = { .fd = fd, .events = POLLOUT };
		int64_t left = until - now_ms();
		ssize_t w;

		if (left <= 0 || poll(&p, 1, (int)left) <= 0 ||
		    (p.revents & POLLERR))
			break;
		w = write(fd, in->p + at, in->n - at);
		if (w < 0 && errno != EAGAIN && errno != EINTR)
			break;
		if (w > 0)
			at += (size_t)w;
	}
	close(fd);
}

/* Waits until the time is over, then ends the hook's whole group. */
static int
reap(pid_t pid, int64_t until, int *status)
{
	struct timespec nap = { .tv_nsec = 2000000 };

	for (;;) {
		pid_t w = waitpid(pid, status, WNOHANG);

		if (w == pid)
			return 0;
		if (w < 0 && errno != EINTR)
			return -1;
		if (now_ms() >= until)
			break;
		nanosleep(&nap, NULL);
	}
	kill(-pid, SIGKILL);
	waitpid(pid, status, 0);
	return 1;
}

static int
spawn_hook(const char *program, char *const argv[], const char *dir, int in,
    pid_t *pid)
{
	posix_spawn_file_actions_t fa;
	posix_spawnattr_t attr;
	int r;

	posix_spawn_file_actions_init(&fa);
	posix_spawnattr_init(&attr);
	posix_spawn_file_actions_addchdir_np(&fa, dir);
	posix_spawn_file_actions_adddup2(&fa, in, 0);
	/* its stdout is talk: ours is data */
	posix_spawn_file_actions_adddup2(&fa, 2, 1);
	posix_spawn_file_actions_addclosefrom_np(&fa, 3);
	posix_spawnattr_setpgroup(&attr, 0);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP);
	r = posix_spawn(pid, program, &fa, &attr, argv, environ);
	posix_spawn_file_actions_destroy(&fa);
	posix_spawnattr_destroy(&attr);
	return r;
}

static int
run_one(struct changes *c, const char *program, const char *event,
    const char *verb, const struct buf *in, int64_t seconds, struct err *e)
{
	char *argv[] = { (char *)program, (char *)event, (char *)verb, NULL };
	int64_t until = now_ms() + seconds * 1000;
	void (*old)(int);
	int fd[2], status = 0, r;
	pid_t pid;

	if (trust_check(c->s, program, e))
		return -1;
	if (pipe2(fd, O_CLOEXEC))
		return err_errno(e, "hook %s", program);
	old = signal(SIGPIPE, SIG_IGN);
	r = spawn_hook(program, argv, c->s->root, fd[0], &pid);
	close(fd[0]);
	if (r) {
		close(fd[1]);
		signal(SIGPIPE, old);
		errno = r;
		return err_errno(e, "hook %s cannot be run", program);
	}
	feed(fd[1], in, until);
	r = reap(pid, until, &status);
	signal(SIGPIPE, old);
	if (r)
		return err_set(e, ERR_PERM,
		    "hook %s did not end within %lld s (hook.timeout); nothing "
		    "was changed", program, (long long)seconds);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return err_set(e, ERR_PERM,
		    "refused by hook %s (%s); nothing was changed", event,
		    program);
	return 0;
}

int
hooks_run(struct changes *c, const char *when, const char *verb,
    const struct oid *id, struct err *e)
{
	struct buf in = { 0 };
	int64_t seconds = 30;
	int r = 0;

	if (c->hooks_in.n == 0)
		return 0;
	if (rc_int(&c->s->rc, "hook.timeout", 1, 3600, 30, &seconds, e))
		return -1;
	if (id)
		setenv("CRM_COMMIT", id->hex, 1);
	setenv("CRM_DIR", c->s->root, 1);
	for (size_t i = 0; r == 0 && i < sizeof events / sizeof *events; i++) {
		const char *p = hook_program(c, when, events[i]);
		struct buf path = { 0 };
		char name[24];

		if (!p)
			continue;
		buf_reset(&in);
		lines_of(&c->hooks_in, i, &in);
		if (in.n == 0)
			continue;
		snprintf(name, sizeof name, "%s-%s", when, events[i]);
		if (p[0] == '~' && p[1] == '/' && getenv("HOME"))
			buf_addf(&path, "%s", getenv("HOME")), p++;
		buf_adds(&path, p);
		r = run_one(c, path.p, name, verb, &in, seconds, e);
		buf_release(&path);
	}
	buf_release(&in);
	return r;
}
