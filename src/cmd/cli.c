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
#include "cmd/help.h"
#include "crm/entities.h"

#define VERSION "0.1"

/* --- common options ------------------------------------------------------ */

/* Their values land in one call; there is one in a process. */
static struct call call;

static const struct opt opts_all[] = {
	{ "dir", 'C', OPT_STR, "DIR", "use the store at DIR", &call.dir },
	{ "now", 0, OPT_STR, "TIME", "pretend that it is TIME", &call.now },
	{ "color", 0, OPT_STR, "WHEN", "always, never or auto", &call.color },
	{ "no-pager", 0, OPT_FLAG, NULL, "no pager", &call.no_pager },
	{ "help", 'h', OPT_FLAG, NULL, "show this help", &call.help },
	{ 0 },
};

static const struct opt opts_read[] = {
	{ "as-of", 0, OPT_STR, "DATE|REV",
	    "read the store as it was then", &call.as_of },
	{ 0 },
};

static const struct opt opts_output[] = {
	{ "output", 'o', OPT_STR, "FORMAT",
	    "table, csv, tsv, json, ndjson, ids, count, md", &call.format },
	{ "columns", 'c', OPT_STR, "LIST", "columns, separated by commas",
	    &call.columns },
	{ "sort", 's', OPT_STR, "LIST", "sort by these; amount- descends",
	    &call.sort },
	{ "limit", 0, OPT_INT, "N", "at most N", &call.limit },
	{ "fail-empty", 'e', OPT_FLAG, NULL, "exit with 1 where there is none",
	    &call.fail_empty },
	{ "porcelain", 0, OPT_FLAG, NULL,
	    "a format that never changes for scripts", &call.porcelain },
	{ 0 },
};

static const struct opt opts_write[] = {
	{ "dry-run", 'n', OPT_FLAG, NULL,
	    "show the cells that would change, change nothing",
	    &call.dry_run },
	{ "force", 0, OPT_FLAG, NULL, "do it in spite of a warning",
	    &call.force },
	{ "wait", 0, OPT_INT, "SECONDS", "wait for the lock this long",
	    &call.wait },
	{ "no-hooks", 0, OPT_FLAG, NULL, "run no hooks", &call.no_hooks },
	{ "fail-empty", 'e', OPT_FLAG, NULL, "exit with 1 where no record fits",
	    &call.fail_empty },
	{ "output", 'o', OPT_STR, "FORMAT", "format of what is printed",
	    &call.format },
	{ 0 },
};

static const struct opt opts_ids[] = {
	{ "id", 0, OPT_FLAG, NULL, "take full ids only, no names",
	    &call.ids_only },
	{ 0 },
};

static size_t
option_tables(const struct command *cmd, const struct opt **table)
{
	size_t n = 0;

	if (cmd->opts)
		table[n++] = cmd->opts;
	if (cmd->flags & CMD_READS) {
		table[n++] = opts_read;
		table[n++] = opts_output;
	}
	if (cmd->flags & CMD_WRITES)
		table[n++] = opts_write;
	table[n++] = opts_ids;
	table[n++] = opts_all;
	return n;
}

static int
check_common(struct call *c)
{
	static const char *const when[] = { "always", "never", "auto" };

	for (size_t i = 0; c->color; i++) {
		if (i == sizeof when / sizeof *when)
			return err_set(&c->err, ERR_USAGE,
			    "--color is always, never or auto, not '%s'",
			    c->color);
		if (strcmp(c->color, when[i]) == 0)
			break;
	}
	return 0;
}

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

/*
 * Who writes, where the person's crmrc says it: as git is told, which still
 * comes first.
 */
static void
set_identity(const struct rc *rc)
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
			set_identity(&c->s.rc);
		if (c->opened && c->wait)
			c->s.wait_ms = (int)c->wait * 1000;
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
	const struct opt *table[8];
	int r = -1;

	snprintf(prog, sizeof prog, "%s %s", c->ent ? c->prog : "crm",
	    cmd->name);
	c->prog = prog;
	c->cmd = cmd;
	if (opt_parse(table, option_tables(cmd, table), &argc, argv, &c->err))
		goto out;
	c->argc = argc;
	c->argv = argv;
	if (c->now)
		setenv("CRM_NOW", c->now, 1);
	if (c->no_pager)
		setenv("CRM_PAGER", "", 1);
	if (check_common(c) || clock_init(&c->err))
		goto out;
	if (c->help) {
		emit_setup(NULL, c->color);
		r = help_command(c, cmd, table, option_tables(cmd, table));
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

/* The verb that argv[0] names; a bare call, or a filter, is a list. */
static int
run_entity(struct call *c, const char *name, int argc, char **argv)
{
	static char list[] = "list";
	const struct command *cmd = NULL;
	struct schema s = { 0 };
	struct entity *ent;
	int r = -1;

	entities_builtin(&s);
	ent = schema_entity(&s, span(name));
	c->ent = ent;
	if (argc > 0 &&
	    (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0 ||
		strcmp(argv[0], "help") == 0)) {
		emit_setup(NULL, NULL);
		r = help_entity(c, ent);
		goto out;
	}
	if (argc > 0)
		cmd = find(verbs, argv[0], ent->name);
	if (cmd)
		argc--, argv++;
	else if (argc == 0 || strpbrk(argv[0], ":~") ||
	    strchr("+-@(", argv[0][0]))
		cmd = find(verbs, list, ent->name);
	if (!cmd) {
		err_set(&c->err, ERR_USAGE,
		    "'%s' is no verb; crm-%s --help lists them", argv[0],
		    ent->name);
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

/* "crm foo" runs crm-foo from PATH, so people can add their own. */
static int
run_external(struct call *c, const char *name, char **argv)
{
	struct buf prog = { 0 };
	const char *best = NULL;
	int least = 3;

	buf_addf(&prog, "crm-%s", name);
	argv[0] = prog.p;
	if (path_is_safe(name) && !strchr(name, '/'))
		execvp(prog.p, argv);
	for (const struct command *k = commands; k->name; k++) {
		int d = span_distance(span(k->name), span(name), 3);

		if (d < least && !(k->flags & CMD_HIDDEN)) {
			least = d;
			best = k->name;
		}
	}
	buf_release(&prog);
	err_set(&c->err, ERR_USAGE, "'%s' is no command", name);
	if (best)
		err_suffix(&c->err, "; did you mean '%s'?", best);
	return err_suffix(&c->err, "; crm --help lists them");
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

	base = base ? base + 1 : argv[0];
	c->prog = "crm";
	leading_dir(c, &argc, argv);
	if (argc > 1 && strcmp(argv[1], "--version") == 0) {
		emit_setup(NULL, NULL);
		return emit_text(span("crm " VERSION "\n"), &c->err);
	}
	if (strncmp(base, "crm-", 4) == 0)
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

int
cli_main(int argc, char **argv)
{
	struct err late = { 0 };
	int status, r;

	guard_streams();
	umask(umask(0) | 077);
	r = start(&call, argc, argv);
	if (call.opened) {
		struct span notes = buf_span(&call.s.notes);

		while (notes.n) {
			struct span line = span_cut(&notes, '\n');

			cli_say(&call, "%.*s", SPANF(line));
		}
		call.committed = call.s.committed;
		session_close(&call.s);
	}
	status = r == 0 ? 0 : status_of(&call, &call.err);
	if (emit_finish(&late) && status == 0)
		status = status_of(&call, &late);
	say_error(&call, &call.err);
	say_error(&call, &late);
	err_release(&call.err);
	err_release(&late);
	return status;
}
