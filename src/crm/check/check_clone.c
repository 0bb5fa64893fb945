/*
 * What is open in the store, and whether git is set up here as a store needs
 * it: a clone made by plain "git clone" is not.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "crm/check/check_impl.h"
#include "crm/history/conflict.h"
#include "crm/report/report.h"
#include "crm/report/report_impl.h"
#include "store/rc.h"

static int
check_conflicts(struct check *c, struct err *e)
{
	struct conflicts open = { 0 };
	struct err bad = { 0 };
	int r = 0;

	if (conflicts_open(c->s, &open, &bad))
		r = check_pass_on(c, CONFLICT_PATH, &bad, e);
	else if (open.n)
		r = check_say(c, CONFLICT_PATH, 0, CHECK_NOTE, e,
		    "%zu open; 'crm conflict list' shows them", open.n);
	if (r == 0 && conflicts_spooled(c->s))
		r = check_say(c, CONFLICT_PATH, 0, CHECK_NOTE, e,
		    "a merge left conflicts that are not in it yet; 'crm "
		    "merge-finish' enters them");
	conflicts_release(&open);
	return r;
}

/* One that is broken is found before anybody asks for it. */
static int
check_reports(struct check *c, struct err *e)
{
	char **name, **title;
	struct err bad = { 0 };
	size_t n;
	int r = 0;

	if (report_names(c->s, &name, &title, &n, &bad))
		return check_pass_on(c, "crmrc", &bad, e);
	for (size_t i = 0; r == 0 && i < n; i++) {
		struct report_def d;

		if (report_def_load(&d, c->s, name[i], &bad))
			r = check_pass_on(c, "crmrc", &bad, e);
		else
			report_def_release(&d);
	}
	report_names_free(name, title, n);
	return r;
}

/* --- git ----------------------------------------------------------------- */

static bool
has_driver(struct span text, const char *pattern)
{
	while (text.n) {
		struct span line = span_trim(span_cut(&text, '\n'));

		if (span_starts(line, span(pattern)) &&
		    memmem(line.p, line.n, "merge=crm", 9))
			return true;
	}
	return false;
}

static int
check_attributes(struct check *c, struct err *e)
{
	static const struct {
		const char *pattern, *what;
	} want[] = { { "*.csv ", "tables" }, { "*.ics ", "calendars" },
		{ "*.ics.gz ", "calendars" } };
	struct buf text = { 0 };
	int r = session_read(c->s, ".gitattributes", &text, e);

	if (r >= 0)
		r = 0;
	for (size_t i = 0; r == 0 && i < sizeof want / sizeof *want; i++)
		if (!has_driver(buf_span(&text), want[i].pattern))
			r = check_say(c, ".gitattributes", 0, CHECK_ERROR, e,
			    "has no line '%smerge=crm': git would merge %s as "
			    "text; add it and commit", want[i].pattern,
			    want[i].what);
	buf_release(&text);
	return r;
}

/* The next command to change a table commits it; nobody changes these. */
static int
check_uncommitted(struct check *c, const char *path, struct err *e)
{
	struct buf work = { 0 }, head = { 0 };
	struct err bad = { 0 };
	struct repo *repo;
	int here, there, r = 0;

	here = session_read(c->s, path, &work, &bad);
	if (here < 0 || session_repo(c->s, &repo, &bad)) {
		r = check_pass_on(c, path, &bad, e);
		goto out;
	}
	there = repo_read(repo, &c->s->base, path, &head, &bad);
	if (there >= 0 &&
	    (here != there || !span_eq(buf_span(&work), buf_span(&head))))
		r = check_say(c, path, 0, CHECK_NOTE, e,
		    "not committed yet: other clones and reports of an "
		    "earlier day do not see it; 'crm commit %s' does it",
		    path);
out:
	err_release(&bad);
	buf_release(&work);
	buf_release(&head);
	return r;
}

static int
check_uncommitted_in(
    struct check *c, struct view *v, const char *dir, struct err *e)
{
	struct err bad = { 0 };
	char **path = NULL;
	size_t *size = NULL, n = 0;
	int r = 0;

	if (view_list(v, dir, "", &path, &size, &n, &bad))
		return check_pass_on(c, dir, &bad, e);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = check_uncommitted(c, path[i], e);
	view_list_free(path, size, n);
	return r;
}

/* What documents are made of: clones that lack it make other ones. */
static int
check_templates(struct check *c, struct err *e)
{
	const char *logo = rc_get(&c->s->rc, "company.logo");

	return check_uncommitted_in(c, c->s->view, "templates", e) ||
		(logo && path_is_safe(logo) && check_uncommitted(c, logo, e))
	    ? -1
	    : 0;
}

