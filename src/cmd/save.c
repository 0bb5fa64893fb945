/* crm commit: commits what was edited by hand, once it is found to be valid. */
#include <string.h>

#include "cmd/cli.h"
#include "cmd/verbs.h"
#include "crm/history/save.h"

static const char *subject;

const struct opt opts_save[] = {
	{ "message", 'm', OPT_STR, "TEXT", "the subject of the commit",
	    &subject },
	{ 0 },
};

static int
commit(struct call *c, struct changes *ch, size_t found)
{
	struct oid id;

	if (changes_commit(ch, "hand edit", NULL,
		subject ? subject : "hand edit", NULL, &id, &c->err))
		return -1;
	cli_say(c, "%zu %s %s", found, plural(found, "file", "files"),
	    c->dry_run ? "valid (dry run: nothing was written)" : "committed");
	return 0;
}

/* What other programs did to calendars was committed when we began. */
static bool
say_elsewhere(struct call *c)
{
	struct span rest = buf_span(&c->s.elsewhere);
	bool any = rest.n > 0;

	while (rest.n) {
		struct span line = span_cut(&rest, '\n');

		cli_say(c, "%.*s", SPANF(line));
	}
	return any;
}

int
cmd_save(struct call *c)
{
	struct changes *ch = NULL;
	size_t found = 0;
	bool elsewhere;
	int r = -1;

	/* what follows the first line would be read as trailers */
	if (subject && (!*subject || strpbrk(subject, "\n\r")))
		return err_set(
		    &c->err, ERR_USAGE, "--message is one line of text");
	if (cli_changes(c, &ch))
		goto out;
	elsewhere = say_elsewhere(c);
	if (save_edits(ch, c->argv, (size_t)c->argc, &found, &c->err))
		goto out;
	if (found) {
		r = commit(c, ch, found);
	} else if (elsewhere) {
		r = 0;
	} else {
		cli_say(c, "nothing was edited that is not committed");
		r = c->fail_empty ? 1 : 0;
	}
out:
	changes_close(ch);
	return r;
}
