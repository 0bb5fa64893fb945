/*
 * The filter language, from text to a match: of the rows of a small store
 * every one passes either a filter or its negation.
 */
#include <assert.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "crm/query/filter.h"
#include "crm/query/query.h"
#include "crm/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROWS = 3 };

static const char *const file[][2] = {
	{ "crmrc", "# crm store, format 1\n[core]\n\tcurrency = EUR\n"
		   "[view \"v\"]\n\tfilter = +OPEN or @w\n"
		   "[view \"w\"]\n\tfilter = (@v)\n" },
	{ "config/stages.csv", "pipeline,stage,label,state,probability\n"
			       ",new,,open,10\n,won,,won,100\n" },
	{ "config/users.csv", "id,login,name\nU2601-00000001,ana,Ana\n" },
	{ "accounts/2026/01.csv", "id,name\nA2601-00000001,Straße\n" },
	{ "opps/2026/01.csv",
	    "id,name,owner,account,stage,amount,currency,close,tags\n"
	    "O2601-00000001,One,U2601-00000001,,new,1,EUR,2026-11-21,vip\n"
	    "O2601-00000002,\"Z,  w\",,A2601-00000001,won,2.5,EUR,,\n"
	    "O2601-00000003,\u0130\ufb01,,,,,,,\n" },
};

static struct session session;
static char dir[] = "/tmp/crm-fuzz-XXXXXX";

static void
close_store(void)
{
	char command[64];

	session_close(&session);
	snprintf(command, sizeof command, "rm -rf %s", dir);
	if (system(command) != 0)
		abort();
}

static void
open_store(void)
{
	int fd;

	assert(mkdtemp(dir));
	setenv("CRM_NOW", "2026-11-21T12:00:00Z", 1);
	setenv("LOGNAME", "ana", 1);
	setenv("HOME", dir, 1);
	setenv("TZ", "UTC", 1);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("CRM_CONFIG");
	fd = open(dir, O_RDONLY | O_DIRECTORY);
	for (size_t i = 0; i < sizeof file / sizeof *file; i++)
		assert(file_write(fd, file[i][0], span(file[i][1]), 0600, false,
			   NULL) == 0);
	close(fd);
	assert(clock_init(NULL) == 0);
	assert(session_open(&session, dir, NULL, NULL) == 0);
	atexit(close_store);
}

static int
count(void *state, const struct row *r, struct err *e)
{
	(void)r;
	(void)e;
	++*(int *)state;
	return 0;
}

/* Rows that pass, -1 where the filter is refused, -2 where it cannot run. */
static int
passing(char *const *word, size_t n)
{
	struct query *q =
	    query_new(&session, schema_entity(&session.schema, span("opp")));
	struct err e = { 0 };
	int rows = 0;
	struct sink sink = { .row = count, .ctx = &rows };

	if (query_filter(q, word, n, &e) < 0) {
		assert(e.msg && (e.code == ERR_USAGE || e.code == ERR_NOENT ||
				    e.code == ERR_DATA));
		rows = -1;
	} else if (query_run(q, &sink, &e) < 0) {
		assert(e.msg && e.code == ERR_DATA);
		rows = -2;
	}
	err_release(&e);
	query_free(q);
	return rows;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char not_word[] = "not", open_word[] = "(", close_word[] = ")";
	char *text = xstrndup((const char *)data, size);
	char **word, **negated;
	int rows, others;
	size_t n;

	if (!session.root)
		open_store();
	if (filter_split(text, &word, &n, NULL) < 0) {
		free(text);
		return 0;
	}
	rows = passing(word, n);
	assert(rows <= ROWS);
	if (n > 0 && rows >= 0) {
		negated = xcalloc(n + 3, sizeof *negated);
		negated[0] = not_word;
		negated[1] = open_word;
		memcpy(negated + 2, word, n * sizeof *word);
		negated[n + 2] = close_word;
		others = passing(negated, n + 3);
		assert(others < 0 || rows + others == ROWS);
		free(negated);
	}
	free(word);
	free(text);
	return 0;
}
