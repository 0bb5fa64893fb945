/*
 * qstore: a store of our own for tests of filters and queries. The clock is at
 * 2026-11-21, the user is ana, and the store's folder is the current one.
 */
#ifndef CRM_UNIT_QSTORE_H
#define CRM_UNIT_QSTORE_H

#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "crm/query/filter.h"
#include "crm/query/query.h"
#include "crm/session.h"

static char *qstore_dir;

static void
put(const char *path, const char *text)
{
	int dirfd = open(qstore_dir, O_RDONLY | O_DIRECTORY);
	struct err e = { 0 };

	CHECK(file_write(dirfd, path, span(text), 0600, false, &e) == 0, "%s",
	    e.msg);
	close(dirfd);
}

static void
qstore_setup(void)
{
	qstore_dir = xasprintf("%s/crm-query-XXXXXX",
	    getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	assert_non_null(mkdtemp(qstore_dir));
	assert_int_equal(chdir(qstore_dir), 0);
	setenv("HOME", qstore_dir, 1);
	setenv("CRM_NOW", "2026-11-21T12:00:00Z", 1);
	setenv("LOGNAME", "ana", 1);
	setenv("TZ", "UTC", 1);
	unsetenv("CRM_DIR");
	unsetenv("CRM_CONFIG");
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("CRM_THREADS");
}

static void
qstore_teardown(void)
{
	char *command = xasprintf("rm -rf '%s'", qstore_dir);

	assert_int_equal(chdir("/"), 0);
	assert_int_equal(system(command), 0);
	free(command);
	free(qstore_dir);
}

static void
qstore_open(struct session *s)
{
	struct err e = { 0 };

	CHECK(clock_init(&e) == 0, "%s", e.msg);
	CHECK(session_open(s, qstore_dir, NULL, &e) == 0, "%s", e.msg);
}

static inline struct query *
qstore_query(struct session *s, const char *entity)
{
	struct entity *ent = schema_entity(&s->schema, span(entity));

	assert_non_null(ent);
	return query_new(s, ent);
}

static inline struct path *
qstore_path(struct query *q, const char *text)
{
	struct path *p;
	struct err e = { 0 };

	CHECK(query_path(q, span(text), false, &p, &e) == 0, "%s", e.msg);
	return p;
}

#endif
