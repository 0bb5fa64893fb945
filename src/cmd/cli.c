#include "cmd/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cmd/cli_impl.h"
#include "cmd/help.h"
#include "crm/entities.h"

#define VERSION "0.1"

/* --- talk ---------------------------------------------------------------- */

static void
say(const char *prog, const char *text)
{
	struct buf safe = { 0 };

	term_safe(&safe, span(text), true);
	fprintf(stderr, "%s: %s\n", prog ? prog : "crm",
	    safe.p ? safe.p : "");
	buf_release(&safe);
}

void
cli_say(const struct call *c, const char *fmt, ...)
{
	struct buf b = { 0 };
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&b, fmt, ap);
	va_end(ap);
	say(c->prog, b.p ? b.p : "");
	buf_release(&b);
}

/* --- running ------------------------------------------------------------- */

static const struct command *
find(const struct command *table, const char *name, const char *entity)
{
	const struct command *any = NULL;

	for (const struct command *k = table; k->name; k++) {
		if (strcmp(k->name, name) != 0)
			continue;
		/* an entity's own verb comes before the common one */
		if (k->entity && entity && strcmp(k->entity, entity) == 0)
			return k;
		if (!k->entity && !any)
			any = k;
	}
	return any;
}

/* The nearest name to one that find() does not know, or NULL. */
static const char *
nearest(const struct command *table, struct span name, const char *entity)
{
	const char *best = NULL;
	/* of three letters two are another word */
	int least = name.n < 4 ? 2 : 3;

	for (const struct command *k = table; k->name; k++) {
		int d = span_distance(span(k->name), name, least);

		if (d < least && !(k->flags & CMD_HIDDEN) &&
		    (!k->entity || (entity && strcmp(k->entity, entity) == 0))) {
			least = d;
			best = k->name;
		}
	}
	return best;
}

static void
suggest(struct call *c, const struct command *table, const char *name,
    const char *entity)
{
	const char *near = nearest(table, span(name), entity);

	if (near)
		err_suffix(&c->err, "; did you mean '%s'?", near);
}

/*
 * The row of what is a verb by the store's tables alone (a type of activity),
 * under the name that was typed.
 */
static const struct command *
find_any(const char *name, const char *entity)
{
	static struct command own;

	for (const struct command *k = verbs; k->name; k++)
		if ((k->flags & CMD_ANY) && strcmp(k->entity, entity) == 0) {
			own = *k;
			own.name = name;
			return &own;
		}
	return NULL;
}

void
cli_identity(const struct rc *rc)
{
	const char *name = rc_get(rc, "user.name");
	const char *mail = rc_get(rc, "user.email");

	if (name && *name) {
		setenv("GIT_AUTHOR_NAME", name, 0);
		setenv("GIT_COMMITTER_NAME", name, 0);
	}
	if (mail && *mail) {
		setenv("GIT_AUTHOR_EMAIL", mail, 0);
		setenv("GIT_COMMITTER_EMAIL", mail, 0);
	}
}

/*
 * "-" among the words: what comes down the pipe is taken in before the store
 * is held, since who writes to the pipe may be changing the store.
 */
static int
drain_stdin(struct call *c)
{
	static char piece[64 * 1024];
	bool wanted = false;
	struct stat st;
	ssize_t n;
	int fd;

	for (int i = 0; i < c->argc; i++)
		wanted |= strcmp(c->argv[i], "-") == 0;
	if (!wanted || (fstat(STDIN_FILENO, &st) == 0 && S_ISREG(st.st_mode)))
		return 0;
	fd = memfd_create("stdin", MFD_CLOEXEC);
	if (fd < 0)
		return err_errno(&c->err, "stdin");
	while ((n = read(STDIN_FILENO, piece, sizeof piece)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || file_write_all(fd, piece, (size_t)n))
			break;
	}
	if (n != 0 || lseek(fd, 0, SEEK_SET) < 0 ||
	    dup2(fd, STDIN_FILENO) < 0)
		err_errno(&c->err, "stdin");
	close(fd);
	return c->err.code ? -1 : 0;
}

static int
open_store(struct call *c, const struct command *cmd)
{
	char *ent = c->ent ? xstrdup(c->ent->name) : NULL;
	int r = 0;

	if (cmd->flags & (CMD_READS | CMD_WRITES)) {
		if (drain_stdin(c)) {
			free(ent);
			return -1;
		}
		r = session_open(&c->s, c->dir, c->as_of, &c->err);
		c->opened = r == 0;
		if (c->opened && (cmd->flags & CMD_WRITES))
			cli_identity(&c->s.rc);
		if (c->opened && c->wait >= 0)
			c->s.wait_ms =
			    c->wait ? (int)c->wait * 1000 : -1;
		if (c->opened && ent)
			c->ent = schema_entity(&c->s.schema, span(ent));
	}
	free(ent);
	return r;
}

