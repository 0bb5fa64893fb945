#include "crm/rules.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"

struct rule_file {
	char *path;
	struct stat st; /* st_ino 0: it was not there */
};

static struct stat
look(int dirfd, const char *path)
{
	struct stat st;

	if (fstatat(dirfd, path, &st, AT_SYMLINK_NOFOLLOW))
		memset(&st, 0, sizeof st);
	return st;
}

void
rules_note(struct rules *r, int dirfd, const char *path)
{
	if (strcmp(path, "crmrc") != 0 && strncmp(path, "config/", 7) != 0)
		return;
	/* the oldest reading counts */
	for (size_t i = 0; i < r->n; i++)
		if (strcmp(r->file[i].path, path) == 0)
			return;
	GROW(r->file, r->n, r->cap);
	r->file[r->n].path = xstrdup(path);
	r->file[r->n++].st = look(dirfd, path);
}

int
rules_check(const struct rules *r, int dirfd, struct err *e)
{
	for (size_t i = 0; i < r->n; i++) {
		struct stat now = look(dirfd, r->file[i].path);

		if (!stat_same(&now, &r->file[i].st))
			return err_set(e, ERR_BUSY,
			    "%s: changed by somebody else meanwhile; try again",
			    r->file[i].path);
	}
	return 0;
}

void
rules_release(struct rules *r)
{
	for (size_t i = 0; i < r->n; i++)
		free(r->file[i].path);
	free(r->file);
	memset(r, 0, sizeof *r);
}
