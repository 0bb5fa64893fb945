/*
 * gitstore: a store in a folder of its own, and the git program to look at it,
 * for the unit tests of the git layer. Everything is removed at the end.
 */
#ifndef CRM_UNIT_GITSTORE_H
#define CRM_UNIT_GITSTORE_H

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/repo.h"
#include "store/txn.h"

struct gitstore {
	char path[64];
	int fd;
};

/* Runs a shell command in the store; its status. */
static inline int
sh(const struct gitstore *g, const char *cmd)
{
	char *all = xasprintf("cd %s && { %s; } >out 2>&1", g->path, cmd);
	int rc = system(all);

	free(all);
	return rc;
}

/* What a shell command in the store prints, without the last newline. */
static inline char *
says(const struct gitstore *g, const char *cmd)
{
	char *all = xasprintf("cd %s && { %s; } 2>&1", g->path, cmd);
	FILE *f = popen(all, "r");
	struct buf b = { 0 };
	int c;

	assert_non_null(f);
	while ((c = getc(f)) != EOF)
		buf_addc(&b, (char)c);
	pclose(f);
	free(all);
	while (b.n && b.p[b.n - 1] == '\n')
		buf_cut(&b, b.n - 1);
	return buf_detach(&b);
}

/* Fails unless cmd prints want. */
static inline void
expect(const struct gitstore *g, const char *cmd, const char *want)
{
	char *got = says(g, cmd);

	CHECK(!strcmp(got, want), "%s: '%s', not '%s'", cmd, got, want);
	free(got);
}

/* Fails with the message of e unless rc is 0. */
static inline void
okay(int rc, struct err *e)
{
	CHECK(rc == 0, "%d %s", rc, e->msg ? e->msg : "no message");
}

static inline int
gitstore_make(void **state)
{
	struct gitstore *g = xcalloc(1, sizeof *g);
	struct err e = { 0 };

	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	setenv("GIT_AUTHOR_NAME", "Ana", 1);
	setenv("GIT_AUTHOR_EMAIL", "ana@example.org", 1);
	setenv("GIT_COMMITTER_NAME", "Ana", 1);
	setenv("GIT_COMMITTER_EMAIL", "ana@example.org", 1);
	setenv("CRM_GC", "0", 1);
	unsetenv("CRM_NOW");
	unsetenv("GIT_CONFIG_GLOBAL");
	unsetenv("XDG_CONFIG_HOME");
	strcpy(g->path, "/tmp/crm-unit-XXXXXX");
	assert_non_null(mkdtemp(g->path));
	/* libgit2 does not know GIT_CONFIG_GLOBAL */
	setenv("HOME", g->path, 1);
	g->fd = open(g->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	okay(repo_setup(g->path, &e), &e);
	assert_int_equal(sh(g, "echo out >.git/info/exclude"), 0);
	*state = g;
	return 0;
}

static inline int
gitstore_remove(void **state)
{
	struct gitstore *g = *state;
	char *cmd = xasprintf("rm -rf %s", g->path);
	int rc = system(cmd);

	close(g->fd);
	free(cmd);
	free(g);
	return rc;
}

/* Puts content at path and commits, in one transaction. */
static inline int
commit_one(const struct gitstore *g, const char *path, const char *content,
    struct oid *id, struct err *e)
{
	struct buf b = { 0 };
	struct txn *t;
	int rc = txn_begin(&t, g->path, 10000, e);

	if (rc)
		return rc;
	buf_adds(&b, content);
	rc = txn_put(t, path, &b, e);
	if (!rc)
		rc = txn_commit(t, "test\n", id, e);
	buf_release(&b);
	txn_end(t);
	return rc;
}

#endif
