#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "store/git/git.h"
#include "store/git/plumb.h"

static const char hook[] = "#!/bin/sh\n"
			   "# crm: commits the conflicts that a merge of "
			   "tables found; made by crm init\n"
			   "command -v crm >/dev/null 2>&1 || exit 0\n"
			   "exec crm merge-finish\n";

static const struct {
	const char *key, *value;
} settings[] = {
	/* as safe for the user's own commits as for ours */
	{ "core.fsync", "all" },
	/* libgit2 cannot read a split index */
	{ "core.splitIndex", "false" },
	{ "merge.crm.name", "crm records, cell by cell" },
	/* %L: merges of merge bases are told apart by their marker size */
	{ "merge.crm.driver", "crm merge-file %O %A %B %P %L" },
	/* small tables of alike rows are no renames of each other */
	{ "merge.renames", "false" },
};

/*
 * libgit2 renames by link and unlink and does not look at the latter's result;
 * a lock that is the file itself is what is left of that, or of a kill there.
 */
static int
drop_leftover(git_repository *git, const char *name, struct err *e)
{
	char *path = xasprintf("%s%s", git_repository_path(git), name);
	char *lock = xasprintf("%s.lock", path);
	struct stat a, b;
	int rc = 0;

	if (lstat(path, &a) == 0 && lstat(lock, &b) == 0 &&
	    a.st_ino == b.st_ino && unlink(lock) && unlink(lock))
		rc = err_errno(e, "%s", lock);
	free(path);
	free(lock);
	return rc;
}

static int
configure(git_repository *git, struct err *e)
{
	git_config *all = NULL, *local = NULL;
	size_t i;
	int rc;

	if (drop_leftover(git, "HEAD", e) || drop_leftover(git, "config", e))
		return -1;
	rc = git_repository_config(&all, git);
	if (!rc)
		rc = git_config_open_level(&local, all, GIT_CONFIG_LEVEL_LOCAL);
	for (i = 0; !rc && i < sizeof settings / sizeof *settings; i++) {
		git_config_entry *en = NULL;
		bool same =
		    git_config_get_entry(&en, local, settings[i].key) == 0 &&
		    !strcmp(en->value, settings[i].value);

		git_config_entry_free(en);
		if (!same)
			rc = git_config_set_string(
			    local, settings[i].key, settings[i].value);
	}
	git_config_free(local);
	git_config_free(all);
	if (rc)
		return lg_fail(e, rc, "cannot write .git/config");
	git_error_clear();
	return drop_leftover(git, "config", e);
}

/* Under another name first: half a hook would look like one of the user's. */
static int
put_hook(int fd, const char *path, struct err *e)
{
	char *tmp = xasprintf("%s.new", path);
	int rc = file_write(fd, tmp, span_n(hook, sizeof hook - 1), 0700,
	    sync_wanted(), e);

	if (!rc && renameat(fd, tmp, fd, path))
		rc = err_errno(e, "%s", path);
	free(tmp);
	return rc;
}

/* A hook of the user's own stays; crm check tells how to call ours in it. */
static int
install_hooks(const char *root, struct err *e)
{
	static const char *const path[] = { ".git/hooks/post-merge",
		".git/hooks/post-rewrite" };
	struct stat st;
	int rc = 0, fd;

	fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_errno(e, "%s", root);
	for (size_t i = 0; !rc && i < sizeof path / sizeof *path; i++)
		if (fstatat(fd, path[i], &st, AT_SYMLINK_NOFOLLOW))
			rc = put_hook(fd, path[i], e);
	close(fd);
	return rc;
}

static int
init(git_repository **git, const char *root, struct err *e)
{
	git_repository_init_options opt;
	git_config *c = NULL;
	git_buf name = GIT_BUF_INIT;
	int rc;

	git_repository_init_options_init(
	    &opt, GIT_REPOSITORY_INIT_OPTIONS_VERSION);
	opt.flags = GIT_REPOSITORY_INIT_MKDIR | GIT_REPOSITORY_INIT_NO_REINIT;
	opt.initial_head = "main";
	if (!git_config_open_default(&c) &&
	    !git_config_get_string_buf(&name, c, "init.defaultbranch") &&
	    name.size)
		opt.initial_head = name.ptr;
	rc = git_repository_init_ext(git, root, &opt);
	git_buf_dispose(&name);
	git_config_free(c);
	return rc ? lg_fail(e, rc, "%s: cannot make a repository", root) : 0;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type, (void)at;
	return remove(path);
}

static int
sync_all(const char *dir, struct err *e)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = 0;

	if (fd < 0 || (sync_wanted() && syncfs(fd)))
		rc = err_errno(e, "%s", dir);
	if (fd >= 0)
		close(fd);
	return rc;
}

/*
 * A new repository is made aside and gets its place when it is whole; what a
 * kill left of one is thrown away.
 */
static int
make_repository(const char *root, struct err *e)
{
	char *aside = xasprintf("%s/.crm-init", root);
	char *made = xasprintf("%s/.git", aside);
	char *final = xasprintf("%s/.git", root);
	git_repository *git = NULL;
	int rc = -1;

	(void)nftw(aside, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	if (init(&git, aside, e) || configure(git, e) ||
	    install_hooks(aside, e) || sync_all(aside, e))
		goto out;
	if (rename(made, final))
		err_errno(e, "%s", final);
	else
		rc = sync_all(root, e);
out:
	git_repository_free(git);
	(void)nftw(aside, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(aside);
	free(made);
	free(final);
	return rc;
}

int
repo_setup(const char *root, struct err *e)
{
	git_repository *git = NULL;
	mode_t mask = umask(077);
	int rc = -1, opened;

	/* umask 077: what is in here are people's data. */
	if (lg_start(e))
		goto out;
	opened = git_repository_open_ext(
	    &git, root, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL);
	if (opened == GIT_ENOTFOUND) {
		rc = make_repository(root, e);
		goto out;
	}
	if (opened) {
		struct repo *r = NULL;

		/* says why in our words */
		if (!repo_open(&r, root, e))
			err_set(e, ERR_IO, "%s: cannot open", root);
		repo_free(r);
		goto out;
	}
	if (configure(git, e) || install_hooks(root, e))
		goto out;
	rc = 0;
out:
	git_repository_free(git);
	umask(mask);
	return rc;
}
