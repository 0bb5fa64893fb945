#include "crm/share.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

#ifndef CRM_SHARE
#define CRM_SHARE "/usr/local/share/crm"
#endif

#ifndef CRM_LIBEXEC
#define CRM_LIBEXEC "/usr/local/libexec/crm"
#endif

#define SHARE_FILE_MAX (1u << 20)

/* Is it ours? A folder named share may be anybody's. */
static bool
has_reports(const struct buf *dir)
{
	struct buf path = { 0 };
	bool yes;

	buf_addf(&path, "%s/reports/pipeline.report", dir->p);
	yes = access(path.p, R_OK) == 0;
	buf_release(&path);
	return yes;
}

/* Sets out to the path of rest from the folder of the program. */
static bool
from_program(struct buf *out, const char *rest)
{
	char exe[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
	char *slash;

	exe[n > 0 ? n : 0] = '\0';
	slash = strrchr(exe, '/');
	if (!slash)
		return false;
	*slash = '\0';
	buf_reset(out);
	buf_addf(out, "%s/%s", exe, rest);
	return true;
}

static bool
beside_program(struct buf *out, const char *rest)
{
	return from_program(out, rest) && has_reports(out);
}

void
share_dir(struct buf *out)
{
	const char *env = getenv("CRM_SHARE");
	struct buf dir = { 0 };

	if (env && *env)
		buf_adds(out, env);
	else if (beside_program(&dir, "../share/crm") ||
		 beside_program(&dir, "../share"))
		buf_addspan(out, buf_span(&dir));
	else
		buf_adds(out, CRM_SHARE);
	buf_release(&dir);
}

void
share_helper(const char *name, struct buf *out)
{
	static const char *const folders[] = { "libexec", "../libexec/crm" };
	struct buf path = { 0 };
	bool found = false;

	for (size_t i = 0; !found && i < sizeof folders / sizeof *folders;
	     i++) {
		if (!from_program(&path, folders[i]))
			break;
		buf_addf(&path, "/%s", name);
		found = access(path.p, X_OK) == 0;
	}
	if (found)
		buf_addspan(out, buf_span(&path));
	else
		buf_addf(out, "%s/%s", CRM_LIBEXEC, name);
	buf_release(&path);
}

int
share_read(const char *path, struct buf *out, struct err *e)
{
	struct buf full = { 0 };
	int fd, r = -1;

	if (!path_is_safe(path))
		return err_set(e, ERR_USAGE, "'%s' is no name", path);
	share_dir(&full);
	buf_addf(&full, "/%s", path);
	fd = open(full.p, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		err_errno(e, "%s", full.p);
	else
		r = file_slurp(fd, full.p, SHARE_FILE_MAX, out, e);
	if (fd >= 0)
		close(fd);
	buf_release(&full);
	return r;
}

int
share_names(
    const char *folder, const char *suffix, struct buf *out, struct err *e)
{
	struct dirent **entry = NULL;
	struct buf full = { 0 };
	int n;

	share_dir(&full);
	buf_addf(&full, "/%s", folder);
	n = scandir(full.p, &entry, NULL, alphasort);
	if (n < 0)
		err_errno(e, "%s", full.p);
	for (int i = 0; i < n; i++) {
		size_t len = strlen(entry[i]->d_name), end = strlen(suffix);

		if (len > end &&
		    strcmp(entry[i]->d_name + len - end, suffix) == 0)
			buf_addf(out, "%s%.*s", out->n ? ", " : "",
			    (int)(len - end), entry[i]->d_name);
		free(entry[i]);
	}
	free(entry);
	buf_release(&full);
	return n < 0 ? -1 : 0;
}