static int
run(struct call *c, const struct command *cmd, int argc, char **argv)
{
	static char prog[128];
	const struct opt *table[CLI_TABLES];
	int r = -1;

	/* as it was typed: crm-opp set, crm report, crm-report */
	snprintf(prog, sizeof prog, "%s%s%s", c->ent ? c->prog : "crm",
	    c->linked && !c->ent ? "-" : " ", cmd->name);
	c->prog = prog;
	c->cmd = cmd;
	if (cli_parse(c, cmd, argc, argv))
		goto out;
	if (c->now)
		setenv("CRM_NOW", c->now, 1);
	if (c->no_pager)
		setenv("CRM_PAGER", "", 1);
	if (clock_init(&c->err))
		goto out;
	if (c->help) {
		emit_setup(NULL, c->color);
		r = help_command(c, cmd, table, cli_options(cmd, table));
		goto out;
	}
	if (open_store(c, cmd))
		goto out;
	emit_setup(c->opened ? rc_get(&c->s.rc, "ui.pager") : NULL,
	    c->color      ? c->color
		: c->opened ? rc_get(&c->s.rc, "ui.color")
			    : NULL);
	r = cmd->run(c);
out:
	return r;
}

static bool
asks_help(int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		if (strcmp(argv[i], "--help") == 0 ||
		    strcmp(argv[i], "-h") == 0 ||
		    (i == argc - 1 && strcmp(argv[i], "help") == 0))
			return true;
	return false;
}

/*
 * The verb that the first word names, options before it or not; a bare call,
 * or a filter, is a list.
 */
static int
run_entity(struct call *c, const char *name, int argc, char **argv)
{
	static char list[] = "list";
	const struct command *cmd = NULL;
	struct schema s = { 0 };
	struct entity *ent;
	int n = cli_leading(argc, argv), r = -1;

	entities_builtin(&s);
	ent = schema_entity(&s, span(name));
	c->ent = ent;
	if (n < argc)
		cmd = find(verbs, argv[n], ent->name);
	if (cmd) {
		cli_to_front(argv, n);
		argc--, argv++;
	} else if (asks_help(n < argc ? n + 1 : n, argv)) {
		emit_setup(NULL, NULL);
		r = help_entity(c, ent);
		goto out;
	} else if (n == argc || argv[n][0] == '-' || cli_is_filter(argv[n])) {
		cmd = find(verbs, list, ent->name);
		c->bare = n == argc;
	} else if ((cmd = find_any(argv[n], ent->name)) != NULL) {
		cli_to_front(argv, n);
		argc--, argv++;
	}
	if (!cmd) {
		err_set(&c->err, ERR_USAGE, "'%s' is no verb", argv[n]);
		suggest(c, verbs, argv[n], ent->name);
		err_suffix(
		    &c->err, "; crm-%s --help lists them", ent->name);
		goto out;
	}
	r = run(c, cmd, argc, argv);
out:
	schema_release(&s);
	return r;
}

static bool
is_entity(const char *name)
{
	struct schema s = { 0 };
	struct entity *ent;
	bool yes;

	entities_builtin(&s);
	ent = schema_entity(&s, span(name));
	yes = ent && ent->command && strcmp(ent->name, name) == 0;
	schema_release(&s);
	return yes;
}

/* A program on PATH that is there but cannot be run: is it this one? */
static bool
is_on_path(const char *prog)
{
	const char *path = getenv("PATH");
	struct span rest = span(path ? path : "");
	bool found = false;

	while (rest.n && !found) {
		struct span dir = span_cut(&rest, ':');
		struct buf file = { 0 };

		buf_addf(&file, "%.*s/%s", SPANF(dir), prog);
		found = access(file.p, F_OK) == 0;
		buf_release(&file);
	}
	return found;
}

static int
no_command(struct call *c, const char *name)
{
	err_set(&c->err, ERR_USAGE, "'%s' is no command", name);
	suggest(c, commands, name, NULL);
	return err_suffix(&c->err, "; crm --help lists them");
}

/*
 * "crm foo" runs crm-foo from PATH, so people can add their own. A link to
 * crm of such a name runs nothing: it would be itself, for ever.
 */
