/* The options that commands share, and words that were meant as options. */
#include <stdlib.h>
#include <string.h>

#include "cmd/cli_impl.h"

/* Seconds that --wait takes at most, as core.lock-wait. */
#define WAIT_MAX 3600

struct call cli_call = { .limit = -1, .wait = -1 };

static const struct opt opts_all[] = {
	{ "dir", 'C', OPT_STR, "DIR", "use the store at DIR", &cli_call.dir },
	{ "now", 0, OPT_STR, "TIME", "pretend that it is TIME",
	    &cli_call.now },
	{ "color", 0, OPT_STR, "WHEN", "always, never or auto",
	    &cli_call.color },
	{ "no-pager", 0, OPT_FLAG, NULL, "no pager", &cli_call.no_pager },
	{ "help", 'h', OPT_FLAG, NULL, "show this help", &cli_call.help },
	{ 0 },
};

static const struct opt opts_read[] = {
	{ "as-of", 0, OPT_STR, "DATE|REV",
	    "read the store as it was then", &cli_call.as_of },
	{ 0 },
};

static const struct opt opts_output[] = {
	{ "output", 'o', OPT_STR, "FORMAT",
	    "table, csv, tsv, json, ndjson, ids, count, md",
	    &cli_call.format },
	{ "fail-empty", 'e', OPT_FLAG, NULL, "exit with 1 where there is none",
	    &cli_call.fail_empty },
	{ "porcelain", 0, OPT_FLAG, NULL,
	    "a format that never changes for scripts", &cli_call.porcelain },
	{ 0 },
};

static const struct opt opts_rows[] = {
	{ "columns", 'c', OPT_STR, "LIST", "columns, separated by commas",
	    &cli_call.columns },
	{ "sort", 's', OPT_STR, "LIST", "sort by these; amount- descends",
	    &cli_call.sort },
	{ "limit", 0, OPT_INT, "N", "at most N", &cli_call.limit },
	{ 0 },
};

static const struct opt opts_write[] = {
	{ "dry-run", 'n', OPT_FLAG, NULL,
	    "show the cells that would change, change nothing",
	    &cli_call.dry_run },
	{ "force", 0, OPT_FLAG, NULL, "do it in spite of a warning",
	    &cli_call.force },
	{ "wait", 0, OPT_INT, "SECONDS", "wait for the lock this long",
	    &cli_call.wait },
	{ "no-hooks", 0, OPT_FLAG, NULL, "run no hooks", &cli_call.no_hooks },
	{ 0 },
};

/* What opts_output has for those who only write. */
static const struct opt opts_written[] = {
	{ "fail-empty", 'e', OPT_FLAG, NULL, "exit with 1 where no record fits",
	    &cli_call.fail_empty },
	{ "output", 'o', OPT_STR, "FORMAT", "format of what is printed",
	    &cli_call.format },
	{ 0 },
};

static const struct opt opts_ids[] = {
	{ "id", 0, OPT_FLAG, NULL, "take full ids only, no names",
	    &cli_call.ids_only },
	{ 0 },
};

size_t
cli_options(const struct command *cmd, const struct opt **table)
{
	size_t n = 0;

	for (const struct opt *o = cmd->opts; o; o = o->dest) {
		table[n++] = o;
		while (o->name)
			o++;
	}
	if (cmd->flags & CMD_READS)
		table[n++] = opts_read;
	if (cmd->flags & CMD_READS && !(cmd->flags & CMD_VALUE))
		table[n++] = opts_output;
	if (cmd->flags & CMD_READS && !(cmd->flags & (CMD_VALUE | CMD_FIXED)))
		table[n++] = opts_rows;
	if (cmd->flags & CMD_WRITES)
		table[n++] = opts_write;
	if (cmd->flags & CMD_WRITES && !(cmd->flags & CMD_READS))
		table[n++] = opts_written;
	table[n++] = opts_ids;
	table[n++] = opts_all;
	return n;
}

/* The option of any command that a word in front of the command is. */
static const struct opt *
any_option(const char *word)
{
	static const struct opt *const common[] = { opts_all, opts_read,
		opts_output, opts_rows, opts_write, opts_ids };
	const struct command *const table[] = { verbs, commands };
	const struct opt *o = opt_named(
	    common, sizeof common / sizeof *common, word);

	for (size_t t = 0; !o && t < 2; t++)
		for (const struct command *k = table[t]; !o && k->name; k++)
			if (k->opts)
				o = opt_named(&k->opts, 1, word);
	return o;
}

int
cli_leading(int argc, char **argv)
{
	int n = 0;

	while (n < argc) {
		const struct opt *o = any_option(argv[n]);

		if (!o)
			break;
		n += o->kind == OPT_FLAG || strchr(argv[n], '=') ? 1 : 2;
	}
	return n < argc ? n : argc;
}

void
cli_to_front(char **argv, int n)
{
	char *word = argv[n];

	memmove(argv + 1, argv, (size_t)n * sizeof *argv);
	argv[0] = word;
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
	if (c->limit == 0)
		return err_set(&c->err, ERR_USAGE,
		    "--limit is 1 or more; -o count prints no rows");
	if (c->wait > WAIT_MAX)
		return err_set(&c->err, ERR_USAGE,
		    "--wait is 0 to %d seconds", WAIT_MAX);
	c->limit = c->limit < 0 ? 0 : c->limit;
	return 0;
}

/* -cname, -sclose-,name: the option and its value, not a negated tag. */
static int
check_glued(struct call *c, int n)
{
	for (int i = 0; c->ent && i < n; i++) {
		const char *w = c->argv[i];
		struct span name;

		if (w[0] != '-' || (w[1] != 'c' && w[1] != 's'))
			continue;
		name = span_n(w + 2, strcspn(w + 2, ",.+-"));
		if (strchr(w, ',') || entity_field(c->ent, name))
			return err_set(&c->err, ERR_USAGE,
			    "%s: an option's value is a word of its own: "
			    "-%c %s; a tag so called goes behind --",
			    w, w[1], w + 2);
	}
	return 0;
}

int
cli_parse(struct call *c, const struct command *cmd, int argc, char **argv)
{
	const struct opt *table[CLI_TABLES];
	size_t n = cli_options(cmd, table);
	int plain;

	if (opt_parse(table, n, &argc, argv,
		cmd->flags & CMD_HIDDEN ? NULL : &plain, &c->err))
		return -1;
	c->argc = argc;
	c->argv = argv;
	c->nplain = cmd->flags & CMD_HIDDEN ? argc : plain;
	if (argc && cmd->args && !*cmd->args && !(cmd->flags & CMD_HIDDEN))
		return err_set(&c->err, ERR_USAGE,
		    "'%s': it takes no words; --help lists its options",
		    argv[0]);
	if (cmd->flags & CMD_READS && check_glued(c, c->nplain))
		return -1;
	return check_common(c);
}
