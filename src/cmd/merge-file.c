/*
 * crm merge-file BASE OURS THEIRS PATH [MARKER-SIZE]: git's merge driver for
 * the tables of a store, as set up by crm init:
 *
 *	merge.crm.driver = crm merge-file %O %A %B %P %L
 *
 * crm merge-finish: what the post-merge hook runs.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cli.h"
#include "cmd/verbs.h"
#include "crm/history/conflict.h"

/* More than this in one file is told by its number only. */
enum { TOLD = 10 };

static void
tell(const struct call *c, const struct merge_files *m)
{
	for (size_t i = 0; i < m->found.n && i < TOLD; i++) {
		const struct conflict *k = &m->found.row[i];

		cli_say(c, "%s: %.*s %.*s: '%.*s' stands, not '%.*s'", m->path,
		    SPANF(k->id), SPANF(k->column), SPANF(k->ours),
		    SPANF(k->theirs));
	}
	if (m->found.n > TOLD)
		cli_say(c, "%s: and %zu more", m->path, m->found.n - TOLD);
	if (m->found.n)
		cli_say(c, "'crm conflict list' shows them all");
}

/* CSV that is no table of ours (a document) is text to git. */
static int
merge_text(struct call *c, const struct merge_files *m)
{
	const char *argv[] = { "git", "merge-file", "-q", "-L", "ours", "-L",
		"base", "-L", "theirs", m->ours, m->base, m->theirs, NULL };

	execvp(argv[0], (char *const *)argv);
	return err_errno(&c->err, "git merge-file");
}

int
cmd_merge_file(struct call *c)
{
	struct merge_files m = { .root = "." };
	int64_t marker = 7;
	int r;

	if (c->argc < 4 || c->argc > 5 ||
	    (c->argc == 5 && !span_int(span(c->argv[4]), &marker)))
		return err_set(&c->err, ERR_USAGE,
		    "expected BASE OURS THEIRS PATH [MARKER-SIZE]");
	m.base = c->argv[0];
	m.ours = c->argv[1];
	m.theirs = c->argv[2];
	m.path = c->argv[3];
	/* git asks for longer markers where it merges merge bases */
	m.inner = marker > 7;
	r = merge_files(&m, &c->err);
	if (r == 1) {
		r = merge_text(c, &m);
	} else if (r == 0 && !m.inner) {
		tell(c, &m);
	} else if (r < 0 && c->err.code == ERR_DATA) {
		err_suffix(&c->err,
		    "; %s is left as it was here: repair it, then git add it",
		    m.path);
		/* to git, 1 is a conflict, and more a failure of the driver */
		c->err.code = ERR_NO;
	}
	conflicts_release(&m.found);
	return r;
}

int
cmd_merge_finish(struct call *c)
{
	struct changes *ch = NULL;
	const char *dir = c->dir;
	size_t moved, twice;
	int r = 0;

	/* git runs hooks at the top of the clone, whatever CRM_DIR says */
	if (!dir && access("crmrc", F_OK) == 0)
		dir = ".";
	if (session_open_write(&c->s, dir, &c->err))
		return -1;
	c->opened = true;
	if (merge_moved(c->s.root, &moved, &c->err))
		return -1;
	if (moved)
		cli_say(c, "%zu calendar file%s settled, which one side had "
			   "removed or moved and the other changed", moved,
		    moved == 1 ? "" : "s");
	if (merge_twice(&c->s, &twice, &c->err)) {
		/* in the middle of a rebase: it is settled at its end */
		if (c->err.code != ERR_BUSY)
			return -1;
		err_release(&c->err);
	} else if (twice) {
		cli_say(c, "%zu activit%s, which each side gave to somebody "
			   "else: 'crm conflict list' shows to whom", twice,
		    twice == 1 ? "y" : "ies");
	}
	if (!conflicts_spooled(&c->s))
		return 0;
	/* collects, as every command that writes */
	if (changes_open(&ch, &c->s, false, &c->err))
		r = -1;
	changes_close(ch);
	/* in the middle of a rebase: the next command that writes does it */
	if (r && c->err.code == ERR_BUSY) {
		err_release(&c->err);
		r = 0;
	}
	return r;
}
