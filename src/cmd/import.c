/* import: records from a foreign CSV file, as one commit. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "cmd/cli.h"
#include "cmd/verbs.h"
#include "crm/import/import.h"

static struct opt_list map, value, set;
static const char *source, *key, *create, *charset, *delim, *decimal, *dates,
    *header;
static bool atomic, again, gates, lazy_quotes;

const struct opt opts_import[] = {
	{ "map", 0, OPT_LIST, "'THEIR NAME=FIELD'",
	    "which field a column is; 'THEIR NAME=' leaves it out", &map },
	{ "value", 0, OPT_LIST, "FIELD:THEIRS=OURS",
	    "what a value of theirs is called here", &value },
	{ "set", 0, OPT_LIST, "FIELD=VALUE", "a value that every row gets",
	    &set },
	{ "source", 0, OPT_STR, "SOURCE", "the same as --set source=SOURCE",
	    &source },
	{ "key", 0, OPT_STR, "FIELD[,FIELD]",
	    "rows with the key of a record update it", &key },
	{ "create-missing", 0, OPT_STR, "FIELD[,FIELD]",
	    "make the stages, choices and records that are not known",
	    &create },
	{ "charset", 0, OPT_STR, "NAME",
	    "what the file is in, where it is not UTF-8: CP1252, ...",
	    &charset },
	{ "delim", 0, OPT_STR, "SIGN", "what separates the cells: , ; | tab",
	    &delim },
	{ "decimal", 0, OPT_STR, "SIGN", "the decimal sign: . or ,", &decimal },
	{ "date-format", 0, OPT_STR, "ORDER", "dmy, mdy, ymd or excel",
	    &dates },
	{ "header", 0, OPT_STR, "NAME,NAME,...",
	    "names of the columns, where the file has no header", &header },
	{ "atomic", 0, OPT_FLAG, NULL, "all rows or none", &atomic },
	{ "again", 0, OPT_FLAG, NULL,
	    "add the rows of a file that was imported before", &again },
	{ "gates", 0, OPT_FLAG, NULL,
	    "hold the rows to gates, loss reasons and unique fields", &gates },
	{ "lazy-quotes", 0, OPT_FLAG, NULL,
	    "accept a quote inside a cell without quotes", &lazy_quotes },
	{ 0 },
};

static int
read_delim(struct call *c, char *out)
{
	static const struct {
		const char *name;
		char sign;
	} names[] = { { "tab", '\t' }, { "\\t", '\t' }, { "comma", ',' },
		{ "semicolon", ';' }, { "pipe", '|' }, { "bar", '|' } };

	*out = 0;
	if (!delim)
		return 0;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (!strcmp(delim, names[i].name))
			*out = names[i].sign;
	}
	if (delim[0] && !delim[1] && delim[0] != '"' && delim[0] != '\n' &&
	    delim[0] != '\r')
		*out = delim[0];
	return *out ? 0
		    : err_set(&c->err, ERR_USAGE,
			  "--delim '%s': one sign, or tab", delim);
}

static int
read_options(struct call *c, struct import_options *o, char **set_source)
{
	if (c->argc != 1)
		return err_set(&c->err, ERR_USAGE,
		    "import takes one file, or - for standard input");
	if (decimal && (decimal[0] == '\0' || decimal[1]))
		return err_set(
		    &c->err, ERR_USAGE, "--decimal '%s': . or ,", decimal);
	if (source) {
		*set_source = xasprintf("source=%s", source);
		GROW(set.v, set.n, set.cap);
		set.v[set.n++] = *set_source;
	}
	*o = (struct import_options){ .ent = c->ent,
		.file = c->argv[0],
		.map = map.v,
		.nmap = map.n,
		.value = value.v,
		.nvalue = value.n,
		.set = set.v,
		.nset = set.n,
		.key = key,
		.create = create,
		.charset = charset,
		.header = header,
		.decimal = decimal ? decimal[0] : '\0',
		.dates = dates,
		.atomic = atomic,
		.again = again,
		.gates = gates,
		.lazy_quotes = lazy_quotes };
	return read_delim(c, &o->delim);
}

/* --- talk ---------------------------------------------------------------- */

