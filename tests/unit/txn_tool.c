/*
 * txn_tool: a transaction from the shell, for tests of the commit protocol.
 *
 *   txn_tool ROOT setup
 *   txn_tool ROOT [bulk] put PATH=FILE... [rm PATH...]
 *   txn_tool ROOT edit PATH      commits the user's own edit of PATH
 *   txn_tool ROOT append PATH TEXT [TIMES]   as many commits
 *   txn_tool ROOT state PATH     clean, edited or partly
 *   txn_tool ROOT read           takes and leaves the readers' lock
 *   txn_tool ROOT maintain
 *
 * Exit status and messages are those of crm(7).
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "store/txn.h"

static int
put_one(struct txn *t, char *arg, struct err *e)
{
	char *eq = strchr(arg, '=');
	struct buf b = { 0 };
	int fd, rc;

	if (!eq)
		return err_set(e, ERR_USAGE, "%s: no =", arg);
	*eq = '\0';
	fd = open(eq + 1, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_errno(e, "%s", eq + 1);
	rc = file_slurp(fd, eq + 1, 0, &b, e);
	close(fd);
	if (!rc)
		rc = txn_put(t, arg, &b, e);
	buf_release(&b);
	return rc;
}

static int
put(struct txn *t, int n, char **arg, struct err *e)
{
	bool rm = false;
	struct oid id;
	int i;

	for (i = 0; i < n; i++) {
		if (!strcmp(arg[i], "bulk"))
			txn_bulk(t);
		else if (!strcmp(arg[i], "put"))
			rm = false;
		else if (!strcmp(arg[i], "rm"))
			rm = true;
		else if (rm ? txn_remove(t, arg[i], e) : put_one(t, arg[i], e))
			return -1;
	}
	if (txn_commit(t, "test: put\n", &id, e))
		return -1;
	puts(id.hex[0] ? id.hex : "nothing");
	return 0;
}

static int
edit(struct txn *t, const char *path, struct err *e)
{
	struct buf b = { 0 };
	struct oid id;
	int rc = txn_read(t, path, &b, e);

	if (rc == 1)
		rc = txn_remove(t, path, e);
	else if (!rc)
		rc = txn_put(t, path, &b, e);
	if (!rc)
		rc = txn_commit(t, "test: edit\n", &id, e);
	if (!rc)
		puts(id.hex[0] ? id.hex : "nothing");
	buf_release(&b);
	return rc;
}

static int
append(struct txn *t, const char *path, const char *text, struct err *e)
{
	struct buf b = { 0 };
	struct oid id;
	int rc = txn_read(t, path, &b, e);

	if (rc >= 0) {
		buf_adds(&b, text);
		buf_addc(&b, '\n');
		rc = txn_put(t, path, &b, e);
	}
	if (!rc)
		rc = txn_commit(t, "test: append\n", &id, e);
	buf_release(&b);
	return rc;
}

static int
state(struct txn *t, const char *path, struct err *e)
{
	static const char *const name[] = { "clean", "edited", "partly" };
	enum txn_state st;

	if (txn_state(t, path, &st, e))
		return -1;
	puts(name[st]);
	return 0;
}

static int
in_txn(const char *root, int n, char **arg, struct err *e)
{
	const char *wait = getenv("TXN_WAIT");
	struct txn *t;
	int rc;

	if (txn_begin(&t, root, wait ? atoi(wait) : 10000, e))
		return -1;
	if (!strcmp(arg[0], "append"))
		rc = append(t, arg[1], arg[2], e);
	else if (!strcmp(arg[0], "edit"))
		rc = edit(t, arg[1], e);
	else if (!strcmp(arg[0], "state"))
		rc = state(t, arg[1], e);
	else
		rc = put(t, n, arg, e);
	txn_end(t);
	return rc;
}

static int
run(const char *root, int n, char **arg, struct err *e)
{
	int i, rc = 0, fd;

	if (!strcmp(arg[0], "setup"))
		return repo_setup(root, e);
	if (!strcmp(arg[0], "maintain")) {
		txn_maintain(root);
		return 0;
	}
	if (!strcmp(arg[0], "read")) {
		rc = txn_read_lock(root, &fd, e);
		if (fd >= 0)
			close(fd);
		return rc;
	}
	if (!strcmp(arg[0], "append"))
		for (i = n > 3 ? atoi(arg[3]) : 1; !rc && i > 1; i--)
			rc = in_txn(root, n, arg, e);
	return rc ? rc : in_txn(root, n, arg, e);
}

int
main(int argc, char **argv)
{
	struct err e = { 0 };
	int status;

	if (argc < 3) {
		fprintf(stderr, "usage: txn_tool ROOT COMMAND...\n");
		return ERR_USAGE;
	}
	if (run(argv[1], argc - 2, argv + 2, &e) == 0)
		return 0;
	fprintf(stderr, "txn_tool: %s\n", e.msg ? e.msg : "no message");
	status = e.code;
	err_release(&e);
	return status ? status : ERR_BUG;
}