static int
run_external(struct call *c, const char *name, char **argv)
{
	struct buf prog = { 0 };

	buf_addf(&prog, "crm-%s", name);
	if (!c->linked && path_is_safe(name) && !strchr(name, '/')) {
		argv[0] = prog.p;
		if (c->dir)
			setenv("CRM_DIR", c->dir, 1);
		execvp(prog.p, argv);
		if (errno == EACCES && is_on_path(prog.p))
			err_errno(&c->err, "%s", prog.p);
	}
	buf_release(&prog);
	return c->err.code ? -1 : no_command(c, name);
}

static int
dispatch(struct call *c, const char *name, int argc, char **argv)
{
	const struct command *cmd = find(commands, name, NULL);

	if (cmd)
		return run(c, cmd, argc - 1, argv + 1);
	if (is_entity(name)) {
		static char prog[64];

		snprintf(prog, sizeof prog, "crm-%s", name);
		c->prog = prog;
		return run_entity(c, name, argc - 1, argv + 1);
	}
	return run_external(c, name, argv);
}

/* "crm -C DIR log": git's habit; the store may be named before the command. */
static void
leading_dir(struct call *c, int *argc, char **argv)
{
	while (*argc > 2 &&
	    (strcmp(argv[1], "-C") == 0 || strcmp(argv[1], "--dir") == 0)) {
		c->dir = argv[2];
		memmove(argv + 1, argv + 3,
		    (size_t)(*argc - 2) * sizeof *argv);
		*argc -= 2;
	}
}

static int
start(struct call *c, int argc, char **argv)
{
	const char *base = strrchr(argv[0], '/');
	int n;

	base = base ? base + 1 : argv[0];
	c->prog = "crm";
	leading_dir(c, &argc, argv);
	n = strcmp(base, "crm") == 0 ? cli_leading(argc - 1, argv + 1) : 0;
	if (n > 0 && n < argc - 1)
		cli_to_front(argv + 1, n);
	if (argc > 1 && strcmp(argv[1], "--version") == 0) {
		emit_setup(NULL, NULL);
		return emit_text(span("crm " VERSION "\n"), &c->err);
	}
	c->linked = strncmp(base, "crm-", 4) == 0;
	if (c->linked)
		return dispatch(c, base + 4, argc, argv);
	if (argc < 2 || strcmp(argv[1], "--help") == 0 ||
	    strcmp(argv[1], "-h") == 0) {
		emit_setup(NULL, NULL);
		return help_crm(c);
	}
	if (strcmp(argv[1], "help") == 0 && argc > 2) {
		static char help[] = "--help";
		char *words[] = { argv[2], help, NULL };

		return dispatch(c, argv[2], 2, words);
	}
	return dispatch(c, argv[1], argc - 1, argv + 1);
}

/*
 * A standard stream that is closed leaves its number to the next file that is
 * opened, which would be the store's. What stands in does not work, either.
 */
static void
guard_streams(void)
{
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			(void)open("/dev/null", fd ? O_RDONLY : O_WRONLY);
}

/* A status of failure says that nothing was changed. */
static int
status_of(const struct call *c, const struct err *e)
{
	if (!e->code)
		return ERR_NO;
	if (!c->committed || e->code == ERR_REJECTS ||
	    e->code == ERR_UNSURE)
		return (int)e->code;
	return ERR_UNSURE;
}

static void
say_error(const struct call *c, const struct err *e)
{
	if (!e->msg || !*e->msg)
		return;
	if (status_of(c, e) != (int)e->code)
		cli_say(c, "committed, but %s", e->msg);
	else
		say(c->prog, e->msg);
}

/* What the session had to say, behind the output. */
static void
say_lines(const struct call *c, struct span lines)
{
	while (lines.n) {
		struct span line = span_cut(&lines, '\n');

		cli_say(c, "%.*s", SPANF(line));
	}
}

int
cli_main(int argc, char **argv)
{
	struct call *c = &cli_call;
	struct buf notes = { 0 };
	struct err late = { 0 };
	int status, r;

	guard_streams();
	umask(umask(0) | 077);
	r = start(c, argc, argv);
	if (c->opened) {
		notes = c->s.notes;
		memset(&c->s.notes, 0, sizeof c->s.notes);
		c->committed = c->s.committed;
		session_close(&c->s);
	}
	targets_release(&c->about);
	status = r == 0 ? 0 : status_of(c, &c->err);
	if (emit_finish(&late) && status == 0)
		status = status_of(c, &late);
	say_lines(c, buf_span(&notes));
	buf_release(&notes);
	say_error(c, &c->err);
	say_error(c, &late);
	err_release(&c->err);
	err_release(&late);
	return status;
}
