#include "crm/change/hook.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/spawn.h"
#include "crm/change/change_impl.h"
#include "crm/change/hook_impl.h"
#include "crm/trust.h"
#include "store/id.h"

/* What a post- hook is told, until it runs. */
struct hook_batch {
	struct hook_batch *next;
	struct buf in;
	char *verb;
	struct oid id;
};

static const char *const events[] = { "commit", "add", "set", "rm", "stage",
	"issue" };

enum { EV_COMMIT, EV_ADD, EV_SET, EV_RM, EV_STAGE, EV_ISSUE };

static const char *const names[] = { "pre-commit", "post-commit", "pre-add",
	"post-add", "pre-set", "post-set", "pre-rm", "post-rm", "pre-stage",
	"post-stage", "pre-issue", "post-issue" };

const char *
hook_event_at(size_t i)
{
	return i < sizeof names / sizeof *names ? names[i] : NULL;
}

bool
hook_is_event(const char *name)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

/* entity NULL: the hook for all kinds of records. */
static const struct rc_entry *
hook_entry(const struct changes *c, const char *when, const char *event,
    const char *entity)
{
	char key[48];

	if (entity) {
		snprintf(key, sizeof key, "%s-%s", when, event);
		return rc_find_sub(&c->s->rc, "hook", entity, key);
	}
	snprintf(key, sizeof key, "hook.%s-%s", when, event);
	return rc_find(&c->s->rc, key);
}

/* Asked of every row: found out once. */
static bool
any_hook(struct changes *c)
{
	for (size_t i = 0; c->hooks == HOOKS_UNKNOWN && i < c->s->rc.n; i++) {
		const char *key = c->s->rc.entry[i].key;

		if (strncmp(key, "hook.", 5) == 0 &&
		    strcmp(key, "hook.timeout") != 0)
			c->hooks = HOOKS_SOME;
	}
	if (c->hooks == HOOKS_UNKNOWN)
		c->hooks = HOOKS_NONE;
	return c->hooks == HOOKS_SOME;
}

static unsigned
events_of(const struct record *before, const struct record *after)
{
	unsigned ev = 1u << EV_COMMIT;

	ev |= !before ? 1u << EV_ADD : !after ? 1u << EV_RM : 1u << EV_SET;
	if (before && after &&
	    !span_eq(record_get(before, "stage"), record_get(after, "stage")))
		ev |= 1u << EV_STAGE;
	if (before && after && strcmp(after->ent->name, "quote") == 0 &&
	    rule_is_draft(before) && !rule_is_draft(after))
		ev |= 1u << EV_ISSUE;
	return ev;
}

/*
 * Lines are kept as "MASK ENTITY ID json\n" (ID "-" of what was removed): each
 * hook gets those of its event, and, if it is for one kind of record, of that
 * kind.
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
	buf_addf(&c->hooks_in, "%02x %s %s ", events_of(before, after),
	    r->ent->name, after && id[0] ? id : "-");
	json_open(&j, '{');
	json_key(&j, span("entity"));
	json_str(&j, span(r->ent->name));
	json_key(&j, span("id"));
	json_str(&j, span(id));
	json_key(&j, span("before"));
	hook_record(&j, before);
	json_key(&j, span("after"));
	hook_record(&j, after);
	json_close(&j, '}');
	buf_addc(&c->hooks_in, '\n');
	return 0;
}

/* The lines of one event (and entity), without what stands before them. */
static void
lines_of(const struct buf *all, size_t event, const char *entity,
    struct buf *out)
{
	struct span rest = buf_span(all);

	buf_reset(out);
	while (rest.n) {
		struct span line = span_cut(&rest, '\n');
		struct span mask = span_cut(&line, ' ');
		struct span name = span_cut(&line, ' ');
		char hex[3] = { mask.p[0], mask.p[1], '\0' };

		span_cut(&line, ' ');

		if ((strtoul(hex, NULL, 16) & (1u << event)) &&
		    (!entity || span_eqs(name, entity)))
			buf_addf(out, "%.*s\n", SPANF(line));
	}
}

/* Feeds stdin; a hook that does not read it all is fine. */
static void
feed(int fd, const struct buf *in, int64_t until)
{
	size_t at = 0;

	fcntl(fd, F_SETFL, O_NONBLOCK);
	while (at < in->n) {
		struct pollfd p = { .fd = fd, .events = POLLOUT };
		int64_t left = until - clock_ms();
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
		if (clock_ms() >= until)
			break;
		nanosleep(&nap, NULL);
	}
	kill(-pid, SIGKILL);
	waitpid(pid, status, 0);
	return 1;
}

static void
shut(int image)
{
	if (image > 0)
		close(image);
}

