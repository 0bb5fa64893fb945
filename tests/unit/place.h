/*
 * place: a folder of our own, which is HOME and the current one, for tests that
 * need files. The clock is at 2026-11-21T12:00Z, the zone is UTC, the user is
 * ana, share is that of the source tree, where tests start, and nothing of the
 * machine's settings is seen. One at a time.
 */
#ifndef CRM_UNIT_PLACE_H
#define CRM_UNIT_PLACE_H

#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

static char *place_dir; /* its path, without links */

/* A file in it, with the folders it lies in. */
static void
put(const char *path, const char *text)
{
	int dirfd = open(place_dir, O_RDONLY | O_DIRECTORY);
	struct err e = { 0 };

	CHECK(file_write(dirfd, path, span(text), 0600, false, &e) == 0, "%s",
	    e.msg);
	close(dirfd);
}

/* Both as cmocka calls them, for a test or a group; else with NULL. */
static int
place_make(void **state)
{
	static const char *const env[][2] = {
		{ "CRM_NOW", "2026-11-21T12:00:00Z" },
		{ "TZ", "UTC" },
		{ "LOGNAME", "ana" },
		{ "GIT_CONFIG_NOSYSTEM", "1" },
		{ "GIT_AUTHOR_NAME", "Ana" },
		{ "GIT_AUTHOR_EMAIL", "ana@example.com" },
		{ "GIT_COMMITTER_NAME", "Ana" },
		{ "GIT_COMMITTER_EMAIL", "ana@example.com" },
	};
	static const char *const no[] = { "CRM_DIR", "CRM_CONFIG",
		"CRM_THREADS", "XDG_CONFIG_HOME", "XDG_DATA_HOME" };
	const char *tmp = getenv("TMPDIR");
	char *share = realpath("share", NULL);
	char *name = xasprintf("%s/crm-unit-XXXXXX", tmp ? tmp : "/tmp");

	(void)state;
	if (share)
		setenv("CRM_SHARE", share, 0);
	free(share);
	assert_non_null(mkdtemp(name));
	assert_int_equal(chdir(name), 0);
	free(name);
	place_dir = realpath(".", NULL);
	assert_non_null(place_dir);
	setenv("HOME", place_dir, 1);
	for (size_t i = 0; i < COUNT(env); i++)
		setenv(env[i][0], env[i][1], 1);
	for (size_t i = 0; i < COUNT(no); i++)
		unsetenv(no[i]);
	return 0;
}

static int
place_remove(void **state)
{
	char *command = xasprintf("rm -rf '%s'", place_dir);

	(void)state;
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(system(command), 0);
	free(command);
	free(place_dir);
	return 0;
}

#endif