static void
show_progress(void *ctx, size_t rows, size_t bytes, size_t total)
{
	struct call *c = ctx;

	fprintf(stderr, "\r%s: %3zu%%", c->prog,
	    total ? bytes * 100 / total : 100);
	if (rows)
		fprintf(stderr, ", row %zu", rows);
	fflush(stderr);
}

static void
say_notes(struct call *c, const struct import_result *r)
{
	struct span rest = buf_span(&r->notes);

	while (rest.n) {
		struct span line = span_cut(&rest, '\n');

		cli_say(c, "%.*s", SPANF(line));
	}
}

/* Of what was done, not before it is; or would be. */
static void
say_result(struct call *c, const struct import_result *r)
{
	struct buf b = { 0 };

	buf_addf(&b,
	    "%zu %s: %zu %sadded, %zu changed, %zu the same, %zu rejected",
	    r->rows, plural(r->rows, "row", "rows"), r->added,
	    c->dry_run ? "would be " : "", r->changed, r->same, r->rejected);
	if (r->created)
		buf_addf(&b, "; %zu %s", r->created,
		    c->dry_run ? "that are missing would be made"
			       : "made that were missing");
	cli_say(c, "%s", b.p);
	buf_release(&b);
}

/* --- the commit ---------------------------------------------------------- */

/* Names of the options, for the commit's trailer; never values. */
static void
option_names(struct buf *b)
{
	for (const struct opt *o = opts_import; o->name; o++) {
		bool given = o->kind == OPT_FLAG ? *(const bool *)o->dest
			     : o->kind == OPT_LIST
				 ? ((const struct opt_list *)o->dest)->n > 0
				 : *(const char *const *)o->dest != NULL;

		if (given)
			buf_addf(b, "%s--%s", b->n ? " " : "", o->name);
	}
}

static int
commit(struct call *c, struct changes *ch, struct import_result *res)
{
	struct buf options = { 0 }, subject = { 0 };
	char *verb = xasprintf("%s import", c->ent->name);
	struct oid id;
	int r = -1;

	if (import_write_rejects(res, &c->err))
		goto out;
	option_names(&options);
	buf_addf(&subject, "%s: %zu added, %zu changed", verb, res->added,
	    res->changed);
	if (changes_commit(ch, verb, options.p ? options.p : "", subject.p,
		NULL, &id, &c->err)) {
		if (res->written && c->err.code != ERR_UNSURE)
			unlink(res->rejects);
		goto out;
	}
	say_result(c, res);
	r = c->format && !strcmp(c->format, "ids") ? cli_print_ids(c, ch) : 0;
	if (r == 0 && res->rejected)
		r = err_set(&c->err, ERR_REJECTS,
		    "%zu of %zu %s not taken; see %s for the reasons, correct "
		    "it and import that file",
		    res->rejected, res->rows,
		    plural(res->rows, "row was", "rows were"), res->rejects);
out:
	buf_release(&options);
	buf_release(&subject);
	free(verb);
	return r;
}

int
verb_import(struct call *c)
{
	struct import_options o;
	struct import_result res = { 0 };
	struct changes *ch = NULL;
	char *set_source = NULL;
	int r = -1;

	if (read_options(c, &o, &set_source) || cli_changes(c, &ch))
		goto out;
	if (isatty(STDERR_FILENO)) {
		o.progress = show_progress;
		o.progress_ctx = c;
	}
	r = import_run(ch, &o, &res, &c->err);
	if (o.progress)
		fputs("\r\033[K", stderr);
	if (r)
		goto out;
	say_notes(c, &res);
	if (c->dry_run)
		say_result(c, &res);
	if (!c->dry_run)
		r = commit(c, ch, &res);
	else if ((r = cli_commit(c, ch, "import")) == 0 && res.rejected)
		r = err_set(&c->err, ERR_REJECTS,
		    "%zu of %zu %s would not be taken", res.rejected,
		    res.rows, plural(res.rows, "row", "rows"));
out:
	import_result_release(&res);
	changes_close(ch);
	free(set_source);
	return r;
}