static int
run_one(struct changes *c, const char *program, const char *event,
    const char *verb, const struct buf *in, int64_t seconds, struct err *e)
{
	char *argv[] = { (char *)program, (char *)event, (char *)verb, NULL };
	int64_t until = clock_ms() + seconds * 1000;
	struct spawn how = { .dir = c->s->root, .talks = true, .alone = true };
	void (*old)(int);
	int fd[2], status = 0, r;
	pid_t pid;

	if (trust_open(c->s, program, &how.image, e))
		return -1;
	if (pipe2(fd, O_CLOEXEC)) {
		err_errno(e, "hook %s", program);
		shut(how.image);
		return -1;
	}
	old = signal(SIGPIPE, SIG_IGN);
	how.in = fd[0];
	r = spawn_start(&how, argv, &pid);
	close(fd[0]);
	shut(how.image);
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
		    "hook %s (%s) did not end within %lld s (hook.timeout)",
		    event, program, (long long)seconds);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return err_set(e, ERR_PERM, "hook %s (%s) said no", event,
		    program);
	return 0;
}

void
hook_path(const struct session *s, const char *p, struct buf *path)
{
	const char *home = getenv("HOME");

	if (p[0] == '~' && p[1] == '/' && home)
		buf_addf(path, "%s%s", home, p + 1);
	else if (p[0] == '/')
		buf_adds(path, p);
	else
		buf_addf(path, "%s/%s", s->root, p);
}

static int
run_entry(struct changes *c, const struct rc_entry *hook, const char *name,
    const char *verb, const struct buf *in, struct err *e)
{
	struct buf path = { 0 };
	int64_t seconds = 30;
	int r;

	if (rc_int(&c->s->rc, "hook.timeout", 1, 3600, 30, &seconds, e))
		return -1;
	hook_path(c->s, hook->value, &path);
	r = run_one(c, path.p, name, verb, in, seconds, e);
	buf_release(&path);
	return r;
}

/* The hooks of one event for the lines in all: the general, then by kind. */
static int
run_event(struct changes *c, const char *when, size_t event, const char *verb,
    const struct buf *all, struct err *e)
{
	const struct schema *schema = &c->s->schema;
	struct buf in = { 0 };
	char name[24];
	int r = 0;

	snprintf(name, sizeof name, "%s-%s", when, events[event]);
	for (size_t k = 0; r == 0 && k <= schema->n; k++) {
		const char *entity = k ? schema->entity[k - 1]->name : NULL;
		const struct rc_entry *hook =
		    hook_entry(c, when, events[event], entity);

		if (!hook || !*hook->value)
			continue;
		lines_of(all, event, entity, &in);
		if (in.n)
			r = run_entry(c, hook, name, verb, &in, e);
	}
	buf_release(&in);
	return r;
}

/* What belongs to the records is known once all of it has changed. */
static int
add_details(struct changes *c, struct err *e)
{
	struct span rest = buf_span(&c->hooks_in);
	struct buf all = { 0 };
	int r = 0;

	while (r == 0 && rest.n) {
		struct span line = span_cut(&rest, '\n'), head = line;
		struct span entity, id;

		span_cut(&head, ' ');
		entity = span_cut(&head, ' ');
		id = span_cut(&head, ' ');
		/* without the brace that closes it */
		buf_addspan(&all, span_n(line.p, line.n - 1));
		if (id_pack_canonical(id))
			r = hook_details(
			    c, entity, id_pack_canonical(id), &all, e);
		buf_adds(&all, "}\n");
	}
	buf_release(&c->hooks_in);
	c->hooks_in = all;
	return r;
}

int
hooks_run_pre(struct changes *c, const char *verb, struct err *e)
{
	const struct buf *all = &c->hooks_in;
	int r = 0;

	if (all->n == 0)
		return 0;
	if (add_details(c, e))
		return -1;
	setenv("CRM_DIR", c->s->root, 1);
	for (size_t i = 0; r == 0 && i < sizeof events / sizeof *events; i++)
		r = run_event(c, "pre", i, verb, all, e);
	return r ? err_suffix(e, "; nothing was changed") : 0;
}

void
hooks_put_off(struct changes *c, const char *verb, const struct oid *id)
{
	struct changes *owner = c;
	struct hook_batch *b, **last;

	if (c->hooks_in.n == 0)
		return;
	while (owner->within)
		owner = owner->within;
	b = xcalloc(1, sizeof *b);
	b->in = c->hooks_in;
	b->verb = xstrdup(verb);
	b->id = *id;
	memset(&c->hooks_in, 0, sizeof c->hooks_in);
	for (last = &owner->hooks_due; *last; last = &(*last)->next)
		;
	*last = b;
}

/* One that fails takes nothing from the others: all are told what was done. */
static void
run_post(struct changes *c, const struct hook_batch *b)
{
	setenv("CRM_DIR", c->s->root, 1);
	setenv("CRM_COMMIT", b->id.hex, 1);
	for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
		struct err failed = { 0 };

		if (run_event(c, "post", i, b->verb, &b->in, &failed))
			buf_addf(&c->s->notes,
			    "%s; the change stands (commit %.12s)\n",
			    failed.msg, b->id.hex);
		err_release(&failed);
	}
}

void
hooks_run_due(struct changes *c)
{
	while (c->hooks_due) {
		struct hook_batch *b = c->hooks_due;

		c->hooks_due = b->next;
		run_post(c, b);
		buf_release(&b->in);
		free(b->verb);
		free(b);
	}
}
