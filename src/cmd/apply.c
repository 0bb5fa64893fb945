/* apply -: rows that another program changed come back as differences. */
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cmd/cli.h"
#include "cmd/verbs.h"
#include "crm/change/apply.h"

/* Rows that a pipe may bring. */
#define STDIN_MAX ((size_t)2 << 30)

static bool ours, theirs;

const struct opt opts_apply[] = {
	{ "ours", 0, OPT_FLAG, NULL,
	    "where both sides changed a cell, keep the store's", &ours },
	{ "theirs", 0, OPT_FLAG, NULL,
	    "where both sides changed a cell, take the rows'", &theirs },
	{ 0 },
};

static void
say_notes(struct call *c, const struct apply_result *res)
{
	struct span rest = buf_span(&res->notes);

	while (rest.n) {
		struct span line = span_cut(&rest, '\n');

		cli_say(c, "%.*s", SPANF(line));
	}
	if (res->rounded)
		cli_say(c,
		    "%zu %s finer than %s and rounded; the first: %.*s",
		    res->rounded,
		    plural(res->rounded, "amount is", "amounts are"),
		    plural(res->rounded, "its currency", "their currencies"),
		    SPANF(res->first_rounded));
	if (res->without_base)
		cli_say(c, "%zu %s what is there", res->without_base,
		    plural(res->without_base,
			"row has no _base and overwrites",
			"rows have no _base and overwrite"));
}

int
verb_apply(struct call *c)
{
	struct apply_options o = { .ids_only = c->ids_only,
		.on_conflict = theirs ? APPLY_THEIRS
		    : ours	      ? APPLY_OURS
				      : APPLY_REFUSE,
		.how = c->force ? CHANGE_FORCE : 0 };
	struct apply_result res = { 0 };
	struct changes *ch = NULL;
	struct buf data = { 0 };
	int r = -1;

	if (ours && theirs)
		return err_set(
		    &c->err, ERR_USAGE, "--ours and --theirs: one of them");
	if (c->argc != 1 || strcmp(c->argv[0], "-") != 0)
		return err_set(&c->err, ERR_USAGE,
		    "rows come on stdin: crm-%s list ... -o csv | ... | "
		    "crm-%s apply -", c->ent->name, c->ent->name);
	if (file_slurp(STDIN_FILENO, "stdin", STDIN_MAX, &data, &c->err) ||
	    cli_changes(c, &ch))
		goto out;
	r = apply_rows(
	    ch, c->ent, buf_span(&data), &o, &res, &c->err);
	say_notes(c, &res);
	if (r == 0)
		r = cli_commit(c, ch, "apply");
out:
	apply_result_release(&res);
	changes_close(ch);
	buf_release(&data);
	return r;
}