static int
check_settings(struct check *c, struct err *e)
{
	const struct schema *s = &c->s->schema;
	char path[3][PATH_CAP];
	int r = 0;

	if (!c->s->base.hex[0])
		return 0;
	r = check_uncommitted(c, "crmrc", e);
	for (size_t i = 0; r == 0 && i < s->n; i++) {
		if (strncmp(s->entity[i]->path, "config/", 7) != 0)
			continue;
		entity_paths(s->entity[i], 0, path);
		r = check_uncommitted(c, path[0], e);
	}
	return r ? r : check_templates(c, e);
}

static const struct {
	const char *key, *value; /* the beginning of it */
	const char *why;
} settings[] = {
	{ "merge.crm.driver", "crm merge-file", "git merges tables as text" },
	{ "core.fsync", "all", "a power cut can take a commit of git's own" },
	{ "core.splitindex", "false", "a split index cannot be read" },
};

static int
check_config(struct check *c, struct err *e)
{
	struct buf text = { 0 };
	struct rc rc = { 0 };
	struct err bad = { 0 };
	int r = 0;

	if (file_read(c->s->dirfd, ".git/config", 0, &text, NULL, &bad) ||
	    rc_read(&rc, ".git/config", buf_span(&text), &bad)) {
		r = check_say(c, ".git/config", 0, CHECK_NOTE, e,
		    "not understood, and not checked: %s",
		    bad.msg ? bad.msg : "");
		goto out;
	}
	for (size_t i = 0; r == 0 && i < sizeof settings / sizeof *settings;
	     i++) {
		const char *v = rc_get(&rc, settings[i].key);

		if (!v || !span_starts(span(v), span(settings[i].value)))
			r = check_say(c, ".git/config", 0, CHECK_ERROR, e,
			    "%s is not set (%s); 'crm init' sets it",
			    settings[i].key, settings[i].why);
	}
out:
	err_release(&bad);
	rc_release(&rc);
	buf_release(&text);
	return r;
}

static int
check_hook(struct check *c, struct err *e)
{
	static const char path[] = ".git/hooks/post-merge";
	struct buf text = { 0 };
	int r = 0;

	if (file_read(c->s->dirfd, path, 1 << 20, &text, NULL, NULL) ||
	    !memmem(text.p, text.n, "crm merge-", 10))
		r = check_say(c, path, 0, CHECK_NOTE, e,
		    "does not run 'crm merge-finish': conflicts of a merge "
		    "are entered by the next command that writes; 'crm init' "
		    "installs it where there is none");
	buf_release(&text);
	return r;
}

static int
check_journal(struct check *c, struct err *e)
{
	struct stat st;

	if (fstatat(c->s->dirfd, ".git/crm/txn", &st, AT_SYMLINK_NOFOLLOW))
		return 0;
	return check_say(c, ".git/crm/txn", 0, CHECK_NOTE, e,
	    "a command was interrupted; the next one that writes repairs it");
}

/* --- links --------------------------------------------------------------- */

/* Paths below the store are opened without following any. */
static int
find_links(struct check *c, const char *dir, int depth, struct err *e)
{
	int fd =
	    file_open(c->s->dirfd, *dir ? dir : ".", O_RDONLY | O_DIRECTORY, 0);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *x;
	int r = 0;

	if (!d && fd >= 0)
		close(fd);
	while (d && r == 0 && (x = readdir(d))) {
		char *path;

		if (x->d_name[0] == '.' || depth > 16)
			continue;
		path = xasprintf("%s%s%s", dir, *dir ? "/" : "", x->d_name);
		if (x->d_type == DT_LNK)
			r = check_say(c, path, 0, CHECK_ERROR, e,
			    "a symbolic link; a store has none, and it is not "
			    "followed");
		else if (x->d_type == DT_DIR)
			r = find_links(c, path, depth + 1, e);
		free(path);
	}
	if (d)
		closedir(d);
	return r;
}

int
check_clone(struct check *c, struct err *e)
{
	if (check_conflicts(c, e) || check_reports(c, e) ||
	    check_attributes(c, e))
		return -1;
	/* a commit has no clone around it */
	if (c->s->as_of)
		return 0;
	return check_settings(c, e) || check_config(c, e) || check_hook(c, e) || check_journal(c, e) ||
		       find_links(c, "", 0, e)
		   ? -1
		   : 0;
}
