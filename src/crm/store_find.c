#include "crm/store_find.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "crm/session.h"

#define FIRST_LINE "# crm store, format "

/* The environment's value, or NULL where it is empty too. */
static const char *
env(const char *name)
{
	const char *v = getenv(name);

	return v && *v ? v : NULL;
}

static bool
exists(const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name);
	struct stat st;
	bool is = lstat(path, &st) == 0;

	free(path);
	return is;
}

/*
 * A person's own crmrc and that of other programs lie about, too: on the way
 * up it counts only with our first line, or in a repository (where the reader
 * then says what is wrong with it).
 */
static bool
is_store(const char *dir)
{
	char *path = xasprintf("%s/crmrc", dir), line[sizeof FIRST_LINE];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	bool is = false;

	if (fd >= 0) {
		is = read(fd, line, sizeof line - 1) ==
			 (ssize_t)sizeof line - 1 &&
		     memcmp(line, FIRST_LINE, sizeof line - 1) == 0;
		close(fd);
		is = is || exists(dir, ".git");
	}
	free(path);
	return is;
}

static char *
find_upwards(void)
{
	char *dir = realpath(".", NULL);

	while (dir) {
		char *slash = strrchr(dir, '/');

		if (is_store(dir))
			return dir;
		if (!slash || !slash[1])
			break;
		slash[slash == dir] = '\0';
	}
	free(dir);
	return NULL;
}

/* Where somebody said that the store is. */
static char *
named(const char *dir, const char *by, struct err *e)
{
	char *root = realpath(dir, NULL);

	if (!root) {
		err_errno(e, "%s%s", by, dir);
		if (e)
			e->code = ERR_NOENT;
		return NULL;
	}
	if (!exists(root, "crmrc")) {
		err_set(e, ERR_NOENT,
		    "%s%s: there is no crm store: no crmrc in it; make one "
		    "with crm init",
		    by, dir);
		free(root);
		return NULL;
	}
	return root;
}

char *
store_find(const char *dir, struct err *e)
{
	char *root, *home;

	if (dir)
		return named(dir, "", e);
	if (env("CRM_DIR"))
		return named(env("CRM_DIR"), "CRM_DIR: ", e);
	root = find_upwards();
	if (root || !env("HOME"))
		goto out;
	home = xasprintf("%s/crm", env("HOME"));
	if (is_store(home))
		root = realpath(home, NULL);
	free(home);
out:
	if (!root)
		err_set(e, ERR_NOENT,
		    "there is no crm store here or in a folder above, and no "
		    "~/crm; make one with crm init, or set CRM_DIR");
	return root;
}

int
store_check_format(struct span crmrc, struct err *e)
{
	struct span line, head = span(FIRST_LINE);
	int64_t format = 0;

	if (span_starts(crmrc, span("\xef\xbb\xbf")))
		crmrc = span_n(crmrc.p + 3, crmrc.n - 3);
	line = span_trim(span_cut(&crmrc, '\n'));
	if (span_starts(line, head))
		span_int(span_n(line.p + head.n, line.n - head.n), &format);
	if (format < 1)
		return err_set(e, ERR_DATA,
		    "crmrc:1: the first line of a store's crmrc is "
		    "\"" FIRST_LINE
		    "%d\"; this is another file or it was damaged",
		    STORE_FORMAT);
	if (format > STORE_FORMAT)
		return err_set(e, ERR_DATA,
		    "crmrc:1: the store has format %lld, and this crm knows "
		    "formats up to %d; install a newer crm",
		    (long long)format, STORE_FORMAT);
	return 0;
}

char *
store_person_rc(void)
{
	if (getenv("CRM_CONFIG"))
		return xstrdup(getenv("CRM_CONFIG"));
	/* The XDG rules say that a relative path counts as unset. */
	if (env("XDG_CONFIG_HOME") && env("XDG_CONFIG_HOME")[0] == '/')
		return xasprintf("%s/crm/crmrc", env("XDG_CONFIG_HOME"));
	if (env("HOME"))
		return xasprintf("%s/.config/crm/crmrc", env("HOME"));
	return NULL;
}
