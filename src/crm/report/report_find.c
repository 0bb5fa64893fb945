/*
 * report_find: which reports there are. Files of the share folder first, then
 * sections of the team's crmrc, which change or add to them.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "crm/report/report_impl.h"
#include "crm/share.h"

enum { MAX_REPORT = 1 << 20 };

static const char suffix[] = ".report";

static char *
folder(void)
{
	struct buf dir = { 0 };

	share_dir(&dir);
	buf_adds(&dir, "/reports");
	return buf_detach(&dir);
}

/* Names become file names. */
static bool
is_report_name(const char *name)
{
	size_t n =
	    strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			 "0123456789_-");

	return n > 0 && name[n] == '\0' && name[0] != '-';
}

/* 0; 1 where there is no such file; -1. */
static int
read_file(struct rc *rc, const char *name, struct err *e)
{
	char *dir = folder();
	char *path = xasprintf("%s/%s%s", dir, name, suffix);
	struct buf text = { 0 };
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), rc_all;

	if (fd < 0) {
		rc_all = errno == ENOENT ? 1 : err_errno(e, "%s", path);
	} else {
		rc_all = file_slurp(fd, path, MAX_REPORT, &text, e);
		close(fd);
	}
	if (!rc_all)
		rc_all = rc_read(rc, path, buf_span(&text), e);
	buf_release(&text);
	free(path);
	free(dir);
	return rc_all;
}

/* The report that an entry of crmrc is about, or empty. */
static struct span
named_by(const struct rc_entry *x)
{
	struct span s = span(x->key);

	if (!span_starts(s, span("report.")))
		return span_n("", 0);
	span_cut(&s, '.');
	s.n = (size_t)(strrchr(s.p, '.') - s.p);
	return s;
}

static bool
in_team(const struct session *s, const char *name)
{
	for (size_t i = 0; i < s->team.n; i++)
		if (span_eqs(named_by(&s->team.entry[i]), name))
			return true;
	return false;
}

static int
unknown(struct session *s, const char *name, struct err *e)
{
	struct buf known = { 0 };
	char **names = NULL, **titles = NULL, *dir;
	const char *near = NULL;
	size_t n = 0;
	int best = 3;

	if (report_names(s, &names, &titles, &n, e))
		return -1;
	dir = folder();
	for (size_t i = 0; i < n; i++) {
		int d = span_distance(span(name), span(names[i]), best);

		if (d < best) {
			best = d;
			near = names[i];
		}
		buf_addf(&known, "%s%s", i ? ", " : "", names[i]);
	}
	if (!n)
		buf_addf(&known, "none (there are none in %s)", dir);
	err_set(e, ERR_USAGE, "there is no report '%s'%s%s%s; known are: %s",
	    name, near ? "; did you mean '" : "", near ? near : "",
	    near ? "'?" : "", known.p);
	free(dir);
	report_names_free(names, titles, n);
	buf_release(&known);
	return -1;
}

int
report_def_load(
    struct report_def *d, struct session *s, const char *name, struct err *e)
{
	bool team;
	int rc;

	memset(d, 0, sizeof *d);
	d->unit = UNIT_MONTH;
	if (!is_report_name(name))
		return unknown(s, name, e);
	d->name = span(name);
	team = in_team(s, name);
	rc = read_file(&d->rc, name, e);
	if (rc > 0 && !team)
		rc = unknown(s, name, e);
	else if (rc >= 0)
		rc = 0;
	if (!rc)
		rc = report_def_add(d, &d->rc, NULL, e);
	if (!rc)
		rc = report_def_add(d, &s->team, name, e);
	if (!rc)
		rc = report_def_check(d, e);
	if (rc)
		report_def_release(d);
	return rc;
}

/* --- the list ------------------------------------------------------------ */

struct names {
	char **v;
	size_t n, cap;
};

static void
add_name(struct names *l, const char *p, size_t n)
{
	char *name = xstrndup(p, n);

	for (size_t i = 0; i < l->n; i++) {
		if (strcmp(l->v[i], name) == 0) {
			free(name);
			return;
		}
	}
	GROW(l->v, l->n, l->cap);
	l->v[l->n++] = name;
}

static int
cmp_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int
files(struct names *l, struct err *e)
{
	char *path = folder();
	DIR *dir = opendir(path);
	const struct dirent *d;
	int rc = 0;

	if (!dir && errno != ENOENT)
		rc = err_errno(e, "%s", path);
	while (dir && (d = readdir(dir))) {
		size_t n = strlen(d->d_name), k = sizeof suffix - 1;

		if (n > k && strcmp(d->d_name + n - k, suffix) == 0 &&
		    d->d_name[0] != '.')
			add_name(l, d->d_name, n - k);
	}
	if (dir)
		closedir(dir);
	free(path);
	return rc;
}

int
report_names(
    struct session *s, char ***name, char ***title, size_t *n, struct err *e)
{
	struct names l = { 0 };
	struct report_def d;

	*name = *title = NULL;
	*n = 0;
	if (files(&l, e))
		return -1;
	for (size_t i = 0; i < s->team.n; i++) {
		struct span one = named_by(&s->team.entry[i]);

		if (one.n)
			add_name(&l, one.p, one.n);
	}
	if (l.n)
		qsort(l.v, l.n, sizeof *l.v, cmp_name);
	*title = xcalloc(l.n + 1, sizeof **title);
	/* One that is broken must not hide the others. */
	for (size_t i = 0; i < l.n; i++) {
		if (!is_report_name(l.v[i]) ||
		    report_def_load(&d, s, l.v[i], NULL)) {
			(*title)[i] = xstrdup("");
			continue;
		}
		(*title)[i] = span_dup(d.title);
		report_def_release(&d);
	}
	*name = l.v;
	*n = l.n;
	return 0;
}

void
report_names_free(char **name, char **title, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(name[i]);
		free(title[i]);
	}
	free(name);
	free(title);
}
